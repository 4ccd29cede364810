"""`porter check`: what it says of contacts, addresses, wording and e-mail."""

import asyncio
from pathlib import Path

import pytest

from bot.cli.check import is_within
from tests.cli.conftest import Porter
from tests.wire.mail import Mailbox

TERM = ("--starts", "2020-01-01", "--ends", "2099-12-31")
TRAINED = ("--trained", "2020-02-01")
OFFICER = ("seat", "add", "--role", "officer", "--holder", "telegram:42", "--contact", "1", *TERM, *TRAINED)


@pytest.mark.parametrize(
    ("address", "domains", "within"),
    [
        ("olu@example.org", ("example.org",), True),
        ("olu@Staff.Example.org", ("example.org",), True),
        ("olu@mail.example.org", ("ail.example.org",), False),
        ("olu@example.org.example.com", ("example.org",), False),
        ("olu@example.com", ("example.org", "example.com"), True),
        ("olu@example.com", (), True),
    ],
)
def test_an_address_is_within_a_domain_or_below_it(address: str, domains: tuple[str, ...], within: bool) -> None:
    assert is_within(address, domains) is within


def test_with_nothing_set_up_it_says_what_is_to_be_done(porter: Porter) -> None:
    ended = porter("check")

    assert ended.code == 1
    assert "✗ No chat service is set up." in ended.out
    assert "✗ There is no contact, so an escalation would reach nobody." in ended.out
    assert "✓ It names Example Union and leads to https://union.example.org/code" in ended.out
    assert ended.out.rstrip().endswith("to be done.")


def test_an_example_page_as_code_of_conduct_is_wrong(porter: Porter, config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("https://union.example.org/code", "https://example.org/code-of-conduct"))

    findings = porter("check", "--json").json["findings"]

    assert ("Joining statement", False) in [(one["about"], one["ok"]) for one in findings]


def test_a_configuration_that_cannot_be_used_is_the_one_finding(porter: Porter, config: Path) -> None:
    config.write_text("[unoin]\nname = 'x'\n")

    ended = porter("check", "--json")

    assert (ended.code, ended.json["ok"], len(ended.json["findings"])) == (1, False, 1)
    assert "unoin" in ended.json["findings"][0]["text"]


def test_contacts_are_reached_by_e_mail_and_foreign_addresses_are_told(chess: Porter, config: Path) -> None:
    chess(*OFFICER, "--name", "Olu", "--email", "olu@example.com")
    without = chess("check", "--json").json["findings"]

    async def checked() -> list[dict[str, object]]:
        async with Mailbox() as mailbox:
            with config.open("a", encoding="utf-8") as file:
                file.write(f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\nsecurity = "none"\n')
                file.write('sender = "porter@example.org"\n')
            ended = await asyncio.to_thread(chess, "check", "--json")
            assert not mailbox.mails
            findings: list[dict[str, object]] = ended.json["findings"]
            return findings

    with_mail = asyncio.run(checked())

    said = {str(one["text"]): one["ok"] for one in with_mail}
    no_way = "Contact 1, Olu: no way leads to them: no account on a platform that is set up, and no e-mail."
    assert no_way in [one["text"] for one in without if not one["ok"]]
    assert said["Contact 1, Olu: by e-mail."] is True
    assert said["The mail server 127.0.0.1 takes mail from porter@example.org."] is True
    assert said["Olu: example.com is none of the Union's domains ([union] email_domains)."] is False
