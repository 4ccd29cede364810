"""What people say and do to messages, within the rights they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord import automod, layout, posting
from tests.wire.discord.flags import AuditAction, ChannelKind, MessageKind, Permission
from tests.wire.discord.message_rules import may_speak
from tests.wire.discord.permissions import permissions_in, require_in
from tests.wire.discord.refusals import bad_form, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.channels import Channel
    from tests.wire.discord.messages import File, Message, Poll, Sticker
    from tests.wire.discord.people import User

LONGEST = 2000
FORWARDABLE = frozenset({MessageKind.DEFAULT, MessageKind.REPLY, MessageKind.SLASH_COMMAND, MessageKind.CONTEXT_MENU})


class Speaking:
    """A person's voice."""

    if TYPE_CHECKING:

        @property
        def account(self) -> User: ...

    async def say(
        self,
        channel: Channel,
        text: str = "",
        files: Sequence[File] = (),
        reply_to: Message | None = None,
        stickers: Sequence[Sticker] = (),
        poll: Poll | None = None,
    ) -> Message:
        """Post in a channel. `Refusal` where they may not, `Blocked` where AutoMod steps in."""
        if not (text or files or stickers or poll):
            raise refuse(50006)
        if len(text) > LONGEST:
            raise bad_form("content", "BASE_TYPE_MAX_LENGTH", f"Must be {LONGEST} or fewer in length.")
        may_speak(channel, self.account, has_files=bool(files), has_poll=poll is not None)
        automod.screen(channel, self.account, text)
        draft = posting.Draft(text, files, stickers=stickers, poll=poll, reply_to=reply_to)
        return posting.post(channel, draft, self.account)

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own message."""
        self._own(message)
        automod.screen(message.channel, self.account, text)
        posting.amend(message, content=text)
        return message

    async def remove_file(self, message: Message, filename: str) -> None:
        """Take one file away from one's own message."""
        self._own(message)
        gone = [each for each in message.attachments if each.filename == filename]
        for attachment in gone:
            attachment.removed = True
        posting.amend(message, attachments=[each for each in message.attachments if each not in gone])

    def _own(self, message: Message) -> None:
        if message.deleted:
            raise refuse(10008)
        require_in(message.channel, self.account)
        if message.author is not self.account:
            raise refuse(50005)

    async def erase(self, message: Message) -> None:
        """Delete a message: one's own, or any with the right to manage messages."""
        if message.deleted:
            raise refuse(10008)
        if message.author is not self.account:
            require_in(message.channel, self.account, Permission.MANAGE_MESSAGES)
            options = {"channel_id": str(message.channel.id), "count": "1"}
            if message.channel.server is not None:
                message.channel.server.audit(
                    AuditAction.MESSAGE_DELETE, self.account, message.author.id, options=options
                )
        posting.remove([message])

    async def forward(self, message: Message, channel: Channel) -> Message:
        """Forward a message: a copy without its author."""
        require_in(message.channel, self.account, Permission.READ_MESSAGE_HISTORY)
        if message.deleted or message.kind not in FORWARDABLE:
            raise refuse(50021 if not message.deleted else 10008)
        may_speak(channel, self.account)
        return posting.post(channel, posting.Draft(forward=message), self.account)

    async def pin(self, message: Message) -> None:
        require_in(message.channel, self.account, Permission.PIN_MESSAGES)
        posting.pin(message, self.account)

    async def start_thread(self, channel: Channel, name: str, text: str = "") -> Channel:
        """Open a thread in a text channel, or a post in a forum, and say `text` there."""
        needed = Permission.SEND_MESSAGES if channel.kind is ChannelKind.FORUM else Permission.CREATE_PUBLIC_THREADS
        require_in(channel, self.account, needed)
        thread = layout.start_thread(channel, name, self.account, ChannelKind.PUBLIC_THREAD)
        if text:
            await self.say(thread, text)
        return thread

    def sees(self, channel: Channel) -> bool:
        return Permission.VIEW_CHANNEL in permissions_in(channel, self.account)
