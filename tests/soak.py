"""`make soak MINUTES=n [DATABASE=sqlite|postgres]`: the program is killed and started again for that long.

Every cycle is an evening in a town with Discord, Telegram and a mailbox, a kill at a named place or at any time, and a
comparison of everything with what people were told (`tests/faults`). Ends with one line, and with 1 when something was
lost or duplicated. It ends only processes that it started.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random

from tests import postgres
from tests.faults.cycle import OF, PLACES, cycle
from tests.faults.evening import chance
from tests.faults.lives import Nursery, nursery
from tests.faults.oracle import Tally
from tests.faults.sides import SUBJECTS
from tests.faults.town import Town, town

AT_ANY_TIME = "at any time"
LONGEST = 3.0  # seconds after which a kill at any time comes at the latest
TWICE = 0.2  # how often the program is killed once more while it takes up what the first kill left
PATIENCE = 900.0  # seconds in which all must be done after a restart: a soak gets what others leave of the machine
TOWNS = 4  # side by side: a program waits for its platforms more than it works
CYCLES = SUBJECTS // 2  # of one town, so that everybody is a stranger; then a fresh one


NAMES = ("cycles", "kills", "missed", "reports", "lost", "duplicated", "unknown", "broken")


@dataclass
class Count:
    """What one kind of kill brought about."""

    cycles: int = 0
    kills: int = 0
    missed: int = 0  # the place was not reached: the program was killed when all was done
    reports: int = 0
    lost: int = 0
    duplicated: int = 0
    unknown: int = 0
    broken: int = 0


@dataclass
class Soak:
    """The whole run."""

    database: str
    until: float
    seed: int
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    founding: asyncio.Lock = field(default_factory=asyncio.Lock)
    counts: dict[str, Count] = field(default_factory=dict)

    @property
    def total(self) -> Count:
        """All kinds together."""
        return Count(**{name: sum(getattr(one, name) for one in self.counts.values()) for name in NAMES})

    def add(self, kind: str, kills: int, reached: bool, before: Tally, after: Tally) -> None:
        """Count one cycle; the tallies are of all that happened in the town so far."""
        found = self.counts.setdefault(kind, Count())
        found.cycles += 1
        found.kills += kills
        found.missed += not reached and kind != AT_ANY_TIME
        found.reports += after.reports - before.reports
        for name in ("lost", "duplicated", "unknown", "broken"):
            fresh = Counter(getattr(after, name)) - Counter(getattr(before, name))
            setattr(found, name, getattr(found, name) + sum(fresh.values()))
            for sentence in fresh:
                print(f"  {name}: {kind}: {sentence}", flush=True)


def shown(kind: str, found: Count) -> str:
    """One line of the table."""
    return f"{kind:<32}" + "".join(f"{getattr(found, name):>11}" for name in NAMES)


def head() -> str:
    """The line above the table."""
    return f"{'killed':<32}" + "".join(f"{name:>11}" for name in NAMES)


def chosen(luck: Random) -> tuple[str, list[str], float | None]:
    """How the next cycle ends: its name in the table, what is armed, after how many seconds."""
    if luck.random() < 0.3:
        return AT_ANY_TIME, [], luck.uniform(0, LONGEST)
    place = luck.choice([*PLACES, *OF["discord"], *OF["telegram"]])
    return place, [place if "#" in place else f"{place}#{luck.randint(1, 2)}"], None


async def soaked(soak: Soak, lives: Nursery, folder: Path, url: str) -> None:
    """Some cycles in one town."""
    luck = chance(f"{soak.seed}:{folder.name}")
    async with town(folder, url, lives, "discord", "telegram", alone=soak.founding) as place:
        place.patience = PATIENCE
        await place.start()
        await place.connected()
        before = Tally()
        for _ in range(CYCLES):
            if time.monotonic() > soak.until:
                return
            before = await one(soak, place, luck, before)
            if place.is_dead:
                return


async def one(soak: Soak, place: Town, luck: Random, before: Tally) -> Tally:
    """One cycle, counted."""
    kind, armed, after = chosen(luck)
    again_after = luck.uniform(0, LONGEST) if luck.random() < TWICE else None
    try:
        tally = await cycle(place, luck, armed, after, again_after)
    except AssertionError as error:  # it did not come to rest: whatever is stuck was lost
        tally = replace(before, broken=[*before.broken, str(error)])
    soak.add(kind, 1 if again_after is None else 2, tally.reached, before, tally)
    print(shown(kind, soak.counts[kind]), flush=True)
    return tally


@contextmanager
def cluster(kind: str) -> Iterator[postgres.Cluster | None]:
    """PostgreSQL, when it is asked for."""
    if kind == "sqlite":
        yield None
        return
    with postgres.running() as found:
        yield found


async def run(soak: Soak, lives: Nursery, server: postgres.Cluster | None) -> None:
    """Towns side by side, and one after the other, until time is up."""
    await asyncio.gather(*(street(soak, lives, server) for _ in range(TOWNS)))


async def street(soak: Soak, lives: Nursery, server: postgres.Cluster | None) -> None:
    """Town after town."""
    while time.monotonic() < soak.until:
        number = next(soak.numbers)
        with tempfile.TemporaryDirectory(prefix="porter-soak-") as name:
            folder = Path(name) / f"town-{number}"
            folder.mkdir()
            url = f"sqlite+aiosqlite:///{folder}/porter.db" if server is None else server.url(await server.make())
            await soaked(soak, lives, folder, url)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(1_000_000), help="of an earlier run, to see it again"
    )
    given = parser.parse_args()
    soak = Soak(given.database, time.monotonic() + 60 * given.minutes, given.seed)
    print(f"seed={soak.seed} database={soak.database}\n{head()}", flush=True)
    try:
        with cluster(given.database) as server, nursery() as lives:
            asyncio.run(run(soak, lives, server))
    except postgres.AbsentError as error:
        sys.exit(str(error))
    finally:
        table(soak)
    total = soak.total
    print(
        f"cycles={total.cycles} reports={total.reports} lost={total.lost} "
        f"duplicated={total.duplicated} unknown={total.unknown}"
    )
    sys.exit(1 if total.lost or total.duplicated or total.broken else 0)


def table(soak: Soak) -> None:
    """What every kind of kill brought about."""
    print(f"\n{head()}")
    for kind in sorted(soak.counts):
        print(shown(kind, soak.counts[kind]))
    print(shown("altogether", soak.total))


if __name__ == "__main__":
    main()
