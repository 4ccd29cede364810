"""The rules that come with the program, loaded once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import resources
from bot.screening import Screen, load


@pytest.fixture(scope="session")
def screen() -> Screen:
    """The packs that come with the program."""
    return load([resources.rules()], check=False)


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Screen]:
    """Loads packs given as texts by file name."""

    def make(check: bool = True, **files: str) -> Screen:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, "utf-8")
        return load([tmp_path], check=check)

    return make
