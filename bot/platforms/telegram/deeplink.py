"""Addresses that open a private chat with us and hand us a word: t.me/<bot>?start=…"""

import re

OPEN = "open"  # only to open the chat
FORM = "f_"  # and to begin the form whose token follows
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


def address(username: str, payload: str) -> str:
    """The address; empty while we do not know our own name. Raises `ValueError` for a payload Telegram would drop."""
    if not PAYLOAD.fullmatch(payload):
        raise ValueError("a start payload has up to 64 of A-Z, a-z, 0-9, _ and -")
    return f"https://t.me/{username}?start={payload}" if username else ""
