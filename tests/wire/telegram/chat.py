"""A chat: who is in it, what was said there, and what the people in charge of it do."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests.wire.telegram import joining, membership, moving, posting
from tests.wire.telegram.account import Account
from tests.wire.telegram.bell import PATIENCE
from tests.wire.telegram.errors import JSON, ImpossibleError
from tests.wire.telegram.joining import InviteLink, JoinRequest
from tests.wire.telegram.message import Message, Topic
from tests.wire.telegram.standing import USUAL_PERMISSIONS, Standing, administrator, end_of, restricted

if TYPE_CHECKING:
    from tests.wire.telegram.person import Person
    from tests.wire.telegram.robot import Robot
    from tests.wire.telegram.world import World

Kind = Literal["private", "group", "supergroup", "channel"]


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat has a `robot` and is `opened` by its person; the others have a `creator`.
    `moved_to` is set once a group was upgraded."""

    world: "World"
    id: int
    kind: Kind
    title: str
    creator: Account
    username: str | None = None
    forum: bool = False
    robot: "Robot | None" = None
    opened: bool = False
    blocked: bool = False
    guard: "Robot | None" = None
    linked: "Chat | None" = None
    moved_to: "Chat | None" = None
    description: str = ""
    protected: bool = False
    join_by_request: bool = False
    history: list[Message] = field(default_factory=list)
    standings: dict[int, Standing] = field(default_factory=dict)
    joined: dict[int, int] = field(default_factory=dict)
    permissions: frozenset[str] = USUAL_PERMISSIONS
    links: list[InviteLink] = field(default_factory=list)
    pins: list[Message] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    banned_chats: set[int] = field(default_factory=set)
    open_ears: set[int] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.title!r} {self.id}>"

    # What is there.

    @property
    def messages(self) -> list[Message]:
        """Everything said and not deleted, oldest first; service messages too."""
        return [message for message in self.history if not message.deleted]

    @property
    def said(self) -> list[Message]:
        """`messages` without service messages."""
        return [message for message in self.messages if not message.service]

    @property
    def pinned(self) -> list[Message]:
        """What is pinned, oldest first."""
        return [message for message in self.pins if not message.deleted]

    @property
    def members(self) -> list[Account]:
        """Who is in the chat, bots too."""
        return [self.world.accounts[who] for who in self.standings if self.standing_of(who).present]

    @property
    def banned(self) -> list[Account]:
        """Who is banned now."""
        return [self.world.accounts[who] for who in self.standings if self.standing_of(who).status == "kicked"]

    @property
    def knocks(self) -> list[JoinRequest]:
        """Every join request ever sent here, oldest first."""
        return [knock for knock in self.world.knocks if knock.chat is self]

    def standing(self, who: "Person | Robot") -> Standing:
        """What somebody is here now."""
        return self.standing_of(who.account.id)

    def standing_of(self, account_id: int) -> Standing:
        """What an account is here now; what has run out is lifted."""
        return self.standings.get(account_id, Standing()).at(self.world.clock.now())

    def seen(self, account: Account) -> bool:
        """Whether the account was ever a member here or spoke here."""
        return account.id in self.standings or any(message.author is account for message in self.history)

    def visible_to(self, who: "Person | Robot") -> list[Message]:
        """What somebody sees here: nothing unless they are a member (or the chat is public);
        in a basic group only from when they came."""
        account = who.account
        if self.kind == "private":
            return self.messages if account in (self.creator, self.robot and self.robot.account) else []
        if not self.standing_of(account.id).present:
            return self.messages if self.username and self.standing_of(account.id).status != "kicked" else []
        since = self.joined.get(account.id, 0) if self.kind == "group" else 0
        return [message for message in self.messages if message.date >= since]

    async def hears(self, words: str, limit: float = PATIENCE) -> Message:
        """The newest message here with these words in it, waited for. Raises `UnheardError`."""
        return await self.world.bell.until(
            lambda: self._latest(words), lambda: f"nobody said {words!r} in {self.title}: {self.messages}", limit
        )

    def _latest(self, words: str) -> Message | None:
        return next((message for message in reversed(self.messages) if words in message.words), None)

    # What the people in charge do; `by` is the creator unless said.

    def add(self, who: "Person | Robot", *, by: "Person | Robot | None" = None) -> Standing:
        """Bring somebody in without a request; nothing happens when they are in already."""
        if not self.standing(who).present:
            membership.come(self, who.account, by=self._doer(by))
        return self.standing(who)

    def promote(
        self,
        who: "Person | Robot",
        *named: str,
        by: "Person | Robot | None" = None,
        anonymous: bool = False,
        **rights: bool,
    ) -> Standing:
        """Make somebody an administrator with exactly these rights; they are added first when they are not in."""
        self.add(who, by=by)
        held = {*named, *(right for right, granted in rights.items() if granted)}
        doer = self._doer(by)
        return membership.change(self, who.account, administrator(held, anonymous=anonymous, by=doer.id), by=doer)

    def demote(self, who: "Person | Robot", *, by: "Person | Robot | None" = None) -> Standing:
        """Take an administrator's rights away."""
        return membership.change(self, who.account, Standing("member"), by=self._doer(by))

    def kick(self, who: "Person | Robot", *, by: "Person | Robot | None" = None) -> Standing:
        """Take somebody out; they may come back."""
        self.ban(who, by=by)
        return self.unban(who, by=by)

    def ban(self, who: "Person | Robot", until: int = 0, *, by: "Person | Robot | None" = None) -> Standing:
        """Ban somebody, until a Unix time or for ever."""
        return membership.leave(
            self, who.account, Standing("kicked", until=end_of(until, self.world.clock.now())), by=self._doer(by)
        )

    def unban(self, who: "Person | Robot", *, by: "Person | Robot | None" = None) -> Standing:
        """Lift a ban."""
        return membership.change(self, who.account, Standing(), by=self._doer(by))

    def restrict(
        self, who: "Person | Robot", until: int = 0, *, by: "Person | Robot | None" = None, **permissions: bool
    ) -> Standing:
        """Leave somebody exactly these permissions, until a Unix time or for ever."""
        held = frozenset(name for name, granted in permissions.items() if granted)
        standing = restricted(self.standing(who), held, end_of(until, self.world.clock.now()))
        return membership.change(self, who.account, standing, by=self._doer(by))

    def allow(self, *permissions: str) -> None:
        """Let members do exactly these things here, for example "can_send_messages"."""
        self.permissions = frozenset(permissions)

    def pin(self, message: Message, *, by: "Person | Robot | None" = None) -> Message:
        """Pin a message; returns the service message about it."""
        return posting.pin(self, message, self._doer(by))

    def topic(self, name: str, *, by: "Person | Robot | None" = None) -> Topic:
        """Open a topic in a forum."""
        if not self.forum:
            raise ImpossibleError(f"{self.title} is not a forum")
        return posting.open_topic(self, name, self._doer(by))

    def link(self, *, by: "Person | Robot | None" = None, **options: object) -> InviteLink:
        """Make an invite link: creates_join_request, member_limit, expire_date, name."""
        return joining.make_link(self, self._doer(by), **options)

    def approve(self, who: "Person | Robot", *, by: "Person | Robot | None" = None) -> None:
        """Let somebody in who asked to join."""
        joining.decide(self, who.account, approved=True, by=self._doer(by))

    def decline(self, who: "Person | Robot", *, by: "Person | Robot | None" = None) -> None:
        """Turn somebody away who asked to join."""
        joining.decide(self, who.account, approved=False, by=self._doer(by))

    def upgrade(self) -> "Chat":
        """Make a supergroup of a basic group; returns the new chat. Both chats say so in a service message."""
        return moving.upgrade(self)

    async def post(self, text: str | None = None, **more: object) -> Message:
        """The creator posts in this channel; takes what `Person.say` takes."""
        return await posting.publish(self, text, **more)

    def discuss_in(self, group: "Chat") -> None:
        """Link a discussion group: posts of this channel arrive there from Telegram itself."""
        self.linked, group.linked = group, self

    def _doer(self, by: "Person | Robot | None") -> Account:
        return by.account if by is not None else self.creator

    def as_json(self) -> JSON:
        """The `Chat`."""
        if self.kind == "private":
            names = self.creator.as_json()
            return {"id": self.id, "type": "private"} | {
                key: names[key] for key in ("first_name", "last_name", "username") if key in names
            }
        chat: JSON = {"id": self.id, "type": self.kind, "title": self.title}
        return (
            chat | ({"username": self.username} if self.username else {}) | ({"is_forum": True} if self.forum else {})
        )
