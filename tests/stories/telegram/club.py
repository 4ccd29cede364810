"""The Chess Society's groups on Telegram with Porter at work in them, and the people of the stories."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.desk import capture
from bot.model import AccountRef, ChatPurpose, Exhibit, ExhibitKind, Role
from bot.platforms.telegram.client import Telegram as Adapter
from bot.store import cases
from tests.stories.house import House, at_work, built
from tests.wire.mail import Mailbox
from tests.wire.telegram import Chat, JoinRequest, Message, Person, Robot, Telegram, Toast

OLUS_ADDRESS = "olu@union.example.org"
UNKIND = "You play like a potato. Take up draughts before we vote on it."  # people mind it; no rule knows it
RIGHTS = ("can_delete_messages", "can_restrict_members", "can_invite_users", "can_pin_messages")
NOTICE, WORD, DELETE, UNION = "1 · Public notice", "2 · Private word", "3 · Delete", "4 · Report to the Union"


@dataclass
class Club:
    """`una` owns the groups, `mona` moderates, `lena` leads, `olu` is the Union's officer; `alice` and `mallory` are
    members of the chess chat."""

    telegram: Telegram
    mailbox: Mailbox
    folder: Path
    porter: Robot
    chess: Chat
    committee: Chat
    una: Person
    mona: Person
    lena: Person
    olu: Person
    alice: Person
    mallory: Person
    database: str = ""  # its address; none: a file in the folder
    house: House = field(init=False)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    def now(self) -> datetime:
        """The time on this Telegram, by which Porter goes too."""
        return datetime.fromtimestamp(self.telegram.clock.now(), UTC)

    @property
    def environ(self) -> dict[str, str]:
        """The configuration that leads the program here."""
        environ = {
            "PORTER_TELEGRAM__TOKEN": self.porter.token,
            "PORTER_TELEGRAM__API_URL": self.telegram.api_url,
        }
        if self.database:
            environ["PORTER_DATABASE__URL"] = self.database
        return environ

    async def build(self, **more: str) -> None:
        """Build the program on its folder; nothing is connected yet."""
        opening = built(self.folder, self.mailbox, self.environ | more, self.now)
        self.house = await self._open.enter_async_context(opening)

    async def work(self) -> None:
        """Connect the program and set it to work."""
        await self._open.enter_async_context(at_work(self.house))

    async def close(self) -> None:
        """End the program in order."""
        await self._open.aclose()

    async def restart(self) -> None:
        """End the program, and begin again with what is on disk."""
        await self.close()
        await self.build()
        await self.work()

    async def seat_everybody(self) -> None:
        """Mona, Lena and Olu have their seats, and a private chat with Porter."""
        await self.house.seat("Mona", account(self.mona), Role.MODERATOR)
        await self.house.seat("Lena", account(self.lena), Role.LEAD)
        await self.house.seat("Olu", account(self.olu), Role.OFFICER, contact_order=1, email=OLUS_ADDRESS)
        for person in (self.mona, self.lena, self.olu, self.alice, self.mallory):
            self.opened(person)

    def opened(self, person: Person) -> None:
        """Somebody pressed Start in Porter's private chat some time ago."""
        person.private(self.porter).opened = True

    async def bind(self) -> None:
        """Both groups belong to the Chess Society."""
        await self.house.bind("telegram", str(self.chess.id), self.chess.title, ChatPurpose.MEMBERS)
        await self.house.bind("telegram", str(self.committee.id), self.committee.title, ChatPurpose.COMMITTEE)

    async def settled(self) -> None:
        """Everything that was said has been heard, and nothing is left to do now."""
        adapter = self.house.app.platforms["telegram"]
        assert isinstance(adapter, Adapter)
        calls = -1
        while calls != len(self.telegram.journal.calls):
            calls = len(self.telegram.journal.calls)
            await self.telegram.settled()
            await adapter.inbox.idle()
            await self.house.settled()

    @property
    def card(self) -> Message:
        """The newest case card in the committee's group."""
        said = self.words_of_porter(self.committee)
        return next(message for message in reversed(said) if message.text.startswith("P-"))

    def words_of_porter(self, chat: Chat) -> list[Message]:
        """What Porter said in a group, oldest first."""
        return [message for message in chat.said if message.author is self.porter.account]

    @property
    def reference(self) -> str:
        """The reference of the case on the card."""
        return self.card.text.split()[0]

    async def flagged(self, text: str = UNKIND, **more: Any) -> Message:
        """Mallory writes something and Alice flags it by reply."""
        message = await self.mallory.say(self.chess, text, **more)
        await self.alice.say(self.chess, "/flag", reply_to=message)
        await self.settled()
        return message

    async def escalated(self) -> Message:
        """What Mallory wrote is with the Union; Olu's newest message about it."""
        await self.flagged()
        await self.press(self.mona, self.card, UNION)
        return await self.olu.hears("reports")

    async def press(self, person: Person, message: Message, label: str) -> Toast:
        """Somebody presses a button, and what follows from it is done."""
        toast = await person.press(message, label)
        await self.settled()
        return toast

    async def says(self, person: Person, chat: Chat, text: str, **more: Any) -> Message:
        """Somebody says something in a group, and what follows from it is done."""
        message = await person.say(chat, text, **more)
        await self.settled()
        return message

    async def writes(self, person: Person, text: str | None = None, **more: Any) -> Message | None:
        """Somebody writes to Porter privately; what Porter says last to them."""
        await person.writes(self.porter, text, **more)
        await self.settled()
        return person.inbox[-1] if person.inbox else None

    async def sealed(self, kind: ExhibitKind) -> list[tuple[Exhibit, bytes]]:
        """What is sealed with the newest case, of that kind, opened."""
        app = self.house.app
        async with app.store.read() as read:
            case = await cases.case_by_ref(read, self.reference)
            assert case is not None
            exhibits = [one for one in await cases.exhibits_of(read, case.id) if one.kind is kind]
        return [(one, await capture.unseal(app, one) or b"") for one in exhibits]

    async def knock(self, newcomer: Person) -> JoinRequest:
        """Somebody asks to join the chess chat and is told what to do."""
        knock = await newcomer.asks_to_join(self.chess)
        await self.settled()
        return knock

    async def give_number(self, newcomer: Person, number: str) -> list[Message]:
        """Give a membership number at the newest button; everything Porter says to it."""
        before = len(newcomer.inbox)
        await self.press(newcomer, with_button(newcomer, "Verify membership"), "Verify membership")
        await self.writes(newcomer, number)
        return newcomer.inbox[before:]

    async def code_for(self, address: str) -> str:
        """The code in the newest e-mail to that address."""
        mail = await self.mailbox.receives("code", to=address)
        lines = [line.strip(" *") for line in mail.text.splitlines()]
        return next(line for line in lines if line.replace(" ", "").isdigit())


def account(person: Person) -> AccountRef:
    """Somebody as an account of ours."""
    return AccountRef("telegram", str(person.id), person.name)


def with_button(person: Person, label: str) -> Message:
    """The newest message in somebody's private chat that has that button."""
    return next(message for message in reversed(person.inbox) if label in message.labels)
