"""Commands as Discord defines them: slash commands and message menus. Pure."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from discord import Permissions

from bot.platforms.discord.controls import shown
from bot.ports import CommandSpec

SLASH, MESSAGE_MENU, STRING = 1, 3, 3
IN_SERVERS, IN_PRIVATE = 0, 1
DESCRIPTION = 100
STAFF = str(Permissions(manage_messages=True).value)  # a hint: it hides, our seats decide


def definitions(specs: Sequence[CommandSpec]) -> list[dict[str, Any]]:
    """The slash commands and message menus, as Discord takes them."""
    menus = [_menu(spec) for spec in specs if spec.menu]
    return [_slash(spec) for spec in specs] + menus


def _slash(spec: CommandSpec) -> dict[str, Any]:
    options = [
        {"type": STRING, "name": name, "description": shown(description, DESCRIPTION), "required": required}
        for name, description, required in sorted(spec.options, key=lambda option: not option[2])
    ]
    description = shown(spec.description, DESCRIPTION)
    return {"type": SLASH, "name": spec.name, "description": description, "options": options} | _seen(spec)


def _menu(spec: CommandSpec) -> dict[str, Any]:
    """A menu opens on a message in a server; there is none on private messages."""
    return {"type": MESSAGE_MENU, "name": spec.menu} | _seen(spec) | {"contexts": [IN_SERVERS]}


def _seen(spec: CommandSpec) -> dict[str, Any]:
    contexts = [IN_SERVERS, IN_PRIVATE] if spec.in_private else [IN_SERVERS]
    return {"contexts": contexts, "default_member_permissions": STAFF if spec.staff else None}


def digest(wanted: Sequence[dict[str, Any]], application: int | None) -> str:
    """Tells one set of definitions, for one application, from another."""
    return hashlib.sha256(json.dumps([application, wanted], sort_keys=True).encode()).hexdigest()
