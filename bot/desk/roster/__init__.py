"""Membership lists: what a sheet says, what it would change, and whether a person must look first.

Pure decisions; reading files is `bot.rosters`, hashing and keeping are for whoever calls. In order:
`normalise` → (keyed hash of each `member_key`) → `difference` → `brake` → `note`, and `last_import` the next time.
What a person types to prove their membership goes through `member_key` too, so that it meets the list's form.
"""

from bot.desk.roster.brake import brake
from bot.desk.roster.difference import difference
from bot.desk.roster.listing import normalise
from bot.desk.roster.values import email_address, is_member_key, mask, member_key
from bot.desk.roster.words import as_json, describe, last_import, note

__all__ = [
    "as_json",
    "brake",
    "describe",
    "difference",
    "email_address",
    "is_member_key",
    "last_import",
    "mask",
    "member_key",
    "normalise",
    "note",
]
