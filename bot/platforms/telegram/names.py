"""The names that people go by: Telegram tells of no change, so every name that is new to us is read with what its
bearer says first under it."""

from collections import OrderedDict

from bot.desk import moderation
from bot.model import AccountRef, AuthorKind
from bot.parts import App

REMEMBERED = 20_000  # people


class Names:
    """The name under which each person was read last. A name that a case has dealt with is not new after a restart."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._read: OrderedDict[str, str] = OrderedDict()

    async def new(self, author: AccountRef) -> str:
        """Their name, if it has to be read with what they say; else nothing."""
        if author.kind is not AuthorKind.PERSON or self._read.get(author.id) == author.name:
            return ""
        first = author.id not in self._read
        return "" if first and await moderation.knows_name(self._app, author) else author.name

    def read(self, author: AccountRef) -> None:
        """What they said under this name was handled."""
        self._read[author.id] = author.name
        self._read.move_to_end(author.id)
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
