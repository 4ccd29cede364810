"""The kinds of value a setting can have: each a type, a check, and the words that say what is expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

DATABASES = ("sqlite+aiosqlite", "postgresql+asyncpg")
DOMAIN = re.compile(r"(?!-)(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")
ACCOUNT = re.compile(r"(?:discord|telegram):[1-9][0-9]{0,19}")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class Expects:
    """What a setting must be, in words that end the line “expected …”."""

    text: str


def needs(key: str, why: str) -> PydanticCustomError:
    """The error for a key that another key of the same table makes necessary."""
    return PydanticCustomError("needs", "{why}", {"key": key, "why": why})


def _address(schemes: tuple[str, ...]) -> Callable[[str], str]:
    def check(text: str) -> str:
        parts = urlsplit(text)  # a broken port or bracket raises ValueError, which is what a check says no with
        if parts.scheme not in schemes or not parts.hostname or parts.port == 0 or re.search(r"\s", text):
            raise ValueError
        return text.rstrip("/")

    return check


def _optional(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: check(text) if text else ""


def _mailbox(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def _domain(text: str) -> str:
    name = text.strip().removeprefix("@").lower()
    if not DOMAIN.fullmatch(name):
        raise ValueError
    return name


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:  # a folder of the zone database answers with an OSError
        near = get_close_matches(text, sorted(available_timezones()), n=1)
        raise ValueError(f"Perhaps {near[0]}?" if near else "") from error
    return text


def _database(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme not in DATABASES:
        near = next((known for known in DATABASES if known.split("+")[0][:8] == scheme.split("+")[0][:8]), None)
        raise ValueError(f"Begin it with {near}://" if near else "")
    if scheme == "postgresql+asyncpg" and find_spec("asyncpg") is None:
        raise ValueError("PostgreSQL needs one more package; install it with: pip install 'porter[postgres]'")
    if scheme == "sqlite+aiosqlite" and rest.strip("/") in ("", ":memory:"):
        raise ValueError("SQLite needs a file: cases must outlive the program.")
    return text


def _token(secret: SecretStr) -> SecretStr:
    if re.search(r"\s", secret.get_secret_value()):
        raise ValueError("There is a space or a line break in it.")
    return secret


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError
    return secret


def _account(text: str) -> str:
    if not ACCOUNT.fullmatch(text):
        raise ValueError("Names can change hands, so an account goes by its number.")
    return text


def _public_key(text: str) -> str:
    if text.upper().startswith("AGE-SECRET-KEY-"):
        raise ValueError("That is a private key. Keep it elsewhere, and write the public one here.")
    if not text.startswith(("age1", "ssh-ed25519 ", "ssh-rsa ")):
        raise ValueError
    return text


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("There is no such folder." if not path.exists() else "That is a file.")
    return path


def _not_a_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError
    return value


def _nothing_when_empty(value: object) -> object:
    return None if value == "" else value


WEB = "an address that begins with https:// or http://"

WebAddress = Annotated[str, AfterValidator(_address(("https", "http"))), Expects(WEB)]
OptionalWebAddress = Annotated[
    str, AfterValidator(_optional(_address(("https", "http")))), Expects(f'{WEB}, or "" for none')
]
GatewayAddress = Annotated[
    str, AfterValidator(_address(("wss", "ws"))), Expects("an address that begins with wss:// or ws://")
]
OptionalAccount = Annotated[
    str, AfterValidator(_optional(_account)), Expects('an account such as discord:175928847299117063, or "" for none')
]
OptionalMailbox = Annotated[
    str, AfterValidator(_optional(_mailbox)), Expects('an e-mail address such as help@example.org, or "" for none')
]
Domain = Annotated[str, AfterValidator(_domain), Expects("a domain such as example.org, without @ or https://")]
TimeZone = Annotated[str, AfterValidator(_timezone), Expects("a time zone such as Europe/London")]
DatabaseAddress = Annotated[
    str,
    AfterValidator(_database),
    Expects("sqlite+aiosqlite:///folder/file.db or postgresql+asyncpg://user:password@host/database"),
]
Token = Annotated[SecretStr, AfterValidator(_token), Expects("a token in one piece, as the platform shows it")]
PublicKey = Annotated[
    str, AfterValidator(_public_key), Expects("a public key that begins with age1, or with ssh-ed25519 or ssh-rsa")
]
WebhookSecret = Annotated[
    SecretStr, AfterValidator(_webhook_secret), Expects("1 to 256 letters, digits, underscores and hyphens")
]
Folder = Annotated[Path, AfterValidator(_folder), Expects("a folder that exists")]
OptionalFolder = Annotated[
    Annotated[Path, AfterValidator(_folder)] | None,
    BeforeValidator(_nothing_when_empty),
    Expects('a folder that exists, or "" for none'),
]
OptionalFile = Annotated[Path | None, BeforeValidator(_nothing_when_empty), Expects('a file, or "" for none')]
Count = Annotated[int, BeforeValidator(_not_a_truth)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
