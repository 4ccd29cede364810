"""One call of a bot, its parameters decoded from the form they come in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.wire.telegram.content import File
from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.robot import Robot

TEXTS = frozenset(
    {
        "text",
        "caption",
        "name",
        "description",
        "short_description",
        "title",
        "url",
        "callback_query_id",
        "chat_join_request_query_id",
        "file_id",
        "secret_token",
        "invite_link",
        "language_code",
        "action",
        "result",
        "parse_mode",
        "photo",
        "document",
        "ip_address",
    }
)
WITHOUT_EFFECT_HERE = frozenset(
    {
        "disable_notification",
        "link_preview_options",
        "allow_paid_broadcast",
        "show_caption_above_media",
        "has_spoiler",
        "is_big",
        "cache_time",
        "disable_content_type_detection",
        "revoke_messages",
        "ip_address",
        "max_connections",
        "thumbnail",
        "message_effect_id",
    }
)


@dataclass(eq=False, slots=True)
class Call:
    """`answer` is the result, `refused` the description of the error if there was one;
    `notes` what broke the rules without an error."""

    at: float
    robot: Robot
    method: str
    args: JSON
    files: dict[str, File]
    answer: Any = None
    refused: str = ""
    applied: bool = False
    notes: list[str] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"<{self.method} {self.args}{' refused: ' + self.refused if self.refused else ''}>"

    def get(self, name: str) -> Any:
        """A parameter as it was decoded, None when it was left out."""
        self._read.add(name)
        return self.args.get(name)

    def text(self, name: str) -> str:
        """A text, empty when it was left out."""
        value = self.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number. Raises `RefusedError` for anything else."""
        value = self.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad(f'field "{name}" must be of type Number')
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; no when it was left out."""
        return self.get(name) in (True, 1, "True", "yes")

    def mapping(self, name: str) -> JSON:
        """An object, empty when it was left out. Raises `RefusedError` for anything else."""
        value = self.get(name)
        if value is not None and not isinstance(value, dict):
            raise bad(f"can't parse {name}: object expected")
        return value or {}

    def sequence(self, name: str) -> list[Any]:
        """An array, empty when it was left out. Raises `RefusedError` for anything else."""
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            raise bad(f"can't parse {name}: array expected")
        return value or []

    def unread(self) -> list[str]:
        """Parameters nothing here looked at although they would change something on Telegram."""
        return sorted(set(self.args) - self._read - WITHOUT_EFFECT_HERE)


def decode(fields: Mapping[str, str]) -> JSON:
    """Form fields as what they mean: texts stay texts, everything else is read as JSON where it is JSON."""
    return {name: value if name in TEXTS else _value(value) for name, value in fields.items()}


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        return {"True": True, "False": False}.get(written, written)
