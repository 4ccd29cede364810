"""Text as Telegram counts it: lengths and offsets in UTF-16 code units, and what its clients mark up by themselves."""

import re
from collections.abc import Iterator

from tests.wire.telegram.errors import JSON, bad

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
PATTERNS = (
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?!\w)")),
    ("url", re.compile(r"(?:https?://|t\.me/)[^\s<>\"']*[^\s<>\"'.,;:!?)]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<![\w/@.])@[A-Za-z0-9_]{3,32}(?![\w@])")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


def length(text: str) -> int:
    """How long a text is, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, offset: int, size: int) -> str:
    """The piece of a text at an offset, both in UTF-16 code units."""
    return text.encode("utf-16-le", "surrogatepass")[2 * offset : 2 * (offset + size)].decode("utf-16-le", "replace")


def marked(text: str) -> list[JSON]:
    """The entities a Telegram client finds in what somebody types, in the order they stand; they never overlap."""
    taken: list[tuple[int, int]] = []
    for _, start, end in _found(text):
        if not any(start < other_end and other_start < end for other_start, other_end in taken):
            taken.append((start, end))
    kinds = {(start, end): kind for kind, start, end in reversed(list(_found(text)))}
    return [
        {"type": kinds[start, end], "offset": length(text[:start]), "length": length(text[start:end])}
        for start, end in sorted(taken)
    ]


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end()


def checked_text(text: str, entities: list[JSON] | None, *, limit: int, too_long: str) -> tuple[str, list[JSON]]:
    """What the server makes of a text with the entities a bot gave:
    spaces at the ends go, bounds are checked, links are found.

    Raises `RefusedError` when it is too long or an entity lies outside."""
    for entity in entities or []:
        _check_entity(text, entity)
    kept = text.strip()
    if length(kept) > limit:
        raise bad(too_long)
    given = _shifted(text, kept, entities or [])
    covered = {unit for entity in given for unit in range(entity["offset"], entity["offset"] + entity["length"])}
    found = [
        entity
        for entity in marked(kept)
        if not covered & set(range(entity["offset"], entity["offset"] + entity["length"]))
    ]
    return kept, sorted(given + found, key=lambda entity: (entity["offset"], -entity["length"]))


def _check_entity(text: str, entity: JSON) -> None:
    missing = next((name for name in ("type", "offset", "length") if name not in entity), None)
    if missing is not None:
        raise bad(f"can't parse MessageEntity: Can't find field \"{missing}\"")
    offset, size, whole = int(entity["offset"]), int(entity["length"]), length(text)
    if offset < 0 or size < 0 or offset > whole:
        raise bad(
            f"entity begins after the end of the text at UTF-16 offset {offset}"
            if offset > whole
            else "entity offset or length is negative"
        )
    if offset + size > whole:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {offset + size}"
        )
    if "�" in part(text, offset, size) and "�" not in text:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol "
            f"at UTF-16 offset {offset + size}"
        )


def _shifted(text: str, kept: str, entities: list[JSON]) -> list[JSON]:
    lead, whole = length(text[: len(text) - len(text.lstrip())]), length(kept)
    moved = []
    for entity in entities:
        start = max(int(entity["offset"]) - lead, 0)
        end = min(int(entity["offset"]) + int(entity["length"]) - lead, whole)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return moved
