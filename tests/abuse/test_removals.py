"""A rogue committee member: nobody alone removes a committee member, many people, or anybody around an election."""

import asyncio
from datetime import timedelta

from bot.desk import powers, removals, seating
from bot.model import Action, ActionKind, ActionState, Case, EffectKind, Role
from bot.store import cases, people
from tests.abuse.conftest import Clock
from tests.abuse.office import CHESS, Office, ref

REMOVALS = (EffectKind.REMOVE, EffectKind.TELL_REMOVED)


async def removal(office: Office, case: Case) -> Action:
    """The newest removal of a case."""
    async with office.app.store.read() as read:
        return [one for one in await cases.actions_of(read, case.id) if one.kind is ActionKind.REMOVE][-1]


async def freeze(office: Office) -> None:
    """An election is on."""
    day = powers.today(office.app)
    await seating.freeze(office.app, "chess", day, day + timedelta(days=14), "cli")


async def frozen(office: Office) -> tuple[Case, str, str]:
    """A case in an election freeze whose removal Mona asked for; the buttons to agree to it and not to."""
    await freeze(office)
    case = await office.case()
    await office.run("Mona", "remove", case=case.ref)
    action = await removal(office, case)
    return (
        case,
        await office.token("agree", case, action=action.id),
        await office.token("decline", case, action=action.id),
    )


async def test_one_person_removes_two_people_a_day_alone_and_no_third(office: Office) -> None:
    found = [await office.case(name) for name in ("Mallory", "Max", "Mo")]

    said = [(await office.run("Mona", "remove", case=case.ref)).speech.plain for case in found]

    assert [(await removal(office, case)).state for case in found] == [
        ActionState.PENDING,
        ActionState.PENDING,
        ActionState.WAITING,
    ]
    assert "waits for a second person, because Mona has asked for 2 others" in said[2]
    assert len(await office.effects(EffectKind.REMOVE)) == 2


async def test_a_day_later_the_count_begins_anew(office: Office, clock: Clock) -> None:
    for name in ("Mallory", "Max"):
        await office.run("Mona", "remove", case=(await office.case(name)).ref)
    clock.later(hours=25)

    case = await office.case("Mo")
    await office.run("Mona", "remove", case=case.ref)

    assert (await removal(office, case)).state is ActionState.PENDING


async def test_another_seat_of_the_same_person_does_not_begin_a_new_count(office: Office) -> None:
    for name in ("Mallory", "Max"):
        await office.run("Mona", "remove", case=(await office.case(name)).ref)
    await seating.end_seat(office.app, office.house.seats["Mona"], "cli")
    await office.house.seat("Mona again", ref("Mona"), Role.LEAD)

    case = await office.case("Mo")
    await office.run("Mona", "remove", case=case.ref)

    assert (await removal(office, case)).state is ActionState.WAITING


async def test_in_an_election_freeze_the_first_removal_waits(office: Office) -> None:
    case, _, _ = await frozen(office)

    assert (await removal(office, case)).state is ActionState.WAITING
    assert await office.effects(*REMOVALS) == []


async def test_after_the_freeze_one_person_is_enough(office: Office, clock: Clock) -> None:
    await freeze(office)
    clock.later(days=15)

    case = await office.case()
    await office.run("Mona", "remove", case=case.ref)

    assert (await removal(office, case)).state is ActionState.PENDING


async def test_a_second_person_agrees_and_it_is_done_once(office: Office) -> None:
    case, agree, _ = await frozen(office)

    said = await asyncio.gather(*(office.press("Lena", agree) for _ in range(50)))

    action = await removal(office, case)
    assert (action.state, action.name, action.second_name) == (ActionState.PENDING, "Mona", "Lena")
    assert len(await office.effects(EffectKind.REMOVE)) == 1
    assert sum("being told, and then taken out" in one.speech.plain for one in said) == 1


async def test_who_asked_the_accused_and_people_without_a_seat_cannot_agree(office: Office) -> None:
    case, agree, _ = await frozen(office)

    said = [(await office.press(name, agree)).speech.plain for name in ("Mona", "Mallory", "Alice", "Gus")]

    assert (await removal(office, case)).state is ActionState.WAITING
    assert await office.effects(*REMOVALS) == []
    assert said[0].startswith("Somebody else has to decide this")


async def test_a_second_person_says_no_and_nobody_is_removed(office: Office) -> None:
    case, agree, decline = await frozen(office)

    await office.press("Lena", decline)
    late = await office.press("Mike", agree)

    action = await removal(office, case)
    assert (action.state, action.reason) == (ActionState.REFUSED, "Lena did not agree")
    assert await office.effects(*REMOVALS) == []
    assert late.speech.plain == "That was decided already, or it lapsed."


async def test_without_an_answer_it_lapses_after_a_day(office: Office, clock: Clock) -> None:
    case, agree, _ = await frozen(office)
    (end,) = await office.effects(EffectKind.END_SECOND)
    clock.later(hours=24)

    await office.do(end)
    late = await office.press("Lena", agree)

    assert end.run_at == clock.at
    assert (await removal(office, case)).state is ActionState.REFUSED
    assert await office.effects(*REMOVALS) == []
    assert "does not work any more" in late.speech.plain


async def test_the_word_of_somebody_who_left_office_moves_nothing(office: Office) -> None:
    case, agree, _ = await frozen(office)
    await seating.end_seat(office.app, office.house.seats["Mona"], "cli")

    said = await office.press("Lena", agree)

    assert said.speech.plain.startswith("Nothing is done: the seat of Mona")
    assert (await removal(office, case)).state is ActionState.REFUSED
    assert await office.effects(*REMOVALS) == []


async def test_an_officer_cannot_remove_a_committee_member_alone(office: Office) -> None:
    case = await office.case("Mike")

    await office.run("Olu", "remove", case=case.ref)
    action = await removal(office, case)
    agree = await office.token("agree", case, action=action.id)
    refused = [await office.press(name, agree) for name in ("Olu", "Lena", "Mona", "Mike")]
    before = await office.effects(*REMOVALS)
    await office.press("Otis", agree)

    assert action.state is ActionState.WAITING
    assert len(refused) == 4
    assert before == []
    assert len(await office.effects(EffectKind.REMOVE)) == 1


async def test_with_nobody_to_agree_nothing_is_asked_and_the_union_is_named(office: Office) -> None:
    case = await office.case("Mike")
    await seating.end_seat(office.app, office.house.seats["Otis"], "cli")

    said = await office.run("Olu", "remove", case=case.ref)

    assert "nobody else is in office to agree" in said.speech.plain
    assert await office.effects(EffectKind.ASK_SECOND, *REMOVALS) == []


async def test_a_removal_by_hand_stands_on_the_case_and_the_committee_is_told(office: Office) -> None:
    case = await office.case()

    await removals.handle_by_hand(office.app, "discord", CHESS.chat, ref("Mallory"), ref("Una"))

    action = await removal(office, case)
    assert (action.name, action.seat_id, action.state) == ("Una", None, ActionState.DONE)
    assert action.detail == "by hand in Chess Society, outside Porter"
    (told,) = await office.effects(EffectKind.TELL_COMMITTEE)
    assert "Mallory was taken out of “Chess Society” by Una, by hand" in told.payload["words"]


async def test_a_removal_is_taken_back_by_a_lead_once(office: Office) -> None:
    case = await office.case()
    await removals.handle_by_hand(office.app, "discord", CHESS.chat, ref("Mallory"), ref("Una"))

    refused = await office.run("Mona", "readmit", case=case.ref)
    await office.run("Lena", "readmit", case=case.ref)
    again = await office.run("Lena", "readmit", case=case.ref)

    assert refused.speech.plain.startswith("Only somebody with a seat")
    assert again.speech.plain.startswith("Let back in: Lena did this")
    assert len(await office.effects(EffectKind.READMIT)) == 1
    assert len(await office.effects(EffectKind.TELL_READMITTED)) == 1


async def test_a_removal_of_a_closed_case_can_be_taken_back_too(office: Office) -> None:
    case = await office.case()
    await removals.handle_by_hand(office.app, "discord", CHESS.chat, ref("Mallory"), ref("Una"))
    await office.run("Mona", "dismiss", case=case.ref)

    said = await office.run("Olu", "readmit", case=case.ref)

    assert "may come back" in said.speech.plain
    async with office.app.store.read() as read:
        account = await people.account(read, ref("Mallory"))
        assert account is not None
        assert await removals.standing(office.app, read, case.society_id, account.person_id) is not None
