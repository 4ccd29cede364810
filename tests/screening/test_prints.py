"""Fingerprints: the same for what is said about a rule, another for what it looks for."""

from pathlib import Path

import pytest

from bot.screening import packs, prints
from tests.screening.said import pack, rule

GROUPS = """
[groups]
sky = ["moon", "sun"]
things = ["{sky}", "lamp"]
"""


def printed(folder: Path, text: str) -> str:
    """The fingerprint of the one rule of a pack."""
    (folder / "small.toml").write_text(text, "utf-8")
    shelf = packs.read([folder])
    return prints(shelf.packs, shelf.numbers)["small.moon"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Speaks of the moon.", "Is about the moon, and other things."),
        ("a red sun 1", "a green sun 1"),
        ('clause = "Abuse"', 'clause = "Unwanted attention"'),
        ('version = "1"', 'version = "2"'),
    ],
)
def test_what_is_said_about_a_rule_changes_nothing(tmp_path: Path, before: str, after: str) -> None:
    text = pack(rule())

    assert before in text
    assert printed(tmp_path, text) == printed(tmp_path, text.replace(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("blue {things}", "red {things}"),
        ('level = "card"', 'level = "digest"'),
        ("severity = 2", "severity = 3"),
        ('"lamp"', '"lamp", "candle"'),
        ('"sun"', '"star"'),
        ("an old moon", "an older moon"),
    ],
)
def test_what_a_rule_looks_for_changes_it(tmp_path: Path, before: str, after: str) -> None:
    guard = '[guards.old]\nreach = "over"\nphrases = ["an old moon"]\n'
    text = pack(guard + rule('["blue {things}"]', 'unless = ["old"]\ndirected = false'), GROUPS)

    assert before in text
    assert printed(tmp_path, text) != printed(tmp_path, text.replace(before, after))


def test_other_numbers_change_a_rule_that_goes_by_likeness(tmp_path: Path) -> None:
    (tmp_path / "likeness.txt").write_text("-1.00 -0.50\nmoon\t150\tabuse\n", "utf-8")
    text = pack(rule()).replace('phrases = ["blue moon"]', "alike = 0.3")
    before = printed(tmp_path, text)

    (tmp_path / "likeness.txt").write_text("-1.00 -0.50\nmoon\t160\tabuse\n", "utf-8")

    assert printed(tmp_path, text) != before


def test_other_numbers_leave_a_rule_by_phrases_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "likeness.txt").write_text("-1.00 -0.50\nmoon\t150\tabuse\n", "utf-8")
    before = printed(tmp_path, pack(rule()))

    (tmp_path / "likeness.txt").write_text("-1.00 -0.50\nmoon\t160\tabuse\n", "utf-8")

    assert printed(tmp_path, pack(rule())) == before
