"""The audit outside the database: an export that a third party can check, and its head, mailed every day."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.desk import card, powers, repeat
from bot.errors import Refusal
from bot.model import Effect, EffectKind, Receipt
from bot.parts import App
from bot.ports import Letter
from bot.store import audit, erasing
from bot.store.audit import AuditLine
from bot.store.chain import moment
from bot.store.change import Change

FORMAT, VERSION = "porter-audit", 1
WEEK = timedelta(days=7)
CONTENT = ("by", "verb", "about", "society_id", "facts", "salt")


def export(found: Sequence[AuditLine], reveal: Collection[int], now: datetime) -> Iterator[str]:
    """The chain as JSON, one object a line: first what it is, then its lines. Only the lines to `reveal` show what
    they say, with the salt that proves it."""
    head = found[-1].hash if found else ""
    yield json.dumps({"format": FORMAT, "version": VERSION, "at": moment(now), "lines": len(found), "head": head})
    for line in found:
        link = {"number": line.id, "at": moment(line.at), "commitment": line.commitment}
        shown = {name: getattr(line, name) for name in CONTENT} if line.id in reveal and line.salt else {}
        yield json.dumps({**link, "previous": line.previous, "hash": line.hash, **shown})


def read_export(text: str) -> list[AuditLine]:
    """The lines of an export. Raises `Refusal` when it is none, naming the line of the file that cannot be read."""
    rows = text.splitlines()
    head = _object(rows[0] if rows else "", 1)
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise Refusal("This is not an export of Porter's audit. One is made with  porter audit export FILE")
    found = [_line(_object(row, number), number) for number, row in enumerate(rows[1:], 2)]
    if len(found) != head.get("lines") or (found[-1].hash if found else "") != head.get("head"):
        raise Refusal(f"The file has {len(found)} lines where its first line names {head.get('lines')}: it was cut.")
    return found


def _object(row: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(row)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refusal(
            f"Line {number} of the file cannot be read: it is no export of Porter's audit, or it was changed."
        )
    return value


def _line(row: dict[str, Any], number: int) -> AuditLine:
    said = {"by": "", "verb": "", "about": "", "society_id": None, "facts": "", "salt": None}
    try:
        link = {name: str(row[name]) for name in ("commitment", "previous", "hash")}
        at, known = datetime.fromisoformat(row["at"]), {name: row[name] for name in said if name in row}
        return AuditLine(id=int(row["number"]), at=at, **said | known | link)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(f"Line {number} of the file is not a line of an audit.") from error


async def ask(app: App, change: Change) -> None:
    """Have the head mailed, once a day of the Union's, where there is a shared mailbox and a way to it."""
    if app.settings.union.mailbox and "email" in app.messengers:
        await app.outbox.add(change, EffectKind.HEAD_MAIL, f"head:{powers.today(app)}")


async def perform(app: App, effect: Effect) -> Receipt:
    """Mail the hash of the last line: whoever cuts lines off afterwards cannot take that mail back."""
    async with app.store.read() as read:
        line = await audit.head(read)
        erased = await erasing.erased_since(read, app.now() - WEEK)
    assert line is not None
    day = effect.key.partition(":")[2]
    speech = repeat.label(app, effect) + app.wording.say(
        "head.text", head=line.hash, count=line.id, time=card.clock(app, line.at)
    )
    if erased:  # after a restore they would be back, and only this e-mail knows
        speech += app.wording.say("head.erased", references=", ".join(erased))
    subject = app.wording.text("head.subject", day=day)
    letter = Letter(app.settings.union.mailbox, subject, speech, f"<head.{day}@{app.settings.email.domain}>")
    message_id = await app.messengers["email"].send(letter)
    return Receipt({"message": message_id, "line": line.id, "head": line.hash})
