"""A basic group becomes a supergroup: another id, other message ids, and two service messages that say so."""

from typing import TYPE_CHECKING

from tests.wire.telegram import posting
from tests.wire.telegram.errors import ImpossibleError

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat

FIRST_SUPERGROUP = 1_000_000_000_000


def supergroup_id(number: int) -> int:
    """The chat id of a supergroup or channel."""
    return -(FIRST_SUPERGROUP + number)


def upgrade(old: "Chat") -> "Chat":
    """The supergroup a group moves to; its members and their standings move along, its messages stay behind."""
    from tests.wire.telegram.chat import Chat  # here, because chats know how to move

    if old.kind != "group" or old.moved_to is not None:
        raise ImpossibleError(f"{old.title} is no basic group any more")
    world = old.world
    new = Chat(world, supergroup_id(world.number("supergroup", 1_500_000_001)), "supergroup", old.title, old.creator)
    new.standings, new.joined, new.permissions = dict(old.standings), dict(old.joined), old.permissions
    world.chats[new.id] = new
    posting.service(old, old.creator, {"migrate_to_chat_id": new.id})
    posting.service(new, old.creator, {"migrate_from_chat_id": old.id})
    old.moved_to = new
    world.bell.ring()
    return new
