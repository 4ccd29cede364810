"""The first start after a restore: Porter does not know what it did since the copy was made, and says so.

Public effects (a notice, a word to a student) may have been seen already: a person has to look, nothing is said again.
Escalations are repeated, and say that they are a repeat. Courtesies are left out. What only brings about a state (a
deletion, a removal, a card) is done again, which does no harm.
"""

from datetime import datetime

from bot.desk import card
from bot.model import Effect, EffectClass, EffectState
from bot.outbox.engine import Ending
from bot.parts import App
from bot.store import effects, marks
from bot.store.change import Change


async def reconcile(app: App) -> int:
    """Settle what was under way when the copy was made, once; answers how many effects a person has to look at."""
    async with app.store.read() as read:
        at = await marks.get(read, marks.RESTORED)
    if not at:
        return 0
    time, asked = card.clock(app, datetime.fromisoformat(at)), 0
    async with app.store.change("porter", "begin after a restore", app.now()) as change:
        for effect in await effects.listed(change, (EffectState.READY, EffectState.RUNNING), 10**9):
            asked += await _settle(app, change, effect, time)
        await marks.drop(change, marks.RESTORED)
    return asked


async def _settle(app: App, change: Change, effect: Effect, time: str) -> bool:
    if effect.cls is EffectClass.PUBLIC:
        reason = app.wording.text("restored.unknown", time=time)
        await effects.settle(change, effect.id, state=EffectState.UNKNOWN, error=reason)
        await app.outbox.deeds[effect.kind].settle(change, effect, Ending(EffectState.UNKNOWN, reason=reason))
        return True
    if effect.cls is EffectClass.RECEIPT:
        reason = app.wording.text("restored.left_out", time=time)
        await effects.settle(change, effect.id, state=EffectState.REFUSED, error=reason)
        await app.outbox.deeds[effect.kind].settle(change, effect, Ending(EffectState.REFUSED, reason=reason))
    elif effect.cls is EffectClass.ESCALATION:
        await effects.settle(change, effect.id, intent_at=effect.intent_at or change.now)
    return False
