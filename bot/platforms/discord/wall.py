"""Discord's own AutoMod as the first wall: it stops the plainest of the packs' words before anybody sees them, which a
bot cannot do, and tells us, so that it becomes a case.

It stands where the server's owner gave Porter the right “Manage Server”; nothing else of Porter's needs that right. It
knows no context, so only words go in that mean one thing whoever says them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
import structlog
from discord.utils import time_snowflake

from bot.desk import moderation
from bot.errors import Gone, PlatformError
from bot.model import Chat, Message, MessageRef, Text, View
from bot.parts import App
from bot.platforms.discord.errors import asking
from bot.platforms.discord.history import Known
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.read import NAME, account, place_in
from bot.platforms.discord.rights import Json
from bot.screening import wall
from bot.wording import Wording

MESSAGE_SENT, KEYWORD, BLOCK = 1, 1, 1
SHOWN = 150  # characters of what Discord shows to whoever is stopped
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wall:
    """Our AutoMod rule in one server: what it should be, and how it is put up, kept and taken down."""

    wording: Wording
    kept: Kept
    client: discord.Client
    terms: Sequence[str]

    def _wanted(self) -> dict[str, Any]:
        words = self.wording.text("platform.discord.setup.wall_stopped")[:SHOWN]
        return {
            "name": self.wording.text("platform.discord.setup.wall_name"),
            "event_type": MESSAGE_SENT,
            "trigger_type": KEYWORD,
            "trigger_metadata": {"keyword_filter": list(self.terms)},
            "actions": [{"type": BLOCK, "metadata": {"custom_message": words}}],
            "enabled": True,
        }

    async def _standing(self, chat: Chat) -> Json | None:
        """Our rule as it stands in the server."""
        known = await self.kept.load(key(chat.external_id))
        if not known:
            return None
        with asking("Manage Server", chat.title):
            rules: Any = await self.client.http.get_auto_moderation_rules(int(chat.external_id))
        return next((rule for rule in rules if str(rule["id"]) == known), None)

    async def stands(self, chat: Chat) -> bool:
        """Whether our rule is in the server, on, and has the words that it should."""
        rule = await self._standing(chat)
        return rule is not None and self._is_right(rule)

    def _is_right(self, rule: Json) -> bool:
        words = set(rule["trigger_metadata"].get("keyword_filter", ()))
        return bool(rule["enabled"]) and words == set(self.terms)

    async def build(self, chat: Chat) -> None:
        """Put our rule up, or right."""
        rule, server = await self._standing(chat), int(chat.external_id)
        if rule is not None and self._is_right(rule):
            return
        with asking("Manage Server", chat.title):
            if rule is None:
                made: Any = await self.client.http.create_auto_moderation_rule(server, reason=None, **self._wanted())
                await self.kept.save(key(chat.external_id), str(made["id"]))
            else:
                edit = self.client.http.edit_auto_moderation_rule
                await edit(server, int(rule["id"]), reason=None, **self._wanted())

    async def keep(self, chat: Chat) -> None:
        """Bring a rule that we once put up to the words of today's packs. One that somebody took down stays down."""
        try:
            if await self._standing(chat) is not None:
                await self.build(chat)
        except PlatformError as error:
            log.warning("discord.wall_not_kept", chat=chat.id, why=str(error))

    async def take_down(self, server: str) -> None:
        """Remove our rule; a server that has none is left as it is."""
        known = await self.kept.load(key(server))
        if not known:
            return
        try:
            with asking("Manage Server"):
                await self.client.http.delete_auto_moderation_rule(int(server), int(known), reason=None)
        except Gone:
            pass
        except PlatformError as error:
            log.warning("discord.wall_left_behind", why=str(error))
        await self.kept.save(key(server), "")


def key(server: str) -> str:
    """The name under which is kept which rule of a server is ours."""
    return f"discord:wall:{server}"


async def stopped(app: App, kept: Kept, client: discord.Client, execution: discord.AutoModAction, at: datetime) -> None:
    """Discord stopped something by our rule: it becomes a case, as if it had been read."""
    chat = app.chats.get((NAME, str(execution.guild_id)))
    if chat is None or execution.action.type is not discord.AutoModRuleActionType.block_message:
        return
    if str(execution.rule_id) == await kept.load(key(chat.external_id)):
        message = await _message(client, chat, execution, at)
        await moderation.handle_stopped(app, chat, message)


def _number(execution: discord.AutoModAction, now: datetime) -> int:
    """A number for what never stood anywhere: of its minute, and the same for what Discord tells twice, as it may after
    a resumed session."""
    said = f"{execution.channel_id}/{execution.user_id}/{execution.content}"
    minute = now.replace(second=0, microsecond=0)
    return time_snowflake(minute) | int.from_bytes(hashlib.sha256(said.encode()).digest()[:2])


async def _message(client: discord.Client, chat: Chat, execution: discord.AutoModAction, now: datetime) -> Message:
    """What was stopped, as a message."""
    with asking(where=chat.title):
        member: Any = await client.http.get_member(execution.guild_id, execution.user_id)
    channel = str(execution.channel_id or "")
    place = place_in(chat.external_id, channel, Known(client, chat.external_id))
    author = account(member["user"], str(member.get("nick") or ""))
    return Message(MessageRef(place, str(_number(execution, now))), author, now, (Text(View.TEXT, execution.content),))


def terms(app: App) -> tuple[str, ...]:
    """The words that the packs in force give to the wall."""
    return wall(app.screen())
