"""The ways to the Union that were tried for a case, and whether any of them worked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.desk import powers
from bot.desk.times import clock
from bot.model import Case, CaseState, Contact, Effect, EffectKind, EffectState, Escalation, Speech
from bot.parts import App
from bot.store import cases, effects, people
from bot.store.change import Read

WAYS = (EffectKind.OFFICER_DM, EffectKind.OFFICER_MAIL)
OPEN = (EffectState.READY, EffectState.RUNNING, EffectState.DONE)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach somebody at the Union; `why` says why it did not work, or not yet."""

    at: datetime
    name: str
    way: str
    state: EffectState
    why: str

    @property
    def in_vain(self) -> bool:
        """Whether it did not work, so far or for good."""
        return bool(self.why) and self.state is not EffectState.DONE


async def contacts_for(app: App, read: Read, case: Case) -> list[Contact]:
    """The officers to try: never one the case is about."""
    found = await people.contacts(read, powers.today(app))
    return [one for one in found if one.person_id != case.person_id]


async def of_turn(read: Read, case_id: int, turn: int) -> list[Effect]:
    """What was tried for the contact of one turn."""
    return [one for one in await tried(read, case_id) if one.payload["turn"] == turn]


async def tried(read: Read, case_id: int) -> list[Effect]:
    """Everything that was tried, oldest first."""
    return [one for one in await effects.of_case(read, case_id) if one.kind in WAYS]


async def attempts(read: Read, case_id: int) -> tuple[Attempt, ...]:
    """Every try, as people read it."""
    return tuple(
        Attempt(one.intent_at or one.run_at, str(one.payload.get("name", "")), _way(one), one.state, one.error)
        for one in await tried(read, case_id)
    )


def _way(effect: Effect) -> str:
    return "e-mail" if effect.kind is EffectKind.OFFICER_MAIL else effect.platform.capitalize()


def lines(app: App, found: Iterable[Attempt]) -> Speech:
    """Tries to reach the Union, and what came of each, a line each."""
    speech = Speech()
    for one in found:
        result = app.wording.text(f"card.attempt_{one.state}", why=one.why)
        speech += app.wording.say("card.attempt", time=clock(app, one.at), name=one.name, way=one.way, result=result)
    return speech


async def unreached(app: App, read: Read, escalated: Escalation) -> Case | None:
    """The case, when a whole round of contacts and mailbox was tried and nobody was reached."""
    case = await cases.case(read, escalated.case_id)
    if case is None or case.state is CaseState.CLOSED or escalated.reached_at or escalated.acknowledged_at:
        return None
    around = len(await contacts_for(app, read, case)) + 1
    first = [one for one in await tried(read, case.id) if int(one.payload["turn"]) < around]
    failed = escalated.tried >= around and not any(one.state in OPEN for one in first)
    return case if failed else None
