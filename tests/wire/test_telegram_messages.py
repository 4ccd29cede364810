"""What is said and shown: texts, pictures, albums, replies, edits, buttons and files; and what is refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest

from tests.wire.telegram import Button, Clock, File, ImpossibleError, Poll, Toast, picture
from tests.wire.telegram.client import Society, society

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Acknowledge", callback_data="ack:1")]])


@pytest.fixture
async def chess_society() -> AsyncIterator[Society]:
    async with society(Clock(1_700_000_000)) as running:
        yield running
        assert running.telegram.problems == []


async def test_offsets_count_utf16_units_in_both_directions(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    await alice.say(chess, "😀 see https://example.org and @porter_bot /help")

    (update,) = await bot.get_updates()
    sent = await bot.send_message(chess.id, "😀 bold", entities=[MessageEntity("bold", 3, 4)])

    assert update.message
    assert [update.message.parse_entity(one) for one in update.message.entities] == [
        "https://example.org",
        "@porter_bot",
        "/help",
    ]
    assert chess.messages[-1].styled == [("bold", "bold")]
    assert sent.entities[0].offset == 3


@pytest.mark.parametrize(
    ("text", "entities", "said"),
    [
        ("", None, "Message text is empty"),
        ("   ", None, "Message text is empty"),
        ("x" * 4097, None, "Message is too long"),
        ("😀" * 2049, None, "Message is too long"),
        ("abc", [MessageEntity("bold", 1, 5)], "Entity beginning at utf-16 offset 1 ends after the end of the text"),
        ("abc", [MessageEntity("bold", 7, 1)], "Entity begins after the end of the text"),
        ("😀", [MessageEntity("bold", 0, 1)], "ends in a middle of a utf-16 symbol"),
    ],
)
async def test_a_text_that_cannot_be_sent_is_refused(
    chess_society: Society, text: str, entities: list[MessageEntity] | None, said: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){said}"):
        await chess_society.bot.send_message(chess_society.chess.id, text, entities=entities)

    assert chess_society.chess.said == []


async def test_an_album_is_one_update_each_with_the_caption_on_the_first(chess_society: Society) -> None:
    await chess_society.alice.album(chess_society.chess, [picture(), picture(200, 100)], caption="two boards")

    first, second = (update.message for update in await chess_society.bot.get_updates())

    assert first
    assert second
    assert (first.caption, second.caption) == ("two boards", None)
    assert first.media_group_id == second.media_group_id
    assert [size.width for size in second.photo] == [90, 200]


async def test_a_bot_sends_pictures_documents_and_albums_that_people_can_open(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    shot = picture(300, 200)

    await bot.send_photo(chess.id, shot, caption="a shot")
    await bot.send_document(chess.id, b"%PDF", filename="case.pdf", caption="the case")
    await bot.send_media_group(chess.id, [InputMediaPhoto(shot, caption="one"), InputMediaPhoto(shot)])
    await bot.send_media_group(chess.id, [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b")])

    photo, document, *album = chess.said
    assert (photo.picture, photo.caption) == (shot, "a shot")
    assert document.document
    assert (document.document.name, document.document.data) == ("case.pdf", b"%PDF")
    assert album[0].album == album[1].album != album[2].album
    assert album[2].document
    assert album[2].document.name == "a.txt"


async def test_files_come_down_with_the_token_in_their_path_up_to_20_mb(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    small = await alice.say(chess, document=File("notes.txt", b"e4 e5"))
    big = await alice.say(chess, document=File("film.bin", b"x" * (20 * 2**20 + 1)))

    file = await bot.get_file(small.content["document"]["file_id"])
    data = await file.download_as_bytearray()

    assert bytes(data) == b"e4 e5"
    assert file.file_path
    assert chess_society.robot.token in file.file_path
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(big.content["document"]["file_id"])
    with pytest.raises(BadRequest, match=r"(?i)wrong file_id"):
        await bot.get_file("AgACnothing")


async def test_a_photo_over_10_mb_or_that_is_none_is_refused(chess_society: Society) -> None:
    with pytest.raises(BadRequest, match="too big for a photo"):
        await chess_society.bot.send_photo(chess_society.chess.id, b"x" * (10 * 2**20 + 1))
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await chess_society.bot.send_photo(chess_society.chess.id, b"no picture")


async def test_a_file_sent_by_its_id_is_the_same_file(chess_society: Society) -> None:
    message = await chess_society.alice.say(chess_society.chess, photo=picture())

    sent = await chess_society.bot.send_photo(chess_society.chess.id, message.content["photo"][-1]["file_id"])

    assert sent.photo[-1].file_unique_id == message.content["photo"][-1]["file_unique_id"]


async def test_text_hides_in_polls_quotes_forwards_and_rich_messages(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    said = await alice.say(chess, "a long sentence about chess")
    await alice.say(chess, poll=Poll("Who resigns?", ["me", "you"]))
    await alice.say(chess, "indeed", reply_to=said, quote="about chess")
    await alice.forward(said, chess)
    await alice.say(chess, rich=["hidden here"])

    _, poll, quoted, forwarded, rich = (update.message for update in await bot.get_updates())

    assert poll
    assert poll.poll
    assert poll.poll.options[0].text == "me"
    assert quoted
    assert quoted.quote
    assert (quoted.quote.text, quoted.quote.position) == ("about chess", 16)
    assert forwarded
    assert forwarded.forward_origin
    assert forwarded.forward_origin.type == "user"
    assert rich
    assert rich.text is None
    assert rich.api_kwargs["rich_message"]["blocks"][0]["text"] == "hidden here"


async def test_a_reply_to_something_gone_is_refused_unless_that_was_allowed(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    message = await chess_society.alice.say(chess, "gone soon")
    await chess_society.alice.erase(message)

    with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
        await bot.send_message(chess.id, "hm", reply_parameters=ReplyParameters(message.id))
    await bot.send_message(
        chess.id, "hm", reply_parameters=ReplyParameters(message.id, allow_sending_without_reply=True)
    )

    assert [one.text for one in chess.said] == ["hm"]


async def test_edits_are_refused_when_nothing_changes_or_it_is_not_ours_or_gone(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    ours = await bot.send_message(chess.id, "open", reply_markup=BUTTONS)
    theirs = await chess_society.alice.say(chess, "mine")

    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text("open", chess.id, ours.message_id, reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("open", chess.id, theirs.id)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("open", chess.id, 99)
    with pytest.raises(BadRequest, match=r"(?i)there is no caption"):
        await bot.edit_message_caption(chess.id, ours.message_id, caption="x")
    await bot.edit_message_text("closed", chess.id, ours.message_id)

    assert (chess.said[0].text, chess.said[0].labels) == ("closed", [])


async def test_captions_media_and_buttons_can_be_edited(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    sent = await bot.send_photo(chess.id, picture(), caption="before", reply_markup=BUTTONS)

    await bot.edit_message_caption(chess.id, sent.message_id, caption="after", reply_markup=BUTTONS)
    await bot.edit_message_reply_markup(chess.id, sent.message_id)
    await bot.edit_message_media(InputMediaPhoto(picture(100, 100), caption="anew"), chess.id, sent.message_id)

    (message,) = chess.said
    assert (message.caption, message.labels, message.picture) == ("anew", [], picture(100, 100))


async def test_a_persons_edit_reaches_the_bot_and_a_deletion_does_not(chess_society: Society) -> None:
    message = await chess_society.alice.say(chess_society.chess, "hello")
    await chess_society.alice.edit(message, "hello!")
    await chess_society.alice.erase(message)

    updates = await chess_society.bot.get_updates()

    assert len(updates) == 2
    assert updates[1].edited_message
    assert updates[1].edited_message.text == "hello!"


async def test_a_pressed_button_is_answered_once_and_only_while_it_is_fresh(chess_society: Society) -> None:
    bot, alice, chess, clock = chess_society.bot, chess_society.alice, chess_society.chess, chess_society.telegram.clock
    await bot.send_message(chess.id, "case 1", reply_markup=BUTTONS)

    async def answering() -> str:
        (update,) = await bot.get_updates(timeout=5)
        assert update.callback_query
        assert update.callback_query.data == "ack:1"
        await bot.answer_callback_query(update.callback_query.id, "Noted", show_alert=True)
        return update.callback_query.id

    toast, number = await asyncio.gather(alice.press(chess.said[0], "Acknowledge"), answering())

    assert toast == Toast("Noted", alert=True)
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired or query id is invalid"):
        await bot.answer_callback_query(number)
    chess_society.telegram.world.presses[number].toast = None
    clock.advance(151)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(number)


async def test_an_old_buttons_message_is_inaccessible(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    await bot.send_message(chess.id, "case 1", reply_markup=BUTTONS)
    chess_society.telegram.clock.advance(hours=49)

    async def answering() -> bool:
        (update,) = await bot.get_updates(timeout=5)
        assert update.callback_query
        assert update.callback_query.message
        await update.callback_query.answer()
        return update.callback_query.message.is_accessible

    _, accessible = await asyncio.gather(alice.press(chess.said[0], "Acknowledge"), answering())

    assert not accessible


@pytest.mark.parametrize(
    ("button", "said"),
    [
        (InlineKeyboardButton("X", callback_data="é" * 33), "button_data_invalid"),
        (InlineKeyboardButton("X", url="nowhere"), "wrong http url"),
    ],
)
async def test_a_button_that_cannot_be_is_refused(
    chess_society: Society, button: InlineKeyboardButton, said: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){said}"):
        await chess_society.bot.send_message(chess_society.chess.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_a_link_button_opens_the_bot_with_its_payload(chess_society: Society) -> None:
    bot, alice, robot = chess_society.bot, chess_society.alice, chess_society.robot
    link = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url=robot.link("verify_abc"))]])
    await bot.send_message(chess_society.chess.id, "Come in", reply_markup=link)

    toast = await alice.press(chess_society.chess.said[0], "Open")
    await alice.follow(toast.url)

    (update,) = await bot.get_updates()
    assert chess_society.chess.said[0].buttons == [[Button("Open", url=robot.link("verify_abc"))]]
    assert update.message
    assert update.message.text == "/start verify_abc"


async def test_a_start_payload_has_only_certain_characters(chess_society: Society) -> None:
    for payload in ("a b", "x" * 65, "ä"):
        with pytest.raises(ImpossibleError):
            await chess_society.alice.start(chess_society.robot, payload)


async def test_forwards_and_copies_work_until_there_is_nothing_to_forward(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    await alice.start(chess_society.robot)
    message = await alice.say(chess, "keep this")

    await bot.forward_message(alice.id, chess.id, message.id)
    await bot.copy_messages(alice.id, chess.id, [message.id, 999])
    await alice.erase(message)

    forwarded, copied = alice.inbox
    assert forwarded.origin
    assert forwarded.origin["sender_user"]["id"] == alice.id
    assert (copied.text, copied.origin) == ("keep this", None)
    with pytest.raises(BadRequest, match=r"(?i)message to forward not found"):
        await bot.forward_message(alice.id, chess.id, message.id)
    chess.protected = True
    other = await alice.say(chess, "and this")
    with pytest.raises(BadRequest, match=r"(?i)message can't be forwarded"):
        await bot.forward_message(alice.id, chess.id, other.id)
