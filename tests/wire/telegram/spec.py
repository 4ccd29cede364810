"""Holds every request, answer and update to the published Bot API description, where that document is at hand.

It is looked for in the folder named by API_DESCRIPTIONS, else in ../shared/specs beside the repository.
When it is absent the check is off and says so once.
"""

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog

from tests.wire.telegram.errors import JSON

DOCUMENT = "telegram_bot_api.json"
BESIDE = Path(__file__).resolve().parents[4] / "shared" / "specs"
DEEPEST = 16


@lru_cache(maxsize=1)
def published() -> "Spec | None":
    """The description, or None (said once in the log) when it is not at hand."""
    path = Path(os.environ.get("API_DESCRIPTIONS") or BESIDE) / DOCUMENT
    if not path.is_file():
        structlog.get_logger().warning(
            "the Bot API's description is not at hand; requests and answers are not held to it", document=DOCUMENT
        )
        return None
    return Spec(json.loads(path.read_text(encoding="utf-8")))


class Spec:
    """The methods and types of the document; each check returns what breaks it, one sentence each."""

    def __init__(self, document: JSON) -> None:
        self.methods: dict[str, JSON] = document["methods"]
        self.types: dict[str, JSON] = document["types"]

    def request(self, method: str, args: JSON, files: set[str]) -> list[str]:
        """What breaks the description in a request; `files` are the names of uploaded fields."""
        described = self.methods.get(method)
        if described is None:
            return [f"{method}: no such method"]
        fields = {field["name"]: field for field in described.get("fields", [])}
        missing = [
            f"{method}.{name}: required"
            for name, field in fields.items()
            if field["required"] and name not in {*args, *files}
        ]
        unknown = [f"{method}.{name}: no such parameter" for name in args if name not in fields]
        return (
            missing
            + unknown
            + [
                found
                for name, value in args.items()
                if name in fields
                for found in self._any(fields[name]["types"], value, f"{method}.{name}")
            ]
        )

    def answer(self, method: str, result: Any) -> list[str]:
        """What breaks the description in an answer."""
        described = self.methods.get(method)
        return list(self._any(described["returns"], result, f"{method} answers")) if described else []

    def update(self, update: JSON) -> list[str]:
        """What breaks the description in an update."""
        return list(self._any(["Update"], update, "update"))

    def _any(self, types: list[str], value: Any, where: str, depth: int = 0) -> list[str]:
        best: list[str] | None = None
        for name in types:
            found = list(self._one(name, value, where, depth))
            if not found:
                return []
            best = found if best is None or len(found) < len(best) else best
        return best or []

    def _one(self, name: str, value: Any, where: str, depth: int) -> Iterator[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{where}: an array is due, not {value!r:.60}"
                return
            for item in value:
                yield from self._any([name.removeprefix("Array of ")], item, f"{where}[]", depth + 1)
        elif name in self.types:
            yield from self._object(name, value, where, depth)
        elif not _plain(name, value):
            yield f"{where}: {name} is due, not {value!r:.60}"

    def _object(self, name: str, value: Any, where: str, depth: int) -> Iterator[str]:
        described = self.types[name]
        if described.get("subtypes"):
            yield from self._any(described["subtypes"], value, where, depth + 1)
            return
        if not isinstance(value, dict):
            yield f"{where}: {name} is due, not {value!r:.60}"
            return
        fields = {field["name"]: field for field in described.get("fields", [])}
        yield from (
            f"{where}.{one}: required in {name}"
            for one, field in fields.items()
            if field["required"] and one not in value
        )
        yield from (f"{where}.{one}: not in {name}" for one in value if one not in fields)
        if depth < DEEPEST:
            for one, held in value.items():
                if one in fields:
                    yield from self._any(fields[one]["types"], held, f"{where}.{one}", depth + 1)


def _plain(name: str, value: Any) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool)
    fits = {
        "Integer": number,
        "Float": number or isinstance(value, float),
        "String": isinstance(value, str),
        "Boolean": isinstance(value, bool),
        "True": value is True,
        "InputFile": isinstance(value, str),
    }
    return fits.get(name, False)
