"""Backup and restore: everything comes back, on either database, and whatever is wrong with a file is said."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pyrage
import pytest

from bot.app import opened
from bot.config import load
from bot.desk import capture, copies
from bot.errors import ConfigError, Refusal, VaultError
from bot.evidence import age
from bot.model import AccountRef, CaseState, ChatPurpose, ExhibitKind, Upload
from bot.parts import App
from bot.store import audit, cases, chats, people, rows, schema
from bot.store.change import Store
from tests.postgres import Cluster

MALLORY = AccountRef("discord", "42", "Mallory ♟", "mallory")
EVIDENCE = bytes(range(256)) * 50
sqlite_only = pytest.mark.parametrize("kind", ["sqlite"])


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """A private key as `age-keygen` writes it."""
    key = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity.txt"
    file.write_text(f"# public key: {key.to_public()}\n{key}\n")
    return file


@pytest.fixture
def public(identity: Path) -> str:
    """Its public key."""
    return identity.read_text().splitlines()[0].rpartition(" ")[2]


@pytest.fixture
async def app(database: str, tmp_path: Path) -> AsyncIterator[App]:
    """The program on a database with a society and a closed case that has evidence."""
    environ = {"PORTER_DATA__FOLDER": str(tmp_path / "data"), "PORTER_DATABASE__URL": database}
    async with opened(load(None, environ)) as app:
        await fill(app)
        yield app


async def fill(app: App) -> None:
    """A society, a chat, a case with a file."""
    async with app.store.change("test", "fill", app.now()) as change:
        society_id = await people.add_society(change, "chess", "Chess Society")
        assert society_id is not None
        chat_id = await chats.bind(change, society_id, "discord", "7", "Chess", ChatPurpose.MEMBERS)
        known = await people.know(change, MALLORY)
        about = {"society_id": society_id, "chat_id": chat_id, "subject_id": known.id, "person_id": known.person_id}
        state = {"severity": 2, "restricted": False, "ladder_version": "1", "opened_at": app.now()}
        case_id = await cases.add_case(change, **about, **state, state=CaseState.OPEN)
        assert case_id is not None
        upload = Upload("a.bin", "application/octet-stream", EVIDENCE)
        await capture.keep(app, change, case_id, ExhibitKind.ATTACHMENT, "file/1", upload)


async def everything(store: Store) -> list[tuple[str, str]]:
    """Every row there is."""
    async with store.read() as read:
        return [row async for row in rows.dump(read)]


async def restored(file: Path, identity: Path, url: str, keys: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """A backup put into that database: what was found wrong with it, and every row."""
    store = Store(url)
    try:
        copy = await copies.restore(store, file, identity)
        findings, found = await copies.check(store, copy, keys), await everything(store)
    finally:
        await store.close()
    return [one.text for one in findings if not one.ok], found


async def test_everything_comes_back_on_either_database_from_either(
    app: App, identity: Path, public: str, tmp_path: Path, cluster: Cluster
) -> None:
    file = tmp_path / "porter.age"
    await copies.make(app, file, [public], "cli")
    before = await everything(app.store)
    targets = [f"sqlite+aiosqlite:///{tmp_path}/other.db", cluster.url(await cluster.make())]

    ends = [await restored(file, identity, url, app.settings.data.keys) for url in targets]

    for problems, after in ends:
        assert problems == []
        assert [row for row in after if row[0] != "marks"] == [row for row in before if row[0] != "marks"]
    assert EVIDENCE[:32] not in file.read_bytes()
    assert b"Mallory" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_after_a_restore_new_rows_get_new_ids(app: App, identity: Path, public: str, tmp_path: Path) -> None:
    file = tmp_path / "porter.age"
    await copies.make(app, file, [public], "cli")
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/other.db")
    await copies.restore(store, file, identity)

    async with store.change("test", "add", app.now()) as change:
        society_id = await people.add_society(change, "go", "Go Society")

    async with store.read() as read:
        assert audit.verify(await audit.lines(read), await audit.kept(read)) == ""
    await store.close()
    assert society_id == 2


@sqlite_only
async def test_a_copy_made_while_others_write_is_of_one_moment(
    app: App, identity: Path, public: str, tmp_path: Path
) -> None:
    file, copied, written = tmp_path / "porter.age", asyncio.Event(), 0

    async def write() -> None:
        nonlocal written
        while not copied.is_set():
            async with app.store.change("test", "write", app.now()) as change:
                change.about(f"note:{written}")
            written += 1

    writing = asyncio.create_task(write())
    copy = await copies.make(app, file, [public], "cli")
    copied.set()
    await writing
    problems, after = await restored(file, identity, f"sqlite+aiosqlite:///{tmp_path}/other.db", app.settings.data.keys)

    assert problems == []
    assert written > 0
    assert sum(table == "audit" for table, _ in after) == copy.counts["audit"]


@sqlite_only
async def test_a_restore_never_writes_over_anything(app: App, identity: Path, public: str, tmp_path: Path) -> None:
    file = tmp_path / "porter.age"
    await copies.make(app, file, [public], "cli")

    with pytest.raises(Refusal, match="This database is in use"):
        await copies.restore(app.store, file, identity)
    with pytest.raises(Refusal, match="is there already"):
        await copies.make(app, file, [public], "cli")


@sqlite_only
async def test_a_file_that_was_changed_or_cut_anywhere_restores_nothing(
    app: App, identity: Path, public: str, tmp_path: Path
) -> None:
    file = tmp_path / "porter.age"
    await copies.make(app, file, [public], "cli")
    whole, ended = file.read_bytes(), []

    for number, place in enumerate([100, len(whole) // 3, len(whole) // 2, len(whole) - 1, -len(whole) // 2, -20]):
        spoilt = whole[:place] if place < 0 else whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        file.write_bytes(spoilt)
        store = Store(f"sqlite+aiosqlite:///{tmp_path}/{number}.db")
        with pytest.raises(VaultError, match=r"did not open|cut short|damaged|not whole"):
            await copies.restore(store, file, identity)
        if await schema.current(store):  # the tables were made before it turned out
            ended += await everything(store)
        await store.close()

    assert ended == []


@sqlite_only
async def test_another_private_key_and_none_are_told_apart(
    app: App, identity: Path, public: str, tmp_path: Path
) -> None:
    file, other, empty = tmp_path / "porter.age", tmp_path / "other.txt", tmp_path / "empty.txt"
    await copies.make(app, file, [public], "cli")
    other.write_text(str(pyrage.x25519.Identity.generate()))
    empty.write_text("nothing\n")
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/other.db")

    with pytest.raises(VaultError, match="encrypted to another key"):
        await copies.restore(store, file, other)
    with pytest.raises(Refusal, match="holds no private key"):
        await copies.restore(store, file, empty)
    with pytest.raises(Refusal, match="cannot be read"):
        await copies.restore(store, file, tmp_path / "none.txt")
    with pytest.raises(Refusal, match="There is no file"):
        await copies.restore(store, tmp_path / "none.age", identity)

    await store.close()


@sqlite_only
async def test_nobody_to_encrypt_to_and_a_wrong_key_are_said_in_a_sentence(app: App, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"Say for whom to encrypt: --to KEY, or recipients in \[backup\]"):
        await copies.make(app, tmp_path / "porter.age", [], "cli")
    with pytest.raises(Refusal, match="is no public key"):
        await copies.make(app, tmp_path / "porter.age", ["age1nonsense"], "cli")

    assert not any(name.endswith((".age", ".part")) for name in os.listdir(tmp_path))  # noqa: PTH208


@sqlite_only
async def test_without_the_key_ring_the_check_says_so_and_with_it_in_the_copy_it_comes_back(
    app: App, identity: Path, public: str, tmp_path: Path
) -> None:
    plain, with_keys, keys = tmp_path / "plain.age", tmp_path / "keys.age", tmp_path / "new" / "keys"
    await copies.make(app, plain, [public], "cli")
    await copies.make(app, with_keys, [public], "cli", with_keys=True)

    missing, _ = await restored(plain, identity, f"sqlite+aiosqlite:///{tmp_path}/1.db", keys)
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/2.db")
    copy = await copies.restore(store, with_keys, identity)
    back = copies.put_keys(keys, copy)
    findings = await copies.check(store, copy, keys)

    await store.close()
    assert len(missing) == 1
    assert "The evidence cannot be opened" in missing[0]
    assert back
    assert all(one.ok for one in findings)
    assert keys.read_bytes() == app.settings.data.keys.read_bytes()
    assert keys.stat().st_mode & 0o777 == 0o600


@sqlite_only
async def test_what_is_wrong_inside_a_copy_is_found(app: App, identity: Path, public: str, tmp_path: Path) -> None:
    file = tmp_path / "porter.age"
    await copies.make(app, file, [public], "cli")
    with age.decrypted(file, age.identities(identity)) as source:
        lines = source.read().splitlines(keepends=True)
    tampered = [line.replace(b'"verb": "fill"', b'"verb": "feel"') for line in lines]
    fewer = [line for line in lines if b'"table": "exhibits"' not in line]
    newer = [lines[0].replace(b'"revision": "', b'"revision": "9'), *lines[1:]]

    ends = []
    for number, changed in enumerate((tampered, fewer, newer)):
        made = tmp_path / f"{number}.age"
        with age.encrypted(made, age.recipients([public])) as sink:
            sink.writelines(changed)
        try:
            url = f"sqlite+aiosqlite:///{tmp_path}/{number}.db"
            ends.append((await restored(made, identity, url, app.settings.data.keys))[0])
        except (VaultError, ConfigError) as error:
            ends.append([str(error)])

    assert ["The audit is broken." in one for one in ends[0]] == [True]
    assert "not whole" in ends[1][0]
    assert "perhaps of a newer one" in ends[2][0]
