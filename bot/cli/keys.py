"""`porter keys`: the keys that seal what is kept, a new one, and taking an old one away."""

import json
from typing import Annotated

import typer

from bot.cli.running import BY, Config, with_app
from bot.cli.showing import count, table
from bot.desk import resealing
from bot.desk.resealing import Done, KeyUse
from bot.parts import App

app = typer.Typer(help="Change the keys that seal evidence, addresses and messages.", no_args_is_help=True)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """List the keys in the key file, and how much each of them has sealed. No key itself is ever shown."""
    found = with_app(config, resealing.uses)
    if as_json:
        for one in found:
            typer.echo(json.dumps({"id": one.id, "current": one.current, "uses": one.uses}))
        return
    table(
        ("key", "what it does", "sealed with it"), [(one.id, _role(one), one.uses) for one in found], "There is no key."
    )


def _role(one: KeyUse) -> str:
    if one.current:
        return "seals and opens"
    return "opens what it sealed earlier" if one.uses else "not needed any more by this database"


@app.command()
def rotate(config: Config = None) -> None:
    """Make a new key and seal everything with it. Porter may be running.

    If it is cut short, say it again: it goes on where it stopped, and so does a running Porter by itself. The old key
    stays in the file until you take it away with  porter keys retire
    """

    async def work(parts: App) -> tuple[bool, Done, str, list[KeyUse]]:
        made, done = await resealing.rotate(parts, BY)
        return made, done, parts.vault.current, await resealing.uses(parts)

    made, done, current, keys = with_app(config, work)
    typer.echo(f"Key {current} was made and seals from now on." if made else "The rotation that was begun goes on.")
    typer.echo(f"{count(done.moved, 'thing')} sealed anew.")
    if done.stuck:
        typer.echo(
            f"{count(done.stuck, 'thing')} could not be opened and stayed as they were; the log says which and why."
        )
    for one in keys:
        if not one.current and not one.uses:
            typer.echo(f"Key {one.id} is not needed by this database any more. Copies made before now still need it.")
            typer.echo(f"When those are gone, and in a minute at the earliest:  porter keys retire {one.id}")
    typer.echo("The key file has changed: keep a new copy of it where the backups are not.")
    if done.stuck:
        raise typer.Exit(1)


@app.command()
def retire(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, from `porter keys list`.")],
    config: Config = None,
) -> None:
    """Take an old key out of the key file for good. Refused while anything in the database still needs it.

    Backups that were made before the rotation cannot be opened without it.
    """
    with_app(config, lambda parts: resealing.retire(parts, key, BY))
    typer.echo(f"Key {key} is gone from the key file. Destroy the copies of the file that still hold it.")
