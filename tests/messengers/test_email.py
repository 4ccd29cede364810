"""The e-mail messenger, with the real aiosmtplib against a mailbox on this machine."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from ssl import SSLContext
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import EmailSettings
from bot.errors import PlatformError, Uncertain, Unreachable
from bot.messengers.email import Email
from bot.model import Run, Speech, Style, Upload
from bot.ports import Letter
from tests.wire.mail import Mailbox

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SPEECH = Speech(
    (
        Run("Case 12", Style.BOLD),
        Run(" – please look <today> & reply.\n"),
        Run("I know where\nyou live", Style.QUOTE),
        Run("\nThe "),
        Run("code", Style.LINK, "https://example.org/code?a=1&b=2"),
    )
)
PICTURE = Upload("evidence.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff", "A picture of the chat")
LETTER = Letter("olu@example.org", "Case 12", SPEECH, "<case-12@porter.example.org>", (PICTURE,))


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as running:
        yield running


def messenger(mailbox: Mailbox, trusting: SSLContext | None = None, **changed: Any) -> Email:
    settings = EmailSettings(host="127.0.0.1", port=mailbox.port, sender="porter@example.org", security="none")
    return Email(settings.model_copy(update=changed), "The Students’ Union", now=lambda: NOON, trusting=trusting)


async def test_a_letter_arrives_as_text_and_as_html_with_its_picture(mailbox: Mailbox) -> None:
    email = messenger(mailbox)

    answered = await email.send(LETTER)

    mail = mailbox.mails[-1]
    assert answered == mail.message_id == "<case-12@porter.example.org>"
    assert (mail.sender, mail.recipients, mail.subject) == ("porter@example.org", ("olu@example.org",), "Case 12")
    assert mail.message["From"] == "The Students’ Union <porter@example.org>"
    assert mail.message["Date"].datetime == NOON
    assert mail.text.replace("\r\n", "\n") == (
        "Case 12 – please look <today> & reply.\n> I know where\n> you live\n"
        "The code (https://example.org/code?a=1&b=2)\n\nAttached: evidence.png (A picture of the chat)\n"
    )
    assert "<strong>Case 12</strong> – please look &lt;today&gt; &amp; reply.<br>" in mail.html
    assert '<a href="https://example.org/code?a=1&amp;b=2">code</a>' in mail.html
    assert mail.files == {"evidence.png": PICTURE.data}


async def test_what_people_wrote_is_never_markup_and_never_a_script(mailbox: Mailbox) -> None:
    runs = (Run("<img src=x onerror=alert(1)>", Style.QUOTE), Run("press", Style.LINK, "javascript:alert(1)"))

    await messenger(mailbox).send(replace(LETTER, speech=Speech(runs)))

    html = mailbox.mails[-1].html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img" not in html
    assert "href" not in html
    assert "press (javascript:alert(1))" in html


@pytest.mark.parametrize("breaking", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x85"])
async def test_nothing_said_can_become_a_header(mailbox: Mailbox, breaking: str) -> None:
    evil = f"Case 12{breaking}Bcc: eve@example.org{breaking}{breaking}body"
    files = (replace(PICTURE, name=f"a.png{breaking}X-Evil: yes", media_type=f"image/png{breaking}X-Evil: yes"),)

    await messenger(mailbox).send(replace(LETTER, subject=evil, files=files))

    mail = mailbox.mails[-1]
    assert mail.recipients == ("olu@example.org",)
    assert mail.subject == "Case 12 Bcc: eve@example.org body"
    assert mail.message["Bcc"] is None
    assert not [part for part in mail.message.walk() if part["X-Evil"]]


@pytest.mark.parametrize(
    "address",
    ["", "olu", "olu@", "@example.org", "olu@example.org\r\nRCPT TO:<eve@example.org>", "a@example.org,b@example.org",
     "Olu <olu@example.org>", "olu@example.org>", "olu @example.org"],
)  # fmt: skip
async def test_what_is_no_address_is_nobody_we_can_reach(mailbox: Mailbox, address: str) -> None:
    email = messenger(mailbox)

    with pytest.raises(Unreachable, match="not an e-mail address"):
        await email.send(replace(LETTER, to=address))

    assert not mailbox.mails


@pytest.mark.parametrize("message_id", ["case-12", "<case-12>", "<a@example.org>\r\nBcc: eve@example.org"])
async def test_a_message_id_of_another_form_is_a_mistake_of_ours(mailbox: Mailbox, message_id: str) -> None:
    email = messenger(mailbox)

    with pytest.raises(ValueError, match="message id"):
        await email.send(replace(LETTER, message_id=message_id))

    assert not mailbox.mails


async def test_an_address_beyond_ascii_is_written_to(mailbox: Mailbox) -> None:
    email = messenger(mailbox)

    await email.send(replace(LETTER, to="zoë@müller.example.org"))

    assert mailbox.mails[-1].recipients == ("zoë@xn--mller-kva.example.org",)


async def test_an_address_refused_for_good_cannot_be_reached(mailbox: Mailbox) -> None:
    mailbox.refuse_recipient("olu@example.org", "550 5.1.1 <olu@example.org> no such user")

    with pytest.raises(Unreachable) as caught:
        await messenger(mailbox).send(LETTER)

    assert caught.value.code == "550"
    assert "no such user" in str(caught.value)
    assert "olu@" not in str(caught.value)
    assert not mailbox.mails


async def test_an_address_refused_for_now_is_tried_again_later(mailbox: Mailbox) -> None:
    mailbox.refuse_recipient("olu@example.org", "451 4.7.1 greylisted")

    with pytest.raises(PlatformError, match=r"451 4\.7\.1 greylisted") as caught:
        await messenger(mailbox).send(LETTER)

    assert type(caught.value) is PlatformError


@pytest.mark.parametrize("answer", ["451 4.3.0 try again later", "552 5.3.4 too large"])
async def test_a_refused_text_is_told_with_the_servers_words(mailbox: Mailbox, answer: str) -> None:
    mailbox.refuse_next(answer)

    with pytest.raises(PlatformError, match=answer) as caught:
        await messenger(mailbox).send(LETTER)

    assert type(caught.value) is PlatformError
    assert not mailbox.mails


@pytest.mark.parametrize("kept", [True, False])
async def test_a_connection_that_ends_after_the_text_leaves_it_uncertain(mailbox: Mailbox, kept: bool) -> None:
    mailbox.drop_next(kept=kept)

    with pytest.raises(Uncertain, match="handed over"):
        await messenger(mailbox).send(LETTER)

    assert len(mailbox.mails) == kept


async def test_an_answer_that_never_comes_leaves_it_uncertain(mailbox: Mailbox) -> None:
    mailbox.hang_next()

    with pytest.raises(Uncertain):
        await messenger(mailbox, timeout_seconds=1).send(LETTER)

    assert len(mailbox.mails) == 1


async def test_a_server_that_is_away_may_be_there_later() -> None:
    async with Mailbox() as closed:
        email = messenger(closed)

    with pytest.raises(PlatformError, match="cannot be reached") as caught:
        await email.send(LETTER)

    assert type(caught.value) is PlatformError


async def test_we_log_in_over_tls() -> None:
    async with Mailbox(account=("porter", "open sesame"), tls=True) as mailbox:
        login: dict[str, Any] = {"security": "starttls", "username": "porter", "password": SecretStr("open sesame")}
        email = messenger(mailbox, mailbox.trusting(), **login)

        await email.send(LETTER)

        assert (mailbox.mails[-1].login, mailbox.mails[-1].encrypted) == ("porter", True)


async def test_a_server_with_a_foreign_certificate_is_not_told_our_password() -> None:
    async with Mailbox(account=("porter", "open sesame"), tls=True) as mailbox:
        login: dict[str, Any] = {"security": "starttls", "username": "porter", "password": SecretStr("open sesame")}
        findings = await messenger(mailbox, **login).check()

    assert [finding.ok for finding in findings] == [False]
    assert "certificate" in findings[0].text


async def test_the_check_sends_nothing_and_says_that_all_is_well(mailbox: Mailbox) -> None:
    findings = await messenger(mailbox).check()

    assert [(one.ok, one.text) for one in findings] == [
        (True, "The mail server 127.0.0.1 takes mail from porter@example.org.")
    ]
    assert not mailbox.mails


async def test_the_check_tells_a_wrong_password_without_saying_it() -> None:
    async with Mailbox(account=("porter", "open sesame"), tls=True) as mailbox:
        login: dict[str, Any] = {"security": "starttls", "username": "porter", "password": SecretStr("wrong-password")}
        findings = await messenger(mailbox, mailbox.trusting(), **login).check()

    assert [one.ok for one in findings] == [False]
    assert "does not accept our login: 535" in findings[0].text
    assert "wrong-password" not in findings[0].text
