"""The fonts of this machine: which family draws which character, which are missing, which a picture was drawn with.

No font comes with the program. Latin is always there, from the fonts inside typst; other scripts come from the system.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import typst

from bot.evidence import cmap
from bot.ports import Finding

# Checked against typst's own fonts by the tests: Latin, Greek and Cyrillic, the usual signs, arrows and boxes.
INSIDE_TYPST = cmap.coverage(
    (
        *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x36F), (0x384, 0x38A), (0x3A3, 0x3CE), (0x400, 0x477)),
        *((0x2010, 0x2027), (0x2030, 0x2037), (0x20A0, 0x20B5), (0x2190, 0x222E), (0x24B6, 0x25FF)),
    )
)
MONOSPACE = "DejaVu Sans Mono"  # inside typst, so it is always there
BODY = ("Noto Sans", "DejaVu Sans", "Liberation Sans", "Libertinus Serif", MONOSPACE)
EARLY = ("Emoji", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Symbols", "Noto Sans Math", "Noto Sans CJK SC")
LATE = ("Mono", "Display", "Serif", "Computer Modern", "Math TeX")

# What a Debian package adds, and characters that show whether it is there.
PACKAGES = (
    ("fonts-noto-core", "scripts other than Latin", "بאदবதกგᏣ☒"),
    ("fonts-noto-color-emoji", "emoji in colour", "😀🏳🧑"),
    ("fonts-noto-cjk", "Chinese, Japanese and Korean", "中あ한"),
)
SEEN_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file; `file` is None for those inside typst."""

    family: str
    weight: int
    file: Path | None
    index: int


class FontSet:
    """What can be drawn with `fonts`. Families are tried in an order that does not depend on how they were found."""

    def __init__(self, fonts: typst.Fonts) -> None:
        self.fonts = fonts
        self._faces: dict[str, list[Face]] = {}
        for info in fonts.fonts():
            if info.style == "normal" and info.stretch == 1.0:
                face = Face(info.family, info.weight, Path(info.path) if info.path else None, info.index)
                self._faces.setdefault(info.family, []).append(face)
        self.order = ordered(self._faces)
        self.emoji = next((family for family in self.order if "Emoji" in family), "")
        self._seen: dict[str, str] = {}

    @property
    def body(self) -> str:
        """The family that ordinary words are set in."""
        return self.order[0]

    def family_of(self, cluster: str) -> str:
        """The first family that draws all of a character and its marks; empty when none does."""
        known = self._seen.get(cluster)
        if known is None:
            if len(self._seen) >= SEEN_AT_MOST:
                self._seen.clear()
            known = self._seen[cluster] = self._find(cluster)
        return known

    def _find(self, cluster: str) -> str:
        codes = [ord(character) for character in cluster if not shapeless(character)]
        families = (self.emoji, *self.order) if self.emoji and "\ufe0f" in cluster else self.order
        return next((family for family in families if all(code in self._coverage(family) for code in codes)), "")

    def _coverage(self, family: str) -> cmap.Coverage:
        return _read(self._face(family, 400))

    def _face(self, family: str, weight: int) -> Face:
        return min(self._faces[family], key=lambda face: (abs(face.weight - weight), str(face.file), face.index))

    def ranked(self, families: Iterable[str]) -> tuple[str, ...]:
        """These families in the order in which they are tried; those for words and for codes are always among them."""
        wanted = {*families, self.body, MONOSPACE}
        return tuple(family for family in self.order if family in wanted)

    def record(self, families: Iterable[str]) -> str:
        """A line that names the font files of these families, with the start of each file's SHA-256."""
        return "; ".join([*map(self._recorded, self.ranked(families)), f"typst {version('typst')}"])

    def _recorded(self, family: str) -> str:
        files = dict.fromkeys(self._face(family, weight).file for weight in (400, 700))
        names = [f"{file.name} sha256:{_digest(file)[:16]}" if file else "inside typst" for file in files]
        return f"{family} ({', '.join(names)})"


def shapeless(character: str) -> bool:
    """Whether a character only steers how others are drawn: joiners, variation selectors, tags."""
    return (
        unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def ordered(families: Iterable[str]) -> tuple[str, ...]:
    """Families in the order in which they are tried: ordinary words, emoji, the scripts most met, others by name."""
    names = sorted(set(families))
    body = next(family for family in BODY if family in names)
    return tuple(sorted(names, key=lambda family: (family != body, _rank(family), family)))


def _rank(family: str) -> int:
    for rank, start in enumerate(EARLY):
        if start in family:
            return rank
    if family.startswith("Noto Sans") and not any(word in family for word in LATE):
        return len(EARLY)
    return len(EARLY) + 1 + any(word in family for word in LATE)


@cache
def _read(face: Face) -> cmap.Coverage:
    if face.file is None:
        return INSIDE_TYPST if face.family in BODY else cmap.Coverage()
    try:
        return cmap.read(face.file, face.index)
    except (
        ValueError
    ):  # typst takes kinds of font that we cannot look into; what we cannot vouch for we do not draw with
        return cmap.Coverage()


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def installed() -> FontSet:
    """The fonts of this system and those inside typst; takes some 0.3 s."""
    return FontSet(typst.Fonts(include_system_fonts=True))


def findings(fonts: FontSet) -> Sequence[Finding]:
    """What the fonts here can draw, one finding for each package that a picture may need."""
    return tuple(_finding(fonts, *package) for package in PACKAGES)


def _finding(fonts: FontSet, package: str, what: str, samples: str) -> Finding:
    if package.endswith("emoji"):
        lacking = "" if fonts.emoji else samples
    else:
        lacking = "".join(sample for sample in samples if not fonts.family_of(sample))
    if not lacking:
        return Finding(ok=True, text=f"Pictures can show {what}.")
    return Finding(
        ok=False, text=f"Pictures cannot show {what}: install the fonts, on Debian with `apt install {package}`."
    )
