"""Engines for the two databases: SQLite (the embedded default) and PostgreSQL.

SQLite has one writer connection that begins IMMEDIATE, and readers that may only query: with a deferred BEGIN, two
writers that read first deadlock, and no busy timeout helps.
"""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import ConfigError
from bot.redact import redact

BUSY_MILLISECONDS = 15_000
UNWRITABLE = (OperationalError, InterfaceError)  # the disk is full, the file is locked, the server is away
UNKEPT = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL takes no NUL in text, and no database half a character


def unusable(error: BaseException) -> str:
    """The database's own words when it is full, locked or away; empty for anything else, a missing table too: a bug."""
    if not isinstance(error, UNWRITABLE):
        return ""
    told = getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return redact(str(error.orig)) if told else ""


def is_sqlite(url: str) -> bool:
    """Whether the address names the embedded database."""
    return make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """The embedded database's file; None for PostgreSQL."""
    return Path(make_url(url).database or "") if is_sqlite(url) else None


def engines(url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """(writer, reader) for an address; on PostgreSQL they share their connections."""
    if is_sqlite(url):
        _make_folder(url)
        return _sqlite(url, read_only=False), _sqlite(url, read_only=True)
    try:
        engine = create_async_engine(url, pool_size=10, max_overflow=5, pool_pre_ping=True, json_serializer=_to_json)
    except ModuleNotFoundError as error:
        raise ConfigError("[database] url: PostgreSQL needs the extra: pip install 'porter[postgres]'") from error
    _take_any_text(engine.sync_engine)
    # As on SQLite, a reader sees one state throughout and cannot write.
    return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _make_folder(url: str) -> None:
    database = make_url(url).database
    if database and database != ":memory:":
        folder = Path(database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            why = error.strerror or "it cannot be made"
            raise ConfigError(f"[database] url: the folder {folder} cannot be used ({why}).") from error


def _sqlite(url: str, *, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=4 if read_only else 1, max_overflow=0, pool_timeout=60, json_serializer=_to_json
    )
    _prepare(engine.sync_engine, read_only=read_only)
    _take_any_text(engine.sync_engine)
    return engine


def _prepare(engine: Engine, *, read_only: bool) -> None:
    pragmas = [f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
    # What is deleted is overwritten, not only let go of.
    pragmas.append("query_only=ON" if read_only else "secure_delete=ON")

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver's own would be a deferred one
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _take_any_text(engine: Engine) -> None:
    """Names and words come from outside and may hold anything. What cannot be kept becomes the sign for that, in what
    is written and in what is looked for alike, so that neither fails. Evidence is sealed bytes and stays as it was."""

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def fit(_connection: Connection, _cursor: Any, statement: str, values: Any, *_more: object) -> tuple[str, Any]:
        return statement, kept(values)


def kept(value: Any) -> Any:
    """A value, or values in any nesting, as a database keeps them."""
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else UNKEPT.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {kept(key): kept(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return tuple(map(kept, value)) if isinstance(value, tuple) else [kept(inner) for inner in value]
    return value


def _to_json(value: object) -> str:
    return json.dumps(kept(value), ensure_ascii=True, separators=(",", ":"))
