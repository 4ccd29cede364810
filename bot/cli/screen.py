"""`porter screen`: what the rules make of messages, from standard input to standard output, one JSON verdict a line."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot import resources
from bot.errors import RulesError
from bot.model import AccountRef, Level, Message, MessageRef, Place, Text, Verdict, View
from bot.screening import Screen, load

app = typer.Typer(help="Screen messages from standard input: plain lines, or JSON lines.", invoke_without_command=True)
PLACE = Place("cli", "stdin")
THEN = datetime(2026, 1, 1, tzinfo=UTC)  # lines have no clock; recent messages count as a minute apart

Folders = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="A folder of rule packs; the packs that come with the program if none."),
]


@app.callback()
def screen(
    rules: Folders = None,
    explain: Annotated[bool, typer.Option("--explain", help="Write sentences for people instead of JSON.")] = False,
) -> None:
    """Read messages, write verdicts.

    A line is a message, or a JSON object with `id`, `text` and perhaps `author`, `reply_to` (the author replied to) and
    `recent` (earlier messages: texts, or objects with `text`, `author`, `reply_to`).
    """
    try:
        ready = load(rules or [resources.rules()], check=False)
    except RulesError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for line in said(ready, sys.stdin, explain=explain):
        typer.echo(line)


def said(ready: Screen, lines: TextIO, *, explain: bool = False) -> Iterator[str]:
    """For each line read, the line to write."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = _read(line, number)
        except ValueError as error:
            yield json.dumps({"id": str(number), "error": str(error)})
            continue
        verdict = ready.screen(_message(data, str(data["id"])), _recent(data))
        yield explained(str(data["text"]), verdict) if explain else json.dumps(as_json(data["id"], verdict))


def _read(line: str, number: int) -> Mapping[str, object]:
    """A line as an object with `id` and `text`. Raises ValueError if it is JSON of another shape."""
    if not line.lstrip().startswith("{"):
        return {"id": str(number), "text": line.rstrip("\n")}
    try:
        data = json.loads(line)
    except json.JSONDecodeError:
        return {"id": str(number), "text": line.rstrip("\n")}
    if not isinstance(data.get("text"), str):
        raise ValueError("a JSON line needs a `text` that is a string")
    return {"id": str(number), **data}


def _person(name: object) -> AccountRef:
    return AccountRef("cli", str(name), str(name))


def _message(data: Mapping[str, object], number: str, before: int = 0) -> Message:
    return Message(
        ref=MessageRef(PLACE, number),
        author=_person(data.get("author") or "author"),
        sent_at=THEN - timedelta(minutes=before),
        texts=(Text(View.TEXT, str(data["text"])),),
        reply_author=_person(data["reply_to"]) if data.get("reply_to") else None,
    )


def _recent(data: Mapping[str, object]) -> Sequence[Message]:
    given = data.get("recent")
    earlier = given if isinstance(given, list) else []
    items = [item if isinstance(item, dict) else {"text": str(item), "author": "other"} for item in earlier]
    return [_message({"text": "", **item}, f"{data['id']}.{at}", len(items) - at) for at, item in enumerate(items)]


def as_json(id_: object, verdict: Verdict) -> dict[str, object]:
    """A verdict as JSON has it; `kinds` and `severity` are of what reaches people."""
    told = [hit for hit in verdict.hits if hit.level is not Level.NONE]
    return {
        "id": id_,
        "level": verdict.level.value,
        "kinds": sorted({hit.kind.value for hit in told}),
        "severity": verdict.severity if told else 0,
        "hits": [
            {"rule": hit.rule, "kind": hit.kind.value, "level": hit.level.value, "span": [hit.start, hit.end],
             "words": hit.words, "view": hit.view.value, "why": hit.why, "version": hit.version}
            for hit in verdict.hits
        ],
        "failed": list(verdict.failed),
    }  # fmt: skip


def explained(text: str, verdict: Verdict) -> str:
    """A verdict in sentences."""
    lines = [f"{verdict.level.value.upper():6} {text}"]
    lines += [f"       {hit.rule}: “{hit.words}” — {hit.why}" for hit in verdict.hits]
    lines += [f"       not screened fully: {name}" for name in verdict.failed]
    return "\n".join(lines)
