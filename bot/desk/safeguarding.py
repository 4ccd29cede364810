"""A suspected sexual image of somebody under 18: the lane that keeps no bytes.

To hold or hand on a copy can be a crime, for a Union as for anybody. So nothing is captured: every copy of the file
is destroyed, none is made later, no picture of the case is drawn, and the designated safeguarding lead is told at once,
with the reference only. What was written, by whom, where and when stays sealed for the police, and the message is
left where it stands: the platform and the police decide about it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.desk import capture, card, erasure, escalation, files, lane, moderation, powers, repeat, steps
from bot.errors import AlreadyDone, NotFound, Refusal, Uncertain
from bot.model import (
    AccountRef,
    Answer,
    Button,
    ButtonStyle,
    Call,
    Case,
    Chat,
    Effect,
    EffectKind,
    EffectState,
    Message,
    Place,
    Press,
    Receipt,
    Report,
    Seat,
    Speech,
)
from bot.outbox.engine import Ending
from bot.parts import App
from bot.ports import Letter, Sent
from bot.store import cases, chats, effects, heard, people, presses
from bot.store.change import Change, Read

SEVERE = 4
ALERTS = (EffectKind.SAFEGUARD_DM, EffectKind.SAFEGUARD_MAIL)
OPEN = (EffectState.READY, EffectState.RUNNING, EffectState.DONE)


async def command(app: App, who: powers.Caller, call: Call) -> Answer:
    """`/safeguard`: at once about the message it answers; about a case, asked once more."""
    if call.target is not None:
        return await _about_message(app, who, call.target)
    return await _ask(app, who, await files.case_of_call(app, who, call, opening=False))


async def press(app: App, who: powers.Caller, pressed: Press) -> Answer:
    """The button on the card."""
    assert pressed.case_id is not None
    return await _ask(app, who, pressed.case_id)


async def confirm(app: App, who: powers.Caller, pressed: Press) -> Answer:
    """The button that says yes."""
    assert pressed.case_id is not None
    case, seat = await steps.case_for(app, who, pressed.case_id)
    async with app.store.read() as read:
        report = next((one for one in await cases.reports_of(read, case.id) if one.id == pressed.data["report"]), None)
    if report is None:
        raise NotFound(app.wording.text("refusal.gone"))
    return await _enter(app, seat, case, report)


async def _about_message(app: App, who: powers.Caller, target: Message) -> Answer:
    """About a message, reported before or not: then its report is made without capturing any file."""
    if who.chat is None:
        raise Refusal(app.wording.text("refusal.not_bound"))
    seat = await powers.may(app, who, powers.COMMITTEE, who.chat.society_id)
    powers.check_trained(app, seat)
    moderation.check_subject(app, target, who.ref)
    reason = app.wording.text("safeguard.reason", name=seat.name)
    claim = moderation.Claim(reason, SEVERE, reporter=who.ref, safeguarded=True)
    case = (await moderation.flag(app, who.chat, target, claim)).case
    async with app.store.read() as read:
        found = await cases.reports_of(read, case.id)
    report = next(one for one in reversed(found) if one.message in (target.ref.id, *target.ref.album))
    return await _enter(app, seat, case, report)


async def _ask(app: App, who: powers.Caller, case_id: int) -> Answer:
    """What it does, and one button for every message it can be about."""
    case, _ = await steps.case_for(app, who, case_id)
    async with app.store.work(app.now()) as work:
        reports = {one.message: one for one in await cases.reports_of(work, case.id)}
        rows = [(await _choice(app, work, case, one),) for one in list(reports.values())[-5:]]
    return Answer(app.wording.say("safeguard.ask", lead=lane.lead(app)), tuple(rows))


async def _choice(app: App, work: Change, case: Case, report: Report) -> Button:
    ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id, "data": {"report": report.id}}
    token = await presses.add(
        work, "safeguard_yes", app.now() + timedelta(days=1), key=f"safeguard:{case.id}:{report.id}", **ids
    )
    time = card.clock(app, report.reported_at)
    return Button(app.wording.text("safeguard.yes", time=time), token, ButtonStyle.DANGER)


async def _enter(app: App, seat: Seat, case: Case, report: Report) -> Answer:
    """Destroy the copies and have the lead told, in one transaction."""
    async with app.store.change(f"seat:{seat.id}", "safeguard", app.now()) as change:
        change.about(f"case:{case.id}", f"report:{report.id}", society_id=case.society_id)
        key = f"safeguard:{case.id}:{report.message}"
        ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id}
        if await app.outbox.add(change, EffectKind.SAFEGUARD, key, {"report": report.id}, **ids) is None:
            raise AlreadyDone(app.wording.text("safeguard.again", reference=case.ref, lead=lane.lead(app)))
        await _purge(app, change, case, report)
        await cases.touch(change, case.id, severity=SEVERE)
        await _alert(app, change, case, report)
        await card.ask(app, change, case.id)
        chat = await chats.chat_by_id(change, report.chat_id)
    return Answer(_what_now(app, case, chat))


def _what_now(app: App, case: Case, chat: Chat) -> Speech:
    platform = chat.platform.title()
    return app.wording.say("safeguard.done", reference=case.ref, lead=lane.lead(app), platform=platform)


async def _purge(app: App, change: Change, case: Case, report: Report) -> None:
    """No copy of the message's files, of any picture of the case, of anything handed in; and none later."""
    chat = await chats.chat_by_id(change, report.chat_id)
    ref = capture.ref_of(report, chat)
    messages = [ref.id, *ref.album]
    await cases.safeguard(change, report, messages)
    await heard.drop(change, ref.place, messages)
    note = app.wording.text("safeguard.note")
    for about in await _cases_with(change, report, case, messages):
        for exhibit in await cases.exhibits_of(change, about):
            if exhibit.kind in lane.FILES and exhibit.sha256:
                await cases.strip_exhibit(change, exhibit.id, note)
                change.fact(f"exhibit:{exhibit.id}", "destroyed")


async def _cases_with(read: Read, report: Report, case: Case, messages: Sequence[str]) -> list[int]:
    """The cases that hold a report of the message; the case itself is one."""
    found = await cases.reports_of_message(read, report.chat_id, report.channel, messages)
    return list(dict.fromkeys([case.id, *(one.case_id for one in found)]))


async def _alert(app: App, change: Change, case: Case, report: Report) -> None:
    """Have the lead written to in every way there is to them; without any, the Union."""
    lead = app.settings.safeguarding
    ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id}
    platform, _, account = lead.account.partition(":")
    ways = 0
    if account and platform in app.platforms:
        key = f"safeguard-dm:{case.id}:{report.id}"
        await app.outbox.add(change, EffectKind.SAFEGUARD_DM, key, {"account": account}, platform=platform, **ids)
        ways += 1
    if lead.email and "email" in app.messengers:
        key = f"safeguard-mail:{case.id}:{report.id}"
        await app.outbox.add(change, EffectKind.SAFEGUARD_MAIL, key, {"to": lead.email}, **ids)
        ways += 1
    if not ways:
        await _fall_back(app, change, case)


async def _fall_back(app: App, change: Change, case: Case) -> None:
    """The lead cannot be reached: the Union's shared mailbox is told, and the officers one after the other."""
    mailbox = app.settings.union.mailbox
    if mailbox and "email" in app.messengers:
        ids: dict[str, Any] = {"society_id": case.society_id, "case_id": case.id}
        key = f"safeguard-mailbox:{case.id}"
        await app.outbox.add(change, EffectKind.SAFEGUARD_MAIL, key, {"to": mailbox}, **ids)
    await escalation.bring(app, change, case, by="Porter", reason=app.wording.text("safeguard.unreached"))


async def perform(app: App, effect: Effect) -> Receipt:
    """Make sure of it: what was under way when the lane was entered is destroyed too, officers' messages with pictures
    are taken back, and the database's files are rid of what was deleted."""
    assert effect.case_id is not None
    async with app.store.change("porter", "safeguard", app.now()) as change:
        case = await cases.case(change, effect.case_id)
        assert case is not None
        change.about(f"case:{case.id}", society_id=case.society_id)
        report = next(one for one in await cases.reports_of(change, case.id) if one.id == effect.payload["report"])
        await _purge(app, change, case, report)
        posts = await _with_pictures(change, case, report)
    for post in posts:
        await _take_back(app, case, post)
    if not await erasure.scrub(app):
        raise Uncertain("The database was in use; its files are cleaned at the next try.")
    return Receipt({"taken_back": len(posts)})


async def _with_pictures(read: Read, case: Case, report: Report) -> list[dict[str, Any]]:
    """The officers' messages that were begun before the lane was entered; later ones have no picture."""
    begun = [
        one
        for one in await effects.of_case(read, case.id)
        if one.kind is EffectKind.OFFICER_DM and one.intent_at and report.safeguarded_at
        if one.intent_at < report.safeguarded_at
    ]
    if any(one.state is EffectState.RUNNING for one in begun):
        raise Uncertain("An officer's message is under way; it is taken back once it is there.")
    keys = {f"officer:{case.id}:{one.platform}:{one.payload['account']}" for one in begun}
    return [post for post in await cases.posts_of(read, case.id, f"officer:{case.id}:") if post["key"] in keys]


async def _take_back(app: App, case: Case, post: dict[str, Any]) -> None:
    """An officer's message may show the picture: it goes, and `/case` shows the case without one."""
    platform, place = app.platforms[post["platform"]], Place(**post["place"])
    became = await platform.delete(place, [post["message"]], case.ref)
    if became.get(post["message"]) not in ("deleted", "gone"):
        speech = app.wording.say("safeguard.taken_back", reference=case.ref)
        await platform.edit(Sent(place, post["message"]), Answer(speech, private=False))
    async with app.store.work(app.now()) as work:
        await cases.drop_posts(work, [post["key"]])


async def _speech(app: App, effect: Effect) -> tuple[Case, Speech]:
    """What the lead reads: the reference, the society, no word of what was said and nobody's name."""
    assert effect.case_id is not None
    async with app.store.read() as read:
        case = await cases.case(read, effect.case_id)
        assert case is not None
        society = await people.society_by_id(read, case.society_id)
    return case, repeat.label(app, effect) + app.wording.say(
        "safeguard.alert", reference=case.ref, society=society.name
    )


async def perform_dm(app: App, effect: Effect) -> Receipt:
    """Write to the lead in chat."""
    _, speech = await _speech(app, effect)
    account = AccountRef(effect.platform, effect.payload["account"])
    sent = await app.platforms[effect.platform].direct(account, Answer(speech, private=False))
    return Receipt({"message": sent.id})


async def perform_mail(app: App, effect: Effect) -> Receipt:
    """Write to the lead by e-mail."""
    case, speech = await _speech(app, effect)
    subject = app.wording.text("safeguard.subject", reference=case.ref)
    message_id = f"<{effect.key.replace(':', '.')}@{app.settings.email.domain}>"
    return Receipt(
        {"message": await app.messengers["email"].send(Letter(effect.payload["to"], subject, speech, message_id))}
    )


async def settle(app: App, change: Change, effect: Effect, ending: Ending) -> None:
    """When the last way to the lead has failed, the Union is told instead."""
    assert effect.case_id is not None
    if ending.state is EffectState.DONE:
        return
    others = [
        one for one in await effects.of_case(change, effect.case_id) if one.kind in ALERTS and one.id != effect.id
    ]
    case = await cases.case(change, effect.case_id)
    if case is not None and not any(one.state in OPEN for one in others):
        await _fall_back(app, change, case)
