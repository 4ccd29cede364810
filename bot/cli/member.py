"""`porter member`: what is kept of a person, put together for them or erased."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.case import say
from bot.cli.running import BY, Config, with_app
from bot.cli.seat import account
from bot.cli.showing import count
from bot.desk import access, erasure
from bot.errors import Refusal
from bot.parts import App

app = typer.Typer(help="Answer a person who asks what is kept of them, or erase it.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="PLATFORM:ID", help="An account, such as discord:175928847299117063.")]


@app.command()
def export(
    who: Who,
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The file to write; it must not exist yet.")],
    under_way: Annotated[bool, typer.Option("--under-way", help="Also cases about them that are not closed.")] = False,
    config: Config = None,
) -> None:
    """Put together what is kept of a person, for them to read: an answer to a request for access.

    A ZIP with a page to read, the same for programs, and files of theirs that are evidence. What others said, handed in
    or decided by name is left out. Read it before you hand it over: somebody's own words may tell of others. That it
    was made stands in the audit.
    """

    async def work(parts: App) -> tuple[access.Access, bytes]:
        found = await access.gather(parts, account(who), BY, under_way=under_way)
        return found, access.packed(parts, found)

    try:  # before anything is read: what stands in the audit as told can then be told
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        why = "it is there already; choose another name" if isinstance(error, FileExistsError) else error.strerror
        raise Refusal(f"{file} cannot be written: {why}.") from error
    try:
        found, archive = with_app(config, work)
        file.write_bytes(archive)
    except BaseException:
        file.unlink()
        raise
    told = sum(map(len, found.sections.values()))
    typer.echo(f"{count(told, 'entry', 'entries')} and {count(len(found.files), 'file')} written to {file}.")
    if found.under_way:
        named = ", ".join(found.under_way)
        typer.echo(f"Left out because it is under way: {named}. Judge whether they may know; --under-way puts it in.")
    typer.echo("Read it before you hand it over, and delete it afterwards.")


@app.command()
def erase(
    who: Who,
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
