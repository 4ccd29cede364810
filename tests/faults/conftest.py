"""A nursery for every worker, and a log for every test."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from tests.faults.lives import Nursery, nursery


@pytest.fixture(scope="session")
def lives() -> Iterator[Nursery]:
    """Where lives of the program come from."""
    with nursery() as made:
        yield made


@pytest.fixture(autouse=True)
def log(tmp_path: Path) -> Iterator[Path]:
    """The program's log, as it writes it: the library's own way with tracebacks takes seconds for each."""
    file = tmp_path / "log"
    with file.open("w") as stream:
        logs.configure("info", "json", stream=stream)
        yield file
        structlog.reset_defaults()
        root = logging.getLogger()
        for handler in [one for one in root.handlers if one.name == logs.HANDLER]:
            root.removeHandler(handler)
