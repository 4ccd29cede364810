"""`porter backup` and `porter restore`."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import BY, Config, settings, with_app
from bot.cli.showing import count, mark
from bot.config import Settings
from bot.desk import copies
from bot.desk.copies import Copy
from bot.ports import Finding
from bot.store.change import Store

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, such as porter-2026-11-23.age.")]


def backup(
    file: File,
    to: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="A public key to encrypt to. Repeat for more.")
    ] = None,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Also the key ring that opens evidence.")] = False,
    config: Config = None,
) -> None:
    """Copy everything in the database into one encrypted file. Porter may be running.

    The key ring is not in it unless you ask: kept apart, neither of the two is of use to a thief.
    """
    copy = with_app(config, lambda parts: copies.make(parts, file, to or [], BY, with_keys=with_keys))
    typer.echo(f"{file}: {count(sum(copy.counts.values()), 'row')} of {copy.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    if not with_keys:
        typer.echo(
            "The key ring is not in it. Without a copy of that file, kept elsewhere, no evidence ever opens again."
        )
    typer.echo(f"See that it can be restored:  porter restore {file} --verify --identity PRIVATE-KEY")


def restore(
    file: File,
    identity: Annotated[Path, typer.Option(metavar="PRIVATE-KEY", help="The file with the private key.")],
    verify: Annotated[bool, typer.Option("--verify", help="Only see whether it could be restored.")] = False,
    config: Config = None,
) -> None:
    """Put a backup into an empty database, and check all that can be checked. Ends with 1 when something is wrong.

    With --verify it is put into a database of its own that is thrown away; yours is not touched.
    """
    found = settings(config)
    copy, findings, has_keys = asyncio.run(
        _tried(found, file, identity) if verify else _restored(found, file, identity)
    )
    for finding in findings:
        typer.echo(f"{mark(finding.ok)} {finding.text}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
    made = f"{copy.made_at:%Y-%m-%d %H:%M:%S} UTC"
    if verify:
        typer.echo(f"The backup of {made} can be restored.")
        return
    typer.echo(f"Restored as of {made}." + (f" The key ring was put back as {found.data.keys}." if has_keys else ""))
    typer.echo("What happened since is not in it: seats, lists and cases of that time have to be looked at.")
    typer.echo("Notices and messages to students that were under way are not sent again: see  porter outbox list")
    typer.echo("Cases and people that were erased since are back. Erase them again; the daily e-mails name the cases.")


async def _restored(found: Settings, file: Path, identity: Path) -> tuple[Copy, list[Finding], bool]:
    store = Store(found.database.url)
    try:
        copy = await copies.restore(store, file, identity)
        has_keys = copies.put_keys(found.data.keys, copy)
        return copy, await copies.check(store, copy, found.data.keys), has_keys
    finally:
        await store.close()


async def _tried(found: Settings, file: Path, identity: Path) -> tuple[Copy, list[Finding], bool]:
    with tempfile.TemporaryDirectory(prefix="porter-restore-") as folder:  # for its owner only
        store, key_file = Store(f"sqlite+aiosqlite:///{folder}/porter.db"), Path(folder) / "keys"
        try:
            copy = await copies.restore(store, file, identity)
            own = copies.put_keys(key_file, copy)
            return copy, await copies.check(store, copy, key_file if own else found.data.keys), own
        finally:
            await store.close()
