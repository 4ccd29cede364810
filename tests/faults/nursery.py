"""A warm program: everything is imported once, and every life of the program is a fork of it, which saves seconds.

`python -m tests.faults.nursery` reads orders from standard input, one JSON object a line, and answers each with a line:
`{"live": {environ}, "armed": [...], "log": path}` → `{"pid": …}`; `{"bury": pid}` → `{"status": …}` once it has ended.
A life ends with the nursery, and the nursery with whoever started it.
"""

import asyncio
import ctypes
import gc
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot import app, logs, resources
from bot.config import load
from bot.errors import PorterError
from bot.platforms.telegram.connection import trusted
from bot.screening import load as load_rules
from tests.faults.arming import arm

PR_SET_PDEATHSIG = 1
# What libraries import when it is first needed, which would be in every life anew.
LATER = (
    "aiosqlite",
    "anyio._backends._asyncio",
    "certifi",
    "encodings.idna",
    "httpcore",
    "sqlite3",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)


def main() -> None:
    """Take orders until there are no more."""
    load_rules([resources.rules()])  # every life finds them built
    for name in LATER:
        importlib.import_module(name)
    trusted()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"pid": born(order)} if "live" in order else {"status": os.waitpid(order["bury"], 0)[1]}
        print(json.dumps(answer), flush=True)


def born(order: dict[str, Any]) -> int:
    """A new life; answers its process id. What is written to its named pipe arms it while it lives."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os._exit(lived(order))
    except BaseException:  # noqa: BLE001 - a fork must never go back into the nursery's loop
        os._exit(70)


def lived(order: dict[str, Any]) -> int:
    """The whole life of the program; answers its exit code."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    output = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    orders = os.open(order["orders"], os.O_RDWR | os.O_NONBLOCK)
    for stream, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
        os.dup2(source, stream)
    logs.configure("info", "json", stream=sys.stderr)
    arm(order["armed"])
    try:
        asyncio.run(program(order["live"], orders))
    except PorterError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


async def program(environ: dict[str, str], orders: int) -> None:
    """`porter run`, with an ear for what is to be armed."""
    asyncio.get_running_loop().add_reader(orders, lambda: heard(orders))
    await app.run(load(None, environ))


def heard(orders: int) -> None:
    """One line for every set of failpoints to arm in place of those before."""
    for line in os.read(orders, 65536).decode().splitlines():
        arm(json.loads(line))


if __name__ == "__main__":
    Path("/proc/self/comm").write_text("nursery")
    main()
