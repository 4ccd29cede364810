"""Power ends with the seat, at once: commands, old buttons, forms, officers' messages. Porter grants no platform role
for a seat, so that none can stay behind."""

from datetime import timedelta

import pytest

from bot.desk import powers, seating, ways
from bot.model import EffectKind, Role
from tests.abuse.conftest import Clock
from tests.abuse.office import Office, ref, words

STEPS = (EffectKind.NOTICE, EffectKind.WARN, EffectKind.DELETE, EffectKind.TIMEOUT, EffectKind.REMOVE)
COMMANDS = ("notice", "warn", "delete", "timeout", "remove", "escalate", "dismiss", "case", "readmit")


@pytest.mark.parametrize("how", ["ended", "run out"])
async def test_after_the_seat_no_command_button_or_form_of_before_does_anything(
    office: Office, clock: Clock, how: str
) -> None:
    day = powers.today(office.app)
    await office.house.seat("Old", ref("Old"), Role.LEAD, ends=day)
    case = await office.case()
    buttons = [
        await office.token("step", case, kind=kind) for kind in ("notice", "warn", "delete", "timeout", "remove")
    ]
    form = await office.token("screenshots", case)
    if how == "ended":
        await seating.end_seat(office.app, office.house.seats["Old"], "cli")
        clock.later(seconds=1)
    else:
        clock.later(hours=12)  # past midnight

    said = [words(await office.run("Old", one, case=case.ref)) for one in COMMANDS]
    said += [words(await office.press("Old", one)) for one in buttons]
    said.append(words(await office.submit("Old", form)))

    assert {one[:27] for one in said} == {"Only somebody with a seat f"}
    assert await office.effects(*STEPS) == []


async def test_a_seat_that_has_not_begun_gives_nothing(office: Office) -> None:
    day = powers.today(office.app)
    await office.house.seat("New", ref("New"), Role.LEAD, starts=day + timedelta(days=1))
    case = await office.case()

    said = await office.run("New", "case", case=case.ref)

    assert words(said).startswith("Only somebody with a seat")


async def test_an_officer_whose_seat_ended_is_tried_no_more_and_sent_nothing(office: Office) -> None:
    case = await office.case("Mike")
    (first,) = await office.effects(EffectKind.OFFICER_NEXT)
    await office.do(first)
    await seating.end_seat(office.app, office.house.seats["Olu"], "cli")

    async with office.app.store.read() as read:
        left = await ways.contacts_for(office.app, read, case)

    assert [one.name for one in left] == ["Otis"]
    assert words(await office.run("Olu", "case", case=case.ref)).startswith("Only somebody with a seat")
