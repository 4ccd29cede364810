"""Backups: everything in the database in one file, made while Porter runs, encrypted to public keys; and back again.

The file holds JSON, one object a line (see `docs/formats.md`). The key ring goes with it only when asked for: whoever
has both and the private key can read everything. After a restore Porter does not know what it did since it was made.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.desk import capture
from bot.errors import Refusal, VaultError
from bot.evidence import age, casekeys, keys
from bot.evidence.record import digest
from bot.evidence.vault import CASE, Vault, open_vault
from bot.parts import App
from bot.ports import Finding
from bot.store import audit, marks, rows, schema, sealed
from bot.store.change import Store
from bot.store.sealed import Shelf

FORMAT, VERSION = "porter-backup", 1

PAGE = 20


@dataclass
class Copy:
    """What a backup says of itself: when and at which revision it was made, rows by table, the audit's last hash."""

    made_at: datetime
    revision: str
    counts: dict[str, int] = field(default_factory=dict)
    head: str = ""
    key_file: bytes = b""


async def make(app: App, file: Path, to: list[str], by: str, *, with_keys: bool = False) -> Copy:
    """Write a backup. Raises `Refusal` without public keys, or when the file is there already."""
    wanted = age.recipients(to or app.settings.backup.recipients)
    if not wanted:
        raise Refusal(f"Say for whom to encrypt: --to KEY, or recipients in [backup]. A key is {age.HOW}.")
    part = _part(file)
    async with app.store.change(by, "back up", app.now()):
        pass  # the line stands in the copy too
    try:
        with age.encrypted(part, wanted) as sink:
            copy = await _write(app, sink, with_keys=with_keys)
        part.rename(file)
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def _part(file: Path) -> Path:
    """Where a backup stands until it is whole. What one that was cut short left there is removed."""
    if file.exists():
        raise Refusal(f"{file} is there already, and a backup never writes over anything. Choose another name.")
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    return part


async def _write(app: App, sink: BinaryIO, *, with_keys: bool) -> Copy:
    """First what it is; then every row of one moment; last the counts, without which a file is not whole."""
    copy = Copy(app.now(), await schema.current(app.store))
    _put(sink, {"format": FORMAT, "version": VERSION, "at": copy.made_at.isoformat(), "revision": copy.revision})
    if with_keys:
        _put(sink, {"keys": base64.b64encode(app.settings.data.keys.read_bytes()).decode()})
    async with app.store.read() as read:
        async with aclosing(rows.dump(read)) as dumped:  # closed while the connection still stands
            async for table, row in dumped:
                sink.write(b'{"table": "' + table.encode() + b'", "row": ' + row.encode() + b"}\n")
                copy.counts[table] = copy.counts.get(table, 0) + 1
        line = await audit.head(read)
    copy.head = line.hash if line else ""
    _put(sink, {"end": True, "counts": copy.counts, "head": copy.head})
    return copy


def _put(sink: BinaryIO, value: dict[str, Any]) -> None:
    sink.write(json.dumps(value).encode() + b"\n")


async def restore(store: Store, file: Path, identity: Path) -> Copy:
    """Put a backup into a database without rows, all of it or nothing, and bring it to the newest revision. The next
    start is told that what was under way may have been done. Raises `Refusal`, `VaultError`, `ConfigError`."""
    identities = _ready(file, identity)
    await schema.check_reachable(store)
    await rows.check_empty(store)
    with age.decrypted(file, identities) as source:
        copy = _head(_object(source.readline()))
        await schema.begin_at(store, copy.revision)
        await _load(store, source, copy)
    await schema.upgrade(store)
    async with store.work(copy.made_at) as work:
        await marks.put(work, marks.RESTORED, copy.made_at.isoformat())
        await marks.put(work, marks.COPIED, copy.made_at.isoformat())
    return copy


def _ready(file: Path, identity: Path) -> list[Any]:
    if not file.is_file():
        raise Refusal(f"There is no file “{file}”. Name the one that `porter backup` wrote.")
    return age.identities(identity)


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise VaultError("The backup is damaged: a line of it cannot be read. Nothing was restored.")
    return value


def _head(value: dict[str, Any]) -> Copy:
    if value.get("format") != FORMAT or value.get("version") != VERSION:
        raise Refusal("This is not a backup of Porter's, or one of a newer Porter.")
    return Copy(datetime.fromisoformat(value["at"]), str(value["revision"]))


async def _load(store: Store, source: BinaryIO, copy: Copy) -> None:
    async with store.writer.begin() as connection:
        loader = await rows.loader(connection)
        for line, value in _lines(source):
            if "keys" in value:
                copy.key_file = base64.b64decode(value["keys"])
            elif "end" in value:
                copy.counts, copy.head = value["counts"], value["head"]
            else:
                await loader.add(value["table"], value["row"], len(line))
        await loader.end()
        if loader.counts != copy.counts:
            raise VaultError("The backup is not whole: it holds other rows than it says. Nothing was restored.")


def _lines(source: BinaryIO) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for line in source:
        yield line, _object(line)


def put_keys(file: Path, copy: Copy) -> bool:
    """Put the key ring of a backup in its place, unless one is there; False when there was, or the backup has none."""
    if not copy.key_file or file.exists():
        return False
    keys.place(file, copy.key_file)
    return True


async def check(store: Store, copy: Copy, key_file: Path) -> list[Finding]:
    """Everything that can be proven of a restored database, in plain words."""
    damage = await rows.damage(store)
    async with store.read() as read:
        lines, kept = await audit.lines(read, limit=10**9), await audit.kept(read)
        counts = {name: count for name, count in (await rows.count_all(read)).items() if count}
    problem = audit.verify(lines, kept)
    head = any(line.hash == copy.head for line in lines) or not copy.head
    total = sum(copy.counts.values())
    same = all(counts.get(name, 0) >= count for name, count in copy.counts.items())
    return [
        _finding(not damage, "The database is sound.", f"The database is damaged: {damage[:1]}"),
        _finding(same, f"All {total} rows are there.", "Rows are missing."),
        _finding(not problem, f"The audit is unbroken: {len(lines)} lines.", f"The audit is broken. {problem}"),
        _finding(head, "The audit ends where the backup says.", "The audit does not have the line it ended with."),
        await _evidence(store, key_file),
    ]


def _finding(ok: bool, good: str, bad: str) -> Finding:
    return Finding(ok=ok, text=good if ok else bad)


async def _evidence(store: Store, key_file: Path) -> Finding:
    """Whether every exhibit opens and is what was captured."""
    try:
        vault = open_vault(key_file, create=False)
    except VaultError as error:
        return Finding(ok=False, text=f"The evidence cannot be opened. {error}")
    opened = after = 0
    bad: list[str] = []
    while True:
        async with store.read() as read:
            page = await sealed.page(read, Shelf.EXHIBITS, after, PAGE)
            for row in page:
                problem = await _problem(vault, read, row)
                bad += [f"exhibit {row['id']}: {problem}"] if problem else []
                opened += not problem
        if len(page) < PAGE:
            break
        after = page[-1]["id"]
    return _finding(not bad, f"All {opened} exhibits open.", f"{len(bad)} exhibits do not open, first {bad[:1]}")


async def _problem(vault: Vault, read: Any, row: dict[str, Any]) -> str:
    data = bytes(row["sealed"])
    try:
        key = await casekeys.for_opening(vault, read, row["case_id"]) if data.startswith(CASE) else vault
        plain = key.open(capture.sealed_to(row["case_id"], row["key"]), data)
    except VaultError as error:
        return str(error)
    return "" if digest(plain) == row["sha256"] else "It is not what was captured."
