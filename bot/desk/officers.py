"""What officers see of a case, and their buttons: acknowledge, take over, ask the committee, close with an outcome."""

from datetime import timedelta

from bot.desk import card, powers, standing, taking_back
from bot.desk.exhibits import pictures_of
from bot.errors import AlreadyDone, NotFound, Refusal
from bot.model import (
    ActionKind,
    Answer,
    Button,
    ButtonStyle,
    Case,
    CaseState,
    Escalation,
    ExhibitKind,
    Outcome,
    Place,
    Press,
    Provenance,
    Seat,
    Speech,
)
from bot.parts import App
from bot.ports import Sent
from bot.store import cases, effects, presses
from bot.store.change import Change, Read

REASON = 600  # characters of the committee's words in a chat message, beside the case itself
UNION_OUTCOMES = (
    Outcome.SUPPORT_OFFERED,
    Outcome.INFORMAL_ADVICE,
    Outcome.INVESTIGATION,
    Outcome.REFERRED,
    Outcome.NO_FURTHER_ACTION,
)


async def both(read: Read, case_id: int) -> tuple[Case, Escalation]:
    """A case with its escalation, for what only happens to escalated cases."""
    case, escalated = await cases.case(read, case_id), await cases.escalation(read, case_id)
    assert case is not None
    assert escalated is not None
    return case, escalated


async def officer_speech(app: App, file: card.File, *, repeat: bool, by_mail: bool = False) -> Speech:
    """What an officer reads: who asks and why, the case as on the card, and by when somebody must have acknowledged.
    A chat message holds the beginning of a long reason, the e-mail all of it."""
    assert file.escalation is not None
    reason = file.escalation.reason if by_mail else card.shortened(file.escalation.reason, REASON)
    head = app.wording.say(
        "escalation.head",
        reference=file.case.ref,
        society=file.society.name,
        urgency=app.wording.text(f"urgency.{file.escalation.urgency}"),
        name=file.escalation.asked_by,
        reason=app.wording.text("escalation.reason", reason=reason) if reason else "",
    )
    again = app.wording.say("escalation.repeat") if repeat else Speech()
    missing = [one for one in file.exhibits if one.note and one.kind is ExhibitKind.ATTACHMENT]
    notes = Speech()
    if any(one.provenance is Provenance.UNVERIFIED for one in file.exhibits):
        notes += app.wording.say("escalation.handed_in")
    if missing:
        notes += app.wording.say("escalation.notes", notes="; ".join(f"{one.name}: {one.note}" for one in missing))
    names = ", ".join(file.reporters) or app.wording.text("escalation.a_rule")
    reporters = app.wording.say("escalation.reporters", names=names)
    standing = await _standing(app, file, file.escalation)
    return again + head + standing + reporters + notes


async def _standing(app: App, file: card.File, escalated: Escalation) -> Speech:
    """The case as on the card. Whoever reads this has been reached, so it never says that somebody is being reached;
    until somebody has acknowledged it says when the next contact is asked."""
    if escalated.acknowledged_at is not None or file.case.state is CaseState.CLOSED:
        return card.summary(app, file)
    done = [one for one in file.actions if one.kind is not ActionKind.ESCALATE]
    async with app.store.read() as read:
        next_turn = await effects.by_key(read, f"next:{file.case.id}:{escalated.tried}")
    speech = card.facts(app, file, done)
    if next_turn is None:
        return speech
    return speech + app.wording.say("escalation.wait", time=card.clock(app, next_turn.run_at))


async def officer_answer(app: App, case: Case, *, repeat: bool = False) -> Answer:
    """The officer's message with its picture and buttons."""
    file = await card.open_file(app, case)
    speech = await officer_speech(app, file, repeat=repeat)
    files = await pictures_of(app, case)
    if case.state is CaseState.CLOSED and case.outcome is not None:
        outcome = app.wording.text(f"outcome.{case.outcome}")
        back = await taking_back.offer(app, file.case, file.actions)
        return Answer(speech + app.wording.say("card.closed", outcome=outcome), back, files)
    async with app.store.work(app.now()) as change:
        rows = [
            [await _button(app, change, case, "acknowledge"), await _button(app, change, case, "take_over")],
            [await _button(app, change, case, "ask_committee"), await _button(app, change, case, "close")],
        ]
    return Answer(
        speech, (*(tuple(row) for row in rows), *await taking_back.offer(app, file.case, file.actions)), files
    )


async def _button(app: App, change: Change, case: Case, deed: str, data: dict[str, str] | None = None) -> Button:
    key = ":".join([deed, str(case.id), *(data or {}).values()])
    token = await presses.add(
        change,
        deed,
        app.now() + timedelta(days=card.BUTTON_DAYS),
        key=key,
        society_id=case.society_id,
        case_id=case.id,
        data=data,
    )
    name = "outcome." + data["outcome"] if data else f"officer.{deed}.button"
    return Button(app.wording.text(name), token, ButtonStyle.PRIMARY if deed == "acknowledge" else ButtonStyle.PLAIN)


async def officer_case(app: App, who: powers.Caller, press: Press) -> tuple[Case, Seat]:
    """The case behind an officer's button, for an officer it is not about."""
    seat = await powers.may(app, who, powers.OFFICERS, None)
    async with app.store.read() as read:
        case = None if press.case_id is None else await cases.case(read, press.case_id)
    if case is None or case.person_id == who.person_id:
        raise NotFound(app.wording.text("refusal.no_case"))
    if case.state is CaseState.CLOSED:
        raise Refusal(app.wording.text("refusal.closed", reference=case.ref))
    return case, seat


async def acknowledge(app: App, who: powers.Caller, press: Press) -> Answer:
    """An officer says: I have seen it. The ladder stops."""
    case, seat = await officer_case(app, who, press)
    async with app.store.change(f"seat:{seat.id}", "acknowledge", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        _, escalated = await both(change, case.id)
        if not await cases.take_escalation(change, escalated.id, acknowledged_at=change.now):
            raise AlreadyDone(app.wording.text("refusal.acknowledged", time=card.clock(app, escalated.acknowledged_at)))
        await _shown(app, change, case)
    return Answer(app.wording.say("officer.acknowledge.done", reference=case.ref))


async def take_over(app: App, who: powers.Caller, press: Press) -> Answer:
    """An officer says: this is mine now."""
    case, seat = await officer_case(app, who, press)
    async with app.store.change(f"seat:{seat.id}", "take over", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        _, escalated = await both(change, case.id)
        if escalated.holder_seat_id == seat.id:
            raise AlreadyDone(app.wording.text("refusal.yours", reference=case.ref))
        at = escalated.acknowledged_at or change.now
        await cases.set_escalation(
            change, escalated.id, acknowledged_at=at, holder_seat_id=seat.id, holder_name=seat.name
        )
        await _shown(app, change, case)
    return Answer(app.wording.say("officer.take_over.done", reference=case.ref))


async def _shown(app: App, change: Change, case: Case) -> None:
    await cases.touch(change, case.id)
    await card.ask(app, change, case.id)


async def offer_outcomes(app: App, who: powers.Caller, press: Press) -> Answer:
    """Ask which outcome a case is closed with."""
    case, _ = await officer_case(app, who, press)
    async with app.store.work(app.now()) as change:
        buttons = [await _button(app, change, case, "outcome", {"outcome": one.value}) for one in UNION_OUTCOMES]
    rows = tuple((button,) for button in buttons)
    return Answer(app.wording.say("officer.close.ask", reference=case.ref), rows)


async def close(app: App, who: powers.Caller, press: Press) -> Answer:
    """Close a case with the Union's outcome (U9); the committee's card says so."""
    case, seat = await officer_case(app, who, press)
    outcome = Outcome(press.data["outcome"])
    async with app.store.change(f"seat:{seat.id}", f"close {outcome}", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        if not await cases.close(change, case.id, [CaseState.OPEN, CaseState.ESCALATED], outcome=outcome):
            raise AlreadyDone(app.wording.text("refusal.closed", reference=case.ref))
        _, escalated = await both(change, case.id)
        await cases.take_escalation(change, escalated.id, acknowledged_at=change.now)
        await standing.decide(app, change, case.id, outcome)
        await card.ask(app, change, case.id)
    words = app.wording.text(f"outcome.{outcome}")
    return Answer(app.wording.say("officer.close.done", reference=case.ref, outcome=words))


async def refresh_officers(app: App, case: Case) -> None:
    """Bring the officers' messages up to date with the case."""
    async with app.store.read() as read:
        found = await cases.posts_of(read, case.id, f"officer:{case.id}:")
    if found:
        answer = await officer_answer(app, case)
        for post in found:
            sent = Sent(Place(**post["place"]), post["message"])
            await app.platforms[post["platform"]].edit(sent, Answer(answer.speech, answer.buttons))
