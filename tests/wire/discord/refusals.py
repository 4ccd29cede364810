"""What Discord says when it will not: an HTTP status, a code of its own and a sentence.

```
DiscordError
└── Refusal           an error answer
    ├── Blocked       AutoMod kept a message from being posted
    └── NotOffered    the person is not shown that command (raised in the test only)
```
"""

from collections.abc import Mapping
from typing import Any


class DiscordError(Exception):
    """The root of what this Discord raises."""


class Refusal(DiscordError):
    """An error answer: `status` (HTTP), `code` (Discord's), `errors` (the tree of a form's errors, or None)."""

    def __init__(self, status: int, code: int, message: str, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{status} ({code}): {message}" + (f" {errors}" if errors else ""))
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = dict(self.errors)
        return body


class Blocked(Refusal):
    """AutoMod stopped the message (200000)."""

    def __init__(self, message: str) -> None:
        super().__init__(400, 200000, message)


class NotOffered(Refusal):
    """No such command is shown to this person in that place."""

    def __init__(self, name: str) -> None:
        super().__init__(404, 10063, f"No command {name!r} is offered to this person here")


_KNOWN = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10006: (404, "Unknown Invite"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10009: (404, "Unknown Overwrite"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10026: (404, "Unknown Ban"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10066: (404, "Unknown Auto Moderation Rule"),
    20026: (403, "Your bot has been flagged by our anti-spam system for abusive behavior."),
    30003: (400, "Maximum number of pins reached for the channel"),
    40003: (403, "You are opening direct messages too fast"),
    40005: (413, "Request entity too large"),
    40007: (403, "The user is banned from this guild."),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50016: (
        400,
        "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages.",
    ),
    50021: (403, "Cannot execute action on a system message"),
    50027: (401, "Invalid Webhook Token"),
    50028: (400, "Invalid Role"),
    50034: (400, "You can only bulk delete messages that are under 14 days old."),
    50083: (400, "Thread is archived"),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    50109: (400, "The request body contains invalid JSON."),
    500000: (400, "Failed to ban users"),
    160002: (400, "Cannot reply without permission to read message history"),
    160014: (400, "Cannot forward a message whose content you cannot read"),
}


def refuse(code: int) -> Refusal:
    """The refusal with that code, in Discord's words."""
    status, message = _KNOWN[code]
    return Refusal(status, code, message)


def bad_form(path: str, code: str, message: str) -> Refusal:
    """Invalid Form Body (50035). `path`: where in the body, with dots (`embeds.0.title`)."""
    tree: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for step in reversed(path.split(".")):
        tree = {step: tree}
    return Refusal(400, 50035, "Invalid Form Body", tree)


def too_long(path: str, limit: int) -> Refusal:
    return bad_form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")


def bad_length(path: str, least: int, most: int) -> Refusal:
    return bad_form(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def missing(path: str) -> Refusal:
    return bad_form(path, "BASE_TYPE_REQUIRED", "This field is required")


def bad_choice(path: str, allowed: object) -> Refusal:
    return bad_form(path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")


UNKNOWN_ROUTE = Refusal(404, 0, "404: Not Found")
UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
