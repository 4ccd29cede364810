import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import rules, screen

from .said import pack, rule

RUNNER = CliRunner()


def test_every_line_read_gives_one_verdict_as_json(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(pack(rule()), "utf-8")
    lines = 'hello\n{"id": "x", "text": "a blue moon"}\n{"id": 3}\n'

    result = RUNNER.invoke(screen.app, ["--rules", str(tmp_path)], input=lines)

    verdicts = [json.loads(line) for line in result.output.splitlines()]
    assert [verdict.get("level") for verdict in verdicts] == ["none", "card", None]
    assert verdicts[1]["id"] == "x"
    assert verdicts[1]["kinds"] == ["abuse"]
    assert verdicts[1]["hits"][0]["span"] == [2, 11]
    assert verdicts[2]["error"] == "a JSON line needs a `text` that is a string"


def test_recent_messages_of_a_line_count() -> None:
    line = {"text": "oh come on", "author": "a", "reply_to": "b"}
    recent = [{"text": "please leave me alone", "author": "b", "reply_to": "a"}]

    result = RUNNER.invoke(screen.app, [], input=json.dumps({**line, "recent": recent}) + "\n" + json.dumps(line))

    levels = [json.loads(each)["level"] for each in result.output.splitlines()]
    assert levels == ["card", "none"]


def test_people_are_told_in_sentences_which_words_and_why(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(pack(rule()), "utf-8")

    result = RUNNER.invoke(screen.app, ["--rules", str(tmp_path), "--explain"], input="a blue moon\n")

    assert "CARD" in result.output
    assert "small.moon: “blue moon” — Speaks of the moon." in result.output


def test_the_packs_that_come_with_the_program_are_in_order() -> None:
    result = RUNNER.invoke(rules.app, ["check"])

    assert result.exit_code == 0
    assert ", 0 wrong" in result.output


def test_a_wrong_pack_is_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(pack(rule(hit="a red sun")), "utf-8")

    result = RUNNER.invoke(rules.app, ["check", "--rules", str(tmp_path)])

    assert result.exit_code == 1
    assert "a.toml: rule small.moon: the example 'a red sun 0' should be hit and is not" in result.output


def test_a_sentence_can_be_tried_and_a_file_counted(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(pack(rule()), "utf-8")
    (tmp_path / "said.txt").write_text("a blue moon\nhello\n", "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\n")

    tried = RUNNER.invoke(rules.app, ["try", "--rules", str(tmp_path), "a", "b1ue", "moon"])
    counted = RUNNER.invoke(rules.app, ["stats", str(tmp_path / "said.txt"), "--rules", str(tmp_path)])
    binary = RUNNER.invoke(rules.app, ["stats", str(tmp_path / "picture.png"), "--rules", str(tmp_path)])

    assert (binary.exit_code, "1 messages" in binary.output) == (0, True)
    assert "read as: a blue moon" in tried.output
    assert "2 messages" in counted.output
    assert "small.moon" in counted.output
