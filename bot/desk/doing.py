"""How the steps come true on the platforms: what is said, to whom, and what was found to be so already."""

from datetime import datetime, timedelta
from typing import Any

from bot.desk import capture, card, places
from bot.errors import PlatformError, Refusal
from bot.model import (
    Account,
    Answer,
    Case,
    Chat,
    ChatPurpose,
    Effect,
    EffectKind,
    Place,
    Receipt,
    Report,
    Speech,
)
from bot.parts import App
from bot.store import cases, chats, effects, people
from bot.store.change import Read

ASTRAY = timedelta(minutes=1)  # by which a platform's clock may differ from ours
SENTENCES = {
    EffectKind.NOTICE: "notice.text",
    EffectKind.WARN: "warn.text",
    EffectKind.TELL_REMOVED: "removed.text",
    EffectKind.TELL_READMITTED: "readmitted.text",
}


async def report_of(read: Read, effect: Effect) -> tuple[Case, Report, Chat, Account]:
    """What a step's effect is about: the case, the report that led to it, its chat, and who said it."""
    assert effect.case_id is not None
    case = await cases.case(read, effect.case_id)
    assert case is not None
    report = next(one for one in await cases.reports_of(read, case.id) if one.id == effect.payload["report"])
    chat = await chats.chat_by_id(read, report.chat_id)
    return case, report, chat, await people.account_by_id(read, report.subject_id)


def nonce(effect: Effect) -> str:
    """What lets a platform drop a repeat of this effect."""
    return f"porter-{effect.id}"


async def perform_notice(app: App, effect: Effect) -> Receipt:
    """Say publicly, where it happened, that this is not tolerated. Nobody is named."""
    async with app.store.read() as read:
        _, report, chat, _ = await report_of(read, effect)
    place = Place(chat.platform, chat.external_id, report.channel)
    speech, _ = await said_by(app, effect)
    sent = await app.platforms[chat.platform].say(place, Answer(speech, private=False), nonce=nonce(effect))
    return Receipt({"message": sent.id, "place": places.as_json(sent.place)})


async def turn_notice(app: App, effect: Effect) -> None:
    """Wait until the notice would be taken."""
    async with app.store.read() as read:
        _, report, chat, _ = await report_of(read, effect)
    await app.platforms[chat.platform].turn(Place(chat.platform, chat.external_id, report.channel))


async def look_notice(app: App, effect: Effect) -> Receipt | None:
    """Whether the notice stands in the chat already."""
    async with app.store.read() as read:
        _, report, chat, _ = await report_of(read, effect)
    place = Place(chat.platform, chat.external_id, report.channel)
    speech, _ = await said_by(app, effect)
    words = speech.plain.splitlines()[0]
    return await _look(app, place, words, effect)


async def _look(app: App, place: Place, words: str, effect: Effect) -> Receipt | None:
    """Our own message there with these words, said since we were about to say them, unless it is known to be another
    effect's: those say the same. While the platform drops a repeat by itself, none is looked for: saying it again is
    the surer way."""
    platform = app.platforms[place.platform]
    assert effect.intent_at is not None, "only what may have been said is looked for"
    if app.now() < effect.intent_at + platform.drops_repeats:
        return None
    found = await platform.find_own(place, words, effect.intent_at - ASTRAY)
    async with app.store.read() as read:
        others = await effects.messages_of(read, effect.kind, effect.platform)
    ours = next((one for one in found if one.id not in others), None)
    if ours is None:
        return None
    return Receipt({"message": ours.id, "place": places.as_json(ours.place), "found": True})


async def perform_warn(app: App, effect: Effect) -> Receipt:
    """Tell the person privately that this is not acceptable (U6)."""
    return await tell(app, effect)


async def perform_tell_removed(app: App, effect: Effect) -> Receipt:
    """Tell the person that they will be taken out, why, and what they can do."""
    return await tell(app, effect)


async def said_by(app: App, effect: Effect) -> tuple[Speech, str]:
    """What a notice or a private word says, and in which chat or to whom."""
    async with app.store.read() as read:
        case, _, chat, account = await report_of(read, effect)
        society = await people.society_by_id(read, chat.society_id)
    where = chat.title if effect.kind is EffectKind.NOTICE else account.name
    return app.wording.say(SENTENCES[effect.kind], society=society.name, reference=case.ref), where


async def tell(app: App, effect: Effect) -> Receipt:
    """Say a sentence about a case to the person it is about, in private."""
    async with app.store.read() as read:
        *_, account = await report_of(read, effect)
    speech, _ = await said_by(app, effect)
    sent = await app.platforms[account.platform].direct(account.ref, Answer(speech), nonce=nonce(effect))
    return Receipt({"message": sent.id, "place": places.as_json(sent.place)})


async def turn_direct(app: App, effect: Effect) -> None:
    """Wait until the private word would be taken."""
    async with app.store.read() as read:
        *_, account = await report_of(read, effect)
    await app.platforms[account.platform].turn(Place(account.platform, account.external_id, private=True))


async def look_direct(app: App, effect: Effect) -> Receipt | None:
    """Whether the private word was said already."""
    async with app.store.read() as read:
        case, _, _, account = await report_of(read, effect)
    return await _look(app, Place(account.platform, account.external_id, private=True), case.ref, effect)


async def perform_delete(app: App, effect: Effect) -> Receipt:
    """Delete every reported message of the case that still stands. Their evidence was sealed before."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case, *_ = await report_of(read, effect)
        standing = [one for one in await cases.reports_of(read, effect.case_id) if one.deleted_at is None]
        bound = {one.chat_id: await chats.chat_by_id(read, one.chat_id) for one in standing}
    told: dict[str, str] = {}
    for place, ids in _by_place(standing, bound).items():
        told |= dict(await app.platforms[place.platform].delete(place, ids, case.ref))
    stuck = {why for why in told.values() if why not in ("deleted", "gone")}
    deleted = [key for key, what in told.items() if what in ("deleted", "gone")]
    if stuck and not deleted:
        raise Refusal(" ".join(sorted(stuck)))
    return Receipt({"deleted": deleted, "note": " ".join(sorted(stuck))})


def _by_place(standing: list[Report], bound: dict[int, Chat]) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = {}
    for report in standing:
        ref = capture.ref_of(report, bound[report.chat_id])
        ids = found.setdefault(ref.place, [])
        ids.extend(one for one in (ref.id, *ref.album) if one not in ids)
    return found


async def _targets(app: App, case: Case) -> list[tuple[Chat, Account]]:
    """The person's accounts in the society's chats."""
    async with app.store.read() as read:
        known = await people.accounts_of(read, case.person_id)
        bound = [one for one in await chats.of_society(read, case.society_id) if one.purpose is ChatPurpose.MEMBERS]
    pairs = [(chat, account) for chat in bound for account in known if account.platform == chat.platform]
    found = []
    for chat, account in pairs:
        if await app.platforms[chat.platform].in_chat(chat, account.ref):
            found.append((chat, account))
    return found


async def perform_timeout(app: App, effect: Effect) -> Receipt:
    """Keep the person from writing for a while, in every chat of the society they are in."""
    async with app.store.read() as read:
        case, *_ = await report_of(read, effect)
    until = await timeout_until(app, case, effect)

    async def act(chat: Chat, account: Account) -> None:
        await app.platforms[chat.platform].timeout(chat, account.ref, until, case.ref)

    note = app.wording.text("step.timeout.until", time=card.clock(app, until))
    return await _everywhere(app, case, act, note)


async def timeout_until(app: App, case: Case, effect: Effect) -> datetime:
    """When the timeout ends, the same on a repeat."""
    async with app.store.read() as read:
        action = await cases.action(read, effect.payload["action"])
    assert action is not None
    chosen = timedelta(minutes=effect.payload["minutes"]) or app.ladder.rung(case.severity).timeout
    return action.asked_at + chosen


async def perform_remove(app: App, effect: Effect) -> Receipt:
    """Take the person out of every chat of the society they are in; they were told first."""
    async with app.store.read() as read:
        case, *_ = await report_of(read, effect)

    async def act(chat: Chat, account: Account) -> None:
        await app.platforms[chat.platform].remove(chat, account.ref, case.ref)

    return await _everywhere(app, case, act, "")


async def _everywhere(app: App, case: Case, act: Any, note: str) -> Receipt:
    """Act in every chat; what one refuses does not keep the others from being done."""
    done, refused = 0, []
    for chat, account in await _targets(app, case):
        try:
            await act(chat, account)
            done += 1
        except PlatformError as error:
            refused.append((chat, error))
    if refused and not done:
        raise refused[0][1]
    if not done:
        raise Refusal(app.wording.text("refusal.not_there"))
    return Receipt({"note": " ".join([note, *(f"{chat.title}: {error}" for chat, error in refused)]).strip()})
