"""Discord's markup read as a person sees it: names instead of numbers, and marks for what is more than letters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.model import Mark, MarkKind

TOKEN = re.compile(
    r"(?P<code>```.+?```|``.+?``|`[^`\n]+`)"
    r"|<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|<\#(?P<channel>\d+)>"
    r"|<a?:(?P<emoji>\w+):\d+>|</(?P<command>[^:>\n]+):\d+>"
    r"|\[(?P<words>[^\]\n]+)\]\(<?(?P<target>https?://[^\s<>)]+)>?(?:\s+\"[^\"\n]*\")?\)"
    r"|<?(?P<url>https?://[^\s<>]+)>?",
    re.DOTALL,
)
MARKED = re.compile(r"[<`\[]|\|\||https?:")  # without any of these a text is what people see
SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)


class Names(Protocol):
    """What we know of a server's names; each answers an empty string for what we do not know."""

    def channel(self, channel_id: str) -> str:
        """A channel's or thread's name, without the `#`."""

    def role(self, role_id: str) -> str:
        """A role's name."""

    def nick(self, user_id: str) -> str:
        """The name a member goes by in this server."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A text as people see it; `marks` are in code points of `text`, `links` the addresses hidden behind words."""

    text: str
    marks: tuple[Mark, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[Mark] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def add(self, text: str, kind: MarkKind | None = None, target: str = "") -> None:
        if kind is not None:
            self.marks.append(Mark(self.length, self.length + len(text), kind, target))
        self.parts.append(text)
        self.length += len(text)


def readable(content: str, names: Names, mentioned: Mapping[str, str]) -> Readable:
    """`content` with mentions, custom emoji and worded links as people see them. `mentioned` is names by user id."""
    if not MARKED.search(content):
        return Readable(content)
    reading = _Reading()
    position = 0
    for match in TOKEN.finditer(content):
        reading.add(content[position : match.start()])
        _token(reading, match, names, mentioned)
        position = match.end()
    reading.add(content[position:])
    text = "".join(reading.parts)
    spoilers = [Mark(found.start(), found.end(), MarkKind.SPOILER) for found in SPOILER.finditer(text)]
    marks = sorted(reading.marks + spoilers, key=lambda mark: (mark.start, -mark.end))
    return Readable(text, tuple(marks), tuple(reading.links))


def _token(reading: _Reading, match: re.Match[str], names: Names, mentioned: Mapping[str, str]) -> None:
    value = match[str(match.lastgroup)]
    match match.lastgroup:
        case "code":
            reading.add(value, MarkKind.CODE)
        case "user":
            name = names.nick(value) or mentioned.get(value, "") or "unknown user"
            reading.add(f"@{name}", MarkKind.MENTION, value)
        case "role":
            reading.add(f"@{names.role(value) or 'unknown role'}", MarkKind.MENTION)
        case "channel":
            reading.add(f"#{names.channel(value) or 'unknown channel'}", MarkKind.MENTION)
        case "emoji":
            reading.add(f":{value}:", MarkKind.EMOJI)
        case "command":
            reading.add(f"/{value}", MarkKind.MENTION)
        case "target":
            reading.add(match["words"], MarkKind.LINK, value)
            reading.links.append(value)
        case _:
            reading.add(value, MarkKind.LINK, value)
