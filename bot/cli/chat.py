"""`porter chat`: which Discord servers and Telegram groups belong to which society."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.running import BY, Config, with_app
from bot.cli.showing import moment, table, visible
from bot.cli.society import Slug
from bot.desk import committee as committee_desk
from bot.desk import seating
from bot.desk.seating import BindingCode
from bot.errors import NotFound
from bot.model import Chat, ChatPurpose, Seat, Society
from bot.parts import App
from bot.store import chats, people

app = typer.Typer(help="Bind chats to societies, list them, unbind them.", no_args_is_help=True)

MEMBERS_HOW = """\
On Discord   invite Porter to the society's server, then write there:  /bind {code}
On Telegram  add Porter to the society's group and make it an administrator, then write there:  /bind {code}
Afterwards   /setup there shows what is still to be done, and does it."""
COMMITTEE_HOW = """\
On Telegram  make a group of the committee alone, add Porter to it, then write there:  /bind {code}
On Discord   no second chat is needed: /setup makes a channel for the committee in the society's server."""


@app.command()
def bind(
    society: Slug,
    committee: Annotated[
        bool,
        typer.Option("--committee", help="A chat of the committee alone, where Porter tells it of cases (Telegram)."),
    ] = False,
    config: Config = None,
) -> None:
    """Make a one-time code that binds a chat to a society, and say what to do with it."""
    purpose = ChatPurpose.COMMITTEE if committee else ChatPurpose.MEMBERS

    async def work(parts: App) -> tuple[Society, BindingCode, list[Seat], str]:
        async with parts.store.read() as read:
            of = await seating.society(read, society)
        made = await seating.issue_code(parts, of, purpose, BY)
        return of, made, await seating.who_may_bind(parts, of), moment(made.expires_at, parts.zone)

    of, made, seats, until = with_app(config, work)
    typer.echo(f"Code for {of.name}:  {typer.style(made.code, bold=True)}   once, until {until}\n")
    typer.echo((COMMITTEE_HOW if committee else MEMBERS_HOW).format(code=made.code))
    typer.echo(f"\n{_by_whom(of, seats)}")


def _by_whom(of: Society, seats: list[Seat]) -> str:
    if not seats:
        return f"Nobody may use it yet. Seat somebody first:  porter seat add --role lead --society {of.slug} …"
    return f"It works for {', '.join(sorted({f'{one.name} ({one.role})' for one in seats}))}."


@app.command(context_settings={"ignore_unknown_options": True})  # ids of Telegram begin with a minus
def unbind(
    chat: Annotated[str, typer.Argument(metavar="ID", help="Its id, from `porter chat list`.", show_default=False)],
    config: Config = None,
) -> None:
    """Take a chat from its society: Porter leaves it. Its cases stay."""

    async def work(parts: App) -> Chat:
        async with parts.store.read() as read:
            found = [one for one in await chats.bound(read) if one.external_id == chat]
        if not found:
            raise NotFound(f"No chat with the id {chat} is bound.  porter chat list  shows those that are.")
        await committee_desk.unbind(parts, found[0], BY)
        return found[0]

    gone = with_app(config, work)
    typer.echo(f"{visible(gone.title)} is bound no more. Porter leaves it as soon as it runs.")


@app.command("list")
def list_(config: Config = None) -> None:
    """List the chats that are bound."""

    async def work(parts: App) -> list[tuple[str, Chat, str]]:
        async with parts.store.read() as read:
            names = {one.id: one.slug for one in await people.all_societies(read)}
            return [(names[one.society_id], one, since(one.bound_at, parts)) for one in await chats.bound(read)]

    rows = [
        (name, one.platform, one.title, one.purpose, one.external_id, bound)
        for name, one, bound in with_app(config, work)
    ]
    titles = ("society", "platform", "title", "for", "id", "bound")
    table(titles, rows, "No chat is bound yet. Begin with  porter chat bind SOCIETY")


def since(at: datetime, parts: App) -> str:
    """The day a chat was bound, in the Union's zone."""
    return f"{at.astimezone(parts.zone):%Y-%m-%d}"
