"""What is kept of one person, as they may ask to read it: their own rows, without what tells of others."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, select

from bot.model import Account
from bot.store.change import Read
from bot.store.policies import STATEMENT
from bot.store.tables import (
    acceptances,
    cases,
    chats,
    knocks,
    memberships,
    noticed,
    policies,
    proofs,
    questions,
    reports,
    seats,
    societies,
)

Row = dict[str, Any]
UNION = "the Union"


async def _rows(read: Read, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in await read.rows(query)]


async def kept_of(read: Read, known: Sequence[Account]) -> Mapping[str, list[Row]]:
    """Rows by what they are: seats, memberships, requests to join, statements, questions, reports made, and what rules
    noticed. Cases about the person are not among them."""
    own, persons = [one.id for one in known], [one.person_id for one in known]
    society = societies.c.name.label("society")
    found = {
        "seats": select(
            society, *(seats.c[name] for name in ("role", "name", "title", "email", "starts", "ends", "trained_on"))
        )
        .join_from(seats, societies, isouter=True)
        .where(seats.c.person_id.in_(persons)),
        "memberships": select(
            society,
            *(memberships.c[name] for name in ("society_id", "member_hash", "email_sealed", "group_name", "state")),
            *(memberships.c[name] for name in ("expires_on", "grace_until")),
            *(proofs.c[name] for name in ("platform", "proved_at")),
        )
        .join_from(proofs, memberships, proofs.c.membership_id == memberships.c.id)
        .join(societies, memberships.c.society_id == societies.c.id)
        .where(proofs.c.account_id.in_(own)),
        "requests to join": select(society, chats.c.title.label("chat"), knocks.c.state, knocks.c.asked_at)
        .join_from(knocks, societies, knocks.c.society_id == societies.c.id)
        .join(chats, knocks.c.chat_id == chats.c.id)
        .where(knocks.c.account_id.in_(own)),
        "joining statements": select(
            society, *(acceptances.c[name] for name in ("version", "shown_at", "accepted_at")), policies.c.text
        )
        .join_from(acceptances, societies)
        .join(policies, and_(policies.c.kind == STATEMENT, policies.c.version == acceptances.c.version), isouter=True)
        .where(acceptances.c.account_id.in_(own)),
        "questions": select(society, *(questions.c[name] for name in ("text", "asked_at", "answer", "answered_at")))
        .join_from(questions, societies)
        .where(questions.c.asker_id.in_(own)),
        "reports made": select(society, reports.c.reported_at, reports.c.reason)
        .join_from(reports, cases, reports.c.case_id == cases.c.id)
        .join(societies, cases.c.society_id == societies.c.id)
        .where(reports.c.reporter_id.in_(own)),
        "noticed by rules": select(society, noticed.c.noticed_at, noticed.c.why)
        .join_from(noticed, societies, noticed.c.society_id == societies.c.id)
        .where(noticed.c.subject_id.in_(own)),
    }
    return {what: [_named(row) for row in await _rows(read, query)] for what, query in found.items()}


def _named(row: Row) -> Row:
    """What belongs to no society belongs to the Union."""
    return row | {"society": row["society"] or UNION}
