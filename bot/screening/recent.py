"""What was said lately, for rules that look at more than one message. Bounded, in memory, and gone when forgotten."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from bot.model import AccountRef, Message, Place

MESSAGES = 40  # of one chat
CHATS = 2_000
Key = tuple[str, str]  # a message's channel and id
NOBODY: dict[Key, Message] = {}


class Said(Sequence[Message]):
    """Messages of one chat (of all its channels together), oldest first; those of one author, and those that say the
    same, are found without looking at the others. Of two versions of a message the later one counts."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._all: dict[Key, Message] = {}
        self._by: defaultdict[str, dict[Key, Message]] = defaultdict(dict)
        self._saying: defaultdict[str, dict[Key, Message]] = defaultdict(dict)
        for message in messages:
            self.add(message)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._all.values())

    @overload
    def __getitem__(self, at: int) -> Message: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Message]: ...

    def __getitem__(self, at: int | slice) -> Message | Sequence[Message]:
        return list(self._all.values())[at]

    def by(self, author: AccountRef) -> list[Message]:
        """What this account said."""
        return [message for message in self._by.get(author.id, NOBODY).values() if message.author == author]

    def saying(self, text: str) -> list[Message]:
        """The messages whose own words are these, but for case and white space."""
        return list(self._saying.get(without_spaces(text), NOBODY).values())

    def add(self, message: Message) -> None:
        """Take in a message; an edit takes the place of what it changed."""
        key = message.ref.place.channel, message.ref.id
        if (old := self._all.get(key)) is not None:
            self._unlist(key, old)
        self._all[key] = message
        self._by[message.author.id][key] = message
        self._saying[without_spaces(message.body)][key] = message

    def drop(self, key: Key) -> None:
        """Forget the message of that channel and id, if it is there."""
        if (old := self._all.pop(key, None)) is not None:
            self._unlist(key, old)

    def drop_oldest(self) -> None:
        """Forget what was said first."""
        self.drop(next(iter(self._all)))

    def drop_author(self, author: AccountRef) -> None:
        """Forget all that one account said."""
        for message in self.by(author):
            self.drop((message.ref.place.channel, message.ref.id))

    def _unlist(self, key: Key, message: Message) -> None:
        for lists, name in ((self._by, message.author.id), (self._saying, without_spaces(message.body))):
            del lists[name][key]
            if not lists[name]:
                del lists[name]


def without_spaces(text: str) -> str:
    """The text in small letters, without white space."""
    return "".join(text.casefold().split())


class Recent:
    """The last messages of each chat."""

    def __init__(self, messages: int = MESSAGES, chats: int = CHATS) -> None:
        self._messages = messages
        self._chats = chats
        self._kept: OrderedDict[tuple[str, str], Said] = OrderedDict()

    def add(self, message: Message) -> None:
        """Remember a message; an edit takes the place of what it changed."""
        key = _key(message.ref.place)
        kept = self._kept.setdefault(key, Said())
        self._kept.move_to_end(key)
        kept.add(message)
        if len(kept) > self._messages:
            kept.drop_oldest()
        if len(self._kept) > self._chats:
            self._kept.popitem(last=False)

    def of(self, place: Place) -> Said:
        """What was said lately in the chat of this place, as it stands: it changes when more is said."""
        return self._kept.get(_key(place)) or Said()

    def forget(self, place: Place, ids: Iterable[str] | None = None) -> None:
        """Forget messages of a chat by their ids in this place's channel; without ids, the whole chat."""
        key = _key(place)
        if ids is None:
            self._kept.pop(key, None)
        elif kept := self._kept.get(key):
            for one in ids:
                kept.drop((place.channel, one))

    def forget_account(self, account: AccountRef) -> None:
        """Forget all that one account said."""
        for kept in self._kept.values():
            kept.drop_author(account)


def _key(place: Place) -> tuple[str, str]:
    return place.platform, place.chat
