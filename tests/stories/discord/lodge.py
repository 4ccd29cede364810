"""The Chess Society's server with Porter at work in it, and the people of the stories."""

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.model import AccountRef, ChatPurpose, Role
from bot.platforms.discord.connection import SPACING
from tests.stories.house import House, at_work, built
from tests.wire.discord import Answer, Application, Channel, Discord, Member, Message, Server, User
from tests.wire.discord import Role as ServerRole
from tests.wire.mail import Mailbox

OLUS_ADDRESS = "olu@union.example.org"
BETWEEN = timedelta(seconds=SPACING)  # two introductions to Discord


@dataclass
class Lodge:
    """`mona` moderates, `lena` leads, `olu` is the Union's officer; `alice` and `mallory` are members."""

    world: Discord
    mailbox: Mailbox
    folder: Path
    chess: Server
    general: Channel
    committee: Channel
    bot: Application
    committees_role: ServerRole
    mona: Member
    lena: Member
    olu: Member
    alice: Member
    mallory: Member
    database: str = ""  # its address; none: a file in the folder
    house: House = field(init=False)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def environ(self) -> dict[str, str]:
        """The configuration that leads the program here."""
        environ = {
            "PORTER_DISCORD__TOKEN": self.bot.token,
            "PORTER_DISCORD__API_URL": self.world.api_url,
            "PORTER_DISCORD__GATEWAY_URL": self.world.gateway_url,
        }
        if self.database:
            environ["PORTER_DATABASE__URL"] = self.database
        return environ

    async def build(self, **more: str) -> None:
        """Build the program on its folder; nothing is connected yet."""
        environ = self.environ | more
        opening = built(self.folder, self.mailbox, environ, self.world.clock.now)
        self.house = await self._open.enter_async_context(opening)

    async def work(self) -> None:
        """Connect the program and set it to work."""
        sessions = self.bot.identifies
        await self._open.enter_async_context(at_work(self.house))
        await self.world.until(lambda: self.bot.identifies > sessions)
        await self.world.connected(self.bot)

    async def close(self) -> None:
        """End the program in order."""
        await self._open.aclose()

    async def begin_again(self, **more: str) -> None:
        """Begin with what is on disk, as soon as Discord lets the program introduce itself again."""
        self.world.clock.advance(BETWEEN)
        await self.build(**more)
        await self.work()

    async def restart(self) -> None:
        """End the program, and begin again."""
        await self.close()
        await self.begin_again()

    async def seat_everybody(self) -> None:
        """Mona, Lena and Olu have their seats."""
        await self.house.seat("Mona", account(self.mona), Role.MODERATOR)
        await self.house.seat("Lena", account(self.lena), Role.LEAD)
        await self.house.seat("Olu", account(self.olu), Role.OFFICER, contact_order=1, email=OLUS_ADDRESS)

    async def bind(self, **ids: str) -> None:
        """The server belongs to the Chess Society, with the committee's channel."""
        server, channel = str(self.chess.id), str(self.committee.id)
        title = self.chess.name
        ids = {"committee_channel": channel} | ids
        await self.house.bind("discord", server, title, ChatPurpose.MEMBERS, **ids)

    async def settled(self) -> None:
        """Nothing is left to do now."""
        await self.house.settled()

    @property
    def card(self) -> Message:
        """The newest card in the committee's channel."""
        return self.cards[-1]

    @property
    def cards(self) -> list[Message]:
        """What stands in the committee's channel but for what Porter cannot do there, or cannot tell."""
        return [one for one in self.committee.messages if not one.text.startswith("Porter cannot")]

    @property
    def reference(self) -> str:
        """The reference of the case on that card."""
        return reference_in(self.card)

    async def carded(self) -> Message:
        """The newest card, once there is one and everything that was due is done."""
        await self.world.until(lambda: self.cards, what="a card")
        await self.settled()
        return self.card

    async def flagged(self, text: str = "you play like a clown", **more: Any) -> Message:
        """Mallory writes something and Alice flags it."""
        message = await self.mallory.say(self.general, text, **more)
        await self.alice.menu("Flag to committee", message)
        await self.carded()
        return message

    async def escalated(self) -> Message:
        """What Mallory wrote is with the Union; Olu's newest message about it."""
        await self.flagged()
        await self.mona.press(self.card, "4 · Report to the Union")
        await self.settled()
        return self.olu.inbox[-1]


def reference_in(message: Message) -> str:
    """The first case's reference in a message."""
    found = re.search(r"P-\d\d-\d{4}", message.text)
    assert found is not None
    return found[0]


def account(person: Member | User) -> AccountRef:
    """Somebody as an account of ours."""
    return AccountRef("discord", str(person.id), person.name)


async def verify(lodge: Lodge, newcomer: Member, number: str, welcome: Message) -> Answer:
    """Give a membership number at the welcome message's button."""
    form = await newcomer.press(welcome, "Verify membership")
    return await newcomer.submit(form, {"Your membership number": number})


async def enter_code(newcomer: Member, answer: Answer, code: str) -> Answer:
    """Type the code that came by e-mail."""
    form = await newcomer.press(answer, "Enter the code")
    return await newcomer.submit(form, {"The code from the e-mail": code})
