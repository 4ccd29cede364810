"""What was said lately, for rules that look at more than one message. Bounded, in memory, and gone when forgotten."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence

from bot.model import AccountRef, Message, Place

MESSAGES = 40  # of one chat
CHATS = 2_000


class Recent:
    """The last messages of each chat (of all its channels together), oldest first."""

    def __init__(self, messages: int = MESSAGES, chats: int = CHATS) -> None:
        self._messages = messages
        self._chats = chats
        self._kept: OrderedDict[tuple[str, str], deque[Message]] = OrderedDict()

    def add(self, message: Message) -> None:
        """Remember a message; an edit takes the place of what it changed."""
        key = _key(message.ref.place)
        kept = self._kept.setdefault(key, deque(maxlen=self._messages))
        self._kept.move_to_end(key)
        for at, earlier in enumerate(kept):
            if earlier.ref.id == message.ref.id and earlier.ref == message.ref:
                kept[at] = message
                return
        kept.append(message)
        if len(self._kept) > self._chats:
            self._kept.popitem(last=False)

    def of(self, place: Place) -> Sequence[Message]:
        """What was said lately in the chat of this place."""
        return tuple(self._kept.get(_key(place), ()))

    def forget(self, place: Place, ids: Iterable[str] | None = None) -> None:
        """Forget messages of a chat by their ids in this place's channel; without ids, the whole chat."""
        key = _key(place)
        if ids is None:
            self._kept.pop(key, None)
        elif key in self._kept:
            gone = set(ids)
            left = (m for m in self._kept[key] if m.ref.id not in gone or m.ref.place != place)
            self._kept[key] = deque(left, maxlen=self._messages)

    def forget_account(self, account: AccountRef) -> None:
        """Forget all that one account said."""
        for key, kept in self._kept.items():
            self._kept[key] = deque((m for m in kept if m.author != account), maxlen=self._messages)


def _key(place: Place) -> tuple[str, str]:
    return place.platform, place.chat
