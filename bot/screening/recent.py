"""What was said lately, for rules that look at more than one message. Bounded, in memory, and gone when forgotten."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from bot.model import AccountRef, Message, Place

MESSAGES = 40  # of one chat
CHATS = 2_000
Said = dict[tuple[str, str], Message]  # by channel and id, oldest first


class Recent:
    """The last messages of each chat (of all its channels together), oldest first."""

    def __init__(self, messages: int = MESSAGES, chats: int = CHATS) -> None:
        self._messages = messages
        self._chats = chats
        self._kept: OrderedDict[tuple[str, str], Said] = OrderedDict()

    def add(self, message: Message) -> None:
        """Remember a message; an edit takes the place of what it changed."""
        key = _key(message.ref.place)
        kept = self._kept.setdefault(key, {})
        self._kept.move_to_end(key)
        kept[message.ref.place.channel, message.ref.id] = message
        if len(kept) > self._messages:
            del kept[next(iter(kept))]
        if len(self._kept) > self._chats:
            self._kept.popitem(last=False)

    def of(self, place: Place) -> Sequence[Message]:
        """What was said lately in the chat of this place."""
        return tuple(self._kept.get(_key(place), {}).values())

    def forget(self, place: Place, ids: Iterable[str] | None = None) -> None:
        """Forget messages of a chat by their ids in this place's channel; without ids, the whole chat."""
        key = _key(place)
        if ids is None:
            self._kept.pop(key, None)
        elif kept := self._kept.get(key):
            for one in ids:
                kept.pop((place.channel, one), None)

    def forget_account(self, account: AccountRef) -> None:
        """Forget all that one account said."""
        for kept in self._kept.values():
            for place in [place for place, message in kept.items() if message.author == account]:
                del kept[place]


def _key(place: Place) -> tuple[str, str]:
    return place.platform, place.chat
