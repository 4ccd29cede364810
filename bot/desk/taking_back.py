"""Taking back what was shown or done: a card that is the committee's no longer, a removal."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.errors import Gone, Unreachable
from bot.model import Action, ActionKind, ActionState, Answer, Button, Case, Place, Receipt
from bot.parts import App
from bot.ports import Sent
from bot.store import presses

TURNS = (ActionKind.REMOVE, ActionKind.READMIT)
GOOD_FOR = timedelta(days=365)


async def cover(app: App, case: Case, posted: Sequence[dict[str, Any]]) -> Receipt:
    """Take what was shown of a case out of the committee's sight: its subject has a seat by now."""
    words = Answer(app.wording.say("card.hidden", reference=case.ref), private=False)
    for post in posted:
        with suppress(Gone, Unreachable):
            await app.platforms[post["platform"]].edit(Sent(Place(**post["place"]), post["message"]), words)
    return Receipt({"places": 0, "covered": len(posted)})


async def offer(app: App, case: Case, actions: Sequence[Action]) -> tuple[tuple[Button, ...], ...]:
    """The row with the button that takes a removal back, while there is one to take back."""
    done = [one.kind for one in actions if one.kind in TURNS and one.state is ActionState.DONE]
    if done[-1:] != [ActionKind.REMOVE]:
        return ()
    async with app.store.change("porter", "offer way back", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id}
        token = await presses.add(change, "readmit", app.now() + GOOD_FOR, key=f"readmit:{case.id}", **ids)
    return ((Button(app.wording.text("step.readmit.button"), token),),)
