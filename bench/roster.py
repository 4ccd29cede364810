"""How much memory the largest lists that are taken add to a process: 20,000 members in almost 5 MB.

python -m bench.roster FILE   reads one, in a process of its own; JSON on standard output.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.used import most_memory
from bot import rosters
from bot.desk import roster
from tests.rosters.files import TITLES, member, text, workbook

MEMBERS = 20_000
NAME = "Ash " * 38  # so long that the text comes near the 5 MB that are taken


def largest(folder: Path) -> dict[str, dict[str, float]]:
    """Megabytes for each kind of file."""
    rows = [TITLES, *(member(number, firstname=NAME) for number in range(MEMBERS))]
    found = {}
    for name, data in (("members.csv", text(rows)), ("members.xlsx", workbook(rows))):
        file = folder / name
        file.write_bytes(data)
        command = [sys.executable, "-m", "bench.roster", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own module
        found[name] = {"file, MB": len(data) / 1e6, **json.loads(done.stdout)}
    return found


def taken(name: str, data: bytes) -> int:
    """Read a list as `porter roster import` does; how many members."""
    return len(roster.normalise(rosters.read(name, data), None, None).entries)


def main(file: Path) -> None:
    """Read a small list first, so that what is loaded once does not count."""
    few = [TITLES, member(1)]
    taken(file.name, text(few) if file.suffix == ".csv" else workbook(few))
    before = most_memory(os.getpid())
    found = taken(file.name, file.read_bytes())
    print(json.dumps({"members": found, "more memory, MB": most_memory(os.getpid()) - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
