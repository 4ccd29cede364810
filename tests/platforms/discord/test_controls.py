import pytest

from bot.model import Answer, Button, ButtonStyle, Field, FieldKind, Form, Run, Speech, Upload
from bot.platforms.discord import controls, speaking, write


async def test_buttons_carry_their_token_and_are_not_kept_in_memory() -> None:
    rows = ((Button("Delete", "tok1", ButtonStyle.DANGER), Button("Rules", "https://example.org", ButtonStyle.LINK)),)

    view = controls.buttons(rows)

    row = view.to_components()[0]["components"]
    assert (row[0]["custom_id"], row[0]["style"]) == ("p:tok1", 4)
    assert (row[1]["url"], "custom_id" in row[1]) == ("https://example.org", False)
    assert view.is_finished()


async def test_a_row_of_six_buttons_becomes_two_rows() -> None:
    rows = (tuple(Button(f"b{number}", f"t{number}") for number in range(6)),)

    view = controls.buttons(rows)

    assert [len(row["components"]) for row in view.to_components()] == [5, 1]


async def test_more_rows_than_discord_shows_are_a_bug_that_is_told() -> None:
    rows = tuple((Button("b", f"t{number}"),) for number in range(6))

    with pytest.raises(ValueError, match="5 rows"):
        controls.buttons(rows)


async def test_a_form_is_a_modal_with_its_token_and_field_names() -> None:
    form = Form(
        "tok",
        "Escalate",
        (
            Field("reason", "What happened?", FieldKind.TEXT, limit=9000),
            Field("shots", "Screenshots", FieldKind.FILES, required=False, limit=12),
        ),
    )

    window = controls.modal(form).to_dict()

    assert window["custom_id"] == "f:tok"
    text, files = (one["component"] for one in window["components"])
    assert (text["custom_id"], text["style"], text["max_length"]) == ("reason", 2, 4000)
    assert (files["type"], files["custom_id"], files["min_values"], files["max_values"]) == (19, "shots", 0, 10)


async def test_a_long_label_stays_readable_whole_below_it() -> None:
    label = "Tell us in your own words what happened, and when"

    window = controls.modal(Form("t", "x" * 60, (Field("a", label),))).to_dict()

    shown = window["components"][0]
    assert shown["label"].endswith("…")
    assert len(shown["label"]) <= 45
    assert shown["description"] == label
    assert len(window["title"]) == 45


def test_a_form_that_cannot_open_stands_behind_a_button() -> None:
    answer = Answer(form=Form("tok", "Escalate", ()))

    shown = controls.with_opener(answer, "Open the form")

    assert shown.form is None
    assert shown.buttons[-1][0].token == "f:tok"


def test_buttons_and_files_go_with_the_last_part() -> None:
    uploads = tuple(Upload(f"{number}.png", "image/png", b"x") for number in range(12))
    answer = Answer(Speech((Run("word " * 500),)), ((Button("b", "t"),),), uploads)

    found = speaking.parcels(answer)

    assert [(bool(one.text), len(one.files), one.last) for one in found] == [
        (True, 0, False),
        (False, 10, False),
        (True, 2, True),
    ]


def test_each_part_has_a_nonce_of_its_own_that_stays_the_same() -> None:
    first, second = speaking.part_nonce("notice:7", 0), speaking.part_nonce("notice:7", 1)

    assert first == "notice:7"
    assert second == speaking.part_nonce("notice:7", 1) != first
    assert len(second) <= 25


def test_mentions_are_never_let_through() -> None:
    let_through = write.MENTIONS.everyone or write.MENTIONS.users or write.MENTIONS.roles or write.MENTIONS.replied_user

    assert not let_through
