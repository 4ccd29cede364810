"""The case card: one message in the committee's place that shows how a case stands, with the steps as buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot import failpoints
from bot.desk import capture, lane, places, powers, taking_back, ways
from bot.desk.times import clock as clock
from bot.errors import Forbidden, Gone, Muted, Unreachable
from bot.evidence.record import digest, message_of
from bot.model import (
    Action,
    ActionKind,
    ActionState,
    Answer,
    Button,
    ButtonStyle,
    Case,
    CaseState,
    Chat,
    Effect,
    EffectKind,
    Escalation,
    Exhibit,
    ExhibitKind,
    Message,
    Outcome,
    Place,
    Provenance,
    Receipt,
    Report,
    Society,
    Speech,
)
from bot.parts import App
from bot.policy import next_step
from bot.ports import Sent
from bot.store import cases, chats, effects, people, presses
from bot.store.change import Change

log = structlog.get_logger()
BUTTON_DAYS = 365
REASON = 200  # characters of each reason shown on the card
QUOTE = 400  # characters of the newest reported message shown on the card
ATTEMPTS = 4  # tries to reach the Union that a card shows: the newest that did not work
ROWS: tuple[tuple[ActionKind, ...], ...] = (
    (ActionKind.NOTICE, ActionKind.WARN, ActionKind.DELETE),
    (ActionKind.TIMEOUT, ActionKind.REMOVE),
    (ActionKind.ESCALATE, ActionKind.DISMISS),
)
SIGNS = {
    ActionState.WAITING: "…",
    ActionState.PENDING: "…",
    ActionState.DONE: "✓",
    ActionState.REFUSED: "✗",
    ActionState.FAILED: "✗",
    ActionState.UNKNOWN: "?",
}


@dataclass(frozen=True, slots=True)
class File:
    """Everything a card shows of a case, read at one moment."""

    case: Case
    society: Society
    chat: Chat
    subject: str
    reports: tuple[Report, ...]
    actions: tuple[Action, ...]
    exhibits: tuple[Exhibit, ...]
    escalation: Escalation | None
    earlier: int
    newest: Message | None
    reporters: tuple[str, ...]  # for the Union's eyes only
    attempts: tuple[ways.Attempt, ...]
    unreached: bool

    @property
    def words(self) -> str:
        """The words of the newest reported message."""
        return "" if self.newest is None else self.newest.body

    @property
    def place(self) -> str:
        """Where it was said, as people call it."""
        return self.chat.title if self.newest is None else self.newest.ref.place.title or self.chat.title


async def ask(app: App, change: Change, case_id: int) -> None:
    """Have the card drawn as the case stands after this change; not while it is being drawn as it stood before, or two
    would be posted."""
    case = await cases.case(change, case_id)
    assert case is not None
    before = await _being_drawn(change, case.id)
    key, payload = f"card:{case.id}:{case.version}", {"version": case.version}
    ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id}
    await app.outbox.add(change, EffectKind.CARD, key, payload, after=before, **ids)


async def _being_drawn(change: Change, case_id: int) -> int | None:
    """The drawing of this card asked for last, if it has not ended. What it would show is old now: let it see so."""
    asked = [one for one in await effects.of_case(change, case_id) if one.kind is EffectKind.CARD]
    if not asked or asked[-1].state in effects.ENDED:
        return None
    await effects.reschedule(change, asked[-1].id, change.now)
    return asked[-1].id


async def perform(app: App, effect: Effect) -> Receipt:
    """Post the card, or bring the posted one up to date. A newer version makes this one needless."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case = await cases.case(read, effect.case_id)
    assert case is not None
    if case.version > effect.payload["version"]:
        return Receipt({"skipped": True})
    async with app.store.read() as read:
        if await powers.is_hidden(app, read, case):
            posted = await cases.posts_of(read, case.id, f"card:{case.id}:")
            return await taking_back.cover(app, case, posted)
    file = await open_file(app, case)
    answer = await draw(app, file)
    found = await places.for_case(app, case)
    try:
        await _post_all(app, case, found, answer)
    except Forbidden as error:  # the committee's place is closed to us: a card that nobody sees would be a lost report
        log.error("card.place_closed", case=case.ref, why=str(error))
        async with app.store.read() as read:
            found = await places.private(app, read, case.society_id)
        await _post_all(app, case, found, answer)
    return Receipt({"places": len(found)})


async def _post_all(app: App, case: Case, found: Sequence[tuple[str, Place, str]], answer: Answer) -> None:
    """Post everywhere; who cannot be written to keeps nobody from seeing it. Where nobody can, it is done later."""
    for key, place, account in found:
        try:
            await post(app, case, f"card:{case.id}:{key}", place, account, answer)
        except Unreachable as error:
            if isinstance(error, Muted):
                raise


async def post(app: App, case: Case, key: str, place: Place, account: str, answer: Answer) -> None:
    """Say it there under that key, or bring what stands there up to date."""
    platform = app.platforms[place.platform]
    nonce = digest(key.encode())[:24]  # of this very post: a platform drops what comes twice under one
    async with app.store.read() as read:
        known = await cases.post(read, key)
    if known is not None:
        try:
            await platform.edit(Sent(Place(**known["place"]), known["message"]), answer)
            return
        except Gone:  # somebody deleted the card: it is posted anew below
            nonce = ""
    if account:
        async with app.store.read() as read:
            holder = await people.account_by_id(read, int(account))
        sent = await platform.direct(holder.ref, answer, nonce=nonce)
    else:
        sent = await platform.say(place, answer, nonce=nonce)
    failpoints.reach("posting.said")
    async with app.store.work(app.now()) as change:
        await cases.put_post(change, key, case.id, place.platform, places.as_json(sent.place), sent.id)


async def open_file(app: App, case: Case) -> File:
    """Read everything a card or an officer's message shows."""
    async with app.store.read() as read:
        society = await people.society_by_id(read, case.society_id)
        chat = await chats.chat_by_id(read, case.chat_id)
        subject = await people.account_by_id(read, case.subject_id)
        reports = tuple(await cases.reports_of(read, case.id))
        actions = tuple(await cases.actions_of(read, case.id))
        exhibits = tuple(await cases.exhibits_of(read, case.id))
        escalated = await cases.escalation(read, case.id)
        others = await cases.cases_about(read, case.society_id, case.person_id)
        reporters = [one.reporter_id for one in reports if one.reporter_id is not None]
        attempts = await ways.attempts(read, case.id)
        failed = escalated is not None and await ways.unreached(app, read, escalated) is not None
        names = [(await people.account_by_id(read, one)).name for one in dict.fromkeys(reporters)]
    earlier = sum(upheld(app, one, case) for one in others)
    newest = await newest_message(app, exhibits)
    found = (case, society, chat, subject.name, reports, actions, exhibits, escalated)
    return File(*found, earlier, newest, tuple(names), attempts, failed)


def upheld(app: App, other: Case, case: Case) -> bool:
    """Whether an earlier case still counts: closed, not dismissed, not expired."""
    if other.id == case.id or other.closed_at is None or other.outcome in (Outcome.DISMISSED, None):
        return False
    return other.closed_at >= app.now() - app.ladder.expires


async def newest_message(app: App, exhibits: Sequence[Exhibit]) -> Message | None:
    """The newest version of the message reported last."""
    messages = [one for one in exhibits if one.kind is ExhibitKind.MESSAGE]
    if not messages:
        return None
    reported, _, _ = messages[-1].key.rpartition("/")  # what was sealed last may be what stood there before an edit
    versions = [one for one in messages if one.key.rpartition("/")[0] == reported]
    data = await capture.unseal(app, max(versions, key=capture.edition_in))
    return None if data is None else message_of(data)


def proposed(app: App, file: File) -> ActionKind | None:
    """The step that the ladder proposes now."""
    reported = [report.reported_at for report in file.reports]
    return next_step(app.ladder, file.case.severity, file.actions, reported, file.earlier, app.now())


async def draw(app: App, file: File) -> Answer:
    """The card as it stands."""
    speech = summary(app, file)
    if file.case.state is CaseState.CLOSED:
        assert file.case.outcome is not None
        outcome = app.wording.text(f"outcome.{file.case.outcome}")
        return Answer(
            speech + app.wording.say("card.closed", outcome=outcome),
            await taking_back.offer(app, file.case, file.actions),
            private=False,
        )
    step = proposed(app, file)
    if step is not None:
        meaning = app.ladder.rung(file.case.severity).meaning
        speech += app.wording.say("card.proposed", step=app.wording.text(f"step.{step}.name"), meaning=meaning)
    async with app.store.work(app.now()) as change:
        buttons = [await _row(app, change, file, row, step) for row in ROWS]
        buttons += await lane.button(app, change, file.case, file.newest, file.exhibits)
    return Answer(speech, (*buttons, *await taking_back.offer(app, file.case, file.actions)), private=False)


async def _row(
    app: App, change: Change, file: File, kinds: Sequence[ActionKind], step: ActionKind | None
) -> tuple[Button, ...]:
    return tuple([await _button(app, change, file, kind, step) for kind in kinds if _offered(file, kind)])


def _offered(file: File, kind: ActionKind) -> bool:
    return not (kind is ActionKind.ESCALATE and file.escalation is not None)


async def _button(app: App, change: Change, file: File, kind: ActionKind, step: ActionKind | None) -> Button:
    token = await presses.add(
        change,
        "step",
        app.now() + timedelta(days=BUTTON_DAYS),
        key=f"step:{file.case.id}:{kind}",
        society_id=file.case.society_id,
        case_id=file.case.id,
        data={"kind": kind.value},
    )
    dangerous = kind in (ActionKind.REMOVE, ActionKind.DELETE)
    style = ButtonStyle.PRIMARY if kind is step else ButtonStyle.DANGER if dangerous else ButtonStyle.PLAIN
    settled = kind is ActionKind.DISMISS and any(action.state is ActionState.DONE for action in file.actions)
    return Button(app.wording.text("step.settle.button" if settled else f"step.{kind}.button"), token, style)


def summary(app: App, file: File) -> Speech:
    """Reference, who, where, what was said, why, what was done, and how far the Union is."""
    speech = facts(app, file, file.actions)
    if file.escalation is None:
        return speech
    alarm = app.wording.say("card.unreached") if file.unreached else Speech()
    tries = ways.lines(app, [one for one in file.attempts if one.in_vain][-ATTEMPTS:])
    return speech + escalation_line(app, file.escalation) + alarm + tries


def facts(app: App, file: File, actions: Sequence[Action]) -> Speech:
    """Reference, who, where, what was said, why, and these steps."""
    case, say = file.case, app.wording.say
    newest = file.reports[-1]
    gone = app.wording.text("card.gone", time=clock(app, newest.deleted_at)) if newest.deleted_at else ""
    speech = say(
        "card.head",
        reference=case.ref,
        where=_where(app, file),
        name=file.subject,
        severity=app.ladder.rung(case.severity).name,
        words=shortened(file.words) or app.wording.text("card.no_words"),
        gone=gone,
    )
    speech += say("card.why", reason=reasons(app, file.reports), count=len(file.reports))
    for line in [action_line(app, action) for action in actions]:
        speech += line
    speech += evidence_line(app, file.exhibits)
    if file.earlier:
        speech += say("card.earlier", count=file.earlier)
    return speech + lane.line(app, file.reports)


def evidence_line(app: App, exhibits: Sequence[Exhibit]) -> Speech:
    """How much of the record proves itself how far; drawings of it aside."""
    found = [one.provenance for one in exhibits if one.kind is not ExhibitKind.PICTURE]
    counts = {
        name: found.count(one)
        for name, one in (
            ("captured", Provenance.CAPTURED),
            ("heard", Provenance.HEARD),
            ("handed", Provenance.UNVERIFIED),
        )
    }
    return app.wording.say("card.evidence", **counts) if found else Speech()


def _where(app: App, file: File) -> str:
    """Society and place; a place that is called like its society stands once."""
    society = file.society.name
    return society if file.place == society else app.wording.text("card.where", society=society, place=file.place)


def shortened(words: str, limit: int = QUOTE) -> str:
    """Words on one card: cut with an ellipsis, line breaks kept as spaces so that a quote stays one."""
    line = " ".join(words.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def reasons(app: App, reports: Sequence[Report]) -> str:
    """Why it was flagged, each reason once."""
    found = dict.fromkeys(shortened(report.reason, REASON).rstrip(".") for report in reports if report.reason)
    return "; ".join(found) or app.wording.text("card.no_reason")


def action_line(app: App, action: Action) -> Speech:
    """One step, by whom, when, and what came of it."""
    said = action.reason or action.detail
    return app.wording.say(
        "card.action",
        sign=SIGNS[action.state],
        step=app.wording.text(f"step.{action.kind}.name"),
        name=" + ".join(filter(None, (action.name, action.second_name))),
        time=clock(app, action.asked_at),
        result=app.wording.text(f"card.result.{action.state}", reason=shortened(said, REASON)).rstrip(" :"),
    )


def escalation_line(app: App, escalated: Escalation) -> Speech:
    """How far the Union is: told, reached, acknowledged, taken. Never more than a receipt says."""
    if escalated.holder_name:
        return app.wording.say("card.taken", name=escalated.holder_name)
    if escalated.acknowledged_at is not None:
        return app.wording.say("card.acknowledged", time=clock(app, escalated.acknowledged_at))
    if escalated.reached_at is not None:
        return app.wording.say("card.reached", name=escalated.reached_name, time=clock(app, escalated.reached_at))
    return app.wording.say("card.reaching")
