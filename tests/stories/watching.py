"""Asking a running Porter how it is, as a watcher would: over its own port."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.console import health
from bot.parts import App
from bot.serving import served


@dataclass(frozen=True, slots=True)
class Told:
    """What `/healthz` answered."""

    code: int
    body: dict[str, Any]

    @property
    def names(self) -> list[str]:
        """The names of what is wrong."""
        return [reason["name"] for reason in self.body["reasons"]]

    @property
    def words(self) -> str:
        """What is wrong, in words."""
        return "\n".join(reason["text"] for reason in self.body["reasons"])


async def _asked(app: App, page: str) -> tuple[int, str]:
    async with (
        served(health.site(app), "127.0.0.1", 0) as address,
        aiohttp.ClientSession() as web,
        web.get(address + page) as answer,
    ):
        return answer.status, await answer.text()


async def healthz(app: App) -> Told:
    """Ask once."""
    status, text = await _asked(app, "healthz")
    return Told(status, json.loads(text))


async def metrics(app: App) -> tuple[str, dict[str, float]]:
    """The page as it came, and its numbers by name and the values of its labels, which stand in the order of their
    names: `porter_effects{card,done}`."""
    status, page = await _asked(app, "metrics")
    assert status == 200
    families = list(text_string_to_metric_families(page))
    samples = [sample for family in families for sample in family.samples]
    return page, {
        f"{one.name}{{{','.join(one.labels[key] for key in sorted(one.labels))}}}": one.value for one in samples
    }


async def becomes(condition: Callable[[], bool]) -> None:
    """Return once something of Porter's own, which no loopback server sees, is so. Raises `TimeoutError`."""
    for _ in range(3_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
