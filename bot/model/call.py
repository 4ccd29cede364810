"""What people do to us: commands, presses, forms sent back, requests to enter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.speech import Upload
from bot.model.world import AccountRef, Message, Place


@dataclass(frozen=True, slots=True)
class Call:
    """A command somebody gave. `key` is the platform's own id of it (unique, so a replay is seen); `target` is the
    message it is about (reply, message menu); `arguments` are by option name, free text under `text`."""

    name: str
    account: AccountRef
    place: Place
    key: str
    target: Message | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button somebody pressed."""

    token: str
    account: AccountRef
    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form somebody sent back, values by field name."""

    token: str
    account: AccountRef
    place: Place
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to enter a chat, as the platform shows it. `handle` is what the adapter needs to answer it later
    (its own JSON); `reply_place` a private chat we may write to for it, `waits` whether the platform waits for a word
    that we took it (`Platform.queue`)."""

    account: AccountRef
    chat: str
    at: datetime
    handle: str = ""
    reply_place: str = ""
    waits: bool = False
