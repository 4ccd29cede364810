"""The file with the vault's keys: made with mode 0600 and an fsync, replaced as a whole, refused when open to others.

Whoever has this file and the database can read everything; without it nothing sealed can ever be read again.
"""

import base64
import fcntl
import os
import secrets
import stat
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from bot import failpoints
from bot.errors import VaultError

KEY_BYTES = 32
ID_BYTES = 4
LARGEST_FILE = 1_000_000
PREFACE = """\
# Porter's keys. Whoever has this file and the database can read all evidence; without it nobody can, ever again.
# Keep a copy where the backups are not. Never change it by hand.
"""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id (8 hex digits): `current` seals, any opens. `lookup` makes digests and stays when keys are rotated,
    because what it made could not be found again otherwise."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys."""
        return tuple(self.keys)


def new() -> KeyRing:
    """A ring with one fresh key."""
    name = secrets.token_hex(ID_BYTES)
    keys = MappingProxyType({name: secrets.token_bytes(KEY_BYTES)})
    return KeyRing(name, keys, secrets.token_bytes(KEY_BYTES))


def load(file: Path) -> KeyRing:
    """Read the keys. Raises `VaultError` when the file is absent, open to others, or not what we wrote."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise VaultError(f"The key file {file} is not there. Put it back from its copy.") from error
    except OSError as error:
        raise VaultError(f"The key file {file} cannot be read: {error.strerror}.") from error
    try:
        _guarded(file, os.fstat(descriptor))
        return parse(file, os.read(descriptor, LARGEST_FILE))
    finally:
        os.close(descriptor)


def _guarded(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise VaultError(f"The key file {file} is not a file.")
    if status.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        mode = stat.S_IMODE(status.st_mode)
        raise VaultError(f"The key file {file} is open to others (mode {mode:04o}). Say: chmod 600 {file}")
    if status.st_uid not in (os.geteuid(), 0):
        raise VaultError(f"The key file {file} belongs to another user. Say: chown {os.geteuid()} {file}")
    folder = file.absolute().parent
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IWGRP | stat.S_IWOTH) and not mode & stat.S_ISVTX:
        raise VaultError(
            f"Others may replace the key file: its folder {folder} has mode {mode:04o}. Say: chmod 700 {folder}"
        )


def parse(file: Path, data: bytes) -> KeyRing:
    """The keys in a file's bytes. Errors never show a key."""
    try:
        table = tomllib.loads(data.decode())
        keys = {str(name): _key(text) for name, text in table["keys"].items()}
        ring = KeyRing(str(table["current"]), MappingProxyType(keys), _key(table["lookup"]))
    except (ValueError, KeyError, AttributeError, TypeError):
        # Nothing of the cause is kept: a parser's complaint may quote the line, and the line is a key.
        raise VaultError(f"The key file {file} is damaged. Put it back from its copy.") from None
    if ring.current not in ring.keys or not all(_proper(name) for name in ring.keys):
        raise VaultError(f"The key file {file} names no usable current key. Put it back from its copy.")
    return ring


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key of the wrong length")
    return key


def _proper(name: str) -> bool:
    return len(name) == 2 * ID_BYTES and set(name) <= set("0123456789abcdef")


def written(ring: KeyRing) -> bytes:
    """The file for these keys."""
    lookup = base64.b64encode(ring.lookup).decode()
    lines = [f'"{name}" = "{base64.b64encode(key).decode()}"' for name, key in ring.keys.items()]
    return "\n".join(
        [f'{PREFACE}current = "{ring.current}"', f'lookup = "{lookup}"', "", "[keys]", *lines, ""]
    ).encode()


def create(file: Path) -> KeyRing:
    """Make the file with a fresh key, unless somebody was quicker: then theirs counts."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(file):
        if not file.exists():
            store(file, new())
    return load(file)


def place(file: Path, data: bytes) -> KeyRing:
    """Put a file of keys back that was kept elsewhere. Raises `VaultError` when it holds no keys, or one is there."""
    ring = parse(file, data)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(file):
        if file.exists():
            raise VaultError(f"There is a key file {file} already.")
        store(file, ring)
    return load(file)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One change of the file at a time: of two that ran at once, the key made by one would be lost with all that it
    had sealed meanwhile. What a change that was cut short left behind is removed: it holds keys."""
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        for draft in file.parent.glob(f".{file.name}.*"):
            draft.unlink()
        yield
        os.fsync(folder)
    except OSError as error:
        raise VaultError(f"The key file {file} cannot be written: {error.strerror}.") from error
    finally:
        os.close(folder)


def store(file: Path, ring: KeyRing) -> None:
    """Replace the file as a whole: after a power cut there is the old one or the new one."""
    _draft(file, ring).replace(file)


def _draft(file: Path, ring: KeyRing) -> Path:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(written(ring))
        stream.flush()
        os.fsync(descriptor)
    failpoints.reach("vault.written")
    return draft


def rotate(file: Path) -> KeyRing:
    """Add a fresh key and make it the current one; the others go on opening what they sealed."""
    with _alone(file):
        ring, fresh = load(file), new()
        rotated = replace(ring, current=fresh.current, keys=MappingProxyType({**ring.keys, **fresh.keys}))
        store(file, rotated)
    return rotated


def drop(file: Path, name: str) -> KeyRing:
    """Destroy a key: what it sealed is gone for good. Raises `VaultError` for the current one and for no key at all."""
    with _alone(file):
        ring = load(file)
        if name == ring.current:
            raise VaultError(f"Key {name} is the one in use. Rotate first, then seal anew what it sealed.")
        if name not in ring.keys:
            raise VaultError(f"There is no key {name}. There are: {', '.join(ring.ids)}.")
        kept = {other: key for other, key in ring.keys.items() if other != name}
        store(file, replace(ring, keys=MappingProxyType(kept)))
    return load(file)
