"""The playground as a `Platform`: each method one deed in the world in memory, with the same refusals as a real
service: closed private chats, people who are gone, files too large."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.desk import arrivals, moderation
from bot.errors import Gone, PlatformError, Unreachable
from bot.logs import bug
from bot.model import AccountRef, Answer, Attachment, Chat, Message, MessageRef, Place
from bot.parts import App
from bot.platforms.playground import read
from bot.platforms.playground.world import PORTER, Draft, Post, Room, World
from bot.ports import CommandSpec, Finding, Sent, SetupBy, SetupStep

log = structlog.get_logger()


class Playground:
    """The chat service in memory. `world` is what the page shows; `commands` what was published."""

    name = read.NAME
    can_list_members = True
    can_read_history = True
    drops_repeats = timedelta(hours=1)

    def __init__(self, app: App) -> None:
        self.app = app
        self.world = World(app.now)
        self.commands: tuple[CommandSpec, ...] = ()
        self._said: dict[tuple[str, str], Sent] = {}

    async def start(self) -> None:
        """Nothing to connect to."""

    async def listen(self) -> None:
        """Nothing to do: the page tells what happens."""

    async def hush(self) -> None:
        """Nothing to do: there is nobody else to listen."""

    async def stop(self) -> None:
        """Let the pages go, and finish telling the desk what happened."""
        self.world.close()

    async def ended(self) -> PlatformError:
        """Never: there is nobody here to refuse us."""
        never: asyncio.Future[PlatformError] = asyncio.get_running_loop().create_future()
        return await never

    def _room(self, chat: str) -> Room:
        room = self.world.rooms.get(chat)
        if room is None or not room.has_porter:
            raise Gone(self.app.wording.text("platform.playground.no_chat"))
        return room

    def _post(self, sent: Sent) -> Post:
        post = self.world.find(sent.place.chat, sent.id)
        if post is None:
            raise Gone(self.app.wording.text("platform.playground.no_message"))
        return post

    def _happens(self, happening: Awaitable[None]) -> None:
        """Tell the desk of something that followed from what it did, as a chat service does: later, and by itself."""

        async def tell() -> None:
            try:
                await happening
            except Exception:  # noqa: BLE001 - nobody waits for it; `bug` logs it with its traceback
                bug(log, "playground.happening_failed")

        self.app.spawn(asyncio.create_task(tell()))

    async def turn(self, place: Place) -> None:
        """It is always our turn."""

    async def say(self, place: Place, answer: Answer, *, nonce: str = "", reply_to: MessageRef | None = None) -> Sent:
        """Post in a room. The same `nonce` in the same room is the same message."""
        room = self._room(place.chat)
        if room.private:
            self._check_listens(place.chat)
        known = self._said.get((room.id, nonce)) if nonce else None
        if known is not None:
            return known
        post = self.world.post(room, PORTER, draft(answer, reply_to.id if reply_to else ""))
        sent = Sent(read.place(room), post.id)
        if nonce:
            self._said[room.id, nonce] = sent
        return sent

    def _check_listens(self, person_id: str) -> None:
        person = self.world.people[person_id]
        if not person.listens:
            raise Unreachable(self.app.wording.text("platform.playground.closed"))

    async def direct(self, account: AccountRef, answer: Answer, *, nonce: str = "", place: str = "") -> Sent:
        """Write to one person."""
        if account.id not in self.world.people:
            raise Unreachable(self.app.wording.text("platform.playground.nobody"))
        return await self.say(Place(read.NAME, place or account.id, private=True), answer, nonce=nonce)

    async def edit(self, sent: Sent, answer: Answer) -> None:
        """Replace what we said there."""
        self.world.rewrite(self._post(sent), draft(answer))

    async def find_own(self, place: Place, words: str, since: datetime) -> Sequence[Sent]:
        """Our own messages there with these words in them, said since then, oldest first."""
        room = self._room(place.chat)
        said = [post for post in room.posts.values() if post.author == PORTER and post.at >= since and not post.deleted]
        return [Sent(read.place(room), post.id) for post in said if not post.only_for and words in post.text]

    async def pin(self, sent: Sent) -> None:
        """Pin what we said."""
        post = self._post(sent)
        post.pinned = True
        self.world.touch(post)

    async def is_pinned(self, sent: Sent) -> bool:
        """Whether what we said is still there and pinned."""
        return self._post(sent).pinned

    async def delete(self, place: Place, ids: Sequence[str], reference: str) -> Mapping[str, str]:  # noqa: ARG002
        """Delete messages; what became of each."""
        room = self._room(place.chat)
        found = {one: self.world.find(room.id, one) for one in ids}
        there = [post for post in found.values() if post is not None]
        for post in there:
            post.deleted = True
            self.world.touch(post)
        if there:
            self._happens(moderation.handle_deleted(self.app, read.place(room), [post.id for post in there]))
        return {one: "gone" if post is None else "deleted" for one, post in found.items()}

    def _member(self, chat: Chat, account: AccountRef) -> Room:
        room = self._room(chat.external_id)
        if account.id not in room.members:
            raise Gone(self.app.wording.text("platform.playground.not_here", chat=room.title))
        return room

    async def timeout(self, chat: Chat, account: AccountRef, until: datetime, reference: str) -> None:  # noqa: ARG002
        """Keep a member from writing until then."""
        self._member(chat, account).muted[account.id] = until
        self.world.changed()

    async def remove(self, chat: Chat, account: AccountRef, reference: str) -> None:  # noqa: ARG002
        """Take a member out; they may knock again."""
        self._member(chat, account).members.discard(account.id)
        self.world.changed()
        self._happens(arrivals.handle_departure(self.app, self.name, chat.external_id, account))

    async def readmit(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Nothing to do: the playground bars nobody."""

    async def admit(self, chat: Chat, account: AccountRef, handle: str) -> None:  # noqa: ARG002
        """Let a newcomer in. Somebody who is in already is no failure."""
        room = self._room(chat.external_id)
        if account.id not in self.world.people:
            raise Gone(self.app.wording.text("platform.playground.nobody"))
        room.waiting.discard(account.id)
        if account.id in room.members:
            return
        room.members.add(account.id)
        self.world.happen("joined")
        self._happens(arrivals.handle_arrival(self.app, self.name, room.id, account))

    async def refuse(self, chat: Chat, account: AccountRef, handle: str) -> None:  # noqa: ARG002
        """Turn a request down."""
        self._room(chat.external_id).waiting.discard(account.id)
        self.world.changed()

    async def queue(self, handle: str) -> None:
        """Nothing to do: the playground waits for nobody."""

    async def message(self, ref: MessageRef) -> Message | None:
        """The message as it stands now."""
        post = self.world.find(ref.place.chat, ref.id)
        return None if post is None else read.message(self.world, post)

    async def around(self, ref: MessageRef, before: int, after: int) -> Sequence[Message]:
        """Messages around one, oldest first."""
        room = self._room(ref.place.chat)
        seen = [post for post in room.posts.values() if not post.deleted and not post.only_for]
        earlier = [post for post in seen if int(post.id) < int(ref.id)]
        later = [post for post in seen if int(post.id) > int(ref.id)]
        chosen = earlier[len(earlier) - min(before, len(earlier)) :] + later[:after]
        return [read.message(self.world, post) for post in chosen]

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """The bytes of a file."""
        upload = self.world.files.get(attachment.handle)
        if upload is None:
            raise Gone(self.app.wording.text("platform.playground.no_file", file=attachment.name))
        if len(upload.data) > limit:
            text = self.app.wording.text("platform.playground.too_big", file=upload.name, size=len(upload.data))
            raise PlatformError(text)
        return upload.data

    async def in_chat(self, chat: Chat, account: AccountRef) -> bool:
        """Whether that account is in the chat now."""
        return account.id in self._room(chat.external_id).members

    async def plan_setup(self, chat: Chat) -> Sequence[SetupStep]:
        """A playground's chat has everything from the start."""
        text = self.app.wording.text("platform.playground.setup", chat=chat.title)
        return [SetupStep("ready", text, SetupBy.PORTER, done=True)]

    async def apply_setup(self, chat: Chat) -> Chat:
        """Nothing is left to make."""
        return chat

    async def check(self) -> Sequence[Finding]:
        """That the chats that are bound are there."""
        wanted = [chat for (platform, _), chat in self.app.chats.items() if platform == self.name]
        return [
            Finding(
                chat.external_id in self.world.rooms,
                self.app.wording.text("platform.playground.check", chat=chat.title),
            )
            for chat in wanted
        ]

    async def leave(self, chat: str) -> None:
        """Leave a chat."""
        self._room(chat).has_porter = False
        self.world.changed()

    async def publish(self, commands: Sequence[CommandSpec], chats: Sequence[Chat]) -> None:  # noqa: ARG002
        """Take in the commands that the page offers."""
        self.commands = tuple(commands)
        self.world.changed()

    def link(self, payload: str) -> str:  # noqa: ARG002
        """The page has no address that opens a private chat."""
        return ""


def draft(answer: Answer, reply_to: str = "", only_for: str = "") -> Draft:
    """An answer as it is posted."""
    return Draft(answer.speech, answer.buttons, answer.files, answer.form, reply_to, only_for)
