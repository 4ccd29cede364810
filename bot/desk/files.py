"""Finding the case somebody means, showing it, and adding to it."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.desk import capture, card, exhibits, moderation, officers, powers, steps, ways
from bot.errors import NotFound, Refusal
from bot.model import (
    Answer,
    Button,
    Call,
    Case,
    ExhibitKind,
    Field,
    FieldKind,
    Form,
    Message,
    Press,
    Role,
    Society,
    Speech,
    Submitted,
    Upload,
)
from bot.parts import App
from bot.store import cases, people, presses
from bot.store.change import Read

SHOTS = 10
REFERENCE = re.compile(r"P-\d{2}-\d{4,}", re.IGNORECASE)


def target_of(app: App, call: Call) -> Message:
    """The message a command is about; without one, a sentence that says how to name it."""
    if call.target is None:
        raise Refusal(app.wording.text("refusal.no_target"))
    return call.target


def words_of(call: Call) -> list[str]:
    """What was said after a command, without the case's reference: on platforms that hand over plain text an option is
    only told from the rest by what it looks like."""
    words = call.arguments.get("text", "").split()
    return words[1:] if words and REFERENCE.fullmatch(words[0]) else words


def reason_of(call: Call) -> str:
    """The words for the record."""
    if "text" in call.arguments:
        return " ".join(words_of(call))
    return call.arguments.get("reason", "")


def minutes_of(app: App, call: Call) -> int:
    """How long a timeout is to last, 0 for the ladder's own time; at most 28 days, which is what platforms take."""
    words = words_of(call)
    text = words[0] if words else call.arguments.get("minutes", "").strip() if "text" not in call.arguments else ""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 40_320):
        raise Refusal(app.wording.text("refusal.minutes"))
    return int(text)


async def case_of_call(app: App, who: powers.Caller, call: Call, *, opening: bool = True) -> int:
    """The case a command is about: by reference, or by message. A step on a message that nobody reported yet reports
    it first, so that its evidence is sealed before anything is done."""
    words = (call.arguments.get("text") or call.arguments.get("case", "")).split()
    reference = words[0] if words and ("text" not in call.arguments or REFERENCE.fullmatch(words[0])) else ""
    async with app.store.read() as read:
        named = await cases.case_by_ref(read, reference) if reference else None
    if reference and named is None:
        raise NotFound(app.wording.text("refusal.no_case"))
    if named is not None:
        return named.id
    if words and (call.arguments.get("case") or words[0].upper().startswith("P-")):
        raise NotFound(app.wording.text("refusal.no_case"))  # as for a case that is not theirs to see
    if call.target is None:
        raise Refusal(app.wording.text("refusal.which_case"))
    return await _case_of_message(app, who, call.target, opening=opening)


async def _case_of_message(app: App, who: powers.Caller, target: Message, *, opening: bool) -> int:
    if who.chat is None:
        raise Refusal(app.wording.text("refusal.not_bound"))
    seat = await powers.may(app, who, powers.COMMITTEE, who.chat.society_id)
    powers.check_trained(app, seat)
    moderation.check_subject(app, target, who.ref)  # first, so that nobody learns whether their own was reported
    async with app.store.read() as read:
        ids = [target.ref.id, *target.ref.album]
        found = await cases.reports_of_message(read, who.chat.id, target.ref.place.channel, ids)
        known = None if not found else await cases.case(read, found[0].case_id)
        hidden = known is not None and await powers.is_hidden(app, read, known)
    past = hidden and seat.role is not Role.OFFICER
    if known is not None and known.closed_at is None and not past:
        return known.id
    if not opening:
        raise NotFound(app.wording.text("refusal.not_reported"))
    whole = await capture.fresh(app, target)
    reason = app.wording.text("flag.by_committee", name=seat.name)
    case = (await moderation.flag(app, who.chat, whole, moderation.Claim(reason, 2, reporter=who.ref))).case
    if case.restricted and seat.role is not Role.OFFICER:
        raise Refusal(app.wording.text("flag.union", reference=case.ref))
    return case.id


async def show(app: App, who: powers.Caller, case_id: int) -> Answer:
    """A case for somebody who may handle it, with a button to add screenshots."""
    case, seat = await steps.case_for(app, who, case_id)
    file = await card.open_file(app, case)
    if seat.role is Role.OFFICER and file.escalation is not None:
        return await officers.officer_answer(app, case)
    answer = await card.draw(app, file)
    async with app.store.change(f"seat:{seat.id}", "read case", app.now()) as change:
        change.about(f"case:{case.id}", society_id=case.society_id)
        token = await presses.add(
            change,
            "screenshots",
            app.now() + timedelta(days=card.BUTTON_DAYS),
            key=f"screenshots:{case.id}",
            society_id=case.society_id,
            case_id=case.id,
        )
    button = Button(app.wording.text("screenshots.button"), token)
    said = (
        answer.speech + ways.lines(app, [one for one in file.attempts if not one.in_vain]) + evidence_lines(app, file)
    )
    return Answer(said, (*answer.buttons, (button,)))


def evidence_lines(app: App, file: card.File) -> Speech:
    """What is sealed, by kind and provenance."""
    speech = app.wording.say("case.evidence", count=len(file.exhibits))
    for exhibit in [one for one in file.exhibits if one.note and one.kind is ExhibitKind.ATTACHMENT]:
        speech += app.wording.say("case.exhibit", name=exhibit.name, note=exhibit.note)
    return speech


async def screenshot_form(app: App, press: Press) -> Form:
    """The form that takes screenshots."""
    say = app.wording.text
    field = Field("files", say("screenshots.label"), FieldKind.FILES, limit=SHOTS)
    return Form(press.token, say("screenshots.form"), (field,))


async def send_screenshots(app: App, who: powers.Caller, press: Press, submitted: Submitted) -> Answer:
    """Screenshots that a committee member hands in."""
    assert press.case_id is not None
    return await hand_in(app, who, press.case_id, submitted.files)


async def hand_in(app: App, who: powers.Caller, case_id: int, files: Sequence[Upload]) -> Answer:
    """Keep screenshots with a case, each answered for."""
    case, seat = await steps.case_for(app, who, case_id)
    kept, refused = await exhibits.hand_in(app, case, files[:SHOTS], f"seat:{seat.id}")
    speech = app.wording.say("screenshots.kept", count=kept, reference=case.ref)
    for why in refused:
        speech += app.wording.say("screenshots.refused", why=why)
    return Answer(speech)


async def history(app: App, who: powers.Caller, call: Call) -> Answer:
    """The cases about a person that the asker may see, newest first."""
    person_id, society_id, name = await _person(app, who, call)
    seat = await powers.may(app, who, powers.COMMITTEE, society_id)
    powers.check_trained(app, seat)
    async with app.store.read() as read:
        everywhere = seat.role is Role.OFFICER
        found = (
            []
            if person_id == who.person_id
            else await cases.cases_about(read, None if everywhere else society_id, person_id)
        )
        seen = [one for one in found if everywhere or not await powers.is_hidden(app, read, one)]
    speech = app.wording.say("history.head", name=name, count=len(seen))
    for case in seen[:20]:
        speech += await _history_line(app, case)
    return Answer(speech)


async def _person(app: App, who: powers.Caller, call: Call) -> tuple[int, int, str]:
    if call.target is not None and who.chat is not None:
        async with app.store.read() as read:
            account = await people.account(read, call.target.author)
        if account is None:
            raise NotFound(app.wording.text("history.none", name=call.target.author.name))
        return account.person_id, who.chat.society_id, account.name
    case_id = await case_of_call(app, who, call, opening=False)
    case, _ = await steps.case_for(app, who, case_id)
    async with app.store.read() as read:
        account = await people.account_by_id(read, case.subject_id)
    return case.person_id, case.society_id, account.name


async def _history_line(app: App, case: Case) -> Speech:
    async with app.store.read() as read:
        actions = await cases.actions_of(read, case.id)
    taken = ", ".join(app.wording.text(f"step.{one.kind}.name") for one in actions) or "—"
    state = app.wording.text(f"outcome.{case.outcome}" if case.outcome else f"case.{case.state}")
    return app.wording.say(
        "history.line", reference=case.ref, time=card.clock(app, case.opened_at), state=state, steps=taken
    )


async def society(read: Read, press: Press) -> Society | None:
    """The society behind a button."""
    return None if press.society_id is None else await people.society_by_id(read, press.society_id)
