"""What Telegram answers, as our errors."""

import warnings
from datetime import timedelta

import httpx
import pytest
import telegram.error as theirs

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, TokenRevoked, Uncertain, Unreachable
from bot.platforms.telegram.errors import MEANINGS, UNREACHED, Doing, asking, platform_error

ADMIN = "They are an administrator of “Chess”, whom Porter cannot act against. Its owner can."
BASIC = (
    "“Chess” is a basic group, in which Telegram does not let bots do that. Its owner can turn it into a supergroup."
)
TOO_OLD = (
    "Telegram does not let Porter delete it: it is older than 48 hours, or of a kind that stays. An administrator of "
    "“Chess” can delete it by hand."
)
LACKS = "Porter lacks the right “Ban users” in “Chess”."
LATE = "The time for an answer has run out."
REFUSED = [
    (
        "Forbidden: bot can't initiate conversation with a user",
        Unreachable,
        "They have not opened a chat with Porter yet.",
    ),
    ("Forbidden: bot was blocked by the user", Unreachable, "They have blocked Porter."),
    ("Forbidden: user is deactivated", Unreachable, "Their account no longer exists."),
    ("Forbidden: bots can't send messages to bots", Unreachable, "That account is a bot."),
    ("Forbidden: bot was kicked from the supergroup chat", Forbidden, "Porter is no longer in “Chess”."),
    ("Forbidden: bot is not a member of the supergroup chat", Forbidden, "Porter is not in “Chess”."),
    ("Bad Request: chat not found", Unreachable, "Telegram knows no such chat, or Porter was never in it."),
    ("Bad Request: not enough rights to restrict/unrestrict chat member", Forbidden, LACKS),
    ("Bad Request: CHAT_ADMIN_REQUIRED", Forbidden, LACKS),
    ("Forbidden: something entirely new", Forbidden, LACKS),
    ("Bad Request: user is an administrator of the chat", Forbidden, ADMIN),
    ("Bad Request: can't remove chat owner", Forbidden, "They own “Chess”, and nobody can act against its owner."),
    ("Bad Request: method is available only for supergroups", Forbidden, BASIC),
    ("Bad Request: message can't be deleted", Forbidden, TOO_OLD),
    ("Bad Request: message to delete not found", Gone, "The message is no longer there."),
    ("Bad Request: message to edit not found", Gone, "The message is no longer there."),
    ("Bad Request: MESSAGE_ID_INVALID", Gone, "The message is no longer there."),
    ("Bad Request: message thread not found", Gone, "The topic is no longer there."),
    ("Bad Request: TOPIC_CLOSED", Forbidden, "The topic is closed."),
    ("Bad Request: HIDE_REQUESTER_MISSING", Gone, "The request to join is no longer open."),
    ("Bad Request: USER_ALREADY_PARTICIPANT", Gone, "They are in the group already."),
    ("Bad Request: query is too old and response timeout expired or query ID is invalid", Gone, LATE),
    ("Bad Request: file is too big", PlatformError, "The file is larger than the 20 MB that Telegram gives to bots."),
    ("Bad Request: BUTTON_DATA_INVALID", PlatformError, "Telegram refused: Button_data_invalid"),
]


@pytest.mark.parametrize(("description", "kind", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_every_refusal_leaves_as_an_error_with_its_sentence(
    description: str, kind: type[PlatformError], sentence: str
) -> None:
    refused = theirs.Forbidden if description.startswith("Forbidden") else theirs.BadRequest

    error = platform_error(refused(description), Doing("Ban users", "Chess"))

    assert type(error) is kind
    assert str(error) == sentence


def test_a_sentence_reads_well_where_neither_right_nor_chat_is_known() -> None:
    for words, _, _ in MEANINGS:
        sentence = str(platform_error(theirs.BadRequest(words)))

        assert "“”" not in sentence
        assert "{" not in sentence
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_a_wait_says_how_long_and_warns_of_nothing() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        error = platform_error(theirs.RetryAfter(timedelta(seconds=7)))

    assert isinstance(error, RateLimited)
    assert error.retry_after == 7.0
    assert warned == []


@pytest.mark.parametrize(
    ("broken", "kind", "code"),
    [
        (httpx.ConnectError("x"), PlatformError, UNREACHED),
        (httpx.ConnectTimeout("x"), PlatformError, UNREACHED),
        (httpx.PoolTimeout("x"), PlatformError, UNREACHED),
        (httpx.ReadTimeout("x"), Uncertain, ""),
        (httpx.WriteTimeout("x"), Uncertain, ""),
        (httpx.ReadError("x"), Uncertain, ""),
        (httpx.WriteError("x"), Uncertain, ""),
        (httpx.RemoteProtocolError("x"), Uncertain, ""),
    ],
)
def test_only_what_never_left_us_is_safe_to_try_again(
    broken: httpx.HTTPError, kind: type[PlatformError], code: str
) -> None:
    error = theirs.TimedOut() if isinstance(broken, httpx.TimeoutException) else theirs.NetworkError("httpx broke")
    error.__cause__ = broken

    found = platform_error(error)

    assert type(found) is kind
    assert found.code == code


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (theirs.NetworkError("Bad Gateway"), Uncertain),
        (theirs.NetworkError("Internal Server Error (500). Parsing the server response b'<html>' failed"), Uncertain),
        (theirs.NetworkError("Too Many Requests (429)"), RateLimited),
        (theirs.NetworkError("Request Entity Too Large (413)"), PlatformError),
        (theirs.TelegramError("Invalid server response"), Uncertain),
        (theirs.InvalidToken("Unauthorized"), TokenRevoked),
        (theirs.Conflict("Conflict: terminated by other getUpdates request"), PlatformError),
        (theirs.EndPointNotFound("Endpoint 'x' not found in Bot API"), PlatformError),
        (theirs.ChatMigrated(-100), Gone),
        (Gone("already ours"), Gone),
    ],
)
def test_faults_of_the_server_are_told_apart(error: Exception, kind: type[PlatformError]) -> None:
    found = platform_error(error)

    assert type(found) is kind


def test_a_call_the_library_does_not_know_tells_a_revoked_token_from_an_old_server() -> None:
    error = theirs.EndPointNotFound("Endpoint 'getUpdates' not found in Bot API")
    error.__cause__ = theirs.InvalidToken("Unauthorized")

    found = platform_error(error)

    assert isinstance(found, TokenRevoked)


def test_the_token_in_the_librarys_own_text_goes_no_further() -> None:
    with pytest.raises(TokenRevoked) as caught, asking():
        raise theirs.InvalidToken("The token `4242:SECRET` was rejected by the server.")

    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
