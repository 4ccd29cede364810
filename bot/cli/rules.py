"""`porter rules`: check packs, try a sentence, count what the rules do to a file of messages."""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import resources
from bot.cli import standing
from bot.cli.screen import Folders, explained
from bot.errors import RulesError
from bot.model import AccountRef, Message, MessageRef, Place, Text, View
from bot.screening import Screen, examples, load

app = typer.Typer(help="Check, try and count rule packs, and say how far each rule is trusted.", no_args_is_help=True)
for about_trust in (standing.standing, standing.sheet, standing.promote, standing.discard):
    app.command()(about_trust)


def _loaded(rules: list[Path] | None) -> Screen:
    try:
        return load(rules or [resources.rules()], check=False)
    except RulesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


@app.command()
def check(rules: Folders = None) -> None:
    """Read every pack and run its examples; list each one that does not do what it should."""
    screen = _loaded(rules)
    broken = list(examples.failing(screen))
    for each in broken:
        typer.echo(str(each), err=True)
    packs = screen.book.packs
    count = sum(len(rule.hits) + len(rule.misses) for pack in packs for rule in pack.rule)
    typer.echo(f"{len(packs)} packs, {len(screen.book.rules)} rules, {count} examples, {len(broken)} wrong")
    if broken:
        raise typer.Exit(1)


@app.command("try")
def try_(words: Annotated[list[str], typer.Argument(help="What somebody says.")], rules: Folders = None) -> None:
    """Say what the rules make of a sentence, and how they read it."""
    screen = _loaded(rules)
    text = " ".join(words)
    typer.echo(explained(text, screen.screen(_message(text))))
    typer.echo("read as: " + " ".join(screen.book.reader.words(text)[1:-1]))


@app.command()
def stats(
    file: Annotated[
        typer.FileText, typer.Argument(errors="replace", help="One message a line; - for standard input.")
    ] = sys.stdin,  # type: ignore[assignment]  # typer's own type for an open text file
    rules: Folders = None,
) -> None:
    """Count how often each rule hits in a file of messages, and how many messages reach people."""
    screen = _loaded(rules)
    levels, hits, lines = counted(screen, file)
    total = sum(levels.values()) or 1
    for level, number in sorted(levels.items()):
        typer.echo(f"{level:10} {number:8} {100 * number / total:7.2f} %")
    for rule, number in hits.most_common():
        typer.echo(f"  {rule:36} {number:8}")
    typer.echo(f"{lines} messages")


def counted(screen: Screen, lines: Iterable[str]) -> tuple[Counter[str], Counter[str], int]:
    """(messages by level, hits by rule, messages)."""
    levels: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for line in lines:
        verdict = screen.screen(_message(line.rstrip("\n")))
        levels[verdict.level.value] += 1
        hits.update({hit.rule for hit in verdict.hits})
    return levels, hits, sum(levels.values())


def _message(text: str) -> Message:
    place = MessageRef(Place("cli", "stdin"), "1")
    return Message(place, AccountRef("cli", "author"), datetime(2026, 1, 1, tzinfo=UTC), (Text(View.TEXT, text),))
