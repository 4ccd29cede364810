"""What this person may do, here and now."""

from collections.abc import Sequence

from bot.desk import powers
from bot.model import Answer, Role, Speech
from bot.parts import App
from bot.ports import CommandSpec


async def for_person(app: App, who: powers.Caller, specs: Sequence[CommandSpec]) -> Answer:
    """The commands this person may use; those that take a seat only for who has one that gives them."""
    theirs = [spec for spec in specs if spec.roles & _roles(who)]
    speech = app.wording.say("help.head", name=who.ref.name)
    for spec in [one for one in specs if not one.staff]:
        speech += _line(app, spec)
    if theirs:
        speech += app.wording.say("help.staff")
        for spec in theirs:
            speech += _line(app, spec)
    return Answer(speech + app.wording.say("help.foot"))


def _roles(who: powers.Caller) -> set[Role]:
    """The roles somebody has here; in a private chat, wherever they have them."""
    return {one.role for one in who.seats if who.society is None or one.society_id in (who.society.id, None)}


def _line(app: App, spec: CommandSpec) -> Speech:
    return app.wording.say("help.line", command=f"/{spec.name}", text=spec.description)


async def hello(app: App, who: powers.Caller) -> Answer:
    """The first word in a private chat."""
    return Answer(app.wording.say("help.hello", name=who.ref.name))
