"""The picture of a chat: the same bytes for the same record, all tricks visible, within its limits."""

import asyncio
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, PngImagePlugin

from bot.evidence.fonts import FontSet, installed
from bot.evidence.picture import PAGES, Drawer, Pictures
from bot.evidence.sheet import Sheet
from bot.evidence.transcript import Line
from bot.model import Attachment, Mark, MarkKind, Text, View
from tests.evidence import gallery
from tests.evidence.gallery import message, said, transcript

FONTS = installed()
NO_SYSTEM_FONTS = FontSet(typst.Fonts(include_system_fonts=False))
TALLEST, WIDTH = 3000, 1240


@pytest.fixture(scope="module")
def drawer() -> Drawer:
    return Drawer(FONTS)


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    pictures = Pictures(lambda: FONTS)
    yield pictures
    pictures.close()


def opened(page: bytes) -> PngImagePlugin.PngImageFile:
    """A page as an image, fully read."""
    image = Image.open(io.BytesIO(page))
    assert isinstance(image, PngImagePlugin.PngImageFile)
    image.load()
    return image


def words(part: object) -> str:
    """All that a sheet's data says, pieces joined, without places to break."""
    if isinstance(part, dict):
        return (
            str(part["v"]).replace("\u200b", "") if "v" in part else "\n".join(words(value) for value in part.values())
        )
    if isinstance(part, list):
        inline = all(isinstance(one, dict) and "v" in one for one in part)
        return ("" if inline else "\n").join(words(one) for one in part)
    return str(part)


def colours(page: bytes) -> set[object]:
    """The colours that fill much of a page."""
    counted = opened(page).convert("RGB").getcolors(1 << 24) or []
    return {colour for count, colour in counted if count > 400}


async def test_the_same_transcript_gives_the_same_bytes(pictures: Pictures) -> None:
    transcript = gallery.ordinary()

    first = await pictures.draw(transcript)
    again = await pictures.draw(gallery.ordinary())

    assert first == again
    assert len(first) == 1


def test_another_process_draws_the_same_bytes(drawer: Drawer, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.evidence.gallery", str(tmp_path), "tricks"], check=True)

    pages = drawer.draw(gallery.tricks())

    assert [sha256(page).hexdigest() for page in pages] == [
        sha256(file.read_bytes()).hexdigest() for file in sorted(tmp_path.iterdir())
    ]


async def test_pictures_asked_for_at_once_are_drawn_one_after_another(pictures: Pictures) -> None:
    asked = [said(f"message {number}") for number in range(6)]

    drawn = await asyncio.gather(*(pictures.draw(one) for one in asked))

    assert len({pages[0] for pages in drawn}) == 6


def test_a_page_says_what_it_is_and_with_which_fonts_it_was_drawn(drawer: Drawer) -> None:
    transcript = gallery.ordinary()

    (page,) = drawer.draw(transcript)

    notes = opened(page).text
    assert notes["Description"] == transcript.label
    assert notes["Source"] == f"SU-2026-0042 sha256:{transcript.sha256}"
    assert f"typst {version('typst')}" in notes["Software"]
    assert all(family in notes["Software"] for family in FONTS.ranked(Sheet(transcript, FONTS).ink.families))


def test_the_sheet_says_who_said_what_when_and_where() -> None:
    sheet = Sheet(gallery.ordinary(), FONTS)

    told = words(sheet.data)

    for expected in (
        "Chess & Board Games Society",
        "#general",
        "Discord",
        "SU-2026-0042",
        "Captured Sunday 22 November 2026, 20:21:41 GMT",
        "times in Europe/London",
        "20:15:49 GMT",
        "@rook_taker · id 81230049",
        "id 81230050 · bot",
        "edited 20:16:41 GMT",
        "deleted by its author after capture",
        "@Amelia you are pathetic, get lost",
        "poster-final-v3.png",
        "471 kB · image/png",
        "Only pictures are shown; the file is in the record.",
        "Rendered by Porter from captured data; not a phone screenshot.",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ):
        assert expected in told


def test_times_follow_the_zone_of_the_union_through_summer_time() -> None:
    summer = gallery.START.replace(month=7)
    line = Line(replace(message(0, "Amelia", "hi"), sent_at=summer))

    told = words(Sheet(transcript(line), FONTS).data)

    assert "21:12:41 BST" in told
    assert "Wednesday 22 July 2026" in told


def test_a_reply_quotes_its_message_or_says_that_it_is_not_there() -> None:
    here, elsewhere = message(0, "Amelia", "Can we talk?"), message(99, "Noam", "gone")
    one = message(1, "Rook", "no", reply_to=here.ref)
    other = message(2, "Rook", "no", reply_to=elsewhere.ref, reply_author=elsewhere.author)

    items = Sheet(transcript(Line(here), Line(one), Line(other)), FONTS).data["items"]

    assert isinstance(items, list)
    assert words(items[2]["reply"]).split("\n") == ["Amelia", "Can we talk?", ""]
    assert words(items[3]["reply"]).split("\n") == [elsewhere.author.name, "", "not among these messages"]


def test_links_are_shown_literally_where_they_hide_behind_words() -> None:
    shown = "https://example.org/a"
    text = f"click here or {shown}"
    hides = Mark(0, 10, MarkKind.LINK, "https://example.net/other")
    plain = Mark(14, len(text), MarkKind.LINK, shown)

    told = words(Sheet(said(text, marks=(hides, plain)), FONTS).data)

    assert "click here (https://example.net/other) or https://example.org/a" in told
    assert "(https://example.org/a)" not in told


def test_words_of_others_stand_apart_from_the_authors_own() -> None:
    sheet = Sheet(gallery.rich(), FONTS)

    boxes = sheet.data["items"][-1]["boxes"]  # type: ignore[index]  # a sheet's data is JSON

    assert [box["title"] for box in boxes] == ["Forwarded words", "Poll", "Preview or embed", "Sticker"]
    assert "Words of somebody else," in words(boxes[0]["body"])


def test_matched_words_and_the_flag_are_marked_in_red(drawer: Drawer) -> None:
    plain = transcript(Line(message(1, "Rook", "you are pathetic")))
    flagged = transcript(Line(message(1, "Rook", "you are pathetic"), flagged=True, words=((8, 16),)))
    flag_only = transcript(Line(message(1, "Rook", "you are pathetic"), flagged=True))

    red = [sum(reddish(page) for page in drawer.draw(one)) for one in (plain, flag_only, flagged)]

    assert red[0] == 0
    assert red[1] > 500
    assert red[2] > red[1] + 100


def reddish(page: bytes) -> int:
    """How many pixels are of the colour that marks."""
    counted = opened(page).convert("RGB").getcolors(1 << 24) or []
    return sum(count for count, colour in counted if colour == (194, 43, 43))


def test_a_thumbnail_is_drawn_and_a_damaged_one_leaves_a_box(drawer: Drawer) -> None:
    board = Attachment("a", "board.jpg", "image/jpeg", 20_000)
    talk = message(1, "Rook", "look", attachments=(board,))
    jpeg = gallery.poster()

    good, cut, none = (
        drawer.draw(transcript(Line(talk, thumbnails=thumbnails)))[0]
        for thumbnails in ({"a": jpeg}, {"a": jpeg[: len(jpeg) // 2]}, {"a": b"<svg/>"})
    )

    assert any(near(colour, (148, 111, 81)) for colour in colours(good))
    assert not any(near(colour, (148, 111, 81)) for colour in colours(none))
    assert opened(good).size == opened(cut).size
    assert opened(none).height < opened(good).height


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    """Whether a colour is the wanted one but for what JPEG does to it."""
    assert isinstance(colour, tuple)
    return all(abs(int(one) - other) <= 4 for one, other in zip(colour, wanted, strict=True))


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


def test_a_message_of_four_thousand_characters_is_drawn_in_full(drawer: Drawer) -> None:
    transcript = gallery.long()

    pages = drawer.draw(transcript)
    told = words(Sheet(transcript, FONTS).data["items"])

    assert transcript.lines[1].message.body in told
    assert "more characters" not in told
    assert len(pages) == 1


def test_a_word_without_a_space_wraps_instead_of_leaving_the_page(drawer: Drawer) -> None:
    short, (page,) = opened(drawer.draw(said("x" * 40))[0]), drawer.draw(said("x" * 4000))

    image = opened(page)

    assert image.height > short.height + 1000
    margin = image.convert("L").crop((WIDTH - 40, 0, WIDTH, image.height))
    assert margin.getextrema()[0] == 255


def test_what_is_left_out_is_counted() -> None:
    sheet = Sheet(gallery.hostile(), FONTS)

    told = words(sheet.data["items"])

    assert "30 messages are left out here; the record has all of them." in told
    assert "more characters; the record has the full text." in told
    assert "\U0001f92c" * 4000 in told


HOSTILE = {
    "a hundred messages of emoji": gallery.hostile(),
    "all of them flagged": transcript(
        *(Line(message(number, "Rook", "\U0001f92c" * 4000), flagged=True) for number in range(100))
    ),
    "two thousand lines": said("a\n" * 2000),
    "hidden characters everywhere": said("\u200ba\u200cb" * 1000),
    "no font for any of it": said("\U0003fffe a" * 2000),
    "marks upon marks": said(("Z" + "\u0335\u0301\u0327" * 6) * 220),
    "a mark on every letter": transcript(
        Line(
            message(
                1, "Rook", "ab" * 2000, marks=tuple(Mark(at, at + 1, MarkKind.MENTION) for at in range(0, 4000, 2))
            ),
            words=tuple((at, at + 3) for at in range(0, 4000, 7)),
        )
    ),
    "a long link on every letter": said(
        "ab" * 2000,
        marks=tuple(Mark(at, at + 1, MarkKind.LINK, "https://example.org/" + "x" * 1900) for at in range(0, 4000, 2)),
    ),
    "more files than fit": transcript(
        *(
            Line(
                message(
                    number,
                    "Rook",
                    "hi",
                    attachments=tuple(Attachment(str(file), "f" * 300, "image/png", 10**9) for file in range(12)),
                ),
                thumbnails={str(file): gallery.poster() for file in range(12)},
            )
            for number in range(60)
        )
    ),
    "names and versions without end": transcript(
        Line(
            replace(
                message(1, "Rook", "x", texts=tuple(Text(view, "w" * 9999) for view in View)),
                author=replace(gallery.PEOPLE["Rook"], name="N" * 5000, handle="h" * 5000, id="9" * 999),
            ),
            flagged=True,
            deleted=True,
            deleted_by="d" * 999,
            earlier=("e" * 9999,) * 50,
        )
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_transcript_stays_within_the_limits_of_a_picture(name: str, drawer: Drawer) -> None:
    hostile = HOSTILE[name]

    pages = drawer.draw(hostile)

    images = [opened(page) for page in pages]
    assert 1 <= len(images) <= PAGES
    assert all(image.width == WIDTH and image.height <= TALLEST for image in images)
    assert sum(map(len, pages)) < 8_000_000


def test_drawing_takes_a_bounded_amount_of_memory() -> None:
    code = (
        "import dataclasses, pathlib\n"
        "from bot.evidence.fonts import installed\n"
        "from bot.evidence.picture import Drawer\n"
        "from tests.evidence import gallery\n"
        "drawer = Drawer(installed())\n"
        "for number in range(6):\n"
        "    for one in (gallery.ordinary(), gallery.long(), gallery.hostile()):\n"
        "        drawer.draw(dataclasses.replace(one, reference=str(number)))\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert int(done.stdout) < 260 * 1024


@given(
    st.text(st.characters(), max_size=300), st.lists(st.tuples(st.integers(-9, 400), st.integers(-9, 400)), max_size=8)
)
@settings(max_examples=60, deadline=None)
def test_any_text_with_any_marks_can_be_drawn(text: str, spans: list[tuple[int, int]]) -> None:
    kinds = list(MarkKind)
    marks = tuple(Mark(start, end, kinds[place % 5], "t") for place, (start, end) in enumerate(spans))

    pages = ANY.draw(transcript(Line(message(1, "Rook", text, marks=marks), words=tuple(spans), earlier=(text,))))

    assert opened(pages[0]).width == WIDTH


ANY = Drawer(FONTS)


def test_without_system_fonts_latin_is_drawn_and_the_rest_is_noted_by_number() -> None:
    transcript = gallery.ordinary()

    sheet = Sheet(transcript, NO_SYSTEM_FONTS)
    pages = Drawer(NO_SYSTEM_FONTS).draw(transcript)

    told = words(sheet.data)
    assert "U+1F3B2" in told
    assert "U+5927 U+4E08 U+592B U+3067 +15" in told
    assert "no font here draws" in told
    assert all(package in told for package in ("fonts-noto-core", "fonts-noto-color-emoji", "fonts-noto-cjk"))
    assert "Libertinus Serif (inside typst)" in opened(pages[0]).text["Software"]


def test_the_words_for_those_who_cannot_see_say_who_wrote_what_and_fit() -> None:
    alt = gallery.ordinary().alt
    longest = gallery.hostile().alt

    assert "rook_taker wrote on Sunday 22 November 2026, 20:15:49 GMT: “@Amelia you are pathetic" in alt
    assert "6 other messages around it" in alt
    assert len(longest) <= 1000


def test_the_words_for_those_who_cannot_see_hold_nothing_that_hides() -> None:
    alt = said("a\u202eb\ud83dc\0").alt

    assert "“abc”" in alt
