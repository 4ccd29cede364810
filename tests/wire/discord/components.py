"""Reading what a bot shows: buttons, selects, text displays and embeds, as a person would find them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Json = dict[str, Any]


class Kind(IntEnum):
    """`type` of a component."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset(
    {Kind.STRING_SELECT, Kind.USER_SELECT, Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT, Kind.CHANNEL_SELECT}
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it. A link has a `url` and no `custom_id`."""

    label: str
    custom_id: str = ""
    url: str = ""
    style: int = 1
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a modal asks for: `kind` is a component kind, `label` the words beside it."""

    label: str
    kind: Kind
    custom_id: str
    required: bool
    description: str = ""
    value: str = ""
    placeholder: str = ""
    least: int = 0
    most: int = 4000
    options: Sequence[Json] = field(default=())


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every component, outer before inner."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        for inner in ("accessory", "component"):
            if component.get(inner):
                yield from walk((component[inner],))


def buttons(components: Iterable[Mapping[str, Any]]) -> list[Button]:
    return [_button(component) for component in walk(components) if component["type"] == Kind.BUTTON]


def _button(component: Mapping[str, Any]) -> Button:
    emoji = (component.get("emoji") or {}).get("name") or ""
    return Button(
        label=component.get("label") or emoji,
        custom_id=component.get("custom_id") or "",
        url=component.get("url") or "",
        style=component["style"],
        disabled=bool(component.get("disabled")),
    )


def texts(components: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the text displays among them say."""
    return [component["content"] for component in walk(components) if component["type"] == Kind.TEXT]


def fields(components: Iterable[Mapping[str, Any]]) -> list[Field]:
    """What a modal asks for, whether laid out in labels or in the older rows."""
    found = []
    for outer in components:
        if outer["type"] == Kind.LABEL:
            found.append(_field(outer["component"], outer["label"], outer.get("description") or ""))
        elif outer["type"] == Kind.ROW:
            found += [_field(inner, inner.get("label") or "", "") for inner in outer["components"]]
    return found


def _field(component: Mapping[str, Any], label: str, description: str) -> Field:
    kind = Kind(component["type"])
    is_text = kind is Kind.TEXT_INPUT
    return Field(
        label=label,
        kind=kind,
        custom_id=component["custom_id"],
        required=component.get("required", True),
        description=description,
        value=component.get("value") or "",
        placeholder=component.get("placeholder") or "",
        least=component.get("min_length" if is_text else "min_values") or (0 if is_text else 1),
        most=component.get("max_length" if is_text else "max_values") or (4000 if is_text else 1),
        options=component.get("options") or (),
    )


def embed_texts(embeds: Iterable[Mapping[str, Any]]) -> list[str]:
    """Everything an embed says, in reading order."""
    found: list[str | None] = []
    for embed in embeds:
        found += [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
        for part in embed.get("fields") or ():
            found += [part["name"], part["value"]]
        found.append((embed.get("footer") or {}).get("text"))
    return [text for text in found if text]
