"""A removal that a second person agrees to or not; one that is taken back; one that was done by hand."""

from typing import Any

from bot.desk import committee, doing, powers, seconds, steps
from bot.errors import AlreadyDone, Forbidden, NotAllowed, NotFound, Refusal
from bot.model import (
    Account,
    AccountRef,
    Action,
    ActionKind,
    ActionState,
    Answer,
    Case,
    Chat,
    ChatPurpose,
    Effect,
    EffectKind,
    Press,
    Receipt,
    Seat,
)
from bot.parts import App
from bot.store import cases, chats, people
from bot.store.change import Change, Read


async def agree(app: App, who: powers.Caller, press: Press) -> Answer:
    """A second person agrees: the removal goes its way, if who asked for it is still in office."""
    case, action, seat = await _waiting(app, who, press)
    async with app.store.change(f"seat:{seat.id}", "agree to removal", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        asker = None if action.seat_id is None else await people.seat(change, action.seat_id)
        if asker is None or not asker.in_force(powers.today(app)):
            await _ended(app, change, case, action, app.wording.text("escalation.seat_ended"))
            return Answer(app.wording.say("second.seat_ended", name=action.name))
        row = {"second_seat_id": seat.id, "second_name": seat.name}
        if not await cases.second(change, action.id, ActionState.PENDING, **row):
            raise AlreadyDone(app.wording.text("second.settled"))
        reports = await cases.reports_of(change, case.id)
        await steps.begin(app, change, case, ActionKind.REMOVE, action.id, reports)
        await steps.shown(app, change, case.id)
    return Answer(app.wording.say("step.remove.asked", reference=case.ref))


async def decline(app: App, who: powers.Caller, press: Press) -> Answer:
    """A second person does not agree: nobody is removed."""
    case, action, seat = await _waiting(app, who, press)
    async with app.store.change(f"seat:{seat.id}", "decline removal", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        if not await _ended(app, change, case, action, app.wording.text("second.declined", name=seat.name)):
            raise AlreadyDone(app.wording.text("second.settled"))
    return Answer(app.wording.say("second.not_done", reference=case.ref))


async def _ended(app: App, change: Change, case: Case, action: Action, why: str) -> bool:
    row = {"reason": why, "settled_at": change.now}
    ended = await cases.second(change, action.id, ActionState.REFUSED, **row)
    if ended:
        await steps.shown(app, change, case.id)
    return ended


async def _waiting(app: App, who: powers.Caller, press: Press) -> tuple[Case, Action, Seat]:
    """What a press is about, and the seat that lets this person, who is neither the asker nor the accused, decide."""
    async with app.store.read() as read:
        case = None if press.case_id is None else await cases.case(read, press.case_id)
        action = await cases.action(read, press.data["action"])
        if case is None or action is None or who.person_id == case.person_id:
            raise NotFound(app.wording.text("refusal.no_case"))
        asker = None if action.seat_id is None else await people.seat(read, action.seat_id)
        asked = await seconds.who_may_agree(app, read, case, 0 if asker is None else asker.person_id)
    seat = next((one for one in asked if one.person_id == who.person_id), None)
    if seat is None:
        raise NotAllowed(app.wording.text("second.somebody_else"))
    if action.state is not ActionState.WAITING:
        raise AlreadyDone(app.wording.text("second.settled"))
    return case, action, seat


async def readmit(app: App, who: powers.Caller, case_id: int, detail: str = "") -> Answer:
    """Take a removal back: a bar is lifted wherever the society has a chat, and the person is told."""
    case, seat = await steps.case_for(app, who, case_id, powers.LEADS)
    async with app.store.change(f"seat:{seat.id}", "readmit", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        removal = await standing(app, change, case.society_id, case.person_id)
        if removal is None or removal.case_id != case.id:
            raise Refusal(app.wording.text("refusal.not_removed", reference=case.ref))
        key = f"readmit:{case.id}:{removal.id}"
        action_id = await steps.claim(app, change, case, seat, ActionKind.READMIT, key, detail)
        await _begin(app, change, case, action_id)
        await steps.shown(app, change, case.id)
    return Answer(app.wording.say("step.readmit.asked", reference=case.ref))


async def _begin(app: App, change: Change, case: Case, action_id: int) -> None:
    newest = (await cases.reports_of(change, case.id))[-1]
    chat = await chats.chat_by_id(change, newest.chat_id)
    payload = {"action": action_id, "report": newest.id}
    ids: dict[str, Any] = {"platform": chat.platform, "society_id": case.society_id, "case_id": case.id}
    done = await app.outbox.add(change, EffectKind.READMIT, f"action:{action_id}", payload, **ids)
    await app.outbox.add(change, EffectKind.TELL_READMITTED, f"told:{action_id}", payload, **ids, after=done)


async def standing(app: App, read: Read, society_id: int, person_id: int) -> Action | None:
    """The removal of a person from a society that still holds, if any."""
    return await cases.standing_removal(read, society_id, person_id, app.now() - app.ladder.expires)


async def perform_readmit(app: App, effect: Effect) -> Receipt:
    """Lift what bars their return, for every account of theirs in every chat of the society."""
    async with app.store.read() as read:
        case, *_ = await doing.report_of(read, effect)
        known = await people.accounts_of(read, case.person_id)
        bound = [one for one in await chats.of_society(read, case.society_id) if one.purpose is ChatPurpose.MEMBERS]
    pairs = [(chat, account) for chat in bound for account in known if account.platform == chat.platform]
    left = [chat.title for chat, account in pairs if not await _lifted(app, case, chat, account)]
    return Receipt({"note": app.wording.text("removal.bans_stay", titles=", ".join(left)) if left else ""})


async def _lifted(app: App, case: Case, chat: Chat, account: Account) -> bool:
    """Whether nothing bars them now as far as we know. What we did bars nobody, so that without the right to lift bans
    only one that a person imposed may stay."""
    try:
        await app.platforms[chat.platform].readmit(chat, account.ref, case.ref)
    except Forbidden:
        return False
    return True


async def perform_tell(app: App, effect: Effect) -> Receipt:
    """Tell the person that they may come back."""
    return await doing.tell(app, effect)


async def handle_by_hand(app: App, platform: str, chat: str, account: AccountRef, by: AccountRef) -> None:
    """An administrator of the platform took somebody out past us: it stands on the case, if there is one, and the
    committee is told. Nothing is done about it."""
    bound = app.chats.get((platform, chat))
    if bound is None or bound.purpose is not ChatPurpose.MEMBERS:
        return
    async with app.store.change("outside", "removed by hand", app.now()) as change:
        known = await people.know(change, account)
        change.about(f"account:{known.id}", f"chat:{bound.id}", society_id=bound.society_id)
        name = by.name or app.wording.text("removal.an_administrator")
        case = await cases.open_case(change, bound.society_id, known.person_id)
        if case is not None:
            change.about(f"case:{case.id}")
            key = f"by-hand:{case.id}:{bound.id}:{change.now.timestamp():.3f}"
            detail = app.wording.text("removal.by_hand", title=bound.title)
            row = {"kind": ActionKind.REMOVE, "state": ActionState.DONE, "name": name, "detail": detail}
            await cases.add_action(change, case.id, key, **row)
            await steps.shown(app, change, case.id)
        if case is None or not await powers.is_hidden(app, change, case):
            words = app.wording.text("removal.seen", name=name, subject=known.name, title=bound.title)
            told = f"by-hand:{bound.id}:{known.id}:{change.now.timestamp():.3f}"
            await committee.say_to_committee(app, change, bound, told, words)
