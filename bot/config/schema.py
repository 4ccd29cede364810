"""What can be set, read off `Settings` itself: the tables, their keys, and what each key expects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.config.kinds import Expects
from bot.config.settings import Section, Settings

Key = tuple[str, ...]

PLAIN = {
    str: "text in quotes",
    int: "a whole number",
    SecretStr: "text in quotes",
    Path: "a path in quotes",
    date: "a date such as 2026-12-25",
    time: "a time such as 09:00",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One key that can be set: its kind, whether its value is never shown, whether it is a list."""

    annotation: Any
    metadata: tuple[Any, ...]
    secret: bool
    is_list: bool

    def expected(self, inside: Sequence[str | int] = ()) -> str:
        """What it must be, in words; `inside` leads to a part of it, as in (2, "name")."""
        return _expected(*_descend(self.annotation, self.metadata, inside))


@cache
def leaves() -> dict[Key, Leaf]:
    """Every key that can be set, by its path: ("console", "port")."""
    return dict(_leaves(Settings, ()))


def _leaves(section: type[BaseModel], above: Key) -> Iterator[tuple[Key, Leaf]]:
    for name, field in section.model_fields.items():
        inner = _section(field)
        if inner is not None:
            yield from _leaves(inner, (*above, name))
        else:
            yield (*above, name), _leaf(field)


def _section(field: FieldInfo) -> type[Section] | None:
    options = get_args(field.annotation) if get_origin(field.annotation) is UnionType else (field.annotation,)
    return next((one for one in options if isinstance(one, type) and issubclass(one, Section)), None)


def _leaf(field: FieldInfo) -> Leaf:
    kind = field.annotation
    return Leaf(kind, tuple(field.metadata), secret=kind is SecretStr, is_list=get_origin(kind) is tuple)


def is_section(key: Key) -> bool:
    """Whether it is a table: ("telegram", "webhook")."""
    return any(leaf[: len(key)] == key and len(leaf) > len(key) for leaf in leaves())


def known_below(section: Key) -> list[str]:
    """The names that may stand in a table; of `()`, the tables."""
    depth = len(section)
    return list(dict.fromkeys(leaf[depth] for leaf in leaves() if leaf[:depth] == section and len(leaf) > depth))


def _descend(annotation: Any, metadata: tuple[Any, ...], inside: Sequence[str | int]) -> tuple[Any, tuple[Any, ...]]:
    for step in inside:
        if isinstance(step, int) and get_origin(annotation) is tuple:
            annotation, metadata = _bare(get_args(annotation)[0])
        elif isinstance(annotation, type) and issubclass(annotation, Section) and step in annotation.model_fields:
            field = annotation.model_fields[str(step)]
            annotation, metadata = field.annotation, tuple(field.metadata)
        elif isinstance(annotation, type) and issubclass(annotation, Section):
            known = ", ".join(annotation.model_fields)
            return str, (Expects(f"one of {known}"),)
    return annotation, metadata


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(annotation) is Annotated:
        kind, *metadata = get_args(annotation)
        return kind, tuple(metadata)
    return annotation, ()


def _expected(annotation: Any, metadata: tuple[Any, ...]) -> str:
    said = next((one.text for one in metadata if isinstance(one, Expects)), None)
    if said is not None:
        return said
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"a list in square brackets, each {_expected(*_bare(get_args(annotation)[0]))}"
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return f"a table with {' and '.join(annotation.model_fields)}"
    return PLAIN[annotation] + _between(metadata)


def _between(metadata: tuple[Any, ...]) -> str:
    low = next((one.ge for one in metadata if hasattr(one, "ge")), None)
    high = next((one.le for one in metadata if hasattr(one, "le")), None)
    return "" if low is None or high is None else f" from {low} to {high}"
