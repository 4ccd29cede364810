"""Somebody is in a chat now, or no longer: the welcome with the joining statement, and the end of open requests."""

from typing import Any

from bot.desk import powers
from bot.desk.statement import version_of
from bot.model import Account, AccountRef, Chat, ChatPurpose, EffectKind, KnockState
from bot.parts import App
from bot.store import effects, members, people
from bot.store.change import Change

QUIETLY = 10  # people in a chat who are told the statement by DM alone, in an hour


async def handle_arrival(app: App, platform: str, chat: str, account: AccountRef, *, joined: bool = True) -> None:
    """Somebody is in the chat now: welcome them, once, whatever way they came. Whom a person let in by hand (not
    `joined`, and not by our check) is told quietly."""
    bound = app.chats.get((platform, chat))
    if bound is None or bound.purpose is not ChatPurpose.MEMBERS:
        return
    async with app.store.change("porter", "arrival", app.now()) as change:
        known = await people.know(change, account)
        change.about(f"account:{known.id}", society_id=bound.society_id)
        asked = [one for one in await members.open_knocks_of(change, known.id) if one.chat_id == bound.id]
        for knock in asked:
            await members.set_knock(change, knock.id, members.OPEN_KNOCKS, state=KnockState.ADMITTED)
        if joined or any(knock.state is KnockState.APPROVED for knock in asked):
            await _welcome(app, change, bound, known)
        else:
            await _tell_quietly(app, change, bound, known)


async def _welcome(app: App, change: Change, chat: Chat, account: Account) -> None:
    """The statement, said in the chat and sent by DM."""
    key = f"{chat.id}:{account.id}:{version_of(app)}:{powers.today(app)}"
    await _state(app, change, EffectKind.STATEMENT, f"statement:{key}", chat, account)
    await _state(app, change, EffectKind.STATEMENT_DM, f"statement-dm:{key}", chat, account)


async def _tell_quietly(app: App, change: Change, chat: Chat, account: Account) -> None:
    """The statement by DM alone. When a whole society is given the role, most are not written to: they have seen the
    statement in the welcome channel, and a platform bars who opens many private chats at once."""
    hour = f"statement-quiet:{chat.id}:{change.now:%Y%m%d%H}:"
    if await effects.count(change, hour) < QUIETLY:
        await _state(app, change, EffectKind.STATEMENT_DM, f"{hour}{account.id}", chat, account)


async def _state(app: App, change: Change, kind: EffectKind, key: str, chat: Chat, account: Account) -> None:
    ids: dict[str, Any] = {"account": account.id, "chat": chat.id, "version": version_of(app)}
    await app.outbox.add(change, kind, key, ids, platform=chat.platform, society_id=chat.society_id)


async def handle_departure(app: App, platform: str, chat: str, account: AccountRef) -> None:
    """Somebody left: an open request of theirs ends."""
    bound = app.chats.get((platform, chat))
    if bound is None:
        return
    async with app.store.change("porter", "departure", app.now()) as change:
        known = await people.know(change, account)
        change.about(f"account:{known.id}", society_id=bound.society_id)
        for knock in await members.open_knocks_of(change, known.id):
            if knock.chat_id == bound.id:
                await members.set_knock(change, knock.id, members.OPEN_KNOCKS, state=KnockState.WITHDRAWN)
