"""Message → flag: what is said is heard and screened; what somebody or a rule flags becomes a report in a case."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.desk import capture, card, digest, escalation, hiding, limits, powers, standing
from bot.errors import Refusal
from bot.evidence.record import Recorded
from bot.model import (
    AccountRef,
    Answer,
    AuthorKind,
    Case,
    CaseState,
    Chat,
    ChatPurpose,
    Effect,
    EffectKind,
    Hit,
    Level,
    Message,
    Place,
    Receipt,
    ReportKind,
    Verdict,
)
from bot.parts import App
from bot.store import cases, heard, people, policies
from bot.store.change import Change, Read

AGAIN = timedelta(minutes=1)
AT_ONCE = 500  # unscreened messages looked at again in one go
STOPPED = 3  # how grave words are that a platform stops by itself
WALL = "wall"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says that something is wrong with a message: a person (`reporter`) or a rule (`rule`). With `safeguarded`, no
    file of the message is captured."""

    reason: str
    severity: int
    reporter: AccountRef | None = None
    rule: str = ""
    safeguarded: bool = False


@dataclass(frozen=True, slots=True)
class Flagged:
    """The case a report is in; not `new` when the same claimant had reported that message before."""

    case: Case
    new: bool


async def handle_message(app: App, message: Message, *, edited: bool = False) -> None:
    """Hear and screen something said in a bound chat; a hit at card level becomes a report."""
    chat = app.chats.get((message.ref.place.platform, message.ref.place.chat))
    if chat is None or is_committee_place(chat, message.ref.place) or message.author.kind is AuthorKind.SYSTEM:
        return
    verdict = glanced(app, message, app.recent.of(message.ref.place))
    app.recent.add(message)
    verdict = await closely(app, message, verdict)
    app.meters.count("verdict", "unscreened" if verdict.failed else verdict.level)
    await app.ear.hear(message, app.now(), unscreened=bool(verdict.failed))
    if verdict.failed:
        log.error("moderation.unscreened", chat=chat.id, checks=verdict.failed)
        await app.ear.flush(app.now())  # what nobody judged yet must outlive us
        async with app.store.work(app.now()) as work:
            await ask_again(app, work)
    if edited:
        await keep_edition(app, chat, message)
    await act(app, chat, message, verdict)


def glanced(app: App, message: Message, recent: Sequence[Message] = ()) -> Verdict:
    """What the rules make of a message at a glance. Whatever goes wrong there makes it unscreened, never clean."""
    try:
        return app.screen().glance(message, recent)
    except Exception as error:  # a fault of the rules must lose no message
        log.exception("moderation.screen_failed")
        return Verdict(failed=(type(error).__name__,))


async def closely(app: App, message: Message, verdict: Verdict) -> Verdict:
    """The verdict after a close reading, if it takes one: in a thread, so that nobody else waits for it."""
    if not verdict.open:
        return verdict
    try:
        return await asyncio.to_thread(app.screen().closely, message, verdict)
    except Exception as error:  # as above
        log.exception("moderation.screen_failed")
        return replace(verdict, failed=(*verdict.failed, type(error).__name__))


async def screened(app: App, message: Message) -> Verdict:
    """What the rules make of a message by itself."""
    return await closely(app, message, glanced(app, message))


async def act(app: App, chat: Chat, message: Message, verdict: Verdict) -> None:
    """What follows from a verdict: a report, a line of the digest, or nothing."""
    verdict = await standing.judged(app, chat, message, verdict)
    if verdict.level is Level.CARD and message.author.kind is AuthorKind.PERSON:
        if not await is_told(app, chat, message, claim_of(verdict).rule):
            await flag(app, chat, message, claim_of(verdict))
    elif verdict.level is Level.DIGEST and message.author.kind is AuthorKind.PERSON:
        await digest.note(app, chat, message, claim_of(verdict).reason)


async def is_told(app: App, chat: Chat, message: Message, rule: str) -> bool:
    """Whether a rule has reported this very version of a message before. After a crash some messages are read again;
    what people have closed meanwhile they need not close twice."""
    async with app.store.read() as read:
        found = await cases.reports_of_message(read, chat.id, message.ref.place.channel, [message.ref.id])
    said = message.edited_at or message.sent_at
    return any(one.rule == rule and one.reporter_id is None and one.reported_at >= said for one in found)


async def knows_name(app: App, ref: AccountRef) -> bool:
    """Whether a case has been about this account under the name it has now."""
    async with app.store.read() as read:
        known = await people.account(read, ref)
        return known is not None and known.name == ref.name[:200] and await cases.was_subject(read, known.id)


async def handle_stopped(app: App, chat: Chat, message: Message) -> None:
    """A platform stopped something by our words before it stood anywhere: a report, as if it had been read."""
    verdict = await screened(app, message)
    claim = claim_of(verdict) if verdict.hits else Claim(app.wording.text("flag.stopped_word"), STOPPED, rule=WALL)
    why = claim.reason.rstrip(".") + "."
    await flag(app, chat, message, replace(claim, reason=app.wording.text("flag.stopped", why=why)))


async def ask_again(app: App, change: Change) -> None:
    """Have what is unscreened looked at again soon; asked often, it is done once."""
    at = app.now() + AGAIN
    await app.outbox.add(change, EffectKind.SCREEN_AGAIN, f"screen-again:{at:%Y-%m-%dT%H:%M}", run_at=at)


async def perform_again(app: App, _effect: Effect) -> Receipt:
    """Screen what could not be screened when it was said. What still cannot is tried again a little later."""
    judged, left = 0, 0
    async with app.store.read() as read:
        found = await app.ear.unscreened(read, AT_ONCE)
    for one in found:
        verdict = await screened(app, one.message)
        chat = app.chats.get((one.message.ref.place.platform, one.message.ref.place.chat))
        if verdict.failed:
            left += 1
            continue
        if chat is not None:
            await act(app, chat, one.message, verdict)
        app.meters.count("verdict", verdict.level)
        async with app.store.work(app.now()) as work:
            await heard.judged(work, one.message.ref, one.edition)
        judged += 1
    if left or len(found) == AT_ONCE:
        async with app.store.work(app.now()) as work:
            await ask_again(app, work)
    return Receipt({"judged": judged, "left": left})


def is_committee_place(chat: Chat, place: Place) -> bool:
    """Whether this is where the committee talks: what is quoted there is not screened."""
    return chat.purpose is ChatPurpose.COMMITTEE or (place.channel != "" and place.channel == chat.committee_channel)


def claim_of(verdict: Verdict) -> Claim:
    """A rule's claim: its gravest hit, with the rule's own reason."""
    gravest = max(verdict.hits, key=lambda hit: hit.severity)
    return Claim(gravest.why, verdict.severity, rule=rule_of(gravest))


def rule_of(hit: Hit) -> str:
    """The rule's name and version, as kept with a report."""
    return f"{hit.rule}@{hit.version}"[:80]


async def keep_edition(app: App, chat: Chat, message: Message) -> None:
    """An edit of a reported message is evidence too."""
    async with app.store.read() as read:
        found = await cases.reports_of_message(read, chat.id, message.ref.place.channel, [message.ref.id])
    one = await app.ear.numbered(message, app.now()) if found else Recorded(message)
    for case_id in {report.case_id for report in found}:
        async with app.store.change("porter", "capture edit", app.now()) as change:
            change.about(f"case:{case_id}", society_id=chat.society_id)
            await capture.keep_message(app, change, case_id, one)
            await cases.touch(change, case_id)
            await card.ask(app, change, case_id)


async def handle_deleted(app: App, place: Place, ids: Sequence[str]) -> None:
    """Messages are gone from the chat, by whom the platform does not say."""
    chat = app.chats.get((place.platform, place.chat))
    if chat is None:
        return
    await app.ear.gone(place, ids, app.now())
    async with app.store.read() as read:
        found = await cases.reports_of_message(read, chat.id, place.channel, ids)
    for case_id in {report.case_id for report in found if report.deleted_at is None}:
        async with app.store.change("porter", "note deletion", app.now()) as change:
            change.about(f"case:{case_id}", society_id=chat.society_id)
            await cases.reports_deleted(change, case_id, ids)
            await cases.touch(change, case_id)
            await card.ask(app, change, case_id)


def check_subject(app: App, message: Message, reporter: AccountRef) -> None:
    """Refuse reports that cannot be about a person's conduct, saying what to do instead."""
    refusals = {
        AuthorKind.BOT: "refusal.subject_bot",
        AuthorKind.ANONYMOUS: "refusal.subject_anonymous",
        AuthorKind.CHANNEL: "refusal.subject_channel",
        AuthorKind.SYSTEM: "refusal.subject_system",
    }
    if message.author.kind in refusals:
        raise Refusal(app.wording.text(refusals[message.author.kind]))
    if message.author == reporter:
        raise Refusal(app.wording.text("refusal.subject_self"))


async def flag_by_person(app: App, who: powers.Caller, message: Message, reason: str) -> Answer:
    """A member flags a message. The report is on disk before they are thanked."""
    if who.chat is None:
        raise Refusal(app.wording.text("refusal.flag_where"))
    check_subject(app, message, who.ref)
    whole = await capture.fresh(app, message)
    flagged = await flag(app, who.chat, whole, Claim(reason, 2, reporter=who.ref), limited=True)
    case = flagged.case
    name = "flag.again" if not flagged.new else "flag.union" if case.restricted else "flag.thanks"
    return Answer(app.wording.say(name, reference=case.ref))


async def flag(app: App, chat: Chat, message: Message, claim: Claim, *, limited: bool = False) -> Flagged:
    """A report, its case and its evidence, in one transaction; what follows from them too. With `limited`, the
    reporter's limits hold."""
    by = f"rule:{claim.rule}" if claim.reporter is None else "member"
    await app.ear.flush(app.now())  # another process may capture what was said around it
    one = await app.ear.numbered(message, app.now())
    async with app.store.change(by, "report", app.now()) as change:
        if limited and claim.reporter is not None:
            await limits.check_report(app, change, chat, message, claim.reporter, claim.reason)
        case = await _case_for(app, change, chat, message, claim)
        change.about(f"case:{case.id}", society_id=case.society_id)
        report_id = await _report(change, case, chat, message, claim)
        if report_id is None:
            return Flagged(case, new=False)
        change.about(f"report:{report_id}")
        await cases.touch(change, case.id, severity=max(case.severity, claim.severity))
        await escalation.press(app, change, case, claim.severity)
        await capture.ask(app, change, case, chat, report_id, one)
        await _route(app, change, case)
    return Flagged(case, new=True)


async def _case_for(app: App, change: Change, chat: Chat, message: Message, claim: Claim) -> Case:
    subject = await people.know(change, message.author)
    known = await cases.open_case(change, chat.society_id, subject.person_id)
    if known is not None and not known.restricted and await powers.is_hidden(app, change, known):
        await hiding.hide(app, change, known)
        return replace(known, restricted=True)
    if known is not None:
        return known
    await policies.keep(change, policies.LADDER, app.ladder.version, app.ladder.text)
    await cases.add_case(
        change,
        society_id=chat.society_id,
        chat_id=chat.id,
        subject_id=subject.id,
        person_id=subject.person_id,
        state=CaseState.OPEN,
        severity=claim.severity,
        restricted=await _is_restricted(app, change, chat.society_id, subject.person_id),
        ladder_version=app.ladder.version,
        opened_at=change.now,
    )
    case = await cases.open_case(change, chat.society_id, subject.person_id)
    assert case is not None
    return case


async def _is_restricted(app: App, read: Read, society_id: int, person_id: int) -> bool:
    """A case about somebody with a seat goes past the committee, and so does one that no committee is there for."""
    day = powers.today(app)
    if await people.sits_somewhere(read, person_id, society_id, day):
        return True
    return not await powers.has_committee(read, society_id, day)


async def _report(change: Change, case: Case, chat: Chat, message: Message, claim: Claim) -> int | None:
    subject = await people.know(change, message.author)
    reporter = None if claim.reporter is None else await people.know(change, claim.reporter)
    return await cases.add_report(
        change,
        case.id,
        f"rule:{claim.rule}"[:80] if reporter is None else f"account:{reporter.id}",
        message.ref.id,
        kind=ReportKind.RULE if reporter is None else ReportKind.PERSON,
        reporter_id=None if reporter is None else reporter.id,
        chat_id=chat.id,
        subject_id=subject.id,
        channel=message.ref.place.channel,
        album=" ".join(message.ref.album),
        reason=claim.reason,
        rule=claim.rule,
        severity=claim.severity,
        safeguarded_at=change.now if claim.safeguarded else None,
    )


async def _route(app: App, change: Change, case: Case) -> None:
    """The committee's card; or, for a restricted case, the Union at once."""
    if case.restricted:
        await escalation.bring(app, change, case, by="Porter", reason=app.wording.text("escalation.restricted"))
    await card.ask(app, change, case.id)
