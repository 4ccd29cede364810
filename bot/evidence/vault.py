"""The vault: what is kept of people is sealed at rest with AES-256-GCM, and found again by keyed digests.

Sealed bytes: version (1) · key id (4) · salt (16) · nonce (12) · ciphertext and tag (16). Every sealing has its own
key, derived from the named one and the salt, so no number of sealings wears a key out. What the bytes are about goes in
as associated data: put into another row they do not open.
"""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import VaultError
from bot.evidence import keys
from bot.evidence.keys import ID_BYTES, KEY_BYTES, KeyRing

VERSION = b"\x01"
SALT, NONCE, TAG = 16, 12, 16
HEAD = len(VERSION) + ID_BYTES
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
        """The id of the key that seals."""
        return self._ring.current

    def seal(self, about: str, plain: bytes) -> bytes:
        """Bytes sealed to what they are about, such as `exhibit:12`; the same words are needed to open them.

        Raises `VaultError` when the key file is gone: what was sealed now could not be opened after a restart.
        """
        self._refresh()
        head = VERSION + bytes.fromhex(self._ring.current)
        salt, nonce = os.urandom(SALT), os.urandom(NONCE)
        cipher = AESGCM(_derived(self._ring.keys[self._ring.current], "seal", salt))
        return b"".join((head, salt, nonce, cipher.encrypt(nonce, plain, _associated(head, about))))

    def open(self, about: str, sealed: bytes) -> bytes:
        """The bytes that were sealed. Raises `VaultError`: an unknown key, damage, or sealed to something else."""
        name = key_of(sealed)
        if name not in self._ring.keys:
            self._refresh()
        if name not in self._ring.keys:
            raise VaultError(f"This was sealed with key {name}, which the key file no longer holds.")
        head, salt, nonce, body = _parts(sealed)
        cipher = AESGCM(_derived(self._ring.keys[name], "seal", salt))
        try:
            return cipher.decrypt(nonce, body, _associated(head, about))
        except InvalidTag as error:
            raise VaultError("Sealed bytes did not open: they were changed, or belong to another record.") from error

    def reseal(self, about: str, sealed: bytes) -> bytes | None:
        """The same bytes under the current key, after a rotation; None when they are so already."""
        self._refresh()
        return None if key_of(sealed) == self._ring.current else self.seal(about, self.open(about, sealed))

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


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed these bytes. Raises `VaultError` when they are not sealed bytes of ours."""
    if len(sealed) < OVERHEAD or not sealed.startswith(VERSION):
        raise VaultError("These are not bytes that the vault sealed, or they were cut short.")
    return sealed[len(VERSION) : HEAD].hex()


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
