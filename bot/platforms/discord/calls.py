"""Interactions read into nouns: who, where, which command, button or form, with what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord

from bot.model import AccountRef, Attachment, Call, Place, Pressed, Submitted, Upload
from bot.platforms.discord import read
from bot.platforms.discord.controls import PRESS
from bot.platforms.discord.history import Known
from bot.ports import CommandSpec

MESSAGE_MENU = 3
LABEL, FILE_UPLOAD = 18, 19


def data_of(interaction: discord.Interaction) -> Mapping[str, Any]:
    """An interaction's own data, as sent."""
    found: Any = interaction.data or {}
    return dict(found)


def account_of(interaction: discord.Interaction) -> AccountRef:
    """Who acted."""
    user = interaction.user
    return AccountRef(read.NAME, str(user.id), user.display_name, user.name)


def place_of(interaction: discord.Interaction) -> Place:
    """Where: a channel of a server, or the private chat with that person."""
    channel = str(interaction.channel_id or "")
    if interaction.guild_id is None:
        return Place(read.NAME, str(interaction.user.id), channel, private=True)
    name = getattr(interaction.channel, "name", "") or ""
    return Place(read.NAME, str(interaction.guild_id), channel, title=f"#{name}" if name else "")


def command_name(data: Mapping[str, Any], specs: Sequence[CommandSpec]) -> str:
    """The command's name with us; empty when we have none such."""
    name = str(data["name"])
    if int(data.get("type", 1)) == MESSAGE_MENU:
        return next((spec.name for spec in specs if spec.menu == name), "")
    return next((spec.name for spec in specs if spec.name == name), "")


def call(interaction: discord.Interaction, name: str) -> Call:
    """A command. The message a menu was opened on comes whole with it."""
    data, place = data_of(interaction), place_of(interaction)
    target = None
    if data.get("target_id"):
        shown = (data.get("resolved") or {})["messages"][str(data["target_id"])]
        names = Known(interaction.client, "" if place.private else place.chat)
        target = read.message(shown, names, place)
    arguments = {str(one["name"]): str(one["value"]) for one in data.get("options") or () if "value" in one}
    return Call(name, account_of(interaction), place, str(interaction.id), target, arguments)


def pressed(interaction: discord.Interaction) -> Pressed:
    """A press of one of our buttons."""
    token = str(data_of(interaction)["custom_id"]).removeprefix(PRESS)
    return Pressed(token, account_of(interaction), place_of(interaction), str(interaction.id))


def entries(components: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """What was filled in, out of labels or rows."""
    for one in components:
        if one.get("type") == LABEL:
            yield one["component"]
        else:
            yield from one.get("components") or ()


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """A form's texts by field name."""
    return {str(one["custom_id"]): str(one["value"]) for one in entries(data["components"]) if "value" in one}


def handed_in(data: Mapping[str, Any]) -> list[Attachment]:
    """A form's files, in the order they were given."""
    known = (data.get("resolved") or {}).get("attachments") or {}
    ids = [str(i) for one in entries(data["components"]) if one.get("type") == FILE_UPLOAD for i in one["values"]]
    return [read.attachment(known[one]) for one in ids if one in known]


def submitted(interaction: discord.Interaction, token: str, files: Sequence[Upload]) -> Submitted:
    """A form sent back, its files fetched."""
    account, place, key = account_of(interaction), place_of(interaction), str(interaction.id)
    return Submitted(token, account, place, key, values(data_of(interaction)), tuple(files))
