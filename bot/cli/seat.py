"""`porter seat`: who may do what, for which society, from when to when."""

import re
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.cli.running import BY, LARGEST, Config, day, with_app
from bot.cli.showing import table
from bot.desk import powers, seating
from bot.desk.seating import Seating
from bot.errors import Refusal
from bot.model import AccountRef, Role, Seat
from bot.parts import App
from bot.store import people

app = typer.Typer(help="Seat people on committees and for the Union, list seats, end them.", no_args_is_help=True)

NUMBER = re.compile(r"[1-9][0-9]{0,19}")
WHERE = {
    "discord": "On Discord: turn on Developer Mode in the settings, then “Copy User ID” in the menu on the person.",
    "telegram": "On Telegram: web.telegram.org/a shows it in the address when the chat with them is open.",
}
ASKED = "Or they send Porter  /about  in private, which says it."


class SeatRole(StrEnum):
    """The roles that are held by a seat."""

    MODERATOR = "moderator"
    LEAD = "lead"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


def _day(help_: str) -> Any:
    return typer.Option(parser=day, metavar="DATE", help=help_)


RoleOption = Annotated[
    SeatRole, typer.Option(help="Officers and administrators sit for the Union, the others for a society.")
]
HolderOption = Annotated[
    list[str],
    typer.Option(metavar="PLATFORM:ID", help="Their account, such as discord:175928847299117063. Repeat for more."),
]
NameOption = Annotated[str, typer.Option(help="Their name, as the committee and the Union read it.")]
StartsOption = Annotated[date, _day("The first day, such as 2026-08-01.")]
EndsOption = Annotated[date, _day("The last day.")]
SocietyOption = Annotated[str, typer.Option(metavar="SOCIETY", help="Its short name; for moderators and leads.")]
TrainedOption = Annotated[date | None, _day("When they did the GDPR training. They see no case without.")]
EmailOption = Annotated[str, typer.Option(help="Where e-mail reaches them when chat does not.")]
ContactOption = Annotated[
    int | None, typer.Option(metavar="N", help="Officers: escalations try them as the Nth, counting from 1.")
]
TitleOption = Annotated[str, typer.Option(help="What they are called, such as “Welfare Officer”.")]


@app.command()
def add(
    role: RoleOption,
    holder: HolderOption,
    name: NameOption,
    starts: StartsOption,
    ends: EndsOption,
    society: SocietyOption = "",
    trained: TrainedOption = None,
    email: EmailOption = "",
    contact: ContactOption = None,
    title: TitleOption = "",
    config: Config = None,
) -> None:
    """Seat somebody. Several accounts belong to one person; an account known already keeps its person."""
    asked = Seating(
        role=Role(role.value),
        holders=tuple(map(account, holder)),
        name=name,
        starts=starts,
        ends=ends,
        trained_on=trained,
        email=email,
        contact_order=contact,
        title=title,
    )
    made, place = with_app(config, lambda parts: _seated(parts, asked, society))
    typer.echo(f"Seat {made.id}: {made.name}, {made.role} for {place}, from {made.starts} to {made.ends}.")
    if made.trained_on is None and made.role is not Role.ADMINISTRATOR:
        typer.echo(
            "No GDPR training is noted, so they see no case. When it is done, end the seat; add it with --trained."
        )


async def _seated(parts: App, asked: Seating, slug: str) -> tuple[Seat, str]:
    """The seat made, and for whom it is."""
    async with parts.store.read() as read:
        of = await seating.society(read, slug) if slug else None
    return await seating.add_seat(parts, replace(asked, society=of), BY), of.name if of else "the Union"


def account(text: str) -> AccountRef:
    """An account as typed, `discord:175928847299117063`. Raises `Refusal` with where to find the number."""
    platform, _, number = text.strip().partition(":")
    platform = platform.lower()
    if platform not in WHERE:
        raise Refusal(f"“{text}” is no account: write discord: or telegram: and their number there.")
    if NUMBER.fullmatch(number) is None or int(number) > LARGEST:
        raise Refusal(
            f"“{text}” has no number: names can change hands, so accounts go by number. {WHERE[platform]} {ASKED}"
        )
    return AccountRef(platform, number)


@app.command("list")
def list_(
    society: Annotated[str, typer.Option(metavar="SOCIETY", help="Only this society's.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    config: Config = None,
) -> None:
    """List the seats that are in force or still to come."""
    titles = ("seat", "role", "name", "for", "starts", "ends", "trained", "contact", "accounts")
    rows = with_app(config, lambda parts: _rows(parts, society, everything=everything))
    table(titles, rows, "There is no such seat. Add one with  porter seat add")


async def _rows(parts: App, slug: str, *, everything: bool) -> list[tuple[object, ...]]:
    today = powers.today(parts)
    async with parts.store.read() as read:
        of = (await seating.society(read, slug)).id if slug else None
        names = {one.id: one.slug for one in await people.all_societies(read)}
        found = [one for one in await people.all_seats(read, of) if everything or _lasts(one, today)]
        return [
            (
                one.id,
                one.role,
                one.name,
                names[one.society_id] if one.society_id else "the Union",
                one.starts,
                _until(one),
                one.trained_on or "no",
                one.contact_order or "",
                ", ".join(
                    f"{held.platform}:{held.external_id}" for held in await people.accounts_of(read, one.person_id)
                ),
            )
            for one in found
        ]


def _lasts(seat: Seat, today: date) -> bool:
    return seat.ended_at is None and seat.ends >= today


def _until(seat: Seat) -> str:
    return f"{seat.ends}" if seat.ended_at is None else f"ended {seat.ended_at:%Y-%m-%d}"


@app.command()
def end(
    seat: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=LARGEST, help="The seat's number, from `porter seat list`.")
    ],
    config: Config = None,
) -> None:
    """End a seat now. The person keeps what other seats give them."""
    ended = with_app(config, lambda parts: seating.end_seat(parts, seat, BY))
    typer.echo(f"Seat {ended.id} has ended: {ended.name} is no longer {ended.role}.")
