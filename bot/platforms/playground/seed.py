"""The playground at its beginning: a society with a committee, officers, a list of 500 members, two chats."""

from datetime import date, timedelta

from bot.desk import powers
from bot.desk.admission import list_rules
from bot.desk.roster import normalise
from bot.model import ChatPurpose, MembershipState, Role
from bot.model.roster import RosterEntry
from bot.parts import App
from bot.platforms.playground import cast, read
from bot.platforms.playground.incoming import Incoming
from bot.platforms.playground.platform import Playground
from bot.platforms.playground.world import Person
from bot.rosters import read as read_list
from bot.store import chats, members, people
from bot.store.change import Change

BY = "cli"
TERM = timedelta(days=300)


async def seed(app: App, playground: Playground) -> None:
    """Make everything there is at the beginning."""
    settle(playground)
    async with app.store.change(BY, "add society", app.now()) as change:
        society_id = await people.add_society(change, cast.SLUG, cast.SOCIETY_NAME)
        assert society_id is not None
        change.about(f"society:{society_id}", society_id=society_id)
        await chats.bind(change, society_id, read.NAME, cast.SOCIETY, cast.SOCIETY_NAME, ChatPurpose.MEMBERS)
        title = cast.COMMITTEE_TITLE
        await chats.bind(change, society_id, read.NAME, cast.COMMITTEE, title, ChatPurpose.COMMITTEE)
        await seat(app, change, cast.MONA, Role.MODERATOR, society_id)
        await seat(app, change, cast.LEE, Role.LEAD, society_id)
        await seat(app, change, cast.OLU, Role.OFFICER, None, "Vice-President (Societies)", 1)
        await seat(app, change, cast.PETRA, Role.OFFICER, None, "Societies Coordinator", 2)
    await import_list(app, society_id)
    await powers.refresh_chats(app)
    for person, words in cast.SMALL_TALK:
        await Incoming(playground, person.id).say(cast.SOCIETY, words)


def settle(playground: Playground) -> None:
    """The people, and the chats they are in."""
    for person in cast.fresh():
        playground.world.add_person(person)
    playground.world.add_room(cast.SOCIETY, cast.SOCIETY_NAME, [person.id for person in cast.MEMBERS])
    playground.world.add_room(cast.COMMITTEE, cast.COMMITTEE_TITLE, [cast.MONA.id, cast.LEE.id])


async def seat(
    app: App, change: Change, person: Person, role: Role, society_id: int | None, title: str = "", order: int | None = None
) -> None:
    """A seat in force, its holder trained."""
    account = await people.know(change, read.account(person))
    today = powers.today(app)
    values = {"name": person.name, "starts": today - TERM, "ends": today + TERM, "trained_on": today - TERM}
    contact = {"contact_order": order, "email": person.email, "title": title} if order is not None else {}
    await people.add_seat(change, account.person_id, society_id, role, **values, **contact)


async def import_list(app: App, society_id: int) -> None:
    """The society's list, read like any other."""
    today = powers.today(app)
    year = today.year if today.month >= 8 else today.year - 1
    listing = normalise(read_list("chess-society.csv", cast.members_list(year)), rules=list_rules(app.settings.admission))
    async with app.store.change(BY, "import list", app.now()) as change:
        change.about(f"society:{society_id}", society_id=society_id)
        for entry in listing.entries:
            await keep(app, change, society_id, entry)


async def keep(app: App, change: Change, society_id: int, entry: RosterEntry) -> None:
    """One membership, with keyed hashes in place of the number and the address."""
    digest = app.vault.digest(f"member:{society_id}", entry.member_key)
    email = entry.email or ""
    expires: date | None = entry.expires_on
    await members.put_membership(
        change,
        society_id,
        digest,
        email_hash=app.vault.digest("email", email.lower()) if email else None,
        email_sealed=app.vault.seal(f"membership:{society_id}:{digest.hex()}", email.encode()) if email else None,
        group_name=entry.group,
        expires_on=expires,
        state=MembershipState.CURRENT,
    )
