"""What the disk does: every commit reaches it, it has no room, or it cannot be written."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import VaultError
from bot.evidence.vault import open_vault
from bot.store.change import Store
from tests.faults.lives import ROOT

COMMITS = 20
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}
WRITE = f"""
import asyncio, sys
from datetime import UTC, datetime
from bot.store.change import Store

async def main():
    store = Store(sys.argv[1])
    for number in range({COMMITS}):
        async with store.change("test", "write", datetime.now(UTC)):
            pass
    await store.close()

asyncio.run(main())
"""


async def test_every_connection_flushes_its_commits_and_minds_references(database: str) -> None:
    store = Store(database)
    found = []

    for engine in (store.writer, store.reader):
        for _ in range(3):
            async with engine.connect() as connection:
                found.append({name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in PRAGMAS})
    async with store.reader.connect() as connection:
        only_looks = (await connection.exec_driver_sql("PRAGMA query_only")).scalar()
    await store.close()

    assert found == [PRAGMAS] * 6
    assert only_looks == 1


@pytest.mark.skipif(shutil.which("strace") is None, reason="counting flushes needs strace: apt install strace")
def test_every_commit_is_flushed_to_the_disk(database: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(trace), sys.executable, "-c", WRITE]

    subprocess.run([*command, database], check=True, cwd=ROOT, capture_output=True)

    assert len(re.findall(r"(?:fsync|fdatasync)\(\d+", trace.read_text())) >= COMMITS


def test_a_file_that_may_not_grow_keeps_what_was_committed_and_nothing_half(database: str) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n{GROW}"

    done = subprocess.run(
        [sys.executable, "-c", limited, database], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    with closing(sqlite3.connect(file_of(database))) as connection:
        kept = [row[0] for row in connection.execute("SELECT key FROM marks ORDER BY key")]
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]

    assert told["refused"] > 0
    assert kept == sorted(told["kept"])
    assert sound == "ok"


GROW = """
import asyncio, json, signal, sys
from datetime import UTC, datetime
from bot.store.change import Store
from bot.store.engine import UNWRITABLE
from bot.store.tables import marks

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store, kept, refused = Store(sys.argv[1]), [], 0
    for number in range(40):
        key = f"key {number:02}"
        try:
            async with store.change("test", "grow", datetime.now(UTC)) as change:
                await change.put(marks, {"key": key}, value="x" * 20_000)
        except UNWRITABLE:
            refused += 1
        else:
            kept.append(key)
    print(json.dumps({"kept": kept, "refused": refused}))

asyncio.run(main())
"""


def test_a_folder_that_cannot_be_written_is_told_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.write_text("a file where the folder should be: this holds for root too")

    with pytest.raises((VaultError, OSError), match="evidence"):
        open_vault(folder / "keys")


def file_of(url: str) -> str:
    """The file of a SQLite address."""
    return url.partition("///")[2]
