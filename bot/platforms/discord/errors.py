"""What Discord or the network answers, as one of our errors with a sentence fit to show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
import discord

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, TokenRevoked, Uncertain, Unreachable

DM_PAUSE = 600.0  # seconds to wait when Discord finds that we open private chats too fast
BLOCKED_PAUSE = 60.0  # seconds to wait when a limit does not say how long

NETWORK = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Doing:
    """What was tried, for the sentence: the right it takes, as Discord's settings name it, and where."""

    right: str = ""
    where: str = ""


def _lacks(doing: Doing) -> PlatformError:
    where = f" in {doing.where}" if doing.where else ""
    if doing.right:
        return Forbidden(f"Porter lacks the right “{doing.right}”{where}, or its role stands too low.")
    return Forbidden(f"Porter lacks a right for that{where}, or its role stands too low.")


def _unseen(doing: Doing) -> PlatformError:
    return Forbidden(f"Porter has no access to {doing.where or 'that place'}.")


# Every code of Discord's that has a meaning of its own for us.
BY_CODE: dict[int, Callable[[Doing], PlatformError]] = {
    10003: lambda doing: Gone(f"{doing.where or 'That channel'} no longer exists."),
    10004: lambda _: Gone("Porter is no longer in that server."),
    10007: lambda _: Gone("They are no longer in the server."),
    10008: lambda _: Gone("The message is no longer there."),
    10011: lambda _: Gone("That role no longer exists."),
    10013: lambda _: Gone("That account no longer exists."),
    10015: lambda _: Gone("The time for an answer has run out."),
    10026: lambda _: Gone("They are not banned there."),
    10062: lambda _: Gone("The time for an answer has run out."),
    20026: lambda _: Unreachable("Discord has stopped Porter from writing to people for a while."),
    30003: lambda doing: PlatformError(
        f"{doing.where or 'The channel'} has as many pinned messages as Discord allows."
    ),
    30005: lambda _: PlatformError("The server has as many roles as Discord allows."),
    30013: lambda _: PlatformError("The server has as many channels as Discord allows."),
    40003: lambda _: RateLimited("Discord asks Porter to open private chats more slowly.", DM_PAUSE),
    40005: lambda _: PlatformError("The file is larger than Discord takes."),
    50001: _unseen,
    50007: lambda _: Unreachable("Their direct messages are closed."),
    50013: _lacks,
    50021: lambda _: Forbidden("Discord's own messages cannot be changed."),
    50027: lambda _: Gone("The time for an answer has run out."),
    50034: lambda _: PlatformError("A message is older than the 14 days Discord allows for that."),
    50083: lambda doing: Forbidden(f"The thread {doing.where} is archived.".replace("  ", " ")),
    50278: lambda _: Unreachable("They share no server with Porter any more, so Discord lets no message through."),
    60003: lambda _: Forbidden(
        "This server demands two-factor authentication, and the account that owns Porter has none."
    ),
    160005: lambda doing: Forbidden(f"The thread {doing.where} is locked.".replace("  ", " ")),
}


def refused(status: int, code: int, text: str, doing: Doing, retry_after: float = BLOCKED_PAUSE) -> PlatformError:
    """Discord's refusal as one of our errors. `text` is Discord's own; it is shown only for what has no meaning of
    its own here."""
    error = _by_status(status, text, doing, retry_after) if code not in BY_CODE else BY_CODE[code](doing)
    error.code = str(code or status)
    return error


def _by_status(status: int, text: str, doing: Doing, retry_after: float) -> PlatformError:
    said = " ".join(text.split())[:300] or f"status {status}"
    if status == 401:
        return TokenRevoked("Discord no longer accepts Porter's token. Put a new one into the configuration.")
    if status == 403:
        return _lacks(doing)
    if status == 404:
        return Gone("That is no longer there.")
    if status == 429:
        return RateLimited("Discord asks Porter to wait.", retry_after)
    if status >= 500:
        return Uncertain("Discord had a fault: it may or may not have happened.")
    return PlatformError(f"Discord refused: {said}")


def platform_error(error: BaseException, doing: Doing = Doing()) -> PlatformError:
    """Whatever a call raised, as one of our errors. A connection that was never made is safe to try again; one that
    broke later is not."""
    match error:
        case PlatformError():
            return error
        case discord.LoginFailure():
            return refused(401, 0, "", doing)
        case discord.RateLimited():
            return RateLimited("Discord asks Porter to wait.", error.retry_after)
        case discord.HTTPException():
            return refused(error.status, error.code, error.text, doing, _retry_after(error))
        case aiohttp.ClientConnectorError():
            return PlatformError("Discord cannot be reached.")
        case _:
            return Uncertain("The connection to Discord broke: it may or may not have happened.")


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", BLOCKED_PAUSE))
    except ValueError:
        return BLOCKED_PAUSE


@contextmanager
def asking(right: str = "", where: str = "") -> Iterator[None]:
    """Around calls to Discord: what they raise leaves as `PlatformError`."""
    try:
        yield
    except NETWORK as error:
        raise platform_error(error, Doing(right, where)) from error
