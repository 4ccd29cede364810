"""The accused sits on the committee or for the Union: role × way of reading, generated from what there is to use."""

from datetime import timedelta
from typing import Any

import pytest

from bot import commands
from bot.desk import card, digest, hiding, powers, ways
from bot.model import Case, EffectKind, Message, Place, Role
from bot.store import cases
from tests.abuse.office import CHESS, Office, ref, words

SAID, REPORTER, WHY = "canary-words-of-the-message", "Alice", "canary-reason-of-the-report"
ROLES = {"Mike": Role.MODERATOR, "Lena": Role.LEAD, "Otis": Role.OFFICER, "Ada": Role.ADMINISTRATOR}
# What stands behind the button of each deed. A new deed has no row here, and the matrix fails until it has.
BEHIND: dict[str, dict[str, Any]] = {
    "step": {"kind": "warn"},
    "readmit": {},
    "verify": {"chat": 1},
    "code": {"knock": 1},
    "refer": {"knock": 1},
    "admit": {"knock": 1},
    "turn_away": {"knock": 1},
    "accept": {"version": "1"},
    "setup": {"chat": 1},
    "acknowledge": {},
    "take_over": {},
    "close": {},
    "outcome": {"outcome": "support_offered"},
    "ask_committee": {},
    "answer": {"question": 1},
    "ask_union": {},
    "screenshots": {},
    "agree": {"action": 1},
    "decline": {"action": 1},
    "doubt": {"effect": 1, "answer": "there"},
    "safeguard": {"report": 1},
    "safeguard_yes": {"report": 1},
}
ABOUT_A_CASE = {
    "step",
    "readmit",
    "acknowledge",
    "take_over",
    "close",
    "outcome",
    "ask_committee",
    "screenshots",
    "doubt",
    "safeguard",
}
PLATFORM = {"/setup"}  # asks the platform, and nothing is connected here; it reads no case


async def accused(office: Office, name: str) -> tuple[Case, Message]:
    """A case about somebody, and the message it is about."""
    message = office.said(name, SAID)
    await office.flag(REPORTER, message, WHY)
    return await office.open_case(name), message


def leaks(case: Case, said: str) -> list[str]:
    """What of a case is in there."""
    return [one for one in (SAID, WHY, case.ref) if one in said]


async def heard(office: Office, name: str, case: Case, message: Message) -> dict[str, str]:
    """Everything somebody is told by every command and button that there is."""
    found = {}
    for spec in commands.SPECS:
        if f"/{spec.name}" not in PLATFORM:
            found[f"/{spec.name} by reference"] = words(await office.run(name, spec.name, case=case.ref))
            found[f"/{spec.name} by message"] = words(await office.run(name, spec.name, target=message))
    for deed in sorted(ABOUT_A_CASE | {"agree", "decline"}):
        token = await office.token(deed, case, **BEHIND[deed])
        found[f"press {deed}"] = words(await office.press(name, token))
        found[f"submit {deed}"] = words(await office.submit(name, token, text="why?"))
    return found


def test_every_button_has_a_row_in_this_matrix() -> None:
    assert BEHIND.keys() == commands.DEEDS.keys()


@pytest.mark.parametrize("name", ROLES)
async def test_the_accused_learns_nothing_by_any_way(office: Office, name: str) -> None:
    case, message = await accused(office, name)

    told = await heard(office, name, case, message)

    assert {way: found for way, said in told.items() if (found := leaks(case, said))} == {}


@pytest.mark.parametrize("name", ["Mike", "Lena"])
async def test_the_accuseds_committee_learns_nothing_by_any_way(office: Office, name: str) -> None:
    case, message = await accused(office, name)

    told = await heard(office, "Mona", case, message)

    for own in ("/flag by message", "/safeguard by message"):  # she reports it, and is told her report's reference
        del told[own]
    steps = [way for way, said in told.items() if case.ref in said]
    assert all(told[way].startswith("Thank you. Your report has gone to") for way in steps)
    assert [way for way, said in told.items() if SAID in said or WHY in said] == []


async def test_a_case_that_is_hidden_and_one_that_is_not_there_are_told_in_the_same_words(office: Office) -> None:
    case, _ = await accused(office, "Mike")
    open_one = await office.case("Mallory")

    for name in ("Mike", "Mona", "Lena", "Gus"):
        said = [words(await office.run(name, "case", case=one)) for one in (case.ref, "P-26-9999")]
        assert said[0] == said[1]
    assert words(await office.run("Gus", "case", case=open_one.ref)) == said[0]


async def test_a_person_without_a_seat_cannot_tell_which_references_exist(office: Office) -> None:
    case = await office.case()

    said = [words(await office.run("Alice", "case", case=one)) for one in (case.ref, "P-26-9999")]

    assert said[0] == said[1]


@pytest.mark.parametrize("name", ROLES)
async def test_no_card_digest_or_question_shows_it_and_officers_other_than_the_accused_have_it(
    office: Office, name: str
) -> None:
    case, message = await accused(office, name)
    chat = office.app.chats["discord", CHESS.chat]
    await digest.note(office.app, chat, message, WHY)
    drawn = (await office.effects(EffectKind.CARD))[-1]

    card_receipt = await card.perform(office.app, drawn)
    digest_receipt = await digest.perform(office.app, (await office.effects(EffectKind.DIGEST))[0])
    async with office.app.store.read() as read:
        contacts = await ways.contacts_for(office.app, read, case)
        brought = await cases.escalation(read, case.id)

    assert card_receipt.data["places"] == 0
    assert digest_receipt.data["lines"] == 0
    assert brought is not None
    assert contacts
    assert case.person_id not in {one.person_id for one in contacts}


async def test_the_accused_does_not_learn_from_a_step_on_their_own_message_that_it_was_reported(office: Office) -> None:
    _, reported = await accused(office, "Mike")
    never = office.said("Mike", "nobody minds this one")

    for command in ("notice", "warn", "delete", "timeout", "remove", "escalate", "dismiss", "case", "flag"):
        said = [words(await office.run("Mike", command, target=one)) for one in (reported, never)]
        assert said[0] == said[1]


async def test_who_gets_a_seat_while_a_case_is_open_takes_it_out_of_the_committees_sight(office: Office) -> None:
    case = await office.case("Mallory")
    before = words(await office.run("Mona", "case", case=case.ref))
    await office.house.seat("Mallory", ref("Mallory"), Role.MODERATOR)

    after = {name: words(await office.run(name, "case", case=case.ref)) for name in ("Mona", "Mallory")}
    async with office.app.store.change("test", "sweep", office.app.now()) as change:
        hidden = await hiding.hide_all(office.app, change)
    now = await office.open_case("Mallory")
    async with office.app.store.read() as read:
        brought = await cases.escalation(read, case.id)

    assert case.ref in before
    assert leaks(case, "".join(after.values())) == []
    assert (hidden, now.restricted, brought is not None) == (1, True, True)


async def test_a_seat_that_begins_by_date_hides_from_that_day_on(office: Office) -> None:
    case = await office.case("Mallory")
    day = powers.today(office.app)
    await office.house.seat("Mallory", ref("Mallory"), Role.LEAD, starts=day + timedelta(days=1))

    async with office.app.store.read() as read:
        today = await powers.is_hidden(office.app, read, case)
        due = await cases.to_be_hidden(read, day + timedelta(days=1))

    assert not today
    assert [one.id for one in due] == [case.id]


async def test_an_accused_officer_cannot_reach_the_case_from_any_society(office: Office) -> None:
    case, _ = await accused(office, "Otis")

    private = await office.run("Otis", "case", place=private_chat("Otis"), case=case.ref)
    history = await office.run("Otis", "history", target=office.said("Otis"))

    assert words(private).startswith("There is no such case")
    assert "cases: 0" in words(history)


def private_chat(name: str) -> Place:
    """Somebody's private chat with Porter."""
    return Place("discord", f"id-{name}", private=True)
