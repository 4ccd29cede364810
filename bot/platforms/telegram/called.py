"""Commands in messages: `/name`, `/name@ourbot`, in a text or a caption, with what follows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import telegram
from telegram import MessageEntity

from bot.platforms.telegram.units import ends, span
from bot.platforms.telegram.words import entities
from bot.ports import CommandSpec

FLAG = "flag"
ALIASES = {"report": FLAG}


@dataclass(frozen=True, slots=True)
class Given:
    """A command as somebody wrote it: our name of it, and the words after it."""

    name: str
    words: str


def given(message: telegram.Message, username: str) -> Given | None:
    """The command that a message begins with; None when there is none, or it is meant for another bot."""
    text = message.text if message.text is not None else (message.caption or "")
    first = next((one for one in entities(message) if one.type == MessageEntity.BOT_COMMAND and one.offset == 0), None)
    if first is None:
        return None
    _, end = span(ends(text), first)
    name, _, addressee = text[1:end].partition("@")
    if addressee and addressee.lower() != username.lower():
        return None
    return Given(ours(name), text[end:].strip())


def ours(name: str) -> str:
    """Telegram's spelling of a command as ours."""
    known = name.lower().replace("_", "-")
    return ALIASES.get(known, known)


def theirs(name: str) -> str:
    """Our spelling of a command as Telegram's, which knows no hyphen."""
    return name.replace("-", "_")


def arguments(spec: CommandSpec | None, words: str) -> Mapping[str, str]:
    """What follows a command, by option: each takes one word and the last takes the rest. `text` is all of it."""
    found = {"text": words} if words else {}
    names: Sequence[str] = [name for name, _, _ in spec.options] if spec else []
    values = words.split(maxsplit=len(names) - 1) if names else []
    return found | dict(zip(names, values, strict=False))
