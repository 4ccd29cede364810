from datetime import timedelta

import pytest
from discord.utils import snowflake_time

from bot.errors import Forbidden, Gone, RateLimited, Uncertain, Unreachable
from bot.model import Answer, Button, Place, Run, Speech, Style, Upload
from bot.platforms.discord import speaking
from bot.ports import Sent
from tests.platforms.discord.conftest import Wire, account
from tests.wire.discord import Permission


def words(text: str, *buttons: Button) -> Answer:
    return Answer(Speech((Run(text),)), (buttons,) if buttons else ())


async def test_a_notice_is_shown_as_written_and_pings_nobody(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    answer = Answer(Speech((Run("Be kind", Style.BOLD), Run(f" @everyone <@{alice.id}> **x** ["), Run("a](b)"))))

    await speaking.say(lodge.client, lodge.place(lodge.general), answer, "", None)

    assert lodge.general.messages[-1].content.startswith("**Be kind** @everyone \\<@")
    assert lodge.world.pings == []


async def test_buttons_and_pictures_stand_under_the_last_part(lodge: Wire) -> None:
    answer = Answer(
        Speech((Run("long words " * 300),)),
        ((Button("Take over", "tok"),),),
        (Upload("chat.png", "image/png", b"png", "what was said"),),
    )

    sent = await speaking.say(lodge.client, lodge.place(lodge.general), answer, "card:1", None)

    first, last = lodge.general.messages[-2:]
    assert (first.buttons, first.attachments) == ([], [])
    assert [(button.label, button.custom_id) for button in last.buttons] == [("Take over", "p:tok")]
    assert [(file.filename, file.data, file.description) for file in last.attachments] == [
        ("chat.png", b"png", "what was said")
    ]
    assert sent.id == str(last.id)


async def test_a_repeat_with_the_same_nonce_shows_once(lodge: Wire) -> None:
    place = lodge.place(lodge.general)

    first = await speaking.say(lodge.client, place, words("once"), "notice:7", None)
    second = await speaking.say(lodge.client, place, words("once"), "notice:7", None)

    assert first == second
    assert [message.content for message in lodge.general.messages] == ["once"]


async def test_once_a_part_was_said_a_failure_is_uncertain(lodge: Wire) -> None:
    sent = f"/channels/{lodge.general.id}/messages"
    whole = words("one line\n" * 400)
    lodge.world.faults.delay("POST", sent, 0.0)
    lodge.world.faults.answer("POST", sent, 400, '{"code": 50035, "message": "Invalid Form Body"}')

    with pytest.raises(Uncertain, match="Only a part of it"):
        await speaking.say(lodge.client, lodge.place(lodge.general), whole, "", None)

    assert len(lodge.general.messages) == 1


async def test_a_reply_to_what_is_gone_is_said_all_the_same(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "hello")
    await alice.erase(message)

    await speaking.say(lodge.client, lodge.place(lodge.general), words("about that"), "", lodge.ref(message))

    assert lodge.general.messages[-1].content == "about that"


async def test_a_reply_stands_under_what_it_answers_and_does_not_ping(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "hello")

    await speaking.say(lodge.client, lodge.place(lodge.general), words("about that"), "", lodge.ref(message))

    assert lodge.general.messages[-1].reply_to is message
    assert lodge.world.pings == []


async def test_an_edit_replaces_words_and_buttons_and_keeps_the_picture(lodge: Wire) -> None:
    answer = Answer(Speech((Run("open"),)), ((Button("Close", "t"),),), (Upload("a.png", "image/png", b"x"),))
    sent = await speaking.say(lodge.client, lodge.place(lodge.general), answer, "", None)

    await speaking.edit(lodge.client, sent, words("closed @everyone"))

    message = lodge.general.messages[-1]
    assert (message.content, message.buttons) == ("closed @everyone", [])
    assert [file.filename for file in message.attachments] == ["a.png"]
    assert lodge.world.pings == []


async def test_an_edit_too_long_for_a_message_has_all_of_it_in_a_file_until_it_fits_again(lodge: Wire) -> None:
    sent = await speaking.say(lodge.client, lodge.place(lodge.general), words("short"), "", None)
    long = "every word counts " * 200

    await speaking.edit(lodge.client, sent, words(long))
    files = [(file.filename, file.data) for file in lodge.general.messages[-1].attachments]
    await speaking.edit(lodge.client, sent, words("short again"))

    assert files == [("whole-text.txt", long.encode())]
    assert lodge.general.messages[-1].attachments == []


async def test_what_is_gone_cannot_be_edited(lodge: Wire) -> None:
    place = lodge.place(lodge.general)

    with pytest.raises(Gone, match="message is no longer there"):
        await speaking.edit(lodge.client, Sent(place, str(lodge.general.id)), words("x"))


async def test_our_own_message_is_found_by_its_reference_and_nobody_elses(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    place = lodge.place(lodge.general)
    sent = await speaking.say(lodge.client, place, words("Case CH-26_4: be kind"), "", None)
    await alice.say(lodge.general, "CH-26_5")

    said = snowflake_time(int(sent.id))
    asked = (("CH-26_4", said), ("CH-26_5", said), ("CH-26_4", said + timedelta(seconds=1)))

    found = [await speaking.find_own(lodge.client, place, words_, since) for words_, since in asked]

    assert found == [[sent], [], []]


async def test_our_own_message_is_found_behind_whatever_was_said_after_it(lodge: Wire) -> None:
    alice, place = await lodge.chess.join(lodge.world.user("Alice")), lodge.place(lodge.general)
    sent = [await speaking.say(lodge.client, place, words("be kind"), "", None) for _ in range(2)]
    for number in range(120):
        await alice.say(lodge.general, f"message {number}")

    found = await speaking.find_own(lodge.client, place, "be kind", snowflake_time(int(sent[0].id)))

    assert found == sent


async def test_when_more_was_said_than_is_looked_through_nobody_can_tell(lodge: Wire) -> None:
    alice, place = await lodge.chess.join(lodge.world.user("Alice")), lodge.place(lodge.general)
    first = await alice.say(lodge.general, "message")
    for number in range(6):
        await alice.say(lodge.general, f"message {number}")

    with pytest.raises(Forbidden, match="More than 5 messages"):
        await speaking.find_own(lodge.client, place, "be kind", snowflake_time(first.id), limit=5)


async def test_a_direct_message_reaches_its_person(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    place = await speaking.opened(lodge.client, Place("discord", str(alice.id), private=True))

    await speaking.say(lodge.client, place, words("a word"), "", None)

    assert alice.inbox[-1].content == "a word"


async def test_closed_direct_messages_are_told_in_plain_words(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    alice.user.dms_closed = True
    place = await speaking.opened(lodge.client, Place("discord", account(alice).id, private=True))

    with pytest.raises(Unreachable, match=r"Their direct messages are closed\."):
        await speaking.say(lodge.client, place, words("a word"), "", None)


async def test_what_we_said_can_be_pinned(lodge: Wire) -> None:
    sent = await speaking.say(lodge.client, lodge.place(lodge.general), words("the statement"), "", None)

    await speaking.pin(lodge.client, sent)

    assert [message.content for message in lodge.general.pins] == ["the statement"]


async def test_a_server_has_a_place_to_speak_even_when_none_is_named(lodge: Wire) -> None:
    place = await speaking.spot(lodge.client, Place("discord", str(lodge.chess.id)))

    assert place.channel == str(lodge.general.id)


async def test_a_fault_of_discords_leaves_it_open_whether_it_was_said(lodge: Wire) -> None:
    lodge.world.faults.answer("POST", "/channels/*/messages", 503, "down", "text/plain")

    with pytest.raises(Uncertain):
        await speaking.say(lodge.client, lodge.place(lodge.general), words("x"), "n", None)


async def test_a_connection_that_breaks_after_the_call_leaves_it_open_and_a_repeat_shows_once(lodge: Wire) -> None:
    lodge.world.faults.reset_after("POST", "/channels/*/messages")
    place = lodge.place(lodge.general)

    with pytest.raises(Uncertain):
        await speaking.say(lodge.client, place, words("once"), "notice:7", None)
    await speaking.say(lodge.client, place, words("once"), "notice:7", None)

    assert [message.content for message in lodge.general.messages] == ["once"]


async def test_a_short_limit_is_waited_for(lodge: Wire) -> None:
    lodge.world.faults.rate_limit("POST", "/channels/*/messages", 0.05)

    await speaking.say(lodge.client, lodge.place(lodge.general), words("in time"), "", None)

    assert lodge.general.messages[-1].content == "in time"


async def test_a_long_limit_is_told_instead_of_waited_for(lodge: Wire) -> None:
    lodge.world.faults.rate_limit("POST", "/channels/*/messages", 45)

    with pytest.raises(RateLimited) as raised:
        await speaking.say(lodge.client, lodge.place(lodge.general), words("later"), "", None)

    assert raised.value.retry_after == pytest.approx(45, abs=1)


async def test_without_the_right_to_speak_the_right_and_the_place_are_named(lodge: Wire) -> None:
    quiet = lodge.chess.channel("quiet", overwrites={lodge.chess.everyone: (Permission(0), Permission.SEND_MESSAGES)})

    with pytest.raises(Forbidden, match="“Send Messages” in #quiet"):
        await speaking.say(lodge.client, lodge.place(quiet), words("x"), "", None)


async def test_opening_private_chats_too_fast_asks_to_wait(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    lodge.world.faults.answer("POST", "/users/@me/channels", 400, '{"message": "Too fast", "code": 40003}')

    with pytest.raises(RateLimited) as raised:
        await speaking.opened(lodge.client, Place("discord", str(alice.id), private=True))

    assert raised.value.retry_after >= 60


async def test_who_shares_no_server_with_us_cannot_be_reached(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    place = await speaking.opened(lodge.client, Place("discord", str(alice.id), private=True))
    await alice.leave()

    with pytest.raises(Unreachable, match="share no server"):
        await speaking.say(lodge.client, place, words("a word"), "", None)
