from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.screening.lexicon import Lexicon
from bot.screening.machine import Machine
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


def ends(machine: Machine, words: Sequence[str]) -> list[tuple[int, int, int]]:
    """Where the machine's compounds end, found by the lexicon."""
    return [(end, end - start, term) for term, start, end in Lexicon(machine.compounds).find(words)]


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

    found = {(match.phrase, match.end) for match in machine.find(words, ends(machine, words))}

    tried = {
        (n, end) for n, phrase in enumerate(phrases) for end in range(len(words) + 1) if stands(phrase, words, end)
    }
    few = {(n, end) for n, end in tried if len([e for m, e in tried if m == n and e < end]) < 6}
    assert found == few


@given(st.lists(st.tuples(WORDS, WORDS), unique=True, min_size=1, max_size=4), st.lists(WORDS, max_size=20))
@settings(deadline=None)
def test_the_lexicon_counts_words_not_characters(terms: list[tuple[str, str]], words: list[str]) -> None:
    lexicon = Lexicon(terms)

    found = lexicon.find(words)

    assert all(tuple(words[start:end]) == terms[term] for term, start, end in found)
    assert len(found) == sum(tuple(words[at : at + 2]) in terms for at in range(len(words) - 1))


def test_a_phrase_with_a_gap_does_not_reach_across_a_sentence() -> None:
    gap = Place(anything=True, optional=True)
    machine = Machine([(Place(frozenset("a")), gap, gap, Place(frozenset("b")))])

    within, across = machine.find(["a", "c", "b"], []), machine.find(["a", ".", "b"], [])

    assert [(match.start, match.end) for match in within] == [(0, 3)]
    assert not across
