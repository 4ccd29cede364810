"""`porter society`: the student groups that this Porter looks after."""

from datetime import date
from typing import Annotated

import typer

from bot.cli.running import BY, Config, day, with_app
from bot.cli.showing import table
from bot.desk import powers, seating
from bot.parts import App
from bot.store import chats, members, people

app = typer.Typer(help="Add societies, and list them.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SOCIETY", help="The society's short name, such as chess.")]


@app.command()
def add(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="A short name for commands, such as chess.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that members read, such as “Chess Society”.")],
    config: Config = None,
) -> None:
    """Add a society."""
    made = with_app(config, lambda parts: seating.add_society(parts, slug, name, BY))
    typer.echo(f"Added {made.name} ({made.slug}).")
    typer.echo(f"Next: seat its committee with  porter seat add --role lead --society {made.slug} …")


@app.command()
def freeze(
    slug: Slug,
    first: Annotated[date | None, typer.Argument(metavar="[FROM]", parser=day, help="The first day.")] = None,
    last: Annotated[date | None, typer.Argument(metavar="[TO]", parser=day, help="The last day.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="End the freeze.")] = False,
    config: Config = None,
) -> None:
    """Around an election: every removal needs a second person on these days."""
    if lift == (first is not None and last is not None):
        raise typer.BadParameter("Give the first and the last day, such as 2027-02-22 2027-03-05, or --lift.")
    named = with_app(config, lambda parts: seating.freeze(parts, slug, first, last, BY))
    said = "the freeze is lifted." if lift else f"from {first} to {last} every removal needs a second person."
    typer.echo(f"{named.name}: {said}")


@app.command("list")
def list_(config: Config = None) -> None:
    """List the societies, with their members, chats and committees."""
    titles = ("society", "name", "members", "chats", "seats")
    table(titles, with_app(config, _rows), "There is no society yet. Add one with  porter society add SLUG NAME")


async def _rows(parts: App) -> list[tuple[object, ...]]:
    async with parts.store.read() as read:
        today = powers.today(parts)
        return [
            (
                one.slug,
                one.name,
                await members.count_current(read, one.id, today),
                len(await chats.of_society(read, one.id)),
                len(await people.committee(read, one.id, today)),
            )
            for one in await people.all_societies(read)
        ]
