"""Chats and the committees behind them: binding, setting up, leaving, who they are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.desk import powers, statement, union
from bot.errors import NotFound, PlatformError, Refusal
from bot.model import (
    AccountRef,
    Answer,
    Button,
    ButtonStyle,
    Call,
    Chat,
    ChatPurpose,
    Effect,
    EffectKind,
    Place,
    Press,
    Receipt,
    Speech,
)
from bot.parts import App
from bot.ports import SetupBy, SetupStep
from bot.store import chats, people, presses
from bot.store.change import Change

log = structlog.get_logger()


def normal_code(text: str) -> str:
    """A bind code as typed, without what people add to it."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


async def bind(app: App, who: powers.Caller, call: Call) -> Answer:
    """Bind this chat to a society with a one-time code, typed by somebody seated for it."""
    if call.place.private:
        raise Refusal(app.wording.text("refusal.bind_where"))
    if who.chat is not None:
        raise Refusal(app.wording.text("refusal.bound_already", society=who.society.name if who.society else ""))
    digest = app.vault.digest("bind", normal_code(call.arguments.get("code", "")))
    async with app.store.change("member", "bind chat", app.now()) as change:
        code = await chats.bind_code(change, digest, app.now())
        if code is None:
            raise NotFound(app.wording.text("refusal.bind_code"))
        seat = await powers.may(app, who, powers.SETUP | powers.COMMITTEE, code.society_id)
        if not await chats.use_bind_code(change, code.id):
            raise NotFound(app.wording.text("refusal.bind_code"))
        title = call.place.title or call.place.chat
        place = (call.place.platform, call.place.chat)
        chat_id = await chats.bind(change, code.society_id, *place, title, code.purpose)
        change.by = f"seat:{seat.id}"
        change.about(f"chat:{chat_id}", society_id=code.society_id)
        society = await people.society_by_id(change, code.society_id)
    await powers.refresh_chats(app)
    name = "bind.committee" if code.purpose is ChatPurpose.COMMITTEE else "bind.members"
    return Answer(app.wording.say(name, society=society.name, title=title), private=False)


async def handle_added(app: App, platform: str, chat: str, title: str, by: AccountRef | None) -> None:
    """We were added somewhere. A chat that nobody binds is left after saying why; a seated person may bind it first."""
    if (platform, chat) in app.chats:
        return
    async with app.store.change("porter", "added to chat", app.now()) as change:
        change.about(f"platform:{platform}")
        seats = [] if by is None else await people.seats_of(change, by, powers.today(app))
        hours = 24 if seats else 1
        payload = {"chat": chat, "title": title}
        key = f"leave:{platform}:{chat}:{app.now():%Y%m%d%H%M}"
        at = app.now() + timedelta(hours=hours)
        await app.outbox.add(change, EffectKind.LEAVE, key, payload, platform=platform, run_at=at)
    log.info("committee.added", platform=platform, seated=bool(seats), hours=hours)


async def unbind(app: App, chat: Chat, by: str) -> None:
    """A chat no longer belongs to its society: Porter leaves it, with what it put up there; its cases stay."""
    async with app.store.change(by, "unbind", app.now()) as change:
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        await chats.set_chat(change, chat.id, unbound_at=app.now())
        key = f"leave:{chat.platform}:{chat.external_id}:unbound:{chat.id}"
        payload = {"chat": chat.external_id, "title": chat.title}
        await app.outbox.add(change, EffectKind.LEAVE, key, payload, platform=chat.platform)
    await powers.refresh_chats(app)


async def perform_leave(app: App, effect: Effect) -> Receipt:
    """Leave a chat that is still not bound, saying why."""
    chat = str(effect.payload["chat"])
    await powers.refresh_chats(app)
    if (effect.platform, chat) in app.chats:
        return Receipt({"stayed": True})
    if effect.attempts <= 1:  # a chat that could not be left at once has been told why
        await _say_goodbye(app, effect.platform, chat)
    await app.platforms[effect.platform].leave(chat)
    return Receipt({"left": True})


async def _say_goodbye(app: App, platform: str, chat: str) -> None:
    """Say why we leave. Where we may not write, we leave all the same."""
    answer = Answer(app.wording.say("bind.leaving"), private=False)
    try:
        await app.platforms[platform].say(Place(platform, chat), answer)
    except PlatformError as error:
        log.info("committee.left_without_a_word", platform=platform, why=str(error))


async def handle_gone(app: App, platform: str, chat: str) -> None:
    """We were taken out: the chat is no longer bound; its cases stay."""
    bound = app.chats.get((platform, chat))
    if bound is None:
        return
    async with app.store.change("porter", "chat gone", app.now()) as change:
        change.about(f"chat:{bound.id}", society_id=bound.society_id)
        await chats.set_chat(change, bound.id, unbound_at=app.now())
        words = app.wording.text("committee.gone", title=bound.title)
        key = f"gone:{bound.id}:{app.now():%Y%m%d%H%M%S}"
        await say_to_committee(app, change, bound, key, words)
        await union.tell_gone(app, change, bound)
    await powers.refresh_chats(app)


async def say_to_committee(app: App, change: Change, chat: Chat, key: str, words: str) -> None:
    """Have a plain sentence said where the committee talks."""
    payload = {"words": words}
    ids: dict[str, Any] = {"platform": chat.platform, "society_id": chat.society_id}
    await app.outbox.add(change, EffectKind.TELL_COMMITTEE, key, payload, **ids)


async def handle_moved(app: App, platform: str, old: str, new: str) -> None:
    """A group became a supergroup and has a new id; both service messages say so, and either may come first."""
    async with app.store.change("porter", "chat moved", app.now()) as change:
        bound = await chats.chat(change, platform, old)
        if bound is not None:
            change.about(f"chat:{bound.id}", society_id=bound.society_id)
            await chats.move(change, platform, old, new)
    await powers.refresh_chats(app)


async def setup(app: App, who: powers.Caller) -> Answer:
    """Show what the chat needs, and offer to do it (lead or administrator)."""
    if who.chat is None or who.society is None:
        raise Refusal(app.wording.text("refusal.not_bound"))
    seat = await powers.may(app, who, powers.SETUP, who.chat.society_id)
    steps = await app.platforms[who.chat.platform].plan_setup(who.chat)
    speech = app.wording.say("setup.head", title=who.chat.title, society=who.society.name)
    speech += _listed(app, steps)
    if not any(step.by is SetupBy.PORTER and not step.done for step in steps):
        return Answer(speech + app.wording.say("setup.nothing"))
    async with app.store.change(f"seat:{seat.id}", "plan setup", app.now()) as change:
        change.about(f"chat:{who.chat.id}", society_id=who.chat.society_id)
        expires = app.now() + timedelta(hours=1)
        data = {"chat": who.chat.id}
        token = await presses.add(change, "setup", expires, society_id=who.chat.society_id, data=data, uses=1)
    button = Button(app.wording.text("setup.button"), token, ButtonStyle.PRIMARY)
    return Answer(speech + app.wording.say("setup.ask"), ((button,),))


def _listed(app: App, steps: Sequence[SetupStep]) -> Speech:
    speech = Speech()
    for step in steps:
        name = "setup.done" if step.done else f"setup.{step.by}"
        speech += app.wording.say(name, text=step.text)
    return speech


async def apply_setup(app: App, who: powers.Caller, press: Press) -> Answer:
    """They confirmed: have it done."""
    seat = await powers.may(app, who, powers.SETUP, press.society_id)
    async with app.store.change(f"seat:{seat.id}", "setup", app.now()) as change:
        if not await presses.use(change, press):
            raise Refusal(app.wording.text("refusal.being_done"))
        chat = await chats.chat_by_id(change, press.data["chat"])
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        payload = {"chat": chat.id}
        ids: dict[str, Any] = {"platform": chat.platform, "society_id": chat.society_id}
        await app.outbox.add(change, EffectKind.SETUP, f"setup:{press.token}", payload, **ids)
    return Answer(app.wording.say("setup.started", title=chat.title))


async def perform_setup(app: App, effect: Effect) -> Receipt:
    """Make the chat ready; the ids of what was made are kept, and the committee hears what is left to do."""
    async with app.store.read() as read:
        chat = await chats.chat_by_id(read, effect.payload["chat"])
    platform = app.platforms[chat.platform]
    made = await platform.apply_setup(chat)
    async with app.store.change("porter", "set up", app.now()) as change:
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        ids = ("committee_channel", "welcome_channel", "member_role")
        await chats.set_chat(change, chat.id, **{name: getattr(made, name) for name in ids})
        left = [step.text for step in await platform.plan_setup(made) if not step.done]
        words = app.wording.text("setup.finished", title=chat.title, left="\n".join(f"• {one}" for one in left))
        link = platform.link(f"verify_{chat.id}") if chat.purpose is ChatPurpose.MEMBERS else ""
        more = "\n" + app.wording.text("setup.link", link=link) if link else ""
        await say_to_committee(app, change, made, f"setup-said:{effect.id}", words + more)
    await powers.refresh_chats(app)
    return Receipt({name: getattr(made, name) for name in ids})


async def pin(app: App, who: powers.Caller, call: Call) -> Answer:
    """Post the statement here and pin it."""
    if who.chat is None:
        raise Refusal(app.wording.text("refusal.not_bound"))
    seat = await powers.may(app, who, powers.SETUP | powers.COMMITTEE, who.chat.society_id)
    async with app.store.change(f"seat:{seat.id}", "pin statement", app.now()) as change:
        change.about(f"chat:{who.chat.id}", society_id=who.chat.society_id)
        payload = {"chat": who.chat.id, "channel": call.place.channel}
        ids: dict[str, Any] = {"platform": who.chat.platform, "society_id": who.chat.society_id}
        key = f"pin:{who.chat.id}:{call.place.channel}:{statement.version_of(app)}:{app.now():%Y%m%d%H%M}"
        await app.outbox.add(change, EffectKind.PIN_STATEMENT, key, payload, **ids)
    return Answer(app.wording.say("statement.pinning"))


async def members_of(app: App, who: powers.Caller) -> Answer:
    """Who the committee is and how to reach it (U15)."""
    if who.society is None:
        raise Refusal(app.wording.text("refusal.not_bound"))
    async with app.store.read() as read:
        found = await people.committee(read, who.society.id, powers.today(app))
    speech = app.wording.say("committee.head", society=who.society.name)
    for seat in found:
        role = app.wording.text(f"role.{seat.role}")
        speech += app.wording.say("committee.line", name=seat.name, role=seat.title or role)
    if not found:
        speech += app.wording.say("committee.none")
    return Answer(speech + app.wording.say("committee.foot"))


async def published(app: App, key: str) -> str:
    """A value that an adapter keeps across restarts; empty when there is none."""
    async with app.store.read() as read:
        return await chats.mark(read, key)


async def set_published(app: App, key: str, value: str) -> None:
    """Keep a value for an adapter."""
    async with app.store.work(app.now()) as work:
        await chats.set_mark(work, key, value)
