"""`porter check` for Discord: token, intents and rights, over a connection of its own, in plain words."""

from collections.abc import Iterable

import discord

from bot.config import DiscordSettings
from bot.errors import PlatformError, TokenRevoked
from bot.model import Chat, ChatPurpose
from bot.platforms.discord import server
from bot.platforms.discord.connection import intents, point_at
from bot.platforms.discord.errors import asking
from bot.ports import Finding


async def check(settings: DiscordSettings, chats: Iterable[Chat]) -> list[Finding]:
    """Everything that has to be right before Porter can work on Discord. Needs no running connection."""
    undo = point_at(settings.api_url, settings.gateway_url)
    client = discord.Client(intents=intents())
    try:
        with asking():
            await client.login(settings.token.get_secret_value())
        found = [*_application(client), *[one for chat in chats for one in await _server(client, chat)]]
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


async def _server(client: discord.Client, chat: Chat) -> list[Finding]:
    try:
        found = await server.fetched(client, chat.external_id, chat.title)
    except TokenRevoked:
        raise
    except PlatformError as error:
        return [Finding(False, f"{chat.title}: {error}")]
    missing = server.lacking(found)
    if missing:
        findings = [Finding(False, f"{chat.title}: Porter lacks {', '.join(f'“{right}”' for right in missing)}.")]
    else:
        findings = [Finding(True, f"{chat.title}: Porter has every right it needs.")]
    return findings + (_places(found, chat) if chat.purpose is ChatPurpose.MEMBERS else [])


def _places(found: server.Server, chat: Chat) -> list[Finding]:
    checks = [
        (found.role(chat.member_role) is not None, "there is no member role"),
        (server.outranks(found, chat.member_role), "the member role stands above Porter's; move Porter's up"),
        (server.is_welcome(found, chat.welcome_channel), "the welcome channel is missing or not as it should be"),
        (server.is_committees(found, chat.committee_channel), "the committee's channel is missing or not private"),
        (
            server.is_closed(found, chat.welcome_channel, chat.member_role),
            "people who have not verified see more than the welcome channel",
        ),
        (not server.onboarding_gives(found, chat.member_role), "Discord's onboarding gives the member role away"),
    ]
    wrong = [Finding(False, f"{chat.title}: {text}. Run /setup there.") for ok, text in checks if not ok]
    return wrong or [Finding(True, f"{chat.title}: it is closed to everybody but verified members.")]
