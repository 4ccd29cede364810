"""A chat that is locked: requests to enter are kept, and answered when it opens, a few at a time. A lead locks all
chats of a society; too many requests within a minute lock a chat by themselves. Who proved membership before comes in
all the same; nobody else does, locked or not."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.desk import committee, powers
from bot.desk.times import clock
from bot.errors import Refusal
from bot.model import Answer, Call, Chat, ChatPurpose, Effect, EffectKind, Receipt
from bot.parts import App
from bot.store import chats, effects, members
from bot.store.change import Change, Read

ANSWER_EVERY = timedelta(seconds=3)  # so that opening again does not write to hundreds at once
LONGEST = 1440  # minutes
END = frozenset({"end", "off", "stop"})
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lock:
    """How a chat stands. `until` empty: open. `rest`: until then it does not lock itself. Times are ISO, UTC."""

    since: str = ""
    until: str = ""
    rest: str = ""
    held: int = 0

    def closed(self, now: datetime) -> bool:
        """Whether requests are kept at that time."""
        return self.until != "" and datetime.fromisoformat(self.until) > now

    def resting(self, now: datetime) -> bool:
        """Whether somebody opened it by hand a short while ago."""
        return self.rest != "" and datetime.fromisoformat(self.rest) > now


def _mark(chat_id: int) -> str:
    return f"lockdown:{chat_id}"


async def lock_of(read: Read, chat_id: int) -> Lock:
    """How a chat stands."""
    kept = await chats.mark(read, _mark(chat_id))
    return Lock(**json.loads(kept)) if kept else Lock()


async def _keep(change: Change, chat_id: int, lock: Lock) -> None:
    await chats.set_mark(change, _mark(chat_id), json.dumps(asdict(lock)))


async def held_until(app: App, change: Change, chat: Chat) -> datetime | None:
    """When somebody who asks to enter now is answered; None for at once. Notices a raid, and locks the chat."""
    lock = await lock_of(change, chat.id)
    if not lock.closed(app.now()):
        if lock.resting(app.now()) or not await _is_raid(app, change, chat):
            return None
        lock = await begin(app, change, chat, app.settings.admission.lockdown_minutes)
        await _tell(app, change, chat, lock, "lockdown.raid")
        log.warning("lockdown.raid", chat=chat.id)
    await _keep(change, chat.id, replace(lock, held=lock.held + 1))
    return datetime.fromisoformat(lock.until) + lock.held * ANSWER_EVERY


async def _is_raid(app: App, read: Read, chat: Chat) -> bool:
    settings = app.settings.admission
    since = app.now() - timedelta(seconds=settings.raid_seconds)
    return await members.knocks_since(read, chat.id, since) >= settings.raid_knocks


async def begin(app: App, change: Change, chat: Chat, minutes: int) -> Lock:
    """Lock a chat for that long. What was kept before is answered after that, too."""
    until = app.now() + timedelta(minutes=minutes)
    held = await _space(change, chat, until)
    lock = Lock(since=app.now().isoformat(), until=until.isoformat(), held=held)
    await _keep(change, chat.id, lock)
    ids: dict[str, Any] = {"platform": chat.platform, "society_id": chat.society_id}
    payload = {"chat": chat.id, "until": lock.until}
    await app.outbox.add(change, EffectKind.UNLOCK, f"unlock:{chat.id}:{lock.until}", payload, **ids, run_at=until)
    return lock


async def _space(change: Change, chat: Chat, start: datetime) -> int:
    """Have what was kept answered from then on, a few seconds apart; answers how many."""
    waiting = await effects.waiting(change, EffectKind.GREET_KNOCK, chat.society_id)
    kept = [one for one in waiting if one.payload.get("held") == chat.id]
    for number, one in enumerate(kept):
        await effects.reschedule(change, one.id, start + number * ANSWER_EVERY)
    return len(kept)


async def perform_unlock(app: App, effect: Effect) -> Receipt:
    """The time is over: open, unless somebody did or locked it for longer meanwhile."""
    async with app.store.change("porter", "end lockdown", app.now()) as change:
        chat = await chats.chat_by_id(change, effect.payload["chat"])
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        lock = await lock_of(change, chat.id)
        if lock.until != effect.payload["until"]:
            return Receipt({"skipped": True})
        await _keep(change, chat.id, Lock())
        await _tell(app, change, chat, lock, "lockdown.over")
    return Receipt({"held": lock.held})


async def _tell(app: App, change: Change, chat: Chat, lock: Lock, name: str) -> None:
    until = clock(app, datetime.fromisoformat(lock.until))
    settings = app.settings.admission
    words = app.wording.text(
        name,
        title=chat.title,
        time=until,
        count=lock.held,
        knocks=settings.raid_knocks,
        seconds=settings.raid_seconds,
        minutes=max(1, round(lock.held * ANSWER_EVERY / timedelta(minutes=1))),
    )
    await committee.say_to_committee(app, change, chat, f"{name}:{chat.id}:{lock.since}", words)


async def command(app: App, who: powers.Caller, call: Call) -> Answer:
    """`/lockdown`, `/lockdown 60`, `/lockdown end`: a lead locks or opens all chats of the society."""
    if who.chat is None or who.society is None:
        raise Refusal(app.wording.text("refusal.not_bound"))
    seat = await powers.may(app, who, powers.LEADS, who.chat.society_id)
    word = (call.arguments.get("minutes") or call.arguments.get("text", "")).strip().lower()
    minutes = 0 if word in END else _minutes(app, word)
    doors = [one for one in app.chats.values() if one.society_id == who.chat.society_id]
    doors = [one for one in doors if one.purpose is ChatPurpose.MEMBERS]
    async with app.store.change(f"seat:{seat.id}", "lockdown" if minutes else "end lockdown", app.now()) as change:
        change.about(*(f"chat:{one.id}" for one in doors), society_id=who.chat.society_id)
        held = [await _turn(app, change, door, minutes) for door in doors]
    if not minutes:
        rest = app.settings.admission.lockdown_minutes
        return Answer(app.wording.say("lockdown.ended", society=who.society.name, count=sum(held), minutes=rest))
    until = clock(app, app.now() + timedelta(minutes=minutes))
    return Answer(app.wording.say("lockdown.begun", society=who.society.name, time=until))


def _minutes(app: App, word: str) -> int:
    if not word:
        return app.settings.admission.lockdown_minutes
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:6]) <= LONGEST):
        raise Refusal(app.wording.text("refusal.lockdown", longest=LONGEST))
    return int(word)


async def _turn(app: App, change: Change, chat: Chat, minutes: int) -> int:
    """Lock a chat, or open it and have what was kept answered from now on; answers how many that are."""
    if minutes:
        return (await begin(app, change, chat, minutes)).held
    held = await _space(change, chat, app.now())
    rest = app.now() + timedelta(minutes=app.settings.admission.lockdown_minutes)
    await _keep(change, chat.id, Lock(rest=rest.isoformat()))
    return held
