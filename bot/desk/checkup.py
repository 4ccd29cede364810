"""“Am I blind?” Once a day, and whenever rights change, Porter looks whether it can still do its work in a chat. The
committee is told when something begins to be missing, a week later if it still is, and when all is well again; the
Union is told as well when Porter cannot see or delete what is said there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog

from bot.desk import committee, union
from bot.desk.times import clock
from bot.errors import Forbidden, Gone, PlatformError
from bot.model import ActionKind, ActionState, Chat, ChatPurpose, Effect, EffectKind, Place, Receipt
from bot.parts import App
from bot.ports import Finding, Need, Sent
from bot.store import cases, chats, people, watch
from bot.store.change import Change, Read

BACK = timedelta(hours=26)  # looked back for a delete that failed: a day, and what a check may come late
REMIND = timedelta(days=7)
TRIES = 5  # after which a platform that does not answer is itself what was found
log = structlog.get_logger()


class News(StrEnum):
    """What there is to tell: something began to be missing, still is after a week, or all is well again."""

    NONE = "none"
    BEGAN = "began"
    STILL = "still"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Known:
    """What the last check found wrong, by name and since when; when it was told. Times are ISO, UTC."""

    began: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    union: bool = False

    def since(self) -> datetime | None:
        """When the first of it began."""
        return min(map(datetime.fromisoformat, self.began.values()), default=None)


def news(known: Known, wrong: Sequence[str], now: datetime) -> News:
    """What to tell, given what was known and what is wrong now."""
    if not wrong:
        return News.WELL if known.began else News.NONE
    if set(wrong) - set(known.began):
        return News.BEGAN
    return News.STILL if now - datetime.fromisoformat(known.told) >= REMIND else News.NONE


def _mark(chat_id: int) -> str:
    return f"checkup:{chat_id}"


async def schedule(app: App, change: Change) -> None:
    """Have every bound chat checked today at the Union's hour; later today if that hour is over."""
    hour = (
        app.now().astimezone(app.zone).replace(hour=app.settings.health.check_hour, minute=0, second=0, microsecond=0)
    )
    for chat in app.chats.values():
        if chat.bound_at > app.now() - timedelta(hours=1):
            continue  # it is being set up
        key = f"check:{chat.id}:{hour:%Y-%m-%d}"
        ids: dict[str, Any] = {"platform": chat.platform, "society_id": chat.society_id}
        await app.outbox.add(change, EffectKind.CHECK_CHAT, key, {"chat": chat.id}, **ids, run_at=hour)


async def perform(app: App, effect: Effect) -> Receipt:
    """The day's check of one chat. A platform that does not answer is asked again a few times first."""
    async with app.store.read() as read:
        chat = await chats.chat_by_id(read, effect.payload["chat"])
    if chat.unbound_at is not None or chat.platform not in app.platforms:
        return Receipt({"skipped": True})
    told = await check(app, chat, patient=effect.attempts < TRIES)
    return Receipt({"news": told.value})


async def handle_rights(app: App, platform: str, chat: str) -> None:
    """Our rights changed there: look at once."""
    bound = app.chats.get((platform, chat))
    if bound is not None:
        await check(app, bound, patient=True)


async def check(app: App, chat: Chat, *, patient: bool) -> News:
    """Look, and tell what is new. Raises `PlatformError` when the platform does not answer and we are `patient`."""
    wrong = [one for one in await look(app, chat, patient=patient) if not one.ok and one.need is not Need.ADVICE]
    now = app.now()
    async with app.store.change("porter", "check chat", now) as change:
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        kept = await chats.mark(change, _mark(chat.id))
        known = Known(**json.loads(kept)) if kept else Known()
        told = news(known, [one.key for one in wrong], now)
        began = {one.key: known.began.get(one.key, now.isoformat()) for one in wrong}
        vital = any(one.need is Need.VITAL for one in wrong)
        await _tell(app, change, chat, told, Known(began, now.isoformat(), known.union), wrong)
        if vital != known.union or (vital and told is not News.NONE):
            await _tell_union(app, change, chat, wrong, began=began if vital else known.began, vital=vital)
        latest = Known(began, known.told if told is News.NONE else now.isoformat(), union=vital)
        await chats.set_mark(change, _mark(chat.id), json.dumps(asdict(latest)))
    if told is not News.NONE:
        log.info("checkup.told", chat=chat.id, news=told.value, wrong=[one.key for one in wrong])
    return told


async def _tell(app: App, change: Change, chat: Chat, told: News, known: Known, wrong: Sequence[Finding]) -> None:
    if told is News.NONE:
        return
    since = clock(app, known.since())
    words = app.wording.text(f"checkup.{told}", title=chat.title, time=since, found=_listed(wrong))
    await committee.say_to_committee(app, change, chat, f"checkup:{chat.id}:{app.now():%Y%m%d%H%M%S%f}", words)


def _listed(wrong: Sequence[Finding]) -> str:
    return "\n".join(f"• {one.text}" for one in wrong)


async def _tell_union(
    app: App, change: Change, chat: Chat, wrong: Sequence[Finding], *, began: Mapping[str, str], vital: bool
) -> None:
    """The Union hears that a chat is out of Porter's sight, and that it is back."""
    society = await people.society_by_id(change, chat.society_id)
    since = clock(app, min(map(datetime.fromisoformat, began.values()), default=app.now()))
    name = "checkup.blind" if vital else "checkup.sees"
    fillings: dict[str, Any] = {"society": society.name, "title": chat.title, "time": since}
    words = app.wording.text(name, **fillings, platform=chat.platform.capitalize(), found=_listed(wrong))
    await union.tell(app, change, f"{name}:{chat.id}:{app.now():%Y%m%d%H%M%S%f}", words, chat.society_id)


async def look(app: App, chat: Chat, *, patient: bool) -> list[Finding]:
    """Everything that Porter needs in a chat: what the platform knows, and what we know ourselves."""
    say = app.wording.text
    try:
        steps = await app.platforms[chat.platform].plan_setup(chat)
        found = [Finding(step.done, step.text, step.key, step.need) for step in steps]
        found += [await _pinned(app, chat)] if chat.purpose is ChatPurpose.MEMBERS else []
    except (Gone, Forbidden) as error:
        return [Finding(False, say("checkup.not_there", why=str(error)), "there", Need.VITAL)]
    except PlatformError as error:
        if patient:
            raise
        return [Finding(False, say("checkup.no_answer", why=str(error)), "reached", Need.VITAL)]
    async with app.store.read() as read:
        return [*found, *await _ours(app, read, chat)]


async def _pinned(app: App, chat: Chat) -> Finding:
    """Whether the joining statement is pinned (U3)."""
    async with app.store.read() as read:
        post = await cases.post(read, f"pinned:{chat.id}")
    ok = post is not None and await app.platforms[chat.platform].is_pinned(
        Sent(Place(**post["place"]), post["message"])
    )
    return Finding(ok, app.wording.text("checkup.pinned"), "pinned")


async def _ours(app: App, read: Read, chat: Chat) -> list[Finding]:
    found = []
    last = await cases.last_action(read, chat.id, ActionKind.DELETE, app.now() - BACK)
    if last is not None and last.state in (ActionState.REFUSED, ActionState.FAILED):
        text = app.wording.text("checkup.delete", time=clock(app, last.settled_at), why=last.reason)
        found.append(Finding(False, text, "delete"))
    unscreened = await watch.unscreened(read, chat)
    if unscreened:
        found.append(Finding(False, app.wording.text("checkup.unscreened", count=unscreened), "unscreened"))
    return found
