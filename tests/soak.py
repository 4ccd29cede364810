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
CYCLES = SUBJECTS // 2  # of one town, so that everybody is a stranger; then a fresh one


@dataclass
class Count:
    """What one kind of kill brought about."""

    cycles: int = 0
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
    counts: dict[str, Count] = field(default_factory=dict)

    @property
    def total(self) -> Count:
        """All kinds together."""
        names = ("cycles", "missed", "reports", "lost", "duplicated", "unknown", "broken")
        sums = {name: sum(getattr(one, name) for one in self.counts.values()) for name in names}
        return Count(**sums)

    def add(self, kind: str, reached: bool, before: Tally, after: Tally) -> None:
        """Count one cycle; the tallies are of all that happened in the town so far."""
        count = self.counts.setdefault(kind, Count())
        count.cycles += 1
        count.missed += not reached and kind != AT_ANY_TIME
        count.reports += after.reports - before.reports
        for name in ("lost", "duplicated", "unknown", "broken"):
            fresh = Counter(getattr(after, name)) - Counter(getattr(before, name))
            setattr(count, name, getattr(count, name) + sum(fresh.values()))
            for sentence in fresh:
                print(f"  {name}: {sentence}", flush=True)


def shown(kind: str, count: Count) -> str:
    """One line of the table."""
    numbers = (count.cycles, count.missed, count.reports, count.lost, count.duplicated, count.unknown, count.broken)
    return f"{kind:<32}" + "".join(f"{number:>10}" for number in numbers)


def head() -> str:
    """The line above the table."""
    names = ("cycles", "missed", "reports", "lost", "duplicated", "unknown", "broken")
    return f"{'killed':<32}" + "".join(f"{name:>10}" for name in names)


def chosen(luck: Random) -> tuple[str, list[str], float | None]:
    """How the next cycle ends: its name in the table, what is armed, after how many seconds."""
    if luck.random() < 0.3:
        return AT_ANY_TIME, [], luck.uniform(0, LONGEST)
    place = luck.choice([*PLACES, *OF["discord"], *OF["telegram"]])
    return place, [place if "#" in place else f"{place}#{luck.randint(1, 2)}"], None


async def soaked(soak: Soak, lives: Nursery, folder: Path, url: str) -> None:
    """Some cycles in one town."""
    luck = chance(f"{soak.seed}:{folder.name}")
    async with town(folder, url, lives, "discord", "telegram") as place:
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
    try:
        tally = await cycle(place, luck, armed, after)
    except AssertionError as error:  # it did not come to rest: whatever is stuck was lost
        tally = replace(before, broken=[*before.broken, str(error)])
    soak.add(kind, tally.reached, before, tally)
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
    """Town after town, until time is up."""
    number = 0
    while time.monotonic() < soak.until:
        number += 1
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
