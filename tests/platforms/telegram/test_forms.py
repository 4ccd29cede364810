"""Forms, asked field by field, kept on disk."""

import pytest
import telegram

from bot.errors import Unreachable
from bot.model import AccountRef, Answer, Field, FieldKind, Form, Place
from bot.platforms.telegram.forms import DONE, SKIP, Forms, Progress, of_json, to_json
from tests.platforms.telegram.conftest import Scene, ref
from tests.wire.telegram import Message, picture

FORM = Form(
    "tok",
    "A report",
    (
        Field("who", "Who was it?", limit=10),
        Field("what", "What happened?", FieldKind.TEXT, required=False, limit=50, hint="As you remember it."),
        Field("shots", "Screenshots", FieldKind.FILES, limit=3),
        Field("more", "Anything else?", FieldKind.TEXT),
    ),
)


async def nowhere(_account: AccountRef, _answer: Answer) -> None:
    raise AssertionError("nothing is sent in here")


async def begun(scene: Scene) -> Forms:
    """Alice has been asked the first question."""
    await scene.alice.start(scene.robot)
    forms = Forms(scene.adapter.connection, nowhere)
    await forms.open(ref(scene.alice), FORM, scene.place)
    return forms


async def tell(scene: Scene, forms: Forms, message: Message, *, first: bool = True) -> bool:
    found = telegram.Message.de_json(message.as_json(), scene.adapter.connection.bot)
    assert found is not None
    return await forms.feed(ref(scene.alice), found, first=first)


async def writes(scene: Scene, forms: Forms, text: str) -> str:
    """Alice answers; what she reads then."""
    assert await tell(scene, forms, await scene.alice.writes(scene.robot, text))
    return scene.alice.inbox[-1].text


async def test_the_first_question_says_what_it_is_about_and_how_to_stop(scene: Scene) -> None:
    await begun(scene)

    question = scene.alice.inbox[-1]
    assert question.text.startswith("A report\nWho was it?")
    assert "/cancel" in question.text
    assert question.labels == []


async def test_an_answer_leads_to_the_next_question(scene: Scene) -> None:
    forms = await begun(scene)

    asked = await writes(scene, forms, "Mallory")

    assert asked.startswith("What happened?\nAs you remember it.")
    assert scene.alice.inbox[-1].labels == ["Skip"]


async def test_where_somebody_stands_survives_a_restart(scene: Scene) -> None:
    await begun(scene)

    asked = await writes(scene, Forms(scene.adapter.connection, nowhere), "Mallory")

    assert asked.startswith("What happened?")


async def test_an_answer_too_long_is_asked_for_again(scene: Scene) -> None:
    forms = await begun(scene)

    asked = await writes(scene, forms, "x" * 11)

    assert asked == "That has 11 characters; 10 fit. Please write it shorter."
    assert (await writes(scene, forms, "Mallory")).startswith("What happened?")


async def test_a_picture_is_no_answer_to_a_question_for_words(scene: Scene) -> None:
    forms = await begun(scene)

    assert await tell(scene, forms, await scene.alice.writes(scene.robot, photo=picture()))

    assert scene.alice.inbox[-1].text == "Please write the answer as text."


async def test_what_is_not_required_can_be_left_out(scene: Scene) -> None:
    forms = await begun(scene)
    await writes(scene, forms, "Mallory")

    assert await forms.press(ref(scene.alice), SKIP, "tok", "q1")

    assert scene.alice.inbox[-1].text.startswith("Screenshots")


async def test_the_same_press_twice_leaves_out_one_question_only(scene: Scene) -> None:
    forms = await begun(scene)
    await writes(scene, forms, "Mallory")

    await forms.press(ref(scene.alice), SKIP, "tok", "q1")
    await forms.press(ref(scene.alice), SKIP, "tok", "q1")

    assert scene.alice.inbox[-1].text.startswith("Screenshots")


async def test_the_same_message_twice_answers_one_question_only(scene: Scene) -> None:
    forms = await begun(scene)
    message = await scene.alice.writes(scene.robot, "Mallory")

    await tell(scene, forms, message)
    await tell(scene, forms, message)

    assert [one.text.split("\n")[0] for one in scene.alice.inbox[-2:]] == ["What happened?", "What happened?"]


async def test_what_is_required_cannot_be_left_out(scene: Scene) -> None:
    forms = await begun(scene)

    assert await forms.press(ref(scene.alice), SKIP, "tok", "q1")

    assert scene.alice.inbox[-1].text.startswith("A report\nWho was it?")


async def at_the_files(scene: Scene) -> Forms:
    forms = await begun(scene)
    await writes(scene, forms, "Mallory")
    await forms.press(ref(scene.alice), SKIP, "tok", "q1")
    return forms


async def test_files_are_taken_until_done_is_pressed(scene: Scene) -> None:
    forms = await at_the_files(scene)

    for _ in range(2):
        await tell(scene, forms, await scene.alice.writes(scene.robot, photo=picture()))
    taken = scene.alice.inbox[-1]
    await forms.press(ref(scene.alice), DONE, "tok", "q2")

    assert taken.text == "Received. Send more, or press Done."
    assert taken.labels == ["Done"]
    assert scene.alice.inbox[-1].text.startswith("Anything else?")


async def test_an_album_is_thanked_for_once(scene: Scene) -> None:
    forms = await at_the_files(scene)
    one, two = await scene.alice.album(scene.alice.private(scene.robot), [picture(), picture()])

    await tell(scene, forms, one, first=True)
    await tell(scene, forms, two, first=False)

    assert [message.text for message in scene.alice.inbox].count("Received. Send more, or press Done.") == 1


async def test_when_no_more_files_fit_the_next_question_comes_by_itself(scene: Scene) -> None:
    forms = await at_the_files(scene)

    for _ in range(3):
        await tell(scene, forms, await scene.alice.writes(scene.robot, photo=picture()))

    assert scene.alice.inbox[-1].text.startswith("Anything else?")


async def test_done_without_a_file_asks_for_one(scene: Scene) -> None:
    forms = await at_the_files(scene)

    await forms.press(ref(scene.alice), DONE, "tok", "q2")

    assert scene.alice.inbox[-1].text.startswith("Screenshots")


async def test_words_are_no_file(scene: Scene) -> None:
    forms = await at_the_files(scene)

    assert "Send photos or files" in await writes(scene, forms, "here")


async def test_a_form_can_be_stopped(scene: Scene) -> None:
    forms = await begun(scene)

    await forms.cancel(ref(scene.alice))

    assert scene.alice.inbox[-1].text == "Cancelled. Nothing was sent."
    assert not await tell(scene, forms, await scene.alice.writes(scene.robot, "Mallory"))


async def test_where_there_is_no_form_there_is_nothing_to_stop(scene: Scene) -> None:
    await scene.alice.start(scene.robot)

    await Forms(scene.adapter.connection, nowhere).cancel(ref(scene.alice))

    assert scene.alice.inbox[-1].text == "There is nothing to cancel."


async def test_a_form_left_alone_for_a_day_is_forgotten(scene: Scene) -> None:
    forms = await begun(scene)

    scene.telegram.clock.advance(hours=25)

    assert not await tell(scene, forms, await scene.alice.writes(scene.robot, "Mallory"))


async def test_a_button_of_another_form_does_nothing(scene: Scene) -> None:
    forms = await begun(scene)

    assert not await forms.press(ref(scene.alice), SKIP, "other", "q1")


async def test_a_form_does_not_begin_with_who_cannot_be_asked(scene: Scene) -> None:
    forms = Forms(scene.adapter.connection, nowhere)

    with pytest.raises(Unreachable):
        await forms.open(ref(scene.alice), FORM, scene.place)
    await scene.alice.start(scene.robot)

    assert not await tell(scene, forms, await scene.alice.writes(scene.robot, "Mallory"))


def test_where_somebody_stands_is_the_same_after_it_was_kept() -> None:
    place = Place("telegram", "-100", "7")
    progress = Progress(FORM, place, 2, {"who": "Mallory"}, (), "55")

    assert of_json(*to_json(progress)) == progress
