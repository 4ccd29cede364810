"""`porter db`: the database itself, and taking everything to another one."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Annotated, get_args

import typer
from pydantic import TypeAdapter, ValidationError

from bot import logs
from bot.cli.showing import count, mark, table
from bot.config.kinds import DatabaseAddress, Expects
from bot.errors import Refusal
from bot.redact import redact
from bot.store import lock, moving, schema
from bot.store.change import Store
from bot.store.engine import file_of
from bot.store.moving import Moved

app = typer.Typer(help="Take everything to another database.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Take everything to another database."""


@app.command()
def move(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The address of the database that is in use.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The address of an empty one.")],
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object a table.")] = False,
) -> None:
    """Copy everything from one database to another, and prove that all of it arrived as it was.

    Stop Porter first. An address is written as in [database] url: sqlite+aiosqlite:///data/porter.db or
    postgresql+asyncpg://user:password@host/database. The database that is moved stays as it is.
    """
    logs.configure("warning")
    moved = asyncio.run(_moved(source, target))
    if as_json:
        for one in moved:
            typer.echo(json.dumps(asdict(one)))
        return
    table(("table", "rows", "sha256"), [(one.table, one.rows, one.sha256[:16]) for one in moved], "")
    rows = count(sum(one.rows for one in moved), "row")
    typer.echo(f"{mark(ok=True)} {rows} in {count(len(moved), 'table')} are the same on both sides, the audit whole.")
    typer.echo(f"Next: set [database] url to {redact(target)} and start Porter. The key ring stays where it is.")


async def _moved(source: str, target: str) -> list[Moved]:
    _check(source, target)
    async with AsyncExitStack() as stack:
        stores = Store(source), Store(target)
        for store, address in zip(stores, (source, target), strict=True):
            stack.push_async_callback(store.close)
            await schema.check_reachable(store, redact(address))
            await stack.enter_async_context(lock.alone(store))
        return await moving.move(*stores)


def _check(source: str, target: str) -> None:
    for address in (source, target):
        try:
            TypeAdapter(DatabaseAddress).validate_python(address)
        except ValidationError as error:
            [expected] = [one.text for one in get_args(DatabaseAddress) if isinstance(one, Expects)]
            hint = str(error.errors()[0]["ctx"]["error"])
            raise Refusal(
                f"“{redact(address)}” is no address of a database. Write {expected}. {hint}".strip()
            ) from None
    file = file_of(source)
    if file is not None and not file.exists():
        raise Refusal(f"There is no database at {file}. With three strokes, an address begins at this folder.")
    if source == target:
        raise Refusal("FROM and TO are the same database.")
