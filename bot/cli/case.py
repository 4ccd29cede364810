"""`porter case`: hold a case, let it go, erase it."""

from typing import Annotated

import typer

from bot.cli.running import BY, Config, with_app
from bot.cli.showing import count
from bot.desk import erasure
from bot.desk.erasure import Erased
from bot.errors import Refusal

app = typer.Typer(help="Keep a case longer than others, or erase one for good.", no_args_is_help=True)

Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="The case's reference, such as P-26-0012.")]


@app.command()
def hold(
    reference: Reference,
    why: Annotated[str, typer.Argument(metavar="WHY", help="Why, in a sentence, without names: “The police asked.”")],
    config: Config = None,
) -> None:
    """Keep a case from being erased, until it is let go."""
    if not why.strip():
        raise Refusal("Say why, so that whoever finds it held knows.")
    case = with_app(config, lambda parts: erasure.hold(parts, reference, why.strip(), BY))
    typer.echo(f"{case.ref} is held. Nothing erases it until  porter case release {case.ref}")


@app.command()
def release(reference: Reference, config: Config = None) -> None:
    """Let a held case go: it is erased when its time is over."""
    case = with_app(config, lambda parts: erasure.hold(parts, reference, "", BY))
    typer.echo(f"{case.ref} is not held any more.")


@app.command()
def erase(
    reference: Reference,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Erase a closed case for good: evidence, words, names, its key. Only its number and its outcome stay."""
    if not yes:
        typer.confirm(f"Erase {reference} for good? Nobody can bring it back.", abort=True)
    say(with_app(config, lambda parts: erasure.erase_case(parts, reference, BY)))


def say(done: Erased) -> None:
    """What was erased, and what is not in Porter's power."""
    named = ", ".join(done.references)
    typer.echo(f"Erased: {named}." if named else "There was no case to erase.")
    typer.echo(
        f"{count(done.lines, 'line')} of the audit emptied; the chain holds. {count(done.held, 'held message')} gone."
    )
    typer.echo("A running Porter takes its cards and messages out of the chats.")
    typer.echo(
        "Not in Porter's power: e-mails that officers have, and backups made before. Delete these in their time."
    )
    if not done.scrubbed:
        typer.echo(
            "The database was in use throughout, so remains may be in its file until the next sweep, within the hour."
        )
        raise typer.Exit(1)
