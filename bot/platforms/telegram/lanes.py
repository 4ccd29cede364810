"""Which updates must keep their order among themselves."""

from collections.abc import Mapping
from typing import Any


def lane_of(update: Mapping[str, Any]) -> str:
    """The lane of an update as Telegram sent it. What is said in a chat keeps its order; a press in a group and the
    coming and going of one person do not wait behind what everybody else says there."""
    for kind, content in update.items():
        if not isinstance(content, Mapping):
            continue
        chat, person = _chat(content), _id(content.get("from"))
        if kind == "callback_query":
            return chat if chat == person else f"press:{person}"
        if kind in ("chat_join_request", "chat_member"):
            return f"{chat}:{_person(content) or person}"
        if chat:
            return chat
    return "other"


def _chat(content: Mapping[str, Any]) -> str:
    message = content.get("message")
    return _id(content.get("chat") or (message.get("chat") if isinstance(message, Mapping) else None))


def _person(content: Mapping[str, Any]) -> str:
    member = content.get("new_chat_member")
    return _id(member.get("user")) if isinstance(member, Mapping) else ""


def _id(found: Any) -> str:
    return str(found.get("id", "")) if isinstance(found, Mapping) else ""
