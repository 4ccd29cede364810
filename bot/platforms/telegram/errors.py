"""What Telegram or the network answers, as one of our errors with a sentence fit to show."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.error import Forbidden as Refused

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, TokenRevoked, Uncertain, Unreachable

UNREACHED = "unreached"  # the code of a call that never left us: it may be tried again at once
PAUSE = 5.0  # seconds to wait when Telegram asks for it without saying how long
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
SERVER_FAULT = re.compile(r"(?i)\(5\d\d\)|bad gateway|internal server error|gateway timeout|service unavailable")
TOO_MANY = re.compile(r"(?i)too many requests(?:: retry after (\d+))?")


ADMINISTRATOR = "They are an administrator of {where}, whom Porter cannot act against. Its owner can."
BASIC = (
    "{Where} is a basic group, in which Telegram does not let bots do that. Its owner can turn it into a supergroup."
)
TOO_OLD = (
    "Telegram does not let Porter delete it: it is older than 48 hours, or of a kind that stays. An administrator of "
    "{where} can delete it by hand."
)


@dataclass(frozen=True, slots=True)
class Doing:
    """What was tried, for the sentence: the right it takes, as Telegram's settings name it, and where."""

    right: str = ""
    where: str = ""


# Telegram's own words (any case, any part of its description) and what they mean. The first that fits counts.
MEANINGS: tuple[tuple[str, type[PlatformError], str], ...] = (
    ("can't initiate conversation", Unreachable, "They have not opened a chat with Porter yet."),
    ("bot was blocked by the user", Unreachable, "They have blocked Porter."),
    ("user is deactivated", Unreachable, "Their account no longer exists."),
    ("bots can't send messages to bots", Unreachable, "That account is a bot."),
    ("bot can't send messages to bots", Unreachable, "That account is a bot."),
    ("privacy_premium_required", Unreachable, "They take messages from people they know only."),
    ("bot was kicked from", Forbidden, "Porter is no longer in {where}."),
    ("bot is not a member of", Forbidden, "Porter is not in {where}."),
    ("group chat was deactivated", Forbidden, "{Where} no longer exists."),
    ("user is an administrator of the chat", Forbidden, ADMINISTRATOR),
    ("can't remove chat owner", Forbidden, "They own {where}, and nobody can act against its owner."),
    ("can't restrict self", Forbidden, "Porter cannot act against itself."),
    ("user_admin_invalid", Forbidden, ADMINISTRATOR),
    ("only for supergroups", Forbidden, BASIC),
    ("for supergroup and channel chats only", Forbidden, BASIC),
    ("available for supergroup", Forbidden, BASIC),
    ("not enough rights", Forbidden, "{lacks}"),
    ("chat_admin_required", Forbidden, "{lacks}"),
    ("need administrator rights", Forbidden, "{lacks}"),
    ("chat_write_forbidden", Forbidden, "Porter may not write in {where}."),
    ("have no rights to send a message", Forbidden, "Porter may not write in {where}."),
    ("topic_closed", Forbidden, "The topic is closed."),
    ("topic_deleted", Gone, "The topic is no longer there."),
    ("message thread not found", Gone, "The topic is no longer there."),
    ("message can't be deleted", Forbidden, TOO_OLD),
    ("message to delete not found", Gone, "The message is no longer there."),
    ("message to edit not found", Gone, "The message is no longer there."),
    ("message can't be edited", Gone, "The message can no longer be changed."),
    ("message to pin not found", Gone, "The message is no longer there."),
    ("message to be replied not found", Gone, "The message is no longer there."),
    ("message_id_invalid", Gone, "The message is no longer there."),
    ("message identifier is not specified", Gone, "The message is no longer there."),
    ("hide_requester_missing", Gone, "The request to join is no longer open."),
    ("user_already_participant", Gone, "They are in the group already."),
    ("query is too old", Gone, "The time for an answer has run out."),
    ("query id is invalid", Gone, "The time for an answer has run out."),
    ("query_id_invalid", Gone, "The time for an answer has run out."),
    ("user not found", Gone, "That account is not known in {where}."),
    ("member not found", Gone, "They are not in {where}."),
    ("participant_id_invalid", Gone, "They are not in {where}."),
    ("user_not_participant", Gone, "They are not in {where}."),
    ("user_id_invalid", Gone, "That account no longer exists."),
    ("user_channels_too_much", Forbidden, "They are in as many groups as Telegram allows."),
    ("channels_too_much", Forbidden, "They are in as many groups as Telegram allows."),
    ("users_too_much", Forbidden, "{Where} has as many members as Telegram allows."),
    ("user_kicked", Forbidden, "They are banned from {where}."),
    ("invite_hash_expired", Gone, "The invite link is no longer there."),
    ("chat not found", Unreachable, "Telegram knows no such chat, or Porter was never in it."),
    ("wrong file_id", Gone, "The file is no longer there."),
    ("temporarily unavailable", Gone, "The file is no longer there."),
    ("file is too big", PlatformError, "The file is larger than the 20 MB that Telegram gives to bots."),
    ("request entity too large", PlatformError, "The file is larger than the 50 MB that Telegram takes from bots."),
)


def meaning(description: str, doing: Doing = Doing()) -> PlatformError | None:
    """A refusal in Telegram's words as one of our errors; None for words that have no meaning of their own here."""
    heard = description.lower()
    for words, kind, sentence in MEANINGS:
        if words in heard:
            return _error(kind, _filled(sentence, doing), description)
    return None


def _filled(sentence: str, doing: Doing) -> str:
    where = f"“{doing.where}”" if doing.where else "the group"
    right = f"the right “{doing.right}”" if doing.right else "a right for that"
    return sentence.format(where=where, Where=where[0].upper() + where[1:], lacks=f"Porter lacks {right} in {where}.")


def _error(kind: type[PlatformError], sentence: str, code: str) -> PlatformError:
    error = kind(sentence)
    error.code = code[:200]
    return error


def platform_error(error: BaseException, doing: Doing = Doing()) -> PlatformError:
    """Whatever a call raised, as one of our errors. What never left us is safe to try again; what broke later is
    not."""
    match error:
        case PlatformError():
            return error
        case RetryAfter():
            return RateLimited("Telegram asks Porter to wait.", _seconds(error.retry_after))
        case EndPointNotFound() if "unauthorized" not in str(error.__cause__).lower():
            return PlatformError("The Bot API server does not know this call; it is too old for Porter.")
        case InvalidToken() | EndPointNotFound():
            return TokenRevoked("Telegram no longer accepts Porter's token. Put a new one into the configuration.")
        case Conflict():
            return PlatformError(
                "Another program is using Porter's Telegram token. Stop it, for one token takes one program.", "409"
            )
        case ChatMigrated():
            return Gone("The group became a supergroup.")
        case BadRequest() | Refused():
            return meaning(error.message, doing) or _unknown(error, doing)
        case NetworkError() if isinstance(error.__cause__, NEVER_SENT):
            return PlatformError("Telegram cannot be reached.", UNREACHED)
        case NetworkError():
            return _network(error, doing)
        case _:
            return Uncertain("The connection to Telegram broke: it may or may not have happened.")


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _unknown(error: TelegramError, doing: Doing) -> PlatformError:
    if isinstance(error, Refused):
        return _error(Forbidden, _filled("{lacks}", doing), error.message)
    return _error(PlatformError, f"Telegram refused: {' '.join(error.message.split())[:300]}", error.message)


def _network(error: NetworkError, doing: Doing) -> PlatformError:
    if isinstance(error.__cause__, PlatformError):  # our own pace's, wrapped by the library
        return error.__cause__
    if error.__cause__ is None or not isinstance(error.__cause__, httpx.HTTPError):
        if too_many := TOO_MANY.search(error.message):
            return RateLimited("Telegram asks Porter to wait.", float(too_many[1] or PAUSE))
        if SERVER_FAULT.search(error.message):
            return Uncertain("Telegram had a fault: it may or may not have happened.")
        if known := meaning(error.message, doing):
            return known
    return Uncertain("The connection to Telegram broke: it may or may not have happened.")


@contextmanager
def asking(right: str = "", where: str = "") -> Iterator[None]:
    """Around calls to Telegram: what they raise leaves as `PlatformError`."""
    try:
        yield
    except InvalidToken as error:
        raise platform_error(error) from None  # the library's own text may hold the token
    except (TelegramError, httpx.HTTPError) as error:
        raise platform_error(error, Doing(right, where)) from error
