"""What goes wrong here: a call is `RefusedError` to the bot; a person finds something `ImpossibleError`;
a person stays `UnheardError`."""

from typing import Any

JSON = dict[str, Any]

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
}


class RefusedError(Exception):
    """A call is answered with an error. `code` is the HTTP status,
    the text is what the Bot API says after its prefix."""

    def __init__(self, code: int, text: str, *, parameters: JSON | None = None) -> None:
        self.code = code
        self.description = f"{TITLES[code]}: {text}" if text else TITLES[code]
        self.parameters = parameters or {}
        super().__init__(self.description)

    def as_json(self) -> JSON:
        """The body of the answer."""
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class FloodedError(RefusedError):
    """Too many calls; `retry_after` whole seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        self.code = 429
        self.description = f"Too Many Requests: retry after {retry_after}"
        self.parameters = {"retry_after": retry_after}
        Exception.__init__(self, self.description)


class ImpossibleError(Exception):
    """A person's own Telegram would not let them do this (not a member, muted, a dead link …)."""


class UnheardError(AssertionError):
    """What a person or a test waited for did not come in time."""


def bad(text: str) -> RefusedError:
    """400 Bad Request."""
    return RefusedError(400, text)


def forbidden(text: str) -> RefusedError:
    """403 Forbidden."""
    return RefusedError(403, text)
