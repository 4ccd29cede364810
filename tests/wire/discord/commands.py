"""Registered commands: who is offered which, and what a person may fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire.discord import posting
from tests.wire.discord.flags import ChannelKind, Permission
from tests.wire.discord.message_payload import attachment_json
from tests.wire.discord.payloads import channel_json, member_json, role_json, user_json
from tests.wire.discord.permissions import permissions_in
from tests.wire.discord.refusals import NotOffered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.wire.discord.applications import Application
    from tests.wire.discord.channels import Channel
    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import File
    from tests.wire.discord.people import User

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, NUMBER, ATTACHMENT = 1, 2, 3, 4, 5, 10, 11
USER, CHANNEL, ROLE, MENTIONABLE = 6, 7, 8, 9
IN_SERVER, IN_BOT_DM = 0, 1
_PLAIN: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}


def offered(application: Application, user: User, channel: Channel) -> list[Json]:
    """The commands of that bot that this person is shown there."""
    if application.user.id not in _present(channel):
        return []
    return [each for each in application.offered_in(channel.server) if _is_shown(each, user, channel)]


def _present(channel: Channel) -> set[int]:
    if channel.server is None:
        return {each.id for each in channel.recipients}
    return set(channel.server.members)


def _is_shown(command: Json, user: User, channel: Channel) -> bool:
    contexts = command.get("contexts")
    if channel.kind is ChannelKind.DM:
        allowed = IN_BOT_DM in contexts if contexts is not None else command.get("dm_permission", True)
        return bool(allowed) and "guild_id" not in command
    held = permissions_in(channel, user)
    if Permission.USE_APPLICATION_COMMANDS not in held or (contexts is not None and IN_SERVER not in contexts):
        return False
    needed = command.get("default_member_permissions")
    if needed is None or Permission.ADMINISTRATOR in held:
        return True
    return needed != "0" and not Permission(int(needed)) & ~held


def find(user: User, channel: Channel, name: str, kinds: tuple[int, ...]) -> tuple[Application, Json]:
    """The bot and the command of that name (its first word for a slash command), as offered to this person."""
    for application in user.world.applications:
        for command in offered(application, user, channel):
            if command["name"] == name and command["type"] in kinds:
                return application, command
    raise NotOffered(name)


class Filling:
    """What a person filled in, as Discord sends it: `options`, with `resolved` beside it."""

    def __init__(self, channel: Channel, user: User) -> None:
        self._channel = channel
        self._user = user
        self.resolved: Json = {}

    def options(self, command: Json, path: list[str], given: Mapping[str, Any]) -> list[Json]:
        """`path`: names of sub-commands; `given`: option name → value. ValueError for what Discord would not send."""
        if path:
            inner = next((each for each in command["options"] if each["name"] == path[0]), None)
            if inner is None or inner["type"] not in (SUBCOMMAND, GROUP):
                raise ValueError(f"{command['name']} has no sub-command {path[0]!r}")
            return [{"name": path[0], "type": inner["type"], "options": self.options(inner, path[1:], given)}]
        known = {each["name"]: each for each in command.get("options") or ()}
        unknown = set(given) - set(known)
        absent = [name for name, each in known.items() if each.get("required") and name not in given]
        if unknown or absent:
            raise ValueError(f"/{command['name']}: unknown options {sorted(unknown)}, missing {absent}")
        return [self._option(known[name], value) for name, value in given.items()]

    def _option(self, option: Json, value: Any) -> Json:
        kind = option["type"]
        if kind in _PLAIN:
            _check_plain(option, value)
            return {"name": option["name"], "type": kind, "value": value}
        return {"name": option["name"], "type": kind, "value": self.resolve(kind, value)}

    def resolve(self, kind: int, value: Any) -> str:
        """The id of a thing given as itself, noted in `resolved`."""
        if kind == ATTACHMENT:
            return self.attach(value)
        if kind == CHANNEL:
            held = str(int(permissions_in(value, self._user)))
            self._note("channels", value.id, {**channel_json(value), "permissions": held})
        elif kind == ROLE or (kind == MENTIONABLE and hasattr(value, "permissions")):
            self._note("roles", value.id, role_json(value))
        else:
            self._note_user(value.account)
        return str(value.id)

    def attach(self, file: File) -> str:
        """Upload a file and note it; the id."""
        attachment = posting.keep(self._channel, file, ephemeral=True)
        self._note("attachments", attachment.id, attachment_json(attachment))
        return str(attachment.id)

    def _note_user(self, user: User) -> None:
        self._note("users", user.id, user_json(user))
        server = self._channel.server
        if server is not None and user.id in server.members:
            held = str(int(permissions_in(self._channel, user)))
            body = member_json(server.members[user.id], with_user=False)
            self._note("members", user.id, {**body, "permissions": held})

    def _note(self, kind: str, thing_id: int, body: Json) -> None:
        self.resolved.setdefault(kind, {})[str(thing_id)] = body


def _check_plain(option: Json, value: Any) -> None:
    kind, name = option["type"], option["name"]
    fits = isinstance(value, _PLAIN[kind]) and (kind == BOOLEAN or not isinstance(value, bool))
    if not fits:
        raise ValueError(f"option {name} takes {_PLAIN[kind]}, not {value!r}")
    choices = [each["value"] for each in option.get("choices") or ()]
    if choices and value not in choices:
        raise ValueError(f"option {name} takes one of {choices}, not {value!r}")
    size = len(value) if kind == STRING else value
    least = option.get("min_length" if kind == STRING else "min_value")
    most = option.get("max_length" if kind == STRING else "max_value", 6000 if kind == STRING else None)
    if (least is not None and size < least) or (most is not None and size > most):
        raise ValueError(f"option {name} must be within {least} and {most}, not {size}")
