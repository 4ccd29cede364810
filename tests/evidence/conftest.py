"""A drawer of pictures, made once for each file: it reads fonts."""

import pytest

from bot.evidence.picture import Drawer
from tests.evidence.looking import FONTS


@pytest.fixture(scope="module")
def drawer() -> Drawer:
    return Drawer(FONTS)
