"""The table of faults names tests that are there."""

import re

import tests.faults
from tests.faults.lives import ROOT

ROW = re.compile(r"^\S.*?  +(tests/\S+\.py)::(test_\w+)$", re.MULTILINE)


def test_every_fault_has_a_test_that_is_there() -> None:
    rows = ROW.findall(tests.faults.__doc__ or "")

    missing = [name for file, name in rows if f"def {name}(" not in (ROOT / file).read_text()]

    assert len(rows) > 40
    assert missing == []
