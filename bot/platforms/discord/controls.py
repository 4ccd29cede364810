"""Buttons and forms as Discord's components. None is kept in memory: a press or a form sent back is told by its id."""

import io
from collections.abc import Sequence

import discord
from discord import ui

from bot.model import Answer, Button, ButtonStyle, Field, FieldKind, Form, Upload

PRESS, FORM = "p:", "f:"
ROWS, ROW = 5, 5
BUTTON_LABEL, FORM_TITLE, FIELD_LABEL, FIELD_HINT = 80, 45, 45, 100
FORM_FIELDS, TEXT_LIMIT, FILE_LIMIT, ALT_LIMIT = 5, 4000, 10, 1024
STYLES = {
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.PLAIN: discord.ButtonStyle.secondary,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
}


def shown(label: str, limit: int) -> str:
    """A label that fits, with an ellipsis where some of it does not."""
    return label if len(label) <= limit else f"{label[: limit - 1].rstrip()}…"


def buttons(rows: Sequence[Sequence[Button]]) -> ui.View:
    """Rows of buttons. Raises `ValueError` for more than Discord's five rows of five."""
    view = ui.View(timeout=None)
    lines = [row[start : start + ROW] for row in rows for start in range(0, len(row), ROW)]
    if len(lines) > ROWS:
        raise ValueError(f"Discord shows {ROWS} rows of buttons; {len(lines)} were asked for.")
    for number, line in enumerate(lines):
        for one in line:
            view.add_item(_button(one, number))
    view.stop()
    return view


def _button(one: Button, row: int) -> ui.Button[ui.View]:
    label = shown(one.label, BUTTON_LABEL)
    if one.style is ButtonStyle.LINK:
        return ui.Button(label=label, url=one.token, row=row)
    custom_id = one.token if one.token.startswith(FORM) else PRESS + one.token
    return ui.Button(label=label, style=STYLES[one.style], custom_id=custom_id, row=row)


def opener(form: Form, label: str) -> Button:
    """The button that opens a form, where it cannot open at once."""
    return Button(label, FORM + form.token, ButtonStyle.PRIMARY)


def modal(form: Form) -> ui.Modal:
    """A form as a modal. Raises `ValueError` for more fields than a modal holds."""
    if len(form.fields) > FORM_FIELDS:
        raise ValueError(f"A Discord form holds {FORM_FIELDS} fields; {len(form.fields)} were asked for.")
    window = ui.Modal(title=shown(form.title, FORM_TITLE), timeout=None, custom_id=FORM + form.token)
    for one in form.fields:
        window.add_item(_field(one))
    window.stop()
    return window


def _field(one: Field) -> "ui.Label[ui.Modal]":
    label = shown(one.label, FIELD_LABEL)
    hint = one.hint or (one.label if label != one.label else "")
    return ui.Label(text=label, description=shown(hint, FIELD_HINT) or None, component=_entry(one))


def _entry(one: Field) -> "ui.FileUpload[ui.Modal] | ui.TextInput[ui.Modal]":
    if one.kind is FieldKind.FILES:
        least = 1 if one.required else 0
        most = min(max(one.limit, 1), FILE_LIMIT)
        return ui.FileUpload(custom_id=one.name, required=one.required, min_values=least, max_values=most)
    style = discord.TextStyle.paragraph if one.kind is FieldKind.TEXT else discord.TextStyle.short
    return ui.TextInput(
        custom_id=one.name, style=style, required=one.required, max_length=min(one.limit, TEXT_LIMIT), row=None
    )


def files(uploads: Sequence[Upload]) -> list[discord.File]:
    """Files to send, with their descriptions."""
    return [
        discord.File(io.BytesIO(one.data), filename=one.name, description=shown(one.alt, ALT_LIMIT) or None)
        for one in uploads
    ]


def with_opener(answer: Answer, label: str) -> Answer:
    """An answer whose form opens behind a button."""
    if answer.form is None:
        return answer
    rows = (*answer.buttons, (opener(answer.form, label),))
    return Answer(answer.speech, rows, answer.files, None, answer.private)
