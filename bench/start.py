"""One program's start in a process of its own: seconds and megabytes, as JSON on standard output.

python -m bench.start FOLDER
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

BEGUN = time.perf_counter()

from bot.app import opened  # noqa: E402  the import is what is measured
from bot.config import load  # noqa: E402  as above

IMPORTED = time.perf_counter()
STATUS = Path("/proc/self/status")


def most_memory() -> float:
    """Megabytes this process held at most. Linux hands the figure of `getrusage` down from the process that started
    this one, so that there the kernel's own status is read."""
    if STATUS.exists():
        line = next(line for line in STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


async def open_once(folder: str) -> None:
    """Every part built, on the database in that folder."""
    async with opened(load(None, {"PORTER_DATA__FOLDER": folder})):
        done = time.perf_counter()
        times = {"imported, s": IMPORTED - BEGUN, "opened, s": done - IMPORTED}
        print(json.dumps(times | {"most memory, MB": most_memory()}))


if __name__ == "__main__":
    asyncio.run(open_once(sys.argv[1]))
