"""The four steps and the ways around them: asked for by somebody with a seat, once, recorded with what came of it."""

from typing import Any

from bot.desk import card, escalation, powers, seconds, standing
from bot.errors import AlreadyDone, NotFound, Refusal
from bot.model import (
    Action,
    ActionKind,
    ActionState,
    Answer,
    Case,
    CaseState,
    Effect,
    EffectKind,
    EffectState,
    Outcome,
    Report,
    Role,
    Seat,
)
from bot.outbox.engine import Ending
from bot.parts import App
from bot.store import cases, chats, effects
from bot.store.change import Change, Read

EFFECTS = {
    ActionKind.NOTICE: EffectKind.NOTICE,
    ActionKind.WARN: EffectKind.WARN,
    ActionKind.DELETE: EffectKind.DELETE,
    ActionKind.TIMEOUT: EffectKind.TIMEOUT,
    ActionKind.REMOVE: EffectKind.REMOVE,
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
