"""The tables. A column has the name of the noun's field, so that a row becomes the noun without a map."""

from bot.store.tables.admission import acceptances, attempts, codes, knocks, memberships, policies, proofs, rosters
from bot.store.tables.conduct import (
    actions,
    case_keys,
    cases,
    escalations,
    exhibits,
    heard,
    noticed,
    questions,
    reports,
)
from bot.store.tables.people import accounts, bind_codes, chats, persons, seats, societies
from bot.store.tables.rules import decisions, sightings, standings
from bot.store.tables.shape import metadata
from bot.store.tables.work import audit, effects, inbox, marks, posts, presses, prompts

__all__ = [
    "acceptances",
    "accounts",
    "actions",
    "attempts",
    "audit",
    "bind_codes",
    "case_keys",
    "cases",
    "chats",
    "codes",
    "decisions",
    "effects",
    "escalations",
    "exhibits",
    "heard",
    "inbox",
    "knocks",
    "marks",
    "memberships",
    "metadata",
    "noticed",
    "persons",
    "policies",
    "posts",
    "presses",
    "prompts",
    "proofs",
    "questions",
    "reports",
    "rosters",
    "seats",
    "sightings",
    "societies",
    "standings",
]
