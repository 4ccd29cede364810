"""Cases, their reports, actions, exhibits, escalations, and questions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from bot.model import (
    Action,
    ActionKind,
    ActionState,
    Case,
    CaseState,
    Escalation,
    Exhibit,
    Outcome,
    Question,
    Report,
)
from bot.store.change import Change, Read
from bot.store.tables import actions, cases, escalations, exhibits, posts, questions, reports, seats


async def case(read: Read, case_id: int) -> Case | None:
    """A case by id; an erased one is no longer there."""
    return await read.one(Case, select(cases).where(cases.c.id == case_id, cases.c.erased_at.is_(None)))


async def case_by_ref(read: Read, ref: str) -> Case | None:
    """A case by the reference that people use."""
    return await read.one(
        Case, select(cases).where(func.upper(cases.c.ref) == ref.strip().upper(), cases.c.erased_at.is_(None))
    )


async def open_case(read: Read, society_id: int, person_id: int) -> Case | None:
    """The one open case about a person in a society."""
    query = select(cases).where(
        cases.c.society_id == society_id, cases.c.person_id == person_id, cases.c.state != CaseState.CLOSED
    )
    return await read.one(Case, query)


async def cases_about(read: Read, society_id: int | None, person_id: int) -> list[Case]:
    """All cases about a person, newest first; of one society, or (for the Union) of all."""
    query = select(cases).where(cases.c.person_id == person_id).order_by(cases.c.id.desc())
    return await read.all(Case, query if society_id is None else query.where(cases.c.society_id == society_id))


async def cases_open(read: Read, society_id: int) -> list[Case]:
    """A society's cases that are not closed, newest first."""
    query = select(cases).where(cases.c.society_id == society_id, cases.c.state != CaseState.CLOSED)
    return await read.all(Case, query.order_by(cases.c.id.desc()))


async def add_case(change: Change, **values: Any) -> int | None:
    """A new case; its reference is made of the year and its id. None when somebody was quicker to open one."""
    temporary = f"new-{values['society_id']}-{values['person_id']}"
    case_id = await change.add_new(cases, ref=temporary, version=1, **values)
    if case_id is not None:
        await change.set(cases, case_id, ref=f"P-{change.now:%y}-{case_id:04d}")
    return case_id


async def touch(change: Change, case_id: int, **values: Any) -> None:
    """Change a case: its version moves on, so that its card is drawn anew."""
    statement = update(cases).where(cases.c.id == case_id)
    await change.execute(statement.values(version=cases.c.version + 1, **values))


async def close(change: Change, case_id: int, was: Iterable[CaseState], **values: Any) -> bool:
    """Close a case if it is still in one of these states."""
    statement = update(cases).where(cases.c.id == case_id, cases.c.state.in_(list(was)))
    done = await change.execute(
        statement.values(version=cases.c.version + 1, state=CaseState.CLOSED, closed_at=change.now, **values)
    )
    return done == 1


async def add_report(change: Change, case_id: int, claimant: str, message: str, **values: Any) -> int | None:
    """A new claim; None when the same claimant has reported that message before."""
    row = {"case_id": case_id, "claimant": claimant, "message": message, "reported_at": change.now}
    return await change.add_new(reports, **row, **values)


async def reports_of(read: Read, case_id: int) -> list[Report]:
    """The claims of a case, oldest first."""
    return await read.all(Report, select(reports).where(reports.c.case_id == case_id).order_by(reports.c.id))


async def reports_of_message(read: Read, chat_id: int, channel: str, messages: Sequence[str]) -> list[Report]:
    """The reports about these messages, newest first."""
    query = select(reports).where(
        reports.c.chat_id == chat_id, reports.c.channel == channel, reports.c.message.in_(list(messages))
    )
    return await read.all(Report, query.order_by(reports.c.id.desc()))


async def reports_deleted(change: Change, case_id: int, messages: Iterable[str]) -> None:
    """Note that these reported messages are gone from the chat."""
    statement = update(reports).where(
        reports.c.case_id == case_id, reports.c.message.in_(list(messages)), reports.c.deleted_at.is_(None)
    )
    await change.execute(statement.values(deleted_at=change.now))


async def was_subject(read: Read, account_id: int) -> bool:
    """Whether a case was ever about this account."""
    return await read.scalar(select(cases.c.id).where(cases.c.subject_id == account_id).limit(1)) is not None


async def add_action(change: Change, case_id: int, key: str, **values: Any) -> int | None:
    """A new action; None when its key is taken (see `action_by_key` for who took it)."""
    return await change.add_new(actions, case_id=case_id, key=key, asked_at=change.now, **values)


async def action(read: Read, action_id: int) -> Action | None:
    """An action by id."""
    return await read.one(Action, select(actions).where(actions.c.id == action_id))


async def action_by_key(read: Read, key: str) -> Action | None:
    """An action by its key."""
    return await read.one(Action, select(actions).where(actions.c.key == key))


async def actions_of(read: Read, case_id: int) -> list[Action]:
    """The actions of a case, oldest first."""
    return await read.all(Action, select(actions).where(actions.c.case_id == case_id).order_by(actions.c.id))


async def last_action(read: Read, chat_id: int, kind: ActionKind, since: datetime) -> Action | None:
    """The newest action of a kind, in cases of a chat, of which we know since then what became of it."""
    query = select(actions).join(cases, cases.c.id == actions.c.case_id).where(cases.c.chat_id == chat_id)
    query = query.where(actions.c.kind == kind, actions.c.settled_at >= since)
    return await read.one(Action, query.order_by(actions.c.settled_at.desc()).limit(1))


async def settle_action(change: Change, action_id: int, state: ActionState, reason: str) -> None:
    """Say what became of an action."""
    await change.set(actions, action_id, state=state, reason=reason, settled_at=change.now)


async def second(change: Change, action_id: int, state: ActionState, **values: Any) -> bool:
    """Let an action go on, or end it, that waits for a second person; False when it waits no more."""
    waiting = update(actions).where(actions.c.id == action_id, actions.c.state == ActionState.WAITING)
    return await change.execute(waiting.values(state=state, **values)) == 1


async def removals_by(read: Read, person_id: int, since: datetime) -> int:
    """How many removals a person has asked for since then, from whatever seat, that came true or may yet."""
    query = (
        select(func.count())
        .select_from(actions.join(seats, seats.c.id == actions.c.seat_id))
        .where(seats.c.person_id == person_id, actions.c.kind == ActionKind.REMOVE, actions.c.asked_at >= since)
        .where(actions.c.state.not_in([ActionState.REFUSED, ActionState.FAILED]))
    )
    return int(await read.scalar(query))


async def standing_removal(read: Read, society_id: int, person_id: int, since: datetime) -> Action | None:
    """The removal of a person from a society that still holds: it was done, not taken back, its case not dismissed."""
    query = (
        select(actions)
        .join(cases, cases.c.id == actions.c.case_id)
        .where(cases.c.society_id == society_id, cases.c.person_id == person_id)
        .where(or_(cases.c.outcome.is_(None), cases.c.outcome != Outcome.DISMISSED))
        .where(actions.c.kind.in_([ActionKind.REMOVE, ActionKind.READMIT]), actions.c.state == ActionState.DONE)
        .where(actions.c.asked_at >= since)
        .order_by(actions.c.id.desc())
        .limit(1)
    )
    last = await read.one(Action, query)
    return last if last is not None and last.kind is ActionKind.REMOVE else None


async def to_be_hidden(read: Read, day: date) -> list[Case]:
    """Open cases shown to a committee on which their subject, or for the Union, sits now."""
    query = (
        select(cases)
        .join(seats, seats.c.person_id == cases.c.person_id)
        .where(cases.c.state != CaseState.CLOSED, cases.c.restricted.is_(False))
        .where(or_(seats.c.society_id == cases.c.society_id, seats.c.society_id.is_(None)))
        .where(seats.c.ended_at.is_(None), seats.c.starts <= day, seats.c.ends >= day)
        .distinct()
    )
    return await read.all(Case, query)


async def reopen_action(change: Change, action_id: int, key: str) -> bool:
    """Free the key of an action that did not come true, so that it can be asked for again."""
    statement = update(actions).where(
        actions.c.id == action_id, actions.c.state.in_([ActionState.REFUSED, ActionState.FAILED, ActionState.UNKNOWN])
    )
    return await change.execute(statement.values(key=f"{key}#{action_id}")) == 1


async def add_exhibit(change: Change, case_id: int, key: str, sealed: bytes | None, **values: Any) -> int | None:
    """A new exhibit; None when there is one under that key: a first capture is never replaced."""
    row = {"case_id": case_id, "key": key, "sealed": sealed, "captured_at": change.now}
    return await change.add_new(exhibits, **row, **values)


async def exhibits_of(read: Read, case_id: int) -> list[Exhibit]:
    """What was captured for a case, without the bytes, oldest first."""
    columns = [column for column in exhibits.c if column.name != "sealed"]
    return await read.all(Exhibit, select(*columns).where(exhibits.c.case_id == case_id).order_by(exhibits.c.id))


async def sealed_under(read: Read, case_id: int, key: str) -> bytes | None:
    """The sealed bytes of the exhibit under that key."""
    found = await read.scalar(select(exhibits.c.sealed).where(exhibits.c.case_id == case_id, exhibits.c.key == key))
    return None if found is None else bytes(found)


async def sealed_of(read: Read, exhibit_id: int) -> bytes | None:
    """The sealed bytes of an exhibit."""
    found = await read.scalar(select(exhibits.c.sealed).where(exhibits.c.id == exhibit_id))
    return None if found is None else bytes(found)


async def safeguard(change: Change, report: Report, messages: Sequence[str]) -> None:
    """No copy of these messages' files is kept or made from now on, whoever reports them."""
    statement = update(reports).where(
        reports.c.chat_id == report.chat_id,
        reports.c.channel == report.channel,
        reports.c.message.in_(list(messages)),
        reports.c.safeguarded_at.is_(None),
    )
    await change.execute(statement.values(safeguarded_at=change.now))


async def is_safeguarded(read: Read, chat_id: int, channel: str, messages: Sequence[str]) -> bool:
    """Whether one of these messages is under safeguarding, in whatever case it was reported."""
    found = await reports_of_message(read, chat_id, channel, messages)
    return any(one.safeguarded_at is not None for one in found)


async def strip_exhibit(change: Change, exhibit_id: int, note: str) -> None:
    """Destroy the bytes of an exhibit and what could tell them again; the row says why."""
    await change.set(exhibits, exhibit_id, sealed=None, sha256="", size=0, note=note)


async def drop_posts(change: Change, keys: Iterable[str]) -> None:
    """Forget where something of ours stood."""
    await change.execute(delete(posts).where(posts.c.key.in_(list(keys))))


async def add_escalation(change: Change, case_id: int, **values: Any) -> int | None:
    """Bring a case to the Union; None when it was brought there before."""
    return await change.add_new(escalations, case_id=case_id, asked_at=change.now, **values)


async def escalation(read: Read, case_id: int) -> Escalation | None:
    """A case's escalation."""
    return await read.one(Escalation, select(escalations).where(escalations.c.case_id == case_id))


async def set_escalation(change: Change, escalation_id: int, **values: Any) -> None:
    """Set values on an escalation."""
    await change.set(escalations, escalation_id, **values)


async def take_escalation(change: Change, escalation_id: int, **values: Any) -> bool:
    """Set values if nobody has acknowledged it yet."""
    statement = update(escalations).where(escalations.c.id == escalation_id, escalations.c.acknowledged_at.is_(None))
    return await change.execute(statement.values(**values)) == 1


async def add_question(change: Change, **values: Any) -> int:
    """A new question."""
    return await change.add(questions, asked_at=change.now, **values)


async def question(read: Read, question_id: int) -> Question | None:
    """A question by id."""
    return await read.one(Question, select(questions).where(questions.c.id == question_id))


async def answer_question(change: Change, question_id: int, answer: str, by: str) -> bool:
    """Answer a question; False when it has an answer."""
    statement = update(questions).where(questions.c.id == question_id, questions.c.answered_at.is_(None))
    return await change.execute(statement.values(answer=answer, answered_by=by, answered_at=change.now)) == 1


async def put_post(
    change: Change, key: str, case_id: int | None, platform: str, place: dict[str, Any], message: str
) -> None:
    """Remember where something of ours stands."""
    values = {"case_id": case_id, "platform": platform, "place": place, "message": message, "posted_at": change.now}
    await change.put(posts, {"key": key}, **values)


async def post(read: Read, key: str) -> dict[str, Any] | None:
    """Where something of ours stands: platform, place, message."""
    found = await read.rows(select(posts).where(posts.c.key == key))
    return dict(found[0]) if found else None


async def posts_of(read: Read, case_id: int, prefix: str) -> list[dict[str, Any]]:
    """All posts about a case whose key begins so."""
    query = select(posts).where(posts.c.case_id == case_id, posts.c.key.startswith(prefix)).order_by(posts.c.id)
    return [dict(row) for row in await read.rows(query)]
