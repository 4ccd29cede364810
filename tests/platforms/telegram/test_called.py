"""Commands in messages."""

from typing import Any

import pytest

from bot.platforms.telegram.called import Given, arguments, given, theirs
from bot.ports import CommandSpec
from tests.platforms.telegram.payloads import PHOTO, message


def command(text: str, **more: Any) -> dict[str, Any]:
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    return {"text": text, "entities": [entity]} | more


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/flag", Given("flag", "")),
        ("/flag they said it again", Given("flag", "they said it again")),
        ("/flag@porter_bot now", Given("flag", "now")),
        ("/flag@Porter_Bot now", Given("flag", "now")),
        ("/flag@other_bot now", None),
        ("/report rude", Given("flag", "rude")),
        ("/ask_union what now?", Given("ask-union", "what now?")),
        ("/WARN   twice\nlines", Given("warn", "twice\nlines")),
    ],
)
def test_a_command_is_read_when_it_is_meant_for_us(text: str, found: Given | None) -> None:
    assert given(message(**command(text)), "porter_bot") == found


def test_a_command_in_a_caption_counts() -> None:
    entity = [{"type": "bot_command", "offset": 0, "length": 9}]

    found = given(message(photo=PHOTO, caption="/escalate a threat", caption_entities=entity), "porter_bot")

    assert found == Given("escalate", "a threat")


def test_a_command_in_the_middle_is_talk() -> None:
    entity = [{"type": "bot_command", "offset": 4, "length": 5}]

    assert given(message(text="try /help", entities=entity), "porter_bot") is None


def test_every_option_but_the_last_takes_one_word() -> None:
    spec = CommandSpec("timeout", "Time out", (("minutes", "How long", True), ("reason", "Why", False)))

    assert arguments(spec, "30 for the third time") == {
        "minutes": "30",
        "reason": "for the third time",
        "text": "30 for the third time",
    }
    assert arguments(spec, "30") == {"minutes": "30", "text": "30"}
    assert arguments(spec, "") == {}
    assert arguments(CommandSpec("help", "Help"), "me") == {"text": "me"}


def test_telegram_knows_no_hyphen() -> None:
    assert theirs("ask-union") == "ask_union"
