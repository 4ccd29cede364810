"""Text made fit to be logged or shown: no token, password or signed address is left in it."""

import re
from collections.abc import Callable, Iterable

HIDDEN = "[hidden]"

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Telegram: digits, a colon, 30 or more characters; it stands in every Bot API and file address
    (re.compile(r"(?<![A-Za-z0-9])(bot)?\d{5,20}:[A-Za-z0-9_-]{30,}"), rf"\1{HIDDEN}"),
    # Discord: three parts joined by dots, the first the account's number in base64
    (re.compile(r"(?<![\w.-])[MNO][A-Za-z0-9_-]{17,35}\.[A-Za-z0-9_-]{5,8}\.[A-Za-z0-9_-]{25,80}"), HIDDEN),
    # Discord: the token of an interaction or webhook lets anyone answer as us
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[A-Za-z0-9_.-]{20,}"), rf"\1{HIDDEN}"),
    # The user's part of any address: postgresql+asyncpg://porter:password@host
    (re.compile(r"(?<=://)([^\s/:@]*):[^\s/]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization\W{1,4}(?:bot|bearer|basic)\s+)[^\s\"',]+"), rf"\1{HIDDEN}"),
)

MIN_LENGTH = 6


def redact(text: str) -> str:
    """The text with everything that looks like a credential replaced by `[hidden]`."""
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """`redact` that also knows our own secrets by value, however short of a pattern they fall.

    Values under six characters are left alone: hiding every "abc" would spoil the text and protect nothing.
    """
    known = sorted({secret for secret in secrets if len(secret) >= MIN_LENGTH}, key=len, reverse=True)
    if not known:
        return redact
    ours = re.compile("|".join(map(re.escape, known)))
    return lambda text: redact(ours.sub(HIDDEN, text))
