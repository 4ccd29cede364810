"""Who may do what: every command and button × who asks × society × state of the case, made of what there is to use, and
compared with what the Union was promised. The table here is written by hand, apart from the program's own."""

import pytest

from bot import commands
from bot.desk import powers
from bot.errors import NotAllowed
from bot.model import AccountRef, AuthorKind, Case, Role
from tests.abuse.office import CHESS, GO, Office, ref, words
from tests.abuse.test_accused import BEHIND

ANYBODY = {"Alice", "Gus", "Uma", "Mona", "Lena", "Olu", "Ada"}
COMMITTEE = {"Mona", "Lena", "Olu"}  # trained, of this society; Uma has no training, Gus is another society's
LEADS = {"Lena", "Olu"}
OFFICER = {"Olu"}
MAY: dict[str, set[str]] = {
    **dict.fromkeys(("help", "flag", "support", "ask-union", "committee", "about"), ANYBODY),
    **dict.fromkeys(("notice", "warn", "delete", "timeout", "remove", "escalate", "dismiss"), COMMITTEE),
    **dict.fromkeys(("case", "history", "safeguard"), COMMITTEE),
    "readmit": LEADS,
    "lockdown": LEADS,
    "statement": COMMITTEE | {"Uma", "Ada"},
    "setup": {"Lena", "Olu", "Ada"},
    "bind": ANYBODY - {"Alice"},  # then the code says for which society
}
MAY_PRESS: dict[str, set[str]] = {
    **dict.fromkeys(("verify", "code", "refer", "accept", "ask_union"), ANYBODY),
    **dict.fromkeys(("step", "screenshots", "admit", "turn_away", "answer", "doubt"), COMMITTEE | {"Uma"}),
    **dict.fromkeys(("safeguard", "safeguard_yes"), COMMITTEE | {"Uma"}),
    "readmit": {"Lena", "Olu"},
    **dict.fromkeys(("agree", "decline"), COMMITTEE | {"Uma"}),
    **dict.fromkeys(("acknowledge", "take_over", "ask_committee", "close", "outcome"), OFFICER),
    "setup": {"Lena", "Olu", "Ada"},
}
REFUSED = ("Only somebody with a seat", "There is no such case", "Porter cannot see who you are", "Only a person can")
ABOUT_A_CASE = {
    "notice",
    "warn",
    "delete",
    "timeout",
    "remove",
    "escalate",
    "dismiss",
    "case",
    "history",
    "readmit",
    "safeguard",
}
NEEDS_PLATFORM = {"setup"}


def is_refused(said: str) -> bool:
    """Whether somebody was told that it is not theirs to do."""
    return said.startswith(REFUSED) or "has no date of GDPR training" in said


async def case_in(office: Office, state: str) -> Case:
    """A case in that state."""
    case = await office.case("Mike" if state == "hidden" else f"Mallory {state}")
    if state == "escalated":
        await office.run("Mona", "escalate", case=case.ref)
    if state == "closed":
        await office.run("Mona", "dismiss", case=case.ref)
    return case


def test_every_command_and_button_has_a_row() -> None:
    assert MAY.keys() == {spec.name for spec in commands.SPECS}
    assert MAY_PRESS.keys() == commands.DEEDS.keys() == BEHIND.keys()


def test_what_has_no_row_in_the_programs_own_table_stops_the_start() -> None:
    names = [*(f"/{name}" for name in commands.RUNS), *commands.DEEDS]

    powers.check_rows(names)
    with pytest.raises(LookupError, match="/new"):
        powers.check_rows([*names, "/new"])
    with pytest.raises(LookupError, match="/help"):
        powers.check_rows([name for name in names if name != "/help"])


async def test_what_has_no_row_is_nobodys(office: Office) -> None:
    who = await powers.caller(office.app, ref("Olu"), CHESS)

    with pytest.raises(NotAllowed):
        await powers.gate(office.app, who, "new")


@pytest.mark.parametrize("state", ["open", "escalated", "closed", "hidden"])
async def test_commands_do_for_each_person_what_was_promised(office: Office, state: str) -> None:
    await office.house.seat("Uma", ref("Uma"), Role.MODERATOR, trained_on=None)
    case = await case_in(office, state)
    wrong = []

    for name in sorted(MAY):
        for who in sorted(ANYBODY):
            allowed = who in MAY[name] and (state != "hidden" or name not in ABOUT_A_CASE or who == "Olu")
            if not (allowed and name in NEEDS_PLATFORM):
                said = words(await office.run(who, name, case=case.ref, code="none", question="why?"))
                wrong += [f"/{name} by {who}: {said}"] if is_refused(said) == allowed else []

    assert wrong == []


async def test_buttons_are_open_to_each_person_as_promised(office: Office) -> None:
    await office.house.seat("Uma", ref("Uma"), Role.MODERATOR, trained_on=None)
    who = {name: await powers.caller(office.app, ref(name), CHESS) for name in ANYBODY}
    wrong = []

    for deed, may in MAY_PRESS.items():
        for name, one in who.items():
            try:
                await powers.gate(office.app, one, deed, office.house.society_id)
                wrong += [] if name in may else [f"{deed} by {name} was let pass"]
            except NotAllowed:
                wrong += [f"{deed} by {name} was not let pass"] if name in may else []

    assert wrong == []


@pytest.mark.parametrize("kind", [AuthorKind.ANONYMOUS, AuthorKind.CHANNEL, AuthorKind.BOT])
async def test_who_is_no_person_has_no_power_and_is_told_how_to_act(office: Office, kind: AuthorKind) -> None:
    case = await office.case()
    nobody = AccountRef("discord", "id-Lena", "Lena", kind=kind)  # even with the number of somebody who has a seat
    before = await office.effects()

    said = {name: words(await office.run(nobody, name, case=case.ref)) for name in MAY if MAY[name] != ANYBODY}

    expected = "Porter cannot see who you are" if kind is AuthorKind.ANONYMOUS else "Only a person can do that"
    assert {name: one for name, one in said.items() if not one.startswith(expected)} == {}
    assert await office.effects() == before


async def test_no_society_reads_or_changes_what_is_anothers(office: Office) -> None:
    chess, go = await office.case("Mallory"), await office.case("Max", GO)
    tokens = {one: [await office.token("step", one, kind=kind) for kind in ("warn", "remove")] for one in (chess, go)}
    before = await office.effects()

    said = [words(await office.run("Gus", name, GO, case=chess.ref)) for name in sorted(ABOUT_A_CASE)]
    said += [words(await office.run("Lena", name, CHESS, case=go.ref)) for name in sorted(ABOUT_A_CASE)]
    said += [words(await office.press("Gus", token, place)) for token in tokens[chess] for place in (GO, CHESS)]
    said += [words(await office.press("Lena", token, place)) for token in tokens[go] for place in (GO, CHESS)]

    assert [one for one in said if not is_refused(one) and "does not work any more" not in one] == []
    assert await office.effects() == before


async def test_history_of_somebody_in_two_societies_shows_each_committee_its_own(office: Office) -> None:
    chess, go = await office.case("Mallory"), await office.case("Mallory", GO)

    own = words(await office.run("Mona", "history", case=chess.ref))
    whole = words(await office.run("Olu", "history", case=chess.ref))

    assert chess.ref in own
    assert go.ref not in own
    assert chess.ref in whole
    assert go.ref in whole
