"""Undoing disguises of single words: a change counts only when it lands on a word that some rule knows."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

LEET = str.maketrans("013456789@$!|+(<{\u20ac\xa3#^2", "oieasgtbgasiitcccelhaz")
LEET_L = LEET | str.maketrans("1|!96+", "lllqbt")
LEET_BAR = LEET | str.maketrans("|", "l")
# Letters drawn from several signs, and letters that sound alike.
DRAWN = (
    ("|-|", "h"), ("|_|", "u"), ("|<", "k"), ("|)", "d"), ("/\\/\\", "m"), ("|v|", "m"), ("|\\|", "n"),
    ("/\\", "a"), ("\\/\\/", "w"), ("\\/", "v"), ("><", "x"), ("()", "o"), ("[]", "o"), ("|=", "f"), ("|>", "p"),
    ("|2", "r"),
)  # fmt: skip
SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "u"),
    ("y", "i"), ("j", "g"), ("ee", "i"), ("oo", "u"), ("0", "o"),
)  # fmt: skip
ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "y", "in", "ish", "est", "ness", "less", "like")
RUN = re.compile(r"(.)\1+")
LONG_RUN = re.compile(r"(.)\1{2,}")
HIDING = "*#_%&@!?$-."
HIDDEN = re.compile(r"[*#_%&@!?$]")
LONGEST = 64  # letters; longer tokens are left as they are
DEEP = 3  # of the ways to read a disguise, how many may themselves be misspelt or run together
DEEPEST = 32  # signs of a disguised word
NAMED, UNHEARD = 1_000, 10_000  # how common a word is taken to be that is not among the everyday ones, by rank
SURE = 12  # letters from which on a token of short words is no accident
PIECE = 14  # the longest word looked for inside a run-together token


def skeleton(word: str) -> str:
    """How a word sounds, roughly, without doubled letters."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    return RUN.sub(r"\1", word)


class Spelling:
    """What is known of words: `ordinary` ones are never changed; `named` ones are those that the packs name;
    `severe` ones may be looked for harder. `ways` maps other ways of writing to the words meant ("u" to "you")."""

    def __init__(
        self, ordinary: Sequence[str], named: Iterable[str], severe: Iterable[str], ways: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.named = frozenset(named)
        self.ways = dict(ways)
        self.severe = frozenset(severe)
        ranks = {word: rank for rank, word in enumerate(ordinary)}
        self.known = ranks.keys() | self.named | self.ways.keys()
        self._costs = {
            word: math.log(ranks.get(word, UNHEARD if word not in self.named else NAMED) + 20)
            for word in self.known
            if (len(word) > 2 or word in SHORT) and not (len(word) < 4 < len(self.ways.get(word, ())) + 3)
        }
        short = {word: math.log(ranks.get(word, NAMED) + 20) for word in JOINED & self.ways.keys()}
        self._costs_in_long = self._costs | short
        self._beginnings = frozenset(word[:end] for word in self._costs_in_long for end in range(1, len(word) + 1))
        self.fragments = frozenset(part for word in self.named if len(word) > 3 for part in _parts(word))
        self._near = self._misspellings()
        self._sounds = {skeleton(word): word for word in sorted(self.severe) if len(word) > 3}
        self._masks: dict[int, list[str]] = {}
        for word in sorted(self.severe):
            self._masks.setdefault(len(word), []).append(word)

    def _misspellings(self) -> dict[str, str]:
        """One letter left out, or two neighbours swapped; the first letter stays. A known word is never one."""
        near: dict[str, str] = {}
        for word in sorted(self.named):
            if len(word) < 4 or not (word.isascii() and word.isalpha()):
                continue
            for at in range(1, len(word)):
                near.setdefault(word[:at] + word[at + 1 :], word) if len(word) > 5 else None
                near.setdefault(word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :], word)
        return {wrong: word for wrong, word in near.items() if wrong not in self.known}

    def is_known(self, word: str) -> bool:
        """Whether the word, or the word without a common ending, is an ordinary one."""
        if word in self.known:
            return True
        return word.endswith(ENDINGS) and any(
            word.endswith(ending) and word[: -len(ending)] in self.known
            for ending in ENDINGS
            if len(word) > len(ending) + 2
        )

    def read(self, word: str) -> tuple[str, ...]:
        """The words meant by one word of letters; itself if nothing is known of it."""
        if word in self.ways:
            return self.ways[word]
        if word in self.known or len(word) > LONGEST or len(word) < 3 or not word.isascii():
            return (word,)
        return self._known_form(word) or ((word,) if self.is_known(word) else self._mended(word) or (word,))

    def _known_form(self, word: str) -> tuple[str, ...]:
        """A word written with letters held down ("soooo"), as the word it stretches."""
        if not LONG_RUN.search(word):
            return ()
        for form in (LONG_RUN.sub(r"\1\1", word), RUN.sub(r"\1", word), LONG_RUN.sub(r"\1", word)):
            if form in self.ways and len(form) > 2:
                return self.ways[form]
            if form in self.known:
                return (form,)
        return self._mended(RUN.sub(r"\1", word))

    def _mended(self, word: str) -> tuple[str, ...]:
        """A misspelt, mis-sounding or run-together word as words that rules name; empty if it is none."""
        single = RUN.sub(r"\1", word)
        for form in (single, *self._near_to(word), *self._near_to(single)):
            if form in self.named:
                return (form,)
        if len(word) > 3 and (sound := self._sounds.get(skeleton(word))) is not None:
            return (sound,)
        if len(word) > 4 and word[::-1] in self.severe:
            return (word[::-1],)
        return self.split(word)

    def _near_to(self, word: str) -> Iterable[str]:
        if word in self._near:
            yield self._near[word]

    def split(self, word: str, least: int = 6, *, named: bool = True) -> tuple[str, ...]:
        """A token of several words run together as those words: the commonest reading in which all of it is known
        words, and (if `named`) a rule names one of them."""
        if not least <= len(word) <= LONGEST:
            return ()
        costs, starts = [0.0] + [math.inf] * len(word), [0] * (len(word) + 1)
        beginnings, of = self._beginnings, (self._costs if len(word) < SURE else self._costs_in_long).get
        for start in range(len(word)):
            if (before := costs[start]) == math.inf:
                continue
            for end in range(start + 1, min(start + PIECE, len(word)) + 1):
                if (piece := word[start:end]) not in beginnings:
                    break
                if (found := of(piece)) is not None and before + found < costs[end]:
                    costs[end], starts[end] = before + found, start
        if costs[-1] == math.inf:
            return ()
        pieces, end = [], len(word)
        while end:
            pieces.append(word[starts[end] : end])
            end = starts[end]
        if named and not self._is_meant(pieces):
            return ()
        return tuple(meant for piece in reversed(pieces) for meant in self.ways.get(piece, (piece,)))

    def _is_meant(self, pieces: Sequence[str]) -> bool:
        """Whether pieces of a token are more than an accident: short tokens fall apart into short words too easily."""
        if sum(map(len, pieces)) < SURE and any(len(piece) < 3 and piece not in {"u", "ur", "i"} for piece in pieces):
            return False
        return any(piece in self.named and len(piece) > 2 for piece in pieces)

    def spaced(self, letters: str) -> tuple[str, ...]:
        """Letters that stood apart, as the words they spell; empty if they spell none."""
        return self.undisguised(letters) or self.split(letters, 4, named=False)

    def undisguised(self, token: str) -> tuple[str, ...]:
        """A token with digits, symbols or gaps inside, as the named word it disguises; empty if it is none."""
        if len(token) > DEEPEST:
            return ()
        if plain := self.signs(token):
            return plain
        forms = list(dict.fromkeys(self._forms(token)))
        for form in forms:
            if form in self.named or form in self.ways:
                return self.ways.get(form, (form,))
        for form in forms[:DEEP]:
            if len(form) > 3 and form not in self.known and (found := self._mended(form)):
                return found
        return self._masked(token)

    def number(self, digits: str) -> tuple[str, ...]:
        """A number that spells a severe word; shorter ones are years, rooms and prices."""
        form = digits.translate(LEET)
        return (form,) if len(digits) > 4 and form in self.severe else ()

    def signs(self, token: str) -> tuple[str, ...]:
        """A known word of which every sign is a letter or stands for one ("th1$"); empty if it is none."""
        if not any(map(str.isalpha, token)):
            return ()
        for table in (LEET, LEET_BAR, LEET_L):
            form = token.translate(table)
            if form.isalpha() and form in self.known and (len(form) > 2 or form in SHORT):
                return self.ways.get(form, (form,))
        return ()

    def _forms(self, token: str) -> Iterable[str]:
        drawn = token
        for picture, letter in DRAWN:
            drawn = drawn.replace(picture, letter)
        for form in (
            token.translate(LEET),
            token.translate(LEET_BAR),
            token.translate(LEET_L),
            token,
            drawn.translate(LEET),
            drawn.translate(LEET_L),
        ):
            letters = "".join(character for character in form if character.isalpha())
            yield letters
            yield RUN.sub(r"\1", letters)

    def _masked(self, token: str) -> tuple[str, ...]:
        """A word with letters hidden behind asterisks and the like, if exactly one severe word fits."""
        if not (token[0].isalpha() and any(map(str.isalpha, token[1:])) and HIDDEN.search(token)):
            return ()
        if any(not (character.isalpha() or character in HIDING) for character in token):
            return ()
        shown = [(at, character) for at, character in enumerate(token) if character.isalpha()]
        fits = [word for word in self._masks.get(len(token), ()) if all(word[at] == letter for at, letter in shown)]
        return (fits[0],) if fits else ()


def _parts(word: str) -> Iterable[str]:
    for at in range(1, len(word)):
        yield word[:at]
        yield word[at:]


JOINED = frozenset({"im", "ill", "ive", "id", "hes", "shes", "its", "were", "lets"})  # seen in long tokens only
SHORT = frozenset(
    (
        "a", "i", "u", "r", "ur", "to", "is", "in", "of", "on", "my", "me", "he", "we", "be",
        "it", "up", "no", "so", "am", "us", "do", "go", "if", "or", "at", "as", "an", "by",
    )
)  # fmt: skip
