"""Telegram's messages as our nouns."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.model import AccountRef, AuthorKind, Mark, MarkKind, MessageRef, Place, Text, View
from tests.platforms.telegram.payloads import ALICE, BOB, GROUP, PHOTO, POLL, Json, noun, raw

CHANNEL = {"id": -1009, "type": "channel", "title": "News", "username": "news"}
HIDDEN_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
FROM_BOB = {"type": "user", "date": 1, "sender_user": BOB}
RICH = {
    "blocks": [
        {"type": "heading", "text": "News", "size": 1},
        {
            "type": "paragraph",
            "text": ["so ", {"type": "bold", "text": "BAD"}, {"type": "italic", "text": "WORD"}, "!"],
        },
        {"type": "paragraph", "text": [{"type": "url", "text": "look", "url": "https://bad.example"}]},
        {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": "an item"}]}]},
        {"type": "table", "cells": [[{"text": "cell one", "align": "left", "valign": "top"}, {"text": "cell two"}]]},
        {"type": "photo", "photo": PHOTO, "caption": {"text": "under it", "credit": "by me"}},
        {"type": "paragraph", "text": {"type": "mention", "text": "@bob", "username": "bob"}},
    ]
}


def found(**more: Any) -> set[tuple[str, str]]:
    return {(text.view.value, text.text) for text in noun(**more).texts}


def test_a_text_message_becomes_a_message() -> None:
    read = noun(text="hello", message_id=51, edit_date=1_750_000_060)

    assert read.ref == MessageRef(Place("telegram", "-1001999999999"), "51")
    assert read.ref.place.title == "Chess Society"
    assert (read.author.id, read.author.name, read.author.handle) == ("7", "Alice Lid", "alice")
    assert read.author.kind is AuthorKind.PERSON
    assert read.sent_at == datetime.fromtimestamp(1_750_000_000, UTC)
    assert read.edited_at == datetime.fromtimestamp(1_750_000_060, UTC)
    assert read.texts == (Text(View.TEXT, "hello"),)
    assert read.body == "hello"
    assert json.loads(read.raw) == raw(text="hello", message_id=51, edit_date=1_750_000_060)


HIDING: list[tuple[str, Json, set[tuple[str, str]]]] = [
    ("a caption", {"photo": PHOTO, "caption": "look"}, {("caption", "look")}),
    ("a quote", {"text": "lol", "quote": {"text": "rude", "position": 0}}, {("text", "lol"), ("quote", "rude")}),
    (
        "an address behind words",
        {"text": "click", "entities": [{"type": "text_link", "offset": 0, "length": 5, "url": "https://bad.example"}]},
        {("text", "click"), ("link", "https://bad.example")},
    ),
    (
        "a hidden preview",
        {"text": "x", "link_preview_options": {"url": "https://bad.example"}},
        {("text", "x"), ("link", "https://bad.example")},
    ),
    (
        "a poll",
        {"poll": POLL},
        {("poll", "Who goes?"), ("poll", "me"), ("poll", "you"), ("poll", "because"), ("poll", "the trip")},
    ),
    (
        "an option added to a poll",
        {"poll_option_added": {"option_persistent_id": "c", "option_text": "she"}},
        {("poll", "she")},
    ),
    (
        "a checklist",
        {"checklist": {"title": "To do", "tasks": [{"id": 1, "text": "this"}]}},
        {("poll", "To do"), ("poll", "this")},
    ),
    ("tasks added", {"checklist_tasks_added": {"tasks": [{"id": 1, "text": "that"}]}}, {("poll", "that")}),
    (
        "a file's name",
        {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "rude.pdf"}},
        {("file_name", "rude.pdf")},
    ),
    (
        "a song's names",
        {
            "audio": {
                "file_id": "a",
                "file_unique_id": "a",
                "duration": 1,
                "title": "T",
                "performer": "P",
                "file_name": "F",
            }
        },
        {("file_name", "T"), ("file_name", "P"), ("file_name", "F")},
    ),
    (
        "a contact",
        {"contact": {"phone_number": "1", "first_name": "Rude", "last_name": "Name", "vcard": "NOTE:x"}},
        {("name", "Rude Name"), ("name", "NOTE:x")},
    ),
    (
        "a venue",
        {"venue": {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "Here", "address": "There"}},
        {("name", "Here"), ("name", "There")},
    ),
    (
        "a sticker",
        {
            "sticker": {
                "file_id": "s",
                "file_unique_id": "s",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
                "emoji": "😀",
                "set_name": "rude_set",
            }
        },
        {("sticker", "😀"), ("sticker", "rude_set")},
    ),
    ("a chat's new title", {"new_chat_title": "Rude"}, {("name", "Rude")}),
    ("a new topic", {"forum_topic_created": {"name": "Rude", "icon_color": 1}}, {("name", "Rude")}),
    ("a renamed topic", {"forum_topic_edited": {"name": "Ruder"}}, {("name", "Ruder")}),
    ("a member's tag", {"text": "x", "sender_tag": "Rude"}, {("text", "x"), ("name", "Rude")}),
    ("a story", {"story": {"chat": CHANNEL, "id": 1}}, {("name", "News")}),
    (
        "buttons another bot made",
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "Press", "url": "https://bad.example"}]]}},
        {("text", "x"), ("embed", "Press"), ("link", "https://bad.example")},
    ),
    (
        "a game",
        {"game": {"title": "G", "description": "D", "photo": PHOTO, "text": "score"}},
        {("embed", "G"), ("embed", "D"), ("embed", "score")},
    ),
    (
        "an invoice",
        {
            "invoice": {
                "title": "I",
                "description": "Buy",
                "start_parameter": "x",
                "currency": "GBP",
                "total_amount": 1,
            }
        },
        {("embed", "I"), ("embed", "Buy")},
    ),
    (
        "a kind of content that is yet to come",
        {"hologram": {"text": "rude", "file_id": "x", "frames": [{"label": "ruder"}]}},
        {("embed", "rude\nruder")},
    ),
]


@pytest.mark.parametrize(("more", "expected"), [row[1:] for row in HIDING], ids=[row[0] for row in HIDING])
def test_words_are_found_wherever_they_hide(more: Json, expected: set[tuple[str, str]]) -> None:
    assert found(**more) == expected


def test_a_rich_message_is_its_own_body_with_blocks_on_lines_of_their_own() -> None:
    read = noun(rich_message=RICH)

    assert read.body.split("\n") == [
        "News",
        "so BADWORD!",
        "look",
        "1.",
        "an item",
        "cell one",
        "cell two",
        "under it",
        "by me",
        "@bob",
    ]
    assert Text(View.LINK, "https://bad.example") in read.texts
    assert [(one.handle, one.size) for one in read.attachments] == [("large", 9000)]


def test_words_in_a_forward_are_not_the_authors_own() -> None:
    read = noun(text="rude", caption=None, forward_origin=FROM_BOB)

    assert read.texts == (Text(View.FORWARD, "rude"), Text(View.NAME, "Bob"))
    assert read.author.id == "7"
    assert read.body == ""


@pytest.mark.parametrize(
    ("origin", "names"),
    [
        ({"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}, {("name", "Somebody")}),
        (
            {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 2, "author_signature": "Ed"},
            {("name", "News"), ("name", "Ed")},
        ),
        ({"type": "chat", "date": 1, "sender_chat": GROUP}, {("name", "Chess Society")}),
    ],
)
def test_who_a_forward_is_from_is_read_as_the_chat_shows_it(origin: Json, names: set[tuple[str, str]]) -> None:
    assert found(poll=POLL, forward_origin=origin) >= names | {("forward", "Who goes?")}


def test_forwarding_oneself_leaves_the_words_ones_own() -> None:
    origin = {"type": "user", "date": 1, "sender_user": ALICE}

    assert noun(text="mine", forward_origin=origin).body == "mine"


def test_a_linked_channels_post_is_the_channels_own() -> None:
    origin = {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 2}

    read = noun(text="news", forward_origin=origin, is_automatic_forward=True, sender_chat=CHANNEL, **{"from": SERVICE})

    assert read.body == "news"
    assert (read.author.id, read.author.kind) == ("-1009", AuthorKind.CHANNEL)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("7", AuthorKind.PERSON)),
        ({"from": BOB | {"is_bot": True}}, ("8", AuthorKind.BOT)),
        ({"from": HIDDEN_ADMIN, "sender_chat": GROUP}, ("-1001999999999", AuthorKind.ANONYMOUS)),
        ({"from": HIDDEN_ADMIN}, ("1087968824", AuthorKind.ANONYMOUS)),
        ({"from": AS_CHANNEL, "sender_chat": CHANNEL}, ("-1009", AuthorKind.CHANNEL)),
        ({"from": AS_CHANNEL}, ("136817688", AuthorKind.CHANNEL)),
        ({"from": SERVICE}, ("777000", AuthorKind.SYSTEM)),
        ({"from": None}, ("-1001999999999", AuthorKind.SYSTEM)),
    ],
)
def test_the_author_is_who_telegram_says_and_no_more(more: Json, expected: tuple[str, AuthorKind]) -> None:
    author = noun(text="x", **more).author

    assert (author.id, author.kind) == expected


def test_marks_are_counted_in_code_points_of_the_body() -> None:
    text = "😀 @bob see example.org or here 😀x spoil"
    entities = [
        {"type": "mention", "offset": 3, "length": 4},
        {"type": "url", "offset": 12, "length": 11},
        {"type": "text_link", "offset": 27, "length": 4, "url": "https://bad.example"},
        {"type": "custom_emoji", "offset": 32, "length": 2, "custom_emoji_id": "55"},
        {"type": "spoiler", "offset": 36, "length": 5},
        {"type": "bold", "offset": 0, "length": 2},
    ]

    marks = noun(text=text, entities=entities).marks

    assert [(text[one.start : one.end], one.kind, one.target) for one in marks] == [
        ("@bob", MarkKind.MENTION, ""),
        ("example.org", MarkKind.LINK, "example.org"),
        ("here", MarkKind.LINK, "https://bad.example"),
        ("😀", MarkKind.EMOJI, "55"),
        ("spoil", MarkKind.SPOILER, ""),
    ]


def test_a_mention_without_a_username_says_whom_it_means() -> None:
    entities = [{"type": "text_mention", "offset": 3, "length": 3, "user": BOB}]

    read = noun(photo=PHOTO, caption="hi Bob", caption_entities=entities)

    assert read.marks == (Mark(3, 6, MarkKind.MENTION, "8"),)
    assert read.mentions == (AccountRef("telegram", "8"),)


def test_a_topics_message_has_its_channel_and_generals_has_none() -> None:
    forum = GROUP | {"is_forum": True}

    topic = noun(text="x", chat=forum, message_thread_id=77, is_topic_message=True)
    general = noun(text="x", chat=forum)
    thread = noun(text="x", message_thread_id=55)

    assert [one.ref.place.channel for one in (topic, general, thread)] == ["77", "", ""]


def test_a_reply_is_to_a_message_of_the_same_place() -> None:
    replied = raw(message_id=49, text="before", **{"from": BOB})

    read = noun(text="after", reply_to_message=replied)

    assert read.reply_to == MessageRef(read.ref.place, "49")
    assert read.reply_author == AccountRef("telegram", "8")


def test_in_a_topic_everything_replies_to_its_beginning_which_is_no_reply() -> None:
    beginning = raw(message_id=40, forum_topic_created={"name": "Openings", "icon_color": 1})

    read = noun(text="x", message_thread_id=40, is_topic_message=True, reply_to_message=beginning)

    assert read.reply_to is None
    assert read.reply_author is None
