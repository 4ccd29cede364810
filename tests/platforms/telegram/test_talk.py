"""Saying something on Telegram, changing it, pinning it."""

from datetime import UTC, datetime

import pytest

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, Uncertain, Unreachable
from bot.model import Answer, Button, MessageRef, Place, Priority, Run, Speech, Style, Upload
from bot.outbox.pace import bearing_of
from bot.platforms.telegram.errors import UNREACHED
from bot.ports import Sent
from tests.platforms.telegram.conftest import Scene, ref
from tests.wire.telegram import picture


def said(text: str, *buttons: Button) -> Answer:
    return Answer(Speech((Run(text),)), (buttons,) if buttons else ())


def shot(width: int = 4, height: int = 4) -> Upload:
    return Upload("evidence.png", "image/png", picture(width, height), "A picture of the message")


async def test_what_we_say_is_read_as_it_was_meant(scene: Scene) -> None:
    speech = Speech((Run("😀 Be "), Run("kind", Style.BOLD), Run(", *all* of <you>.")))

    sent = await scene.adapter.say(scene.place, Answer(speech))

    (message,) = scene.chess.visible_to(scene.alice)[-1:]
    assert message.text == "😀 Be kind, *all* of <you>."
    assert message.styled == [("bold", "kind")]
    assert sent == Sent(scene.place, str(message.id))
    assert scene.telegram.journal.applied("sendMessage")[-1].args["link_preview_options"] == {"is_disabled": True}


async def test_buttons_come_with_what_we_say(scene: Scene) -> None:
    await scene.adapter.say(scene.place, said("Case 7", Button("Close", "tok"), Button("Later", "tok2")))

    (message,) = scene.chess.visible_to(scene.alice)[-1:]
    assert [(one.text, one.data) for one in message.buttons[0]] == [("Close", "p:tok"), ("Later", "p:tok2")]


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last(scene: Scene) -> None:
    text = "\n".join(f"line {number}" for number in range(900))

    sent = await scene.adapter.say(scene.place, said(text, Button("Close", "tok")))

    parts = [one for one in scene.chess.visible_to(scene.alice) if one.text.startswith("line")]
    assert "\n".join(one.text for one in parts) == text
    assert [bool(one.buttons) for one in parts] == [False] * (len(parts) - 1) + [True]
    assert sent.id == str(parts[-1].id)


async def test_a_topic_is_written_in_and_general_is_not_named(scene: Scene) -> None:
    forum = scene.telegram.supergroup("Forum", creator=scene.una, forum=True)
    forum.promote(scene.robot)
    topic = forum.topic("Openings")
    place = Place("telegram", str(forum.id), str(topic.id))

    sent = await scene.adapter.say(place, said("in the topic"))
    await scene.adapter.say(Place("telegram", str(forum.id), "1"), said("in general"))

    assert (await forum.hears("in the topic")).topic == topic
    assert (await forum.hears("in general")).topic is None
    assert sent.place.channel == str(topic.id)


async def test_a_reply_to_what_is_gone_is_said_all_the_same(scene: Scene) -> None:
    message = await scene.alice.say(scene.chess, "gone soon")
    await scene.alice.erase(message)

    await scene.adapter.say(scene.place, said("About that"), reply_to=MessageRef(scene.place, str(message.id)))

    assert (await scene.chess.hears("About that")).reply_to is None


async def test_a_picture_is_shown_as_one_with_its_text(scene: Scene) -> None:
    await scene.adapter.say(scene.place, Answer(Speech((Run("Look"),)), files=(shot(),)))

    message = await scene.chess.hears("Look")
    assert message.picture == shot().data
    assert message.caption == "Look"


async def test_several_pictures_come_as_an_album_and_the_text_with_the_buttons_after_them(scene: Scene) -> None:
    answer = Answer(Speech((Run("Case 7"),)), ((Button("Close", "tok"),),), (shot(), shot(), shot()))

    await scene.adapter.say(scene.place, answer)

    *pictures, text = scene.chess.visible_to(scene.alice)[-4:]
    assert len({one.album for one in pictures}) == 1
    assert [one.caption for one in pictures] == ["A picture of the message"] * 3
    assert text.labels == ["Close"]


async def test_a_picture_telegram_cannot_show_goes_as_a_document(scene: Scene) -> None:
    scene.telegram.faults.refuse("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")

    await scene.adapter.say(scene.place, Answer(Speech((Run("Tall"),)), files=(shot(),)))

    message = await scene.chess.hears("Tall")
    assert message.picture is None
    assert message.document is not None


async def test_a_file_too_large_for_telegram_is_refused_before_anything_is_said(scene: Scene) -> None:
    big = Upload("big.zip", "application/zip", b"x" * 50_000_001)

    with pytest.raises(PlatformError, match=r"“big\.zip” is larger than the 50 MB"):
        await scene.adapter.say(scene.place, Answer(Speech((Run("x"),)), files=(big,)))

    assert scene.telegram.journal.calls == []


async def test_a_person_who_opened_the_chat_is_written_to(scene: Scene) -> None:
    await scene.alice.start(scene.robot)

    sent = await scene.adapter.direct(ref(scene.alice), said("Hello"))

    assert scene.alice.inbox[-1].text == "Hello"
    assert sent.place == Place("telegram", str(scene.alice.id), private=True)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("new", "They have not opened a chat with Porter yet."),
        ("blocked", "They have blocked Porter."),
        ("deactivated", "Their account no longer exists."),
    ],
)
async def test_a_person_who_cannot_be_written_to_is_unreachable(scene: Scene, state: str, sentence: str) -> None:
    if state != "new":
        await scene.alice.start(scene.robot)
    if state == "blocked":
        scene.alice.block(scene.robot)
    if state == "deactivated":
        scene.alice.deactivate()

    with pytest.raises(Unreachable) as caught:
        await scene.adapter.direct(ref(scene.alice), said("Hello"))

    assert str(caught.value) == sentence


async def test_who_asks_to_join_is_written_to_while_the_request_is_open(scene: Scene) -> None:
    bob = scene.telegram.user("Bob")
    await bob.asks_to_join(scene.chess)

    await scene.adapter.direct(ref(bob), said("Welcome at the door"), place=str(bob.id))

    assert bob.inbox[-1].text == "Welcome at the door"


async def test_when_the_door_is_shut_the_chat_they_opened_themselves_does(scene: Scene) -> None:
    await scene.alice.start(scene.robot)

    await scene.adapter.direct(ref(scene.alice), said("Still here"), place="987654321")

    assert scene.alice.inbox[-1].text == "Still here"


async def test_what_we_said_can_be_replaced_and_saying_it_again_is_no_error(scene: Scene) -> None:
    sent = await scene.adapter.say(scene.place, said("Open", Button("Close", "tok")))

    await scene.adapter.edit(sent, said("Closed"))
    await scene.adapter.edit(sent, said("Closed"))

    message = await scene.chess.hears("Closed")
    assert str(message.id) == sent.id
    assert message.buttons == []


async def test_the_words_under_a_picture_can_be_replaced(scene: Scene) -> None:
    sent = await scene.adapter.say(scene.place, Answer(Speech((Run("Before"),)), files=(shot(),)))

    await scene.adapter.edit(sent, said("After " + "long " * 400))
    await scene.adapter.edit(sent, said("After " + "long " * 400))

    message = await scene.chess.hears("After")
    assert message.picture == shot().data
    assert message.caption.endswith("one message cannot hold more)")


async def test_what_is_gone_cannot_be_replaced(scene: Scene) -> None:
    with pytest.raises(Gone):
        await scene.adapter.edit(Sent(scene.place, "999999"), said("x"))


async def test_what_we_said_is_pinned_without_a_sound(scene: Scene) -> None:
    sent = await scene.adapter.say(scene.place, said("Statement"))

    await scene.adapter.pin(sent)

    assert [one.text for one in scene.chess.pinned] == ["Statement"]
    assert scene.telegram.journal.applied("pinChatMessage")[-1].args["disable_notification"] is True


async def test_without_the_right_to_pin_the_right_is_named(scene: Scene) -> None:
    scene.chess.promote(scene.robot, can_pin_messages=False)
    sent = await scene.adapter.say(scene.place, said("Statement"))

    with pytest.raises(Forbidden, match="Porter lacks the right “Pin messages” in “Chess Society”"):
        await scene.adapter.pin(sent)


async def test_a_wait_that_telegram_asks_for_is_handed_on(scene: Scene) -> None:
    scene.telegram.faults.flood("sendMessage", retry_after=7)

    with bearing_of(Priority.NOTICE, 1.5), pytest.raises(RateLimited) as caught:
        await scene.adapter.say(scene.place, said("x"))

    assert caught.value.retry_after == 7


async def test_an_answer_that_never_came_leaves_it_uncertain(scene: Scene) -> None:
    scene.telegram.faults.reset_after("sendMessage")

    with pytest.raises(Uncertain):
        await scene.adapter.say(scene.place, said("perhaps"))

    assert (await scene.chess.hears("perhaps")).text == "perhaps"


async def test_a_call_that_found_no_connection_may_be_made_again(scene: Scene) -> None:
    await scene.telegram.go_down()

    with pytest.raises(PlatformError) as caught:
        await scene.adapter.say(scene.place, said("x"))

    assert (type(caught.value), caught.value.code) == (PlatformError, UNREACHED)


async def test_a_fault_of_the_server_leaves_it_uncertain(scene: Scene) -> None:
    scene.telegram.faults.answer("sendMessage", status=502)

    with pytest.raises(Uncertain):
        await scene.adapter.say(scene.place, said("x"))


async def test_once_a_part_was_said_a_failure_is_uncertain(scene: Scene) -> None:
    scene.telegram.faults.refuse("sendMessage", 403, "Forbidden: bot was kicked from the supergroup chat")
    answer = Answer(Speech((Run("x" * 2000),)), files=(shot(),))

    with pytest.raises(Uncertain, match="Only a part of it could be said"):
        await scene.adapter.say(scene.place, answer)


async def test_between_parts_a_wait_is_waited_out(scene: Scene) -> None:
    scene.telegram.faults.flood("sendMessage", retry_after=1)

    await scene.adapter.say(scene.place, Answer(Speech((Run("y" * 2000),)), files=(shot(),)))

    assert (await scene.chess.hears("yyy")).text == "y" * 2000


async def test_a_group_that_became_a_supergroup_is_followed(scene: Scene) -> None:
    group = scene.telegram.group("Small", creator=scene.una)
    group.promote(scene.robot)
    scene.bind(group)
    moved = group.upgrade()

    sent = await scene.adapter.say(Place("telegram", str(group.id)), said("still with you"))

    assert sent.place.chat == str(moved.id)
    assert (await moved.hears("still with you")).id == int(sent.id)


async def test_telegram_tells_nothing_of_what_was_said(scene: Scene) -> None:
    ref_ = MessageRef(scene.place, "1")

    with pytest.raises(Forbidden, match="does not let bots look up"):
        await scene.adapter.find_own(scene.place, "case 7", datetime.now(UTC))

    assert await scene.adapter.message(ref_) is None
    assert await scene.adapter.around(ref_, 5, 5) == ()
    assert (scene.adapter.can_list_members, scene.adapter.can_read_history) == (False, False)
