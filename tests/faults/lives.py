"""The real program in a process of its own, which is killed and started again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(eq=False)
class Life:
    """One run of the program. `orders` arms it while it lives; `log` is what it said."""

    pid: int
    nursery: "Nursery" = field(repr=False)
    orders: Path = field(repr=False)
    log: Path = field(repr=False)
    ended: "asyncio.Future[None]" = field(repr=False)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ended.done()

    async def over(self) -> None:
        """Wait until it has ended."""
        await asyncio.shield(self.ended)

    def arm(self, specs: Sequence[str]) -> None:
        """Let it end at one of these places (see `arming`)."""
        with suppress(OSError):  # it is over already
            pipe = os.open(self.orders, os.O_WRONLY | os.O_NONBLOCK)
            os.write(pipe, json.dumps(list(specs)).encode() + b"\n")
            os.close(pipe)

    def kill(self) -> None:
        """SIGKILL, unless it is over already."""
        if not self.is_over:
            os.kill(self.pid, signal.SIGKILL)

    async def buried(self) -> int:
        """The signal that ended it, once it has ended; 0 when it ended by itself."""
        await self.over()
        return -os.waitstatus_to_exitcode(self.nursery.bury(self))


@dataclass(eq=False)
class Nursery:
    """Where lives come from: one process that has imported everything. It belongs to no event loop."""

    process: "subprocess.Popen[str]"
    _lives: dict[int, Life] = field(default_factory=dict)
    _born: int = 0

    def live(self, environ: Mapping[str, str], folder: Path, armed: Sequence[str] = ()) -> Life:
        """Start the program with these settings; its log is appended to `porter.log` in the folder."""
        self._born += 1
        orders, log = folder / f"orders-{self._born}", folder / "porter.log"
        os.mkfifo(orders)
        order = {"live": dict(environ), "armed": list(armed), "log": str(log), "orders": str(orders)}
        pid = self._ask(order)["pid"]
        life = self._lives[pid] = Life(pid, self, orders, log, asyncio.get_running_loop().create_future())
        watch(life)
        return life

    def bury(self, life: Life) -> int:
        """Its wait status; it must have ended."""
        life.orders.unlink(missing_ok=True)
        del self._lives[life.pid]
        return self._ask({"bury": life.pid})["status"]

    def _ask(self, order: Mapping[str, object]) -> dict[str, int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, int] = json.loads(self.process.stdout.readline())
        return answer


def watch(life: Life) -> None:
    """Note when a process ends. It is not our child: a descriptor of it tells."""
    loop, descriptor = asyncio.get_running_loop(), os.pidfd_open(life.pid)

    def over() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        life.ended.set_result(None)

    loop.add_reader(descriptor, over)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery, for as long as the block lasts; whatever still lives ends with it."""
    pipe, command = subprocess.PIPE, (sys.executable, "-m", "tests.faults.nursery")
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, text=True) as process:
        yield Nursery(process)
        process.stdin.close() if process.stdin is not None else None
