"""Reaching the Union: who to turn to, questions and their answers (U10, U15)."""

from datetime import timedelta
from typing import Any

from bot.desk import card, knocks, officers, powers, repeat, steps
from bot.errors import AlreadyDone, NotFound, Refusal, Unreachable
from bot.model import (
    AccountRef,
    Answer,
    Button,
    ButtonStyle,
    Effect,
    EffectKind,
    Field,
    FieldKind,
    Form,
    Press,
    Question,
    Receipt,
    Speech,
    Submitted,
)
from bot.parts import App
from bot.ports import Letter
from bot.store import cases, inbox, people, presses
from bot.store.change import Change

ANSWER_DAYS = 60


async def support(app: App) -> Answer:
    """The Union's contacts, the Code of Conduct, emergency numbers."""
    union = app.settings.union
    async with app.store.read() as read:
        found = await people.contacts(read, powers.today(app))
    speech = app.wording.say("support.head")
    for contact in found:
        title = contact.title or app.wording.text("role.officer")
        speech += app.wording.say("support.contact", name=contact.name, title=title, email=contact.email or "—")
    if union.staff_contact:
        speech += app.wording.say("support.staff", text=union.staff_contact)
    for name, address in (("support.more", union.support_url), ("support.report", union.report_url)):
        speech += app.wording.say(name, address=address) if address else Speech()
    for number in union.emergency:
        speech += app.wording.say("support.number", name=number.name, number=number.number)
    return Answer(speech + app.wording.say("support.foot"))


async def question_form(app: App, token: str) -> Form:
    """The form for a question or its answer."""
    say = app.wording.text
    return Form(token, say("question.form"), (Field("text", say("question.label"), FieldKind.TEXT, limit=1500),))


async def ask_union(app: App, who: powers.Caller, text: str, key: str) -> Answer:
    """A committee asks an officer for informal support."""
    society_id = who.society.id if who.society else next((one.society_id for one in who.seats if one.society_id), None)
    if society_id is None:
        raise Refusal(app.wording.text("refusal.ask_where"))
    if not text.strip():
        return await _ask_form(app, who, society_id)
    async with app.store.change("member", "ask union", app.now()) as change:
        account = await people.know(change, who.ref)
        if not await inbox.first_time(change, who.ref.platform, f"ask:{key}"):
            raise AlreadyDone(app.wording.text("question.sent"))
        row = {"society_id": society_id, "asker_id": account.id, "to_union": True, "text": text[:1500]}
        await _send(app, change, await cases.add_question(change, **row), society_id, None)
    return Answer(app.wording.say("question.thanks"))


async def _ask_form(app: App, who: powers.Caller, society_id: int) -> Answer:
    async with app.store.work(app.now()) as change:
        account = await people.know(change, who.ref)
        expires = app.now() + timedelta(days=1)
        args: dict[str, Any] = {"society_id": society_id, "actor_id": account.id}
        token = await presses.add(change, "ask_union", expires, **args)
    return Answer(form=await question_form(app, token))


async def _send(app: App, change: Change, question_id: int, society_id: int, case_id: int | None) -> None:
    change.about(f"question:{question_id}", society_id=society_id)
    ids: dict[str, Any] = {"society_id": society_id, "case_id": case_id}
    payload = {"question": question_id}
    await app.outbox.add(change, EffectKind.QUESTION, f"question:{question_id}", payload, **ids)


async def ask_committee(app: App, who: powers.Caller, press: Press, submitted: Submitted) -> Answer:
    """An officer asks the committee about a case."""
    case, seat = await officers.officer_case(app, who, press)
    async with app.store.change(f"seat:{seat.id}", "ask committee", app.now()) as change:
        account = await people.know(change, who.ref)
        if await powers.is_hidden(app, change, case):
            raise Refusal(app.wording.text("refusal.restricted"))
        text = submitted.values.get("text", "")[:1500]
        row = {"society_id": case.society_id, "case_id": case.id, "asker_id": account.id, "to_union": False}
        await _send(app, change, await cases.add_question(change, **row, text=text), case.society_id, case.id)
    return Answer(app.wording.say("question.to_committee", reference=case.ref))


async def perform_question(app: App, effect: Effect) -> Receipt:
    """Put a question before who can answer it."""
    async with app.store.change("porter", "put question", app.now()) as change:
        question = await cases.question(change, effect.payload["question"])
        assert question is not None
        change.about(f"question:{question.id}", society_id=question.society_id)
        asker = await people.account_by_id(change, question.asker_id)
        society = await people.society_by_id(change, question.society_id)
        case = None if question.case_id is None else await cases.case(change, question.case_id)
        token = await presses.add(
            change,
            "answer",
            app.now() + timedelta(days=ANSWER_DAYS),
            key=f"answer:{question.id}",
            society_id=question.society_id,
            data={"question": question.id},
        )
    name = "question.for_union" if question.to_union else "question.for_committee"
    about = case.ref if case is not None else ""
    speech = repeat.label(app, effect) + app.wording.say(
        name, name=asker.name, society=society.name, text=card.shortened(question.text, 1500), reference=about
    )
    button = Button(app.wording.text("question.answer_button"), token, ButtonStyle.PRIMARY)
    answer = Answer(speech, ((button,),), private=False)
    if question.to_union:
        return await _to_officers(app, question, answer)
    return await knocks.tell_committee(app, question.society_id, asker.platform, answer)


async def _to_officers(app: App, question: Question, answer: Answer) -> Receipt:
    """The first contact that can be reached, by DM, else by e-mail, else the shared mailbox."""
    async with app.store.read() as read:
        found = await people.contacts(read, powers.today(app))
    for contact in found:
        for account in [ref for ref in contact.accounts if ref.platform in app.platforms]:
            if await _reached(app, account, answer):
                return Receipt({"name": contact.name})
        if contact.email and "email" in app.messengers:
            return await _mailed(app, question, contact.email, answer)
    if app.settings.union.mailbox and "email" in app.messengers:
        return await _mailed(app, question, app.settings.union.mailbox, answer)
    raise Unreachable(app.wording.text("question.nobody"))


async def _reached(app: App, account: AccountRef, answer: Answer) -> bool:
    try:
        await app.platforms[account.platform].direct(account, answer)
    except Unreachable:
        return False
    return True


async def _mailed(app: App, question: Question, to: str, answer: Answer) -> Receipt:
    subject = app.wording.text("question.subject")
    message_id = f"<question.{question.id}@{app.settings.email.domain}>"
    return Receipt({"mail": await app.messengers["email"].send(Letter(to, subject, answer.speech, message_id))})


async def answer_question(app: App, who: powers.Caller, press: Press, submitted: Submitted) -> Answer:
    """Somebody answers; the asker hears it through us."""
    async with app.store.read() as read:
        question = await cases.question(read, press.data["question"])
    if question is None:
        raise NotFound(app.wording.text("refusal.gone"))
    roles = powers.OFFICERS if question.to_union else powers.COMMITTEE
    seat = await powers.may(app, who, roles, question.society_id)
    if question.case_id is not None:
        seat = (await steps.case_for(app, who, question.case_id))[1]
    async with app.store.change(f"seat:{seat.id}", "answer question", app.now()) as change:
        change.about(f"question:{question.id}", society_id=question.society_id)
        text = submitted.values.get("text", "")[:1500]
        if not await cases.answer_question(change, question.id, text, seat.name):
            raise AlreadyDone(app.wording.text("question.answered", name=question.answered_by))
        ids: dict[str, Any] = {"society_id": question.society_id, "case_id": question.case_id}
        payload = {"question": question.id}
        await app.outbox.add(change, EffectKind.ANSWER, f"answered:{question.id}", payload, **ids)
    return Answer(app.wording.say("question.passed_on"))


async def perform_answer(app: App, effect: Effect) -> Receipt:
    """Bring the answer back to who asked."""
    async with app.store.read() as read:
        question = await cases.question(read, effect.payload["question"])
        assert question is not None
        asker = await people.account_by_id(read, question.asker_id)
    speech = repeat.label(app, effect) + app.wording.say(
        "question.answer",
        name=question.answered_by,
        question=card.shortened(question.text, 300),
        text=card.shortened(question.answer, 1500),
    )
    try:
        sent = await app.platforms[asker.platform].direct(asker.ref, Answer(speech))
    except Unreachable:
        if not question.to_union:
            raise
        return await knocks.tell_committee(app, question.society_id, asker.platform, Answer(speech, private=False))
    return Receipt({"message": sent.id})


async def perform_tell(app: App, effect: Effect) -> Receipt:
    """Say a plain sentence where the committee talks."""
    assert effect.society_id is not None
    speech = app.wording.say("committee.words", words=str(effect.payload["words"]))
    return await knocks.tell_committee(app, effect.society_id, effect.platform, Answer(speech, private=False))


async def about(app: App, who: powers.Caller) -> Answer:
    """What Porter is, what it keeps, and for how long; away from a society's chat, the number a seat is given by."""
    speech = app.wording.say("about.text", hours=app.settings.retention.buffer_hours)
    if who.society is not None:
        return Answer(speech + app.wording.say("about.bound", society=who.society.name))
    return Answer(speech + app.wording.say("about.account", holder=f"{who.ref.platform}:{who.ref.id}"))
