"""Fonts: what can be drawn, in which order families are tried, what to install."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
import typst
from PIL import ImageFont

from bot.evidence import cmap
from bot.evidence.fonts import INSIDE_TYPST, MONOSPACE, FontSet, findings, installed, ordered

FONTS = installed()
BARE = FontSet(typst.Fonts(include_system_fonts=False))


def test_what_is_said_to_be_inside_typst_is_drawn_by_it() -> None:
    claimed = [
        chr(code)
        for start, end in zip(INSIDE_TYPST.starts, INSIDE_TYPST.ends, strict=True)
        for code in range(start, end + 1)
    ]
    template = (
        b'#set text(font: json(bytes(sys.inputs.f)), fallback: false)\n#text(json(bytes(sys.inputs.d)).join(" "))'
    )

    # PDF/A refuses a document in which a character has no glyph.
    pdf = typst.Compiler(font_paths=BARE.fonts).compile(
        input=template,
        format="pdf",
        pdf_standards=["a-2b"],
        sys_inputs={"d": json.dumps(claimed), "f": json.dumps(list(BARE.order))},
    )

    assert isinstance(pdf, bytes)


def test_without_system_fonts_latin_is_covered_and_nothing_is_promised_beyond_it() -> None:
    found = {text: bool(BARE.family_of(text)) for text in ("a", "é", "Ж", "→", "\u4e2d", "\u0645", "\U0001f600")}

    assert found == {"a": True, "é": True, "Ж": True, "→": True, "\u4e2d": False, "\u0645": False, "\U0001f600": False}


def test_each_missing_package_is_named_with_what_it_shows() -> None:
    bare, here = findings(BARE), findings(FONTS)

    assert [finding.ok for finding in bare] == [False, False, False]
    assert "apt install fonts-noto-core" in bare[0].text
    assert "apt install fonts-noto-color-emoji" in bare[1].text
    assert "apt install fonts-noto-cjk" in bare[2].text
    assert len(here) == 3


def test_the_order_of_families_does_not_depend_on_how_they_are_found() -> None:
    families = ["Zapf", "Noto Sans Thai", "Noto Color Emoji", "Noto Sans", "DejaVu Sans", MONOSPACE, "Noto Serif Thai"]

    first, second = ordered(families), ordered(reversed(families))

    assert first == second
    assert first[:3] == ("Noto Sans", "Noto Color Emoji", "Noto Sans Thai")


def test_the_families_of_a_picture_hold_those_for_words_and_for_codes() -> None:
    ranked = BARE.ranked(set())

    assert ranked == ("Libertinus Serif", MONOSPACE)


def test_the_record_names_each_file_with_its_hash() -> None:
    files = [face for face in FONTS.fonts.fonts() if face.path]
    if not files:
        pytest.skip("needs fonts: apt install fonts-noto-core")

    record = FONTS.record({files[0].family})

    assert Path(str(files[0].path)).suffix in record
    assert "sha256:" in record
    assert record.endswith(f"typst {version('typst')}")


def test_the_coverage_of_a_font_agrees_with_what_freetype_draws() -> None:
    faces = {
        face.family: face for face in FONTS.fonts.fonts() if face.path and face.weight == 400 and face.style == "normal"
    }
    if "DejaVu Sans" not in faces:
        pytest.skip("needs fonts: apt install fonts-dejavu-core")
    path, index = str(faces["DejaVu Sans"].path), faces["DejaVu Sans"].index
    font = ImageFont.truetype(path, 24, index=index)
    blank = bytes(font.getmask("\U000effff"))

    coverage = cmap.read(Path(path), index)

    drawn = {
        code
        for code in (*range(0x21, 0x7F), *range(0x370, 0x400), *range(0x2200, 0x2300))
        if differs(font, code, blank)
    }
    assert all(code in coverage for code in drawn)
    assert 0x4E2D not in coverage
    assert 0x41 in coverage


def differs(font: ImageFont.FreeTypeFont, code: int, blank: bytes) -> bool:
    """Whether a character is drawn as something else than the box for missing ones."""
    return bytes(font.getmask(chr(code))) != blank


@pytest.mark.parametrize(
    "data", [b"", b"not a font", b"ttcf" + b"\0" * 8, b"\0\1\0\0\0\1" + b"\0" * 6 + b"cmap" + b"\xff" * 12]
)
def test_a_file_that_is_no_font_is_refused(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "font.ttf"
    file.write_bytes(data)

    with pytest.raises(ValueError):
        cmap.read(file)


def test_ranges_that_touch_are_one() -> None:
    coverage = cmap.coverage([(5, 9), (1, 4), (20, 30), (22, 25)])

    assert coverage == cmap.Coverage((1, 20), (9, 30))
    assert [code in coverage for code in (0, 1, 9, 10, 20, 30, 31)] == [False, True, True, False, True, True, False]
