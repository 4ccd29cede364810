"""Methods about members: asking, banning, restricting, promoting."""

from tests.wire.telegram import membership
from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.methods.access import (
    RESTRICT,
    chat_of,
    not_private,
    only_supergroups,
    require,
    touchable,
    user_of,
)
from tests.wire.telegram.standing import (
    PERMISSIONS,
    Standing,
    administrator,
    end_of,
    read_permissions,
    restricted,
    rights_of,
)
from tests.wire.telegram.world import World


def get_member(world: World, call: Call) -> JSON:
    """getChatMember."""
    chat = chat_of(world, call, write=False)
    account = user_of(world, call)
    return chat.standing_of(account.id).as_json(account, viewer=call.robot.id, channel=chat.kind == "channel")


def get_administrators(world: World, call: Call) -> list[JSON]:
    """getChatAdministrators: people, and the bot itself; other bots only when asked for."""
    chat, bots = chat_of(world, call, write=False), call.flag("return_bots")
    not_private(chat, "there are no administrators in the private chat")
    in_charge = [one for one in chat.members if chat.standing_of(one.id).in_charge]
    shown = [one for one in in_charge if bots or not one.is_bot or one is call.robot.account]
    return [
        chat.standing_of(one.id).as_json(one, viewer=call.robot.id, channel=chat.kind == "channel") for one in shown
    ]


def count_members(world: World, call: Call) -> int:
    """getChatMemberCount."""
    chat = chat_of(world, call, write=False)
    return 2 if chat.kind == "private" else len(chat.members)


def _check_restricting(chat: Chat, call: Call) -> None:
    not_private(chat)
    group = "need to be inviter of a user to kick it from a basic group"
    require(chat, call.robot, "can_restrict_members", group if chat.kind == "group" else RESTRICT)


def ban(world: World, call: Call) -> bool:
    """banChatMember. An end under 30 seconds or over 366 days from now is no end;
    from a basic group somebody is only removed."""
    chat = chat_of(world, call)
    account = user_of(world, call)
    _check_restricting(chat, call)
    touchable(chat, account, call.robot)
    until = end_of(call.integer("until_date"), world.clock.now())
    after = Standing() if chat.kind == "group" else Standing("kicked", until=until)
    membership.leave(chat, account, after, by=call.robot.account)
    return True


def unban(world: World, call: Call) -> bool:
    """unbanChatMember: removes somebody who is in, unless only_if_banned."""
    chat, only_banned = chat_of(world, call), call.flag("only_if_banned")
    only_supergroups(chat, channels=True)
    account = user_of(world, call)
    if only_banned and chat.standing_of(account.id).status != "kicked":
        return True
    _check_restricting(chat, call)
    touchable(chat, account, call.robot)
    membership.leave(chat, account, Standing(), by=call.robot.account)
    return True


def restrict(world: World, call: Call) -> bool:
    """restrictChatMember."""
    chat = chat_of(world, call)
    only_supergroups(chat)
    account = user_of(world, call)
    permissions = read_permissions(
        call.mapping("permissions"), independent=call.flag("use_independent_chat_permissions")
    )
    _check_restricting(chat, call)
    standing = touchable(chat, account, call.robot)
    if standing.status == "kicked":
        standing = Standing()
    until = end_of(call.integer("until_date"), world.clock.now())
    membership.change(chat, account, restricted(standing, permissions, until), by=call.robot.account)
    return True


def promote(world: World, call: Call) -> bool:
    """promoteChatMember; no right at all takes the office away."""
    chat = chat_of(world, call)
    only_supergroups(chat, channels=True)
    account, mine = user_of(world, call), chat.standing(call.robot)
    asked = [right for right in rights_of(chat.kind == "channel") if call.flag(right)]
    anonymous = call.flag("is_anonymous")
    require(chat, call.robot, "can_promote_members", "not enough rights to promote/demote chat member")
    standing = chat.standing_of(account.id)
    if standing.status == "creator" or (standing.status == "administrator" and standing.promoted_by != call.robot.id):
        raise bad("CHAT_ADMIN_REQUIRED")
    if not standing.present:
        raise bad("USER_NOT_PARTICIPANT")
    if not all(mine.may(right) for right in asked):
        raise bad("RIGHT_FORBIDDEN")
    after = administrator(asked, anonymous=anonymous, by=call.robot.id) if asked or anonymous else Standing("member")
    membership.change(chat, account, after, by=call.robot.account)
    return True


def _sender_chat(world: World, call: Call) -> tuple[Chat, int]:
    chat, number = chat_of(world, call), call.integer("sender_chat_id")
    only_supergroups(chat, channels=True)
    require(chat, call.robot, "can_restrict_members", RESTRICT)
    if number not in world.chats:
        raise bad("PARTICIPANT_ID_INVALID")
    return chat, number


def ban_sender_chat(world: World, call: Call) -> bool:
    """banChatSenderChat: nobody speaks in the name of that channel here any more."""
    chat, number = _sender_chat(world, call)
    chat.banned_chats.add(number)
    return True


def unban_sender_chat(world: World, call: Call) -> bool:
    """unbanChatSenderChat."""
    chat, number = _sender_chat(world, call)
    chat.banned_chats.discard(number)
    return True


def set_permissions(world: World, call: Call) -> bool:
    """setChatPermissions."""
    chat = chat_of(world, call)
    not_private(chat, "chat permissions can't be changed in private chats")
    permissions = read_permissions(
        call.mapping("permissions"), independent=call.flag("use_independent_chat_permissions")
    )
    require(chat, call.robot, "can_restrict_members", "not enough rights to change chat permissions")
    chat.permissions = permissions & frozenset(PERMISSIONS)
    return True


def leave_chat(world: World, call: Call) -> bool:
    """leaveChat."""
    chat = chat_of(world, call)
    not_private(chat)
    membership.leave(chat, call.robot.account, Standing(), by=call.robot.account)
    return True
