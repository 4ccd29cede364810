"""Loading packs, and serving the last good ones while changed ones are tried."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from watchfiles import awatch

from bot.errors import RulesError
from bot.screening import examples, packs
from bot.screening.screen import Screen


def load(folders: Sequence[Path], *, check: bool = True) -> Screen:
    """The rules of all packs in the folders; with `check`, only if all their examples do what they should.

    The same files give the same rules, which are built once. Raises RulesError naming file, rule and reason.
    """
    return _built(tuple(folders), _contents(folders), check)


@lru_cache(maxsize=2)
def _built(folders: tuple[Path, ...], _contents: bytes, check: bool) -> Screen:
    screen = Screen(packs.read(folders))
    if check:
        examples.check(screen)
    return screen


def _contents(folders: Sequence[Path]) -> bytes:
    """What the folders' files hold, as a digest."""
    found = hashlib.sha256()
    for path in sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()):
        found.update(f"{path}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return found.digest()


class Reloading:
    """Holds the last good rules of some folders. `failed` is told the error when packs cannot be used; at the start the
    first folder's rules are then in force alone, which come with the program: a wrong pack must not keep it from
    taking reports."""

    def __init__(self, folders: Sequence[Path], failed: Callable[[RulesError], None] | None = None) -> None:
        self._folders = tuple(folders)
        self._failed = failed
        self._current = self._first()
        self.watching = asyncio.Event()

    def _first(self) -> Screen:
        try:
            return load(self._folders)
        except RulesError as error:
            if self._failed is None:
                raise
            self._failed(error)
            return load(self._folders[:1])

    @property
    def current(self) -> Screen:
        """The rules now in force."""
        return self._current

    def reload(self) -> bool:
        """Try the packs as they are now; whether they are in force. The last good ones stay if they cannot be used."""
        try:
            self._current = load(self._folders)
        except RulesError as error:
            if self._failed is not None:
                self._failed(error)
            return False
        return True

    async def watch(self, stop: asyncio.Event | None = None, reloaded: Callable[[], None] = lambda: None) -> None:
        """Reload whenever a file in the folders changes, until stopped; building happens in a thread. `reloaded` is
        called after each attempt; `watching` is set once no change can be missed."""
        changes = awatch(*self._folders, stop_event=stop, recursive=False, yield_on_timeout=True, rust_timeout=200)
        async for found in changes:
            self.watching.set()
            if found:
                await asyncio.to_thread(self.reload)
                reloaded()
