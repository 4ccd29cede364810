"""Where the files that come with the program lie: beside the package in a wheel, at the top of a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def rules() -> Path:
    """The rule packs, the ladder and the wording."""
    return _folder("rules")


def migrations() -> Path:
    """Alembic's scripts."""
    return _folder("migrations")
