"""Discord as the Chess Society sees it."""

from dataclasses import dataclass, field
from typing import Self

from bot.model import ChatPurpose, Role
from tests.faults.sides import NOTICE_WORDS, SUBJECTS, WARN_WORDS, Said, Told, is_told, reference_in, told_in
from tests.stories.discord.lodge import account
from tests.stories.house import House
from tests.wire.discord import Answer, Application, Channel, Discord, Member, Message, Permission, Server, User
from tests.wire.discord import Role as ServerRole

OLUS_ADDRESS = "olu@union.example.org"


@dataclass(eq=False)
class DiscordSide:
    """The society's server, its committee's channel, and the people in it."""

    world: Discord
    chess: Server
    general: Channel
    committee: Channel
    bot: Application
    mona: Member
    olu: Member
    reporters: list[Member]
    subjects: list[Member]
    name: str = "discord"
    survives: bool = False
    _read: int = 0
    _told: list[Told] = field(default_factory=list)

    @classmethod
    async def built(cls, world: Discord) -> Self:
        """A server with everybody in it."""
        chess = world.server("Chess Society", owner=world.user("Una"))
        general, bot = chess.channel("general"), world.application("porter")
        await chess.install(bot)
        role = chess.role("Committee", Permission.MANAGE_MESSAGES)
        see = Permission.VIEW_CHANNEL
        private: dict[ServerRole | Member | User, tuple[Permission, Permission]] = {
            chess.everyone: (Permission(0), see),
            role: (see, Permission(0)),
            bot.user: (see, Permission(0)),
        }
        committee = chess.channel("committee", overwrites=private)
        mona = await chess.join(world.user("Mona"), roles=(role,))
        olu = await chess.join(world.user("Olu"))
        reporters = [await chess.join(world.user(f"Alice {number}")) for number in range(3)]
        subjects = [await chess.join(world.user(f"Mallory D{number}")) for number in range(SUBJECTS)]
        return cls(world, chess, general, committee, bot, mona, olu, reporters, subjects)

    @property
    def environ(self) -> dict[str, str]:
        """Where this Discord is, and whose token the program has."""
        return {
            "PORTER_DISCORD__TOKEN": self.bot.token,
            "PORTER_DISCORD__API_URL": self.world.api_url,
            "PORTER_DISCORD__GATEWAY_URL": self.world.gateway_url,
        }

    async def settle(self, house: House) -> None:
        """Mona and Olu are seated, the server is the society's."""
        await house.seat("Mona", account(self.mona), Role.MODERATOR)
        await house.seat("Olu", account(self.olu), Role.OFFICER, contact_order=1, email=OLUS_ADDRESS)
        ids = {"committee_channel": str(self.committee.id)}
        await house.bind("discord", str(self.chess.id), self.chess.name, ChatPurpose.MEMBERS, **ids)

    def is_connected(self) -> bool:
        """The program has a session, and its commands are published."""
        there = any(one.connection is not None for one in self.world.gateway.sessions)
        return there and bool(self.bot.commands() or self.bot.commands(self.chess))

    async def say(self, number: int, text: str) -> Said:
        """The subject of that number says something."""
        who = self.subjects[number]
        message = await who.say(self.general, text)
        return Said(self.name, str(message.id), str(who.id), who.name, lambda: not message.deleted)

    def reporter(self, number: int) -> str:
        """The account of the reporter of that number."""
        return str(self.reporters[number].id)

    async def flag(self, number: int, said: Said) -> str:
        """By the message's menu."""
        answer = await self.reporters[number].menu("Flag to committee", self._message(self.general, said.message))
        return answer.text

    def card(self, name: str) -> str:
        """The newest card about somebody."""
        return next((str(one.id) for one in reversed(self._cards()) if f"**{name}** wrote" in one.text), "")

    async def press(self, who: str, message: str, label: str) -> str:
        """A press, and what came of it."""
        person, place = (self.mona, self.committee) if who == "mona" else (self.olu, self.olu.user.dm(self.bot))
        answer: Answer = await person.press(self._message(place, message), label)
        return answer.text

    def _message(self, place: Channel, message: str) -> Message:
        return next(one for one in place.messages if str(one.id) == message)

    def notices(self) -> list[str]:
        """What the program said in the channel."""
        return [str(one.id) for one in self.general.messages if NOTICE_WORDS in one.text]

    def words(self) -> list[str]:
        """What it wrote to the subjects."""
        return [str(one.id) for who in self.subjects for one in who.inbox if WARN_WORDS in one.text]

    def cards(self) -> list[str]:
        """The case of each card."""
        return [reference_in(one.text) for one in self._cards()]

    def _cards(self) -> list[Message]:
        return [one for one in self.committee.messages if one.author is self.bot.user]

    def told(self) -> list[Told]:
        """What Olu was sent: the first of an answer's messages has the words."""
        calls = self.world.journal.calls()
        place = str(self.olu.user.dm(self.bot).id)
        for call in calls[self._read :]:
            if call.applied and call.method == "POST" and call.path == f"/channels/{place}/messages":
                text = str((call.body or {}).get("content") or "")
                self._told += [told_in(text)] if is_told(text) else []
        self._read = len(calls)
        return self._told

    def officers(self, reference: str) -> str:
        """Olu's newest message with buttons about a case."""
        found = [one for one in self.olu.inbox if one.buttons and reference_in(one.text) == reference]
        return str(found[-1].id) if found else ""

    async def change(self) -> None:
        """Something happened on this Discord."""
        seen = len(self.world.journal.calls()) + len(self.world.journal.events())
        await self.world.until(lambda: len(self.world.journal.calls()) + len(self.world.journal.events()) != seen, 60)

    def check(self) -> None:
        """Nothing undocumented was asked, nobody was pinged."""
        assert self.world.problems == []
        assert self.world.pings == []
