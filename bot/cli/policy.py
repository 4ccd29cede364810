"""`porter policy`: what was in force, and since when."""

import json
from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.running import Config, with_app
from bot.cli.showing import moment, table
from bot.errors import NotFound
from bot.parts import App
from bot.store import policies
from bot.store.policies import Policy

app = typer.Typer(
    help="Every version of the joining statement and of the ladder that was ever in force.", no_args_is_help=True
)


async def _kept(parts: App) -> list[Policy]:
    async with parts.store.read() as read:
        return await policies.kept(read)


async def _dated(parts: App) -> tuple[list[Policy], ZoneInfo]:
    return await _kept(parts), parts.zone


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs, with their texts.")] = False,
    config: Config = None,
) -> None:
    """List the versions that somebody was shown or a case was opened under, the newest first."""
    found, zone = with_app(config, _dated)
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), default=str))
        return
    rows = [(one.kind, one.version, moment(one.since, zone)) for one in found]
    table(("what", "version", "since"), rows, "No policy was in force yet: nobody was shown one, and there is no case.")


@app.command()
def show(
    kind: Annotated[str, typer.Argument(metavar="WHAT", help="`statement` or `ladder`.")],
    version: Annotated[str, typer.Argument(metavar="VERSION", help="As  porter policy list  has it.")],
    config: Config = None,
) -> None:
    """Show the text of one version, as it was in force."""
    found = next((one for one in with_app(config, _kept) if (one.kind, one.version) == (kind, version)), None)
    if found is None:
        raise NotFound(f"There is no version {version} of the {kind}. Those there are:  porter policy list")
    typer.echo(found.text)
