"""The four steps and the ways around them: asked for by somebody with a seat, once, recorded with what came of it."""

from datetime import datetime, timedelta
from typing import Any

from bot.desk import capture, card, escalation, places, powers, seconds, standing
from bot.errors import AlreadyDone, NotFound, PlatformError, Refusal
from bot.model import (
    Account,
    Action,
    ActionKind,
    ActionState,
    Answer,
    Case,
    CaseState,
    Chat,
    ChatPurpose,
    Effect,
    EffectKind,
    EffectState,
    Outcome,
    Place,
    Receipt,
    Report,
    Role,
    Seat,
    Speech,
)
from bot.outbox.engine import Ending
from bot.parts import App
from bot.store import cases, chats, effects, people
from bot.store.change import Change, Read

EFFECTS = {
    ActionKind.NOTICE: EffectKind.NOTICE,
    ActionKind.WARN: EffectKind.WARN,
    ActionKind.DELETE: EffectKind.DELETE,
    ActionKind.TIMEOUT: EffectKind.TIMEOUT,
    ActionKind.REMOVE: EffectKind.REMOVE,
}
SENTENCES = {
    EffectKind.NOTICE: "notice.text",
    EffectKind.WARN: "warn.text",
    EffectKind.TELL_REMOVED: "removed.text",
    EffectKind.TELL_READMITTED: "readmitted.text",
}
STATES = {
    EffectState.DONE: ActionState.DONE,
    EffectState.REFUSED: ActionState.REFUSED,
    EffectState.FAILED: ActionState.FAILED,
    EffectState.POISON: ActionState.FAILED,
    EffectState.UNKNOWN: ActionState.UNKNOWN,
}


async def case_for(
    app: App, who: powers.Caller, case_id: int, roles: frozenset[Role] = powers.COMMITTEE
) -> tuple[Case, Seat]:
    """A case and the seat that lets them handle it. A case that is not theirs to see does not exist for them: the words
    are the same, whether it is another society's, about themselves, about somebody with a seat, or not there at all."""
    await powers.gate(app, who, "step")
    async with app.store.read() as read:
        case = await cases.case(read, case_id)
        hidden = case is not None and await powers.is_hidden(app, read, case)
    seat = None if case is None else powers.seat_for(who.seats, powers.COMMITTEE, case.society_id)
    if case is None or seat is None or who.person_id == case.person_id:
        raise NotFound(app.wording.text("refusal.no_case"))
    if hidden and seat.role is not Role.OFFICER:
        raise NotFound(app.wording.text("refusal.no_case"))
    powers.check_trained(app, seat)
    return case, await powers.may(app, who, roles, case.society_id)


async def take(
    app: App, who: powers.Caller, case_id: int, kind: ActionKind, detail: str = "", minutes: int = 0
) -> Answer:
    """Take one step on a case. Raises `AlreadyDone` with who was quicker."""
    case, seat = await case_for(app, who, case_id)
    if case.state is CaseState.CLOSED:
        raise Refusal(app.wording.text("refusal.closed", reference=case.ref))
    if kind is ActionKind.ESCALATE:
        return await escalation.escalate(app, seat, case, detail)
    if kind is ActionKind.DISMISS:
        return await dismiss(app, seat, case, detail)
    async with app.store.change(f"seat:{seat.id}", kind.value, app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        reports = await cases.reports_of(change, case.id)
        held = await seconds.needed(app, change, case, seat) if kind is ActionKind.REMOVE else ""
        state = ActionState.WAITING if held else ActionState.PENDING
        key = await _key(change, case, kind, reports)
        action_id = await claim(app, change, case, seat, kind, key, detail, state=state)
        if held:
            await seconds.hold(app, change, case, seat, action_id, held)
        else:
            await begin(app, change, case, kind, action_id, reports, minutes)
        await shown(app, change, case.id)
    if held:
        return Answer(app.wording.say("second.held", reference=case.ref, why=held))
    return Answer(app.wording.say(f"step.{kind}.asked", reference=case.ref))


async def shown(app: App, change: Change, case_id: int) -> None:
    """Have the card say how the case stands now."""
    await cases.touch(change, case_id)
    await card.ask(app, change, case_id)


async def _key(read: Read, case: Case, kind: ActionKind, reports: list[Report]) -> str:
    """What makes a step one step: the newest report and, when somebody came back since, their coming back."""
    back = [one for one in await cases.actions_of(read, case.id) if one.kind is ActionKind.READMIT]
    return f"{kind}:{case.id}:{reports[-1].id}" + (f":{back[-1].id}" if back else "")


async def claim(
    app: App,
    change: Change,
    case: Case,
    seat: Seat,
    kind: ActionKind,
    key: str,
    detail: str,
    *,
    state: ActionState = ActionState.PENDING,
) -> int:
    """The action's row: the first to claim its key has it. One that did not come true may be asked for again."""
    known = await cases.action_by_key(change, key)
    if known is not None and not await cases.reopen_action(change, known.id, key):
        raise AlreadyDone(already(app, known))
    row: dict[str, Any] = {"kind": kind, "state": state, "seat_id": seat.id, "name": seat.name}
    action_id = await cases.add_action(change, case.id, key, detail=detail, **row)
    if action_id is None:
        raise AlreadyDone(app.wording.text("refusal.being_done"))
    return action_id


def already(app: App, action: Action) -> str:
    """Who did it, and when; or that a second person has not said yet."""
    if action.state is ActionState.WAITING:
        return app.wording.text("second.waiting", name=action.name)
    step = app.wording.text(f"step.{action.kind}.name")
    return app.wording.text("refusal.done", step=step, name=action.name, time=card.clock(app, action.asked_at))


async def begin(
    app: App, change: Change, case: Case, kind: ActionKind, action_id: int, reports: list[Report], minutes: int = 0
) -> None:
    """Have a step done, in the transaction that decided it."""
    newest = reports[-1]
    chat = await chats.chat_by_id(change, newest.chat_id)
    payload: dict[str, Any] = {"action": action_id, "report": newest.id, "minutes": minutes}
    after = await _last_capture(change, reports) if kind is ActionKind.DELETE else None
    if kind is ActionKind.REMOVE:
        told = f"told:{action_id}"
        after = await app.outbox.add(
            change,
            EffectKind.TELL_REMOVED,
            told,
            payload,
            platform=chat.platform,
            society_id=case.society_id,
            case_id=case.id,
        )
    ids: dict[str, Any] = {"platform": chat.platform, "society_id": case.society_id, "case_id": case.id}
    await app.outbox.add(change, EFFECTS[kind], f"action:{action_id}", payload, **ids, after=after)


async def _last_capture(change: Change, reports: list[Report]) -> int | None:
    """The capture that must have ended before anything is deleted."""
    found = [await effects.by_key(change, f"capture:{report.id}") for report in reports]
    waiting = [one.id for one in found if one is not None and one.state in (EffectState.READY, EffectState.RUNNING)]
    return max(waiting, default=None)


async def dismiss(app: App, seat: Seat, case: Case, detail: str) -> Answer:
    """Close a case: dismissed when no step was taken, settled when one was. With the Union, an officer closes it."""
    if case.state is CaseState.ESCALATED and seat.role is not Role.OFFICER:
        raise Refusal(app.wording.text("refusal.with_the_union", reference=case.ref))
    async with app.store.change(f"seat:{seat.id}", "dismiss", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        done = [action for action in await cases.actions_of(change, case.id) if action.state is ActionState.DONE]
        outcome = Outcome.SETTLED if done else Outcome.DISMISSED
        if not await cases.close(change, case.id, [CaseState.OPEN, CaseState.ESCALATED], outcome=outcome):
            raise AlreadyDone(app.wording.text("refusal.closed", reference=case.ref))
        action_id = await claim(app, change, case, seat, ActionKind.DISMISS, f"dismiss:{case.id}", detail)
        await cases.settle_action(change, action_id, ActionState.DONE, detail)
        await standing.decide(app, change, case.id, outcome)
        await card.ask(app, change, case.id)
    return Answer(app.wording.say("step.dismiss.asked", reference=case.ref))


async def settle(app: App, change: Change, effect: Effect, ending: Ending) -> None:
    """Write what came of a step, and show it on the card."""
    assert effect.case_id is not None
    reason = ending.reason or str(ending.receipt.get("note", ""))
    await cases.settle_action(change, effect.payload["action"], STATES[ending.state], reason)
    if effect.kind is EffectKind.DELETE:
        await cases.reports_deleted(change, effect.case_id, ending.receipt.get("deleted", []))
    await shown(app, change, effect.case_id)


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


async def look_notice(app: App, effect: Effect) -> Receipt | None:
    """Whether the notice stands in the chat already."""
    async with app.store.read() as read:
        _, report, chat, _ = await report_of(read, effect)
    place = Place(chat.platform, chat.external_id, report.channel)
    speech, _ = await said_by(app, effect)
    words = speech.plain.splitlines()[0]
    return await _look(app, place, words, effect)


async def _look(app: App, place: Place, words: str, effect: Effect) -> Receipt | None:
    found = await app.platforms[place.platform].find_own(place, words)
    if found is None or effect.intent_at is None:
        return None
    return Receipt({"message": found.id, "place": places.as_json(found.place), "found": True})


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
