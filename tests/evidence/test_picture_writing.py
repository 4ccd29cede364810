"""What is written, as the picture of a chat shows it: every trick visible, every script as its readers know it."""

from dataclasses import replace

import pytest
from PIL import ImageChops

from bot.evidence.picture import Drawer
from bot.evidence.sheet import Sheet
from bot.evidence.transcript import Line
from tests.evidence import gallery
from tests.evidence.gallery import message, said, transcript
from tests.evidence.looking import FONTS, opened, words


def test_code_of_the_template_language_in_a_message_is_only_ever_text(drawer: Drawer) -> None:
    code = (
        '#panic("x") #read("/etc/passwd") #{let x = 1} $x^2$ *b* `c` <t> @t // /* */ \\ #import "@preview/a:1.0.0": *'
    )
    line = Line(
        replace(message(1, "Rook", code), author=replace(gallery.PEOPLE["Rook"], name=code, handle=code)),
        deleted=True,
        deleted_by=code,
        earlier=(code,),
    )
    everywhere = replace(
        transcript(line), reference=code, society=code, place=code, platform=code, sha256=code, label=code
    )

    pages = drawer.draw(everywhere)

    assert len(pages) == 1
    assert code in words(Sheet(everywhere, FONTS).data)


TRICKS = {
    "right-to-left override": ("abc\u202etxt.exe", "U+202E", "right-to-left override"),
    "isolate": ("a\u2066b\u2069", "U+2066", "left-to-right isolate"),
    "zero width spaces": ("a\u200b\u200b\u200bb", "U+200B ×3", "zero width space ×3"),
    "soft hyphen": ("a\u00adb", "U+00AD", "soft hyphen"),
    "filler": ("\u3164", "U+3164", "hangul filler"),
    "braille blank": ("\u2800", "U+2800", "braille pattern blank"),
    "lone surrogate": ("a\ud83d", "U+D83D", "half of a character"),
    "NUL": ("a\0b", "U+0000", "no character"),
    "escape": ("\x1b[31m", "U+001B", "control character"),
    "private use": ("\ue000", "U+E000", "private use"),
    "tags": ("\U0001f3f4\U000e0068\U000e0069", "hidden text: hi", "tag latin small letter h"),
    "stray joiner": ("a\u200db", "U+200D", "zero width joiner"),
    "unassigned": ("a\U0003fffe", "U+3FFFE", "no font here draws"),
    "stacked marks": ("Z" + "\u0335\u0301\u0327" * 10, "+26 marks", ""),
    "many empty lines": ("a" + "\n" * 40 + "b", "39 empty lines", ""),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_an_eye_cannot_see_is_shown_in_a_box_and_named_below(trick: str, drawer: Drawer) -> None:
    text, note, name = TRICKS[trick]

    sheet = Sheet(said(text), FONTS)
    pages = drawer.draw(said(text))

    assert note in words(sheet.data["items"])
    assert name in words(sheet.data["foot"])
    assert len(pages) == 1


def test_tricks_in_names_are_shown_too() -> None:
    name = "Amelia\u202e\ud83d\n"
    line = Line(replace(message(1, "Rook", "hi"), author=replace(gallery.PEOPLE["Rook"], name=name)))

    told = words(Sheet(transcript(line), FONTS).data)

    assert "AmeliaU+202EU+D83D" in told


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\U0001f3fd\u200d\U0001f4bb \u2764\ufe0f\u200d\U0001f525 1\ufe0f\u20e3 \U0001f1ec\U0001f1e7",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "e\u0301 \u1ea5",
    ],
)
def test_honest_writing_is_left_as_it_is(text: str) -> None:
    needs_noto()

    sheet = Sheet(said(text), FONTS)

    assert text in words(sheet.data["items"])
    assert not sheet.ink.hidden
    assert not sheet.ink.lacking


def needs_noto() -> None:
    """Skip where the fonts are not there that show the world's scripts."""
    if "Noto Color Emoji" not in FONTS.order or "Noto Sans Devanagari" not in FONTS.order:
        pytest.skip("needs fonts: apt install fonts-noto-core fonts-noto-color-emoji")


def test_arabic_and_hebrew_run_from_the_right_and_han_takes_its_languages_forms() -> None:
    text = "\u0645\u0631\u062d abc\nabc \u0645\u0631\u062d\n\u5927\u3067\u3059\n\u5927\ud55c\n\u5927\n"

    body = Sheet(said(text), FONTS).data["items"][-1]["body"]  # type: ignore[index]  # a sheet's data is JSON

    assert [(row["dir"], row["lang"]) for row in body] == [
        ("rtl", "en"),
        ("ltr", "en"),
        ("ltr", "ja"),
        ("ltr", "ko"),
        ("ltr", "zh"),
    ]


def test_emoji_are_in_colour(drawer: Drawer) -> None:
    needs_noto()

    (page,) = drawer.draw(said("\U0001f438" * 40))

    _, green, blue = opened(page).convert("RGB").split()
    assert sum(ImageChops.subtract(green, blue).histogram()[80:]) > 5000
