"""Messages as Telegram sends them, for what reads them."""

from typing import Any

import telegram

from bot.model import Message
from bot.platforms.telegram import read

Json = dict[str, Any]
GROUP: Json = {"id": -1001999999999, "type": "supergroup", "title": "Chess Society"}
ALICE: Json = {"id": 7, "is_bot": False, "first_name": "Alice", "last_name": "Lid", "username": "alice"}
BOB: Json = {"id": 8, "is_bot": False, "first_name": "Bob"}
PHOTO: list[Json] = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 90, "file_size": 900},
    {"file_id": "large", "file_unique_id": "l", "width": 900, "height": 900, "file_size": 9000},
]
POLL: Json = {
    "id": "1",
    "question": "Who goes?",
    "options": [
        {"persistent_id": "a", "text": "me", "voter_count": 0},
        {"persistent_id": "b", "text": "you", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "quiz",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
    "explanation": "because",
    "description": "the trip",
}


def raw(**more: Any) -> Json:
    """A message of Alice's in the group, with whatever else it has."""
    return {"message_id": 50, "date": 1_750_000_000, "chat": GROUP, "from": ALICE} | more


def message(**more: Any) -> telegram.Message:
    """The same as the library reads it."""
    found = telegram.Message.de_json(raw(**more), None)
    assert found is not None
    return found


def noun(**more: Any) -> Message:
    """The same as we read it."""
    return read.message(message(**more), raw(**more))
