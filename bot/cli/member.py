"""`porter member`: what is kept of a person, erased."""

from typing import Annotated

import typer

from bot.cli.case import say
from bot.cli.running import BY, Config, with_app
from bot.cli.seat import account
from bot.cli.showing import count
from bot.desk import erasure

app = typer.Typer(help="Erase what is kept of a person.", no_args_is_help=True)


@app.command()
def erase(
    who: Annotated[str, typer.Argument(metavar="PLATFORM:ID", help="An account, such as discord:175928847299117063.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Erase a person: their accounts here, closed cases about them, requests, questions, membership, held messages.

    Refused while they have a seat, or a case about them is open or held. What others' cases hold of them stays with
    those cases, and reports they made stay without their name. If they are on a membership list, the next import of
    that list brings the membership back, without the account.
    """
    ref = account(who)
    known, about = with_app(config, lambda parts: erasure.person(parts, ref))
    if not yes:
        held = ", ".join(f"{one.platform}:{one.external_id}" for one in known)
        typer.echo(f"This is about {held}, with {count(len(about), 'case')} about them.")
        typer.confirm("Erase all of it for good? Nobody can bring it back.", abort=True)
    say(with_app(config, lambda parts: erasure.erase_member(parts, ref, BY)))
