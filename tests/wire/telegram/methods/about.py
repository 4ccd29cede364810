"""Methods about the bot itself and about chats as a whole: profile, commands, chat information, files."""

import re

from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.menus import scope_key
from tests.wire.telegram.methods.access import chat_of, only_supergroups
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.standing import permissions_json
from tests.wire.telegram.text import length
from tests.wire.telegram.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS = 100
PROFILE_LIMITS = {"description": 512, "short_description": 120, "name": 64}
NO_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_me(world: World, call: Call) -> JSON:
    """getMe."""
    return call.robot.as_json()


def _scope(world: World, call: Call) -> tuple[str, str]:
    scope = call.mapping("scope")
    if "chat_id" in scope:
        inner = Call(call.at, call.robot, call.method, {"chat_id": scope["chat_id"]}, {})
        chat = chat_of(world, inner, write=False)
        if scope["type"] == "chat_administrators":
            _group(chat)
        scope = scope | {"chat_id": chat.id}
    return scope_key(scope), call.text("language_code")


def _group(chat: Chat) -> None:
    if chat.kind not in ("group", "supergroup"):
        only_supergroups(chat)


def set_commands(world: World, call: Call) -> bool:
    """setMyCommands."""
    commands, key = call.sequence("commands"), _scope(world, call)
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).lstrip("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= length(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    call.robot.commands[key] = commands
    return True


def delete_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    call.robot.commands.pop(_scope(world, call), None)
    return True


def get_commands(world: World, call: Call) -> list[JSON]:
    """getMyCommands."""
    return call.robot.commands.get(_scope(world, call), [])


def _set_profile(robot: Robot, call: Call, field: str) -> bool:
    text = call.text(field)
    if length(text) > PROFILE_LIMITS[field]:
        raise bad(f"bot {field.replace('_', ' ')} is too long")
    robot.profile[field, call.text("language_code")] = text
    return True


def _profile(robot: Robot, call: Call, field: str) -> JSON:
    return {field: robot.profile.get((field, call.text("language_code"))) or robot.profile.get((field, ""), "")}


def set_description(world: World, call: Call) -> bool:
    """setMyDescription."""
    return _set_profile(call.robot, call, "description")


def get_description(world: World, call: Call) -> JSON:
    """getMyDescription."""
    return _profile(call.robot, call, "description")


def set_short_description(world: World, call: Call) -> bool:
    """setMyShortDescription."""
    return _set_profile(call.robot, call, "short_description")


def get_short_description(world: World, call: Call) -> JSON:
    """getMyShortDescription."""
    return _profile(call.robot, call, "short_description")


def get_chat(world: World, call: Call) -> JSON:
    """getChat."""
    chat = chat_of(world, call, write=False)
    full = chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(NO_GIFTS, False),
    }
    if chat.kind in ("group", "supergroup"):
        full |= {"permissions": permissions_json(chat.permissions)}
    extras = {
        "description": chat.description,
        "has_protected_content": chat.protected,
        "join_by_request": chat.join_by_request,
        "linked_chat_id": chat.linked and chat.linked.id,
        "pinned_message": chat.pinned[-1].as_json(nested=True) if chat.pinned else None,
        "guard_bot": chat.guard and chat.guard.account.as_json(),
        "invite_link": next(
            (
                link.url
                for link in chat.links
                if link.primary and not link.revoked and link.creator is call.robot.account
            ),
            None,
        ),
    }
    return full | {name: value for name, value in extras.items() if value}


def get_file(world: World, call: Call) -> JSON:
    """getFile: a download path good for an hour, for files up to 20 MB."""
    return world.files.link(call.text("file_id"), world.clock.now())
