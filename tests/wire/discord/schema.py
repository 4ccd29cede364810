"""A small, fast reader of JSON Schema, for the part of it that Discord's description of its API uses.

A description is open: plain JSON Schema lets any further property pass. Here a property that no branch of the schema
knows is a finding too ("undocumented"), since that is how a mistaken request or payload shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
ANY = "*"


@dataclass(slots=True)
class Look:
    """What one schema makes of one value: `problems`, and which properties it knows (`*`: all)."""

    problems: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)


Reading = Callable[[Any, str], Look]


class Schemas:
    """Schemas of one document; each is read once."""

    def __init__(self, document: Mapping[str, Any], taken: Collection[str] = ()) -> None:
        """`taken`: properties that may stand anywhere, documented or not."""
        self._document = document
        self._taken = set(taken)
        self._read: dict[int, Reading] = {}

    def check(self, schema: Mapping[str, Any], value: Any, path: str) -> list[str]:
        """Everything wrong with `value`, undocumented properties included."""
        return _closed(self._reading(schema), value, path)

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def _reading(self, schema: Mapping[str, Any]) -> Reading:
        """Compiled on first use, and by way of a name so that a schema may contain itself."""
        found = self.resolve(schema)
        key = id(found)
        if key not in self._read:
            self._read[key] = lambda value, path: self._read[key](value, path)
            self._read[key] = self._compile(found)
        return lambda value, path: self._read[key](value, path)

    def _compile(self, schema: Mapping[str, Any]) -> Reading:
        checks = [*_plain_checks(schema), *self._inner_checks(schema)]

        def look(value: Any, path: str) -> Look:
            seen = Look()
            for check in checks:
                check(value, path, seen)
            return seen

        return look

    def _inner_checks(self, schema: Mapping[str, Any]) -> list[Callable[[Any, str, Look], None]]:
        checks: list[Callable[[Any, str, Look], None]] = []
        if "properties" in schema or "additionalProperties" in schema:
            checks.append(self._properties(schema))
        if "items" in schema:
            checks.append(_items(self._reading(schema["items"])))
        if "allOf" in schema:
            checks.append(_all_of([self._reading(each) for each in schema["allOf"]]))
        # One document's oneOf branches overlap in places; that one of them fits is what matters.
        branches = schema.get("oneOf") or schema.get("anyOf")
        if branches:
            checks.append(_one_of([self._reading(each) for each in branches]))
        return checks

    def _properties(self, schema: Mapping[str, Any]) -> Callable[[Any, str, Look], None]:
        known = {name: self._reading(each) for name, each in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        rest = self._reading(more) if isinstance(more, Mapping) else None

        def check(value: Any, path: str, seen: Look) -> None:
            if not isinstance(value, dict):
                return
            seen.known.update(known, self._taken)
            if rest is not None or more is True:
                seen.known.add(ANY)
            for name, each in value.items():
                reading = known.get(name) or rest
                if reading is not None:
                    seen.problems += _closed(reading, each, f"{path}.{name}")

        return check


def _closed(reading: Reading, value: Any, path: str) -> list[str]:
    seen = reading(value, path)
    return seen.problems + _undocumented(value, seen.known, path)


def _undocumented(value: Any, known: set[str], path: str) -> list[str]:
    if not isinstance(value, dict) or not known or ANY in known:
        return []
    return [f"{path}.{name}: undocumented" for name in value if name not in known]


def _items(reading: Reading) -> Callable[[Any, str, Look], None]:
    def check(value: Any, path: str, seen: Look) -> None:
        if isinstance(value, list):
            for at, each in enumerate(value):
                seen.problems += _closed(reading, each, f"{path}[{at}]")

    return check


def _all_of(readings: Sequence[Reading]) -> Callable[[Any, str, Look], None]:
    def check(value: Any, path: str, seen: Look) -> None:
        for reading in readings:
            part = reading(value, path)
            seen.problems += part.problems
            seen.known |= part.known

    return check


def _one_of(readings: Sequence[Reading]) -> Callable[[Any, str, Look], None]:
    """The branch that fits best speaks for all."""

    def check(value: Any, path: str, seen: Look) -> None:
        best, least = Look(), None
        for reading in readings:
            part = reading(value, path)
            cost = _cost(part, path) + len(_undocumented(value, seen.known | part.known, path))
            if least is None or cost < least:
                best, least = part, cost
            if not cost:
                break
        seen.problems += best.problems
        seen.known |= best.known

    return check


def _cost(part: Look, path: str) -> int:
    """A branch of another kind or `type` fits worse than any that only has something wrong inside."""
    elsewhere = (f"{path}.type:", f"{path}: is not ")
    return sum(100 if each.startswith(elsewhere) else 1 for each in part.problems)


def _plain_checks(schema: Mapping[str, Any]) -> list[Callable[[Any, str, Look], None]]:
    rules: list[tuple[Callable[[Any], bool], str]] = []
    if "type" in schema:
        rules.append((_of_type(schema["type"]), f"is not {schema['type']}"))
    if "const" in schema:
        rules.append((lambda value: bool(value == schema["const"]), f"is not {schema['const']!r}"))
    if "enum" in schema:
        rules.append((lambda value: value in schema["enum"], f"is none of {schema['enum']}"))
    rules += _sizes(schema)
    if "pattern" in schema:
        pattern = re.compile(schema["pattern"])
        rules.append((lambda value: not isinstance(value, str) or bool(pattern.search(value)), "has the wrong form"))
    if schema.get("format") == "date-time":
        rules.append((_is_time, "is no date and time"))
    rules += [(_has(name), f"lacks {name}") for name in schema.get("required", ())]

    def checking(fits: Callable[[Any], bool], words: str) -> Callable[[Any, str, Look], None]:
        def check(value: Any, path: str, seen: Look) -> None:
            if not fits(value):
                seen.problems.append(f"{path}: {words} ({str(value)[:60]})")

        return check

    return [checking(fits, words) for fits, words in rules]


def _has(name: str) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, dict) or name in value


def _of_type(names: str | Sequence[str]) -> Callable[[Any], bool]:
    wanted = [names] if isinstance(names, str) else list(names)
    types = tuple(each for name in wanted for each in TYPES[name])
    takes_bool, takes_whole = "boolean" in wanted, "integer" in wanted

    def fits(value: Any) -> bool:
        whole = takes_whole and isinstance(value, float) and value.is_integer()
        return whole or (isinstance(value, types) and (takes_bool or not isinstance(value, bool)))

    return fits


_SIZES: dict[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool]]] = {
    "minLength": (str, lambda value, bound: len(value) >= bound),
    "maxLength": (str, lambda value, bound: len(value) <= bound),
    "minItems": (list, lambda value, bound: len(value) >= bound),
    "maxItems": (list, lambda value, bound: len(value) <= bound),
    "minProperties": (dict, lambda value, bound: len(value) >= bound),
    "maxProperties": (dict, lambda value, bound: len(value) <= bound),
    "minimum": ((int, float), lambda value, bound: value >= bound),
    "maximum": ((int, float), lambda value, bound: value <= bound),
    "uniqueItems": (
        list,
        lambda value, bound: not bound or all(each not in value[:at] for at, each in enumerate(value)),
    ),
}


def _sizes(schema: Mapping[str, Any]) -> list[tuple[Callable[[Any], bool], str]]:
    def sized(name: str, bound: Any) -> Callable[[Any], bool]:
        kind, fits = _SIZES[name]
        return lambda value: not isinstance(value, kind) or fits(value, bound)

    return [(sized(name, schema[name]), f"breaks {name} {schema[name]}") for name in _SIZES if name in schema]


@cache
def _parses(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_time(value: Any) -> bool:
    return not isinstance(value, str) or _parses(value)
