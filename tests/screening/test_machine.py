from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.screening.machine import PLACES, Machine, Match
from bot.screening.phrases import Phrase, Place

WORDS = st.sampled_from(["a", "b", "c", "d", "."])
SINGLE = st.builds(Place, words=st.frozensets(WORDS, min_size=1, max_size=3), optional=st.booleans())
GAP = st.builds(Place, anything=st.just(True), optional=st.booleans())
SAYING = st.builds(
    Place,
    words=st.frozensets(WORDS, max_size=1),
    compounds=st.frozensets(st.tuples(WORDS, WORDS), min_size=1, max_size=2),
    optional=st.booleans(),
)
FIRM = st.builds(Place, words=st.frozensets(WORDS, min_size=1, max_size=2))


def trimmed(first: Place, middle: list[Place], last: Place) -> Phrase:
    """A phrase as the grammar makes them: no optional place at either end."""
    return (first, *middle, last)


PHRASES = st.builds(trimmed, FIRM, st.lists(st.one_of(SINGLE, GAP, SAYING), max_size=4), FIRM)


def matches(machine: Machine, words: Sequence[str]) -> list[Match]:
    """What the machine finds."""
    return machine.find(words, machine.symbols(words))


def stands(phrase: Phrase, words: Sequence[str], end: int) -> bool:
    """Whether some reading of the phrase ends before words[end], tried out place by place."""
    starts = {end}
    for place in reversed(phrase):
        starts = {before for start in starts for before in place.before(words, start)}
    return bool(starts)


@given(st.lists(PHRASES, min_size=1, max_size=5), st.lists(WORDS, max_size=12))
@settings(max_examples=300, deadline=None)
def test_the_machine_finds_exactly_what_trying_everything_out_finds(phrases: list[Phrase], words: list[str]) -> None:
    machine = Machine(phrases)

    found = {(match.phrase, match.end) for match in matches(machine, words)}

    tried = {
        (n, end) for n, phrase in enumerate(phrases) for end in range(len(words) + 1) if stands(phrase, words, end)
    }
    few = {(n, end) for n, end in tried if len([e for m, e in tried if m == n and e < end]) < PLACES}
    assert found == few


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4).map(tuple), unique=True, min_size=1, max_size=6),
    st.lists(WORDS, max_size=20),
)
@settings(max_examples=300, deadline=None)
def test_fixed_phrases_are_found_wherever_they_stand(terms: list[tuple[str, ...]], words: list[str]) -> None:
    found = matches(Machine([], terms), words)

    stands = [
        (number, end - len(term), end)
        for end in range(len(words) + 1)
        for number, term in enumerate(terms)
        if len(term) <= end and tuple(words[end - len(term) : end]) == term
    ]
    few = [one for one in stands if len([e for n, _, e in stands if n == one[0] and e < one[2]]) < PLACES]
    assert sorted(found) == sorted(few)


def test_a_phrase_with_a_gap_does_not_reach_across_a_sentence() -> None:
    gap = Place(anything=True, optional=True)
    machine = Machine([(Place(frozenset("a")), gap, gap, Place(frozenset("b")))])

    within, across = matches(machine, ["a", "c", "b"]), matches(machine, ["a", ".", "b"])

    assert [(match.start, match.end) for match in within] == [(0, 3)]
    assert not across
