"""The command line: `porter`, or `python -m bot`."""

import io
import sys
from collections.abc import Callable, Sequence

import structlog
import typer

from bot.cli import (
    audit,
    case,
    chat,
    copies,
    db,
    keys,
    member,
    outbox,
    policy,
    roster,
    rules,
    screen,
    seat,
    serving,
    society,
)
from bot.cli.check import check
from bot.cli.health import health
from bot.errors import PorterError
from bot.logs import bug
from bot.store.engine import unusable

BEGIN, SET_UP, AFTER, RULES = "To begin with", "Setting up", "Looking after it", "Rules"

app = typer.Typer(
    name="porter",
    help="Porter checks who comes into a society's chats, keeps the peace there, and fetches the Union when it must.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: Sequence[tuple[str, Callable[..., None], str]] = (
    ("demo", serving.demo, BEGIN),
    ("check", check, BEGIN),
    ("run", serving.run, BEGIN),
    ("health", health, AFTER),
    ("backup", copies.backup, AFTER),
    ("restore", copies.restore, AFTER),
)
GROUPS: Sequence[tuple[str, typer.Typer, str]] = (
    ("society", society.app, SET_UP),
    ("seat", seat.app, SET_UP),
    ("chat", chat.app, SET_UP),
    ("roster", roster.app, SET_UP),
    ("outbox", outbox.app, AFTER),
    ("audit", audit.app, AFTER),
    ("db", db.app, AFTER),
    ("keys", keys.app, AFTER),
    ("case", case.app, AFTER),
    ("member", member.app, AFTER),
    ("policy", policy.app, AFTER),
    ("screen", screen.app, RULES),
    ("rules", rules.app, RULES),
)
for name, command, panel in COMMANDS:
    app.command(name, rich_help_panel=panel)(command)
for name, group, panel in GROUPS:
    app.add_typer(group, name=name, rich_help_panel=panel)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 when all is well, 1 when not, 2 when the command was typed wrongly.

    What is wrong is said in a sentence; what is a bug is logged with its traceback and a reference to give to those
    who look after this Porter.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our letters is no reason to fail
    try:
        app(list(arguments) if arguments is not None else None)
    except PorterError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last place: a person gets a reference, the log gets the traceback
        why = unusable(error)
        if why:
            typer.echo(
                f"The database did not do it: {why}. What was under way was not kept. Is the disk full, is its server "
                "away, does another program hold it? Mend that, then say it again.",
                err=True,
            )
            sys.exit(1)
        reference = bug(structlog.get_logger("bot"), "cli.broke")
        typer.echo(f"Something went wrong inside Porter. Whoever looks into it needs this: {reference}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
