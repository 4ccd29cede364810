"""New keys: everything moves to them, whatever cuts the move short, and an old key goes only when nothing needs it."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.app import opened
from bot.config import load
from bot.desk import capture, lists, resealing
from bot.errors import Refusal, VaultError
from bot.evidence import casekeys, keys
from bot.evidence.vault import CASE, RING, key_of, open_vault
from bot.model import ExhibitKind, MembershipState, Upload
from bot.parts import App
from bot.store import cases, inbox, marks, members, sealed
from bot.store.sealed import Shelf
from bot.store.tables import exhibits
from tests.keeping.test_copies import EVIDENCE, fill

WORDS = b"words held for a while"


@pytest.fixture
async def app(database: str, tmp_path: Path) -> AsyncIterator[App]:
    """The program on a database that has something sealed on every shelf."""
    environ = {"PORTER_DATA__FOLDER": str(tmp_path / "data"), "PORTER_DATABASE__URL": database}
    async with opened(load(None, environ)) as app:
        await fill(app)
        await fill_shelves(app)
        yield app


async def fill_shelves(app: App) -> None:
    """An address, 250 held messages, an update, an exhibit from before cases had keys."""
    async with app.store.change("test", "fill", app.now()) as change:
        digest = app.vault.digest("member:1", "1234")
        address = app.vault.seal(lists.sealed_to(1, digest), b"a@example.org")
        more: dict[str, Any] = {"group_name": "Standard", "expires_on": None, "state": MembershipState.CURRENT}
        await members.put_membership(change, 1, digest, email_hash=digest, email_sealed=address, **more)
        upload = Upload("b.bin", "application/octet-stream", EVIDENCE)
        made = await capture.keep(app, change, 1, ExhibitKind.ATTACHMENT, "file/2", upload)
        old = app.vault.seal(capture.sealed_to(1, "file/2"), EVIDENCE)
        await change.execute(update(exhibits).where(exhibits.c.id == made).values(sealed=old))
        await marks.drop(change, resealing.EXHIBITS_MOVED)
    row = {
        "platform": "discord",
        "chat": "7",
        "channel": "8",
        "edition": 0,
        "sent_at": app.now(),
        "heard_at": app.now(),
    }
    async with app.store.work(app.now()) as work:
        for number in range(250):
            about = resealing.ABOUT[Shelf.HEARD](row | {"message": str(number)})
            held = app.vault.seal(about, WORDS)
            await work.add(sealed.TABLES[Shelf.HEARD][0], **row, message=str(number), sealed=held, unscreened=False)
    await inbox.keep(app.store, "telegram", [("1", app.vault.seal(inbox.ABOUT, b"{}"))], app.now())


async def opened_all(app: App) -> int:
    """Open everything that is sealed; how much that was. Raises when something does not open."""
    count = 0
    for shelf in Shelf:
        async with app.store.read() as read:
            for row in await sealed.page(read, shelf, 0, 10_000):
                data = bytes(row[resealing.COLUMN[shelf]])
                key: Any = app.vault
                if data.startswith(CASE):
                    key = await casekeys.for_opening(app.vault, read, row["case_id"])
                assert key.open(resealing.ABOUT[shelf](row), data)
                count += 1
    return count


async def heads(app: App, shelf: Shelf) -> set[str]:
    """The ids of the keys that sealed what is on a shelf."""
    async with app.store.read() as read:
        return {key_of(bytes(row[resealing.COLUMN[shelf]])) for row in await sealed.page(read, shelf, 0, 10_000)}


async def test_a_rotation_moves_everything_and_the_old_key_can_go(app: App, tmp_path: Path) -> None:
    file, old = app.settings.data.keys, app.vault.current
    total = await opened_all(app)

    made, done = await resealing.rotate(app, "cli")
    os.utime(file, (0, time.time() - 120))
    await resealing.retire(app, old, "cli")

    assert made
    assert (done.stuck, done.ended) == (0, True)
    assert keys.load(file).ids == (app.vault.current,)
    assert await opened_all(app) == total >= 255
    for shelf in (Shelf.CASE_KEYS, Shelf.ADDRESSES, Shelf.HEARD, Shelf.UPDATES):
        assert await heads(app, shelf) == {app.vault.current}
    assert [one.uses for one in await resealing.uses(app)] == [total - 2]  # two exhibits are their case's


async def test_the_evidence_itself_is_not_written_again_by_a_rotation(app: App) -> None:
    await resealing.pass_over(app)
    async with app.store.read() as read:
        before = [bytes(row["sealed"]) for row in await sealed.page(read, Shelf.EXHIBITS, 0, 100)]

    await resealing.rotate(app, "cli")

    async with app.store.read() as read:
        assert [bytes(row["sealed"]) for row in await sealed.page(read, Shelf.EXHIBITS, 0, 100)] == before
    assert all(one.startswith(CASE) for one in before)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("batches", [0, 1, 2])
async def test_a_rotation_cut_short_anywhere_goes_on_and_ends(app: App, batches: int) -> None:
    old, total = app.vault.current, await opened_all(app)
    keys.rotate(app.settings.data.keys)  # the new key is there, and then the process ended …
    if batches:
        await resealing.pass_over(app, batches)  # … after so many batches
    between = await opened_all(app)

    made, done = await resealing.rotate(app, "cli")

    assert not made
    assert between == total
    assert done.ended
    assert {one.id: one.uses for one in await resealing.uses(app)}[old] == 0
    assert len(keys.load(app.settings.data.keys).ids) == 2
    assert await opened_all(app) == total


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_hourly_sweep_ends_a_rotation_by_itself(app: App) -> None:
    old = app.vault.current
    keys.rotate(app.settings.data.keys)

    await resealing.sweep(app)

    assert {one.id: one.uses for one in await resealing.uses(app)}[old] == 0


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_exhibit_from_before_cases_had_keys_gets_its_cases_key(app: App) -> None:
    async with app.store.read() as read:
        before = [bytes(row["sealed"])[:1] for row in await sealed.page(read, Shelf.EXHIBITS, 0, 100)]

    await resealing.sweep(app)

    async with app.store.read() as read:
        after = [bytes(row["sealed"])[:1] for row in await sealed.page(read, Shelf.EXHIBITS, 0, 100)]
        [first, second] = await cases.exhibits_of(read, 1)
    assert (before, after) == ([CASE, RING], [CASE, CASE])
    assert await capture.unseal(app, first) == await capture.unseal(app, second) == EVIDENCE


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_key_that_is_needed_or_in_use_or_fresh_is_not_retired(app: App) -> None:
    file, old = app.settings.data.keys, app.vault.current
    keys.rotate(file)

    with pytest.raises(Refusal, match="less than a minute ago"):
        await resealing.retire(app, old, "cli")
    os.utime(file, (0, time.time() - 120))
    with pytest.raises(Refusal, match=f"Key {old} is still needed: 25[0-9] sealed things"):
        await resealing.retire(app, old, "cli")
    with pytest.raises(VaultError, match="is the one in use"):
        await resealing.retire(app, app.vault.current, "cli")
    with pytest.raises(VaultError, match="There is no key 00000000"):
        await resealing.retire(app, "00000000", "cli")

    assert old in keys.load(file).ids


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_cannot_be_opened_holds_nothing_else_up_and_keeps_its_key(app: App) -> None:
    async with app.store.work(app.now()) as work:
        [first, *_] = await sealed.page(work, Shelf.HEARD, 0, 1)
        spoilt = bytes(first["sealed"])[:-1] + bytes([bytes(first["sealed"])[-1] ^ 1])
        await sealed.replace(work, Shelf.HEARD, first["id"], bytes(first["sealed"]), spoilt)

    _, done = await resealing.rotate(app, "cli")

    assert done.stuck == 1
    assert min(one.uses for one in await resealing.uses(app)) == 1


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_lost_key_is_listed_with_what_it_sealed(app: App) -> None:
    lost, file = app.vault.current, app.settings.data.keys
    fresh = keys.new()
    keys.store(file, fresh)

    found = {one.id: one.uses for one in await resealing.uses(app)}

    assert found[lost] > 250
    assert found[fresh.current] == 0


def test_two_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    file = tmp_path / "keys"
    open_vault(file)

    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keys.rotate(file), range(8)))

    assert {ring.current for ring in rings} <= set(keys.load(file).ids)
    assert len(keys.load(file).ids) == 9


def test_what_a_rotation_cut_short_left_behind_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    open_vault(file)
    (tmp_path / ".keys.0123456789abcdef").write_bytes(file.read_bytes())

    keys.rotate(file)

    assert [one.name for one in tmp_path.iterdir()] == ["keys"]


def test_a_folder_in_which_others_may_replace_the_key_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "keys"
    open_vault(file)
    file.parent.chmod(0o770)

    with pytest.raises(VaultError, match=r"Others may replace the key file.*chmod 700"):
        open_vault(file)


async def test_the_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)

    try:
        async with opened(load(None, {"PORTER_DATA__FOLDER": str(tmp_path / "data")})) as app:
            mode = app.settings.data.keys.stat().st_mode & 0o777
    finally:
        os.umask(before)

    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert mode == 0o600
