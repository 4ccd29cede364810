"""Files encrypted to public keys in the age format: whoever has the private key opens them with this program or any
other that speaks age. What is written and read goes through a pipe, so nothing lies unencrypted on a disk."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from bot.errors import Refusal, VaultError

HOW = "age1…, as `age-keygen` prints it after “Public key:”, or an SSH public key (ssh-ed25519 … or ssh-rsa …)"


def recipients(texts: Sequence[str]) -> list[Any]:
    """Public keys as written. Raises `Refusal` naming the one that is none."""
    return [_recipient(text.strip()) for text in texts]


def _recipient(text: str) -> Any:
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise Refusal(f"“{text[:24]}” is no public key. Write {HOW}.") from error


def identities(file: Path) -> list[Any]:
    """The private keys in a file, age's own or one of SSH without a passphrase. Raises `Refusal`; never shows a key."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Refusal(f"The private key {file} cannot be read: {error.strerror}.") from error
    try:
        if data.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (UnicodeDecodeError, pyrage.IdentityError):
        # Nothing of the cause is kept: it may quote the key.
        raise Refusal(f"{file} holds no private key that can be used.") from None
    if not found:
        raise Refusal(f"{file} holds no private key. It is the file that `age-keygen` wrote.")
    return found


@contextmanager
def encrypted(file: Path, to: Sequence[Any]) -> Iterator[BinaryIO]:
    """What is written goes into a new file (mode 0600) encrypted, and is on the disk on leaving."""

    def work(source: BinaryIO) -> None:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            pyrage.encrypt_io(source, target, to)
            target.flush()
            os.fsync(descriptor)

    with _piped(work, write=True) as sink:
        yield sink


@contextmanager
def decrypted(file: Path, identities_: Sequence[Any]) -> Iterator[BinaryIO]:
    """A file's content. Raises `VaultError` for other keys, and on leaving for a file that was changed or cut."""

    def work(target: BinaryIO) -> None:
        try:
            with file.open("rb") as source:
                pyrage.decrypt_io(source, target, identities_)
        except pyrage.DecryptError as error:
            raise VaultError(f"{file} did not open: it was encrypted to another key, or it is damaged.") from error
        except OSError as error:
            if isinstance(error, BrokenPipeError):  # nobody wants the rest
                return
            raise VaultError(f"{file} cannot be read, or it was cut short: {error}.") from error

    with _piped(work, write=False) as source:
        yield source


@contextmanager
def _piped(work: Callable[[BinaryIO], None], *, write: bool) -> Iterator[BinaryIO]:
    """Our end of a pipe at whose other end `work` is, in a thread. What goes wrong there comes out here."""
    reading, writing = os.pipe()
    ours, theirs = (writing, reading) if write else (reading, writing)

    def with_theirs() -> None:
        with os.fdopen(theirs, "rb" if write else "wb") as end:
            work(end)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(with_theirs)
        try:
            with os.fdopen(ours, "wb" if write else "rb") as end:
                yield end
        except Exception as error:
            cause = done.exception()  # what went wrong at the other end comes first: the rest follows from it
            if cause is not None:
                raise cause from error
            raise
        done.result()
