"""How the command line begins and ends: help, errors, the commands that need nothing."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot import resources
from tests.cli.conftest import Porter

ROOT = resources.PACKAGE.parent


def process(folder: Path, *words: str, given: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """`porter …` as a program of its own, in that folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTER_")}
    variables = inherited | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"} | environment
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command, cwd=folder, env=variables, input=given, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_help_names_every_command(bare: Porter) -> None:
    ended = bare("--help")

    commands = (
        *("demo", "check", "run", "society", "seat", "chat", "roster", "outbox", "audit", "db", "screen", "rules"),
        *("backup", "restore", "keys", "case", "member"),
    )
    assert ended.code == 0
    assert [name for name in commands if f" {name} " not in ended.out] == []


def test_every_command_that_reads_the_configuration_takes_its_file(bare: Porter) -> None:
    commands = [
        ("check",), ("run",), ("society", "add"), ("society", "list"), ("seat", "add"), ("seat", "list"),
        ("seat", "end"), ("chat", "bind"), ("chat", "list"), ("roster", "import"), ("audit", "list"),
        ("audit", "verify"), ("audit", "export"), ("keys", "list"), ("keys", "rotate"), ("keys", "retire"),
        ("case", "hold"), ("case", "release"), ("case", "erase"), ("member", "erase"), ("backup",), ("restore",),
        ("outbox", "list"), ("outbox", "explain"), ("outbox", "retry"),
    ]  # fmt: skip

    without = [words for words in commands if "--config" not in bare(*words, "--help").out]

    assert not without


def test_screening_works_with_nothing_configured(tmp_path: Path) -> None:
    ended = process(tmp_path, "screen", given="good morning\n")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"level": "none"' in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_key_in_the_configuration_is_told_without_a_traceback(porter: Porter, config: Path) -> None:
    config.write_text('[union]\nnmae = "x"\n')

    ended = porter("society", "list")

    assert (ended.code, ended.out) == (1, "")
    assert "[union] nmae" in ended.err
    assert "Traceback" not in ended.err


def test_a_file_that_is_no_database_is_told(porter: Porter, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "porter.db").write_bytes(b"not a database at all, whatever its name says")

    ended = porter("society", "list")

    assert (ended.code, ended.err) == (
        1, "The database cannot be opened: file is not a database. Look at [database] url.\n",
    )  # fmt: skip


def test_a_database_that_another_program_holds_is_told_in_a_sentence(chess: Porter, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "data" / "porter.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    ended = chess("society", "add", "go", "Go Society")

    other.close()
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("The database did not do it: database is locked. What was under way was not kept.")
    assert "Traceback" not in ended.err
    assert chess("society", "add", "go", "Go Society").code == 0


def test_a_database_of_a_newer_porter_is_left_alone(chess: Porter, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "data" / "porter.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    ended = chess("society", "list")

    assert ended.code == 1
    assert "The database is not of this Porter, perhaps of a newer one" in ended.err
    assert "Traceback" not in ended.err


def test_running_with_no_chat_service_says_what_to_do(porter: Porter) -> None:
    ended = porter("run")

    assert ended.code == 1
    assert "No chat service is set up" in ended.err


@pytest.mark.parametrize("role", ["worker", "gateway"])
def test_several_processes_on_sqlite_are_refused_with_what_to_do(
    porter: Porter, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTER_TELEGRAM__TOKEN", f"7000001:{'A' * 35}")

    ended = porter("run", "--role", role)

    assert ended.code == 1
    assert "One process does everything on SQLite" in ended.err
    assert "porter db move" in ended.err


def test_a_bug_leaves_a_reference_for_the_person_and_a_traceback_in_the_log(porter: Porter, tmp_path: Path) -> None:
    porter("society", "list")
    with sqlite3.connect(tmp_path / "data" / "porter.db") as database:
        database.execute("DROP TABLE societies")
    database.close()

    ended = porter("society", "list")

    reference = re.search(r"reference=(\w+)", ended.err)
    assert reference is not None
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(f"Whoever looks into it needs this: {reference[1]}\n")
    assert "no such table: societies" in ended.err


def test_the_environment_names_the_configuration(config: Path, tmp_path: Path) -> None:
    ended = process(tmp_path, "society", "list", PORTER_CONFIG=str(config))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "data" / "porter.db").exists()


def test_a_terminal_without_our_letters_gets_others(tmp_path: Path) -> None:
    ended = process(tmp_path, "society", "add", "go", "Gō Society", PYTHONIOENCODING="latin-1")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Added G? Society (go)." in ended.stdout


@pytest.mark.parametrize("words", [("seat", "add", "--role", "king"), ("nothing",), ("society", "add")])
def test_a_command_typed_wrongly_ends_with_two(bare: Porter, words: tuple[str, ...]) -> None:
    ended = bare(*words)

    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err
