"""What `/setup` finds: what a server needs to work with us, what of it is there, and who can do the rest."""

from dataclasses import replace

import discord

from bot.model import Chat, ChatPurpose, Place
from bot.platforms.discord import history, rights, server
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.read import NAME
from bot.platforms.discord.server import Server
from bot.platforms.discord.wall import Wall
from bot.ports import Need, SetupBy, SetupStep
from bot.wording import Wording

SAY = "platform.discord.setup."
VITAL = frozenset({rights.NEEDED["view_channel"], rights.NEEDED["manage_messages"]})


def key(chat: Chat, what: str) -> str:
    """The name under which is kept what we made in a server."""
    return f"discord:setup:{chat.external_id}:{what}"


async def known(kept: Kept, chat: Chat) -> Chat:
    """The chat with what we made there, even if we were stopped before the desk could note it."""
    role = chat.member_role or await kept.load(key(chat, "role"))
    welcome = chat.welcome_channel or await kept.load(key(chat, "welcome"))
    private = chat.committee_channel or await kept.load(key(chat, "committee"))
    return replace(chat, member_role=role, welcome_channel=welcome, committee_channel=private)


async def plan(wall: Wall, chat: Chat) -> list[SetupStep]:
    """What the server needs, what of it is there, and who can do the rest."""
    wording, kept, client = wall.wording, wall.kept, wall.client
    chat = await known(kept, chat)
    found = await server.fetched(client, chat.external_id, chat.title)
    steps = [_rights(wording, found)]
    if chat.purpose is ChatPurpose.MEMBERS:
        steps += [
            *_ours(wording, found, chat, verify=await verify_stands(kept, client, chat)),
            *_owners(wording, found, chat),
            *await _wall(wall, found, chat),
        ]
    return steps


def _step(wording: Wording, key: str, by: SetupBy, done: bool, need: Need = Need.NEEDED, **fillings: str) -> SetupStep:
    return SetupStep(key, wording.text(SAY + key, **fillings), by, done, need)


def _rights(wording: Wording, found: Server) -> SetupStep:
    missing = server.lacking(found)
    if not missing:
        return _step(wording, "rights", SetupBy.OWNER, True)
    need = Need.NEEDED if VITAL.isdisjoint(missing) else Need.VITAL
    return _step(wording, "rights_missing", SetupBy.OWNER, False, need, rights=", ".join(missing))


def _ours(wording: Wording, found: Server, chat: Chat, *, verify: bool) -> list[SetupStep]:
    porter = SetupBy.PORTER
    return [
        _step(wording, "member_role", porter, found.role(chat.member_role) is not None),
        _step(wording, "welcome", porter, server.is_welcome(found, chat.welcome_channel)),
        _step(wording, "committee", porter, server.is_committees(found, chat.committee_channel)),
        _step(wording, "closed", porter, server.is_closed(found, chat.welcome_channel, chat.member_role)),
        _step(wording, "verify", porter, verify),
    ]


def _owners(wording: Wording, found: Server, chat: Chat) -> list[SetupStep]:
    """What only the owner can do. What nobody has to do is left out."""
    owner = SetupBy.OWNER
    steps = [
        _step(wording, "role_order", owner, server.outranks(found, chat.member_role)),
        _step(wording, "committee_access", owner, server.committee_is_let_in(found, chat.committee_channel)),
        _step(wording, "intents", owner, server.intents_are_on(found), Need.VITAL),
        _step(wording, "two_factor", owner, int(found.guild.get("mfa_level", 0)) == 1, Need.ADVICE),
    ]
    others = server.roles_that_see(found, chat.member_role)
    if others:
        steps.append(_step(wording, "other_roles", owner, False, roles=", ".join(others)))
    if server.onboarding_gives(found, chat.member_role):
        steps.append(_step(wording, "onboarding", owner, False))
    return steps


async def _wall(wall: Wall, found: Server, chat: Chat) -> list[SetupStep]:
    """Discord's own wall: ours to build where the owner lets us; elsewhere advice, for not every society wants it."""
    if not wall.terms:
        return []
    if not server.may_manage(found):
        return [_step(wall.wording, "wall_right", SetupBy.OWNER, False, Need.ADVICE)]
    return [_step(wall.wording, "wall", SetupBy.PORTER, await wall.stands(chat), Need.ADVICE)]


async def verify_stands(kept: Kept, client: discord.Client, chat: Chat) -> bool:
    """Whether the message with the button still stands in the welcome channel."""
    message = await kept.load(key(chat, "verify"))
    if not message or not chat.welcome_channel:
        return False
    return await history.raw_message(client, Place(NAME, chat.external_id, chat.welcome_channel), message) is not None
