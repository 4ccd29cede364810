"""What Discord demands of components: how many, how long, where, and no custom_id twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.wire.discord.components import SELECTS, Kind, texts, walk
from tests.wire.discord.refusals import Refusal, bad_choice, bad_form, bad_length, missing, too_long

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wire.discord.components import Json

CUSTOM_ID, LABEL, ROWS, IN_A_ROW, OPTIONS = 100, 80, 5, 5, 25
V2_TOTAL, V2_TEXT = 40, 4000
MODAL_TITLE, MODAL_PARTS, LABEL_TEXT, LABEL_DESCRIPTION = 45, 5, 45, 100
LINK = 5
_V2_ONLY = frozenset({Kind.SECTION, Kind.TEXT, Kind.THUMBNAIL, Kind.GALLERY, Kind.FILE, Kind.SEPARATOR, Kind.CONTAINER})
_V2_TOP = frozenset({Kind.ROW, *_V2_ONLY} - {Kind.THUMBNAIL})
_IN_LABELS = frozenset(
    {Kind.TEXT_INPUT, Kind.FILE_UPLOAD, Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP, Kind.CHECKBOX, *SELECTS}
)


def check_message_components(components: Sequence[Json], v2: bool, path: str = "components") -> None:
    """Raise 50035 for what Discord would not take on a message."""
    allowed = _V2_TOP if v2 else {Kind.ROW}
    for at, component in enumerate(components):
        if component.get("type") not in allowed:
            raise bad_choice(f"{path}.{at}.type", tuple(sorted(int(each) for each in allowed)))
        _check_part(component, f"{path}.{at}")
    if not v2 and len(components) > ROWS:
        raise bad_length(path, 1, ROWS)
    every = list(walk(components))
    if v2 and len(every) > V2_TOTAL:
        raise bad_form(
            path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"The total number of components exceeds {V2_TOTAL}"
        )
    if sum(len(text) for text in texts(components)) > V2_TEXT:
        raise bad_form(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"Text must be {V2_TEXT} or fewer in length.")
    _check_distinct(every, path)


def check_modal(modal: Json, path: str = "data") -> None:
    """Raise 50035 for a form Discord would not open."""
    _check_length(modal, "title", path, MODAL_TITLE)
    _check_length(modal, "custom_id", path, CUSTOM_ID)
    components = modal.get("components") or []
    if not 1 <= len(components) <= MODAL_PARTS:
        raise bad_length(f"{path}.components", 1, MODAL_PARTS)
    for at, component in enumerate(components):
        _check_modal_part(component, f"{path}.components.{at}")
    _check_distinct(list(walk(components)), f"{path}.components")


def _check_modal_part(component: Json, path: str) -> None:
    kind = component.get("type")
    if kind == Kind.LABEL:
        _check_length(component, "label", path, LABEL_TEXT)
        _check_optional(component, "description", path, LABEL_DESCRIPTION)
        inner = component.get("component") or {}
        if inner.get("type") not in _IN_LABELS:
            raise bad_choice(f"{path}.component.type", tuple(sorted(int(each) for each in _IN_LABELS)))
        _check_part(inner, f"{path}.component")
    elif kind == Kind.ROW:
        for at, inner in enumerate(component.get("components") or ()):
            if inner.get("type") != Kind.TEXT_INPUT:
                raise bad_choice(f"{path}.components.{at}.type", (4,))
            _check_part(inner, f"{path}.components.{at}")
    elif kind != Kind.TEXT:
        raise bad_choice(f"{path}.type", (1, 10, 18))


def _check_part(component: Json, path: str) -> None:
    kind = component.get("type")
    if kind == Kind.ROW:
        _check_row(component, path)
    elif kind == Kind.BUTTON:
        _check_button(component, path)
    elif kind in SELECTS:
        _check_select(component, path)
    elif kind == Kind.TEXT_INPUT:
        _check_length(component, "custom_id", path, CUSTOM_ID)
        _check_optional(component, "placeholder", path, 100)
    elif kind in (Kind.CONTAINER, Kind.SECTION):
        for at, inner in enumerate(component.get("components") or ()):
            _check_part(inner, f"{path}.components.{at}")
        if component.get("accessory"):
            _check_part(component["accessory"], f"{path}.accessory")
    elif kind == Kind.FILE_UPLOAD:
        _check_length(component, "custom_id", path, CUSTOM_ID)
        if component.get("max_values", 1) > 10:
            raise bad_form(f"{path}.max_values", "NUMBER_TYPE_MAX", "int value should be less than or equal to 10.")


def _check_row(row: Json, path: str) -> None:
    inside = row.get("components") or []
    if not 1 <= len(inside) <= IN_A_ROW:
        raise bad_length(f"{path}.components", 1, IN_A_ROW)
    if len(inside) > 1 and any(each.get("type") in SELECTS for each in inside):
        raise bad_form(
            f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
        )
    for at, component in enumerate(inside):
        if component.get("type") not in {Kind.BUTTON, *SELECTS}:
            raise bad_choice(f"{path}.components.{at}.type", (2, 3, 5, 6, 7, 8))
        _check_part(component, f"{path}.components.{at}")


def _check_button(button: Json, path: str) -> None:
    _check_optional(button, "label", path, LABEL)
    if not (button.get("label") or button.get("emoji")):
        raise bad_form(path, "BUTTON_COMPONENT_INVALID_EMPTY", "A button must have a label or an emoji")
    if button.get("style") == LINK:
        if not button.get("url") or button.get("custom_id"):
            raise bad_form(path, "BUTTON_COMPONENT_CUSTOM_ID_NOT_ALLOWED", "A link button has a url and no custom_id")
        return
    if button.get("style") not in (1, 2, 3, 4):
        raise bad_choice(f"{path}.style", (1, 2, 3, 4, 5, 6))
    _check_length(button, "custom_id", path, CUSTOM_ID)


def _check_select(select: Json, path: str) -> None:
    _check_length(select, "custom_id", path, CUSTOM_ID)
    _check_optional(select, "placeholder", path, 150)
    if select["type"] != Kind.STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= OPTIONS:
        raise bad_length(f"{path}.options", 1, OPTIONS)
    values: set[str] = set()
    for at, option in enumerate(options):
        for name in ("label", "value"):
            _check_length(option, name, f"{path}.options.{at}", 100)
        if option["value"] in values:
            raise bad_form(
                f"{path}.options",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        values.add(option["value"])


def _check_distinct(components: Sequence[Any], path: str) -> None:
    seen: set[str] = set()
    for component in components:
        custom_id = component.get("custom_id")
        if custom_id in seen:
            raise bad_form(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        if custom_id is not None:
            seen.add(custom_id)


def _check_length(body: Json, name: str, path: str, most: int) -> None:
    value = body.get(name)
    if value is None:
        raise missing(f"{path}.{name}")
    if not 1 <= len(value) <= most:
        raise bad_length(f"{path}.{name}", 1, most)


def _check_optional(body: Json, name: str, path: str, most: int) -> None:
    refusal: Refusal | None = too_long(f"{path}.{name}", most) if len(body.get(name) or "") > most else None
    if refusal is not None:
        raise refusal
