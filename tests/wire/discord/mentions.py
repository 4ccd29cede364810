"""Who a message really reaches with a ping: its words, its sender's rights and `allowed_mentions` together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.wire.discord.flags import Permission
from tests.wire.discord.permissions import permissions_in
from tests.wire.discord.refusals import bad_choice, bad_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.wire.discord.channels import Channel
    from tests.wire.discord.messages import Message
    from tests.wire.discord.people import User

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ping:
    """One ping that a bot's message caused. `kind`: everyone, role, user or reply; `target`: an id (0 for everyone)."""

    message: Message
    kind: str
    target: int


@dataclass(slots=True)
class Allowed:
    """`allowed_mentions` understood. None in `users` or `roles` means all of them."""

    everyone: bool = True
    users: set[int] | None = None
    roles: set[int] | None = None
    replied_user: bool = True


@dataclass(slots=True)
class Mentions:
    """What a text mentions, and of that, who is pinged as (kind, target id)."""

    users: list[User] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False
    pings: list[tuple[str, int]] = field(default_factory=list)


def understand(allowed: Mapping[str, Any] | None) -> Allowed:
    """Absent, everything is allowed; present, only what it lists (50035 when it contradicts itself)."""
    if allowed is None:
        return Allowed()
    parse = set(allowed.get("parse") or ())
    if parse - {"everyone", "users", "roles"}:
        raise bad_choice("allowed_mentions.parse", "('roles', 'users', 'everyone')")
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            raise bad_form("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return Allowed(
        everyone="everyone" in parse,
        users=None if "users" in parse else {int(each) for each in allowed.get("users") or ()},
        roles=None if "roles" in parse else {int(each) for each in allowed.get("roles") or ()},
        replied_user=bool(allowed.get("replied_user")),
    )


def resolve(text: str, channel: Channel, author: User, allowed: Allowed, reply_to: Message | None) -> Mentions:
    """Find the mentions in `text` and decide which of them ping."""
    words = _CODE.sub(" ", text)
    found = Mentions()
    _users(words, channel, allowed, found)
    if channel.server is not None:
        _roles_and_everyone(words, channel, author, allowed, found)
    if reply_to is not None and allowed.replied_user and reply_to.author is not author:
        found.pings.append(("reply", reply_to.author.id))
        if reply_to.author not in found.users:
            found.users.append(reply_to.author)
    return found


def _users(words: str, channel: Channel, allowed: Allowed, found: Mentions) -> None:
    for user_id in dict.fromkeys(int(each) for each in _USER.findall(words)):
        user = channel.world.users.get(user_id)
        if user is None:
            continue
        found.users.append(user)
        if (allowed.users is None or user_id in allowed.users) and permissions_in(channel, user):
            found.pings.append(("user", user_id))


def _roles_and_everyone(words: str, channel: Channel, author: User, allowed: Allowed, found: Mentions) -> None:
    server = channel.server
    may_mention_all = Permission.MENTION_EVERYONE in permissions_in(channel, author)
    for role_id in dict.fromkeys(int(each) for each in _ROLE.findall(words)):
        role = server.roles.get(role_id) if server else None
        if role is None:
            continue
        found.roles.append(role_id)
        if (role.mentionable or may_mention_all) and (allowed.roles is None or role_id in allowed.roles):
            found.pings.append(("role", role_id))
    if _EVERYONE.search(words) and may_mention_all and allowed.everyone:
        found.everyone = True
        found.pings.append(("everyone", 0))
