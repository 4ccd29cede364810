"""Discord as a `Platform`: each method one deed, done elsewhere in this folder."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import discord

from bot.config import DiscordSettings
from bot.desk import admission
from bot.errors import PlatformError
from bot.model import AccountRef, Answer, Attachment, Chat, Message, MessageRef, Place
from bot.parts import App
from bot.platforms.discord import acting, building, checking, controls, history, planning, publishing, speaking
from bot.platforms.discord.connection import point_at
from bot.platforms.discord.errors import asking
from bot.platforms.discord.files import Files
from bot.platforms.discord.keeping import Keeping
from bot.platforms.discord.muting import Muting
from bot.platforms.discord.read import NAME
from bot.platforms.discord.session import Session
from bot.platforms.discord.wall import Wall, terms
from bot.ports import CommandSpec, Finding, Sent, SetupStep


class Discord:
    """The chat service Discord. Construct it anywhere; it connects with `start`."""

    name = NAME
    can_list_members = True
    can_read_history = True
    drops_repeats = timedelta(minutes=2)  # of "the past few minutes", as Discord puts it

    def __init__(self, app: App, settings: DiscordSettings) -> None:
        self._app, self._settings = app, settings
        self._files = Files(settings.api_url, self._fresh_address, app.now)
        self._kept = Keeping(app)
        self._muting = Muting(self._kept, app.now)
        self._session = Session(app, settings.token.get_secret_value(), self._files, self._kept, self._muting)
        self._undo: Callable[[], None] | None = None

    async def _fresh_address(self, channel: str, message: str, attachment: str) -> str:
        return await history.fresh_address(self._session.client, channel, message, attachment)

    async def start(self) -> None:
        """Log in. A token that Discord does not accept is logged and told by every method, and stops nothing else."""
        self._undo = point_at(self._settings.api_url, self._settings.gateway_url)
        await self._session.start()

    async def listen(self) -> None:
        """Connect to the gateway, by which Discord tells what happens."""
        await self._session.listen()

    async def hush(self) -> None:
        """Leave the gateway, and stay logged in."""
        await self._session.hush()

    async def stop(self) -> None:
        """Finish what is in hand and disconnect."""
        await self._session.stop()
        await self._files.close()
        if self._undo is not None:
            self._undo()

    async def ended(self) -> PlatformError:
        """Return once Discord refuses our token or what we ask to hear, and why."""
        return await self._session.ended()

    async def turn(self, place: Place) -> None:
        """Nothing is waited for: Discord drops repeats, and tells what was said."""

    async def say(self, place: Place, answer: Answer, *, nonce: str = "", reply_to: MessageRef | None = None) -> Sent:
        """Post in a channel; a server without one named means where Discord itself speaks. A long text becomes several
        messages: the place of the last is answered, which has the buttons and files."""
        client = self._session.client
        if not place.channel:
            place = await (speaking.opened(client, place) if place.private else speaking.spot(client, place))
        return await speaking.say(client, place, self._shown(answer), nonce, reply_to)

    def _shown(self, answer: Answer) -> Answer:
        """A form opens behind a button, where nobody just pressed one."""
        return controls.with_opener(answer, self._app.wording.text("platform.discord.open_form"))

    async def direct(self, account: AccountRef, answer: Answer, *, nonce: str = "", place: str = "") -> Sent:
        """Write to one person; `place` is a private channel already open, if known."""
        client = self._session.client
        there = Place(NAME, account.id, place, private=True)
        return await self._muting.direct(lambda: speaking.direct(client, there, self._shown(answer), nonce))

    async def edit(self, sent: Sent, answer: Answer) -> None:
        """Replace what we said there."""
        await speaking.edit(self._session.client, sent, self._shown(answer))

    async def find_own(self, place: Place, words: str, since: datetime) -> Sequence[Sent]:
        """Our own messages there with these words in them, said since then, oldest first."""
        client = self._session.client
        if not place.channel:
            place = await (speaking.opened(client, place) if place.private else speaking.spot(client, place))
        return await speaking.find_own(client, place, words, since)

    async def pin(self, sent: Sent) -> None:
        """Pin what we said."""
        await speaking.pin(self._session.client, sent)

    async def is_pinned(self, sent: Sent) -> bool:
        """Whether what we said is still there and pinned."""
        found = await history.raw_message(self._session.client, sent.place, sent.id)
        return found is not None and bool(found.get("pinned"))

    async def delete(self, place: Place, ids: Sequence[str], reference: str) -> Mapping[str, str]:
        """Delete messages; what became of each."""
        return await acting.delete(self._session.client, place, ids, reference, self._app.now())

    async def timeout(self, chat: Chat, account: AccountRef, until: datetime, reference: str) -> None:
        """Keep a member from writing until then, 28 days at most."""
        await acting.timeout(self._session.client, chat, account, until, reference, self._app.now())

    async def remove(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Take a member out of the server without barring their return."""
        await acting.remove(self._session.client, chat, account, reference)

    async def readmit(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Lift a ban, if there is one."""
        await acting.readmit(self._session.client, chat, account, reference)

    async def admit(self, chat: Chat, account: AccountRef, handle: str) -> None:  # noqa: ARG002
        """Grant the member role."""
        await acting.admit(self._session.client, chat, account)

    async def refuse(self, chat: Chat, account: AccountRef, handle: str) -> None:
        """Nothing to do: without the member role they see the welcome channel only."""

    async def queue(self, handle: str) -> None:
        """Nothing to do: Discord waits for nobody."""

    async def message(self, ref: MessageRef) -> Message | None:
        """The message as it stands now."""
        return await history.message(self._session.client, ref)

    async def around(self, ref: MessageRef, before: int, after: int) -> Sequence[Message]:
        """Messages around one, oldest first."""
        return await history.around(self._session.client, ref, before, after)

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """The bytes of a file, from Discord's own hosts only."""
        return await self._files.fetch(attachment.handle, limit)

    async def in_chat(self, chat: Chat, account: AccountRef) -> bool:
        """Whether that account is in the server and holds the member role."""
        return await acting.in_chat(self._session.client, chat, account)

    async def plan_setup(self, chat: Chat) -> Sequence[SetupStep]:
        """What the server needs, and what of it is there already."""
        return await planning.plan(self._wall(self._session.client), chat)

    async def apply_setup(self, chat: Chat) -> Chat:
        """Make what is ours to make."""
        wall = self._wall(self._session.client)
        return await building.apply(wall, chat, lambda: admission.verify_buttons(self._app, chat))

    def _wall(self, client: discord.Client) -> Wall:
        return Wall(self._app.wording, self._kept, client, terms(self._app))

    async def check(self) -> Sequence[Finding]:
        """Token, intents and rights, over a connection of its own."""
        chats = [chat for (platform, _), chat in self._app.chats.items() if platform == NAME]
        return await checking.check(self._wall, self._settings, chats)

    async def leave(self, chat: str) -> None:
        """Leave a server; our rule in its AutoMod goes with us."""
        await self._wall(self._session.client).take_down(chat)
        with asking():
            await self._session.client.http.leave_guild(int(chat))

    async def publish(self, commands: Sequence[CommandSpec], chats: Sequence[Chat]) -> None:  # noqa: ARG002
        """Register the commands for all servers and private chats, where they changed. They are registered once for
        all: `/bind` has to be there before a server is bound."""
        await publishing.publish(self._kept, self._session.client, commands)

    def link(self, payload: str) -> str:  # noqa: ARG002
        """Discord has no address that opens a private chat."""
        return ""
