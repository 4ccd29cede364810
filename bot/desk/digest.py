"""What rules noticed but nobody has to look at now: one message to the committee at the end of the day."""

from datetime import datetime, timedelta

from bot.desk import card, knocks, powers
from bot.model import Answer, Chat, Effect, EffectKind, Message, MessageRef, Place, Receipt, Speech
from bot.parts import App
from bot.store import cases, chats, noticed, people
from bot.store.change import Read
from bot.store.noticed import Noticed

HOUR = 18  # of the Union's day
LINES = 20


async def note(app: App, chat: Chat, message: Message, why: str) -> None:
    """Keep a line for today's digest."""
    async with app.store.change("porter", "notice message", app.now()) as change:
        change.about(f"chat:{chat.id}", society_id=chat.society_id)
        subject = await people.know(change, message.author)
        row = {"society_id": chat.society_id, "chat_id": chat.id, "subject_id": subject.id}
        await noticed.add(change, message=message.ref.id, channel=message.ref.place.channel, why=why, **row)
        at = evening(app)
        key = f"digest:{chat.society_id}:{at:%Y-%m-%d}"
        society_id, platform = chat.society_id, chat.platform
        await app.outbox.add(change, EffectKind.DIGEST, key, run_at=at, platform=platform, society_id=society_id)


def evening(app: App) -> datetime:
    """The next time a digest is due."""
    local = app.now().astimezone(app.zone)
    today = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)


async def perform(app: App, effect: Effect) -> Receipt:
    """Tell the committee what was noticed; lines about people with a seat are left to the Union's own view. What was
    reported meanwhile stands on a card already."""
    assert effect.society_id is not None
    async with app.store.read() as read:
        society = await people.society_by_id(read, effect.society_id)
        found = await noticed.of_society(read, effect.society_id)
        shown = [one for one in found if not (await _is_seated(app, one) or await _is_reported(read, one))]
    if shown:
        speech = app.wording.say("digest.head", society=society.name, count=len(shown))
        for one in shown[:LINES]:
            speech += await _line(app, one)
        if len(shown) > LINES:
            speech += app.wording.say("digest.more", count=len(shown) - LINES)
        await knocks.tell_committee(app, effect.society_id, effect.platform, Answer(speech, private=False))
    async with app.store.change("porter", "tell digest", app.now()) as change:
        change.about(f"society:{effect.society_id}", society_id=effect.society_id)
        await noticed.forget(change, [one.id for one in found])
    return Receipt({"lines": len(shown)})


async def _is_seated(app: App, one: Noticed) -> bool:
    async with app.store.read() as read:
        account = await people.account_by_id(read, one.subject_id)
        return await people.sits_somewhere(read, account.person_id, one.society_id, powers.today(app))


async def _is_reported(read: Read, one: Noticed) -> bool:
    return bool(await cases.reports_of_message(read, one.chat_id, one.channel, [one.message]))


async def _line(app: App, one: Noticed) -> Speech:
    async with app.store.read() as read:
        chat = await chats.chat_by_id(read, one.chat_id)
        account = await people.account_by_id(read, one.subject_id)
        ref = MessageRef(Place(chat.platform, chat.external_id, one.channel), one.message)
        versions = await app.ear.versions(read, ref)
    words = card.shortened(versions[-1].message.body, 120) if versions else app.wording.text("digest.no_words")
    place = versions[-1].message.ref.place.title if versions else ""
    time = card.clock(app, one.noticed_at)
    args = {"place": place or chat.title, "name": account.name, "words": words, "why": one.why.rstrip(".")}
    return app.wording.say("digest.line", time=time, **args)
