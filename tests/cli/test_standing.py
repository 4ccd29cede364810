"""How far rules are trusted, from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Porter
from tests.screening.said import pack, rule


@pytest.fixture
def with_pack(config: Path, tmp_path: Path) -> None:
    """The Union has a pack of its own."""
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "small.toml").write_text(pack(rule()), "utf-8")
    config.write_text(config.read_text("utf-8") + f'\n[screening]\nfolders = ["{folder}"]\n', "utf-8")


@pytest.mark.usefixtures("with_pack")
def test_a_rule_of_the_unions_own_is_shown_on_trial_and_promoted(porter: Porter) -> None:
    before = porter("rules", "standing")
    promoted = porter("rules", "promote", "small.moon")
    after = porter("rules", "standing", "--all", "--json")

    assert before.code == 0
    assert [line.split()[:3] for line in before.out.splitlines()[1:]] == [["small.moon", "on", "trial"]]
    assert "Rule small.moon is in force within a minute." in promoted.out
    assert {one["rule"]: one["standing"] for one in after.lines}["small.moon"] == "in_force"
    assert {line["verb"] for line in porter("audit", "list", "--json").lines} == {"promote rule"}


@pytest.mark.usefixtures("with_pack")
def test_a_discarded_rule_stays_so_when_it_changes(porter: Porter, tmp_path: Path) -> None:
    porter("rules", "standing")
    porter("rules", "discard", "small.moon")
    (tmp_path / "packs" / "small.toml").write_text(pack(rule('["(blue|red) moon"]')), "utf-8")

    shown = porter("rules", "standing", "--json")

    assert [(one["rule"], one["standing"]) for one in shown.lines] == [("small.moon", "discarded")]


def test_with_rules_in_force_and_nothing_decided_that_is_what_is_said(porter: Porter) -> None:
    shown = porter("rules", "standing")

    assert shown.out == "Every rule is in force, and nothing has been decided on their cases yet.\n"


@pytest.mark.parametrize("command", ["promote", "discard", "sheet"])
def test_an_unknown_rule_is_named_with_where_to_look(porter: Porter, command: str) -> None:
    ended = porter("rules", command, "no.such")

    assert (ended.code, ended.err) == (
        1,
        "There is no rule no.such. `porter rules standing --all` lists them.\n",
    )


@pytest.mark.usefixtures("with_pack")
def test_an_empty_sheet_says_so_and_that_somebody_looked_is_noted(porter: Porter) -> None:
    porter("rules", "standing")

    ended = porter("rules", "sheet", "small.moon")

    assert ended.out == "Rule small.moon has nothing on its sheet.\n"
    assert [line["verb"] for line in porter("audit", "list", "--json").lines] == ["read sheet"]
