"""The audit's chain: how a line's content is committed to, and how a line hangs on the one before.

A line in the chain shows its number, its time and a commitment: SHA-256 over a random salt and the content. Whoever has
the chain alone can prove it whole and learns nothing of the content. When salt and content are destroyed, the line says
nothing any more, and the chain still holds. The format is written down in `docs/formats.md`.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime

GENESIS = "0" * 64
SALT_BYTES = 16


def new_salt() -> str:
    """16 random bytes in hex. With them a short content cannot be guessed from its commitment."""
    return secrets.token_hex(SALT_BYTES)


def commitment(salt: str, by: str, verb: str, about: str, society_id: int | None, facts: str) -> str:
    """What stands in the chain for the content: SHA-256, in hex, of the salt's bytes and the content as JSON."""
    content = _json([by, verb, about, society_id, facts])
    return hashlib.sha256(bytes.fromhex(salt) + content).hexdigest()


def line_hash(number: int, at: datetime, commitment_: str, previous: str) -> str:
    """SHA-256, in hex, of a line and of the hash of the line before it."""
    return hashlib.sha256(_json([number, moment(at), commitment_, previous])).hexdigest()


def moment(at: datetime) -> str:
    """A time as it is hashed: `2026-11-23T12:00:00.000000+00:00`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: list[object]) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
