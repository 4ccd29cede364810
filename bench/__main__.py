"""Measure speed, start-up and memory in one run; prints tables and writes build/bench.json.

The screening's quality and its speed case by case are measured by `python -m bench.screening`.
"""

import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from better_profanity import profanity

from bench import flood, line, message_cost, outbox, probing, roster
from bench.screening import Figures, micros, table
from bench.train_model import chat, said
from bot import logs, resources
from bot.screening import Screen, packs

BUILD = Path("build")
ROUNDS = 3
STARTS = 5
PLACES: Mapping[str, Callable[[Path], Awaitable[line.Milliseconds]]] = {
    "Discord": line.on_discord,
    "Telegram": line.on_telegram,
}


def screening() -> dict[str, Figures]:
    """Messages a second on the same chat in the same run: Porter on every message for the first time, and
    better-profanity. The best of some rounds each, taken in turns, so that a busy machine is busy for both."""
    texts = list(dict.fromkeys(row.text for row in chat()))
    profanity.load_censor_words()
    rates: dict[str, list[float]] = {"Porter": [], "better-profanity": []}
    for _ in range(ROUNDS):
        screen = Screen(packs.read([resources.rules()]))  # a new one has seen no message yet
        times = {
            "Porter": micros(lambda text: screen.screen(said(text)), texts),  # noqa: B023  called at once
            "better-profanity": micros(profanity.contains_profanity, texts),
        }
        for name, found in times.items():
            rates[name].append(1e6 * len(found) / sum(found))
    slow = max(rates["better-profanity"])
    return {
        name: {"messages": len(texts), "messages a second": max(found), "times as fast": max(found) / slow}
        for name, found in rates.items()
    }


def started(folder: str) -> Figures:
    """One start in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.start", folder], capture_output=True, text=True, check=True)  # noqa: S603  our own module
    found: Figures = json.loads(done.stdout)
    return found


def starting() -> dict[str, Figures]:
    """A first start, which makes the tables, and later ones on the same database."""
    with tempfile.TemporaryDirectory() as folder:
        first = started(folder)
        later = [started(folder) for _ in range(STARTS)]
    return {
        "first start": first,
        f"later, median of {STARTS}": {name: statistics.median(one[name] for one in later) for name in first},
    }


async def escalating() -> dict[str, Figures]:
    """Milliseconds on loopback, by platform and way."""
    found: dict[str, Figures] = {}
    for place, measure in PLACES.items():
        with tempfile.TemporaryDirectory() as folder:
            times = await measure(Path(folder))
        found |= {f"{place}, {way}": middle(values) for way, values in times.items()}
    return found


async def on_discord(name: str, measure: Callable[[Path], Awaitable[Figures]]) -> dict[str, Figures]:
    """Something measured on loopback Discord, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: await measure(Path(folder))}


async def restarting() -> dict[str, Figures]:
    """How soon a program with much left to do takes reports."""
    with tempfile.TemporaryDirectory() as folder:
        return {"Porter": await outbox.restarted(Path(folder))}


def listing() -> dict[str, Figures]:
    """What the largest lists add to memory."""
    with tempfile.TemporaryDirectory() as folder:
        return roster.largest(Path(folder))


async def guessing() -> dict[str, Figures]:
    """Whether the time of an answer tells who is a member."""
    with tempfile.TemporaryDirectory() as folder:
        return {"membership numbers": await probing.asked(Path(folder))}


def middle(values: Iterable[float]) -> Figures:
    """How many, the median, the best and the worst."""
    found = sorted(values)
    return {"runs": len(found), "median": statistics.median(found), "best": found[0], "worst": found[-1]}


MEASURED: dict[str, Callable[[], dict[str, Figures]]] = {
    "screening": screening,
    "start, in seconds and megabytes": starting,
    "loopback, milliseconds": lambda: asyncio.run(escalating()),
    "outbox on SQLite": outbox.rates,
    "restart with effects waiting": lambda: asyncio.run(restarting()),
    "the largest lists of members": listing,
    "the time of an answer": lambda: asyncio.run(guessing()),
    "loopback Discord: a flood with reports": lambda: asyncio.run(on_discord("flood", flood.on_discord)),
    "loopback Discord: a clean message": lambda: asyncio.run(on_discord("clean message", message_cost.on_discord)),
}


def main() -> None:
    """Measure, print each table when it is there, write."""
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    logs.configure("error")
    results = {}
    for title, measure in MEASURED.items():
        results[title] = measure()
        print(table(title, results[title]), flush=True)
    machine = {"python": platform.python_version(), "system": platform.system(), "processors": os.cpu_count()}
    data = {"date": datetime.now(UTC).date().isoformat(), "machine": machine, **results}
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
