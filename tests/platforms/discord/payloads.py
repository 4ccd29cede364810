"""Discord's JSON as it comes, for the tests that read it."""

from typing import Any

ALICE = {"id": "11", "username": "alice", "global_name": "Alice", "discriminator": "0", "avatar": None}
BOB = {"id": "12", "username": "bob", "global_name": None, "discriminator": "0", "avatar": None}


def message(**fields: Any) -> dict[str, Any]:
    """A message in the channel 30, by Alice unless told otherwise."""
    return {
        "id": "100",
        "channel_id": "30",
        "type": 0,
        "content": "",
        "author": ALICE,
        "timestamp": "2026-11-02T10:00:00.000000+00:00",
        "edited_timestamp": None,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "tts": False,
    } | fields


def attachment(**fields: Any) -> dict[str, Any]:
    """A small picture."""
    url = "https://cdn.discordapp.com/attachments/30/200/cat.png"
    return {"id": "200", "filename": "cat.png", "size": 5, "content_type": "image/png", "url": url} | fields


class Names:
    """A server with one channel, one role and one nickname."""

    def channel(self, channel_id: str) -> str:
        """The channel's name."""
        return {"30": "general", "31": "Openings and traps"}.get(channel_id, "")

    def role(self, role_id: str) -> str:
        """The role's name."""
        return {"40": "Committee"}.get(role_id, "")

    def nick(self, user_id: str) -> str:
        """The member's nickname."""
        return {"12": "Bobby"}.get(user_id, "")
