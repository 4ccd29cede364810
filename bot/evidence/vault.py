"""The vault: what is kept of people is sealed at rest with AES-256-GCM, and found again by keyed digests.

Sealed bytes: version (1) · key id (4) · salt (16) · nonce (12) · ciphertext and tag (16). Version 1 is sealed by the
key ring; version 2 by the key of one case, which the ring seals in turn (see `casekeys`). Every sealing, or every small
group of them, has its own key, derived from the named one and the salt, so no number of sealings wears a key out. What
the bytes are about goes in as associated data: put into another row they do not open.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import VaultError
from bot.evidence import keys
from bot.evidence.keys import ID_BYTES, KEY_BYTES, KeyRing

RING, CASE = b"\x01", b"\x02"  # what sealed: the key ring, or the key of a case
VERSION_BYTES = 1
SALT, NONCE, TAG = 16, 12, 16
MOST = 1 << 16  # sealings with one derived key: nonces are drawn at random, and two alike must stay out of the question
HEAD = VERSION_BYTES + ID_BYTES
OVERHEAD = HEAD + SALT + NONCE + TAG


def open_vault(file: Path, *, create: bool = True) -> "Vault":
    """The vault whose keys are in `file`. It is made if it is not there, unless `create` is false: where sealed bytes
    exist already, fresh keys would only hide that the old ones are lost.

    Raises `VaultError` when the file is absent, damaged, or readable or writable by others.
    """
    return Vault(file, keys.load(file) if file.exists() or not create else keys.create(file))


class Vault:
    """Seals and opens bytes. A key file that was rotated meanwhile is read again, so no restart is needed."""

    def __init__(self, file: Path, ring: KeyRing) -> None:
        self._file, self._ring = file, ring
        self._stamp = self._look()

    @property
    def current(self) -> str:
        """The id of the key that seals, as the key file has it now."""
        self._refresh()
        return self._ring.current

    @property
    def head(self) -> bytes:
        """What everything begins with that is sealed now: version and key id."""
        return RING + bytes.fromhex(self.current)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, as the key file has them now."""
        self._refresh()
        return self._ring.ids

    def seal(self, about: str, plain: bytes) -> bytes:
        """Bytes sealed to what they are about, such as `exhibit:12`; the same words are needed to open them.

        Raises `VaultError` when the key file is gone: what was sealed now could not be opened after a restart.
        """
        return self.seal_all([(about, plain)])[0]

    def seal_all(self, group: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """Several bytes, each sealed to what it is about, with one derived key for all. They open one by one.

        Raises `ValueError` for more than one key may seal, and `VaultError` as `seal` does.
        """
        if len(group) > MOST:
            raise ValueError(f"one key seals at most {MOST}, not {len(group)}")
        self._refresh()
        return _sealed(RING, self._ring.current, self._ring.keys[self._ring.current], group)

    def open(self, about: str, sealed: bytes) -> bytes:
        """The bytes that were sealed. Raises `VaultError`: an unknown key, damage, or sealed to something else."""
        name = key_of(sealed)
        if sealed.startswith(CASE):
            raise VaultError("This was sealed with the key of a case; the key ring does not open it.")
        if name not in self._ring.keys:
            self._refresh()
        if name not in self._ring.keys:
            raise VaultError(f"This was sealed with key {name}, which the key file no longer holds.")
        return _opened(self._ring.keys[name], about, sealed)

    def reseal(self, about: str, sealed: bytes) -> bytes | None:
        """The same bytes under the current key, after a rotation; None when they are so already."""
        return None if sealed.startswith(self.head) else self.seal(about, self.open(about, sealed))

    def digest(self, purpose: str, value: str) -> bytes:
        """32 bytes that stand for a value without telling it; the same for the same purpose and value, also after a
        rotation. Without the key file nobody can try values out."""
        return hmac.digest(_derived(self._ring.lookup, f"digest {purpose}", b""), _bytes(value), hashlib.sha256)

    def _refresh(self) -> None:
        stamp = self._look()
        if stamp != self._stamp:
            self._ring, self._stamp = keys.load(self._file), stamp

    def _look(self) -> tuple[int, int]:
        try:
            status = self._file.stat()
        except OSError as error:
            raise VaultError(f"The key file {self._file} cannot be reached: {error.strerror}.") from error
        return status.st_ino, status.st_mtime_ns


class CaseKey:
    """The key of one case. Without it the exhibits of the case are noise."""

    def __init__(self, name: str, key: bytes) -> None:
        self.name, self._key = name, key

    def seal(self, about: str, plain: bytes) -> bytes:
        """Bytes sealed to what they are about, such as `exhibit:12:message/…`."""
        return _sealed(CASE, self.name, self._key, [(about, plain)])[0]

    def open(self, about: str, sealed: bytes) -> bytes:
        """The bytes that were sealed. Raises `VaultError`: another case's key, damage, or sealed to something else."""
        if key_of(sealed) != self.name or not sealed.startswith(CASE):
            raise VaultError("Sealed bytes did not open: they belong to another case.")
        return _opened(self._key, about, sealed)

    @property
    def secret(self) -> bytes:
        """Id and key, to be sealed by the key ring."""
        return bytes.fromhex(self.name) + self._key


def case_key(secret: bytes = b"") -> CaseKey:
    """The key whose `secret` that is; a fresh one without."""
    secret = secret or os.urandom(ID_BYTES + KEY_BYTES)
    return CaseKey(secret[:ID_BYTES].hex(), secret[ID_BYTES:])


def _sealed(version: bytes, name: str, key: bytes, group: Sequence[tuple[str, bytes]]) -> list[bytes]:
    head, salt = version + bytes.fromhex(name), os.urandom(SALT)
    cipher = AESGCM(_derived(key, "seal", salt))
    found = []
    for about, plain in group:
        nonce = os.urandom(NONCE)
        found.append(b"".join((head, salt, nonce, cipher.encrypt(nonce, plain, _associated(head, about)))))
    return found


def _opened(key: bytes, about: str, sealed: bytes) -> bytes:
    head, salt, nonce, body = _parts(sealed)
    try:
        return AESGCM(_derived(key, "seal", salt)).decrypt(nonce, body, _associated(head, about))
    except InvalidTag as error:
        raise VaultError("Sealed bytes did not open: they were changed, or belong to another record.") from error


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed these bytes. Raises `VaultError` when they are not sealed bytes of ours."""
    if len(sealed) < OVERHEAD or sealed[:VERSION_BYTES] not in (RING, CASE):
        raise VaultError("These are not bytes that the vault sealed, or they were cut short.")
    return sealed[VERSION_BYTES:HEAD].hex()


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    return (
        sealed[:HEAD],
        sealed[HEAD : HEAD + SALT],
        sealed[HEAD + SALT : HEAD + SALT + NONCE],
        sealed[HEAD + SALT + NONCE :],
    )


def _associated(head: bytes, about: str) -> bytes:
    return head + _bytes(about)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _derived(key: bytes, purpose: str, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=f"porter {purpose}".encode()).derive(key)
