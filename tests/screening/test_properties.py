import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import resources
from bot.model import Level, View
from bot.screening import Screen, packs

from .said import chat, flagged, pack, rule, said

SCREEN = Screen(packs.read([resources.rules()]))
SIGNS = st.characters() | st.sampled_from(list("aeiou ck!@$*.\"'\n\u202e\u200b\u0301\U0001f346"))
TEXTS = st.text(SIGNS, max_size=200) | st.lists(
    st.sampled_from([text for _, text in chat()]) | st.text(SIGNS, max_size=20), max_size=4
).map(" ".join)
AWKWARD = {
    "empty": "",
    "long": "a" * 100_000,
    "long words": "kill you " * 11_000,
    "lone surrogate": "you \ud800 idiot",
    "NUL": "kill\0 you",
    "only emoji": "\U0001f602" * 300,
    "overrides": "\u202e" * 500 + "olleh",
    "zalgo": "k\u0301\u0302\u0303\u0304" * 900,
    "mixed scripts": "\u043f\u0440\u0438\u0432\u0435\u0442 hello \u4f60\u597d \u0645\u0631\u062d\u0628\u0627",
    "quotes": "\"'" * 2_000,
}


@given(TEXTS)
@example("\ud800")
@example("\u202ekill\n\u202cyou")
@settings(max_examples=250, deadline=None)
def test_it_never_raises_and_never_gives_up(text: str) -> None:
    verdict = SCREEN.screen(said(text))

    assert not verdict.failed


@given(TEXTS)
@settings(max_examples=250, deadline=None)
def test_a_span_points_at_the_words_it_names(text: str) -> None:
    verdict = SCREEN.screen(said(text))

    assert all(0 <= hit.start < hit.end <= len(text) for hit in verdict.hits)
    assert all(hit.words == text[hit.start : hit.end] for hit in verdict.hits)


@given(TEXTS)
@settings(max_examples=250, deadline=None)
def test_the_places_of_words_are_those_of_the_quick_reading(text: str) -> None:
    quick = SCREEN.book.reader.words(text)

    placed = SCREEN.book.reader.layout(text).words

    assert placed == quick


@given(st.lists(st.sampled_from(sorted(SCREEN.book.reader.spelling.named)), max_size=12))
@settings(max_examples=150, deadline=None)
def test_canonical_words_stay_as_they_are(words: list[str]) -> None:
    reader = SCREEN.book.reader
    once = reader.words(" ".join(word for word in words if word.isalpha() and len(word) > 1))[1:-1]

    twice = reader.words(" ".join(once))[1:-1]

    assert twice == once


@pytest.mark.parametrize("kind", sorted(AWKWARD))
def test_awkward_text_is_screened_like_any_other(kind: str) -> None:
    verdict = SCREEN.screen(said(AWKWARD[kind]))

    assert not verdict.failed


@pytest.mark.parametrize(
    "piece", ["you are going to k.i.l.l y0ur kiiiilled ", "k i l l ", "a", "iwillkillyou", "\U0001f602 "]
)
def test_the_work_grows_with_the_length_of_the_text_and_no_faster(piece: str) -> None:
    short, long = 20_000 // len(piece), 160_000 // len(piece)

    few, many = steps(piece * short), steps(piece * long)

    assert many < few * 8 * 1.5


def steps(text: str) -> int:
    """How many calls screening the text takes: the same every time, unlike a clock."""
    count = 0

    def tick(*_: object) -> None:
        nonlocal count
        count += 1

    SCREEN.screen(said(text))
    sys.setprofile(tick)
    try:
        SCREEN.screen(said(text))
    finally:
        sys.setprofile(None)
    return count


def test_the_order_of_packs_does_not_matter(loaded: Callable[..., Screen]) -> None:
    one = pack(rule(phrases='["{moons}"]', hit="a blue moon"), "")
    other = '[pack]\nname = "other"\nversion = "1"\n[groups]\nmoons = ["blue moon"]\n'
    more = '[pack]\nname = "more"\nversion = "1"\n[groups]\nmoons = ["red moon"]\n'

    forth = loaded(a=one, b=other, c=more)
    back = loaded(a=more, b=one, c=other)

    for text in ("a blue moon", "a red moon", "no moon"):
        assert forth.screen(said(text)).hits == back.screen(said(text)).hits


def test_what_is_allowed_always_wins(loaded: Callable[..., Screen]) -> None:
    screen = loaded(a=pack(rule(), 'allow = ["once in a blue moon"]'))

    assert flagged(screen, "a blue moon")
    assert not flagged(screen, "that happens once in a blue moon")


@pytest.mark.parametrize("view", [View.FORWARD, View.EMBED])
def test_words_passed_on_reach_the_digest_at_most_and_are_said_to_be_anothers(screen: Screen, view: View) -> None:
    verdict = screen.screen(said("i will kill you", view))

    assert verdict.level is Level.DIGEST
    assert all("somebody else's" in hit.why for hit in verdict.hits if hit.level is Level.DIGEST)


def test_a_quote_is_left_to_the_message_it_quotes(screen: Screen) -> None:
    verdict = screen.screen(said("i will kill you", View.QUOTE))

    assert not verdict.hits


def test_words_in_quotation_marks_are_not_the_authors_own(screen: Screen) -> None:
    quoted = 'someone wrote "i will kill you" on the board'

    assert not flagged(screen, quoted)
    assert flagged(screen, "i will kill you")
