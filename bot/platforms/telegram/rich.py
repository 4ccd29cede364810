"""Words in what the library does not know of a message: Bot API 10.1's `rich_message`, and whatever comes next."""

from collections.abc import Iterator, Mapping
from typing import Any

# Under these keys stands one line of text, in stretches; under all others, blocks.
LINES = frozenset({"text", "credit", "summary", "label", "alternative_text", "expression"})
SKIPPED = frozenset(
    {"type", "name", "size", "align", "valign", "language", "mime_type", "date_time_format", "anchor_name", "url"}
    | {"file_id", "file_unique_id", "custom_emoji_id", "reference_name", "user", "thumbnail"}
    | {"username", "hashtag", "cashtag", "bot_command", "email_address", "phone_number", "bank_card_number"}
)


def words(node: Any) -> str:
    """All the words in rich text, blocks on lines of their own."""
    lines = [line.strip() for line in "".join(_words(node, in_line=False)).split("\n")]
    return "\n".join(line for line in lines if line)


def _words(node: Any, *, in_line: bool) -> Iterator[str]:
    end = "" if in_line else "\n"
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _words(one, in_line=in_line)
            yield end
    elif isinstance(node, Mapping):
        for key, one in node.items():
            if key not in SKIPPED:
                yield from _words(one, in_line=in_line or _is_line(key, one))
                yield end


def _is_line(key: str, node: Any) -> bool:
    return key in LINES or (key == "caption" and not isinstance(node, Mapping))  # a table's caption is a line


def links(node: Any) -> Iterator[str]:
    """Every address behind words of rich text."""
    if isinstance(node, list):
        for one in node:
            yield from links(one)
    elif isinstance(node, Mapping):
        for key, one in node.items():
            if key == "url" and isinstance(one, str):
                yield one
            else:
                yield from links(one)


def files(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every file in rich text, of a picture's sizes the largest."""
    if isinstance(node, list):
        sizes = [one for one in node if isinstance(one, Mapping) and "file_id" in one]
        if sizes:
            yield max(sizes, key=lambda one: int(one.get("width", 0)) * int(one.get("height", 0)))
        else:
            for one in node:
                yield from files(one)
    elif isinstance(node, Mapping) and "file_id" in node:
        yield node
    elif isinstance(node, Mapping):
        for one in node.values():
            yield from files(one)
