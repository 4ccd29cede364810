"""Many phrases at once, in one pass over the words: a bit-parallel automaton whose states are remembered.

Every place of every phrase is one bit. Reading a word is a shift and a mask over all of them together, so the time is
linear in the words whatever they are: nothing is ever tried twice. Fixed phrases, and the sayings of several words that
stand in places of others, are found in the same pass by the lexicon. A state once reached keeps its successors, so that
ordinary text costs one dictionary look-up a word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress, count
from operator import attrgetter, getitem
from typing import NamedTuple, TypeVar

from bot.screening.lexicon import START, Lexicon
from bot.screening.phrases import Compound, Phrase, Place

STATES = 12_000  # remembered states; beyond this the memory starts afresh (a state weighs about 1 kB)
PLACES = 6  # of one phrase in one text that are told of
Found = TypeVar("Found", bound=tuple[int, ...])  # a phrase's number and places
ENDING, PHRASES = attrgetter("ending"), attrgetter("phrases")


class Match(NamedTuple):
    """Phrase number `phrase` stands on words[start:end]."""

    phrase: int
    start: int
    end: int


class State(dict[int, "State"]):
    """The bits now set, the lexicon's node, and by symbol the states that follow, found when first asked for."""

    __slots__ = ("bits", "ending", "machine", "merged", "node", "phrases")
    __hash__ = object.__hash__  # type: ignore[assignment]  # one object for each bits and node: identity is equality

    def __init__(self, machine: "Machine", bits: int, node: int) -> None:
        super().__init__()
        self.machine = machine
        self.bits, self.node = bits, node
        self.phrases = machine.done(bits)
        self.ending = machine.lexicon.ending(node)
        self.merged: dict[State, State] | None = None

    def __missing__(self, symbol: int) -> "State":
        following = self[symbol] = self.machine.following(self, symbol)
        return following

    def with_bits(self, other: "State") -> "State":
        """The state that has the bits of both."""
        if self.merged is None:
            self.merged = {}
        found = self.merged.get(other)
        if found is None:
            found = self.merged[other] = self.machine.state(self.bits | other.bits, self.node)
        return found


class Machine:
    """`find(words, symbols)` gives where phrases stand, each known by its number; `fixed` ones, which are words and
    nothing else, are numbered after the others. Built once; safe to share between threads.

    A word's symbol stands for all words that neither phrases nor lexicon tell apart.
    """

    def __init__(self, phrases: Sequence[Phrase], fixed: Sequence[Compound] = ()) -> None:
        self._phrases = tuple(phrases)
        compounds = sorted({compound for phrase in phrases for place in phrase for compound in place.compounds})
        self._compounds: tuple[Compound, ...] = tuple(compounds)
        self.lexicon = Lexicon([*compounds, *fixed])
        self._name_symbols(*self._layout())
        self._states: dict[tuple[int, int], State] = {}
        self._bits: dict[int, int] = {}  # states at other nodes share theirs, which are long
        self._root = self.state(0, START)

    def _layout(self) -> tuple[dict[str, int], dict[Compound, int]]:
        """Give each place a bit; `before` and `final` mark the ends of runs of optional places. Answers which bits each
        word takes, and each compound."""
        self._first = self._optional = self._before = self._final = self._any = 0
        self._ends: dict[int, int] = {}
        by_word: dict[str, int] = {}
        by_compound = dict.fromkeys(self._compounds, 0)
        bits: dict[tuple[int, int], tuple[Place, int]] = {}  # what may stand in places, by which object it is
        bit = 0
        for number, phrase in enumerate(self._phrases):
            self._first |= 1 << bit
            for index, place in enumerate(phrase):
                key = id(place.words), id(place.compounds)
                bits[key] = place, bits.get(key, (place, 0))[1] | 1 << bit + index
                if place.anything:
                    self._any |= 1 << bit + index
                if place.optional:
                    self._run(phrase, index, bit + index)
            bit += len(phrase)
            self._ends[bit - 1] = number
        self._ending = sum(1 << end for end in self._ends)
        self._passing = self._before | self._optional  # after these a place may be passed over
        for place, taken in bits.values():
            for word in place.words:
                by_word[word] = by_word.get(word, 0) | taken
            for compound in place.compounds:
                by_compound[compound] |= taken
        return by_word, by_compound

    def _run(self, phrase: Phrase, index: int, bit: int) -> None:
        self._optional |= 1 << bit
        if not phrase[index - 1].optional:
            self._before |= 1 << bit - 1
        if not phrase[index + 1].optional:
            self._final |= 1 << bit

    def _name_symbols(self, by_word: Mapping[str, int], by_compound: Mapping[Compound, int]) -> None:
        """Words that are the same to all share one symbol; the first is that of words which nothing names."""
        self._masks: list[int] = []
        self._symbols: dict[str, int] = {}
        self._reads: list[str | None] = []  # by symbol, the word that the lexicon reads
        symbols: dict[tuple[int, str | None], int] = {(self._any, None): 0}
        for word in dict.fromkeys((".", *by_word, *self.lexicon.words)):
            mask = by_word.get(word, 0) | (self._any if word != "." else 0)
            read = word if word in self.lexicon.words else None
            self._symbols[word] = symbols.setdefault((mask, read), len(symbols))
        shared: dict[int, int] = {}  # masks are long, and many are the same
        for mask, read in symbols:
            self._masks.append(shared.setdefault(mask, mask))
            self._reads.append(read)
        self._first_compound = len(self._masks)
        self._masks += [shared.setdefault(mask, mask) for mask in by_compound.values()]
        self._reads += [None] * len(by_compound)

    def symbols(self, words: Iterable[str]) -> list[int]:
        """The symbols of words."""
        return [self._symbols.get(word, 0) for word in words]

    def following(self, state: State, symbol: int) -> State:
        """The state after reading a symbol. Optional places are passed over by one subtraction for all of them."""
        bits = (state.bits << 1 | self._first) & self._masks[symbol]
        if bits & self._passing:
            filled = bits | self._final
            bits |= self._optional & (~(filled - self._before) ^ filled)
        word = self._reads[symbol]
        return self.state(bits, START if word is None else self.lexicon.after(state.node, word))

    def state(self, bits: int, node: int) -> State:
        """The state with these bits at this node, remembered."""
        found = self._states.get((bits, node))
        if found is None:
            if len(self._states) >= STATES:
                self._states, self._bits = {}, {}
                self._root = State(self, 0, START)
            bits = self._bits.setdefault(bits, bits)
            found = self._states[bits, node] = State(self, bits, node)
        return found

    def done(self, bits: int) -> tuple[int, ...]:
        """The phrases whose last place is among these bits."""
        ended = bits & self._ending
        return tuple(self._ends[bit] for bit in _each(ended)) if ended else ()

    def find(self, words: Sequence[str], symbols: Iterable[int]) -> list[Match]:
        """Where phrases stand: fixed ones, then the others by their last word; of one phrase ending at one word, the
        shortest reading."""
        past = [*accumulate(symbols, getitem, initial=self._root)]  # past[n]: the state after n words
        fixed: list[tuple[int, int, int]] = []
        for end in [*compress(count(), map(ENDING, past))]:
            for number, length in past[end].ending:
                if number >= len(self._compounds):
                    fixed.append((number - len(self._compounds) + len(self._phrases), end - length, end))
                    continue
                here = past[end]
                merged = here.with_bits(past[end - length][self._first_compound + number])
                if merged is not here:
                    self._go_on(past, words, end, merged)
        if not (fixed or any(map(PHRASES, past))):
            return []
        accepted = ((number, end) for end, state in enumerate(past) for number in state.phrases)
        others = ((number, self._start(number, words, end), end) for number, end in _few(accepted))
        return [Match(*one) for one in chain(_few(fixed), others)]

    def _go_on(self, past: list[State], words: Sequence[str], end: int, state: State) -> None:
        """Put another state at `end`, and what follows from it, until all is as it was."""
        past[end] = state
        for at in range(end, len(words)):
            state = state[self._symbols.get(words[at], 0)]
            if state is past[at + 1]:
                return
            past[at + 1] = state

    def _start(self, number: int, words: Sequence[str], end: int) -> int:
        """The last word at which the phrase can begin so as to end before `end`."""
        starts = {end}
        for place in reversed(self._phrases[number]):
            starts = {before for start in starts for before in place.before(words, start)}
        return max(starts)


def _few(found: Iterable[Found]) -> Iterator[Found]:
    """The first few places of each phrase: what stands there more often than that says nothing new."""
    seen: dict[int, int] = {}
    for one in found:
        seen[one[0]] = seen.get(one[0], 0) + 1
        if seen[one[0]] <= PLACES:
            yield one


def _each(bits: int) -> Iterable[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
