"""What we say as Telegram's text and entities."""

import random

import pytest
from telegram import MessageEntity

from bot.model import Answer, Button, ButtonStyle, Form, Run, Speech, Style, Upload
from bot.platforms.telegram.units import length
from bot.platforms.telegram.write import JOINER, Words, keyboard, parts, pieces, shortened
from tests.wire.telegram.text import marked, part

PNG = Upload("evidence.png", "image/png", b"png", "A picture of the message")
PDF = Upload("pack.pdf", "application/pdf", b"pdf")


def speech(*runs: Run | str) -> Speech:
    return Speech(tuple(Run(run) if isinstance(run, str) else run for run in runs))


def marked_words(words: Words, kind: str) -> list[str]:
    return [part(words.text, one.offset, one.length) for one in words.entities if one.type == kind]


def test_styles_become_entities_over_exactly_their_words() -> None:
    said = speech("😀 ", Run("bold", Style.BOLD), " é ", Run("code", Style.CODE), Run(" it", Style.ITALIC))

    (words,) = parts(said)

    assert words.text == "😀 bold é code it"
    assert marked_words(words, MessageEntity.BOLD) == ["bold"]
    assert marked_words(words, MessageEntity.CODE) == ["code"]
    assert marked_words(words, MessageEntity.ITALIC) == [" it"]


def test_a_quote_stands_on_a_line_of_its_own() -> None:
    said = speech("They said:", Run("one\ntwo", Style.QUOTE))

    (words,) = parts(said)

    assert words.text == "They said:\none\ntwo"
    assert marked_words(words, MessageEntity.BLOCKQUOTE) == ["one\ntwo"]


def test_a_link_carries_its_address() -> None:
    (words,) = parts(speech(Run("the code", Style.LINK, "https://example.org/code")))

    assert [(one.type, one.url) for one in words.entities] == [("text_link", "https://example.org/code")]


@pytest.mark.parametrize("target", ["tg://user?id=7", "javascript:alert(1)", "mailto:desk@example.org"])
def test_an_address_that_is_none_of_the_web_is_shown_and_leads_nowhere(target: str) -> None:
    (words,) = parts(speech(Run("here", Style.LINK, target)))

    assert words.text == f"here ({target})"
    assert words.entities == ()


@pytest.mark.parametrize(
    "text",
    [
        "*bold* _it_ `code` [x](https://example.org) ||spoiler||",
        "<b>bold</b> <a href='tg://user?id=1'>x</a> &amp;",
        "user_name* ~~gone~~ > quote",
    ],
)
def test_peoples_words_are_never_markup(text: str) -> None:
    (words,) = parts(speech(text))

    assert words.text == text
    assert words.entities == ()


@pytest.mark.parametrize("style", [Style.PLAIN, Style.BOLD, Style.ITALIC, Style.QUOTE])
@pytest.mark.parametrize("text", ["@alice", "hi @alice_b!", "(@alice)", ".@alice", "@@alice", "é@alice", "foo.@alice"])
def test_peoples_words_mention_nobody(text: str, style: Style) -> None:
    (words,) = parts(speech(Run(text, style)))

    assert "mention" not in {one["type"] for one in marked(words.text)}
    assert words.text.replace(JOINER, "") == text


@pytest.mark.parametrize(
    "text", ["write to desk@example.org", "https://example.org/@alice/page", "a @ b", "mail a.b+c@mail.example.org."]
)
def test_what_mentions_nobody_is_left_as_it_is(text: str) -> None:
    (words,) = parts(speech(text))

    assert words.text == text


def test_a_command_in_a_quote_cannot_be_pressed_but_one_of_ours_can() -> None:
    (words,) = parts(speech("Use /help. ", Run("do /remove now", Style.QUOTE)))

    commands = [part(words.text, one["offset"], one["length"]) for one in marked(words.text)]

    assert commands == ["/help"]


def test_a_long_text_is_split_at_lines_and_loses_no_word() -> None:
    lines = [f"line {number} " + "x" * (number % 50) for number in range(900)]

    found = parts(speech("\n".join(lines)))

    assert len(found) > 3
    assert all(length(words.text) <= 4096 for words in found)
    assert "\n".join(words.text for words in found).split() == " ".join(lines).split()
    assert all(words.text.startswith("line ") for words in found)


def test_a_text_without_any_border_is_split_between_what_is_drawn_as_one_character() -> None:
    family = "👨‍👩‍👧"

    found = parts(speech(family * 700))

    assert "".join(words.text for words in found) == family * 700
    assert all(length(words.text) <= 4096 for words in found)
    assert all(words.text.startswith("👨") for words in found)


def test_a_style_that_goes_over_a_border_is_kept_on_both_sides() -> None:
    said = speech(Run("word " * 1500, Style.BOLD))

    found = parts(said)

    assert len(found) == 2
    assert [marked_words(words, "bold") for words in found] == [[words.text] for words in found]


def test_entities_lie_within_their_text_whatever_is_said() -> None:
    luck = random.Random(7)  # noqa: S311 - the same texts at every run, not a secret
    letters = "ab 😀é\n日@/_*\u0301\u200d\ud83d\r\x00"

    for _ in range(300):
        runs = [
            Run("".join(luck.choices(letters, k=luck.randint(0, 30))), luck.choice(list(Style)), "https://example.org")
            for _ in range(luck.randint(0, 8))
        ]
        found = parts(Speech(tuple(runs)), limit=luck.randint(20, 60))

        for words in found:
            words.text.encode()
            assert words.text
            assert not words.text[0].isspace()
            assert not words.text[-1].isspace()
            assert all(one.offset >= 0 for one in words.entities)
            assert all(one.offset + one.length <= length(words.text) for one in words.entities)
            assert all(one.length > 0 for one in words.entities)


def test_nothing_to_say_is_no_message() -> None:
    assert parts(speech("", " \n ")) == []


def test_a_text_too_long_for_an_edit_says_that_it_goes_on() -> None:
    ending = speech(Run("… goes on", Style.ITALIC))

    words = shortened(speech("word " * 2000), 4096, ending)

    assert length(words.text) <= 4096
    assert words.text.endswith("word\n… goes on")
    assert marked_words(words, "italic") == ["… goes on"]


def test_a_short_text_is_not_shortened() -> None:
    words = shortened(speech("short"), 4096, speech("… goes on"))

    assert words == Words("short")


def test_one_file_carries_a_short_text() -> None:
    (piece,) = pieces(Answer(speech("Look at this."), files=(PNG,)))

    assert piece.words == Words("Look at this.")
    assert piece.photos


def test_buttons_stand_under_the_text_which_comes_after_the_files() -> None:
    answer = Answer(speech("Case 7"), ((Button("Close", "tok"),),), files=(PNG, PNG, PDF))

    first, second, last = pieces(answer)

    assert [len(first.files), first.photos] == [2, True]
    assert [len(second.files), second.photos] == [1, False]
    assert last.words == Words("Case 7")
    assert last.keyboard is not None
    assert [first.keyboard, second.keyboard] == [None, None]


def test_a_text_too_long_for_a_caption_follows_its_file() -> None:
    first, second = pieces(Answer(speech("x" * 1025), files=(PNG,)))

    assert first.words == Words("A picture of the message")
    assert second.words == Words("x" * 1025)


def test_only_the_last_of_several_texts_has_the_buttons() -> None:
    found = pieces(Answer(speech("word " * 2000), ((Button("Close", "tok"),),)))

    assert [piece.keyboard is not None for piece in found] == [False, False, True]


def test_more_than_ten_pictures_make_several_albums() -> None:
    found = pieces(Answer(files=(PNG,) * 12))

    assert [len(piece.files) for piece in found] == [10, 2]


def test_a_picture_too_big_for_one_goes_as_a_document() -> None:
    big = Upload("big.png", "image/png", b"x" * 10_000_001)

    (piece,) = pieces(Answer(files=(big,)))

    assert not piece.photos


def test_buttons_carry_their_token_and_look_like_what_they_do() -> None:
    buttons = (
        (Button("Remove", "t" * 32, ButtonStyle.DANGER), Button("Warn", "tok", ButtonStyle.PRIMARY)),
        (Button("Read", "https://example.org", ButtonStyle.LINK), Button("Later", "tok2")),
    )

    found = keyboard(Answer(speech("?"), buttons))

    assert found is not None
    rows = found.inline_keyboard
    assert [[one.callback_data for one in row] for row in rows] == [["p:" + "t" * 32, "p:tok"], [None, "p:tok2"]]
    assert [[one.style for one in row] for row in rows] == [["danger", "primary"], [None, None]]
    assert rows[1][0].url == "https://example.org"
    assert all(len(str(one.callback_data or "").encode()) <= 64 for row in rows for one in row)


def test_more_than_eight_buttons_in_a_row_go_into_a_second_one() -> None:
    found = keyboard(Answer(speech("?"), (tuple(Button(str(n), str(n)) for n in range(9)),)))

    assert found is not None
    assert [len(row) for row in found.inline_keyboard] == [8, 1]


def test_a_form_opens_behind_a_button() -> None:
    found = keyboard(Answer(speech("Fill this in."), form=Form("tok", "A report", ())))

    assert found is not None
    assert [(one.text, one.callback_data) for one in found.inline_keyboard[0]] == [("A report", "f:tok")]


def test_buttons_without_a_text_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="buttons need a text"):
        pieces(Answer(buttons=((Button("x", "y"),),)))
