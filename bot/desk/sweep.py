"""What is done by the clock: the buffer forgets, keys of old updates go, bound chats are looked up anew.

The next sweep is a row keyed by its hour, so that a restart never makes two of one.
"""

from datetime import timedelta

import structlog

from bot import failpoints
from bot.desk import checkup, erasure, hiding, powers, record, resealing, standing
from bot.model import Effect, EffectKind, Receipt
from bot.parts import App
from bot.store import inbox, members
from bot.store.change import Change

EVERY = timedelta(hours=1)
TRIES_KEPT = timedelta(days=2)  # every limit is by the day or shorter
log = structlog.get_logger()
KEYS_KEPT = timedelta(days=8)  # Telegram starts its numbers anew after a week of silence


async def schedule(app: App, change: Change) -> None:
    """Have the next sweep done at the next full hour, and today's head of the audit mailed."""
    at = (change.now + EVERY).replace(minute=0, second=0, microsecond=0)
    await app.outbox.add(change, EffectKind.SWEEP, f"sweep:{at:%Y-%m-%dT%H}", run_at=at)
    await record.ask(app, change)


async def perform(app: App, _effect: Effect) -> Receipt:
    """Forget what is too old to be kept, let memberships lapse, hide the cases of those who have a seat now, and plan
    the next sweep."""
    forgotten = await app.ear.forget(app.now())
    failpoints.reach("sweep.forgotten")
    async with app.store.change("porter", "sweep", app.now()) as change:
        keys = await inbox.forget(change, app.now() - KEYS_KEPT)
        lapsed = await members.lapse(change, powers.today(app))
        await members.forget_attempts(change, app.now() - TRIES_KEPT)
        hidden = await hiding.hide_all(app, change)
        await schedule(app, change)
        await checkup.schedule(app, change)
        await standing.end_trials(app, change)
    erased, old = await erasure.erase_due(app), await erasure.forget_old(app)
    await resealing.sweep(app)
    if not await erasure.scrub(app):
        log.warning("sweep.not_scrubbed")
    await powers.refresh_chats(app)
    counts = {"messages": forgotten, "keys": keys, "lapsed": lapsed, "hidden": hidden, "erased": erased, "old": old}
    return Receipt(counts)
