"""Errors whose text may be said to the person who caused or meets them.

    PorterError
    ├── ConfigError          the configuration is wrong: file, key, what was expected
    ├── Refusal              the person may not, or it makes no sense here
    │   ├── NotAllowed       no seat gives them this power
    │   ├── NotFound         there is no such society, case, seat …
    │   └── AlreadyDone      somebody was quicker: says who and when
    ├── RosterError          a list that cannot be read: where and why
    ├── RulesError           a pack, ladder or wording file that cannot be used: file, entry, reason
    ├── VaultError           sealed bytes that cannot be opened
    └── PlatformError        a chat service refused or failed
        ├── Unreachable      we may not write to that person
        │   └── Muted        nor to anybody in private, for `retry_after` seconds
        ├── Gone             the thing acted on is no longer there
        ├── Forbidden        we lack a right there; says which where known
        ├── RateLimited      try again after `retry_after` seconds
        ├── Uncertain        no answer came: it may or may not have happened
        └── TokenRevoked     the platform no longer knows our token

Anything else that is raised is a bug: it is logged with its traceback and a reference that the person sees.
"""


class PorterError(Exception):
    """The root. `str(error)` is a sentence fit to show."""


class ConfigError(PorterError):
    """The configuration cannot be used; never shows a secret's value."""


class Refusal(PorterError):
    """The person asked for something that cannot be done here; the text says why and what to do."""


class NotAllowed(Refusal):
    """No seat in force gives this person that power."""


class NotFound(Refusal):
    """What was named does not exist, or is not theirs to see (the same words for both)."""


class AlreadyDone(Refusal):
    """Somebody was quicker; the text says who and when."""


class RosterError(PorterError):
    """A membership list that cannot be read; says where and what was expected."""


class RulesError(PorterError):
    """A pack, the ladder or a wording file that cannot be used; names file, entry and reason."""


class VaultError(PorterError):
    """Sealed bytes that cannot be opened: the wrong key, the wrong row, or damage."""


class PlatformError(PorterError):
    """A chat service refused or failed; `code` is its own error code, where it has one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Unreachable(PlatformError):
    """We may not write to that person: closed messages, blocked, never started the bot."""


class Muted(Unreachable):
    """The platform lets us write to nobody in private for `retry_after` seconds."""

    def __init__(self, text: str, retry_after: float) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Gone(PlatformError):
    """The message, member or request is no longer there."""


class Forbidden(PlatformError):
    """We lack a right or rank for it."""


class RateLimited(PlatformError):
    """The platform asks us to wait `retry_after` seconds."""

    def __init__(self, text: str, retry_after: float) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Uncertain(PlatformError):
    """The connection broke before an answer came: it may or may not have happened."""


class TokenRevoked(PlatformError):
    """The platform no longer accepts our token."""
