"""Registering application commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.wire.discord.commands import GROUP, MESSAGE_MENU, SLASH, SUBCOMMAND, USER_MENU
from tests.wire.discord.refusals import bad_choice, bad_form, bad_length, missing, refuse
from tests.wire.discord.rest.asking import DONE, Ask, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.components import Json
    from tests.wire.discord.servers import Server

MOST = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
OPTIONS, CHOICES = 25, 25
_NAME = re.compile(r"[-_'\w]{1,32}")
_TOTAL = 8000


def listing(ask: Ask) -> Reply:
    return 200, ask.application.commands(_place(ask))


def show(ask: Ask) -> Reply:
    return 200, _command(ask)


def _place(ask: Ask) -> Server | None:
    """The server whose commands are meant, None for global ones. Only one's own application may be asked for."""
    if ask.id("application_id") != ask.application.id:
        raise refuse(50001)
    return ask.server() if "guild_id" in ask.args else None


def _command(ask: Ask) -> Json:
    place = _place(ask)
    found = ask.application.registered.get(place.id if place else None, {}).get(ask.id("command_id"))
    if found is None:
        raise refuse(10063)
    return found


def overwrite(ask: Ask) -> Reply:
    """All at once: what is not in the list is gone; what keeps its name and type keeps its id."""
    place, given = _place(ask), ask.body
    for at, body in enumerate(given):
        _check(body, f"{at}")
    _check_all(given)
    shelf = ask.application.registered.setdefault(place.id if place else None, {})
    before = {(each["name"], each["type"]): each for each in shelf.values()}
    made = [_registered(ask, body, place, before.get((body["name"], body.get("type") or SLASH))) for body in given]
    shelf.clear()
    shelf.update({int(each["id"]): each for each in made})
    return 200, made


def make(ask: Ask) -> Reply:
    """Adds one, or replaces the one of that name and type."""
    place = _place(ask)
    _check(ask.body, "")
    shelf = ask.application.registered.setdefault(place.id if place else None, {})
    key = (ask.body["name"], ask.body.get("type") or SLASH)
    known = next((each for each in shelf.values() if (each["name"], each["type"]) == key), None)
    made = _registered(ask, ask.body, place, known)
    _check_all([*(each for each in shelf.values() if each is not known), made])
    shelf[int(made["id"])] = made
    return (200 if known else 201), made


def remove(ask: Ask) -> Reply:
    found, place = _command(ask), _place(ask)
    del ask.application.registered[place.id if place else None][int(found["id"])]
    return DONE


def _registered(ask: Ask, body: Json, place: Server | None, known: Json | None) -> Json:
    new_id = str(ask.world.ids.next())
    permissions = body.get("default_member_permissions")
    made: Json = {
        "id": known["id"] if known else new_id,
        "application_id": str(ask.application.id),
        "version": new_id,
        "default_member_permissions": None if permissions is None else str(permissions),
        "type": body.get("type") or SLASH,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "dm_permission": body.get("dm_permission") is not False,
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "nsfw": bool(body.get("nsfw")),
    }
    if body.get("options"):
        made["options"] = [_option(each) for each in body["options"]]
    return {**made, "guild_id": str(place.id)} if place else made


def _option(body: Json) -> Json:
    """Without what was given as nothing, as Discord gives it back."""
    made = {key: value for key, value in body.items() if value is not None and value != []}
    if made["type"] in (SUBCOMMAND, GROUP):
        made.pop("required", None)
    if "options" in made:
        made["options"] = [_option(each) for each in made["options"]]
    return made


def _check_all(bodies: Sequence[Json]) -> None:
    seen: set[tuple[str, int]] = set()
    for body in bodies:
        key = (body["name"], body.get("type") or SLASH)
        if key in seen:
            message = "Application command names must be unique"
            raise bad_form("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    for kind, most in MOST.items():
        if sum(1 for _, each in seen if each == kind) > most:
            raise bad_form("name", "APPLICATION_COMMAND_TOO_MANY", f"Maximum number of commands of this type is {most}")


def _check(body: Json, path: str) -> None:
    at = f"{path}." if path else ""
    kind = body.get("type") or SLASH
    if kind not in MOST:
        raise bad_choice(f"{at}type", tuple(MOST))
    if kind != SLASH:
        if not 1 <= len(body.get("name") or "") <= 32:
            raise bad_length(f"{at}name", 1, 32)
        if body.get("description"):
            raise bad_form(
                f"{at}description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menus have no description"
            )
        return
    _check_words(body, at)
    _check_options(body.get("options") or (), f"{at}options")
    if _length(body) > _TOTAL:
        raise bad_form(f"{at}name", "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_TOTAL})")


def _check_words(body: Json, at: str) -> None:
    name = body.get("name")
    if not name:
        raise missing(f"{at}name")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise bad_form(f"{at}name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not 1 <= len(body.get("description") or "") <= 100:
        raise bad_length(f"{at}description", 1, 100)


def _check_options(options: Sequence[Json], path: str) -> None:
    if len(options) > OPTIONS:
        raise bad_length(path, 0, OPTIONS)
    names: set[str] = set()
    optional_seen = False
    for at, option in enumerate(options):
        _check_words(option, f"{path}.{at}.")
        if option["name"] in names:
            raise bad_form(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
        names.add(option["name"])
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            raise bad_form(f"{path}.{at}", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")
        if len(option.get("choices") or ()) > CHOICES:
            raise bad_length(f"{path}.{at}.choices", 0, CHOICES)
        _check_options(option.get("options") or (), f"{path}.{at}.options")


def _length(body: Any) -> int:
    own = len(body.get("name") or "") + len(body.get("description") or "")
    choices = sum(len(each["name"]) + len(str(each["value"])) for each in body.get("choices") or ())
    return own + choices + sum(_length(each) for each in body.get("options") or ())
