"""How like what people were told of before: trained numbers, added up over words, classes of words, what stands near
what, and who is spoken of beside what.

The numbers stand in a file beside the packs, made by `make model`. The classes are the groups of the packs whose names
begin with "clue_". Everything is a sum, so a score can be taken apart into the words that made it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from operator import getitem
from typing import Generic, NamedTuple, TypeVar

CLUE = "clue_"  # how the names of groups begin that are classes of words
NAMES = "name"  # the group of given names: all count as one
REACH = 3  # words that a pair may be apart
GAPS = ("", "", "* ")  # by how far apart two words are
USUAL = 16  # words of a message; the sum over more is drawn nearer to nought, for much adds up in a long story
WINDOW = 40  # words that are added up together; a longer text is looked at in stretches
LIKEST = 2  # stretches of a long text that are told of
OPEN = -1.0  # the score from which on a stretch may be conduct
FAR = float("-inf")
REMEMBERED = 40_000  # words and pairs; then the memory starts afresh
SAME = {"she": "he", "her": "him", "hers": "his", "ourselves": "myself"}
LINE = re.compile(r"^([^\t\n]+)\t(-?[0-9]+\t[a-z_]+)$", re.MULTILINE)
WHO = {
    "you": "you", "your": "you", "yourself": "you", "i": "i", "me": "i", "my": "i",
    "he": "he", "him": "he", "his": "he",
    "they": "they", "them": "they", "their": "they", "we": "we", "us": "we", "our": "we", "<name>": "<name>",
    "not": "not", "no": "not", "never": "not", "if": "if", "or": "or",
}  # fmt: skip
ENDINGS = ("ings", "ing", "edly", "ed", "ers", "er", "es", "s", "ly", "y", "in")

Key = TypeVar("Key", bound=Hashable)


class Stretch(NamedTuple):
    """words[start:end] come to `score`, the log-odds that they are conduct."""

    score: float
    start: int
    end: int


class Weight(NamedTuple):
    """What one feature adds, and the kind of conduct it is commonest in."""

    value: float
    kind: str


class Weights(dict[str, tuple[int, str]]):
    """What each feature adds, in hundredths, and its kind."""

    def value(self, names: Iterable[str]) -> float:
        """The sum of what these features add."""
        total = 0
        for name in names:
            if (entry := self.get(name)) is not None:
                total += entry[0]
        return total / 100

    def of(self, name: str) -> Weight | None:
        """What one feature adds, if it counts."""
        entry = self.get(name)
        return Weight(entry[0] / 100, entry[1]) if entry else None


def stem(word: str) -> str:
    """The word without a common ending, marked as such."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)] + "~"
    return word + "~"


class Classes:
    """The features of words, by themselves and in pairs. `groups` maps classes to their words."""

    def __init__(self, groups: Mapping[str, frozenset[str]]) -> None:
        self._names = groups.get(NAMES, frozenset())
        self._of: dict[str, tuple[str, ...]] = {}
        self._known: dict[str, tuple[str, ...]] = {}  # the features of words once asked for
        for group in sorted(group for group in groups if group.startswith(CLUE)):
            for word in groups[group]:
                self._of[word] = (*self._of.get(word, ()), "{" + group.removeprefix(CLUE) + "}")

    def plain(self, word: str) -> str:
        """The word without what the numbers do not tell apart: names, he and she."""
        return "<name>" if word in self._names else SAME.get(word, word)

    def alone(self, word: str) -> tuple[str, ...]:
        """The features of one word."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            plain = self.plain(word)
            found = self._known[word] = (plain, stem(plain), *self._of.get(plain, ()))
        return found

    def pair(self, one: str, other: str, apart: int) -> list[str]:
        """The features of two words, `apart` places from each other."""
        first, second = self.alone(one), self.alone(other)  # each itself, its stem, its classes
        names = [f"{first[0]} {GAPS[apart]}{second[0]}"] if apart < REACH else []
        if len(first) > 2 or len(second) > 2:
            joint = "_" if apart == 1 else "__"
            names += [f"{first[1]}{joint}{name}" for name in second[2:]]
            for class_ in first[2:]:
                names += [f"{class_}{joint}{name}" for name in second[1:]]
        return names

    def triple(self, three: tuple[str, str, str]) -> Iterator[str]:
        """The features of three words in a row: themselves, and what classes they are of."""
        plain = tuple(map(self.plain, three))
        yield " ".join(plain)
        classed = tuple(self._of.get(word, (word,))[0] for word in plain)
        if classed != plain:
            yield ";".join(classed)

    def beside(self, who: str, word: str) -> str:
        """The feature of a word in a text that speaks of somebody, or says "not", "if" or "or", wherever that is."""
        return f"{who}|{word}"

    def company(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """(whom a stretch of words speaks of, its different words), without names."""
        plain = dict.fromkeys(map(self.plain, words))
        return list(dict.fromkeys(WHO[word] for word in plain if word in WHO)), list(plain)

    def placed(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """All features of a stretch of words, each as often as it stands there, with the two places it goes by."""
        for at, word in enumerate(words):
            yield from ((name, at, at) for name in self.alone(word))
            for apart in range(1, min(REACH, at) + 1):
                yield from ((name, at - apart, at) for name in self.pair(words[at - apart], word, apart))
        for at, three in enumerate(_threes(words)):
            yield from ((name, at, at + 2) for name in self.triple(three))
        people, plain = self.company(words)
        first = {word: at for at, word in reversed(list(enumerate(map(self.plain, words))))}
        for who in people:
            yield from ((self.beside(who, word), first[word], first[word]) for word in plain)

    def features(self, words: Sequence[str]) -> list[str]:
        """All features of a stretch of words, always in the same order."""
        return [name for name, _, _ in self.placed(words)]


def _threes(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)


class _Sums(dict[Key, float], Generic[Key]):
    """What each thing adds whose features `names` gives, remembered."""

    def __init__(self, weights: Weights, names: Callable[[Key], Iterable[str]]) -> None:
        super().__init__()
        self._weights, self._names = weights, names

    def __missing__(self, key: Key) -> float:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[key] = self._weights.value(self._names(key))
        return value


class _Row(dict[str, float]):
    """What a word adds with those that follow it, some places on, remembered."""

    __slots__ = ("_first", "_pairs")

    def __init__(self, pairs: "_Pairs", first: str) -> None:
        super().__init__()
        self._pairs, self._first = pairs, first

    def __missing__(self, second: str) -> float:
        value = self[second] = self._pairs.value(self._first, second)
        return value


class _Pairs(dict[str, _Row]):
    """By their first words, what pairs of words add that stand `apart` places from each other."""

    def __init__(self, weights: Weights, classes: Classes, apart: int) -> None:
        super().__init__()
        self._weights, self._classes, self._apart = weights, classes, apart
        self._remembered = 0

    def __missing__(self, first: str) -> _Row:
        row = self[first] = _Row(self, first)
        return row

    def value(self, first: str, second: str) -> float:
        """What one pair adds. Counts it: when there are too many the memory starts afresh."""
        if self._remembered >= REMEMBERED:
            self.clear()
            self._remembered = 0
        self._remembered += 1
        return self._weights.value(self._classes.pair(first, second, self._apart))

    def of(self, words: Sequence[str]) -> float:
        """What all such pairs of a stretch of words add."""
        return sum(map(getitem, map(self.__getitem__, words), islice(words, self._apart, None)))


class Numbers(NamedTuple):
    """What was trained. `bias` is added to every text. What comes to less than `gate` by its words and their neighbours
    is not made conduct by the rest."""

    weights: Weights
    bias: float
    gate: float


class Likeness:
    """Trained numbers ready for use."""

    def __init__(self, classes: Classes, numbers: Numbers) -> None:
        self._classes, self._weights = classes, numbers.weights
        self._bias, self._gate = numbers.bias, numbers.gate
        self._alone = _Sums(numbers.weights, classes.alone)
        self._neighbours, *self._further = (_Pairs(numbers.weights, classes, apart) for apart in range(1, REACH + 1))
        self._triples = _Sums(numbers.weights, classes.triple)
        self._beside: _Sums[tuple[str, str]] = _Sums(numbers.weights, lambda both: (classes.beside(*both),))

    def alone(self, words: Iterable[str]) -> float:
        """What words add by themselves."""
        return sum(map(self._alone.__getitem__, words))

    def at_gate(self, words: Sequence[str], alone: float) -> float:
        """What a stretch of words comes to by themselves, which is `alone`, and with their neighbours."""
        return self._bias + alone + self._neighbours.of(words)

    def may_be(self, words: Sequence[str], alone: float) -> bool:
        """Whether that is enough for the rest to matter; of a text that is looked at in stretches it may always be."""
        return len(words) > WINDOW or self.at_gate(words, alone) >= self._gate

    def score(self, words: Sequence[str]) -> float:
        """The log-odds of conduct of one stretch of words; -inf if it does not pass the gate."""
        total = self.at_gate(words, self.alone(words))
        return self._whole(words, total) if total >= self._gate else FAR

    def _whole(self, words: Sequence[str], total: float) -> float:
        total += sum(pairs.of(words) for pairs in self._further)
        total += sum(map(self._triples.__getitem__, _threes(words)))
        total += sum(map(self._beside.__getitem__, product(*self._classes.company(words))))
        return total * USUAL / len(words) if len(words) > USUAL else total

    def find(self, words: Sequence[str]) -> list[Stretch]:
        """The stretches of a text that may be conduct: the likest few, the likest first."""
        if len(words) <= WINDOW:
            score = self.score(words)
            return [Stretch(score, 0, len(words))] if score >= OPEN else []
        scored = [Stretch(self.score(words[start:end]), start, end) for start, end in _stretches(words)]
        return sorted((one for one in scored if one.score >= OPEN), key=lambda one: (-one.score, one.start))[:LIKEST]

    def told(self, words: Sequence[str]) -> tuple[str, int, int]:
        """(the kind that a stretch of words is likest, where those that weigh most begin, where they end)."""
        kinds: dict[str, float] = defaultdict(float)
        by_word = [0.0] * len(words)
        for name, one, other in self._classes.placed(words):
            if (weight := self._weights.of(name)) is not None:
                kinds[weight.kind] += max(weight.value, 0.0)
                by_word[one] += weight.value / 2
                by_word[other] += weight.value / 2
        if not kinds:
            return "", 0, len(words)
        return max(sorted(kinds), key=kinds.__getitem__), *_heaviest(words, by_word)


def _heaviest(words: Sequence[str], weights: Sequence[float]) -> tuple[int, int]:
    """The stretch with the greatest sum, of at least one word that is not the end of a sentence."""
    real = [at for at, word in enumerate(words) if word != "."]
    best, start, end = max((weights[at], -at) for at in real)[0], 0, 0
    start = max(real, key=lambda at: (weights[at], -at))
    end = start + 1
    total, begun = 0.0, 0
    for at in real:
        if total <= 0:
            total, begun = 0.0, at
        total += weights[at]
        if total > best:
            best, start, end = total, begun, at + 1
    return start, end


def _stretches(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """A text cut into stretches of at most WINDOW words, at the ends of sentences where there are any."""
    start, size = 0, len(words)
    while size - start > WINDOW:
        end = next((at + 1 for at in range(start + WINDOW - 1, start + WINDOW // 2, -1) if words[at] == "."), None)
        end = end or start + WINDOW
        yield start, end
        start = end - 1 if words[end - 1] == "." else end
    if any(words[at] != "." for at in range(start, size)):
        yield start, size


class _Entries(dict[str, tuple[int, str]]):
    """What lines say after the feature's name. Many say the same, and share one object."""

    def __missing__(self, entry: str) -> tuple[int, str]:
        value, _, kind = entry.partition("\t")
        found = self[entry] = int(value), kind
        return found


def parsed(text: str) -> Numbers:
    """The numbers of the file's text: a line `bias gate`, then feature, hundredths and kind between tabs.

    Raises ValueError, in words.
    """
    first, _, rest = text.partition("\n")
    lines = LINE.findall(rest)
    if len(lines) != rest.count("\n"):
        raise ValueError("it is not as `make model` writes it")
    try:
        bias, gate = map(float, first.split())
    except ValueError as error:
        raise ValueError(f"its first line is not as `make model` writes it: {error}") from error
    entries = _Entries()
    return Numbers(Weights((name, entries[entry]) for name, entry in lines), bias, gate)


def written(weights: Mapping[str, Weight], bias: float, gate: float = FAR) -> str:
    """The text of the file."""
    lines = [f"{name}\t{round(weight.value * 100)}\t{weight.kind}" for name, weight in sorted(weights.items())]
    return "\n".join([f"{bias:.2f} {gate:.2f}", *lines]) + "\n"
