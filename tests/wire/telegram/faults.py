"""Things that go wrong on the way, scripted by method: once, some times, or until cleared."""

import json
from dataclasses import dataclass
from typing import Literal

from tests.wire.telegram.errors import JSON

Sort = Literal["answer", "cut", "delay", "silence", "reset_before", "reset_after"]


@dataclass(eq=False, slots=True)
class Fault:
    """`times` is how often it still happens, None for always.
    `applied` says whether the call takes effect all the same."""

    method: str
    sort: Sort
    times: int | None
    applied: bool = False
    status: int = 200
    body: str = ""
    content_type: str = "text/html"
    seconds: float = 0.0

    def fits(self, method: str) -> bool:
        """Whether it happens to a call of that method; "*" leaves polling alone."""
        return (self.method == "*" and method != "getUpdates") or self.method.lower() == method.lower()


class Faults:
    """The script. The oldest fault that fits a call happens to it, one per call."""

    def __init__(self) -> None:
        self.script: list[Fault] = []

    def answer(
        self,
        method: str,
        *,
        status: int = 502,
        body: str = "<html>Bad Gateway</html>",
        applied: bool = False,
        times: int | None = 1,
    ) -> None:
        """Any status and body; the call takes no effect unless `applied`."""
        self.script.append(Fault(method, "answer", times, applied, status, body))

    def refuse(
        self, method: str, code: int, description: str, *, parameters: JSON | None = None, times: int | None = 1
    ) -> None:
        """A Bot API error as Telegram writes it; `description` with its prefix."""
        body: JSON = {"ok": False, "error_code": code, "description": description} | (
            {"parameters": parameters} if parameters else {}
        )
        self.script.append(Fault(method, "answer", times, False, code, json.dumps(body), "application/json"))

    def flood(self, method: str, *, retry_after: int = 1, times: int | None = 1) -> None:
        """429: too many requests."""
        self.refuse(
            method,
            429,
            f"Too Many Requests: retry after {retry_after}",
            parameters={"retry_after": retry_after},
            times=times,
        )

    def cut(self, method: str, *, times: int | None = 1) -> None:
        """The call takes effect; its answer is half a JSON document."""
        self.script.append(Fault(method, "cut", times, True))

    def delay(self, method: str, seconds: float, *, times: int | None = 1) -> None:
        """The call takes effect at once; its answer comes late."""
        self.script.append(Fault(method, "delay", times, True, seconds=seconds))

    def silence(self, method: str, *, times: int | None = 1) -> None:
        """The call takes effect; its answer never comes (until the client gives up)."""
        self.script.append(Fault(method, "silence", times, True))

    def reset_before(self, method: str, *, times: int | None = 1) -> None:
        """The connection is reset; the call takes no effect."""
        self.script.append(Fault(method, "reset_before", times))

    def reset_after(self, method: str, *, times: int | None = 1) -> None:
        """The call takes effect; then the connection is reset."""
        self.script.append(Fault(method, "reset_after", times, True))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.script.clear()

    def next(self, method: str) -> Fault | None:
        """The fault that happens to this call, counted."""
        fault = next((one for one in self.script if one.fits(method)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.script.remove(fault)
        return fault
