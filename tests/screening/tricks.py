"""Ways in which people disguise what they write."""

import random
from collections.abc import Callable

Trick = Callable[[str, random.Random], str]
CYRILLIC = str.maketrans("aceopxyi", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456")
GREEK = str.maketrans("aoiknuv", "\u03b1\u03bf\u03b9\u03ba\u03b7\u03c5\u03bd")
LEET = str.maketrans("aeiost", "431057")
SYMBOLS = str.maketrans("aisl", "@!$|")
TURNED = str.maketrans(
    "abcdefghijklmnopqrtuvwy",
    "\u0250q\u0254p\u01dd\u025f\u0183\u0265\u1d09\u027e\u029e\u05df\u026fuodb\u0279\u0287n\u028c\u028d\u028e",
)
KINDS: dict[str, Trick] = {}


def trick(name: str) -> Callable[[Trick], Trick]:
    """Registers a trick."""

    def add(function: Trick) -> Trick:
        KINDS[name] = function
        return function

    return add


def shifted(text: str, capital: int, small: int) -> str:
    """Letters moved to another block of Unicode."""
    return "".join(
        chr(small + ord(c) - 97) if "a" <= c <= "z" else chr(capital + ord(c) - 65) if "A" <= c <= "Z" else c
        for c in text
    )


def longest(text: str, change: Callable[[str], str], least: int = 4) -> str:
    """The text with its longest word changed."""
    words = text.split(" ")
    at = max(range(len(words)), key=lambda n: len(words[n]))
    if len(words[at]) >= least and words[at].isalpha():
        words[at] = change(words[at])
    return " ".join(words)


for _name, _table in {"cyrillic": CYRILLIC, "greek": GREEK, "leet": LEET, "symbols": SYMBOLS}.items():
    KINDS[_name] = lambda text, _, table=_table: text.translate(table)  # type: ignore[misc]
STARTS = {
    "fullwidth": (0xFF21, 0xFF41),
    "bold": (0x1D400, 0x1D41A),
    "script": (0x1D4D0, 0x1D4EA),
    "circled": (0x24B6, 0x24D0),
    "boxed": (0x1F130, 0x1F130),
    "indicators": (0x1F1E6, 0x1F1E6),
}
for _name, _starts in STARTS.items():
    KINDS[_name] = lambda text, _, starts=_starts: shifted(text, *starts)  # type: ignore[misc]


@trick("capitals")
def _capitals(text: str, _: random.Random) -> str:
    return text.upper()


@trick("mixed case")
def _mixed(text: str, chance: random.Random) -> str:
    return "".join(c.upper() if chance.random() < 0.5 else c for c in text)


@trick("zero width")
def _zero_width(text: str, _: random.Random) -> str:
    return "\u200b".join(text)


@trick("soft hyphens")
def _soft(text: str, _: random.Random) -> str:
    return "\u00ad".join(text)


@trick("zalgo")
def _zalgo(text: str, chance: random.Random) -> str:
    return "".join(c + "".join(chr(chance.randint(0x300, 0x36F)) for _ in range(3)) for c in text)


@trick("accents")
def _accents(text: str, _: random.Random) -> str:
    return text.translate(str.maketrans("aeiou", "\u00e1\u00eb\u00ee\u00f6\u00fc"))


@trick("spaced")
def _spaced(text: str, _: random.Random) -> str:
    return longest(text, " ".join)


@trick("dotted")
def _dotted(text: str, _: random.Random) -> str:
    return longest(text, ".".join)


@trick("dashed")
def _dashed(text: str, _: random.Random) -> str:
    return longest(text, "-".join)


@trick("underscored")
def _underscored(text: str, _: random.Random) -> str:
    return longest(text, "_".join)


@trick("held letters")
def _held(text: str, _: random.Random) -> str:
    return longest(text, lambda word: word[:-1] + word[-1] * 4)


@trick("doubled vowel")
def _doubled(text: str, _: random.Random) -> str:
    return longest(text, lambda word: word[:2] + word[1:2] * 3 + word[2:])


@trick("run together")
def _together(text: str, _: random.Random) -> str:
    return text.replace(" ", "")


@trick("markdown")
def _markdown(text: str, _: random.Random) -> str:
    return longest(text, lambda word: f"**{word[:2]}**{word[2:]}")


@trick("spoiler")
def _spoiler(text: str, _: random.Random) -> str:
    return longest(text, lambda word: f"||{word}||")


@trick("emoji inside")
def _emoji(text: str, _: random.Random) -> str:
    return longest(text, lambda word: word[:2] + "\U0001f642" + word[2:])


@trick("letters swapped")
def _swapped(text: str, _: random.Random) -> str:
    return longest(text, lambda word: word[:2] + word[3] + word[2] + word[4:], least=5)


@trick("letter left out")
def _left_out(text: str, _: random.Random) -> str:
    return longest(text, lambda word: word[:3] + word[4:], least=6)


@trick("torn apart")
def _torn(text: str, _: random.Random) -> str:
    return longest(text, lambda word: f"{word[:2]} {word[2:]}", least=5)


@trick("override")
def _override(text: str, _: random.Random) -> str:
    return f"\u202e{text[::-1]}\u202c"


@trick("turned")
def _turned(text: str, _: random.Random) -> str:
    return text.lower().translate(TURNED)[::-1]


@trick("newlines")
def _padded(text: str, _: random.Random) -> str:
    return f"hello everyone\n\n{text}\n\nsee you at five"
