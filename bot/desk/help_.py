"""What this person may do, here and now."""

from collections.abc import Sequence

from bot.desk import powers
from bot.model import Answer, Speech
from bot.parts import App
from bot.ports import CommandSpec


async def for_person(app: App, who: powers.Caller, specs: Sequence[CommandSpec]) -> Answer:
    """The commands this person may use; those of the committee only for who has a seat."""
    society_id = None if who.chat is None else who.chat.society_id
    seat = powers.seat_for(who.seats, powers.COMMITTEE | powers.SETUP, society_id)
    speech = app.wording.say("help.head", name=who.ref.name)
    for spec in [one for one in specs if not one.staff]:
        speech += _line(app, spec)
    if seat is not None or who.seats:
        speech += app.wording.say("help.staff")
        for spec in [one for one in specs if one.staff]:
            speech += _line(app, spec)
    return Answer(speech + app.wording.say("help.foot"))


def _line(app: App, spec: CommandSpec) -> Speech:
    return app.wording.say("help.line", command=f"/{spec.name}", text=spec.description)


async def hello(app: App, who: powers.Caller) -> Answer:
    """The first word in a private chat."""
    return Answer(app.wording.say("help.hello", name=who.ref.name))
