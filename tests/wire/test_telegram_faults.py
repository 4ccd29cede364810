"""What goes wrong on the way, how often one may send, and what is held to the published description."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from tests.wire.telegram import Clock, File, Telegram, UnheardError, spec
from tests.wire.telegram.client import Society, client, society


@pytest.fixture
async def chess_society(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Society]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with society(Clock(1_700_000_000)) as running:
        yield running


async def test_429_says_how_long_to_wait_as_often_as_scripted(chess_society: Society) -> None:
    chess_society.telegram.faults.flood("sendMessage", retry_after=7)

    with pytest.raises(RetryAfter) as flooded:
        await chess_society.bot.send_message(chess_society.chess.id, "hello")
    await chess_society.bot.send_message(chess_society.chess.id, "hello")

    assert flooded.value.retry_after == timedelta(seconds=7)
    assert [call.refused[:3] for call in chess_society.telegram.journal.refused("sendMessage")] == ["429"]
    assert [message.text for message in chess_society.chess.said] == ["hello"]


@pytest.mark.parametrize(
    ("fault", "error", "arrives"),
    [
        ("reset_before", NetworkError, False),
        ("reset_after", NetworkError, True),
        ("cut", TelegramError, True),
        ("silence", TimedOut, True),
        ("answer", NetworkError, False),
    ],
)
async def test_a_call_that_fails_took_effect_or_not_as_scripted(
    chess_society: Society, fault: str, error: type[Exception], arrives: bool
) -> None:
    getattr(chess_society.telegram.faults, fault)("sendMessage")
    async with client(chess_society.telegram, chess_society.robot, patience=0.3) as bot:
        with pytest.raises(error):
            await bot.send_message(chess_society.chess.id, "perhaps")

    assert [message.text for message in chess_society.chess.said] == ["perhaps"] * arrives
    assert len(chess_society.telegram.journal.applied("sendMessage")) == int(arrives)


async def test_an_applied_call_can_be_answered_with_anything(chess_society: Society) -> None:
    chess_society.telegram.faults.answer("sendMessage", status=504, body="<html>", applied=True)

    with pytest.raises(NetworkError):
        await chess_society.bot.send_message(chess_society.chess.id, "said")

    assert [message.text for message in chess_society.chess.said] == ["said"]


async def test_downloads_fail_as_scripted_too(chess_society: Society) -> None:
    message = await chess_society.alice.say(chess_society.chess, document=File("a.txt", b"abcd"))
    file = await chess_society.bot.get_file(message.content["document"]["file_id"])
    faults = chess_society.telegram.faults
    faults.reset_after("download")
    faults.answer("download", status=502)
    faults.cut("download")

    for _ in range(2):
        with pytest.raises(NetworkError):
            await file.download_as_bytearray()
    half = await file.download_as_bytearray()
    whole = await file.download_as_bytearray()

    assert (bytes(half), bytes(whole)) == (b"ab", b"abcd")


async def test_a_failure_of_this_server_itself_is_a_problem(chess_society: Society) -> None:
    with pytest.raises(TelegramError):
        await chess_society.bot.delete_my_commands(api_kwargs={"scope": {"chat_id": chess_society.chess.id}})

    assert any("this server failed" in problem for problem in chess_society.telegram.problems)


async def test_a_late_answer_is_still_an_answer(chess_society: Society) -> None:
    chess_society.telegram.faults.delay("getMe", seconds=0.05)

    assert (await chess_society.bot.get_me()).username == "porter_bot"


async def test_when_the_network_is_down_polls_break_and_connecting_is_refused_until_it_is_back(
    chess_society: Society,
) -> None:
    telegram, bot = chess_society.telegram, chess_society.bot
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await telegram.until(lambda: chess_society.robot.updates.polling)

    await telegram.go_down()
    with pytest.raises(NetworkError):
        await polling
    with pytest.raises(NetworkError, match="ConnectError"):
        await bot.get_me()
    await chess_society.alice.say(chess_society.chess, "meanwhile")
    await telegram.come_back()

    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "meanwhile"


async def test_a_wrong_token_is_unauthorised(chess_society: Society) -> None:
    stranger = Bot("7000001:AAHwrong", base_url=f"{chess_society.telegram.api_url}/bot")

    with pytest.raises(InvalidToken):
        await stranger.initialize()

    await stranger.shutdown()


async def test_sending_is_limited_per_chat_per_group_and_in_all_but_deleting_is_not(chess_society: Society) -> None:
    bot, chess, clock = chess_society.bot, chess_society.chess, chess_society.telegram.clock
    chess_society.telegram.limits.enforce()

    first = await bot.send_message(chess.id, "1")
    with pytest.raises(RetryAfter) as soon:
        await bot.send_message(chess.id, "too soon")
    for number in range(2, 21):
        clock.advance(1)
        await bot.send_message(chess.id, str(number))
    clock.advance(1)
    with pytest.raises(RetryAfter) as many:
        await bot.send_message(chess.id, "21")
    await bot.delete_message(chess.id, first.message_id)

    assert soon.value.retry_after == timedelta(seconds=1)
    assert many.value.retry_after == timedelta(seconds=40)


async def test_what_is_not_modelled_or_not_described_is_a_problem(chess_society: Society) -> None:
    bot, chess, telegram = chess_society.bot, chess_society.chess, chess_society.telegram

    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("inventedMethod")
    await bot.send_message(chess.id, "<b>x</b>", parse_mode="HTML")
    await bot.get_chat(chess.id, api_kwargs={"politely": True})

    assert "inventedMethod: no such method here" in telegram.problems
    assert "getChat.politely: not modelled here" in telegram.problems
    assert "sendMessage: parse_mode HTML is not modelled here; give entities" in telegram.problems


async def test_an_update_that_breaks_the_description_is_a_problem(chess_society: Society) -> None:
    if spec.published() is None:
        pytest.skip("the Bot API's description is not at hand")
    await chess_society.alice.say(chess_society.chess, "hi", more={"contact": {"first_name": "no number"}})

    problems = chess_society.telegram.problems

    assert problems == ["update.message.contact.phone_number: required in Contact"]


def test_without_the_description_the_check_is_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("API_DESCRIPTIONS", str(tmp_path))
    spec.published.cache_clear()

    found = spec.published()

    spec.published.cache_clear()
    assert found is None


async def test_when_telegram_ends_an_open_poll_breaks_off() -> None:
    async with Telegram() as telegram:
        robot = telegram.bot("porter_bot")
        bot = client(telegram, robot)
        await bot.initialize()
        polling = asyncio.create_task(bot.get_updates(timeout=50))
        await telegram.until(lambda: robot.updates.polling)

    with pytest.raises(NetworkError):
        await polling
    await bot.shutdown()


async def test_two_telegrams_live_side_by_side() -> None:
    async with Telegram() as one, Telegram() as two:
        assert one.api_url != two.api_url


async def test_waiting_in_vain_says_what_was_called(chess_society: Society) -> None:
    with pytest.raises(BadRequest):
        await chess_society.bot.send_message(chess_society.chess.id, "")

    with pytest.raises(UnheardError, match="sendMessage was applied 0 times, not 1"):
        await chess_society.telegram.called("sendMessage", limit=0.01)
