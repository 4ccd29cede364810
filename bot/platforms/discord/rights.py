"""Rights and ranks as Discord computes them, from its own JSON, freshly fetched: a cache can be wrong about both."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import Permissions

Json = Mapping[str, Any]

# What Porter needs in a server, by the name Discord's settings show.
NEEDED = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
    "manage_messages": "Manage Messages",
    "pin_messages": "Pin Messages",
    "moderate_members": "Timeout Members",
    "kick_members": "Kick Members",
    "manage_roles": "Manage Roles",
    "manage_channels": "Manage Channels",
    "view_audit_log": "View Audit Log",
}


def roles_of(guild: Json, member: Json) -> list[Json]:
    """A member's roles, @everyone among them."""
    held = {str(role) for role in member["roles"]} | {str(guild["id"])}
    return [role for role in guild["roles"] if str(role["id"]) in held]


def base_rights(guild: Json, member: Json) -> Permissions:
    """A member's rights in the server as a whole."""
    if str(member["user"]["id"]) == str(guild["owner_id"]):
        return Permissions.all()
    rights = Permissions(0)
    for role in roles_of(guild, member):
        rights |= Permissions(int(role["permissions"]))
    return Permissions.all() if rights.administrator else rights


def channel_rights(guild: Json, member: Json, overwrites: Sequence[Json]) -> Permissions:
    """A member's rights in a channel with these overwrites: everyone's, then the roles', then their own."""
    rights = base_rights(guild, member)
    if rights.administrator:
        return rights
    by_id = {str(one["id"]): one for one in overwrites}
    value = _overwritten(rights.value, [by_id[str(guild["id"])]] if str(guild["id"]) in by_id else [])
    held = {str(role) for role in member["roles"]}
    value = _overwritten(value, [one for one in overwrites if str(one["id"]) in held])
    user = str(member["user"]["id"])
    return Permissions(_overwritten(value, [by_id[user]] if user in by_id else []))


def _overwritten(value: int, overwrites: Sequence[Json]) -> int:
    denied = allowed = 0
    for one in overwrites:
        denied |= int(one["deny"])
        allowed |= int(one["allow"])
    return value & ~denied | allowed


def missing(rights: Permissions) -> list[str]:
    """What Porter needs and lacks, by the names Discord shows."""
    return [label for name, label in NEEDED.items() if not getattr(rights, name)]


def rank(guild: Json, member: Json) -> tuple[int, int]:
    """How high a member stands: the position of the highest role; of two in one position the older is higher."""
    return max((int(role["position"]), -int(role["id"])) for role in roles_of(guild, member))


def timeout_bar(guild: Json, member: Json, me: Json) -> str:
    """Why Discord would not let us time a member out; empty when it would."""
    if base_rights(guild, member).administrator and str(member["user"]["id"]) != str(guild["owner_id"]):
        return f"{named(member)} is an administrator of this server, and Discord lets nobody time out administrators."
    return _bar(guild, member, me, "moderate_members", "time out")


def kick_bar(guild: Json, member: Json, me: Json) -> str:
    """Why Discord would not let us remove a member; empty when it would."""
    return _bar(guild, member, me, "kick_members", "remove")


def _bar(guild: Json, member: Json, me: Json, right: str, verb: str) -> str:
    name = named(member)
    if str(member["user"]["id"]) == str(guild["owner_id"]):
        return f"{name} owns this server, and Discord lets nobody {verb} the owner."
    if not getattr(base_rights(guild, me), right):
        return f"Porter lacks the right “{NEEDED[right]}” in this server."
    if str(me["user"]["id"]) != str(guild["owner_id"]) and rank(guild, member) >= rank(guild, me):
        return (
            f"{name} has a role as high as Porter's or higher, so Discord does not let Porter {verb} them. "
            "Move Porter's role up in Server Settings → Roles."
        )
    return ""


def named(member: Json) -> str:
    """How a member is called."""
    user = member["user"]
    return str(member.get("nick") or user.get("global_name") or user.get("username") or "They")
