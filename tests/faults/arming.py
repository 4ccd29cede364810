"""Failpoints that end the process: `name`, `name:detail`, and `#3` behind either for the third time it is reached."""

import os
import signal
from collections.abc import Callable, Sequence

from bot import failpoints


def arm(specs: Sequence[str]) -> None:
    """Arm these and no others. Raises `ValueError` for a place that the program does not have."""
    failpoints.armed.clear()
    for spec in specs:
        place, _, count = spec.partition("#")
        name, _, detail = place.partition(":")
        if name not in failpoints.NAMES:
            raise ValueError(f"there is no failpoint {name!r}")
        failpoints.armed[name] = ending(detail, int(count or 1))


def ending(detail: str, times: int) -> Callable[[str], None]:
    """An act that ends the process, without any goodbye, at the nth time that the place is reached with the detail."""
    reached = 0

    def act(given: str) -> None:
        nonlocal reached
        reached += not detail or given == detail
        if reached == times:
            os.kill(os.getpid(), signal.SIGKILL)

    return act
