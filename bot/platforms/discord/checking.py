"""`porter check` for Discord: token, intents and rights, over a connection of its own, in plain words."""

from collections.abc import Callable, Iterable

import discord

from bot.config import DiscordSettings
from bot.errors import PlatformError, TokenRevoked
from bot.model import Chat
from bot.platforms.discord import planning
from bot.platforms.discord.connection import intents, point_at
from bot.platforms.discord.errors import asking
from bot.platforms.discord.wall import Wall
from bot.ports import Finding, Need, SetupBy, SetupStep


async def check(
    wall: Callable[[discord.Client], Wall], settings: DiscordSettings, chats: Iterable[Chat]
) -> list[Finding]:
    """Everything that has to be right before Porter can work on Discord. Needs no running connection."""
    undo = point_at(settings.api_url, settings.gateway_url)
    client = discord.Client(intents=intents())
    try:
        with asking():
            await client.login(settings.token.get_secret_value())
        found = [*_application(client), *[one for chat in chats for one in await _server(wall(client), chat)]]
    except TokenRevoked:
        found = [Finding(False, "Discord does not accept the token. Copy a new one from the developer portal, Bot.")]
    except PlatformError as error:
        found = [Finding(False, f"{error} (asked {settings.api_url})")]
    finally:
        await client.close()
        undo()
    return found


def _application(client: discord.Client) -> list[Finding]:
    assert client.user is not None
    assert client.application is not None
    flags = client.application.flags
    found = [
        Finding(True, f"Discord accepts the token: the bot is called {client.user.name}."),
        _intent("Server Members Intent", flags.gateway_guild_members or flags.gateway_guild_members_limited),
        _intent("Message Content Intent", flags.gateway_message_content or flags.gateway_message_content_limited),
    ]
    if client.application.interactions_endpoint_url:
        found.append(
            Finding(
                False, "An “Interactions Endpoint URL” is set in the developer portal: empty it, or no command arrives."
            )
        )
    return found


def _intent(name: str, on: bool) -> Finding:
    return Finding(on, f"“{name}” is on." if on else f"Turn on “{name}” in Discord's developer portal, under Bot.")


async def _server(wall: Wall, chat: Chat) -> list[Finding]:
    """What `/setup` would find there: the same for whoever asks."""
    try:
        steps = await planning.plan(wall, chat)
    except TokenRevoked:
        raise
    except PlatformError as error:
        return [Finding(False, f"{chat.title}: {error}", need=Need.VITAL)]
    missing = [step for step in steps if not step.done and step.need is not Need.ADVICE]
    if not missing:
        return [Finding(True, f"{chat.title}: Porter has everything it needs.")]
    return [Finding(False, f"{chat.title}: {_to_do(step)}", step.key, step.need) for step in missing]


def _to_do(step: SetupStep) -> str:
    return f"{step.text} /setup there does it." if step.by is SetupBy.PORTER else step.text
