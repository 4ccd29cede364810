"""The command line as people meet it: what was typed, what was printed, how it ended."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

CONFIG = """
[union]
name = "Example Union"
code_of_conduct_url = "https://union.example.org/code"
email_domains = ["example.org"]

[data]
folder = "{folder}"
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object it printed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON objects it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Porter = Callable[..., Ended]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose data lie in the test's own folder."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(folder=tmp_path / "data"), encoding="utf-8")
    return file


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str]) -> Porter:
    """`bare("society", "list")` runs a command as typed."""

    def run(*words: str) -> Ended:
        with pytest.raises(SystemExit) as ending:
            main(words)
        printed = capsys.readouterr()
        code = ending.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), printed.out, printed.err)

    return run


@pytest.fixture
def porter(bare: Porter, config: Path) -> Porter:
    """`porter("society", "list")` runs a command with the test's configuration."""
    return lambda *words: bare(*words, "--config", str(config))


@pytest.fixture(scope="session")
def with_chess(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the society “chess” in it, to be copied."""
    folder = tmp_path_factory.mktemp("chess")
    file = folder / "config.toml"
    file.write_text(CONFIG.format(folder=folder / "data"), encoding="utf-8")
    with pytest.raises(SystemExit) as ending:
        main(["society", "add", "chess", "Chess Society", "--config", str(file)])
    assert ending.value.code == 0
    return folder / "data"


@pytest.fixture
def chess(porter: Porter, with_chess: Path, tmp_path: Path) -> Porter:
    """The same, with the society “chess” there."""
    shutil.copytree(with_chess, tmp_path / "data")
    return porter
