"""How far rules are trusted. New rules run silently for a while and fill a sheet; a rule whose cases people dismiss too
often is lowered to the day's digest, and the Union hears of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import resources
from bot.desk import union
from bot.errors import NotFound, Refusal
from bot.model import Chat, Hit, Level, Message, Outcome, Record, RuleStanding, Standing, Verdict
from bot.parts import App
from bot.screening import prints, weigh
from bot.store import standings
from bot.store.change import Change

FRESH = timedelta(minutes=1)  # how old what we know of standings may be: another process may change them
NOT_UPHELD = (Outcome.DISMISSED, Outcome.NO_FURTHER_ACTION)


async def review(app: App) -> None:
    """Compare the rules of the packs with those known. Those that come with the program are in force when it runs for
    the first time and when they change, because their release was tested; all others that are new or changed are on
    trial first."""
    book = app.screen().book
    own = {rule.id for pack in book.packs if not _shipped(pack.path) for rule in pack.rule}
    async with app.store.read() as read:
        known = await standings.every(read)
    fresh = [
        _new(app, rule, print_, known.get(rule), tried=rule in own or (bool(known) and rule not in known))
        for rule, print_ in prints(book.packs, book.numbers).items()
        if rule not in known or known[rule].print != print_
    ]
    if fresh:
        async with app.store.change("porter", "review rules", app.now()) as change:
            for one in fresh:
                await standings.put(change, one)
    await refresh(app)


def _shipped(path: Path) -> bool:
    return path.resolve().parent == resources.rules().resolve()


def _new(app: App, rule: str, print_: str, before: RuleStanding | None, *, tried: bool) -> RuleStanding:
    """How a new or changed rule stands. One that a person discarded stays so."""
    if before is not None and before.state is Standing.DISCARDED:
        return replace(before, print=print_)
    days = app.settings.screening.trial_days
    if tried and days:
        return RuleStanding(rule, print_, Standing.TRIAL, app.now(), app.now() + timedelta(days=days), told=False)
    return RuleStanding(rule, print_, Standing.IN_FORCE, app.now(), None, told=False)


async def refresh(app: App) -> None:
    """Read anew how rules stand."""
    async with app.store.read() as read:
        app.standings = {rule: one.state for rule, one in (await standings.every(read)).items()}
    app.standings_read = app.now()


async def judged(app: App, chat: Chat, message: Message, verdict: Verdict) -> Verdict:
    """The verdict of the rules that are trusted; what those on trial would have said goes to their sheets."""
    if not verdict.hits:
        return verdict
    if app.standings_read is None or app.now() - app.standings_read > FRESH:
        await refresh(app)
    silent = sorted({hit.rule for hit in verdict.hits if app.standings.get(hit.rule) is Standing.TRIAL})
    if silent:
        async with app.store.work(app.now()) as work:
            for rule in silent:
                await standings.see(work, rule, chat.society_id, chat.id, message.ref.place.channel, message.ref.id)
    return trusted(verdict, app.standings)


def trusted(verdict: Verdict, standing: Mapping[str, Standing]) -> Verdict:
    """The verdict without the hits of rules on trial or discarded, and with those of lowered rules at digest."""
    kept = [_lowered(hit) if standing.get(hit.rule) is Standing.LOWERED else hit for hit in verdict.hits]
    unheard = (Standing.TRIAL, Standing.DISCARDED)
    return weigh([hit for hit in kept if standing.get(hit.rule) not in unheard], verdict.failed)


def _lowered(hit: Hit) -> Hit:
    return replace(hit, level=Level.DIGEST) if hit.level is Level.CARD else hit


async def decide(app: App, change: Change, case_id: int, outcome: Outcome) -> None:
    """A case is closed: count it for or against the rules that brought it, and lower those that are wrong too often."""
    known = await standings.every(change)
    for rule in await standings.rules_behind(change, case_id):
        if not await standings.decide(change, rule, case_id, upheld=outcome not in NOT_UPHELD):
            continue
        one = known.get(rule)
        if one is not None and one.state is Standing.IN_FORCE:
            await _weigh_record(app, change, one)


async def _weigh_record(app: App, change: Change, one: RuleStanding) -> None:
    settings = app.settings.screening
    found = await standings.record(change, one.rule, one.since)
    if found.precision is None or found.decided < settings.floor_cases or found.precision >= settings.precision_floor:
        return
    await standings.put(change, replace(one, state=Standing.LOWERED, since=change.now))
    words = app.wording.text("standing.lowered", rule=one.rule, upheld=found.upheld, decided=found.decided)
    await union.tell(app, change, f"lowered:{one.rule}:{change.now:%Y%m%d%H%M%S}", words)
    app.standings_read = None  # what we know is out of date once this is committed


async def end_trials(app: App, change: Change) -> None:
    """Trials whose time is over wait for a person: tell those who look after the rules, once."""
    over = [one for one in (await standings.every(change)).values() if _is_over(one, change.now)]
    if not over:
        return
    counts = await standings.seen(change)
    lines = [app.wording.text("standing.line", rule=one.rule, count=counts.get(one.rule, 0)) for one in over]
    words = app.wording.text("standing.over", rules="\n".join(lines))
    await union.tell(app, change, f"trials:{change.now:%Y%m%d%H%M%S}", words)
    await standings.note_told(change, [one.rule for one in over])


def _is_over(one: RuleStanding, now: datetime) -> bool:
    return one.state is Standing.TRIAL and not one.told and one.until is not None and one.until <= now


async def promote(app: App, rule: str, by: str) -> RuleStanding:
    """Put a rule in force; its record begins anew."""
    return await _set(app, rule, Standing.IN_FORCE, by, "promote rule")


async def discard(app: App, rule: str, by: str) -> RuleStanding:
    """Have a rule say nothing any more, until somebody promotes it."""
    return await _set(app, rule, Standing.DISCARDED, by, "discard rule")


async def _set(app: App, rule: str, state: Standing, by: str, verb: str) -> RuleStanding:
    async with app.store.change(by, verb, app.now()) as change:
        one = (await standings.every(change)).get(rule)
        if one is None:
            raise NotFound(f"There is no rule {rule}. `porter rules standing --all` lists them.")
        if one.state is state:
            raise Refusal(f"Rule {rule} is {state.value.replace('_', ' ')} already.")
        change.about(f"rule:{rule}")
        after = replace(one, state=state, since=change.now, until=None)
        await standings.put(change, after)
        await standings.forget_sheet(change, rule)
    await refresh(app)
    return after


async def overview(app: App) -> list[tuple[RuleStanding, Record, int]]:
    """Every rule that is in a pack, with its record and how many messages its sheet has."""
    async with app.store.read() as read:
        known, counts = await standings.every(read), await standings.seen(read)
        rules = [ready.rule.id for ready in app.screen().book.rules]
        return [
            (known[rule], await standings.record(read, rule, known[rule].since), counts.get(rule, 0))
            for rule in sorted(rules)
            if rule in known
        ]
