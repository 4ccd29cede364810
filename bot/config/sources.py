"""What was given, and where: the file's keys and the environment's variables, each with its origin."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config.problems import Problem, shown, suggestion
from bot.config.schema import Key, Leaf, is_section, known_below, leaves
from bot.errors import ConfigError

PREFIX = "PORTER_"
FILE_VARIABLE = "PORTER_CONFIG"  # names the file itself; read by the command line
SECRET_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it stood: a file's name, or `environment, NAME`."""

    value: object
    origin: str


Found = tuple[dict[Key, Given], list[Problem]]


def from_file(path: Path) -> Found:
    """The keys of a TOML file. Raises `ConfigError` when there is none or it cannot be read as TOML."""
    given: dict[Key, Given] = {}
    problems: list[Problem] = []
    for key, value in _walk(_tables(path), ()):
        if key in leaves():
            given[key] = Given(value, str(path))
        else:
            problems.append(_stranger(key, value, str(path)))
    return given, problems


def _tables(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no file {path}. Copy config.example.toml to {path} and change what differs for your Union."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: it is not UTF-8 text. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f'{path} cannot be read as TOML: {error}. Text stands in quotes: name = "…".') from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error


def _walk(table: Mapping[str, object], above: Key) -> Iterator[tuple[Key, object]]:
    for name, value in table.items():
        key = (*above, name)
        if is_section(key) and isinstance(value, dict):
            yield from _walk(value, key)
        else:
            yield key, value


def _stranger(key: Key, value: object, origin: str) -> Problem:
    if is_section(key):
        return Problem(origin, key, shown(value, secret=True), f"a table: [{'.'.join(key)}] and its keys below it")
    if len(key) == 1 and not isinstance(value, dict):
        return _outside(key, origin)
    what = "a table" if isinstance(value, dict) else "a key"
    known = "one of " + ("the tables " if len(key) == 1 else "") + _listed(key[:-1])
    return Problem(origin, key, f"{what} that Porter does not know", known, suggestion(key[-1], known_below(key[:-1])))


def _outside(key: Key, origin: str) -> Problem:
    homes = [f"[{'.'.join(leaf[:-1])}]" for leaf in leaves() if leaf[-1] == key[0]]
    hint = f"It belongs under {' or '.join(homes)}." if homes else ""
    return Problem(origin, key, "a key above the first table", "every key below its table, such as [union]", hint)


def _listed(section: Key) -> str:
    return ", ".join(known_below(section))


def from_environment(environ: Mapping[str, str]) -> Found:
    """The variables that begin with `PORTER_`. An empty one counts as not set, as compose files leave them."""
    given: dict[Key, Given] = {}
    problems: list[Problem] = []
    names = sorted(name for name in environ if name.upper().startswith(PREFIX) and name.upper() != FILE_VARIABLE)
    for name in names:
        key = tuple(name[len(PREFIX) :].lower().split("__"))
        origin = f"environment, {name}"
        if key not in leaves():
            problems.append(_unknown_variable(key, origin))
        elif environ[name]:
            given[key] = Given(_parsed(environ[name], leaves()[key]), origin)
    return given, problems


def _unknown_variable(key: Key, origin: str) -> Problem:
    variables = [_variable(known) for known in leaves()]
    hint = suggestion(_variable(key), variables)
    expected = f"{PREFIX}, the table, two underscores and the key, such as {_variable(('console', 'port'))}"
    return Problem(origin, key, "a variable that Porter does not know", expected, hint)


def _variable(key: Key) -> str:
    return PREFIX + "__".join(key).upper()


def _parsed(text: str, leaf: Leaf) -> object:
    """A list is written as JSON, or as words between commas."""
    if not leaf.is_list:
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [word.strip() for word in text.split(",") if word.strip()]


def merged(file: Mapping[Key, Given], environment: Mapping[Key, Given]) -> dict[Key, Given]:
    """The environment over the file. A secret and its `_file` are one thing: either displaces both of the file."""
    displaced = {_pair(key) for key in environment}
    kept = {key: given for key, given in file.items() if _pair(key) not in displaced}
    return kept | dict(environment)


def _pair(key: Key) -> Key:
    plain = (*key[:-1], key[-1].removesuffix("_file"))
    return plain if plain in leaves() and leaves()[plain].secret else key


def with_secrets(given: Mapping[Key, Given]) -> Found:
    """The same, with each secret read from the file that its `_file` names."""
    read: dict[Key, Given] = {}
    problems: list[Problem] = []
    for key, named in given.items():
        plain = _pair(key)
        if plain == key or named.value == "":
            continue
        secret = _secret(key, named, given.get(plain))
        if isinstance(secret, Problem):
            problems.append(secret)
        else:
            read[plain] = Given(secret, named.origin)
    return {**given, **read}, problems


def _secret(key: Key, named: Given, other: Given | None) -> str | Problem:
    plain = key[-1].removesuffix("_file")

    def wrong(expected: str, hint: str = "") -> Problem:
        return Problem(named.origin, key, shown(named.value), expected, hint)

    if other is not None and other.value != "":
        return wrong(f"either {plain} or {key[-1]}, not both", "Keep one of the two.")
    if not isinstance(named.value, str):
        return wrong("the path of a file, in quotes")
    try:
        with Path(named.value).open("rb") as file:
            text = file.read(SECRET_BYTES + 1).decode().strip("\r\n")
    except UnicodeDecodeError:
        return wrong(f"a file with the {plain} as text")
    except OSError as error:
        return wrong(f"a file with the {plain} that can be read", f"{error.strerror}.")
    if not text.strip() or len(text) > SECRET_BYTES:
        return wrong(f"a file with the {plain} and nothing else", "" if text.strip() else "The file is empty.")
    return text
