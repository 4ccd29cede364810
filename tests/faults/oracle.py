"""Holds the database, the chats and the mailbox against what people were told."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.model import EffectState
from bot.store import audit
from bot.store.change import Read
from bot.store.tables import accounts, actions, cases, effects, escalations, exhibits, inbox, reports
from tests.faults.ledger import Ledger
from tests.faults.sides import AGAIN, reference_in
from tests.faults.town import Town

ENDED = {"done", "refused", "unknown"}  # what an effect may come to here: nothing fails for good in this town


@dataclass
class Tally:
    """What was found: sentences about what was lost, duplicated, of unknown outcome, or otherwise broken."""

    reports: int = 0
    reached: bool = False  # the program died at a place that was armed
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        return self.lost + self.duplicated + self.broken


@dataclass(frozen=True)
class Rows:
    """The tables that are compared, read at one moment."""

    cases: dict[int, Any]
    reports: list[Any]
    exhibits: list[Any]
    actions: list[Any]
    effects: list[Any]
    escalations: list[Any]
    accounts: dict[int, Any]
    inbox: list[Any]
    audit: str


async def rows(read: Read) -> Rows:
    """Read them."""
    names = (
        exhibits.c.id,
        exhibits.c.case_id,
        exhibits.c.key,
        exhibits.c.kind,
        exhibits.c.sealed.is_not(None).label("whole"),
    )
    return Rows(
        cases={row["id"]: row for row in await read.rows(select(cases))},
        reports=await read.rows(select(reports).order_by(reports.c.id)),
        exhibits=await read.rows(select(*names)),
        actions=await read.rows(select(actions)),
        effects=await read.rows(select(effects).order_by(effects.c.id)),
        escalations=await read.rows(select(escalations)),
        accounts={row["id"]: row for row in await read.rows(select(accounts))},
        inbox=await read.rows(select(inbox.c.key, inbox.c.state, inbox.c.error).where(inbox.c.state != "done")),
        audit=audit.verify(await audit.lines(read)),
    )


async def compared(town: Town) -> Tally:
    """Everything, compared. The program is settled."""
    found = await at_rest(town)
    tally = Tally()
    compare_reports(town.ledger, found, tally)
    compare_steps(town.ledger, found, tally)
    compare_public(town, found, tally)
    compare_escalations(town, found, tally)
    compare_mail(town, found, tally)
    compare_cards(town, found, tally)
    compare_house_keeping(found, tally)
    for side in town.sides:
        side.check()
    return tally


async def at_rest(town: Town) -> Rows:
    """The tables while nothing is in hand. What Discord said while the program was away is read after it has come to
    rest otherwise, and may begin something new."""
    while True:
        async with town.store.read() as read:
            found = await rows(read)
        if all(row["state"] != EffectState.RUNNING for row in found.effects):
            return found
        await town.settled()


def compare_reports(ledger: Ledger, found: Rows, tally: Tally) -> None:
    """A report that was acknowledged is there once; any report is there whole."""
    present = Counter(
        (row["message"], found.accounts[row["reporter_id"]]["external_id"])
        for row in found.reports
        if row["reporter_id"]
    )
    for claim in ledger.claims:
        count = present[claim.said.message, claim.reporter]
        tally.reports += claim.thanked
        if claim.thanked and not count:
            tally.lost.append(f"the report about message {claim.said.message} by {claim.reporter}")
        if count > 1:
            tally.duplicated.append(f"the report about message {claim.said.message} by {claim.reporter}: {count} times")
    ends = {row["key"]: row["state"] for row in found.effects}
    for row in found.reports:
        case = found.cases.get(row["case_id"])
        sealed = [
            one for one in found.exhibits if one["case_id"] == row["case_id"] and f"/{row['message']}/" in one["key"]
        ]
        if case is None or not any(one["whole"] for one in sealed):
            tally.broken.append(f"report {row['id']} has no case or no sealed message")
        captured = ends.get(f"capture:{row['id']}")
        if captured != "done":
            tally.broken.append(f"what is around report {row['id']} was not captured: {captured}")


def compare_steps(ledger: Ledger, found: Rows, tally: Tally) -> None:
    """A step that was promised stands in the case, with an end that its effect had."""
    refs = {row["ref"]: row["id"] for row in found.cases.values()}
    taken = Counter((row["case_id"], str(row["kind"])) for row in found.actions)
    for step, promised in Counter(ledger.steps).items():
        there = taken[refs.get(step.reference, 0), step.kind]
        if promised > there:
            tally.lost.append(
                f"the step {step.kind} on {step.reference}: promised {promised} times, there {there} times"
            )
    for row in found.actions:
        if row["state"] not in ENDED:
            tally.broken.append(f"the step {row['key']} is {row['state']}: {row['reason']}")


def compare_public(town: Town, found: Rows, tally: Tally) -> None:
    """Notices and private words: each visible once when done, at most once when unknown."""
    for side in town.sides:
        for kind, visible in (("notice", side.notices()), ("warn", side.words())):
            ours = [row for row in found.effects if row["kind"] == kind and row["platform"] == side.name]
            done = [str(row["receipt"]["message"]) for row in ours if row["state"] == "done"]
            unknown = [row["key"] for row in ours if row["state"] == "unknown"]
            tally.unknown += unknown
            gone = [one for one in done if one not in visible]
            twice = [one for one, count in Counter(done).items() if count > 1]
            surplus = len(visible) - len(set(done) & set(visible)) - len(unknown)
            tally.lost += [f"{side.name}: {kind} {one} is done, but nobody sees it" for one in gone]
            tally.lost += [f"{side.name}: {kind} {one} stands for two" for one in twice]
            tally.duplicated += [f"{side.name}: {kind}: {surplus} too many"] if surplus > 0 else []


def compare_escalations(town: Town, found: Rows, tally: Tally) -> None:
    """Officers are told of every escalated case, and a repeat says that it is one; the ladder stands where its turns
    do."""
    for side in town.sides:
        told = Counter(one.reference for one in side.told())
        first = Counter(one.reference for one in side.told() if not one.repeated)
        for row in found.effects:
            if row["kind"] != "officer_dm" or row["platform"] != side.name:
                continue
            reference = found.cases[row["case_id"]]["ref"]
            if row["state"] == "done" and not told[reference]:
                tally.lost.append(f"{side.name}: no officer was told of {reference}")
            asked = sum(
                1
                for one in found.effects
                if one["kind"] == "officer_dm" and one["platform"] == side.name and one["case_id"] == row["case_id"]
            )
            if first[reference] > asked:
                tally.duplicated.append(
                    f"{side.name}: an officer was told of {reference} {first[reference]} times, unlabelled"
                )
    for row in found.escalations:
        turns = {
            one["key"]: one["state"]
            for one in found.effects
            if one["kind"] == "officer_next" and one["case_id"] == row["case_id"]
        }
        done = sum(state == "done" for state in turns.values())
        if row["tried"] != done and not row["acknowledged_at"]:
            tally.broken.append(f"case {row['case_id']}: the ladder is at {row['tried']}, but {turns}")
        if row["reached_at"] is None:
            tally.lost.append(f"case {row['case_id']} was escalated, and no officer was reached")


def compare_mail(town: Town, found: Rows, tally: Tally) -> None:
    """Each e-mail arrived, with one Message-ID; a repeat says that it is one."""
    arrived: dict[str, list[str]] = {}
    for mail in town.mailbox.mails:
        arrived.setdefault(mail.message_id, []).append(mail.text)
    for row in found.effects:
        if row["kind"] == "officer_mail" and row["state"] == "done" and str(row["receipt"]["message"]) not in arrived:
            tally.lost.append(f"the e-mail {row['key']} is done, but did not arrive")
    for message_id, texts in arrived.items():
        unlabelled = sum(AGAIN not in text for text in texts)
        if unlabelled > 1:
            tally.duplicated.append(f"the e-mail {message_id} came {unlabelled} times, unlabelled")
        if len({reference_in(text) for text in texts}) > 1:
            tally.broken.append(f"the e-mail {message_id} is about several cases")


def compare_cards(town: Town, found: Rows, tally: Tally) -> None:
    """Every case that the committee may see has a card."""
    standing = Counter(reference for side in town.sides for reference in side.cards())
    for row in found.cases.values():
        if not row["restricted"] and not standing[row["ref"]]:
            tally.lost.append(f"{row['ref']} has no card")


def compare_house_keeping(found: Rows, tally: Tally) -> None:
    """Nothing is stuck, nothing was set aside, and nobody touched the audit."""
    stuck = [row for row in found.effects if row["state"] in ("running", "poison", "failed")]
    tally.broken += [f"the effect {row['key']} is {row['state']}: {row['error']}" for row in stuck]
    tally.broken += [f"update {row['key']} is {row['state']}: {row['error']}" for row in found.inbox]
    tally.broken += [found.audit] if found.audit else []


def shown(sentences: Iterable[str]) -> str:
    """For a failing test."""
    return json.dumps(list(sentences), indent=1, ensure_ascii=False)
