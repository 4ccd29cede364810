"""One program's start in a process of its own: seconds and megabytes, as JSON on standard output.

python -m bench.start FOLDER
"""

import asyncio
import json
import os
import sys
import time

from bench.used import most_memory

BEGUN = time.perf_counter()

from bot.app import opened  # noqa: E402  the import is what is measured
from bot.config import load  # noqa: E402  as above

IMPORTED = time.perf_counter()


async def open_once(folder: str) -> None:
    """Every part built, on the database in that folder."""
    async with opened(load(None, {"PORTER_DATA__FOLDER": folder})):
        done = time.perf_counter()
        times = {"imported, s": IMPORTED - BEGUN, "opened, s": done - IMPORTED}
        print(json.dumps(times | {"most memory, MB": most_memory(os.getpid())}))


if __name__ == "__main__":
    asyncio.run(open_once(sys.argv[1]))
