"""One program's start in a process of its own: seconds and megabytes, as JSON on standard output.

python -m bench.start FOLDER
"""

import asyncio
import json
import resource
import sys
import time

BEGUN = time.perf_counter()

from bot.app import opened  # noqa: E402  the import is what is measured
from bot.config import load  # noqa: E402

IMPORTED = time.perf_counter()
UNIT = 1e6 if sys.platform == "darwin" else 1e3  # macOS counts bytes, Linux kilobytes


async def open_once(folder: str) -> None:
    """Every part built, on the database in that folder."""
    async with opened(load(None, {"PORTER_DATA__FOLDER": folder})):
        done = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT
        print(json.dumps({"imported, s": IMPORTED - BEGUN, "opened, s": done - IMPORTED, "most memory, MB": peak}))


if __name__ == "__main__":
    asyncio.run(open_once(sys.argv[1]))
