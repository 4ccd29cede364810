"""Packs: files of rules in TOML, checked to the last key. The only file of this room that reads the disk."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import RulesError
from bot.model import Kind, Level, View

OTHERS = frozenset({"ladder.toml"})  # files beside the packs that are no packs
ORDINARY = "ordinary.txt"  # words of everyday writing, one a line, the commonest first
LIKENESS = "likeness.txt"  # trained numbers, as `make model` writes them
SENSE = "sense.npz"  # trained numbers for what words mean together, as `make model` writes them
OWN_WORDS = (View.TEXT, View.CAPTION, View.POLL, View.FILE_NAME, View.EMBED, View.STICKER, View.NAME)
EXAMPLES = 5
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Entry):
    """An earlier message of an example: who said it, to whom in reply, how many seconds before."""

    by: str = "b"
    text: str
    to: str = ""
    before: int = Field(default=60, ge=0)


class Example(_Entry):
    """A message that must, or must not, be hit. `to` is whom it replies to; `recent` what was said before it."""

    text: str
    by: str = "a"
    to: str = ""
    mentions: int = Field(default=0, ge=0)
    view: View = View.TEXT
    recent: tuple[Said, ...] = ()
    times: int = Field(default=1, ge=1)


class Guard(_Entry):
    """What takes a hit back when it stands near it: over it, before it, in its sentence, or in the message."""

    reach: Literal["over", "before", "sentence", "message"]
    phrases: tuple[str, ...] = Field(min_length=1)


class Near(_Entry):
    """Two things within so many words of each other, in either order."""

    one: str
    other: str
    within: int = Field(ge=1, le=8)


class Rule(_Entry):
    """One thing to look for: by phrases, by things near each other, by likeness to messages of its kind (`alike` is the
    log-odds from which it counts), or by a named check over what was said lately."""

    id: Name
    kind: Kind
    clause: str = Field(min_length=3)
    severity: int = Field(ge=1, le=4)
    level: Level
    why: str = Field(min_length=10)
    phrases: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    alike: float = Field(default=0, ge=0)
    check: str = ""
    settings: dict[str, int | str] = Field(default_factory=dict)
    unless: tuple[Name, ...] = ()
    directed: bool = False
    views: tuple[View, ...] = OWN_WORDS
    hits: tuple[Example, ...] = ()
    misses: tuple[Example, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _plain_examples(cls, data: object) -> object:
        if isinstance(data, dict):
            for key in ("hits", "misses"):
                if isinstance(data.get(key), list):
                    data[key] = [{"text": e} if isinstance(e, str) else e for e in data[key]]
        return data

    @model_validator(mode="after")
    def _complete(self) -> "Rule":
        if bool(self.check) + bool(self.phrases or self.near) + bool(self.alike) != 1:
            raise ValueError("give either phrases (or near), or alike, or a check")
        if min(len(self.hits), len(self.misses)) < EXAMPLES:
            raise ValueError(f"give at least {EXAMPLES} hits and {EXAMPLES} misses")
        return self


class About(_Entry):
    """What a pack is: `version` is recorded with every hit; `unless` are guards for all its rules. `severe` names
    groups whose words are looked for harder, `wall` groups whose words a platform may stop by itself."""

    name: Name
    version: str = Field(min_length=1)
    language: str = "en"
    note: str = ""
    unless: tuple[Name, ...] = ()
    severe: tuple[Name, ...] = ()
    wall: tuple[Name, ...] = ()


class Pack(_Entry):
    """One file. Groups, guards, ways and allowed words are shared by all packs; a group named twice is the sum of both.

    `off` names rules of other packs that shall not be used; `package_words` names a rule that takes the words of the
    installed better-profanity package as its terms."""

    pack: About
    groups: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    guards: dict[Name, Guard] = Field(default_factory=dict)
    ways: dict[str, str] = Field(default_factory=dict)
    allow: tuple[str, ...] = ()
    off: tuple[Name, ...] = ()
    package_words: Name | None = None
    rule: tuple[Rule, ...] = ()
    path: Path = Path()


class Shelf(_Entry):
    """All packs together, with the everyday words, the commonest first, and the trained numbers as they are written."""

    packs: tuple[Pack, ...]
    ordinary: tuple[str, ...] = ()
    likeness: str = ""
    sense: bytes = Field(default=b"", repr=False)

    @property
    def numbers(self) -> str:
        """The digest of the trained numbers, in hex."""
        return hashlib.sha256(self.likeness.encode() + self.sense).hexdigest()


def read(folders: Sequence[Path]) -> Shelf:
    """Every pack of the folders, in order of file name. Raises RulesError naming file, entry and reason."""
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise RulesError(f"{missing[0]}: there is no such folder of rules")
    paths = sorted({path for folder in folders for path in folder.glob("*.toml") if path.name not in OTHERS})
    packs = tuple(_pack(path) for path in paths)
    if not packs:
        raise RulesError(f"{', '.join(map(str, folders))}: no pack of rules was found there")
    _unique(packs)
    ordinary = dict.fromkeys(word for text in _beside(folders, ORDINARY) for word in _text(text, ORDINARY).split())
    likeness, sense = (next(_beside(folders[::-1], name), b"") for name in (LIKENESS, SENSE))
    return Shelf(packs=packs, ordinary=tuple(ordinary), likeness=_text(likeness, LIKENESS), sense=sense)


def _pack(path: Path) -> Pack:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return Pack.model_validate(data | {"path": path})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RulesError(f"{path.name}: it cannot be read: {error}") from error
    except ValidationError as error:
        raise RulesError(f"{path.name}: {_first(error, data)}") from error


def _first(error: ValidationError, data: dict[str, object]) -> str:
    """The first thing wrong, with the rule's id instead of its number."""
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    rules = data.get("rule")
    if where[:1] == ["rule"] and len(where) > 1 and isinstance(rules, list):
        rule = rules[int(where[1])]
        where[:2] = [
            "rule " + str(rule.get("id", f"number {int(where[1]) + 1}") if isinstance(rule, dict) else where[1])
        ]
    reason = first["msg"].removeprefix("Value error, ")
    return (
        f"{' → '.join(where) or 'the file'}: {'there is no such key' if first['type'] == 'extra_forbidden' else reason}"
    )


def _unique(packs: Iterable[Pack]) -> None:
    seen: dict[str, str] = {}
    for pack in packs:
        for name in [
            f"pack {pack.pack.name}",
            *(f"rule {rule.id}" for rule in pack.rule),
            *(f"guard {g}" for g in pack.guards),
        ]:
            if name in seen:
                raise RulesError(f"{pack.path.name}: {name}: it is already in {seen[name]}")
            seen[name] = pack.path.name


def _beside(folders: Sequence[Path], name: str) -> Iterator[bytes]:
    for path in (folder / name for folder in folders):
        if path.is_file():
            yield path.read_bytes()


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise RulesError(f"{name}: it cannot be read: {error}") from error


def package_words() -> tuple[str, ...]:
    """The words of the installed better-profanity package."""
    text = files("better_profanity").joinpath("profanity_wordlist.txt").read_text("utf-8")
    return tuple(word for word in text.split("\n") if word.strip())
