"""`porter health`: how the Porter that runs with this configuration is, in plain words."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Annotated, Any

import typer

from bot.cli.running import Config, settings
from bot.cli.showing import count, mark, visible
from bot.config import ConsoleSettings
from bot.errors import Refusal

PATIENCE = 10.0  # seconds
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server listens on, as a client calls it
STATES = {
    "ok": "Porter is at work and well.",
    "degraded": "Porter is at work, but not all is well.",
    "failing": "Porter does not do what it is there for.",
}


def health(
    as_json: Annotated[
        bool, typer.Option("--json", help="For scripts: the answer as it came, one JSON object.")
    ] = False,
    config: Config = None,
) -> None:
    """Ask the running Porter how it is: connections, database, outbox, disk, screening, escalations.

    Ends with 0 when all is well and 1 when not, or when no Porter answers.
    """
    found = asked(settings(config).console)
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(described(found)))
    if found["status"] != "ok":
        raise typer.Exit(1)


def asked(console: ConsoleSettings) -> dict[str, Any]:
    """What the running program says of itself. Raises `Refusal` when nothing, or something else, answers there."""
    host, port = ANYWHERE.get(console.host, console.host), console.port
    way = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        way.request("GET", "/healthz")
        found = json.loads(way.getresponse().read())
    except (OSError, HTTPException) as error:
        text = f"No Porter answers at {host}:{port}. Is `porter run` at work, with this configuration?"
        raise Refusal(text) from error
    except ValueError as error:
        raise Refusal(_stranger(host, port)) from error
    finally:
        way.close()
    if not isinstance(found, dict) or found.get("status") not in STATES or "reasons" not in found:
        raise Refusal(_stranger(host, port))
    return found


def _stranger(host: str, port: int) -> str:
    return f"Something answers at {host}:{port}, but it is no Porter. Look at [console] host and port."


def described(found: dict[str, Any]) -> list[str]:
    """The answer for people."""
    well = found["status"] == "ok"
    lines = [f"{mark(well)} {STATES[found['status']]}"]
    lines += [f"  {mark(False)} {visible(str(one['text']))}" for one in found["reasons"]]
    waits = f"{count(found['waiting'], 'thing')} still to be done, {found['stuck']} for a person to look at"
    lines.append(f"  Platforms: {', '.join(found['platforms']) or 'none'}. {waits}. Unscreened: {found['unscreened']}.")
    return lines
