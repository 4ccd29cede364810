"""Many phrases at once, in one pass over the words: a bit-parallel automaton whose states are remembered.

Every place of every phrase is one bit. Reading a word is a shift and a mask over all of them together, so the time is
linear in the words whatever they are: nothing is ever tried twice. A state once reached keeps its successors, so that
ordinary text costs one dictionary look-up a word.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import attrgetter, getitem
from typing import NamedTuple

from bot.screening.phrases import Compound, Phrase, Place

STATES = 12_000  # remembered states; beyond this the memory starts afresh (a state weighs about 1 kB)
PLACES = 6  # of one phrase in one text
Ends = Sequence[tuple[int, int, int]]  # (words read, length, compound) where compounds end, in order
PHRASES = attrgetter("phrases")


class Match(NamedTuple):
    """Phrase number `phrase` stands on words[start:end]."""

    phrase: int
    start: int
    end: int


class State(dict[int | None, "State"]):
    """The bits now set, and by symbol the states that follow, found when first asked for."""

    __slots__ = ("bits", "machine", "merged", "phrases")
    __hash__ = object.__hash__  # type: ignore[assignment]  # one object for each set of bits: identity is equality

    def __init__(self, machine: "Machine", bits: int) -> None:
        super().__init__()
        self.machine = machine
        self.bits = bits
        self.phrases = machine.ending(bits)
        self.merged: dict[State, State] = {}

    def __missing__(self, symbol: int | None) -> "State":
        following = self[symbol] = self.machine.state(self.machine.after(self.bits, symbol))
        return following

    def with_bits(self, other: "State") -> "State":
        """The state that has the bits of both."""
        found = self.merged.get(other)
        if found is None:
            found = self.merged[other] = self.machine.state(self.bits | other.bits)
        return found


class Machine:
    """`find(words, ends)` gives where the phrases stand. Built once; safe to share between threads.

    `compounds` are the sayings of several words that stand in places of the phrases; finding them is the caller's
    part.
    """

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = tuple(phrases)
        self.compounds: tuple[Compound, ...] = tuple(
            sorted({compound for phrase in phrases for place in phrase for compound in place.compounds})
        )
        self._layout()
        self._name_symbols()
        self._states: dict[int, State] = {}
        self._root = self.state(0)

    def _layout(self) -> None:
        """Give each place a bit; `before` and `final` mark the ends of runs of optional places."""
        self._first = self._optional = self._before = self._final = self._any = 0
        self._ends: dict[int, int] = {}
        self._takes: dict[str, int] = {}
        self._takes_compound = dict.fromkeys(self.compounds, 0)
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
        for place, taken in bits.values():
            self._taken(place, taken)

    def _taken(self, place: Place, bits: int) -> None:
        for word in place.words:
            self._takes[word] = self._takes.get(word, 0) | bits
        for compound in place.compounds:
            self._takes_compound[compound] |= bits

    def _run(self, phrase: Phrase, index: int, bit: int) -> None:
        self._optional |= 1 << bit
        if not phrase[index - 1].optional:
            self._before |= 1 << bit - 1
        if not phrase[index + 1].optional:
            self._final |= 1 << bit

    def _name_symbols(self) -> None:
        """Words that the phrases cannot tell apart share one symbol; a word that none names has None."""
        self._masks: list[int] = []
        numbers: dict[int, int] = {}
        self._symbols: dict[str, int] = {}
        for word, mask in {".": 0, **self._takes}.items():
            wide = mask if word == "." else mask | self._any
            if wide not in numbers:
                numbers[wide] = len(self._masks)
                self._masks.append(wide)
            self._symbols[word] = numbers[wide]
        self._compound_symbol = len(self._masks)
        self._masks += [self._takes_compound[compound] for compound in self.compounds]

    def after(self, bits: int, symbol: int | None) -> int:
        """The bits after reading a symbol; optional places are passed over by one subtraction for all of them."""
        bits = (bits << 1 | self._first) & (self._any if symbol is None else self._masks[symbol])
        filled = bits | self._final
        return bits | self._optional & (~(filled - self._before) ^ filled)

    def state(self, bits: int) -> State:
        """The state with these bits, remembered."""
        found = self._states.get(bits)
        if found is None:
            if len(self._states) >= STATES:
                self._states = {}
                self._root = State(self, 0)
            found = self._states[bits] = State(self, bits)
        return found

    def ending(self, bits: int) -> tuple[int, ...]:
        """The phrases whose last place is among these bits."""
        return tuple(self._ends[bit] for bit in _each(bits & self._ending))

    def find(self, words: Sequence[str], ends: Ends) -> list[Match]:
        """Where phrases stand, by their last word; of one phrase ending at one word, the shortest reading."""
        symbols = [*map(self._symbols.get, words)]
        past = [*accumulate(symbols, getitem, initial=self._root)]  # past[n]: the state after n words
        for end, length, compound in ends:
            merged = past[end].with_bits(past[end - length][self._compound_symbol + compound])
            if merged is not past[end]:
                self._go_on(past, symbols, end, merged)
        if not any(map(PHRASES, past)):
            return []
        accepted = ((number, end) for end, state in enumerate(past) for number in state.phrases)
        return [Match(number, self._start(number, words, end), end) for number, end in _few(accepted)]

    def _go_on(self, past: list[State], symbols: Sequence[int | None], end: int, state: State) -> None:
        """Put another state at `end`, and what follows from it, until all is as it was."""
        past[end] = state
        for at in range(end, len(symbols)):
            state = state[symbols[at]]
            if state is past[at + 1]:
                return
            past[at + 1] = state

    def _start(self, number: int, words: Sequence[str], end: int) -> int:
        """The last word at which the phrase can begin so as to end before `end`."""
        starts = {end}
        for place in reversed(self._phrases[number]):
            starts = {before for start in starts for before in place.before(words, start)}
        return max(starts)


def _few(accepted: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """The first few places of each phrase: what stands there more often than that says nothing new."""
    seen: dict[int, int] = {}
    for number, end in accepted:
        seen[number] = seen.get(number, 0) + 1
        if seen[number] <= PLACES:
            yield number, end


def _each(bits: int) -> Iterable[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
