"""`porter audit`: what was changed, by whom, and the proof that nobody changed the record."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.running import Config, with_app
from bot.cli.showing import count, mark, table
from bot.desk import seating
from bot.parts import App
from bot.store import audit
from bot.store.audit import AuditLine

app = typer.Typer(help="Read the record of every change, and prove it whole.", no_args_is_help=True)

PAGE = 10_000


async def _all(parts: App, society_id: int | None) -> AsyncIterator[AuditLine]:
    last = 0
    async with parts.store.read() as read:
        while page := await audit.lines(read, society_id, last, PAGE):
            for line in page:
                yield line
            last = page[-1].id


@app.command("list")
def list_(
    society: Annotated[str, typer.Option(metavar="SOCIETY", help="Only what was about this society.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also what Porter did of its own accord.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """Print what people did, oldest first. The audit names things by their numbers, never people or words."""

    async def work(parts: App) -> tuple[list[AuditLine], list[str]]:
        of = None
        if society:
            async with parts.store.read() as read:
                of = (await seating.society(read, society)).id
        found = [line async for line in _all(parts, of) if everything or line.by not in audit.ITSELF]
        return found, [f"{line.at.astimezone(parts.zone):%Y-%m-%d %H:%M:%S}" for line in found]

    lines, times = with_app(config, work)
    if as_json:
        for line in lines:
            typer.echo(json.dumps(asdict(line) | {"at": line.at.isoformat()}))
        return
    rows = [(line.id, at, line.by, line.verb, line.about) for line, at in zip(lines, times, strict=True)]
    table(("line", "at", "by", "did", "about"), rows, "Nobody has changed anything yet.")


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object.")] = False,
    config: Config = None,
) -> None:
    """Check that no line was changed, removed or put in between. Ends with 1 when one was.

    Lines cut off at the end leave a shorter record that is whole in itself: keep the last hash somewhere else, and
    see that it still stands in the record.
    """

    async def work(parts: App) -> list[AuditLine]:
        return [line async for line in _all(parts, None)]

    lines = with_app(config, work)
    problem, last = audit.verify(lines), lines[-1].hash if lines else ""
    if as_json:
        typer.echo(json.dumps({"ok": not problem, "lines": len(lines), "last_hash": last, "problem": problem}))
    elif problem:
        typer.echo(f"{mark(ok=False)} {problem}")
    else:
        typer.echo(f"{mark(ok=True)} {count(len(lines), 'line')}, unbroken. The last hash is {last or 'none'}")
    if problem:
        raise typer.Exit(1)
