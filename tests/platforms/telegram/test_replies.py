"""Where answers go: to the person alone, into the group, onto the button."""

import telegram

from bot.model import AccountRef, Answer, AuthorKind, Button, Field, Form, Place, Run, Speech
from bot.platforms.telegram import read
from bot.platforms.telegram.listen import place_of
from bot.platforms.telegram.replies import GLANCE, TOAST, Replies, is_toast
from tests.platforms.telegram.conftest import Scene, ref
from tests.wire.telegram import Message

FORM = Form("tok", "A report", (Field("who", "Who was it?"),))


def said(text: str, *, private: bool = True, form: Form | None = None) -> Answer:
    return Answer(Speech((Run(text),)) if text else Speech(), private=private, form=form)


async def ready(scene: Scene) -> Replies:
    await scene.adapter.connection.open()
    return Replies(scene.adapter.connection)


def as_read(scene: Scene, message: Message) -> telegram.Message:
    found = telegram.Message.de_json(message.as_json(), scene.adapter.connection.bot)
    assert found is not None
    return found


async def answered(
    scene: Scene, answer: Answer, *, quiet: bool = False, kind: AuthorKind = AuthorKind.PERSON
) -> Message:
    replies = await ready(scene)
    message = await scene.alice.say(scene.chess, "/help")
    account = AccountRef("telegram", str(scene.alice.id), "Alice", kind=kind)
    await replies.to_command(as_read(scene, message), account, answer, quiet=quiet)
    return message


async def test_a_private_answer_goes_to_the_person_alone(scene: Scene) -> None:
    await scene.alice.start(scene.robot)

    await answered(scene, said("for you"))

    assert [one.text for one in scene.alice.inbox] == ["for you"]
    assert "for you" not in [one.text for one in scene.chess.messages]


async def test_a_public_answer_replies_in_the_group(scene: Scene) -> None:
    message = await answered(scene, said("for all", private=False))

    assert (await scene.chess.hears("for all")).reply_to == message


async def test_who_never_opened_a_chat_is_shown_how_in_a_word(scene: Scene) -> None:
    await answered(scene, said("for you"))

    hint = await scene.chess.hears("I can only answer you in private")
    assert "for you" not in hint.text
    assert hint.buttons[0][0].url == "https://t.me/porter_bot?start=open"


async def test_for_who_never_opened_a_chat_a_form_waits_behind_the_address(scene: Scene) -> None:
    await answered(scene, said("", form=FORM))

    hint = await scene.chess.hears("I can only answer you in private")
    assert hint.buttons[0][0].url == "https://t.me/porter_bot?start=f_tok"


async def test_of_a_flag_the_group_hears_nothing_whatever_happens(scene: Scene) -> None:
    before = len(scene.chess.messages)

    await answered(scene, said("thank you"), quiet=True)
    await answered(scene, said("thank you", private=False), quiet=True, kind=AuthorKind.ANONYMOUS)

    assert scene.telegram.journal.applied("sendMessage") == []
    assert len(scene.chess.messages) == before + 2


async def test_who_has_no_private_chat_at_all_is_answered_in_the_group(scene: Scene) -> None:
    await answered(scene, said("turn off “Remain anonymous”"), kind=AuthorKind.ANONYMOUS)

    assert (await scene.chess.hears("turn off")).sender is not None


async def test_an_answer_waits_as_long_as_telegram_asks(scene: Scene) -> None:
    await scene.alice.start(scene.robot)
    scene.telegram.faults.flood("sendMessage", retry_after=1)

    await answered(scene, said("in the end"))

    assert [one.text for one in scene.alice.inbox] == ["in the end"]


async def test_an_answer_whose_fate_is_unknown_is_not_said_again(scene: Scene) -> None:
    await scene.alice.start(scene.robot)
    scene.telegram.faults.reset_after("sendMessage")

    await answered(scene, said("once"))

    assert [one.text for one in scene.alice.inbox] == ["once"]


async def press(scene: Scene, answer: Answer, place: Place | None = None) -> dict[str, object]:
    """Press a button in the group, or in that place; answers what answered it."""
    replies = await ready(scene)
    sent = await scene.adapter.say(place or scene.place, Answer(Speech((Run("Case 7"),)), ((Button("Close", "tok"),),)))
    chat = scene.chess if place is None else scene.alice.private(scene.robot)
    message = next(one for one in chat.messages if str(one.id) == sent.id)
    query = telegram.CallbackQuery(
        "q", telegram.User(scene.alice.id, "Alice", is_bot=False), "i", as_read(scene, message), data="p:tok"
    )
    query.set_bot(scene.adapter.connection.bot)
    scene.telegram.faults.answer("answerCallbackQuery", status=200, body='{"ok": true, "result": true}')
    await replies.to_press(query, place_of(query), answer)
    calls = [call for call in scene.telegram.journal.calls if call.method == "answerCallbackQuery"]
    assert len(calls) == 1
    return dict(calls[0].args)


async def test_a_short_private_answer_shows_on_the_button(scene: Scene) -> None:
    shown = await press(scene, said("Closed."))

    assert shown["text"] == "Closed."
    assert not shown.get("show_alert")
    assert scene.alice.inbox == []


async def test_a_longer_one_stays_until_it_is_closed(scene: Scene) -> None:
    shown = await press(scene, said("x" * (GLANCE + 1)))

    assert shown["show_alert"] is True


async def test_an_answer_too_long_for_the_button_is_written(scene: Scene) -> None:
    await scene.alice.start(scene.robot)

    shown = await press(scene, said("x" * (TOAST + 1)))

    assert shown["text"] == "I have written to you in private."
    assert scene.alice.inbox[-1].text == "x" * (TOAST + 1)


async def test_who_never_opened_a_chat_is_led_there_by_the_button(scene: Scene) -> None:
    shown = await press(scene, said("", form=FORM))

    assert shown["text"] == "Open a chat with me first, and press Start."
    assert shown["url"] == "https://t.me/porter_bot?start=f_tok"


async def test_a_public_answer_to_a_press_is_said_in_the_group(scene: Scene) -> None:
    shown = await press(scene, said("Olu has taken it.", private=False))

    assert "text" not in shown
    assert (await scene.chess.hears("Olu")).text == "Olu has taken it."


async def test_in_the_private_chat_the_answer_is_a_message(scene: Scene) -> None:
    await scene.alice.start(scene.robot)

    shown = await press(scene, said("Acknowledged."), Place("telegram", str(scene.alice.id), private=True))

    assert "text" not in shown
    assert scene.alice.inbox[-1].text == "Acknowledged."


async def test_nothing_to_say_still_answers_the_button(scene: Scene) -> None:
    shown = await press(scene, Answer())

    assert "text" not in shown


def test_only_words_fit_on_a_button() -> None:
    assert is_toast(said("Closed."))
    assert is_toast(Answer())
    assert not is_toast(said("x" * (TOAST + 1)))
    assert not is_toast(said("for all", private=False))
    assert not is_toast(said("", form=FORM))


async def test_of_an_old_message_only_the_chat_is_known(scene: Scene) -> None:
    chat = telegram.Chat(scene.chess.id, "supergroup", title="Chess Society")
    old = telegram.InaccessibleMessage(chat, 5)
    user = telegram.User(scene.alice.id, "Alice", is_bot=False)

    place = place_of(telegram.CallbackQuery("q", user, "i", old, data="p:tok"))

    assert place == scene.place
    assert place_of(telegram.CallbackQuery("q", user, "i")) == read.chat_place(
        telegram.Chat(scene.alice.id, "private", first_name="Alice")
    )
    assert ref(scene.alice) == read.account(user)
