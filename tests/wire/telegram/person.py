"""A person with a Telegram account, and everything they can do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.wire.telegram import callbacks, hearing, joining, membership, menus, posting, speech
from tests.wire.telegram.account import Account
from tests.wire.telegram.bell import PATIENCE
from tests.wire.telegram.callbacks import Toast
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.errors import JSON, ImpossibleError
from tests.wire.telegram.joining import InviteLink, JoinRequest
from tests.wire.telegram.message import Message, Topic
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.standing import Standing
from tests.wire.telegram.text import marked

if TYPE_CHECKING:
    from tests.wire.telegram.world import World


@dataclass(frozen=True, slots=True)
class Person:
    """Verbs raise `ImpossibleError` where their own Telegram would not let them."""

    world: "World"
    account: Account

    @property
    def id(self) -> int:
        """The account's id."""
        return self.account.id

    @property
    def name(self) -> str:
        """First and last name."""
        return self.account.name

    # Saying.

    async def say(
        self,
        chat: Chat,
        text: str | None = None,
        *,
        reply_to: Message | None = None,
        quote: str | None = None,
        topic: Topic | None = None,
        via: Chat | None = None,
        **content: Any,
    ) -> Message:
        """Say something. Content: entities, photo (bytes), document (File), poll (Poll), rich (paragraphs),
        more (raw fields)."""
        said = speech.composed(self.world, text, **content)
        speech.check_may_say(chat, self.account, said, via)
        topic = topic or (reply_to.topic if reply_to is not None else None)
        return posting.post(
            chat, posting.Draft(self.account, said, via=via, reply_to=reply_to, quote=quote, topic=topic)
        )

    async def album(
        self, chat: Chat, photos: Sequence[bytes], caption: str | None = None, *, topic: Topic | None = None
    ) -> list[Message]:
        """Send pictures as one album: one message each, the caption on the first, the same media_group_id on all."""
        group, messages = str(self.world.number("album", 13_000_000_000_000)), []
        for number, photo in enumerate(photos):
            said = speech.composed(self.world, caption if number == 0 else None, photo=photo)
            speech.check_may_say(chat, self.account, said, None)
            messages.append(posting.post(chat, posting.Draft(self.account, said, album=group, topic=topic)))
        return messages

    async def writes(self, robot: Robot, text: str | None = None, **more: Any) -> Message:
        """Write to a bot privately; that opens the chat."""
        chat = self.private(robot)
        chat.opened = True
        return await self.say(chat, text, **more)

    async def start(self, robot: Robot, payload: str = "") -> Message:
        """Press Start, perhaps on a t.me link with a payload (64 of A-Z a-z 0-9 _ -). A block is lifted."""
        if not speech.START_PAYLOAD.fullmatch(payload):
            raise ImpossibleError(f"{payload!r} cannot stand in a link")
        self.unblock(robot)
        return await self.writes(robot, f"/start {payload}".strip())

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own text or caption."""
        speech.check_may_change(message, self.account, deleting=False)
        words = "caption" if "caption" in message.content or message.file else "text"
        marks = "caption_entities" if words == "caption" else "entities"
        return posting.edit(message, message.content | {words: text, marks: marked(text)})

    async def erase(self, message: Message) -> None:
        """Delete one's own message, or another's where one is in charge."""
        speech.check_may_change(message, self.account, deleting=True)
        posting.erase(message)

    async def forward(self, message: Message, to: Chat | Robot, *, topic: Topic | None = None) -> Message:
        """Forward a message to a chat or to a bot."""
        chat = to if isinstance(to, Chat) else self.private(to)
        if message not in message.chat.visible_to(self) or message.chat.protected:
            raise ImpossibleError(f"{self.name} cannot forward message {message.id}")
        draft = posting.forwarded(message, self.account, topic=topic)
        speech.check_may_say(chat, self.account, draft.content, None)
        chat.opened = True
        return posting.post(chat, draft)

    async def react(self, message: Message, emoji: str) -> None:
        """React with an emoji, or take the reaction away with ""."""
        if message not in message.chat.visible_to(self):
            raise ImpossibleError(f"{self.name} cannot see message {message.id}")
        posting.react(message, self.account, emoji)

    async def press(
        self, message: Message, label: str | None = None, *, data: str | None = None, limit: float = PATIENCE
    ) -> Toast:
        """Press a button by its label (or send any data, as a forged client could) and wait for the answer.
        Raises `UnheardError`."""
        if label is not None:
            button = callbacks.find(message, label, None)
            if button.url is not None:
                return Toast(url=button.url)
            data = button.data
        pressed = callbacks.press(message, self.account, data or "")
        return await self.world.bell.until(
            lambda: pressed.toast, lambda: f"the button {label or data!r} was not answered", limit
        )

    # Coming and going.

    async def asks_to_join(
        self,
        chat: Chat,
        link: InviteLink | None = None,
        *,
        query: bool = False,
        bio: str = "",
        user_chat_id: int | None = None,
    ) -> JoinRequest:
        """Ask to join, with or without a link; with `query` the chat has a bot that must answer in ten seconds."""
        return joining.knock(chat, self.account, link=link, query=query, bio=bio, user_chat_id=user_chat_id)

    async def withdraw(self, request: JoinRequest) -> None:
        """Take a request to join back."""
        if request.account is not self.account or request.state != "pending":
            raise ImpossibleError("there is no such request any more")
        request.state = "withdrawn"

    async def follow(self, link: InviteLink | str) -> "Chat | JoinRequest | Message":
        """Open a t.me link: an invite link joins or asks to, a bot's link starts it.
        Raises `ImpossibleError` for one that leads nowhere."""
        url = link if isinstance(link, str) else link.url
        known = next((one for chat in self.world.chats.values() for one in chat.links if one.url == url), None)
        if known is not None:
            return joining.enter(known, self.account)
        parts = urlsplit(url)
        public = self.world.by_username(parts.path.strip("/"))
        if public is not None:
            return joining.enter_public(public, self.account)
        robot = next(
            (one for one in self.world.robots.values() if one.username.lower() == parts.path.strip("/").lower()), None
        )
        if robot is None:
            raise ImpossibleError(f"{url} leads nowhere")
        return await self.start(robot, parse_qs(parts.query).get("start", [""])[0])

    async def leave(self, chat: Chat) -> None:
        """Leave a chat; a restriction stays for when they come back."""
        standing = chat.standing(self)
        if not standing.present:
            raise ImpossibleError(f"{self.name} is not in {chat.title}")
        gone = (
            Standing("restricted", permissions=standing.permissions, until=standing.until)
            if standing.status == "restricted"
            else Standing()
        )
        membership.leave(chat, self.account, gone, by=self.account)

    # The private chat with a bot.

    def private(self, robot: Robot) -> Chat:
        """Their private chat with a bot (it may never have been opened)."""
        key = (robot.id, self.id)
        if key not in self.world.private_chats:
            self.world.private_chats[key] = Chat(self.world, self.id, "private", self.name, self.account, robot=robot)
        return self.world.private_chats[key]

    def block(self, robot: Robot) -> None:
        """Block a bot: it is told once, and cannot write any more."""
        self._set_blocked(robot, True)

    def unblock(self, robot: Robot) -> None:
        """Lift the block."""
        self._set_blocked(robot, False)

    def _set_blocked(self, robot: Robot, blocked: bool) -> None:
        chat = self.private(robot)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        before, after = (
            (Standing("member"), Standing("kicked")) if blocked else (Standing("kicked"), Standing("member"))
        )
        hearing.tell_member(
            chat, robot.account, membership.member_change(chat, robot.account, before, after, by=self.account)
        )

    def deactivate(self) -> None:
        """Delete their Telegram account."""
        self.account.deactivated = True

    @property
    def inbox(self) -> list[Message]:
        """What bots wrote to them privately and did not delete, oldest first."""
        chats = [chat for (_, who), chat in self.world.private_chats.items() if who == self.id]
        return sorted((one for chat in chats for one in chat.said if one.author.is_bot), key=lambda message: message.id)

    async def hears(self, words: str, limit: float = PATIENCE) -> Message:
        """The newest message of the inbox with these words in it, waited for. Raises `UnheardError`."""
        return await self.world.bell.until(
            lambda: next((one for one in reversed(self.inbox) if words in one.words), None),
            lambda: f"{self.name} did not hear {words!r} but {[one.words for one in self.inbox]}",
            limit,
        )

    def commands(self, robot: Robot, chat: Chat | None = None) -> list[JSON]:
        """The commands a bot shows them, here or in the private chat:
        the narrowest scope that is set wins, their language first."""
        return menus.shown(robot, self.account, chat)
