"""The desk of a Union with two societies, on a real database, with nothing connected: what is asked of it is what
adapters hand over, and what it means to do stands in its outbox."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot import commands
from bot.desk import moderation
from bot.model import (
    AccountRef,
    Answer,
    Call,
    Case,
    ChatPurpose,
    Effect,
    EffectKind,
    Message,
    MessageRef,
    Place,
    Pressed,
    Role,
    Submitted,
    Text,
    View,
)
from bot.parts import App
from bot.store import cases, people, presses
from bot.store.tables import effects
from bot.store.tables import presses as buttons
from tests.stories.house import House

CHESS, GO = Place("discord", "100", "110"), Place("discord", "200", "210")
TEAM = {"Mona": Role.MODERATOR, "Mike": Role.MODERATOR, "Lena": Role.LEAD}
UNION = {"Olu": Role.OFFICER, "Otis": Role.OFFICER, "Ada": Role.ADMINISTRATOR}
NUMBERS = itertools.count(1000)


def ref(name: str) -> AccountRef:
    """Somebody as an account."""
    return AccountRef("discord", f"id-{name}", name)


@dataclass
class Office:
    """`Mona` and `Mike` moderate and `Lena` leads the Chess Society, `Gus` moderates the Go Society; `Olu` and `Otis`
    are officers, `Ada` an administrator of the Union."""

    house: House
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]  # of ints

    @property
    def app(self) -> App:
        """The program's parts."""
        return self.house.app

    async def open(self) -> None:
        """Seat everybody and bind the chats."""
        for order, (name, role) in enumerate((TEAM | UNION).items(), 1):
            contact = {"contact_order": order} if role is Role.OFFICER else {}
            await self.house.seat(name, ref(name), role, **contact)
        await self.house.bind("discord", CHESS.chat, "Chess Society", ChatPurpose.MEMBERS, committee_channel="119")
        chess = self.house.society_id
        async with self.app.store.change("test", "add society", self.app.now()) as change:
            known = await people.society(change, "go")
            self.house.society_id = known.id if known else await people.add_society(change, "go", "Go Society") or 0
        await self.house.seat("Gus", ref("Gus"), Role.MODERATOR)
        await self.house.bind("discord", GO.chat, "Go Society", ChatPurpose.MEMBERS)
        self.house.society_id = chess

    def said(self, name: str, text: str = "you play like a clown", place: Place = CHESS, **more: Any) -> Message:
        """Something said."""
        number = str(next(self.numbers))
        texts = (Text(View.TEXT, text),) if text else ()
        return Message(MessageRef(place, number), ref(name), self.app.now(), texts, **more)

    async def flag(self, reporter: str, message: Message, reason: str = "") -> Answer:
        """Somebody flags it, as an adapter would hand it over."""
        return await self.run(reporter, "flag", message.ref.place, target=message, reason=reason)

    async def case(self, about: str = "Mallory", place: Place = CHESS) -> Case:
        """A case about what somebody said, reported by Alice."""
        await self.flag("Alice", self.said(about, place=place))
        return await self.open_case(about, place)

    async def open_case(self, about: str, place: Place = CHESS) -> Case:
        """The open case about somebody."""
        async with self.app.store.read() as read:
            account = await people.account(read, ref(about))
            assert account is not None
            found = await cases.open_case(read, self.app.chats["discord", place.chat].society_id, account.person_id)
        assert found is not None
        return found

    async def run(
        self,
        name: str | AccountRef,
        command: str,
        place: Place = CHESS,
        *,
        target: Message | None = None,
        **arguments: str,
    ) -> Answer:
        """Somebody gives a command."""
        who = name if isinstance(name, AccountRef) else ref(name)
        call = Call(command, who, place, f"key-{next(NUMBERS)}", target, arguments)
        return await commands.run(self.app, call)

    async def press(self, name: str, token: str, place: Place = CHESS) -> Answer:
        """Somebody presses a button."""
        return await commands.press(self.app, Pressed(token, ref(name), place, f"key-{next(NUMBERS)}"))

    async def submit(self, name: str, token: str, place: Place = CHESS, **values: str) -> Answer:
        """Somebody sends a form back."""
        return await commands.submit(self.app, Submitted(token, ref(name), place, f"key-{next(NUMBERS)}", values))

    async def token(self, deed: str, case: Case | None, **data: Any) -> str:
        """A fresh button for that deed."""
        async with self.app.store.change("test", "offer", self.app.now()) as change:
            return await presses.add(
                change,
                deed,
                self.app.now() + timedelta(days=1),
                society_id=self.house.society_id if case is None else case.society_id,
                case_id=None if case is None else case.id,
                data=data,
            )

    async def effects(self, *kinds: EffectKind) -> list[Effect]:
        """What the outbox is to make true, of these kinds or of all."""
        query = select(effects).order_by(effects.c.id)
        async with self.app.store.read() as read:
            found = await read.all(Effect, query)
        return [one for one in found if not kinds or one.kind in kinds]

    async def do(self, effect: Effect) -> None:
        """Make one effect true, as the outbox would."""
        await self.app.outbox.deeds[effect.kind].perform(effect)

    async def buttons(self, deed: str) -> list[str]:
        """The tokens of a deed's buttons."""
        async with self.app.store.read() as read:
            rows = await read.rows(select(buttons.c.token).where(buttons.c.deed == deed))
        return [row["token"] for row in rows]

    async def hears(self, message: Message) -> None:
        """The chat says something, and rules look at it."""
        await moderation.handle_message(self.app, message)


def words(answer: Answer) -> str:
    """Everything an answer shows: what it says, its buttons, its form."""
    labels = [button.label for row in answer.buttons for button in row]
    form = [] if answer.form is None else [answer.form.title, *(one.label for one in answer.form.fields)]
    return "\n".join([answer.speech.plain, *labels, *form])
