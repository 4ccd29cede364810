import json
from typing import Any

import pytest

from bot.model import AuthorKind, Message, MessageRef, Place, View
from bot.platforms.discord import read
from tests.platforms.discord.payloads import ALICE, BOB, Names, attachment, message

PLACE = Place("discord", "20", "30", title="#general")


def reading(**fields: Any) -> Message:
    return read.message(message(**fields), Names(), PLACE)


def said(found: Message, view: View) -> list[str]:
    return [text.text for text in found.texts if text.view is view]


def test_a_plain_message_reads_as_it_is() -> None:
    data = message(content="hello <@12>", mentions=[BOB])

    found = read.message(data, Names(), PLACE)

    assert found.ref == MessageRef(PLACE, "100")
    assert (found.author.id, found.author.name, found.author.handle) == ("11", "Alice", "alice")
    assert found.body == "hello @Bobby"
    assert [one.name for one in found.mentions] == ["Bobby"]
    assert json.loads(found.raw) == data


def test_the_author_goes_by_their_name_in_the_server() -> None:
    found = reading(content="hi", member={"nick": "Al"})

    assert found.author.name == "Al"


def test_a_forward_hides_its_words_outside_the_content() -> None:
    inner = {
        "content": "look <@12>",
        "embeds": [{"title": "a title"}],
        "attachments": [attachment(filename="threat.png", description="a fist")],
        "sticker_items": [{"id": "1", "name": "boo", "format_type": 1}],
        "mentions": [BOB],
        "timestamp": "2026-11-01T10:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
    }

    found = reading(message_snapshots=[{"message": inner}], message_reference={"type": 1, "message_id": "9"})

    assert said(found, View.FORWARD) == ["look @Bobby", "boo", "threat.png", "a fist", "a title"]
    assert found.body == ""
    assert [one.name for one in found.attachments] == ["threat.png"]
    assert found.reply_to is None


def test_words_in_embeds_polls_stickers_and_files_are_all_read() -> None:
    poll = {"question": {"text": "Who?"}, "answers": [{"answer_id": 1, "poll_media": {"text": "Him"}}]}
    embed = {
        "title": "t",
        "description": "d",
        "url": "https://example.org",
        "author": {"name": "a"},
        "footer": {"text": "f"},
        "fields": [{"name": "n", "value": "v"}],
    }

    found = reading(
        poll=poll,
        embeds=[embed],
        sticker_items=[{"id": "1", "name": "boo", "format_type": 1}],
        attachments=[attachment(description="a cat")],
    )

    assert said(found, View.POLL) == ["Who?", "Him"]
    assert set(said(found, View.EMBED)) == {"t", "d", "https://example.org", "a", "f", "n", "v"}
    assert said(found, View.STICKER) == ["boo"]
    assert said(found, View.FILE_NAME) == ["cat.png", "a cat"]


def test_a_link_behind_words_is_a_view_of_its_own() -> None:
    found = reading(content="[here](https://example.org/x)")

    assert said(found, View.TEXT) == ["here"]
    assert said(found, View.LINK) == ["https://example.org/x"]


def test_words_in_a_bots_layout_are_read() -> None:
    layout = [
        {
            "type": 17,
            "components": [{"type": 10, "content": "words"}, {"type": 1, "components": [{"type": 2, "label": "Go"}]}],
        }
    ]

    found = reading(components=layout, author=BOB | {"bot": True})

    assert said(found, View.EMBED) == ["words", "Go"]


def test_a_forum_post_brings_its_title() -> None:
    found = read.message(message(id="31", channel_id="31", content="first"), Names(), PLACE)

    assert said(found, View.NAME) == ["Openings and traps"]


def test_a_thread_opened_or_renamed_says_its_name_in_the_persons_words() -> None:
    found = reading(type=18, content="a nasty name")

    assert said(found, View.NAME) == ["a nasty name"]
    assert found.author.kind is AuthorKind.PERSON


def test_a_name_new_to_the_server_is_read_with_what_is_said() -> None:
    found = read.message(message(content="hi"), Names(), PLACE, "A Nasty Name")

    assert found.body == "hi"
    assert said(found, View.NAME) == ["A Nasty Name"]


def test_a_reply_knows_what_and_whom_it_answers() -> None:
    replied = message(id="90", author=BOB, content="first")

    found = reading(
        type=19, content="no", message_reference={"message_id": "90", "channel_id": "30"}, referenced_message=replied
    )

    assert found.reply_to == MessageRef(PLACE, "90")
    assert found.reply_author is not None
    assert found.reply_author.name == "Bobby"


def test_a_reply_to_what_is_gone_still_knows_where_it_stood() -> None:
    found = reading(type=19, message_reference={"message_id": "90", "channel_id": "30"}, referenced_message=None)

    assert found.reply_to == MessageRef(PLACE, "90")
    assert found.reply_author is None


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, AuthorKind.PERSON),
        ({"type": 19}, AuthorKind.PERSON),
        ({"author": ALICE | {"bot": True}}, AuthorKind.BOT),
        ({"webhook_id": "7"}, AuthorKind.BOT),
        ({"webhook_id": "7", "flags": 2}, AuthorKind.CHANNEL),
        ({"type": 20, "author": ALICE | {"bot": True}}, AuthorKind.BOT),
        ({"author": ALICE | {"system": True}}, AuthorKind.SYSTEM),
        *[
            ({"type": number}, AuthorKind.SYSTEM)
            for number in (1, 3, 5, 6, 7, 8, 12, 21, 22, 24, 25, 27, 32, 46, 63, 99)
        ],
    ],
)
def test_who_speaks_is_told_from_the_kind_of_message(fields: dict[str, Any], kind: AuthorKind) -> None:
    data = message(**fields)

    found = read.author_kind(data)

    assert found is kind


def test_times_are_utc_and_an_edit_is_known() -> None:
    found = reading(content="x", edited_timestamp="2026-11-02T11:00:00+00:00")

    assert found.sent_at.isoformat() == "2026-11-02T10:00:00+00:00"
    assert found.edited_at is not None
    assert found.edited_at.hour == 11


def test_a_files_handle_tells_where_to_find_it_again() -> None:
    found = reading(attachments=[attachment()])

    handle = json.loads(found.attachments[0].handle)

    assert (handle["channel"], handle["message"], handle["attachment"]) == ("30", "100", "200")
    assert handle["url"].startswith("https://cdn.discordapp.com/")
