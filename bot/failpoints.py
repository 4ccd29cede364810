"""Named places at which a crash would matter. The program only says that it came by.

Nothing is armed in the program itself, and nothing that a person can set arms anything: the tests that kill the
program put an act under a name before they start it (`tests/faults`). The names are in `NAMES`.
"""

from collections.abc import Callable

NAMES = (
    "store.committing",  # a change is written, not committed; the detail is its verb
    "store.committed",
    "outbox.claimed",  # an effect is leased; the detail of these is its kind
    "outbox.intended",
    "outbox.performed",  # it happened; no receipt yet
    "outbox.ended",  # its receipt is on disk
    "capture.around",  # context is sealed, files are not
    "posting.said",  # a card stands in the chat; where it stands is not on disk
    "telegram.stored",  # updates are on disk; Telegram was not told
    "telegram.handling",  # the try of an update is counted, and about to be made
    "telegram.handled",  # an update is handled; that is not on disk
    "discord.answering",  # what an interaction asked for is done; nobody was told
    "discord.answered",
    "smtp.handed_over",  # the server took the e-mail; we do not know yet
    "vault.written",  # the new key file is on disk under its temporary name
    "sweep.forgotten",  # the buffer forgot; the rest of the sweep is to come
)

armed: dict[str, Callable[[str], None]] = {}


def reach(name: str, detail: str = "") -> None:
    """Say that the program is at this place, at work on `detail`."""
    if armed and name in armed:
        armed[name](detail)
