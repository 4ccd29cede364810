"""A case goes to the Union: evidence sealed, then officer after officer, by DM and e-mail, until one has it."""

from datetime import datetime
from typing import Any

from bot.desk import card, clocks, officers, places, powers, ways
from bot.desk.exhibits import pictures_of
from bot.errors import AlreadyDone, Unreachable
from bot.evidence.record import seal
from bot.model import (
    ActionKind,
    ActionState,
    Answer,
    Case,
    CaseState,
    Contact,
    Effect,
    EffectKind,
    EffectState,
    Escalation,
    Receipt,
    Seat,
    Urgency,
)
from bot.outbox.engine import Ending
from bot.parts import App
from bot.ports import Letter
from bot.store import cases, effects, marks, people
from bot.store.change import Change, Read

SEVERE = 4


async def escalate(app: App, seat: Seat, case: Case, reason: str) -> Answer:
    """A committee member reports the case to the Union (U8)."""
    async with app.store.change(f"seat:{seat.id}", "escalate", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        if not await bring(app, change, case, by=seat.name, reason=reason):
            raise AlreadyDone(app.wording.text("refusal.escalated", reference=case.ref))
        key = f"escalate:{case.id}"
        row = {"kind": ActionKind.ESCALATE, "state": ActionState.PENDING, "seat_id": seat.id, "name": seat.name}
        await cases.add_action(change, case.id, key, detail=reason, **row)
        await card.ask(app, change, case.id)
    return Answer(app.wording.say("step.escalate.asked", reference=case.ref))


async def bring(app: App, change: Change, case: Case, *, by: str, reason: str) -> bool:
    """Seal what there is and set the officers' ladder going, in the transaction of its cause; False when the case is
    with the Union already."""
    sealed = seal([(one.key, one.sha256) for one in await cases.exhibits_of(change, case.id)])
    now_case = await cases.case(change, case.id)
    severity = case.severity if now_case is None else now_case.severity
    urgency = Urgency.URGENT if severity >= SEVERE else Urgency.STANDARD
    row = {"urgency": urgency, "reason": reason, "asked_by": by, "seal": sealed}
    if await cases.add_escalation(change, case.id, **row) is None:
        return False
    await cases.touch(change, case.id, state=CaseState.ESCALATED)
    capture = await effects.by_key(change, f"capture:{(await cases.reports_of(change, case.id))[-1].id}")
    waiting = capture is not None and capture.state in (EffectState.READY, EffectState.RUNNING)
    await _next(app, change, case, 0, after=capture.id if capture is not None and waiting else None)
    return True


async def press(app: App, change: Change, case: Case, severity: int) -> None:
    """A report as grave as this came in for a case that may be with the Union at leisure: from now on it is urgent."""
    escalated = await cases.escalation(change, case.id)
    if escalated is None or escalated.urgency is Urgency.URGENT or severity < SEVERE:
        return
    await cases.set_escalation(change, escalated.id, urgency=Urgency.URGENT)
    due = clocks.wait_until(app.settings.escalation, Urgency.URGENT, app.now(), app.zone)
    await hurry(change, case, escalated.tried, due)


async def _next(
    app: App, change: Change, case: Case, turn: int, *, at: datetime | None = None, after: int | None = None
) -> None:
    """Have the contact of that turn tried, at that time."""
    await app.outbox.add(
        change,
        EffectKind.OFFICER_NEXT,
        f"next:{case.id}:{turn}",
        {"turn": turn},
        society_id=case.society_id,
        case_id=case.id,
        run_at=at,
        after=after,
    )


async def perform_next(app: App, effect: Effect) -> Receipt:
    """One turn of the ladder: the DM and the e-mail to the contact whose turn it is, and the clock for the next. With
    nobody left, the Union's shared mailbox, and from the first contact again: it never ends in silence."""
    assert effect.case_id is not None
    turn = int(effect.payload["turn"])
    async with app.store.change("porter", "try contact", app.now()) as change:
        case, escalated = await officers.both(change, effect.case_id)
        change.about(f"case:{case.id}", society_id=case.society_id)
        if escalated.acknowledged_at is not None or case.state is CaseState.CLOSED:
            return Receipt({"stopped": True})
        contacts = await ways.contacts_for(app, change, case)
        place = turn % (len(contacts) + 1)
        if place < len(contacts):
            found = await _try(app, change, case, contacts[place], turn)
            due = clocks.wait_until(app.settings.escalation, escalated.urgency, app.now(), app.zone)
            due = due if found else app.now()  # nobody waits for somebody to whom no way leads
        else:  # everybody was tried: begin again after the pause that the Union set
            await _try_mailbox(app, change, case, turn)
            due = clocks.repeat_at(app.settings.escalation, escalated.urgency, app.now(), app.zone)
        await cases.set_escalation(change, escalated.id, tried=turn + 1)
        await cases.touch(change, case.id)
        await card.ask(app, change, case.id)
        await _next(app, change, case, turn + 1, at=due)
    return Receipt({"turn": turn})


async def go_on(app: App, change: Change, case: Case, turn: int) -> None:
    """Have the turn after a broken one tried, after the pause that the Union set: an escalation never just ends."""
    _, escalated = await officers.both(change, case.id)
    at = clocks.repeat_at(app.settings.escalation, escalated.urgency, app.now(), app.zone)
    await _next(app, change, case, turn + 1, at=at)


async def _try(app: App, change: Change, case: Case, contact: Contact, turn: int) -> bool:
    """Every way to a contact at once; whether there is one."""
    accounts = [ref for ref in contact.accounts if ref.platform in app.platforms]
    for ref in accounts:
        payload = {"turn": turn, "contact": contact.seat_id, "account": ref.id, "name": contact.name}
        key = f"dm:{case.id}:{turn}:{ref.platform}"
        ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id}
        await app.outbox.add(change, EffectKind.OFFICER_DM, key, payload, platform=ref.platform, **ids)
    by_mail = bool(contact.email) and "email" in app.messengers
    if by_mail:
        await _mail(app, change, case, contact.email, contact.name, turn)
    return bool(accounts) or by_mail


async def _try_mailbox(app: App, change: Change, case: Case, turn: int) -> None:
    mailbox = app.settings.union.mailbox
    if mailbox and "email" in app.messengers:
        await _mail(app, change, case, mailbox, app.settings.union.name, turn, last=True)


async def _mail(app: App, change: Change, case: Case, to: str, name: str, turn: int, *, last: bool = False) -> None:
    payload = {"turn": turn, "to": to, "name": name, "last": last}
    key = f"mail:{case.id}:{turn}"
    await app.outbox.add(change, EffectKind.OFFICER_MAIL, key, payload, society_id=case.society_id, case_id=case.id)


async def perform_dm(app: App, effect: Effect) -> Receipt:
    """The officer's message: summary, picture, buttons. A repeat says that it is one."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case, escalated = await officers.both(read, effect.case_id)
        repeat = await _is_repeat(read, effect, escalated)
        contact = await _contact(read, app, effect.payload["contact"])
    if contact is None:
        raise Unreachable(app.wording.text("escalation.seat_ended"))
    account = next(
        ref for ref in contact.accounts if (ref.platform, ref.id) == (effect.platform, effect.payload["account"])
    )
    answer = await officers.officer_answer(app, case, repeat=repeat)
    platform = app.platforms[effect.platform]
    sent = await platform.direct(account, answer, nonce=f"porter-{effect.id}" if effect.intent_at is None else "")
    return Receipt({"message": sent.id, "place": places.as_json(sent.place), "name": contact.name})


async def _is_repeat(read: Read, effect: Effect, escalated: Escalation) -> bool:
    """Whether they may have had it before: it was tried, or the database is a copy from after it was asked for."""
    copied = await marks.get(read, marks.COPIED)
    return effect.intent_at is not None or (copied != "" and escalated.asked_at <= datetime.fromisoformat(copied))


async def _contact(read: Read, app: App, seat_id: int) -> Contact | None:
    """The contact, if the seat is still in force: evidence goes to nobody else."""
    return next((one for one in await people.contacts(read, powers.today(app)) if one.seat_id == seat_id), None)


async def settle_dm(app: App, change: Change, effect: Effect, ending: Ending) -> None:
    """Note that an officer was reached, or why not."""
    assert effect.case_id is not None
    case, escalated = await officers.both(change, effect.case_id)
    if ending.state is EffectState.DONE:
        key = f"officer:{case.id}:{effect.platform}:{effect.payload['account']}"
        place = dict(ending.receipt["place"])
        await cases.put_post(change, key, case.id, effect.platform, place, str(ending.receipt["message"]))
        await reached(app, change, case, escalated, str(ending.receipt["name"]))
    else:
        await note_refusal(app, change, case, effect, ending.reason)


async def reached(
    app: App, change: Change, case: Case, escalated: Escalation, name: str, *, by_mail: bool = False
) -> None:
    """A receipt says that an officer has it: only now may anybody be told so. A DM says more than an e-mail."""
    if escalated.reached_at is None or not by_mail:
        at = escalated.reached_at or change.now
        await cases.set_escalation(change, escalated.id, reached_at=at, reached_name=name)
    action = await cases.action_by_key(change, f"escalate:{case.id}")
    if action is not None and action.state is not ActionState.DONE:
        await cases.settle_action(change, action.id, ActionState.DONE, "")
    await cases.touch(change, case.id)
    await card.ask(app, change, case.id)


async def note_refusal(app: App, change: Change, case: Case, effect: Effect, why: str) -> None:
    """Show on the card why a way to the Union did not work; the other ways go on. When this was the contact's only
    way, the next contact is not kept waiting. After the mailbox, which is last, the pause is kept."""
    action = await cases.action_by_key(change, f"escalate:{case.id}")
    if action is not None and action.state is not ActionState.DONE:
        await cases.settle_action(change, action.id, ActionState.PENDING, why)
    await cases.touch(change, case.id)
    await card.ask(app, change, case.id)
    turn = int(effect.payload["turn"])
    if effect.payload.get("last") or any(one.state in ways.OPEN for one in await ways.of_turn(change, case.id, turn)):
        return
    await hurry(change, case, turn + 1, change.now)


async def hurry(change: Change, case: Case, turn: int, due: datetime) -> None:
    """Let the contact of that turn be tried by then, if not before."""
    found = await effects.by_key(change, f"next:{case.id}:{turn}")
    if found is not None and found.run_at > due:
        await effects.reschedule(change, found.id, due)


async def perform_mail(app: App, effect: Effect) -> Receipt:
    """The same by e-mail: same reference, same picture."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case, escalated = await officers.both(read, effect.case_id)
        repeat = await _is_repeat(read, effect, escalated)
    file = await card.open_file(app, case)
    speech = await officers.officer_speech(app, file, repeat=repeat, by_mail=True)
    speech += app.wording.say("escalation.mail_foot", reference=case.ref)
    letter = Letter(
        effect.payload["to"],
        app.wording.text("escalation.subject", reference=case.ref, society=file.society.name),
        speech,
        f"<{case.ref.lower()}.{effect.payload['turn']}@{app.settings.email.domain}>",
        await pictures_of(app, case),
    )
    message_id = await app.messengers["email"].send(letter)
    return Receipt({"message": message_id, "name": effect.payload["name"]})


async def settle_mail(app: App, change: Change, effect: Effect, ending: Ending) -> None:
    """An e-mail that the server took counts as reached: the receipt is the server's."""
    assert effect.case_id is not None
    case, escalated = await officers.both(change, effect.case_id)
    if ending.state is EffectState.DONE:
        name = app.wording.text("escalation.by_mail", name=str(ending.receipt["name"]))
        await reached(app, change, case, escalated, name, by_mail=True)
    else:
        await note_refusal(app, change, case, effect, ending.reason)
