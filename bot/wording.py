"""Every sentence the bot says to people, loaded from `rules/wording/` so that a Union can change it.

A wording is light text: `**bold**`, `_italic_` (whole words), "`code`", lines beginning `> `, `[words](address)`.
`{name}` is filled with plain text or with a `Speech`; what is filled in is never read as markup.
"""

import re
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.errors import RulesError
from bot.model import Run, Speech, Style

MARKUP = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<![\w{])_(?P<italic>[^_\n]+)_(?!\w)"
    r"|\[(?P<words>[^\]\n]+)\]\((?P<target>[^)\s]+)\)|^> (?P<quote>[^\n]*)$",
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
EVERYWHERE = {"union", "code_of_conduct", "hours"}

Filling = str | int | Speech


class Wording:
    """The sentences by name. `say` fills one; an unknown name or a missing placeholder is a bug and raises."""

    def __init__(self, sentences: Mapping[str, str], always: Mapping[str, Filling]) -> None:
        self._parsed = {name: parse(text) for name, text in sentences.items()}
        self._always = dict(always)
        self.sentences = dict(sentences)

    def say(self, name: str, /, **fillings: Filling) -> Speech:
        """One sentence with its placeholders filled."""
        values = self._always | fillings
        return Speech(tuple(run for template in self._parsed[name] for run in fill(template, values)))

    def text(self, name: str, /, **fillings: Filling) -> str:
        """One sentence as plain words: labels, titles, notes."""
        return self.say(name, **fillings).plain

    def has(self, name: str) -> bool:
        """Whether there is such a sentence."""
        return name in self._parsed


def load(folders: Sequence[Path], always: Mapping[str, Filling]) -> Wording:
    """All `*.toml` of the folders, later folders changing sentences of earlier ones.

    Raises `RulesError` when a file is broken, names a sentence the first folder lacks, or uses an unknown placeholder.
    """
    if not folders:
        raise RulesError("No folder with wording was given.")
    ours = _read(folders[0])
    sentences = {name: text for name, (text, _) in ours.items()}
    for folder in folders[1:]:
        for name, (text, file) in _read(folder).items():
            _check_override(name, text, file, sentences)
            sentences[name] = text
    return Wording(sentences, always)


def _check_override(name: str, text: str, file: Path, ours: Mapping[str, str]) -> None:
    if name not in ours:
        raise RulesError(f"{file}: there is no sentence called “{name}”. Names stand in rules/wording of the program.")
    unknown = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(ours[name])) - EVERYWHERE
    if unknown:
        raise RulesError(f"{file}: “{name}” uses {{{min(unknown)}}}, which is not known in this sentence.")


def _read(folder: Path) -> dict[str, tuple[str, Path]]:
    found: dict[str, tuple[str, Path]] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RulesError(f"{file}: cannot be read as TOML: {error}") from error
        for name, text in _flatten(tables):
            if not isinstance(text, str):
                raise RulesError(f"{file}: “{name}” must be text.")
            if name in found:
                raise RulesError(f"{file}: “{name}” stands in {found[name][1].name} already.")
            found[name] = (text, file)
    return found


def _flatten(tables: Mapping[str, object], prefix: str = "") -> Iterable[tuple[str, object]]:
    for key, value in tables.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value


def parse(text: str) -> tuple[Run, ...]:
    """Light text into runs; placeholders stay in place."""
    runs: list[Run] = []
    position = 0
    for match in MARKUP.finditer(text):
        runs.append(Run(text[position : match.start()]))
        runs.append(_styled(match))
        position = match.end()
    runs.append(Run(text[position:]))
    return tuple(run for run in runs if run.text)


def _styled(match: re.Match[str]) -> Run:
    if match["words"] is not None:
        return Run(match["words"], Style.LINK, match["target"])
    style = Style(str(match.lastgroup))
    return Run(match[style.value], style)


def fill(template: Run, values: Mapping[str, Filling]) -> Iterable[Run]:
    """A run with its placeholders replaced; a filled-in `Speech` keeps its own runs."""
    target = PLACEHOLDER.sub(lambda match: _plain(values[match[1]]), template.target)
    for literal, name, _, _ in string.Formatter().parse(template.text):
        if literal:
            yield Run(literal, template.style, target)
        if name is not None:
            yield from _filled(values[name], template.style, target)


def _filled(value: Filling, style: Style, target: str) -> Iterable[Run]:
    if isinstance(value, Speech):
        yield from value.runs
    elif str(value):
        yield Run(str(value), style, target)


def _plain(value: Filling) -> str:
    return value.plain if isinstance(value, Speech) else str(value)
