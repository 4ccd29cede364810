"""What cards and exhibits know of the safeguarding lane: whether a case is in it, and the button that leads in."""

from collections.abc import Sequence
from datetime import timedelta

from bot.model import Button, ButtonStyle, Case, Exhibit, ExhibitKind, Message, Report, Speech
from bot.parts import App
from bot.store import presses
from bot.store.change import Change

BUTTON_DAYS = 365
FILES = (ExhibitKind.ATTACHMENT, ExhibitKind.SCREENSHOT, ExhibitKind.PICTURE)


def entered(reports: Sequence[Report]) -> bool:
    """Whether a message of the case is under safeguarding: then no picture of the case is drawn, sent or taken in."""
    return any(one.safeguarded_at is not None for one in reports)


async def button(
    app: App, change: Change, case: Case, newest: Message | None, exhibits: Sequence[Exhibit]
) -> tuple[tuple[Button, ...], ...]:
    """The row with the button, where the case has anything to do with a file."""
    has_files = newest is not None and newest.attachments
    if not has_files and not any(one.kind in FILES for one in exhibits):
        return ()
    token = await presses.add(
        change,
        "safeguard",
        app.now() + timedelta(days=BUTTON_DAYS),
        key=f"safeguard:{case.id}",
        society_id=case.society_id,
        case_id=case.id,
    )
    return ((Button(app.wording.text("safeguard.button"), token, ButtonStyle.PLAIN),),)


def line(app: App, reports: Sequence[Report]) -> Speech:
    """The card's line about it."""
    return app.wording.say("safeguard.card", lead=lead(app)) if entered(reports) else Speech()


def lead(app: App) -> str:
    """The designated safeguarding lead, as people read it."""
    return app.settings.safeguarding.name or app.wording.text("safeguard.lead")
