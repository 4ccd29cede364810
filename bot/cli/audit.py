"""`porter audit`: what was changed, by whom, and the proof that nobody changed the record."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import Config, with_app
from bot.cli.showing import count, mark, table
from bot.desk import record, seating
from bot.errors import NotFound, Refusal
from bot.parts import App
from bot.store import audit
from bot.store.audit import AuditLine
from bot.store.change import Read

app = typer.Typer(help="Read the record of every change, and prove it whole.", no_args_is_help=True)

PAGE = 10_000
HASH = re.compile(r"[0-9a-f]{64}")


async def _all(parts: App, society_id: int | None) -> AsyncIterator[AuditLine]:
    async with parts.store.read() as read:
        async for line in _pages(read, society_id):
            yield line


async def _pages(read: Read, society_id: int | None) -> AsyncIterator[AuditLine]:
    last = 0
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
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
    reveal: Annotated[
        list[int], typer.Option(metavar="LINE", help="Also show what this line says. Repeat for more.")
    ] = [],  # noqa: B006 - typer's way of a list that may be left out; it is never changed
    config: Config = None,
) -> None:
    """Write the chain to a file that anybody can check with  porter audit verify FILE

    It shows numbers, times and hashes, nothing of what the lines say. A line is revealed with what proves that it says
    that, for whoever must know of that one change.
    """

    async def work(parts: App) -> list[str]:
        found = [line async for line in _all(parts, None)]
        missing = sorted(set(reveal) - {line.id for line in found if line.salt})
        if missing:
            raise NotFound(f"Line {missing[0]} does not exist, or what it said was erased.")
        return list(record.export(found, reveal, parts.now()))

    lines = with_app(config, work)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        why = "it is there already; choose another name" if isinstance(error, FileExistsError) else error.strerror
        raise Refusal(f"{file} cannot be written: {why}.") from error
    typer.echo(f"{count(len(lines) - 1, 'line')} written to {file}. Whoever has it can say  porter audit verify {file}")


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An export to check, instead of the database.")
    ] = None,
    head: Annotated[str, typer.Option(metavar="HASH", help="See that this line, from an e-mail, is still there.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object.")] = False,
    config: Config = None,
) -> None:
    """Check that no line and no evidence was changed, removed or put in between. Ends with 1 when one was.

    Lines cut off at the end leave a shorter record that is whole in itself. That is what the head is for which Porter
    mails to the Union every day: with --head it has to be among the lines.
    """
    head = head.strip().lower()
    if head and HASH.fullmatch(head) is None:
        raise Refusal(f"“{head[:80]}” is no hash. Copy all 64 letters and digits of the one in the e-mail.")
    lines, problem = _from_file(file) if file else with_app(config, _from_database)
    place = next((line.id for line in lines if line.hash == head), None)
    if head and place is None and not problem:
        problem = "No line has that hash: lines were cut off at the end, or it is the head of another record."
    last = lines[-1].hash if lines else ""
    if as_json:
        told = {"ok": not problem, "lines": len(lines), "last_hash": last, "problem": problem, "head_line": place}
        typer.echo(json.dumps(told))
    elif problem:
        typer.echo(f"{mark(ok=False)} {problem}")
    else:
        typer.echo(f"{mark(ok=True)} {count(len(lines), 'line')}, unbroken. The last hash is {last or 'none'}")
        if place:
            typer.echo(f"{mark(ok=True)} The head is line {place}; {count(len(lines) - place, 'line')} since.")
    if problem:
        raise typer.Exit(1)


def _from_file(file: Path) -> tuple[list[AuditLine], str]:
    try:
        lines = record.read_export(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise Refusal(f"{file} cannot be read: {why}.") from error
    return lines, audit.verify(lines)


async def _from_database(parts: App) -> tuple[list[AuditLine], str]:
    async with parts.store.read() as read:
        lines, kept = [line async for line in _pages(read, None)], await audit.kept(read)
    return lines, audit.verify(lines, kept)
