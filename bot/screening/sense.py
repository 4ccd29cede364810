"""What a message means as a whole: a small network that reads words in their context, asked only about messages that
the sum of words leaves open.

Its numbers stand in a file beside the packs, made by `make model`: an encoder of the kind of BERT (Devlin et al.,
2019), fine-tuned from all-MiniLM-L6-v2 to tell kinds of conduct in student chat from what is none. It reads canonical
words, so a disguise that the spelling undid is none to it.
"""

import hashlib
import io
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from emoji import EMOJI_DATA
from threadpoolctl import threadpool_limits

from bot.screening.normalise import LINK, NAME, NUMBER

Array = npt.NDArray[np.generic]
Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float32]
PIECES = 64  # of a stretch of words that are read, with the mark at either end
LONGEST = 30  # letters of a word that are looked at
REMEMBERED = 20_000  # words; then the memory starts afresh
READINGS = 5_000  # what came of so many is remembered: a raid says the same again and again
BEGIN, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
MEANT = {NAME: "someone", LINK: "link", NUMBER: "number"}
HEADS = 12  # ways in which each piece looks at the others
LEAST = np.float32(1e-12)  # keeps a spread of nought from being divided by
BEND, TURN = np.float32(0.044715), np.float32(math.sqrt(2 / math.pi))


class Sensed(NamedTuple):
    """The kind of conduct that a stretch of words would most likely be, and the log-odds that it is conduct at all."""

    kind: str
    score: float


class Table(NamedTuple):
    """Weights, inputs by outputs, in one byte each; and by output what they are to be multiplied with, and what is
    added. Kept so they are a quarter as large, and made into floats whenever they are used."""

    weights: Bytes
    scale: Floats
    bias: Floats

    def of(self, x: Floats) -> Floats:
        """`x` (pieces by inputs) through the table: pieces by outputs."""
        result: Floats = x @ self.weights.astype(np.float32)
        result *= self.scale
        result += self.bias
        return result


class Layer(NamedTuple):
    """What a piece asks of the others, offers and tells them, and what is made of what it is told."""

    attend: Table
    take: Table
    first: Floats
    widen: Table
    narrow: Table
    second: Floats


class Sense:
    """The numbers ready for use. Safe to share between threads."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError, in words, if the file is not as `make model` writes it."""
        threadpool_limits(1, "blas")  # a message is too little to share out: threads would only wait for each other
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                self._read(file)
        except (BadZipFile, OSError, KeyError, ValueError) as error:
            raise ValueError(f"it is not as `make model` writes it: {error}") from error
        self._spelt: dict[str, tuple[int, ...]] = {}
        self._sensed: dict[bytes, Sensed] = {}  # by a digest, so that nothing of what was said is kept

    def _read(self, file: Mapping[str, Array]) -> None:
        names = _text(file["pieces"])
        self._numbers = {name: number for number, name in enumerate(names)}
        self._begin, self._end, _ = (self._numbers[mark] for mark in (BEGIN, END, UNKNOWN))
        self.kinds = _text(file["kinds"])
        self._meanings: Bytes = np.ascontiguousarray(file["meanings"].T.astype(np.int8))
        self._stretch = _floats(file["meanings.scale"])
        self._places, self._edge = _floats(file["places"]), _floats(file["edge"])
        count = sum(name.endswith(".attend") for name in file)
        self._layers = [_layer(file, f"{number}.") for number in range(count)]
        self._verdict, self._verdict_bias = _floats(file["verdict"]), _floats(file["verdict.bias"])

    def of(self, words: Sequence[str]) -> Sensed:
        """What a stretch of canonical words comes to."""
        pieces = self.pieces(words)
        key = hashlib.blake2b(np.array(pieces, np.int32).tobytes(), digest_size=16).digest()
        found = self._sensed.get(key)
        if found is None:
            if len(self._sensed) >= READINGS:
                self._sensed.clear()
            found = self._sensed[key] = self._weighed(self.odds(pieces))
        return found

    def _weighed(self, odds: Floats) -> Sensed:
        kind = 1 + int(odds[1:].argmax())
        return Sensed(self.kinds[kind], float(np.logaddexp.reduce(odds[1:]) - odds[0]))

    def pieces(self, words: Sequence[str]) -> list[int]:
        """The numbers of the pieces that words are read as, between the two marks."""
        inner = [piece for word in words for piece in self._pieces(word)]
        return [self._begin, *inner[: PIECES - 2], self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        found = self._spelt.get(word)
        if found is None:
            if len(self._spelt) >= REMEMBERED:
                self._spelt.clear()
            found = self._spelt[word] = tuple(spelt(word, self._numbers))
        return found

    def odds(self, pieces: Sequence[int]) -> Floats:
        """By kind, the log-probability but for a constant they share."""
        x = _evened(self._meanings[pieces] * self._stretch[pieces, None] + self._places[: len(pieces)], self._edge)
        for layer in self._layers:
            x = _evened(x + layer.take.of(_attended(layer.attend.of(x), HEADS)), layer.first)
            x = _evened(x + layer.narrow.of(_bent(layer.widen.of(x))), layer.second)
        odds: Floats = x.mean(0) @ self._verdict + self._verdict_bias
        return odds


def _attended(x: Floats, heads: int) -> Floats:
    """What each piece is told by the others, by how well they answer what it asks (Vaswani et al., 2017)."""
    asked, offered, told = x.reshape(len(x), 3, heads, -1).transpose(1, 2, 0, 3)
    weights = asked @ offered.swapaxes(1, 2)
    weights /= np.float32(math.sqrt(asked.shape[-1]))
    weights -= weights.max(-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(-1, keepdims=True)
    return (weights @ told).swapaxes(0, 1).reshape(len(x), -1).astype(np.float32, copy=False)


def _evened(x: Floats, edge: Floats) -> Floats:
    """Each piece's numbers brought to one mean and spread, then stretched and shifted."""
    even: Floats = x - x.mean(-1, dtype=np.float32, keepdims=True)
    even /= np.sqrt((even * even).mean(-1, dtype=np.float32, keepdims=True) + LEAST)
    even *= edge[0]
    even += edge[1]
    return even


def _bent(x: Floats) -> Floats:
    """The Gaussian error linear unit, by its approximation with a tanh (Hendrycks and Gimpel, 2016)."""
    inner = x * x
    inner *= BEND
    inner += 1
    inner *= x
    inner *= TURN
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner /= 2
    return inner


def _layer(file: Mapping[str, Array], prefix: str) -> Layer:
    attend, take, widen, narrow = (_table(file, prefix + name) for name in ("attend", "take", "widen", "narrow"))
    first, second = (_floats(file[prefix + name]) for name in ("first", "second"))
    return Layer(attend, take, first, widen, narrow, second)


def _table(file: Mapping[str, Array], name: str) -> Table:
    weights = np.ascontiguousarray(file[name].astype(np.int8))  # row by row it is read in half the time
    return Table(weights, _floats(file[f"{name}.scale"]), _floats(file[f"{name}.bias"]))


def _floats(array: Array) -> Floats:
    return array.astype(np.float32)


def _text(array: Array) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n"))


def spelt(word: str, numbers: Mapping[str, int]) -> list[int]:
    """A word as the numbers of the longest known pieces that it is made of (WordPiece: Wu et al., 2016)."""
    found = []
    for part in _parts(word):
        at = 0
        while at < len(part):
            mark = "##" if at else ""
            end = next((end for end in range(len(part), at, -1) if mark + part[at:end] in numbers), at)
            if end == at:
                return [numbers[UNKNOWN]]
            found.append(numbers[mark + part[at:end]])
            at = end
    return found


def _parts(word: str) -> Sequence[str]:
    """What is read for a word: itself, what a mark stands for, or the first words of an emoji's name."""
    if word in EMOJI_DATA:
        return str(EMOJI_DATA[word]["en"]).lower().strip(":").replace("-", "_").split("_")[:3]
    return [MEANT.get(word, word[:LONGEST])]
