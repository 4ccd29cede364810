"""Registering the commands: once for all servers and private chats, and only when they changed."""

from collections.abc import Sequence

import discord
import structlog

from bot.platforms.discord.definitions import definitions, digest
from bot.platforms.discord.errors import asking
from bot.platforms.discord.kept import Kept
from bot.ports import CommandSpec

KEY = "discord:commands"
log = structlog.get_logger()


async def publish(kept: Kept, client: discord.Client, specs: Sequence[CommandSpec]) -> None:
    """Register the commands, where they differ from what we registered last."""
    assert client.application_id is not None
    wanted = definitions(specs)
    now = digest(wanted, client.application_id)
    if await kept.load(KEY) == now:
        return
    with asking():
        await client.http.bulk_upsert_global_commands(client.application_id, payload=wanted)
    await kept.save(KEY, now)
    log.info("discord.commands_registered", count=len(wanted))
