"""Text of people made ready to be drawn: pieces of one style, notes for what cannot be seen, one paragraph a line."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from bot.evidence import hidden
from bot.evidence.fonts import FontSet

BREAK = "\u200b"  # ours: people's own are taken out and noted
LONGEST_WORD = 24  # characters after which a word may be broken anywhere
CODES_IN_A_NOTE = 4
RUNS_IN_A_ROW = 6
SPELT = 60
KANA, HANGUL = re.compile("[\u3040-\u30ff\uff66-\uff9f]"), re.compile("[\u1100-\u11ff\uac00-\ud7af]")
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")

Span = tuple[int, int, str]
Piece = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A bit of text in one style; a `note` stands for characters that cannot be seen or drawn."""

    text: str
    styles: tuple[str, ...] = ()
    note: bool = False

    @property
    def piece(self) -> Piece:
        """As the template takes it."""
        styles = [*self.styles, "note"] if self.note else [*self.styles]
        return {"v": self.text, "s": styles}


@dataclass
class Ink:
    """Makes paragraphs, and remembers which families they need, what was hidden in them and what no font here has."""

    fonts: FontSet
    families: set[str] = field(default_factory=set)
    hidden: Counter[str] = field(default_factory=Counter)
    lacking: set[str] = field(default_factory=set)

    def line(self, text: str) -> list[Piece]:
        """A name or title: one line, whatever is in it."""
        return [stroke.piece for stroke in self._strokes(re.sub(r"\s*[\r\n]\s*", " ", text), ())]

    def paragraphs(self, text: str, spans: Iterable[Span] = ()) -> list[dict[str, object]]:
        """A text as paragraphs. `spans` are (start, end, style) in code points; a style `=…` is words to follow."""
        strokes = [stroke for part, styles in stretches(text, spans) for stroke in self._strokes(part, styles)]
        lines = [list(group) for _, group in groupby(numbered(strokes), key=lambda pair: pair[0])]
        return list(joined([[stroke for _, stroke in line if stroke.text != "\n"] for line in lines]))

    def _strokes(self, text: str, styles: tuple[str, ...]) -> Iterator[Stroke]:
        behind = [style[1:] for style in styles if style.startswith("=")]
        kept = tuple(style for style in styles if not style.startswith("="))
        clusters = list(hidden.clusters(text.replace("\r\n", "\n").replace("\t", "    ")))
        for kind, group in groupby(clusters, key=self._kind):
            yield from self._of_kind(kind, list(group), kept)
        for words in behind:
            yield from self._strokes(f" ({words})", ("target",))

    def _kind(self, cluster: str) -> str:
        if cluster == "\n":
            return "break"
        if hidden.hidden(cluster[0]):
            return "tags" if hidden.TAG.match(cluster) else "hidden"
        if len(cluster) > hidden.MARKS_SHOWN + 1 and stacked(cluster):
            return "stack"
        family = self.fonts.family_of(cluster)
        self.families.add(family or self.fonts.body)
        return "seen" if family else "lacking"

    def _of_kind(self, kind: str, group: Sequence[str], styles: tuple[str, ...]) -> Iterator[Stroke]:
        if kind == "seen":
            yield Stroke("".join(breakable(group)), styles)
        elif kind == "break":
            yield from (Stroke("\n") for _ in group)
        elif kind == "stack":
            yield from (stroke for cluster in group for stroke in self._stack(cluster, styles))
        elif kind == "lacking":
            self.lacking.update(character for cluster in group for character in cluster)
            yield Stroke(codes("".join(group)), styles, note=True)
        else:
            self.hidden.update("".join(group))
            yield from (Stroke(words, styles, note=True) for words in revealed(kind, "".join(group)))

    def _stack(self, cluster: str, styles: tuple[str, ...]) -> Iterator[Stroke]:
        shown, rest = cluster[: hidden.MARKS_SHOWN + 1], len(cluster) - hidden.MARKS_SHOWN - 1
        yield from self._of_kind(self._kind(shown), [shown], styles)
        yield Stroke(f"+{rest} marks" if rest > 1 else "+1 mark", styles, note=True)


def stacked(cluster: str) -> bool:
    """Whether what follows a character is mostly marks upon it."""
    marks = sum(unicodedata.category(character) in ("Mn", "Me", "Mc") for character in cluster[1:])
    return marks > hidden.MARKS_SHOWN


def revealed(kind: str, text: str) -> Iterator[str]:
    """Notes for a run of hidden characters: what tags spell, each other character with how often it stands there."""
    if kind == "tags":
        spelt = "".join(chr(ord(character) & 0x7F) for character in text if character < "\U000e007f")
        yield f"hidden text: {spelt[:SPELT]}{'…' if len(spelt) > SPELT else ''}"
        return
    runs = [(character, len(list(same))) for character, same in groupby(text)]
    for character, count in runs[:RUNS_IN_A_ROW]:
        yield hidden.code(character) + (f" ×{count}" if count > 1 else "")
    if len(runs) > RUNS_IN_A_ROW:
        yield f"+{sum(count for _, count in runs[RUNS_IN_A_ROW:])} hidden"


def codes(text: str) -> str:
    """The code points of a text, the first few by number."""
    shown = " ".join(hidden.code(character) for character in text[:CODES_IN_A_NOTE])
    rest = len(text) - CODES_IN_A_NOTE
    return f"{shown} +{rest}" if rest > 0 else shown


def stretches(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text cut wherever a span begins or ends, each part with the styles of the spans over it."""
    within = [(max(start, 0), min(end, len(text)), style) for start, end, style in spans]
    within = sorted({span for span in within if span[0] < span[1]})
    edges = sorted({0, len(text), *(edge for span in within for edge in span[:2])})
    for start, end in pairwise(edges):
        over = [span for span in within if span[0] <= start and end <= span[1]]
        # Words to be put behind a span stand behind its last part only.
        styles = [style for _, last, style in over if not style.startswith("=") or last == end]
        yield text[start:end], tuple(dict.fromkeys(styles))


def numbered(strokes: Iterable[Stroke]) -> Iterator[tuple[int, Stroke]]:
    """Strokes with the number of the line they stand on; a line break ends its line."""
    line = 0
    for stroke in strokes:
        yield line, stroke
        line += stroke.text == "\n" and not stroke.note


def joined(lines: Iterable[Sequence[Stroke]]) -> Iterator[dict[str, object]]:
    """Lines as paragraphs for the template; many empty lines become one that says how many."""
    for empty, group in groupby(lines, key=lambda line: not line):
        rows = list(group)
        if empty and len(rows) > 1:
            yield paragraph([Stroke(f"{len(rows)} empty lines", note=True)])
        else:
            yield from (paragraph(row) for row in rows)


def paragraph(strokes: Sequence[Stroke]) -> dict[str, object]:
    """One paragraph: its direction is that of its first strong character, its language that of its script."""
    text = "".join(stroke.text for stroke in strokes if not stroke.note)
    pieces = [stroke.piece for stroke in strokes]
    return {"dir": direction(text), "lang": language(text), "pieces": pieces}


def direction(text: str) -> str:
    """`rtl` or `ltr`."""
    strong = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), "L")
    return "ltr" if strong == "L" else "rtl"


def language(text: str) -> str:
    """Which forms of Han characters to draw: Japanese beside kana, Korean beside hangul, else Chinese."""
    if KANA.search(text):
        return "ja"
    if HANGUL.search(text):
        return "ko"
    return "zh" if HAN.search(text) else "en"


def breakable(clusters: Iterable[str]) -> Iterator[str]:
    """Clusters with a place to break after each one in a word that is too long for a line."""
    for blank, group in groupby(clusters, key=str.isspace):
        word = list(group)
        if blank or len(word) <= LONGEST_WORD:
            yield from word
        else:
            yield BREAK.join(word)
