"""A person uses a command, a button or a modal; the bot has three seconds to answer, then fifteen minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from tests.wire.discord import events, posting
from tests.wire.discord.component_shapes import numbered
from tests.wire.discord.flags import EVERY_PERMISSION, ChannelKind, MessageFlag, MessageKind
from tests.wire.discord.payloads import channel_json, member_json, user_json
from tests.wire.discord.permissions import permissions_in
from tests.wire.discord.refusals import bad_choice, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import Message
    from tests.wire.discord.people import User
    from tests.wire.discord.posting import Draft

TOKEN_LIFE = timedelta(minutes=15)
UPLOAD_LIMIT = 10 * 1024 * 1024


class Used(IntEnum):
    """`type` of an interaction."""

    COMMAND = 2
    COMPONENT = 3
    MODAL = 5


class Reply(IntEnum):
    """`type` of the first answer."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """One use of a command, component or modal, and all that came of it."""

    application: Application = field(repr=False)
    id: int
    used: Used
    user: User
    channel: Channel
    data: Json
    made_at: datetime
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    source: Message | None = field(default=None, repr=False)
    opened_by: Interaction | None = field(default=None, repr=False)
    reply: Reply | None = None
    hidden: bool = False
    loading: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    changes: int = 0
    late: bool = False

    @property
    def acknowledged(self) -> bool:
        return self.reply is not None

    def happened(self) -> None:
        """Something the person can see changed."""
        self.changes += 1
        self.application.world.bell.ring()

    def check_acknowledgeable(self) -> None:
        """40060 when it was answered before, 10062 when the first three seconds are over."""
        if self.acknowledged:
            raise refuse(40060)
        world = self.application.world
        if self.late or world.clock.now() - self.made_at > world.answer_within:
            self.late = True
            raise refuse(10062)

    def check_open(self) -> None:
        """50027 once the token is fifteen minutes old, 10015 before the first answer."""
        if self.application.world.clock.now() - self.made_at > TOKEN_LIFE:
            raise refuse(50027)
        if not self.acknowledged:
            raise refuse(10015)

    def metadata(self) -> Json:
        """What a message that answers it says of where it came from."""
        body: Json = {
            "id": str(self.id),
            "type": int(self.used),
            "user": user_json(self.user),
            "authorizing_integration_owners": self._owners(),
        }
        if self.used is Used.COMPONENT and self.source is not None:
            body["interacted_message_id"] = str(self.source.id)
        if self.used is Used.MODAL and self.opened_by is not None:
            body["triggering_interaction_metadata"] = self.opened_by.metadata()
        return body

    def _owners(self) -> Json:
        return {"0": str(self.channel.server.id) if self.channel.server else "0"}

    def announce(self) -> None:
        """Tell the bot."""
        events.interaction_made(self.application, self._payload())

    def _payload(self) -> Json:
        channel, application = self.channel, self.application
        body: Json = {
            "id": str(self.id),
            "application_id": str(application.id),
            "type": int(self.used),
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel_id": str(channel.id),
            "channel": {**channel_json(channel), "permissions": _bits(channel, self.user)},
            "app_permissions": _bits(channel, application.user),
            "locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": self._owners(),
            "context": 0 if channel.server else 1,
            "attachment_size_limit": UPLOAD_LIMIT,
        }
        if self.source is not None:
            body["message"] = self._source_json(self.source)
        return {**body, **self._who()}

    def _source_json(self, source: Message) -> Json:
        return self.application.world.message_json(source, self.application, full=True)

    def _who(self) -> Json:
        server = self.channel.server
        if server is None:
            return {"user": user_json(self.user)}
        member = member_json(server.members[self.user.id])
        guild = {"id": str(server.id), "locale": "en-GB", "features": sorted(server.features)}
        permissions = _bits(self.channel, self.user)
        return {
            "guild_id": str(server.id),
            "guild": guild,
            "guild_locale": "en-GB",
            "member": {**member, "permissions": permissions},
        }


def _bits(channel: Channel, user: User) -> str:
    held = permissions_in(channel, user)
    return str(int(EVERY_PERMISSION if channel.kind is ChannelKind.DM else held))


# ── the first answer


def answer_with_message(interaction: Interaction, draft: Draft) -> None:
    interaction.reply = Reply.MESSAGE
    interaction.hidden = MessageFlag.EPHEMERAL in draft.flags
    interaction.original = _say(interaction, draft)
    interaction.happened()


def defer(interaction: Interaction, hidden: bool) -> None:
    """The person sees that the bot is thinking."""
    interaction.reply, interaction.hidden, interaction.loading = Reply.DEFER, hidden, True
    interaction.happened()


def check_update(interaction: Interaction, path: str) -> Message:
    """Updating needs the message the component (or the modal's opener) stood on."""
    if interaction.source is None:
        raise bad_choice(path, "(4, 5, 9)")
    return interaction.source


def update(interaction: Interaction, reply: Reply) -> None:
    """The source message stands for the answer (`DEFER_UPDATE` or `UPDATE`)."""
    interaction.reply, interaction.original = reply, interaction.source
    interaction.happened()


def open_modal(interaction: Interaction, modal: Json) -> None:
    if interaction.used is Used.MODAL:
        raise bad_choice("type", "(4, 5, 6, 7)")
    interaction.reply = Reply.MODAL
    interaction.modal = {**modal, "components": numbered(modal["components"])}
    interaction.happened()


# ── what follows


def follow_up(interaction: Interaction, draft: Draft) -> Message:
    """One more message; the first one after a deferral takes the place of the thinking."""
    if interaction.loading:
        return fill_original(interaction, draft)
    message = _say(interaction, draft)
    interaction.followups.append(message)
    interaction.happened()
    return message


def fill_original(interaction: Interaction, draft: Draft) -> Message:
    """The deferred answer arrives, hidden or not as the deferral said."""
    draft.flags &= ~MessageFlag.EPHEMERAL
    if interaction.hidden:
        draft.flags |= MessageFlag.EPHEMERAL
    message = interaction.original = _say(interaction, draft)
    interaction.loading = False
    interaction.happened()
    return message


def original_of(interaction: Interaction) -> Message:
    """10008 when there is none (a modal, or it was removed)."""
    if interaction.original is None or interaction.original.deleted:
        raise refuse(10008)
    return interaction.original


def _say(interaction: Interaction, draft: Draft) -> Message:
    draft.application_id = interaction.application.id
    draft.interaction = interaction.metadata()
    if MessageFlag.EPHEMERAL in draft.flags:
        draft.only_for = interaction.user
    if interaction.used is Used.COMMAND:
        is_slash = interaction.data["type"] == 1
        draft.kind = MessageKind.SLASH_COMMAND if is_slash else MessageKind.CONTEXT_MENU
    elif interaction.source is not None and not interaction.source.deleted:
        draft.reply_to = interaction.source
        if draft.allowed is not None:
            draft.allowed.replied_user = False
    return posting.post(interaction.channel, draft, interaction.application.user)
