"""Both directions held against Discord's published description of its API (OpenAPI 3.1), where it is at hand.

It is found through the environment variable API_DESCRIPTIONS, or in `shared/specs` beside the repository. Without it
the check is off, and says so once.
"""

from __future__ import annotations

import json
import logging
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.wire.discord.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.wire.discord.journal import Call

log = logging.getLogger(__name__)
NAME = "discord_openapi.json"
BIG = 1 << 40
BITS = ("permissions", "allow", "deny", "default_member_permissions")

TAKEN = ("nsfw", "tts")
"""discord.py sends `nsfw` with every command and `tts` with every edit."""
HARMLESS = tuple(
    re.compile(pattern)
    for pattern in (
        r"embeds\[\d+\]\.flags: undocumented",
        r"^PUT /guilds/\{guild_id\}/bans/\{user_id\}: (query delete_message_seconds: undocumented|a body is required)",
        r"^DELETE /guilds/\{guild_id\}/bans/\{user_id\}: a body is required",
        r"^PUT /channels/\{channel_id\}/permissions/\{overwrite_id\}: body\.id: undocumented",
        r"^POST /channels/\{channel_id\}/threads: (query use_nested_fields|body\.type|answer\.message): undocumented",
    )
)
"""Other habits of discord.py that Discord takes although its description does not know them."""


class Spec:
    """The description, with each operation's checks prepared on first use."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas = Schemas(document, TAKEN)
        self._paths: dict[tuple[str, ...], Mapping[str, Any]] = {
            _shape(path): item for path, item in document["paths"].items()
        }

    def operation(self, method: str, route: str) -> Mapping[str, Any] | None:
        item = self._paths.get(_shape(route))
        found: Mapping[str, Any] | None = item.get(method.lower()) if item else None
        return found

    def problems_of_request(self, call: Call) -> list[str]:
        """What the description has against a request."""
        operation = self.operation(call.method, call.route)
        if operation is None:
            return [f"{call.method} {call.route}: no such operation is documented"]
        found = [*self._query(call, operation), *self._body(call, operation)]
        return _serious(call, found)

    def _query(self, call: Call, operation: Mapping[str, Any]) -> list[str]:
        known = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
        found = [f"query {name}: undocumented" for name in call.query if name not in known]
        for name, about in known.items():
            if name not in call.query:
                found += [f"query {name}: is required"] if about.get("required") else []
            elif all(self._schemas.check(about["schema"], each, name) for each in _readings(call.query[name])):
                found.append(f"query {name}: {call.query[name]!r} does not fit")
        return found

    def _body(self, call: Call, operation: Mapping[str, Any]) -> list[str]:
        about = operation.get("requestBody")
        if call.body is None and not call.form:
            return ["a body is required"] if about and about.get("required") else []
        if about is None:
            return [] if call.body in ({}, []) else ["a body was sent, none is documented"]
        content = about["content"]
        kind = "multipart/form-data" if call.form and "multipart/form-data" in content else "application/json"
        body = dict.fromkeys(call.parts, "") if call.body is None else call.body
        if kind == "multipart/form-data" and isinstance(body, dict):
            body = {**body, **{name: "" for name in call.parts if not name.startswith("files[")}}
        return self._schemas.check(content[kind]["schema"], _normal(body), "body")

    def problems_of_answer(self, call: Call) -> list[str]:
        """What the description has against an answer of ours."""
        operation = self.operation(call.method, call.route)
        if operation is None:
            return []
        answers = operation["responses"]
        about = answers.get(str(call.status)) or answers.get(f"{call.status // 100}XX")
        if about is None:
            return [f"{call.method} {call.route}: status {call.status} is not documented"]
        content = self._schemas.resolve(about).get("content", {}).get("application/json")
        if content is None or call.status >= 400:
            return []
        found = self._schemas.check(content["schema"], call.answer, "answer")
        return _serious(call, found)

    def problems_of(self, schema_name: str, value: Any) -> list[str]:
        """What the named schema has against a value."""
        return self._schemas.check({"$ref": f"#/components/schemas/{schema_name}"}, value, schema_name)


def _serious(call: Call, found: list[str]) -> list[str]:
    named = [f"{call.method} {call.route}: {each}" for each in found]
    return [each for each in named if not any(pattern.search(each) for pattern in HARMLESS)]


def _shape(path: str) -> tuple[str, ...]:
    """A path with its parameters made alike."""
    return tuple("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))


def _readings(text: str) -> list[Any]:
    """What a query's text may stand for."""
    readings: list[Any] = [text]
    if text.lstrip("-").isdigit():
        readings.append(int(text))
    if text in ("0", "1", "true", "false"):
        readings.append(text in ("1", "true"))
    return readings


def _normal(value: Any, name: str = "") -> Any:
    """discord.py writes snowflakes as numbers and permission bits as text; Discord takes either."""
    if isinstance(value, dict):
        return {key: _normal(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if name in BITS and isinstance(value, str) and value.isdigit():
        return int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and name not in BITS and (value > BIG or name == "id") else value


def document() -> Mapping[str, Any] | None:
    """The description as JSON, or None."""
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "specs"
    path = Path(os.environ.get("API_DESCRIPTIONS") or beside) / NAME
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    # It knows what a forward carries, but not the kind of reference by which one is told from a reply.
    found["components"]["schemas"]["MessageReferenceType"]["oneOf"].append({"title": "FORWARD", "const": 1})
    return found


@cache
def load() -> Spec | None:
    """The description, read once; None when it is not at hand."""
    found = document()
    if found is None:
        log.warning("%s is not at hand: Discord's requests and answers are not held against its description", NAME)
        return None
    return Spec(found)
