"""Methods about getting in: invite links and requests to join."""

from tests.wire.telegram import joining
from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.errors import JSON, bad
from tests.wire.telegram.joining import InviteLink
from tests.wire.telegram.methods.access import chat_of, not_private, require, user_of
from tests.wire.telegram.text import length
from tests.wire.telegram.world import World

NAME_LIMIT = 32
LINK_RIGHTS = "not enough rights to manage chat invite link"
REQUEST_RIGHTS = "not enough rights to manage chat join requests"


def _with_links(world: World, call: Call) -> Chat:
    chat = chat_of(world, call)
    not_private(chat, "can't invite members to a private chat")
    require(chat, call.robot, "can_invite_users", LINK_RIGHTS)
    return chat


def _options(world: World, call: Call) -> dict[str, object]:
    name, expires, limit = call.text("name"), call.integer("expire_date"), call.integer("member_limit")
    if length(name) > NAME_LIMIT:
        raise bad("INVITE_TITLE_TOO_LONG")
    if expires and expires <= world.clock.now():
        raise bad("EXPIRE_DATE_INVALID")
    if not 0 <= limit <= 99999:
        raise bad("USAGE_LIMIT_INVALID")
    return {
        "name": name,
        "expire_date": expires,
        "member_limit": limit,
        "creates_join_request": call.flag("creates_join_request"),
    }


def create_link(world: World, call: Call) -> JSON:
    """createChatInviteLink."""
    chat = _with_links(world, call)
    return joining.make_link(chat, call.robot.account, **_options(world, call)).as_json()


def _own_link(chat: Chat, call: Call) -> InviteLink:
    url = call.text("invite_link")
    found = next((link for link in chat.links if link.url == url), None)
    if found is None:
        raise bad("INVITE_HASH_EXPIRED")
    if found.creator is not call.robot.account:
        raise bad("CHAT_ADMIN_REQUIRED")
    return found


def edit_link(world: World, call: Call) -> JSON:
    """editChatInviteLink: what is left out goes back to its default."""
    chat = _with_links(world, call)
    link = _own_link(chat, call)
    if link.primary or link.revoked:
        raise bad("INVITE_REVOKED_MISSING" if link.primary else "INVITE_HASH_EXPIRED")
    joining.set_link(link, **_options(world, call))
    return link.as_json()


def revoke_link(world: World, call: Call) -> JSON:
    """revokeChatInviteLink: the answer shows it revoked."""
    link = _own_link(_with_links(world, call), call)
    link.revoked = True
    return link.as_json()


def export_link(world: World, call: Call) -> str:
    """exportChatInviteLink: a new primary link; the bot's old one is revoked."""
    chat = _with_links(world, call)
    for link in chat.links:
        link.revoked = link.revoked or (link.primary and link.creator is call.robot.account)
    made = joining.make_link(chat, call.robot.account)
    made.primary = True
    return made.url


def approve(world: World, call: Call) -> bool:
    """approveChatJoinRequest."""
    return _decide(world, call, approved=True)


def decline(world: World, call: Call) -> bool:
    """declineChatJoinRequest."""
    return _decide(world, call, approved=False)


def _decide(world: World, call: Call, *, approved: bool) -> bool:
    chat = chat_of(world, call)
    not_private(chat, "the chat can't have join requests")
    require(chat, call.robot, "can_invite_users", REQUEST_RIGHTS)
    joining.decide(chat, user_of(world, call), approved=approved, by=call.robot.account)
    return True


def answer_query(world: World, call: Call) -> bool:
    """answerChatJoinRequestQuery."""
    number = call.text("chat_join_request_query_id")
    asked = next((knock for knock in world.knocks if knock.query_id == number), None)
    joining.answer_query(call.robot, asked, call.text("result"), world.clock.now())
    return True
