"""Keys, the audit outside the database, erasing, backup and restore, as an administrator types them."""

import json
import os
import sqlite3
import time
import zipfile
from pathlib import Path

import pyrage
import pytest

from tests.cli.conftest import Ended, Porter


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """A private key as `age-keygen` writes it."""
    file = tmp_path / "identity.txt"
    file.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    return file


def public(identity: Path) -> str:
    return str(pyrage.x25519.Identity.from_str(identity.read_text().strip()).to_public())


def key_ids(chess: Porter) -> list[str]:
    return [one["id"] for one in chess("keys", "list", "--json").lines]


def test_a_key_is_rotated_and_the_old_one_retired(chess: Porter, tmp_path: Path) -> None:
    [old] = key_ids(chess)

    rotated = chess("keys", "rotate")
    too_soon = chess("keys", "retire", old)
    os.utime(tmp_path / "data" / "keys", (0, time.time() - 120))
    retired = chess("keys", "retire", old)

    [new] = key_ids(chess)
    assert (rotated.code, f"Key {new} was made and seals from now on." in rotated.out) == (0, True)
    assert f"porter keys retire {old}" in rotated.out
    assert (too_soon.code, "Wait a minute" in too_soon.err) == (1, True)
    assert (retired.code, new != old) == (0, True)
    assert [line["verb"] for line in chess("audit", "list", "--json").lines][1:] == ["rotate keys", "retire key"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "is not there. Put it back from its copy."),
        (lambda file: file.chmod(0o644), "is open to others (mode 0644). Say: chmod 600"),
        (lambda file: file.write_text("x"), "is damaged. Put it back from its copy."),
        (lambda file: file.parent.chmod(0o777), "Say: chmod 700"),
    ],
    ids=["lost", "readable by others", "damaged", "replaceable by others"],
)
def test_a_key_file_that_cannot_be_used_is_said_in_a_sentence(chess: Porter, tmp_path: Path, spoil, said: str) -> None:  # type: ignore[no-untyped-def]  # a step of the table above
    spoil(tmp_path / "data" / "keys")

    ended = chess("keys", "list")

    (tmp_path / "data").chmod(0o700)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_an_export_is_checked_without_the_database(chess: Porter, bare: Porter, tmp_path: Path) -> None:
    chess("society", "add", "go", "Go Society")
    file = tmp_path / "chain.jsonl"
    written = chess("audit", "export", str(file))
    head = json.loads(file.read_text().splitlines()[0])["head"]

    whole = bare("audit", "verify", str(file), "--head", head, "--json")
    cut = bare("audit", "verify", str(file), "--head", "ab" * 32)
    file.write_text(file.read_text().replace('"number": 2', '"number": 3'))
    changed = bare("audit", "verify", str(file))
    again = chess("audit", "export", str(file))
    mistyped = bare("audit", "verify", str(file), "--head", head[:-1])

    assert (mistyped.code, "is no hash" in mistyped.err) == (1, True)
    assert (written.code, whole.code, whole.json["ok"], whole.json["head_line"]) == (0, 0, True, 2)
    assert (cut.code, "No line has that hash" in cut.out) == (1, True)
    assert (changed.code, "does not follow" in changed.out) == (1, True)
    assert (again.code, "it is there already" in again.err) == (1, True)


def test_the_head_that_was_mailed_is_looked_for_in_the_database(chess: Porter, tmp_path: Path) -> None:
    chess("society", "add", "go", "Go Society")
    head = chess("audit", "verify", "--json").json["last_hash"]
    chess("society", "add", "fencing", "Fencing Society")

    there = chess("audit", "verify", "--head", head)
    with sqlite3.connect(tmp_path / "data" / "porter.db") as database:
        database.execute("DELETE FROM audit WHERE id > 1")
    database.close()
    cut = chess("audit", "verify", "--head", head)

    assert (there.code, "The head is line 2; 1 line since." in there.out) == (0, True)
    assert (cut.code, "lines were cut off at the end" in cut.out) == (1, True)


def test_what_is_not_there_cannot_be_erased_or_held(chess: Porter) -> None:
    ends: list[Ended] = [
        chess("case", "erase", "P-26-0001", "--yes"),
        chess("case", "hold", "P-26-0001", "The police asked."),
        chess("case", "release", "P-26-0001"),
        chess("member", "erase", "discord:42", "--yes"),
    ]

    assert [one.code for one in ends] == [1] * 4
    assert all("There is no case P-26-0001" in one.err for one in ends[:3])
    assert "Nothing is known of discord:42." in ends[3].err


def test_what_is_kept_of_an_officer_is_written_once_for_nobody_else_to_read(chess: Porter, tmp_path: Path) -> None:
    file = tmp_path / "olu.zip"
    dates = ("--starts", "2026-08-01", "--ends", "2027-07-31")
    chess("seat", "add", "--role", "officer", "--name", "Olu", "--holder", "discord:42", *dates)

    made, again = chess("member", "export", "discord:42", str(file)), chess("member", "export", "discord:42", str(file))
    nowhere = chess("member", "export", "discord:42", str(tmp_path / "none" / "olu.zip"))
    stranger = chess("member", "export", "discord:43", str(tmp_path / "other.zip"))

    with zipfile.ZipFile(file) as archive:
        page = archive.read("what-is-kept.txt").decode()
    assert (made.code, made.out.startswith("2 entries and 0 files written to")) == (0, True)
    assert "Role: officer" in page
    assert file.stat().st_mode & 0o777 == 0o600
    assert (again.code, "is there already" in again.err) == (1, True)
    assert (nowhere.code, "cannot be written: No such file or directory." in nowhere.err) == (1, True)
    assert (stranger.code, "Nothing is known of discord:43." in stranger.err) == (1, True)
    assert not (tmp_path / "other.zip").exists()
    assert [line["verb"] for line in chess("audit", "list", "--json").lines].count("export person") == 1


def test_a_backup_is_verified_and_restored(chess: Porter, identity: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "porter.age")
    to, key = ("--to", public(identity)), ("--identity", str(identity))

    made = chess("backup", file, *to)
    verified = chess("restore", file, "--verify", *key)
    refused = chess("restore", file, *key)
    for name in ("porter.db", "porter.db-wal", "porter.db-shm"):
        (tmp_path / "data" / name).unlink(missing_ok=True)
    restored = chess("restore", file, *key)

    assert made.code == 0
    assert "The key ring is not in it." in made.out
    assert (verified.code, verified.out.count("✓")) == (0, 5)
    assert (refused.code, "a restore never writes over anything" in refused.err) == (1, True)
    assert (restored.code, "Restored as of" in restored.out) == (0, True)
    assert "Chess Society" in chess("society", "list").out
    assert chess("audit", "verify").code == 0
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]  # noqa: PTH208


def test_a_backup_that_cannot_be_written_is_told_in_one_sentence(chess: Porter, identity: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "b.age"

    ended = chess("backup", str(file), "--to", public(identity))

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"{file} cannot be written: No such file or directory.\n"


def test_a_backup_to_nobody_and_a_private_key_as_recipient_are_refused(
    chess: Porter, config: Path, identity: Path, tmp_path: Path
) -> None:
    nobody = chess("backup", str(tmp_path / "porter.age"))
    config.write_text(f'{config.read_text()}\n[backup]\nrecipients = ["{identity.read_text().strip()}"]\n')
    private = chess("backup", str(tmp_path / "porter.age"))

    assert (nobody.code, "Say for whom to encrypt" in nobody.err) == (1, True)
    assert (private.code, "That is a private key." in private.err) == (1, True)
    assert identity.read_text().strip() not in private.err
