"""The table of threats names tests that are there."""

import re
from pathlib import Path

import tests.abuse

ROOT, HERE = Path(__file__).parents[2], Path(__file__).parent
ROW = re.compile(r"^\| (?!threat|---)(.+?) \| .+? \| (.+?) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")


def there(name: str) -> list[Path]:
    """The files that a name in the table stands for: a path from the top, or one from here without its ending."""
    base, name = (ROOT, name) if name.startswith(("tests/", "bench/")) else (HERE, name)
    found = [*base.glob(name), *base.glob(f"{name}.py")]
    return [one for one in found if one.is_dir() or "def " in one.read_text()]


def test_every_threat_has_a_test_that_is_there() -> None:
    rows = ROW.findall(tests.abuse.__doc__ or "")

    without = [threat for threat, cell in rows if not NAMED.search(cell) and cell != "–"]
    missing = [name for _, cell in rows for name in NAMED.findall(cell) if not there(name)]

    assert len(rows) > 20
    assert (without, missing) == ([], [])
