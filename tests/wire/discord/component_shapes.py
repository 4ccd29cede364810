"""Components as Discord gives them back: numbered, with what was left out filled in and files at their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.wire.discord.components import SELECTS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import Attachment

_LEFT_OUT: dict[int, Json] = {
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
    Kind.SEPARATOR: {"spacing": 1, "divider": True},
    Kind.FILE: {"name": None, "size": None, "spoiler": False},
    Kind.THUMBNAIL: {"description": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}


def numbered(components: Sequence[Json]) -> list[Json]:
    """With the ids Discord gives to those that have none, outer before inner."""
    count = 0

    def number(component: Json) -> Json:
        nonlocal count
        count += 1
        made = {**component, "id": component.get("id") or count}
        if "components" in made:
            made["components"] = [number(each) for each in made["components"]]
        for inner in ("accessory", "component"):
            if made.get(inner):
                made[inner] = number(made[inner])
        return made

    return [number(component) for component in components]


def shown_components(components: Sequence[Json], attachments: Sequence[Attachment]) -> list[Json]:
    """Components of a message."""
    return [_shown(component, attachments) for component in numbered(components)]


def _shown(component: Json, attachments: Sequence[Attachment]) -> Json:
    kind = component["type"]
    left_out = _LEFT_OUT.get(kind, {})
    said = {key: value for key, value in component.items() if value is not None}
    made = {**left_out, **said}
    if kind in SELECTS:
        made.pop("required", None)
        for default in made.get("default_values") or ():
            default["id"] = str(default["id"])
    for media in ("file", "media"):
        if media in made:
            made[media] = _unfurled(made[media]["url"], attachments)
    if kind == Kind.GALLERY:
        made["items"] = [_gallery_item(each, attachments) for each in made["items"]]
    if "components" in made:
        made["components"] = [_shown(each, attachments) for each in made["components"]]
    if "accessory" in made:
        made["accessory"] = _shown(made["accessory"], attachments)
    return made


def _gallery_item(item: Json, attachments: Sequence[Attachment]) -> Json:
    media = _unfurled(item["media"]["url"], attachments)
    return {"media": media, "description": item.get("description"), "spoiler": bool(item.get("spoiler"))}


def _unfurled(url: str, attachments: Sequence[Attachment]) -> Json:
    """`attachment://name` becomes the address of that file."""
    name = url.removeprefix("attachment://")
    for attachment in attachments:
        if url != name and attachment.filename == name:
            signed, number = attachment.url, str(attachment.id)
            return {"id": number, "url": signed, "proxy_url": signed, "attachment_id": number}
    return {"id": "0", "url": url, "proxy_url": url}
