"""Reading the configuration: the file, the environment over it, then the files that hold secrets."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.problems import Problem, report, shown
from bot.config.schema import Key, leaves
from bot.config.settings import Settings
from bot.config.sources import Given, from_environment, from_file, merged, with_secrets
from bot.errors import ConfigError


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings from a TOML file (none: defaults) with `PORTER_…` variables over it.

    Raises `ConfigError` listing every problem; a secret's value is never part of it.
    """
    file, wrong_in_file = from_file(path) if path is not None else ({}, [])
    environment, wrong_in_environment = from_environment(environ)
    given, wrong_secrets = with_secrets(merged(file, environment))
    problems = [*wrong_in_file, *wrong_in_environment, *wrong_secrets]
    settings = _validated(given, problems, str(path) if path is not None else "the configuration")
    if settings is None or problems:
        raise ConfigError(report(problems))
    return settings


def _validated(given: Mapping[Key, Given], problems: list[Problem], file: str) -> Settings | None:
    """The settings, or None with the problems added."""
    try:
        return Settings(**_nested(given))
    except ValidationError as error:
        told = {tuple(problem.key) for problem in problems}
        errors = _innermost(error.errors(include_url=False, include_input=False))
        found = [_problem(one, given, file) for one in errors]
        problems.extend(problem for problem in found if not told & {tuple(problem.key), _file_key(problem.key)})
        return None


def _innermost(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without what only follows from an error further in: a list is too short when its one entry is wrong."""
    places = [error["loc"] for error in errors]
    return [error for error in errors if not any(_is_within(error["loc"], other) for other in places)]


def _is_within(outer: tuple[str | int, ...], inner: tuple[str | int, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _file_key(key: Sequence[str | int]) -> tuple[str | int, ...]:
    """A secret that is missing because its file could not be read was told already."""
    return (*key[:-1], f"{key[-1]}_file")


def _nested(given: Mapping[Key, Given]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for key, one in given.items():
        table = tables
        for name in key[:-1]:
            table = table.setdefault(name, {})
        table[key[-1]] = one.value
    return tables


def _problem(error: ErrorDetails, given: Mapping[Key, Given], file: str) -> Problem:
    loc = error["loc"]
    if error["type"] == "needs":
        loc = (*loc, error["ctx"]["key"])
    key = _leaf_key(loc)
    leaf, inside = leaves()[key], loc[len(key) :]
    one = given.get(key)
    origin = one.origin if one is not None else _origin_beside(key, given) or file
    found = "nothing"
    if one is not None and error["type"] != "missing":
        found = shown(_inside(one.value, inside), secret=leaf.secret)
    return Problem(origin, loc, found, leaf.expected(inside), _hint(error))


def _leaf_key(loc: Sequence[str | int]) -> Key:
    names = tuple(str(step) for step in loc)
    return next(names[:length] for length in range(len(names), 0, -1) if names[:length] in leaves())


def _origin_beside(key: Key, given: Mapping[Key, Given]) -> str | None:
    """Where the same table was given: a missing key is best looked for there."""
    return next((one.origin.split(",")[0] for other, one in given.items() if other[:-1] == key[:-1]), None)


def _inside(value: Any, steps: Sequence[str | int]) -> object:
    for step in steps:
        if step not in (range(len(value)) if isinstance(value, list) else value):
            return value
        value = value[step]
    return value


def _hint(error: ErrorDetails) -> str:
    if error["type"] == "needs":
        return str(error["ctx"]["why"])
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return ""
