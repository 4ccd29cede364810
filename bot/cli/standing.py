"""`porter rules standing`, `sheet`, `promote` and `discard`: how far rules are trusted."""

import json
from typing import Annotated

import typer

from bot.cli.running import BY, Config, with_app
from bot.cli.showing import count, moment, table, visible
from bot.desk import standing as desk
from bot.desk.card import shortened
from bot.errors import NotFound
from bot.model import MessageRef, Place, Record, RuleStanding, Sighting, Standing
from bot.parts import App
from bot.store import chats, standings

NAMES = {
    Standing.TRIAL: "on trial",
    Standing.IN_FORCE: "in force",
    Standing.LOWERED: "digest only",
    Standing.DISCARDED: "discarded",
}
GONE = "(no longer held)"
RuleId = Annotated[str, typer.Argument(metavar="RULE", help="Its id, from `porter rules standing --all`.")]


def standing(
    everything: Annotated[
        bool, typer.Option("--all", help="Also rules in force of which nothing is known yet.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """Show which rules are on trial, lowered or discarded, and what people made of the cases that rules brought."""

    async def work(parts: App) -> list[tuple[RuleStanding, Record, int]]:
        await desk.review(parts)
        return await desk.overview(parts)

    found = with_app(config, work)
    shown = [row for row in found if everything or row[0].state is not Standing.IN_FORCE or row[1].decided]
    if as_json:
        for one, record, seen in shown:
            typer.echo(json.dumps(told(one, record, seen)))
        return
    rows = [
        (one.rule, NAMES[one.state], f"{one.since:%Y-%m-%d}", _until(one), _share(record), seen or "")
        for one, record, seen in shown
    ]
    nothing = "Every rule is in force, and nothing has been decided on their cases yet."
    table(("rule", "stands", "since", "until", "upheld", "on its sheet"), rows, nothing)


def told(one: RuleStanding, record: Record, seen: int) -> dict[str, object]:
    """A rule's standing for scripts."""
    return {
        "rule": one.rule,
        "standing": one.state.value,
        "since": one.since.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
        "upheld": record.upheld,
        "dismissed": record.dismissed,
        "precision": record.precision,
        "sheet": seen,
    }


def _until(one: RuleStanding) -> str:
    return "" if one.until is None else f"{one.until:%Y-%m-%d}"


def _share(record: Record) -> str:
    return f"{record.upheld} of {record.decided}" if record.decided else ""


def sheet(rule: RuleId, config: Config = None) -> None:
    """Show what a rule on trial would have brought up. Words are shown as long as messages are held."""

    async def work(parts: App) -> list[tuple[str, str, str, str]]:
        async with parts.store.change(BY, "read sheet", parts.now()) as change:  # members' words: who looks is noted
            change.about(f"rule:{rule}")
            if rule not in await standings.every(change):
                raise NotFound(f"There is no rule {rule}. `porter rules standing --all` lists them.")
            found = await standings.sheet(change, rule)
        return [await _line(parts, one) for one in found]

    lines = with_app(config, work)
    table(("when", "chat", "who", "words"), lines, f"Rule {rule} has nothing on its sheet.")
    if lines:
        typer.echo(
            f"{count(len(lines), 'message')}. Then:  porter rules promote {rule}   or   porter rules discard {rule}"
        )


async def _line(parts: App, one: Sighting) -> tuple[str, str, str, str]:
    async with parts.store.read() as read:
        chat = await chats.chat_by_id(read, one.chat_id)
        ref = MessageRef(Place(chat.platform, chat.external_id, one.channel), one.message)
        versions = await parts.ear.versions(read, ref)
    last = versions[-1].message if versions else None
    who, words = (last.author.name, shortened(last.body, 100)) if last else ("", GONE)
    return moment(one.noticed_at, parts.zone), visible(chat.title), visible(who), visible(words)


def promote(rule: RuleId, config: Config = None) -> None:
    """Put a rule in force: one on trial, one that was lowered, or one that was discarded."""
    with_app(config, lambda parts: desk.promote(parts, rule, BY))
    typer.echo(f"Rule {rule} is in force within a minute. Its record begins anew.")


def discard(rule: RuleId, config: Config = None) -> None:
    """Have a rule say nothing any more."""
    with_app(config, lambda parts: desk.discard(parts, rule, BY))
    typer.echo(f"Rule {rule} says nothing any more, within a minute. Bring it back with  porter rules promote {rule}")
