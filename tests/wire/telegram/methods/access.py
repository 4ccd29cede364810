"""Whether a bot may reach a chat, a person or a message, and what it may do there: in Telegram's own words."""

from tests.wire.telegram.account import Account
from tests.wire.telegram.call import Call
from tests.wire.telegram.chat import Chat
from tests.wire.telegram.errors import RefusedError, bad, forbidden
from tests.wire.telegram.message import Message
from tests.wire.telegram.robot import Robot
from tests.wire.telegram.standing import Standing
from tests.wire.telegram.world import World

NOT_FOUND = "chat not found"
RESTRICT = "not enough rights to restrict/unrestrict chat member"


def chat_of(world: World, call: Call, name: str = "chat_id", *, write: bool = True) -> Chat:
    """The chat a parameter names. Raises `RefusedError` when it is unknown to the bot, or closed to it."""
    given = call.get(name)
    if given is None or given == "":
        raise bad(f"{name} is empty")
    if isinstance(given, str):
        public = world.by_username(given) if given.startswith("@") else None
        if public is None:
            raise bad(NOT_FOUND)
        return _reachable(public, call.robot, write=write)
    if not isinstance(given, int):
        raise bad(NOT_FOUND)
    if given > 0:
        return _private(world, call.robot, given, write=write)
    chat = world.chats.get(given)
    if chat is None or call.robot.id not in chat.standings:
        raise bad(NOT_FOUND)
    return _reachable(chat, call.robot, write=write)


def _reachable(chat: Chat, robot: Robot, *, write: bool) -> Chat:
    if chat.moved_to is not None and write:
        raise RefusedError(
            400, "group chat was upgraded to a supergroup chat", parameters={"migrate_to_chat_id": chat.moved_to.id}
        )
    standing = chat.standing(robot)
    if standing.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    open_to_read = not write and (chat.kind == "group" or chat.username is not None)
    if not standing.present and not open_to_read:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _private(world: World, robot: Robot, number: int, *, write: bool) -> Chat:
    account = world.accounts.get(world.doors.get(number, number))
    if account is None or account is robot.account or not (world.met(robot, account) or account.is_bot):
        raise bad(NOT_FOUND)
    chat = world.private_chats.get((robot.id, account.id))
    if chat is None:
        chat = world.private_chats[robot.id, account.id] = Chat(
            world, account.id, "private", account.name, account, robot=robot
        )
    if write:
        _check_private(chat, account, robot)
    return chat


def _check_private(chat: Chat, account: Account, robot: Robot) -> None:
    if account.is_bot:
        raise forbidden("bot can't send messages to bots")
    if account.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.opened:
        _through_request(chat.world, account, robot)


def _through_request(world: World, account: Account, robot: Robot) -> None:
    asked = next((one for one in world.knocks if one.account is account and one.opens_window(robot)), None)
    if asked is None:
        raise forbidden("bot can't initiate conversation with a user")
    asked.writer = robot


def user_of(world: World, call: Call, name: str = "user_id") -> Account:
    """The account a parameter names. Raises `RefusedError` when the bot has never come across it."""
    number = call.integer(name)
    account = world.accounts.get(number)
    if number <= 0:
        raise bad("invalid user_id specified")
    if account is None or not (account is call.robot.account or world.met(call.robot, account)):
        raise bad("PARTICIPANT_ID_INVALID")
    return account


def message_of(chat: Chat, number: int, what: str) -> Message:
    """A message that is still there; `what` opens the sentence when it is not ("message to edit")."""
    found = next((message for message in reversed(chat.history) if message.id == number and not message.deleted), None)
    if found is None:
        raise bad(f"{what} not found")
    return found


def require(chat: Chat, robot: Robot, right: str, sentence: str) -> None:
    """The bot must hold a right in a group or channel; in a private chat nothing is asked."""
    if chat.kind != "private" and not chat.standing(robot).may(right):
        raise bad(sentence)


def not_private(chat: Chat, sentence: str = "chat member status can't be changed in private chats") -> None:
    """The method is not for private chats."""
    if chat.kind == "private":
        raise bad(sentence)


def only_supergroups(chat: Chat, *, channels: bool = False) -> None:
    """The method is for supergroups only, or also for channels."""
    if chat.kind != "supergroup" and not (channels and chat.kind == "channel"):
        raise bad(
            "method is available for supergroup and channel chats only"
            if channels
            else "method is available only for supergroups"
        )


def touchable(chat: Chat, account: Account, robot: Robot) -> Standing:
    """The standing of somebody the bot may ban or restrict. Raises `RefusedError` for itself,
    the creator and administrators."""
    standing = chat.standing_of(account.id)
    if account is robot.account:
        raise bad("can't restrict self")
    if standing.status == "creator":
        raise bad("can't remove chat owner")
    if standing.status == "administrator":
        raise bad("user is an administrator of the chat")
    return standing
