from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import RulesError
from bot.screening import Screen, load

from .said import flagged, pack, rule

Load = Callable[..., Screen]


def refusal(loaded: Load, **files: str) -> str:
    """What is said of packs that cannot be used."""
    with pytest.raises(RulesError) as caught:
        loaded(**files)
    return str(caught.value)


def test_a_small_pack_is_ready_to_use(loaded: Load) -> None:
    screen = loaded(a=pack(rule()))

    assert flagged(screen, "once upon a blue moon")
    assert not flagged(screen, "once upon a red sun")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (pack(rule(more="colour = 1")), "a.toml: rule small.moon → colour: there is no such key"),
        (pack(rule(more='severity = "high"')), "a.toml: it cannot be read: Cannot overwrite a value"),
        (pack(rule(phrases='["{nothing}"]')), "a.toml: rule small.moon: there is no group 'nothing'"),
        (pack(rule(phrases='["[blue moon"]')), "a.toml: rule small.moon: phrase '[blue moon': a bracket is not closed"),
        (pack(rule(phrases='["* ..."]')), "a.toml: rule small.moon: phrase '* ...': it names no word at all"),
        (pack(rule(more='unless = ["nothing"]')), "a.toml: rule small.moon → unless: there is no 'nothing'"),
        (
            pack(rule(more='check = "burst"')),
            "a.toml: rule small.moon: give either phrases (or near), or alike, or a check",
        ),
        (pack(rule(phrases="[]", more='check = "nothing"')), "a.toml: rule small.moon: there is no check 'nothing'"),
        (pack(rule(phrases="[]", more='check = "burst"\nsettings = {times = 0}')), "settings → times"),
        (pack(rule(phrases="[]", more='check = "burst"\nsettings = {colour = 1}')), "burst has no colour"),
        (pack(rule(hit="a red sun")), "a.toml: rule small.moon: the example 'a red sun 0' should be hit and is not"),
        (pack(rule(miss="a blue moon")), "the example 'a blue moon 0' should not be hit and is (and 4 more)"),
        (pack(rule(), 'allow = ["moon", "blue moon"]'), "should be hit and is not"),
        (pack(rule(), 'allow = ["*"]'), "a.toml: allow: phrase '*': it names no word at all"),
        (pack(rule(), '[groups]\nround = ["{round}"]').replace("blue moon", "blue {round}", 1), "includes itself"),
        ("pack = 3", "a.toml: pack:"),
        ("[pack", "a.toml: it cannot be read:"),
    ],
)
def test_a_wrong_pack_is_refused_with_its_file_its_rule_and_the_reason(loaded: Load, text: str, expected: str) -> None:
    said = refusal(loaded, a=text)

    assert expected in said


def test_two_rules_cannot_have_one_name(loaded: Load) -> None:
    said = refusal(loaded, a=pack(rule()), b=pack(rule()).replace('name = "small"', 'name = "second"'))

    assert said == "b.toml: rule small.moon: it is already in a.toml"


def test_a_rule_needs_five_examples_of_each_sort(loaded: Load) -> None:
    few = pack(rule()).replace("'a red sun 4'", "").replace("'a red sun 3',", "")

    said = refusal(loaded, a=few)

    assert "rule small.moon: give at least 5 hits and 5 misses" in said


def test_a_folder_without_packs_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="no pack of rules was found there"):
        load([tmp_path])

    with pytest.raises(RulesError, match="there is no such folder"):
        load([tmp_path / "nowhere"])


def test_a_union_can_turn_off_a_rule_of_another_pack(loaded: Load) -> None:
    own = '[pack]\nname = "own"\nversion = "1"\n'

    kept, dropped = loaded(a=pack(rule()), b=own), loaded(a=pack(rule()), b='off = ["small.moon"]\n' + own)

    assert flagged(kept, "a blue moon")
    assert not flagged(dropped, "a blue moon")


def test_a_union_can_add_words_to_a_group_in_a_file_of_its_own(loaded: Load) -> None:
    theirs = pack(rule(phrases='["{moons}"]'), '[groups]\nmoons = ["blue moon"]')
    own = '[pack]\nname = "own"\nversion = "1"\n[groups]\nmoons = ["harvest moon"]\n'

    screen = loaded(a=theirs, b=own)

    assert flagged(screen, "a harvest moon")


@pytest.mark.parametrize(
    ("phrase", "hit", "miss"),
    [
        ("blue|green moon", "a green moon", "a red moon"),
        ("(very blue|green) moon", "a very blue moon", "a very moon"),
        ("blue [old] moon", "a blue old moon", "a blue new moon"),
        ("blue * moon", "a blue new moon", "a blue moon"),
        ("blue ... moon", "a blue and very new moon", "a blue sky. The moon"),
        ("^ blue moon", "ah. Blue moon", "a blue moon"),
        ("blue moon $", "a blue moon!", "a blue moon rises"),
        ("{colour} moon", "a teal moon", "a red moon"),
        ("({colour} {thing}|comet)", "a teal planet", "a teal moon"),
    ],
)
def test_the_language_of_phrases(loaded: Load, phrase: str, hit: str, miss: str) -> None:
    groups = '[groups]\ncolour = ["teal", "deep blue"]\nthing = ["planet", "star"]'

    screen = loaded(check=False, a=pack(rule(phrases=f'["{phrase}"]'), groups))

    assert flagged(screen, hit)
    assert not flagged(screen, miss)


def test_two_things_near_each_other_are_found_in_either_order(loaded: Load) -> None:
    near = 'near = [{one = "blue", other = "moon", within = 3}]'

    screen = loaded(check=False, a=pack(rule(phrases="[]", more=near)))

    assert flagged(screen, "the moon is so blue")
    assert flagged(screen, "blue moon")
    assert not flagged(screen, "blue is what they say of the moon")


def test_a_directed_rule_needs_somebody_it_is_said_to(loaded: Load) -> None:
    screen = loaded(check=False, a=pack(rule(more="directed = true")))

    assert flagged(screen, "you blue moon")
    assert not flagged(screen, "a blue moon")


@pytest.mark.parametrize(
    ("reach", "hit", "miss"),
    [
        ("over", "a moon. A very blue moon", "very blue moon rock"),
        ("before", "a blue moon, said they", "they said blue moon"),
        ("sentence", "they said. A blue moon", "a blue moon, they said"),
        ("message", "a blue moon", "they said. A blue moon"),
    ],
)
def test_a_guard_reaches_as_far_as_it_says(loaded: Load, reach: str, hit: str, miss: str) -> None:
    words = "moon rock" if reach == "over" else "they said"
    guard = f'[guards.talk]\nreach = "{reach}"\nphrases = ["{words}"]'

    screen = loaded(check=False, a=pack(rule(more='unless = ["talk"]'), guard))

    assert flagged(screen, hit)
    assert not flagged(screen, miss)
