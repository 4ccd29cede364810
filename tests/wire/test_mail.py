"""The mailbox, with the real aiosmtplib against it."""

import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import pytest

from tests.wire.mail import Mailbox, UnreceivedError


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as running:
        yield running


def letter(subject: str = "Case 12", to: str = "olu@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "porter@example.org", to, subject
    message["Message-ID"] = "<case-12@example.org>"
    message.set_content("Please look at it – today.\n")
    message.add_alternative("<p>Please look at it</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="shot.png")
    return message


async def send(
    mailbox: Mailbox,
    message: EmailMessage,
    *,
    context: ssl.SSLContext | None = None,
    login: tuple[str, str] = ("", ""),
    patience: float = 10.0,
) -> None:
    await aiosmtplib.send(
        message,
        hostname="127.0.0.1",
        port=mailbox.port,
        start_tls=context is not None,
        tls_context=context,
        username=login[0] or None,
        password=login[1] or None,
        timeout=patience,
    )


async def test_an_email_arrives_with_its_text_its_files_and_its_message_id(mailbox: Mailbox) -> None:
    message = letter()

    await send(mailbox, message)

    mail = await mailbox.receives("Case 12", to="olu@example.org")
    assert (mail.sender, mail.recipients, mail.subject) == ("porter@example.org", ("olu@example.org",), "Case 12")
    assert mail.text.strip() == "Please look at it – today."
    assert mail.html.strip() == "<p>Please look at it</p>"
    assert mail.files == {"shot.png": b"\x89PNG"}
    assert mail.message_id == "<case-12@example.org>"


async def test_a_refused_recipient_is_refused_until_told_otherwise(mailbox: Mailbox) -> None:
    mailbox.refuse_recipient("olu@example.org", "550 5.1.1 no such user")

    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(mailbox, letter())
    mailbox.refuse_recipient("olu@example.org", "")
    await send(mailbox, letter("again"))

    assert refused.value.recipients[0].code == 550
    assert [mail.subject for mail in mailbox.mails] == ["again"]


async def test_a_refusal_at_data_happens_as_often_as_said(mailbox: Mailbox) -> None:
    mailbox.refuse_next("451 4.3.0 try again later", times=2)

    codes = []
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await send(mailbox, letter())
        codes.append(refused.value.code)
    await send(mailbox, letter())

    assert codes == [451, 451]
    assert len(mailbox.mails) == 1


async def test_an_email_can_arrive_although_the_answer_never_comes(mailbox: Mailbox) -> None:
    mailbox.hang_next()

    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await send(mailbox, letter(), patience=0.3)

    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("kept", [True, False])
async def test_the_connection_can_end_before_the_answer_with_or_without_the_email(mailbox: Mailbox, kept: bool) -> None:
    mailbox.drop_next(kept=kept)

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(mailbox, letter())

    assert len(mailbox.mails) == int(kept)


async def test_with_tls_and_an_account_only_the_right_password_over_tls_is_taken() -> None:
    async with Mailbox(account=("porter", "secret"), tls=True) as mailbox:
        context = mailbox.trusting()

        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await send(mailbox, letter("wrong"), context=context, login=("porter", "guess"))
        with pytest.raises(aiosmtplib.SMTPSenderRefused):
            await send(mailbox, letter("nobody"), context=context)
        await send(mailbox, letter("right"), context=context, login=("porter", "secret"))

        assert [(mail.subject, mail.login, mail.encrypted) for mail in mailbox.mails] == [("right", "porter", True)]


async def test_without_tls_a_mailbox_that_wants_it_refuses() -> None:
    async with Mailbox(tls=True) as mailbox:
        with pytest.raises(aiosmtplib.SMTPException):
            await send(mailbox, letter())

        assert mailbox.mails == []


async def test_waiting_in_vain_says_what_arrived_instead(mailbox: Mailbox) -> None:
    await send(mailbox, letter("something else"))

    with pytest.raises(UnreceivedError, match="something else"):
        await mailbox.receives("Case 99", limit=0.05)
