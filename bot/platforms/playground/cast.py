"""Who is in the playground, and the made-up list that its newcomers are on."""

import csv
import io
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.platforms.playground.world import Person

SOCIETY, COMMITTEE = "chess", "chess-committee"
SLUG, SOCIETY_NAME, COMMITTEE_TITLE = "chess", "Chess Society", "Committee"
ON_THE_LIST = 500

ROBIN = Person("robin", "Robin Ferrow", "newcomer, on the list", "robin.ferrow@example.org", "2041337")
SASHA = Person("sasha", "Sasha Lindum", "newcomer, on the list", "sasha.lindum@example.org", "2040815")
VIC = Person("vic", "Vic Quillet", "newcomer, not on the list", "vic.quillet@example.org", "2999999")
ALICE = Person("alice", "Alice Marlow", "member", "alice.marlow@example.org", "2030001")
MONA = Person("mona", "Mona Tarn", "committee moderator", "mona.tarn@example.org", "2030002")
LEE = Person("lee", "Lee Harrow", "committee lead", "lee.harrow@example.org", "2030003")
OLU = Person("olu", "Olu Brightwell", "Union officer, first contact", "olu.brightwell@example.org")
PETRA = Person("petra", "Petra Vale", "Union officer, second contact", "petra.vale@example.org")

EVERYBODY = (ROBIN, SASHA, VIC, ALICE, MONA, LEE, OLU, PETRA)
NEWCOMERS = (ROBIN, SASHA, VIC)
LISTED = (ROBIN, SASHA, ALICE, MONA, LEE)
MEMBERS = (ALICE, MONA, LEE)
PANES = {"member": ROBIN.id, "moderator": MONA.id, "officer": OLU.id}

SMALL_TALK = (
    (LEE, "Welcome back, everybody! First club night is Thursday, 19:00, in the Garden Room."),
    (ALICE, "Is there a beginners’ table again?"),
    (MONA, "There is, and @Alice Marlow runs it now. Boards and tea are on us."),
)

FIRST: tuple[str, ...] = (
    "Ada",
    "Bryn",
    "Cleo",
    "Dara",
    "Eben",
    "Fern",
    "Gwil",
    "Hana",
    "Idris",
    "Juno",
    "Kit",
    "Lowri",
    "Milo",
    "Nia",
)
FIRST += ("Orla", "Priya", "Quin", "Rhys", "Sana", "Tomos", "Uma", "Vesna", "Wren", "Xan", "Yusuf", "Zofia")
LAST: tuple[str, ...] = (
    "Ashdown",
    "Birchley",
    "Copperby",
    "Dunmere",
    "Elmsett",
    "Fallowby",
    "Greenacre",
    "Hollowell",
    "Inkpen",
)
LAST += ("Junipher", "Kestrelton", "Larkrise", "Mossgate", "Nettlecombe", "Oakenshaw", "Pebbleworth", "Quarrington")
LAST += ("Rookhope", "Stonebridge", "Thistlewood", "Underbank", "Vinehall", "Willowby", "Yarrowfield")


def fresh() -> Iterator[Person]:
    """Everybody as they are at the beginning; what changes of them, changes in one playground only."""
    return (replace(person) for person in EVERYBODY)


def members_list(year: int) -> bytes:
    """A society's list as a Union's system exports it: 500 rows of CSV, paid until the end of the academic year."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["Student ID", "Name", "Email", "Membership", "Expires"])
    expires = date(year + 1, 7, 31).strftime("%d/%m/%Y")
    for number, name, email in itertools.islice(_members(), ON_THE_LIST):
        rows.writerow([number, name, email, "Standard Membership", expires])
    return written.getvalue().encode()


def _members() -> Iterator[tuple[str, str, str]]:
    """The cast first, then made-up people, the same ones every time."""
    for person in LISTED:
        yield person.number, person.name, person.email
    names = [(first, last) for first in FIRST for last in LAST]
    random.Random(500).shuffle(names)  # noqa: S311 - the same order every time, not a secret
    for count, (first, last) in enumerate(names):
        yield f"{2_050_000 + 17 * count}", f"{first} {last}", f"{first}.{last}@example.org".lower()
