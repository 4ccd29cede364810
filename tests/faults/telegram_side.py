"""Telegram as the Chess Society sees it."""

import asyncio
from dataclasses import dataclass, field
from typing import Self

from bot.model import ChatPurpose, Role
from tests.faults.sides import NOTICE_WORDS, SUBJECTS, WARN_WORDS, Said, Told, is_told, reference_in, told_in
from tests.stories.house import House
from tests.stories.telegram.club import RIGHTS, account
from tests.wire.telegram import Chat, Message, Person, Robot, Telegram

OLUS_ADDRESS = "olu.telegram@union.example.org"
THANKS = "Your report is with the committee"


@dataclass(eq=False)
class TelegramSide:
    """The society's two groups, and the people in them."""

    world: Telegram
    chess: Chat
    committee: Chat
    porter: Robot
    mona: Person
    olu: Person
    reporters: list[Person]
    subjects: list[Person]
    name: str = "telegram"
    survives: bool = True
    _read: int = 0
    _told: list[Told] = field(default_factory=list)

    @classmethod
    async def built(cls, world: Telegram) -> Self:
        """Two groups with everybody in them; everybody has pressed Start."""
        una, mona, olu = map(world.user, ("Una", "Mona", "Olu"))
        reporters = [world.user(f"Alice {number}") for number in range(3)]
        subjects = [world.user(f"Mallory T{number}") for number in range(SUBJECTS)]
        porter = world.bot("porter_bot")
        chess = world.supergroup("Chess Society", creator=una)
        committee = world.supergroup("Chess committee", creator=una)
        chess.promote(porter, *RIGHTS)
        committee.add(porter)
        committee.add(mona)
        for person in (mona, *reporters, *subjects):
            chess.add(person)
        for person in (mona, olu, *reporters, *subjects):
            person.private(porter).opened = True
        porter.updates.drop()
        return cls(world, chess, committee, porter, mona, olu, reporters, subjects)

    @property
    def environ(self) -> dict[str, str]:
        """Where this Telegram is, and whose token the program has."""
        return {"PORTER_TELEGRAM__TOKEN": self.porter.token, "PORTER_TELEGRAM__API_URL": self.world.api_url}

    async def settle(self, house: House) -> None:
        """Mona and Olu are seated, both groups are the society's."""
        await house.seat("Mona", account(self.mona), Role.MODERATOR)
        await house.seat("Olu", account(self.olu), Role.OFFICER, contact_order=2, email=OLUS_ADDRESS)
        await house.bind("telegram", str(self.chess.id), self.chess.title, ChatPurpose.MEMBERS)
        await house.bind("telegram", str(self.committee.id), self.committee.title, ChatPurpose.COMMITTEE)

    def is_connected(self) -> bool:
        """The program polls."""
        return self.porter.updates.polling

    async def say(self, number: int, text: str) -> Said:
        """The subject of that number says something."""
        who = self.subjects[number]
        message = await who.say(self.chess, text)
        return Said(self.name, str(message.id), str(who.id), who.name, lambda: not message.deleted)

    def reporter(self, number: int) -> str:
        """The account of the reporter of that number."""
        return str(self.reporters[number].id)

    async def flag(self, number: int, said: Said) -> str:
        """By a reply; the answer comes privately."""
        alice = self.reporters[number]
        before = len(alice.inbox)
        await alice.say(self.chess, "/flag", reply_to=self._message(self.chess, said.message))
        await self.world.until(lambda: len(alice.inbox) > before)
        return alice.inbox[-1].words

    def _message(self, chat: Chat, message: str) -> Message:
        return next(one for one in chat.messages if str(one.id) == message)

    def card(self, name: str) -> str:
        """The newest card about somebody."""
        return next((str(one.id) for one in reversed(self._cards()) if f"{name} wrote" in one.text), "")

    async def press(self, who: str, message: str, label: str) -> str:
        """A press, and the toast that came of it."""
        person, place = (self.mona, self.committee) if who == "mona" else (self.olu, self.olu.private(self.porter))
        return (await person.press(self._message(place, message), label)).text

    def notices(self) -> list[str]:
        """What the program said in the group."""
        return [str(one.id) for one in self.chess.said if NOTICE_WORDS in one.words]

    def words(self) -> list[str]:
        """What it wrote to the subjects."""
        return [str(one.id) for who in self.subjects for one in who.inbox if WARN_WORDS in one.words]

    def cards(self) -> list[str]:
        """The case of each card."""
        return [reference_in(one.text) for one in self._cards()]

    def _cards(self) -> list[Message]:
        ours = [one for one in self.committee.said if one.author is self.porter.account]
        return [one for one in ours if one.text.startswith("P-")]

    def told(self) -> list[Told]:
        """What Olu was sent: as the picture's caption, or before it."""
        calls = self.world.journal.calls
        for call in calls[self._read :]:
            if call.applied and call.method.startswith("send") and str(call.args.get("chat_id")) == str(self.olu.id):
                text = str(call.args.get("text") or call.args.get("caption") or "")
                self._told += [told_in(text)] if is_told(text) else []
        self._read = len(calls)
        return self._told

    def officers(self, reference: str) -> str:
        """Olu's newest message with buttons about a case."""
        found = [one for one in self.olu.inbox if one.buttons and reference_in(one.words) == reference]
        return str(found[-1].id) if found else ""

    async def change(self) -> None:
        """Something happened on this Telegram."""
        async with asyncio.timeout(60):
            await self.world.world.bell.next()

    def check(self) -> None:
        """Nothing undocumented was asked."""
        assert self.world.problems == []
