"""The vault: what is sealed opens only as itself, keys rotate, and the key file is never open to others."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import VaultError
from bot.evidence import keys
from bot.evidence.vault import MOST, OVERHEAD, Vault, key_of, open_vault


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.toml"


@pytest.fixture
def vault(file: Path) -> Vault:
    return open_vault(file)


@pytest.fixture(scope="module")
def one_vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return open_vault(tmp_path_factory.mktemp("keys") / "keys.toml")


@given(about=st.text(st.characters()), plain=st.binary())
def test_what_is_sealed_opens_again(one_vault: Vault, about: str, plain: bytes) -> None:
    sealed = one_vault.seal(about, plain)

    opened = one_vault.open(about, sealed)

    assert opened == plain
    assert len(sealed) == len(plain) + OVERHEAD


def test_what_is_sealed_together_opens_one_by_one_and_only_as_itself(vault: Vault) -> None:
    group = [(f"heard:{number}", b"the same words") for number in range(50)]

    sealed = vault.seal_all(group)

    assert [vault.open(about, data) for (about, _), data in zip(group, sealed, strict=True)] == [b"the same words"] * 50
    assert len(set(sealed)) == len({data[OVERHEAD:] for data in sealed}) == 50
    with pytest.raises(VaultError, match="belong to another record"):
        vault.open("heard:1", sealed[0])


def test_more_than_one_key_may_seal_is_refused(vault: Vault) -> None:
    with pytest.raises(ValueError, match="at most"):
        vault.seal_all([("heard:1", b"")] * (MOST + 1))


def test_nothing_of_the_words_is_in_the_sealed_bytes(vault: Vault) -> None:
    sealed = vault.seal("exhibit:1", b"I know where you live" * 50)

    assert b"where" not in sealed
    assert sealed != vault.seal("exhibit:1", b"I know where you live" * 50)


def test_a_change_of_any_byte_is_found(vault: Vault) -> None:
    sealed = vault.seal("exhibit:1", b"evidence")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 0x40
        with pytest.raises(VaultError):
            vault.open("exhibit:1", bytes(changed))


def test_bytes_cut_short_or_lengthened_do_not_open(vault: Vault) -> None:
    sealed = vault.seal("exhibit:1", b"evidence")

    for wrong in (b"", sealed[:-1], sealed[:OVERHEAD], sealed[: OVERHEAD - 1], sealed + b"\0"):
        with pytest.raises(VaultError):
            vault.open("exhibit:1", wrong)


def test_sealed_bytes_moved_to_another_record_do_not_open(vault: Vault) -> None:
    first, second = vault.seal("exhibit:1", b"one"), vault.seal("exhibit:2", b"two")

    with pytest.raises(VaultError, match="belong to another record"):
        vault.open("exhibit:1", second)

    assert vault.open("exhibit:1", first) == b"one"


def test_after_a_rotation_old_bytes_open_and_new_ones_use_the_new_key(vault: Vault, file: Path) -> None:
    before = vault.seal("exhibit:1", b"old")

    ring = keys.rotate(file)
    after = vault.seal("exhibit:1", b"new")

    assert key_of(before) != key_of(after) == ring.current
    assert [vault.open("exhibit:1", one) for one in (before, after)] == [b"old", b"new"]


def test_a_process_that_knows_only_the_old_keys_opens_what_a_newer_one_sealed(vault: Vault, file: Path) -> None:
    keys.rotate(file)
    sealed = open_vault(file).seal("exhibit:1", b"new")

    opened = vault.open("exhibit:1", sealed)

    assert opened == b"new"


def test_sealing_anew_moves_bytes_to_the_current_key_and_leaves_the_others(vault: Vault, file: Path) -> None:
    old = vault.seal("exhibit:1", b"words")
    keys.rotate(file)

    new = vault.reseal("exhibit:1", old)

    assert new is not None
    assert key_of(new) == vault.current
    assert vault.reseal("exhibit:1", new) is None
    assert vault.open("exhibit:1", new) == b"words"


def test_a_dropped_key_opens_nothing_any_more(vault: Vault, file: Path) -> None:
    sealed = vault.seal("exhibit:1", b"words")
    keys.rotate(file)

    keys.drop(file, key_of(sealed))

    with pytest.raises(VaultError, match=f"sealed with key {key_of(sealed)}, which the key file no longer holds"):
        open_vault(file).open("exhibit:1", sealed)


def test_the_key_in_use_and_unknown_keys_are_not_dropped(vault: Vault, file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(VaultError, match="is the one in use"):
        keys.drop(file, vault.current)
    with pytest.raises(VaultError, match="There is no key 00000000"):
        keys.drop(file, "00000000")

    assert file.read_bytes() == before


def test_a_digest_is_the_same_after_a_rotation_and_differs_by_purpose(vault: Vault, file: Path) -> None:
    before = vault.digest("roster", "01234567")

    keys.rotate(file)
    again = open_vault(file)

    assert again.digest("roster", "01234567") == before
    assert len({before, again.digest("code", "01234567"), again.digest("roster", "1234567")}) == 3
    assert len(before) == 32


def test_digests_of_two_deployments_differ(vault: Vault, tmp_path: Path) -> None:
    other = open_vault(tmp_path / "other.toml")

    assert vault.digest("roster", "01234567") != other.digest("roster", "01234567")


def test_the_key_file_is_made_for_its_owner_only(file: Path) -> None:
    before = os.umask(0)

    try:
        open_vault(file)
    finally:
        os.umask(before)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["keys.toml"]


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o666, 0o620, 0o601])
def test_a_key_file_open_to_others_stops_the_start(mode: int, file: Path) -> None:
    open_vault(file)
    file.chmod(mode)

    with pytest.raises(VaultError, match=f"open to others .mode {mode:04o}.*chmod 600"):
        open_vault(file)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440])
def test_a_key_file_for_its_owner_and_group_is_taken(mode: int, file: Path) -> None:
    sealed = open_vault(file).seal("a", b"words")
    file.chmod(mode)

    assert open_vault(file).open("a", sealed) == b"words"


def without_current(text: str) -> str:
    return text.replace("current", "former")


def with_short_key(text: str) -> str:
    return text[:-8] + '"\n'


def with_other_current(text: str) -> str:
    return text.replace(text.split('"')[1], "ffffffff", 1)


@pytest.mark.parametrize(
    "spoil", [without_current, with_short_key, with_other_current, str.upper, lambda _: "", lambda _: "\x00"]
)
def test_a_damaged_key_file_stops_the_start_and_tells_no_key(spoil: Callable[[str], str], file: Path) -> None:
    open_vault(file)
    text = file.read_text()
    file.write_text(spoil(text))

    with pytest.raises(VaultError) as caught:
        open_vault(file)

    secret = keys.parse(file, text.encode())
    assert "Put it back from its copy." in str(caught.value)
    assert caught.value.__cause__ is None
    assert secret.current in text
    assert not any(word in str(caught.value) for word in text.split('"') if len(word) > 40)


def test_a_key_file_that_is_a_folder_or_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="is not there"):
        open_vault(tmp_path / "none.toml", create=False)
    with pytest.raises(VaultError):
        open_vault(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_sealed_while_the_key_file_is_gone(vault: Vault, file: Path) -> None:
    sealed = vault.seal("a", b"words")
    file.unlink()

    with pytest.raises(VaultError, match="cannot be reached"):
        vault.seal("a", b"words")

    assert vault.open("a", sealed) == b"words"


def test_many_that_start_at_once_agree_on_one_key_file(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: open_vault(file), range(8)))

    sealed = [vault.seal("a", b"words") for vault in vaults]

    assert {vault.current for vault in vaults} == {key_of(one) for one in sealed}
    assert len({vault.current for vault in vaults}) == 1
    assert [one.name for one in file.parent.iterdir()] == ["keys.toml"]


def test_keys_do_not_show_when_a_ring_is_printed(vault: Vault, file: Path) -> None:
    ring = keys.load(file)

    shown = repr(ring)

    assert ring.current in shown
    assert repr(ring.lookup) not in shown
    assert not any(repr(key) in shown for key in ring.keys.values())
