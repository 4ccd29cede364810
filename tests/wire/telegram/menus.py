"""Which list of commands a person sees, out of all that a bot has set for scopes and languages."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.wire.telegram.account import Account
from tests.wire.telegram.errors import JSON

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat
    from tests.wire.telegram.robot import Robot


def scope_key(scope: JSON | None) -> str:
    """A scope as text that is the same for the same scope."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def shown(robot: "Robot", account: Account, chat: "Chat | None") -> list[JSON]:
    """The first list that is set, from the narrowest scope to the default;
    in each, the person's language before none."""
    for scope in _scopes(account, chat):
        for language in (account.language or "", ""):
            found = robot.commands.get((scope_key(scope), language))
            if found:
                return found
    return []


def _scopes(account: Account, chat: "Chat | None") -> Iterator[JSON]:
    if chat is None or chat.kind == "private":
        yield {"type": "chat", "chat_id": account.id}
        yield {"type": "all_private_chats"}
    else:
        yield {"type": "chat_member", "chat_id": chat.id, "user_id": account.id}
        if chat.standing_of(account.id).in_charge:
            yield {"type": "chat_administrators", "chat_id": chat.id}
            yield {"type": "chat", "chat_id": chat.id}
            yield {"type": "all_chat_administrators"}
        else:
            yield {"type": "chat", "chat_id": chat.id}
        yield {"type": "all_group_chats"}
    yield {"type": "default"}
