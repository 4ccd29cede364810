"""The picture of a chat: the same bytes for the same record, within its limits."""

import asyncio
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

from bot.evidence.fonts import FontSet
from bot.evidence.picture import PAGES, Drawer, Pictures
from bot.evidence.sheet import Sheet
from bot.evidence.transcript import Line
from bot.model import Attachment, Mark, MarkKind, Text, View
from tests.evidence import gallery
from tests.evidence.gallery import message, said, transcript
from tests.evidence.looking import FONTS, WIDTH, colours, near, opened, words

NO_SYSTEM_FONTS = FontSet(typst.Fonts(include_system_fonts=False))
TALLEST = 3000


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    pictures = Pictures(lambda: FONTS)
    yield pictures
    pictures.close()


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
