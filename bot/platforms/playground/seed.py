"""The playground at its beginning: a society with a committee, officers, a list of 500 members, two chats."""

from datetime import timedelta

from bot.desk import lists, powers, seating
from bot.model import ChatPurpose, Role, Society
from bot.parts import App
from bot.platforms.playground import cast, read
from bot.platforms.playground.incoming import Incoming
from bot.platforms.playground.platform import Playground
from bot.platforms.playground.world import Person
from bot.rosters import read as read_list
from bot.store import chats

BY = "cli"
TERM = timedelta(days=300)
YEAR_BEGINS = 8  # the month in which lists are for a new academic year


async def seed(app: App, playground: Playground) -> None:
    """Make everything there is at the beginning."""
    settle(playground)
    society = await seating.add_society(app, cast.SLUG, cast.SOCIETY_NAME, BY)
    await bind(app, society)
    await seat(app, cast.MONA, Role.MODERATOR, society)
    await seat(app, cast.LEE, Role.LEAD, society)
    await seat(app, cast.OLU, Role.OFFICER, title="Vice-President (Societies)", order=1)
    await seat(app, cast.PETRA, Role.OFFICER, title="Societies Coordinator", order=2)
    await import_list(app, society)
    for person, words in cast.SMALL_TALK:
        await Incoming(playground, person.id).say(cast.SOCIETY, words)


def settle(playground: Playground) -> None:
    """The people, and the chats they are in."""
    for person in cast.fresh():
        playground.world.add_person(person)
    playground.world.add_room(cast.SOCIETY, cast.SOCIETY_NAME, [person.id for person in cast.MEMBERS])
    playground.world.add_room(cast.COMMITTEE, cast.COMMITTEE_TITLE, [cast.MONA.id, cast.LEE.id])


async def bind(app: App, society: Society) -> None:
    """Bind the members' chat and the committee's."""
    async with app.store.change(BY, "bind chats", app.now()) as change:
        change.about(f"society:{society.id}", society_id=society.id)
        await chats.bind(change, society.id, read.NAME, cast.SOCIETY, cast.SOCIETY_NAME, ChatPurpose.MEMBERS)
        title = cast.COMMITTEE_TITLE
        await chats.bind(change, society.id, read.NAME, cast.COMMITTEE, title, ChatPurpose.COMMITTEE)
    await powers.refresh_chats(app)


async def seat(
    app: App, person: Person, role: Role, society: Society | None = None, *, title: str = "", order: int | None = None
) -> None:
    """A seat in force, its holder trained; with an `order`, a contact."""
    today = powers.today(app)
    asked = seating.Seating(
        role,
        (read.account(person),),
        person.name,
        today - TERM,
        today + TERM,
        society,
        trained_on=today - TERM,
        email=person.email if order is not None else "",
        contact_order=order,
        title=title,
    )
    await seating.add_seat(app, asked, BY)


async def import_list(app: App, society: Society) -> None:
    """The society's first list, read and applied like any other."""
    today = powers.today(app)
    year = today.year if today.month >= YEAR_BEGINS else today.year - 1
    sheet = read_list("chess-society.csv", cast.members_list(year))
    proposal = await lists.look(app, society, sheet)
    await lists.apply(app, proposal, BY, confirmed=True)
