"""What an eye cannot see in a text: characters that steer, join, stack or hide. All of them are to be shown as notes.

Characters that do honest work stay: the joiner inside an emoji or an Indic word, the selector of an emoji's colours,
the tags of a flag.
"""

import re
import unicodedata
from collections.abc import Iterator

ZWJ, ZWNJ, BLACK_FLAG = "\u200d", "\u200c", "\U0001f3f4"
MARKS_SHOWN = 4  # the most that honest writing stacks on one letter

SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
FLAG = re.compile(BLACK_FLAG + "[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")
TAG = re.compile("[\U000e0020-\U000e007f]")
REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
PICTURES = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
# Arabic, Syriac, N'Ko, the scripts of India and South-East Asia, Mongolian: there joiners choose a letter's form.
JOINING = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ua980-\uaadf\ufb50-\ufdff\ufe70-\ufefc]")
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
SHOWN_FORMATS = re.compile("[\u0600-\u0605\u06dd\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]")


def hidden(character: str) -> bool:
    """Whether a character standing by itself leaves nothing to see, or something else on every device.

    Characters newer than our tables (`Cn`) are left to the fonts, which may know them.
    """
    if character in BLANK_LETTERS or SELECTOR.match(character):
        return True
    category = unicodedata.category(character)
    if category == "Cf":
        return SHOWN_FORMATS.match(character) is None
    return category in ("Cc", "Co", "Cs", "Zl", "Zp")


def name(character: str) -> str:
    """What people call a hidden character, in lower case."""
    kinds = {"Cs": "half of a character", "Co": "private use"}
    other = "no character" if character == "\0" else kinds.get(unicodedata.category(character), "control character")
    return unicodedata.name(character, other).lower()


def code(character: str) -> str:
    """`U+202E`."""
    return f"U+{ord(character):04X}"


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character, with its marks, joiners and selectors."""
    cluster = ""
    for character in text:
        if cluster and _continues(cluster, character):
            cluster += character
        else:
            yield from _settled(cluster)
            cluster = character
    yield from _settled(cluster)


def _continues(cluster: str, character: str) -> bool:
    last = cluster[-1]
    if cluster[0] == "\n" or hidden(cluster[0]):
        return False
    if character in (ZWJ, ZWNJ):
        return JOINING.match(last) is not None or (character == ZWJ and _pictured(cluster))
    if SELECTOR.match(character):
        return SELECTOR.match(last) is None
    if unicodedata.category(character) in ("Mn", "Me", "Mc") and character not in BLANK_LETTERS:
        return True
    return _lengthens_emoji(cluster, last, character)


def _lengthens_emoji(cluster: str, last: str, character: str) -> bool:
    if last == ZWJ:
        return _pictured(character)
    if TAG.match(character):
        return cluster[0] == BLACK_FLAG
    if SKIN.match(character):
        return _pictured(cluster) and not SKIN.match(last)
    return len(cluster) == 1 and bool(REGIONAL.match(cluster) and REGIONAL.match(character))


def _pictured(cluster: str) -> bool:
    first = cluster[0]
    return unicodedata.category(first) == "So" or PICTURES.match(first) is not None


def _settled(cluster: str) -> Iterator[str]:
    """A joiner that joins nothing, and tags that make no flag, are taken apart again."""
    if TAG.search(cluster) and not FLAG.fullmatch(cluster):
        yield from cluster
    elif len(cluster) > 1 and cluster[-1] == ZWJ and not JOINING.match(cluster):
        yield from (cluster[:-1], ZWJ)
    elif cluster:
        yield cluster
