"""The joining statement (U3): said on joining, sent by DM, accepted with a button, by version."""

import hashlib
from datetime import timedelta

from bot.desk import powers
from bot.model import Answer, Button, ButtonStyle, Chat, Effect, Place, Press, Receipt
from bot.parts import App
from bot.ports import Sent
from bot.store import cases, chats, members, people, policies, presses
from bot.store.change import Change


def version_of(app: App) -> str:
    """The version of the statement in force: a short hash of its wording."""
    return hashlib.sha256(app.wording.sentences["statement.text"].encode()).hexdigest()[:12]


async def answer_for(app: App, change: Change, chat: Chat, opening: str, name: str) -> Answer:
    """The statement with its button, after an opening sentence."""
    society = await people.society_by_id(change, chat.society_id)
    version = version_of(app)
    await policies.keep(change, policies.STATEMENT, version, app.wording.sentences["statement.text"])
    token = await presses.add(
        change,
        "accept",
        app.now() + timedelta(days=3650),
        key=f"accept:{chat.society_id}:{version}",
        society_id=chat.society_id,
        data={"version": version},
    )
    speech = app.wording.say(opening, name=name, society=society.name)
    speech += app.wording.say("statement.text", society=society.name)
    button = Button(app.wording.text("statement.button"), token, ButtonStyle.PRIMARY)
    return Answer(speech, ((button,),), private=False)


async def accept(app: App, who: powers.Caller, press: Press) -> Answer:
    """Somebody accepts the statement; the version is recorded."""
    assert press.society_id is not None
    async with app.store.change("member", "accept statement", app.now()) as change:
        account = await people.know(change, who.ref)
        change.about(f"account:{account.id}", society_id=press.society_id)
        first = await members.accept_statement(change, press.society_id, account.id, press.data["version"])
        society = await people.society_by_id(change, press.society_id)
    return Answer(app.wording.say("statement.accepted" if first else "statement.accepted_before", society=society.name))


async def perform_public(app: App, effect: Effect) -> Receipt:
    """Welcome somebody in the chat, with the statement."""
    async with app.store.work(app.now()) as change:
        chat = await chats.chat_by_id(change, effect.payload["chat"])
        account = await people.account_by_id(change, effect.payload["account"])
        await members.show_statement(change, chat.society_id, account.id, effect.payload["version"])
        answer = await answer_for(app, change, chat, "statement.welcome", account.name)
    place = Place(chat.platform, chat.external_id, chat.welcome_channel)
    sent = await app.platforms[chat.platform].say(place, answer)
    return await _posted(app, chat, sent, f"statement:{chat.id}")


async def perform_private(app: App, effect: Effect) -> Receipt:
    """Send the statement to the newcomer by DM."""
    async with app.store.work(app.now()) as change:
        chat = await chats.chat_by_id(change, effect.payload["chat"])
        account = await people.account_by_id(change, effect.payload["account"])
        answer = await answer_for(app, change, chat, "statement.hello", account.name)
    sent = await app.platforms[chat.platform].direct(account.ref, answer)
    async with app.store.work(app.now()) as change:
        await members.show_statement(change, chat.society_id, account.id, effect.payload["version"])
    return Receipt({"message": sent.id})


async def perform_pin(app: App, effect: Effect) -> Receipt:
    """Post the statement for all to see, and pin it."""
    async with app.store.work(app.now()) as change:
        chat = await chats.chat_by_id(change, effect.payload["chat"])
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        answer = await answer_for(app, change, chat, "statement.pinned", "")
    platform = app.platforms[chat.platform]
    sent = await platform.say(Place(chat.platform, chat.external_id, effect.payload["channel"]), answer)
    await platform.pin(sent)
    return await _posted(app, chat, sent, f"pinned:{chat.id}")


async def _posted(app: App, chat: Chat, sent: Sent, key: str) -> Receipt:
    place = {"platform": sent.place.platform, "chat": sent.place.chat, "channel": sent.place.channel}
    async with app.store.work(app.now()) as change:
        await cases.put_post(change, key, None, chat.platform, {**place, "private": False}, sent.id)
    return Receipt({"message": sent.id})
