"""The three ports. An adapter reads its world into nouns and acts; it holds no policy.

Every method may raise `PlatformError` (see `bot.errors`): `Unreachable` when we may not write to that person, `Gone`
when the thing acted on is no longer there (which for a removal is success), `Forbidden` when we lack a right,
`Uncertain` when no answer came, `RateLimited` when asked to wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.errors import PlatformError
from bot.model import AccountRef, Answer, Attachment, Chat, Message, MessageRef, Place, Role, Speech, Upload


@dataclass(frozen=True, slots=True)
class Sent:
    """Where something we said now stands, so that it can be edited, pinned or found again."""

    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command as a platform shows it. `options` are (name, description, required); `menu` is the label of the
    Discord message menu, empty where there is none; `roles` are the seats that it takes, none for what everybody may
    do."""

    name: str
    description: str
    options: tuple[tuple[str, str, bool], ...] = ()
    menu: str = ""
    in_private: bool = False
    roles: frozenset[Role] = frozenset()

    @property
    def staff(self) -> bool:
        """Whether it takes a seat."""
        return bool(self.roles)


class SetupBy(StrEnum):
    """Who can make a change in a chat."""

    PORTER = "porter"
    OWNER = "owner"


class Need(StrEnum):
    """How much depends on something. VITAL: without it Porter cannot see or delete what is said."""

    ADVICE = "advice"
    NEEDED = "needed"
    VITAL = "vital"


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing `/setup` found. `done`: it is already as it should be. `key` names it for `apply_setup`."""

    key: str
    text: str
    by: SetupBy
    done: bool
    need: Need = Need.NEEDED


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found: `ok`, and a sentence that says what it is and, when not ok, what to do. `key` names it
    among those of one chat."""

    ok: bool
    text: str
    key: str = ""
    need: Need = Need.NEEDED


class Platform(Protocol):
    """A chat service. `name` is its key in the registry and in every `AccountRef` and `Place`."""

    name: str
    can_list_members: bool
    can_read_history: bool
    drops_repeats: timedelta  # for so long a message with a nonce that was used already is not posted again

    async def start(self) -> None:
        """Get ready to act; returns once it can, or goes on trying behind."""

    async def listen(self) -> None:
        """Begin to hand what happens to the desk. Only one process may do so with a token."""

    async def hush(self) -> None:
        """Stop listening and finish what was heard; acting goes on."""

    async def stop(self) -> None:
        """Stop listening, finish what is in hand, disconnect."""

    async def ended(self) -> PlatformError:
        """Return once the service will not have us any more until a person does something, and why."""

    async def turn(self, place: Place) -> None:
        """Return once the platform would take what is said there, and keep that place: what the caller says there next
        goes at once. Whoever notes that they are about to say something does so after this, so that the wait is not
        among what may have happened. Raises `RateLimited` when it takes more patience than there is."""

    async def say(self, place: Place, answer: Answer, *, nonce: str = "", reply_to: MessageRef | None = None) -> Sent:
        """Post in a chat. `nonce` (≤ 25 characters) lets a platform that can drop a repeat."""

    async def direct(self, account: AccountRef, answer: Answer, *, nonce: str = "", place: str = "") -> Sent:
        """Write to one person; `place` is a private chat opened for the purpose (a join request's), if any."""

    async def edit(self, sent: Sent, answer: Answer) -> None:
        """Replace what we said there; saying the same again is success."""

    async def find_own(self, place: Place, words: str, since: datetime) -> Sequence[Sent]:
        """Our own messages there with these words in them, said since then, oldest first. Raises `Forbidden` where the
        platform never tells, or where so much was said that not all of it is looked through."""

    async def pin(self, sent: Sent) -> None:
        """Pin what we said."""

    async def is_pinned(self, sent: Sent) -> bool:
        """Whether what we said is still pinned; where a platform does not tell, whether it may be."""

    async def delete(self, place: Place, ids: Sequence[str], reference: str) -> Mapping[str, str]:
        """Delete messages. Answers for every id what became of it: `deleted`, `gone`, or a sentence why not."""

    async def timeout(self, chat: Chat, account: AccountRef, until: datetime, reference: str) -> None:
        """Keep a member from writing until then."""

    async def remove(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Take a member out without barring their return; a person someone else has banned stays banned."""

    async def readmit(self, chat: Chat, account: AccountRef, reference: str) -> None:
        """Lift whatever bars a person's return to a chat; nothing barring it is success."""

    async def admit(self, chat: Chat, account: AccountRef, handle: str) -> None:
        """Let a newcomer in: approve the request, or grant the member role."""

    async def refuse(self, chat: Chat, account: AccountRef, handle: str) -> None:
        """Turn a request to enter down."""

    async def queue(self, handle: str) -> None:
        """Tell the platform that a request waits for us (Telegram `query_id`, within 10 s); else nothing."""

    async def message(self, ref: MessageRef) -> Message | None:
        """The message as it stands now, or None where the platform does not tell or it is gone."""

    async def around(self, ref: MessageRef, before: int, after: int) -> Sequence[Message]:
        """Messages around one, oldest first; empty where the platform keeps no history for bots."""

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """The bytes of a file, at most `limit`; larger ones raise `PlatformError` with the size."""

    async def in_chat(self, chat: Chat, account: AccountRef) -> bool:
        """Whether that account is in the chat now."""

    async def plan_setup(self, chat: Chat) -> Sequence[SetupStep]:
        """What a chat needs to work with us, and what of it is there already."""

    async def apply_setup(self, chat: Chat) -> Chat:
        """Make what the plan says is ours to make; answers the chat with the ids of what was made."""

    async def check(self) -> Sequence[Finding]:
        """Token, intents, privacy mode and rights, in plain words; used by `porter check` before `start`."""

    async def leave(self, chat: str) -> None:
        """Leave a chat we are not bound to."""

    async def publish(self, commands: Sequence[CommandSpec], chats: Sequence[Chat]) -> None:
        """Register the commands, where they differ from what is registered."""

    def link(self, payload: str) -> str:
        """An address that opens a private chat with us and hands us `payload`; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to send. `message_id` is ours and stays the same on a repeat."""

    to: str
    subject: str
    speech: Speech
    message_id: str
    files: tuple[Upload, ...] = ()


class Messenger(Protocol):
    """A way to reach people outside chat."""

    name: str

    async def send(self, letter: Letter) -> str:
        """Send; answers the message id. Raises `PlatformError`: `Unreachable` for a refused address, `Uncertain` when
        the connection broke after the text was handed over."""

    async def check(self) -> Sequence[Finding]:
        """Whether the service answers and takes our credentials."""
