"""The doors of a chat: invite links, and requests to join with the ten-second and five-minute rules."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.wire.telegram import membership
from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON, ImpossibleError, bad
from tests.wire.telegram.updates import A_DAY

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat
    from tests.wire.telegram.robot import Robot

ANSWER_WITHIN = 10
WRITE_WITHIN = 300
State = Literal["pending", "approved", "declined", "withdrawn"]
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(eq=False, slots=True)
class InviteLink:
    """`joined` counts who came in by it; `expire_date` and `member_limit` are 0 for none."""

    chat: "Chat"
    url: str
    creator: Account
    creates_join_request: bool = False
    name: str = ""
    expire_date: int = 0
    member_limit: int = 0
    primary: bool = False
    revoked: bool = False
    joined: int = 0

    @property
    def dead(self) -> bool:
        """Whether nobody can use it any more."""
        used_up = bool(self.member_limit) and self.joined >= self.member_limit
        return self.revoked or used_up or bool(self.expire_date and self.expire_date <= self.chat.world.clock.now())

    def as_json(self) -> JSON:
        """The `ChatInviteLink`."""
        link: JSON = {
            "invite_link": self.url,
            "creator": self.creator.as_json(),
            "creates_join_request": self.creates_join_request,
            "is_primary": self.primary,
            "is_revoked": self.revoked,
        }
        extras = {"name": self.name, "expire_date": self.expire_date, "member_limit": self.member_limit}
        waiting = sum(knock.link is self and knock.state == "pending" for knock in self.chat.knocks)
        return (
            link
            | {key: value for key, value in extras.items() if value}
            | ({"pending_join_request_count": waiting} if waiting else {})
        )


@dataclass(eq=False, slots=True)
class JoinRequest:
    """`result` is what a bot answered to the query (approve, decline, queue);
    `writer` the one bot that may use the five-minute window."""

    chat: "Chat"
    account: Account
    at: float
    user_chat_id: int
    link: InviteLink | None = None
    bio: str = ""
    query_id: str | None = None
    state: State = "pending"
    result: str | None = None
    decided_by: Account | None = None
    writer: "Robot | None" = None

    def as_json(self, *, query: bool) -> JSON:
        """The `ChatJoinRequest`."""
        told: JSON = {
            "chat": self.chat.as_json(),
            "from": self.account.as_json(),
            "user_chat_id": self.user_chat_id,
            "date": int(self.at),
        }
        told |= {"bio": self.bio} if self.bio else {}
        told |= {"invite_link": self.link.as_json()} if self.link else {}
        return told | ({"query_id": self.query_id} if query and self.query_id else {})

    def opens_window(self, robot: "Robot") -> bool:
        """Whether this bot may write to the person now although they never started it."""
        in_time = self.chat.world.clock.now() - self.at <= WRITE_WITHIN
        return (
            self.state == "pending"
            and in_time
            and self.writer in (None, robot)
            and self.chat.standing(robot).may("can_invite_users")
        )


def make_link(chat: "Chat", by: Account, **options: object) -> InviteLink:
    """A new invite link. Raises `RefusedError` for a member limit on a link that creates requests."""
    link = InviteLink(chat, f"https://t.me/+{secrets.token_urlsafe(12)}", by)
    set_link(link, **options)
    chat.links.append(link)
    return link


def set_link(link: InviteLink, **options: object) -> None:
    """Set everything about a link; what is left out goes back to its default, as it does in the Bot API."""
    requests, limit = bool(options.pop("creates_join_request", False)), int(str(options.pop("member_limit", 0) or 0))
    if requests and limit:
        raise bad("member limit can't be specified for links requiring administrator approval")
    link.creates_join_request, link.member_limit = requests, limit
    link.name, link.expire_date = str(options.pop("name", "") or ""), int(str(options.pop("expire_date", 0) or 0))
    if options:
        raise TypeError(f"an invite link has no {', '.join(options)}")


def enter(link: InviteLink, account: Account, bio: str = "") -> "Chat | JoinRequest":
    """Somebody opens an invite link: they are in, or they asked to be.
    Raises `ImpossibleError` when the link or the person is barred."""
    chat = link.chat
    if link.dead:
        raise ImpossibleError("this invite link has expired")
    if chat.standing_of(account.id).present:
        raise ImpossibleError(f"{account.name} is already in {chat.title}")
    if link.creates_join_request:
        return knock(chat, account, link=link, bio=bio)
    membership.come(chat, account, by=account, link=link)
    link.joined += 1
    return chat


def enter_public(chat: "Chat", account: Account) -> "Chat | JoinRequest":
    """Somebody opens a public chat: they are in, or asked to be where new members are approved."""
    if chat.join_by_request:
        return knock(chat, account)
    membership.come(chat, account, by=account)
    return chat


def knock(
    chat: "Chat",
    account: Account,
    *,
    link: InviteLink | None = None,
    query: bool = False,
    bio: str = "",
    user_chat_id: int | None = None,
) -> JoinRequest:
    """Somebody asks to join; bots that may invite are told, the chat's guard with a query to answer."""
    if chat.standing_of(account.id).status == "kicked" or chat.standing_of(account.id).present:
        raise ImpossibleError(f"{account.name} cannot ask to join {chat.title}")
    world = chat.world
    asked = JoinRequest(chat, account, world.clock.now(), user_chat_id or account.id, link, bio)
    world.doors[asked.user_chat_id] = account.id
    if query:
        asked.query_id = str(world.number("query", 7_000_000_000_000_001))
    world.knocks.append(asked)
    for robot in world.robots_in(chat):
        if chat.standing(robot).may("can_invite_users"):
            robot.updates.push("chat_join_request", asked.as_json(query=chat.guard in (None, robot)), A_DAY)
    world.bell.ring()
    return asked


def pending(chat: "Chat", account: Account) -> JoinRequest | None:
    """The request of that account that waits."""
    return next(
        (asked for asked in reversed(chat.knocks) if asked.account is account and asked.state == "pending"), None
    )


def decide(chat: "Chat", account: Account, *, approved: bool, by: Account) -> None:
    """Let in or turn away. Raises `RefusedError` when they are in already or nobody asked."""
    asked = pending(chat, account)
    if asked is None:
        raise bad("USER_ALREADY_PARTICIPANT" if chat.standing_of(account.id).present else "HIDE_REQUESTER_MISSING")
    asked.state, asked.decided_by = "approved" if approved else "declined", by
    if approved:
        membership.come(chat, account, by=by, link=asked.link, requested=asked.link is None)
        if asked.link is not None:
            asked.link.joined += 1
    chat.world.bell.ring()


def answer_query(robot: "Robot", asked: JoinRequest | None, result: str, now: float) -> None:
    """A bot answers a request's query. Raises `RefusedError` for another's, an answered or an old one,
    and for an unknown answer."""
    mine = asked is not None and (asked.chat.guard or robot) is robot and asked.result is None
    if asked is None or not mine or now - asked.at > ANSWER_WITHIN:
        raise bad(TOO_OLD)
    if result not in ("approve", "decline", "queue"):
        raise bad("RESULT_INVALID")
    if result != "queue":
        decide(asked.chat, asked.account, approved=result == "approve", by=robot.account)
    asked.result = result
    asked.chat.world.bell.ring()
