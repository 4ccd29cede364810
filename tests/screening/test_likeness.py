from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from bot import resources
from bot.errors import RulesError
from bot.model import Level
from bot.screening import Screen, load
from bot.screening.likeness import Classes, Likeness, Weight, parsed, written

from .said import CHAT, chat, flagged, pack, rule, said
from .statements import statements

UNSEEN = sorted(CHAT.parent.glob("unseen*.txt"))
HEARD = sorted(CHAT.with_name("heard").glob("*.txt"))
NUMBERS = "-1.00 -0.50\nmoon\t150\tabuse\nblue_{colour}\t10\tabuse\nred\t-300\tok\n"
ALIKE = 'alike = 0.2\nhits = ["moon moon 1", "moon moon 2", "moon moon 3", "moon moon 4", "moon moon 5"]'


def likeness(numbers: str = NUMBERS) -> Likeness:
    """Numbers that know a few words."""
    return Likeness(Classes({"clue_colour": frozenset({"blue", "red"})}), parsed(numbers))


def alike_pack() -> str:
    """A pack with one rule that goes by likeness."""
    text = pack(rule()).replace('phrases = ["blue moon"]\n', "")
    return text[: text.index("hits = ")] + ALIKE + text[text.index("\nmisses = ") :]


def shares(screen: Screen, path: Path, every: int = 1) -> tuple[float, float]:
    """(recall, precision) of what reaches people of a file of chat, or of one in so many of its messages."""
    found = [(kind != "ok", flagged(screen, text)) for kind, text in islice(chat(path), 0, None, every)]
    right = sum(conduct and reached for conduct, reached in found)
    return right / sum(conduct for conduct, _ in found), right / sum(reached for _, reached in found)


def test_a_score_is_the_sum_of_what_words_add() -> None:
    numbers = likeness()

    assert numbers.score([".", "moon", "."]) == pytest.approx(0.5)
    assert numbers.score([".", "moon", "moon", "."]) == pytest.approx(2.0)
    assert numbers.score([".", "moon", "red", "."]) == -float("inf")


def test_what_comes_to_too_little_with_its_neighbours_is_not_looked_at_further() -> None:
    weights = "new moon\t-60\tok\nnew * moon\t200\tabuse\n"
    words = [".", "new", "moon", "moon", "."]

    assert likeness(f"0.00 -0.50\n{weights}").score(words) == -float("inf")
    assert likeness(f"0.00 -1.00\n{weights}").score(words) == pytest.approx(1.4)


def test_the_words_that_weigh_most_are_named() -> None:
    words = [".", "we", "saw", "the", "moon", "last", "night", "."]

    found = [likeness().told(words)]

    assert [(kind, words[start:end]) for kind, start, end in found] == [("abuse", ["moon"])]


def test_a_long_text_is_looked_at_in_stretches() -> None:
    words = [".", *["tree", "."] * 60, "moon", "moon", ".", *["tree", "."] * 60]

    found = likeness().find(words)

    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all("moon" in words[each.start : each.end] for each in found)


def test_numbers_that_are_written_are_read_again() -> None:
    weights = {"a b": Weight(0.25, "abuse"), "{x}_y~": Weight(-1.5, "ok")}

    read = parsed(written(weights, -1.25, -2.5))

    assert {name: read.weights.of(name) for name in weights} == weights
    assert (read.bias, read.gate) == (-1.25, -2.5)


def test_a_rule_by_likeness_needs_only_its_threshold(loaded: Callable[..., Screen], tmp_path: Path) -> None:
    (tmp_path / "likeness.txt").write_text(NUMBERS, "utf-8")

    screen = loaded(a=alike_pack())

    assert flagged(screen, "moon and moon")
    assert not flagged(screen, "trees and trees")


@pytest.mark.parametrize("text", ["no numbers\n", "0\n", "0 0\na\tb\tc\n", "0 0\na 1 abuse\n"])
def test_numbers_that_cannot_be_read_are_refused_with_the_files_name(
    loaded: Callable[..., Screen], tmp_path: Path, text: str
) -> None:
    (tmp_path / "likeness.txt").write_text(text, "utf-8")

    with pytest.raises(RulesError, match=r"likeness\.txt: .*make model"):
        loaded(a=alike_pack())


@pytest.mark.parametrize("name", ["likeness.txt", "ordinary.txt"])
def test_a_file_beside_the_packs_that_is_no_text_is_refused_by_its_name(
    loaded: Callable[..., Screen], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe0")

    with pytest.raises(RulesError, match=rf"{name}: it cannot be read"):
        loaded(a=alike_pack())


def test_without_numbers_nothing_is_alike(loaded: Callable[..., Screen]) -> None:
    screen = loaded(check=False, a=alike_pack())

    assert not flagged(screen, "moon and moon")


def test_words_in_disguise_are_alike_too(screen: Screen) -> None:
    verdict = screen.screen(said("n0 w0nder y0ur d@d left"))

    assert verdict.level is Level.DIGEST


@pytest.mark.parametrize("path", HEARD, ids=lambda path: str(path.stem))
def test_what_was_learnt_from_is_still_told_apart(screen: Screen, path: Path) -> None:
    recall, precision = shares(screen, path, every=5)

    assert recall >= 0.8
    assert precision >= 0.95


@pytest.mark.parametrize("path", UNSEEN, ids=lambda path: str(path.stem))
def test_conduct_never_tuned_on_is_found_about_as_often_as_measured(screen: Screen, path: Path) -> None:
    recall, precision = shares(screen, path)

    assert recall >= 0.7
    assert precision >= 0.9


def test_who_is_spoken_of_counts_beside_every_word() -> None:
    numbers = likeness("0.00 -9.00\nyou|moon\t50\tabuse\nthe old moon\t25\tabuse\n")

    assert numbers.score([".", "the", "old", "moon", "."]) == pytest.approx(0.25)
    assert numbers.score([".", "your", "big", "red", "moon", "."]) == pytest.approx(0.5)


def test_the_packs_come_with_their_numbers() -> None:
    text = (resources.rules() / "likeness.txt").read_text("utf-8")

    assert len(parsed(text).weights) > 10_000
    assert load([resources.rules()], check=False).book.classes.alone("knives") == ("knives", "kniv~", "{weapon}")


@pytest.mark.parametrize(
    "group", ["muslims", "trans people", "black women", "lesbians", "wheelchair users", "nigerians"]
)
@pytest.mark.parametrize("said_of", ["I love {}", "{} deserve equal rights", "there is a talk by {} tonight"])
def test_people_can_be_named_without_being_flagged(screen: Screen, group: str, said_of: str) -> None:
    text = said_of.format(group)

    assert not flagged(screen, text)


def test_statements_about_protected_groups_are_hardly_ever_flagged(screen: Screen) -> None:
    texts = list(statements())

    found = [text for text in texts if flagged(screen, text)]

    assert len(found) / len(texts) <= 0.01
