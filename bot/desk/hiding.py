"""A case about somebody with a seat is kept from the committee, also when the seat begins after the case."""

from bot.desk import card, escalation, powers
from bot.model import Case
from bot.parts import App
from bot.store import cases
from bot.store.change import Change


async def hide_all(app: App, change: Change) -> int:
    """Take every open case whose subject sits on its committee, or for the Union, by now out of the committee's sight
    and to the Union; answers how many."""
    found = await cases.to_be_hidden(change, powers.today(app))
    for case in found:
        await hide(app, change, case)
    return len(found)


async def hide(app: App, change: Change, case: Case) -> None:
    """Restrict one case: the card is covered, and officers have it."""
    change.about(f"case:{case.id}")
    await cases.touch(change, case.id, restricted=True)
    await escalation.bring(app, change, case, by="Porter", reason=app.wording.text("escalation.restricted"))
    await card.ask(app, change, case.id)
