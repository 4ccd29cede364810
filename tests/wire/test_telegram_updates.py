"""How updates reach a bot: polling, what is wanted, two pollers, webhooks, and updates gone wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, InvalidToken
from telegram.warnings import PTBUserWarning

from tests.wire.telegram import Clock, UnheardError
from tests.wire.telegram.client import Society, client, society

EVERYTHING = ["message", "edited_message", "chat_member", "my_chat_member", "message_reaction", "callback_query"]


@pytest.fixture
async def chess_society() -> AsyncIterator[Society]:
    async with society() as running:
        yield running
        assert running.telegram.problems == []


async def test_updates_are_held_until_a_higher_offset_is_asked_for(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    await alice.say(chess, "one")
    await alice.say(chess, "two")

    first = await bot.get_updates()
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    none = await bot.get_updates(offset=first[1].update_id + 1)

    assert [update.message and update.message.text for update in first] == ["one", "two"]
    assert again == first
    assert [update.update_id for update in rest] == [first[1].update_id]
    assert none == ()


async def test_a_negative_offset_keeps_only_the_newest(chess_society: Society) -> None:
    for text in ("one", "two", "three"):
        await chess_society.alice.say(chess_society.chess, text)

    newest = await chess_society.bot.get_updates(offset=-1)
    left = await chess_society.bot.get_updates()

    assert [update.message and update.message.text for update in newest] == ["three"]
    assert left == newest


async def test_an_offset_far_ahead_confirms_nothing_so_new_numbers_after_a_quiet_week_are_not_lost(
    chess_society: Society,
) -> None:
    await chess_society.bot.get_updates(offset=chess_society.robot.updates.next_id())
    ahead = chess_society.robot.updates.next_id()
    chess_society.robot.updates.renumber(7)
    await chess_society.alice.say(chess_society.chess, "after a quiet week")

    (update,) = await chess_society.bot.get_updates(offset=ahead)

    assert update.update_id == 7


async def test_a_long_poll_answers_when_something_happens(chess_society: Society) -> None:
    polling = asyncio.create_task(chess_society.bot.get_updates(timeout=5))
    await chess_society.telegram.until(lambda: chess_society.robot.updates.polling)

    await chess_society.alice.say(chess_society.chess, "at last")

    (update,) = await polling
    assert update.message
    assert update.message.text == "at last"


async def test_by_default_member_changes_and_reactions_are_not_made_at_all(chess_society: Society) -> None:
    alice, chess, bot = chess_society.alice, chess_society.chess, chess_society.bot
    message = await alice.say(chess, "hello")
    await alice.react(message, "👍")
    await alice.leave(chess)

    before = await bot.get_updates()
    await bot.get_updates(offset=before[-1].update_id + 1, allowed_updates=EVERYTHING)
    chess.add(alice)
    await alice.react(message, "🔥")
    after = await bot.get_updates(timeout=1)

    assert [update.to_dict().keys() - {"update_id"} for update in before] == [{"message"}, {"message"}]
    kinds = [next(iter(update.to_dict().keys() - {"update_id"})) for update in after]
    assert kinds == ["chat_member", "message", "message_reaction"]


async def test_what_is_wanted_stays_wanted_until_it_is_said_anew(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    await bot.get_updates(allowed_updates=["edited_message"])
    message = await alice.say(chess, "not wanted")

    await bot.get_updates()
    await alice.edit(message, "wanted")
    wanted = await bot.get_updates()
    await bot.get_updates(offset=wanted[-1].update_id + 1, allowed_updates=[])
    await alice.say(chess, "wanted again")
    default = await bot.get_updates()

    assert [update.edited_message and update.edited_message.text for update in wanted] == ["wanted"]
    assert [update.message and update.message.text for update in default] == ["wanted again"]


async def test_the_older_of_two_pollers_gets_a_conflict(chess_society: Society) -> None:
    older = asyncio.create_task(chess_society.bot.get_updates(timeout=5))
    await chess_society.telegram.until(lambda: chess_society.robot.updates.polling)
    async with client(chess_society.telegram, chess_society.robot) as second:
        newer = asyncio.create_task(second.get_updates(timeout=5))

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        await chess_society.alice.say(chess_society.chess, "for the newer")

        assert len(await newer) == 1


async def test_a_short_poll_does_not_end_a_long_one(chess_society: Society) -> None:
    older = asyncio.create_task(chess_society.bot.get_updates(timeout=5))
    await chess_society.telegram.until(lambda: chess_society.robot.updates.polling)
    async with client(chess_society.telegram, chess_society.robot) as second:
        assert await second.get_updates() == ()

    await chess_society.alice.say(chess_society.chess, "for the older")

    assert len(await older) == 1


async def test_a_revoked_token_is_unauthorised_also_for_an_open_poll(chess_society: Society) -> None:
    polling = asyncio.create_task(chess_society.bot.get_updates(timeout=5))
    await chess_society.telegram.until(lambda: chess_society.robot.updates.polling)

    chess_society.robot.revoke()

    with pytest.raises(InvalidToken):
        await polling
    with pytest.raises(InvalidToken):
        await chess_society.bot.get_me()
    chess_society.robot.restore()
    assert (await chess_society.bot.get_me()).username == "porter_bot"


async def test_a_webhook_gets_updates_with_its_secret_again_until_it_takes_them(chess_society: Society) -> None:
    seen: list[tuple[str, str | None]] = []

    async def take(request: web.Request) -> web.Response:
        update = await request.json()
        seen.append((update["message"]["text"], request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return web.Response(status=500 if len(seen) == 1 else 200)

    chess_society.robot.webhook_pause = 0.01
    async with listening(take) as url:
        await chess_society.bot.set_webhook(url, secret_token="quiet-please", allowed_updates=["message"])
        await chess_society.alice.say(chess_society.chess, "knock")

        await chess_society.telegram.until(lambda: len(seen) == 2 and not chess_society.robot.updates.due())
        info = await chess_society.bot.get_webhook_info()
        with pytest.raises(Conflict, match="webhook is active"):
            await chess_society.bot.get_updates()
        await chess_society.bot.delete_webhook()

    assert seen == [("knock", "quiet-please"), ("knock", "quiet-please")]
    assert (info.url, info.pending_update_count, info.allowed_updates) == (url, 0, ("message",))
    assert info.last_error_message
    assert "500" in info.last_error_message
    assert await chess_society.bot.get_updates() == ()


async def test_a_webhook_secret_has_only_certain_characters(chess_society: Society) -> None:
    with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
        await chess_society.bot.set_webhook("https://porter.example.org/hook", secret_token="no spaces")


async def test_an_unparsable_update_comes_again_and_again_until_it_is_confirmed(chess_society: Society) -> None:
    telegram, robot, bot = chess_society.telegram, chess_society.robot, chess_society.bot
    telegram.push(robot, {"message": {"message_id": "seven"}})
    await chess_society.alice.say(chess_society.chess, "behind it")

    for _ in range(2):
        with pytest.raises((KeyError, TypeError)):
            await bot.get_updates()
    with pytest.warns(PTBUserWarning, match="getUpdates"):
        raw = await bot.do_api_request("getUpdates", {"offset": 0})
    after = await bot.get_updates(offset=raw[0]["update_id"] + 1)

    assert raw[0]["message"] == {"message_id": "seven"}
    assert [update.message and update.message.text for update in after] == ["behind it"]


async def test_updates_can_be_lost_repeated_and_out_of_order(chess_society: Society) -> None:
    updates, alice, chess = chess_society.robot.updates, chess_society.alice, chess_society.chess
    updates.lose()
    await alice.say(chess, "lost")
    updates.repeat()
    await alice.say(chess, "twice")
    updates.hold()
    await alice.say(chess, "first")
    await alice.say(chess, "second")
    updates.release(reverse=True)

    got = await chess_society.bot.get_updates()

    assert [update.message and update.message.text for update in got] == ["twice", "twice", "second", "first"]
    assert got[0].update_id == got[1].update_id
    assert got[2].update_id == got[3].update_id + 1


async def test_updates_older_than_a_day_are_gone_and_presses_after_150_seconds() -> None:
    clock = Clock(1_700_000_000)
    async with society(clock) as running:
        await running.alice.start(running.robot)
        running.robot.updates.drop()
        await running.bot.send_message(running.alice.id, "?", reply_markup=one_button())
        with pytest.raises(UnheardError):
            await running.alice.press(running.alice.inbox[0], data="x", limit=0.01)
        await running.alice.say(running.chess, "old")

        clock.advance(151)
        later = await running.bot.get_updates()
        clock.advance(hours=24)
        too_late = await running.bot.get_updates()

        assert [update.message and update.message.text for update in later] == ["old"]
        assert too_late == ()


async def test_the_journal_knows_when_each_update_was_sent_and_confirmed(chess_society: Society) -> None:
    await chess_society.alice.say(chess_society.chess, "hello")
    delivery = chess_society.telegram.journal.deliveries[-1]

    assert (delivery.kind, delivery.payload["message"]["text"], delivery.sent) == ("message", "hello", [])
    await chess_society.bot.get_updates()
    assert len(delivery.sent) == 1
    assert delivery.confirmed is None
    await chess_society.bot.get_updates(offset=delivery.update_id + 1)
    await chess_society.telegram.settled()
    assert delivery.confirmed is not None


def one_button() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("X", callback_data="x")]])


@asynccontextmanager
async def listening(take: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """A bot's own web server on a free port; gives the link of its hook."""
    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()
