"""What single characters stand for: look-alikes of other scripts, letters in boxes and circles, marks, turned letters.

Everything here works on one character without its neighbours, so a span of the folded text maps back exactly.
"""

import re
import unicodedata

from anyascii import anyascii
from emoji import EMOJI_DATA

# By the letter, the characters of other scripts that look like it.
_ROWS = {
    "a": "\u0430\u03b1\u0251\u237a\u2202\u00aa\u0410\u0391\u13aa",
    "b": "\u0432\u044c\u042c\u0431\u0185\u03b2\u0e3f\u1e05\u0412\u0392\u13f4",
    "c": "\u0441\u03f2\u217d\u00a2\u2ca5\u1d04\u00a9\u0421\u03f9\u13df",
    "d": "\u0501\u217e\u0257\u056a",
    "e": "\u0435\u0451\u0454\u03b5\u04bd\u212e\u2103\u025b\u20ac\u04d9\u0415\u0395\u13ac",
    "f": "\u03dd\u0493\u0192\u017f",
    "g": "\u0261\u0581\u01e5\u13c0",
    "h": "\u04bb\u043d\u0570\u041d\u0397\u13bb",
    "i": "\u0456\u0457\u03b9\u0131\u2170\u04cf\u05c0\u2223\u01c0\u0406\u0399\u04c0",
    "j": "\u0458\u03f3\u0575\u0408\u13ab",
    "k": "\u043a\u03ba\u0138\u049b\u041a\u039a\u13e6",
    "l": "\u217c\u0142\u2113\u05d5\u13de",
    "m": "\u043c\u217f\u1e43\u041c\u039c\u13b7",
    "n": "\u043f\u03b7\u057c\u0578\u0438\u039d",
    "o": "\u043e\u03bf\u03c3\u0585\u04e9\u00f8\u09e6\u0966\u2092\u25cb\u25cf\u25ef\u04e8\u041e\u039f",
    "p": "\u0440\u03c1\u2ca3\u00fe\u0420\u03a1\u13e2",
    "q": "\u051b\u0566",
    "r": "\u0433\u0280\u1d26\u13a1",
    "s": "\u0455\ua731\u00a7\u0282\u0405\u13da",
    "t": "\u0442\u03c4\u0565\u0167\u2020\u0422\u03a4\u13a2",
    "u": "\u03c5\u057d\u045f\u03bc\u0173\u222a\u0446",
    "v": "\u03bd\u0475\u2174\u2228\u13d9",
    "w": "\u03c9\u0448\u0461\u0449\u0561\u20a9\u051d\u13b3\u0428",
    "x": "\u0445\u03c7\u00d7\u2179\u0425\u03a7",
    "y": "\u0443\u04af\u03b3\u045e\u04b1\u00a5\u10e7\u0423\u03a5\u04ae\u13a9",
    "z": "\u1d22\u0290\u0396\u13c3",
}
# Turned letters: text with several of them is meant to be read from the other end.
TURNED = dict(
    zip(
        "\u0250q\u0254p\u01dd\u025f\u0183\u0253\u0265\u1d09\u0131\u027e\u029e\u05df\u026fuodb\u0279s\u0287n\u028c\u028dx\u028ez",
        "abcdefgghiijklmnopqrstuvwxyz",
        strict=True,
    )
)
TELLING = frozenset("\u0250\u0254\u01dd\u025f\u0183\u0265\u1d09\u027e\u029e\u05df\u026f\u0279\u0287\u028c\u028d\u028e")
EMOJI = frozenset(character for character in EMOJI_DATA if len(character) == 1)
SPACES = "\u2800\u3164\u115f\u1160\u180e\uffa0"
STAMPS = {
    "\U0001f170": "a",
    "\U0001f171": "b",
    "\U0001f17e": "o",
    "\U0001f17f": "p",
    "\U0001f18e": "ab",
    "\U0001f191": "cl",
    "\U0001f198": "sos",
    "\U0001f197": "ok",
    "\u2b55": "o",
    "\u274c": "x",
    "\u271d": "t",
}


LOOK_ALIKES = {other: letter for letter, others in _ROWS.items() for other in others}


def fold(character: str) -> str:
    """The canonical form of one character: lower-case ASCII where it can be read so; empty if it shows nothing."""
    if character.isascii():
        return _plain(character)
    if character in STAMPS:
        return STAMPS[character]
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    code = ord(character)
    if 0x1F1E6 <= code <= 0x1F1FF or 0x1F130 <= code <= 0x1F189:
        return chr(ord("a") + (code - 0x1F1E6 if code >= 0x1F1E6 else (code - 0x1F130) % 32 % 26))
    if 0xE0020 <= code <= 0xE007E:
        return _plain(chr(code - 0xE0000))
    return _other(character)


def _plain(character: str) -> str:
    if character in "\n\r\v\f\x1c\x1d\x1e\x85":
        return " . "
    if (character < " " and character != "\t") or character == "\x7f":
        return ""
    return character.lower()


def _other(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\u2028\u2029":
        return " . "
    if category[0] == "Z" or character in SPACES:
        return " "
    if category[0] in "MC":
        return ""
    if character in EMOJI:
        return character
    plain = unicodedata.normalize("NFKD", character)
    if plain != character:
        return "".join(fold(part) if part != character else part for part in plain).strip() or character
    if category == "Sc":
        return character
    if category[0] in "PS" or unicodedata.name(character, "").startswith(("LATIN", "MODIFIER", "CHEROKEE", "CANADIAN")):
        return anyascii(character).lower() or character
    return character.casefold() if len(character.casefold()) == 1 else character


class _Folds(dict[int, str]):
    """For str.translate: folds each character once and remembers it (there are only so many characters)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold(chr(code))
        return folded


FOLDS = _Folds()
FEW = 40  # characters
BEYOND_ASCII, CONTROL = re.compile(r"[^\x00-\x7f]"), re.compile(r"[\x00-\x1f\x7f]")


def folded(text: str) -> str:
    """The canonical characters of a text. Where nearly all are ASCII the few others are quickly exchanged; only a text
    of many others, or that keeps some (emoji), is gone through character by character."""
    plain = text if text.isascii() else BEYOND_ASCII.sub(_folded, text, FEW)
    if not plain.isascii():
        return text.translate(FOLDS)
    return plain.lower() if plain.isprintable() else CONTROL.sub(_folded, plain.lower())


def _folded(found: re.Match[str]) -> str:
    return FOLDS[ord(found[0])]


def is_twisted(text: str) -> bool:
    """Whether the text is written to be read in another order: turned letters, or an override of direction."""
    if text.isascii():
        return False
    return "\u202e" in text or (not TELLING.isdisjoint(text) and _is_turned(text))


def _is_turned(text: str) -> bool:
    return sum(map(TELLING.__contains__, text)) > 1


def ordered(text: str) -> list[tuple[str, int]]:
    """The characters in the order in which a reader sees them, folded, each with its place in the text."""
    places = list(enumerate(text))
    if _is_turned(text):
        return [(TURNED.get(c.lower()) or FOLDS[ord(c)], i) for i, c in reversed(places)]
    out: list[tuple[int, str]] = []
    turned: list[tuple[int, str]] | None = None
    for place in places:
        if place[1] == "\u202e":
            turned = turned if turned is not None else []
        elif place[1] in "\u202c\u202d\n" and turned is not None:
            out += reversed(turned)
            turned = None
        elif turned is not None:
            turned.append(place)
        else:
            out.append(place)
    out += reversed(turned or [])
    return [(FOLDS[ord(c)], i) for i, c in out]
