"""From text to words: the same way for messages as for packs, with every word's place in the original kept in reach."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

from bot.screening.characters import EMOJI, FOLDS, folded, is_twisted, ordered
from bot.screening.spelling import LONGEST, Spelling

LINK = "<link>"
NAME = "<name>"
NUMBER = "<number>"
PIECES = 30_000  # remembered tokens, about 5 MB; then the memory starts afresh
OPENING = "\"'([{<*_~|`#-:;,./\\>&^“”‘’«»"
BARS = frozenset("|!")
DRAWN_LETTERS = "|({<#^/\\"  # openings that may also stand for a letter
CLOSING = "\"')]}>*_~|`:;,.!?-/\\…&^“”‘’«»"
IS_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)\S|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|uk|gg|me|io|co|ly|ru|xyz|info|link|shop|top|site|app|dev|tv|be)(?:/|$)"
)
PART = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")
PARTS = 8  # of one token that are each looked at for disguises; a token of more is noise
EDGES = re.compile(r"[.!?…]")
TOKEN = re.compile(r"\S+")
Join = tuple[int, int, tuple[str, ...]]  # words[first:last] were meant as other words


class Piece(NamedTuple):
    """A word and the stretch [start, end) of the text it was read from."""

    word: str
    start: int
    end: int


class _Pieces(dict[str, tuple[Piece, ...]]):
    """The words of each token once read, with their places in it."""

    def __init__(self, reader: "Reader") -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, token: str) -> tuple[Piece, ...]:
        if len(self) >= PIECES:
            self.clear()
        pieces = tuple(self._reader.pieces(token))
        if len(token) < LONGEST:
            self[token] = pieces
        return pieces


class _Tokens(dict[str, tuple[str, ...]]):
    """The words of each token once read."""

    def __init__(self, pieces: _Pieces) -> None:
        super().__init__()
        self._pieces = pieces

    def __missing__(self, token: str) -> tuple[str, ...]:
        if len(self) >= PIECES:
            self.clear()
        last = token[-1]
        if last in ",.?!" and token[:-1].isalpha():
            words = self[token[:-1]] if last == "," else (*self[token[:-1]], ".")
        elif EMOJI.issuperset(token):
            words = tuple(token)
        else:
            words = tuple(piece.word for piece in self._pieces[token])
        if len(token) < LONGEST:
            self[token] = words
        return words


class Reader:
    """Reads text as canonical words; "." stands for the end of a sentence."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._pieces = _Pieces(self)
        self._tokens = _Tokens(self._pieces)
        self._letters = {letter: letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789"}
        self._letters |= {meant[0]: way for way, meant in spelling.ways.items() if len(way) == 1 == len(meant)}
        self._whole = (
            frozenset(word for word in spelling.known if len(word) > 1) | set("aiurx.234") | {LINK, NAME, NUMBER}
        )
        self._suspicious = (spelling.fragments | self._letters.keys()) - self._whole  # what may be part of a word

    def words(self, text: str) -> list[str]:
        """The canonical words, between an opening and a closing "."."""
        if is_twisted(text):
            return self.layout(text).words
        words = [".", *chain.from_iterable(map(self._tokens.__getitem__, folded(text).split())), "."]
        return self.joined(words)[0]

    def layout(self, text: str) -> "Layout":
        """Where the words stand in `text`."""
        return Layout(self, text)

    def joined(self, words: list[str]) -> tuple[list[str], Sequence[Join]]:
        """Words with torn ones joined (in place), and the joins that were made."""
        if not self.may_be_torn(words):
            return words, ()
        joins = self._joins(words)
        for first, last, meant in reversed(joins):
            words[first:last] = meant
        return words, joins

    def may_be_torn(self, words: Sequence[str]) -> bool:
        """Whether one of these words may be part of another that was torn or spaced out."""
        return not self._suspicious.isdisjoint(words)

    def of_token(self, token: str) -> tuple[str, ...]:
        """The words of one token, remembered."""
        return self._tokens[token]

    def placed(self, token: str) -> tuple[Piece, ...]:
        """The words of one token with their places in it, remembered."""
        return self._pieces[token]

    def pieces(self, token: str) -> list[Piece]:
        """The words of one token (no white space, folded)."""
        if token.isalpha():
            return [Piece(word, 0, len(token)) for word in self.spelling.read(token)]
        if token.isdigit():
            return [Piece(word, 0, len(token)) for word in self._number(token)]
        if EMOJI.issuperset(token):
            return [Piece(sign, at, at + 1) for at, sign in enumerate(token)]
        if IS_LINK.match(token):
            return [Piece(LINK, 0, len(token))]
        return list(self._odd(token))

    def _odd(self, token: str) -> Iterator[Piece]:
        """A token that is more than letters: a word in punctuation, a disguise, or several words."""
        if meant := self._barred(token):
            yield from (Piece(word, 0, len(token)) for word in meant)
            return
        start = len(token) - len(token.lstrip(OPENING))
        core = token[start:].rstrip(CLOSING)
        end = start + len(core)
        if core[:1] == "@" and core[1:].replace("_", "").replace(".", "").isalnum() and not self._meant(core):
            yield Piece(NAME, start, end)
        elif core:
            for piece in self._core(core, token):
                yield Piece(piece.word, start + piece.start, start + piece.end)
        elif meant := self.spelling.undisguised(token) if any(map(str.isalnum, token)) else ():
            yield from (Piece(word, 0, len(token)) for word in meant)
        if EDGES.search(token, end if core else 0):
            yield Piece(".", end if core else 0, len(token))

    def _barred(self, token: str) -> tuple[str, ...]:
        """A token that begins or ends with a bar or an exclamation mark in the place of a letter ("|ook", "wi||")."""
        inner = token.strip("\"'.,:;?*_~")
        return self.spelling.signs(inner) if inner[:1] in BARS or inner[-1:] == "|" else ()

    def _meant(self, core: str) -> tuple[str, ...]:
        return self.spelling.undisguised(core)

    def _core(self, core: str, token: str) -> Iterator[Piece]:
        if core in self.spelling.ways:
            yield from (Piece(word, 0, len(core)) for word in self.spelling.ways[core])
            return
        letters = core.replace("'", "").replace("’", "").replace("`", "")
        if letters.isalpha() and letters.isascii():
            meant = self.spelling.read(letters)
            if meant == (letters,) and token[0] in DRAWN_LETTERS and not self.spelling.is_known(letters):
                meant = self.spelling.undisguised(token.rstrip(CLOSING)) or meant
        elif core.isdigit():
            meant = self._number(core)
        else:
            meant = (
                ()
                if not any(map(str.isalpha, core))
                else self._joined_parts(core) or self.spelling.undisguised(core) or self.spelling.undisguised(token)
            )
        if meant:
            yield from (Piece(word, 0, len(core)) for word in meant)
        else:
            yield from self._parts(core)

    def _number(self, digits: str) -> tuple[str, ...]:
        return self.spelling.number(digits) or ((NUMBER,) if len(digits) > 1 else (digits,))

    def _joined_parts(self, core: str) -> tuple[str, ...]:
        """Words that are all plain parts with hyphens or slashes between ("well-known") are left for `_parts`."""
        parts = [part for part in re.split(r"[-/_.,:;&]", core) if part]
        if len(parts) > 1 and all(part.isalpha() and len(part) > 1 and self.spelling.is_known(part) for part in parts):
            return tuple(word for part in parts for word in self.spelling.read(part))
        return ()

    def _parts(self, core: str) -> Iterator[Piece]:
        parts = list(PART.finditer(core))
        for part in parts:
            text = part.group()
            start, end = part.span()
            letters = text.replace("'", "").replace("’", "")
            if letters.isalpha() and letters.isascii():
                yield from (Piece(word, start, end) for word in self.spelling.read(letters))
            elif text[0].isalnum():
                meant = self.spelling.undisguised(text) if len(parts) <= PARTS and not text.isdigit() else ()
                yield from (Piece(word, start, end) for word in meant or ((NUMBER,) if text.isdigit() else (text,)))
            elif text in ".!?…":
                yield Piece(".", start, end)
            elif text in EMOJI:
                yield Piece(text, start, end)

    def _joins(self, words: Sequence[str]) -> list[Join]:
        """Letters spaced out and words torn apart: (first, last, the words meant instead), in order."""
        joins: list[Join] = []
        done = 0
        suspicious = self._suspicious
        for at in [at for at, word in enumerate(words) if word in suspicious]:
            if at < done:
                continue
            first, last, meant = (self._spaced if len(words[at]) == 1 else self._torn)(words, at, done)
            if meant:
                joins.append((first, last, meant))
            done = max(done, last)
        return joins

    def _spaced(self, words: Sequence[str], at: int, done: int) -> tuple[int, int, tuple[str, ...]]:
        """Three or more single letters in a row, read as one token; "you" may have been a "u" there."""
        letters = self._letters
        first, last = at, at + 1
        while first > done and at - first < LONGEST and words[first - 1] in letters:
            first -= 1
        while last < len(words) and last - at < LONGEST and words[last] in letters:
            last += 1
        spelt = "".join(letters.get(word, word) for word in words[first:last])
        enough = last - first > 2 and sum(len(word) == 1 for word in words[first:last]) > 1
        return first, last, self.spelling.spaced(spelt) if enough else ()

    def _torn(self, words: Sequence[str], at: int, done: int) -> tuple[int, int, tuple[str, ...]]:
        """A piece of a word with its neighbours, if together they are a word that a rule names."""
        named = self.spelling.named
        for before, after in ((0, 2), (1, 1), (0, 3), (1, 2), (2, 1)):
            first, last = at - before, at + after
            if first >= done and last <= len(words):
                joined = "".join(words[first:last])
                if joined in named and "." not in words[first:last]:
                    return first, last, (joined,)
        return at, at + 1, ()


class Layout:
    """The words of one text, and where each stands in it; places are worked out only when asked for."""

    def __init__(self, reader: Reader, text: str) -> None:
        self._text = text
        self._order = ordered(text) if is_twisted(text) else None
        self._characters = folded(text) if self._order is None else "".join(one for one, _ in self._order)
        self._reader = reader
        self._tokens = self._characters.split()
        found = [*map(reader.of_token, self._tokens)]
        self._before = list(accumulate(map(len, found), initial=1))  # words before each token
        self.words, self._joins = reader.joined([".", *chain.from_iterable(found), "."])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The stretch of the text in which words[first:last] stand."""
        start, end = self._place(self._raw(first)[0])[0], self._place(self._raw(last - 1)[1] - 1)[1]
        if self._order is not None:
            return _covered([at for characters, at in self._order for _ in characters], start, end, len(self._text))
        if self._text.isascii() and self._text.isprintable():
            return start, end
        first = bisect_right(self._ends, start)
        return first, bisect_right(self._ends, end - 1) + 1 if end > start else first

    def _raw(self, at: int) -> tuple[int, int]:
        """The words before joining that the word `at` is made of."""
        shift = 0
        for first, last, meant in self._joins:
            if at < first + shift:
                break
            if at < first + shift + len(meant):
                return first, last
            shift += len(meant) - (last - first)
        return at - shift, at - shift + 1

    def _place(self, raw: int) -> tuple[int, int]:
        """Where a word before joining stands in the folded characters."""
        if raw < 1 or raw >= self._before[-1]:
            edge = 0 if raw < 1 else len(self._characters)
            return edge, edge
        number = bisect_right(self._before, raw) - 1
        piece = self._reader.placed(self._tokens[number])[raw - self._before[number]]
        return self._starts[number] + piece.start, self._starts[number] + piece.end

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start() for token in TOKEN.finditer(self._characters)]

    @cached_property
    def _ends(self) -> list[int]:
        """Where each character of the text ends among the folded ones."""
        return list(accumulate(map(len, map(FOLDS.__getitem__, map(ord, self._text)))))


def _covered(places: Sequence[int], start: int, end: int, length: int) -> tuple[int, int]:
    """The stretch of the text behind folded characters in another order."""
    if start >= len(places):
        return length, length
    covered = places[start : max(end, start + 1)]
    return min(covered), max(covered) + 1 if end > start else min(covered)
