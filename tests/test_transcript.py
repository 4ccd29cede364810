"""The lines of a case's picture: everything once, in the order in which it was said."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.picture import lines_of
from bot.evidence.record import Recorded
from bot.evidence.transcript import Line, Transcript
from bot.model import AccountRef, Message, MessageRef, Place, Text, View

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLACE = Place("telegram", "-100")


def said(number: int, words: str, *, seconds: int = 0) -> Message:
    """A message of Alice's; Telegram tells its time in whole seconds."""
    author = AccountRef("telegram", "1", "Alice")
    at = NOON + timedelta(seconds=seconds)
    return Message(MessageRef(PLACE, str(number)), author, at, (Text(View.TEXT, words),))


def test_messages_of_one_second_stand_in_the_order_of_their_numbers() -> None:
    flagged, around = said(10, "third"), [said(9, "second"), said(8, "first"), said(11, "fourth")]

    lines = lines_of([flagged], [Recorded(one, 0) for one in around], [], {}, {}, {})

    assert [line.message.body for line in lines] == ["first", "second", "third", "fourth"]
    assert [line.flagged for line in lines] == [False, False, True, False]


def test_time_goes_before_number() -> None:
    late, early = said(3, "late", seconds=1), said(7, "early")

    lines = lines_of([late], [Recorded(early, 0)], [], {}, {}, {})

    assert [line.message.body for line in lines] == ["early", "late"]


def test_a_message_that_is_flagged_and_near_another_stands_once() -> None:
    flagged = said(10, "both")

    lines = lines_of([flagged], [Recorded(flagged, 0)], [], {}, {}, {})

    assert [(line.message.body, line.flagged, line.earlier) for line in lines] == [("both", True, ())]


@pytest.mark.parametrize(
    ("place", "start"),
    [
        ("#general", "a chat of Chess Society on Telegram, #general. Flagged"),
        ("Chess Society", "a chat of Chess Society on Telegram. Flagged"),
    ],
)
def test_a_chat_that_is_called_like_its_society_is_named_once(place: str, start: str) -> None:
    lines = (Line(said(10, "words"), flagged=True),)

    transcript = Transcript("P-26-0001", "Chess Society", place, "telegram", NOON, "Europe/London", "00", lines)

    assert start in transcript.alt
