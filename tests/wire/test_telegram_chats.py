"""The kinds of chats: forums, groups that move, channels and what they carry over, and who hides behind them."""

from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.wire.telegram import Clock, ImpossibleError
from tests.wire.telegram.client import Society, society


@pytest.fixture
async def chess_society() -> AsyncIterator[Society]:
    async with society(Clock(1_700_000_000)) as running:
        yield running
        assert running.telegram.problems == []


async def test_in_a_forum_a_topic_is_named_and_general_has_no_number(chess_society: Society) -> None:
    telegram, bot, alice = chess_society.telegram, chess_society.bot, chess_society.alice
    forum = telegram.supergroup("Forum", creator=chess_society.una, forum=True)
    forum.add(alice)
    forum.promote(chess_society.robot)
    openings = forum.topic("Openings")
    await alice.say(forum, "e4", topic=openings)

    update = (await bot.get_updates())[-1]
    assert update.message
    await update.message.reply_text("e5")
    await bot.send_message(forum.id, "in general")
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(forum.id, "nowhere", message_thread_id=1)

    assert (update.message.is_topic_message, update.message.message_thread_id) == (True, openings.id)
    assert [(one.text, one.topic) for one in forum.said[1:]] == [("e5", openings), ("in general", None)]


async def test_a_group_that_becomes_a_supergroup_says_so_twice_and_refuses_its_old_id(chess_society: Society) -> None:
    bot, alice = chess_society.bot, chess_society.alice
    old = chess_society.telegram.group("Go", creator=chess_society.una)
    old.add(alice)
    old.add(chess_society.robot)
    chess_society.robot.updates.drop()

    new = old.upgrade()

    away, here = (update.message for update in await bot.get_updates())
    assert away
    assert here
    assert (away.chat.id, away.migrate_to_chat_id) == (old.id, new.id)
    assert (here.chat.id, here.migrate_from_chat_id) == (new.id, old.id)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old.id, "hello")
    assert moved.value.new_chat_id == new.id
    assert new.standing(alice).present


async def test_a_channel_post_arrives_in_the_linked_group_from_telegram_itself(chess_society: Society) -> None:
    news = chess_society.telegram.channel("News", creator=chess_society.una)
    news.discuss_in(chess_society.chess)
    news.promote(chess_society.robot, can_post_messages=True)
    chess_society.robot.updates.drop()

    await news.post("A tournament!")

    carried, post = sorted(await chess_society.bot.get_updates(), key=lambda update: update.channel_post is not None)
    assert post.channel_post
    assert post.channel_post.sender_chat
    assert post.channel_post.sender_chat.id == news.id
    assert carried.message
    assert carried.message.from_user
    assert carried.message.from_user.id == 777000
    assert carried.message.is_automatic_forward
    assert carried.message.sender_chat
    assert carried.message.sender_chat.id == news.id


async def test_a_bots_own_channel_post_comes_back_to_it_in_the_linked_group_only(chess_society: Society) -> None:
    news = chess_society.telegram.channel("News", creator=chess_society.una)
    news.discuss_in(chess_society.chess)
    news.promote(chess_society.robot, can_post_messages=True)
    chess_society.robot.updates.drop()

    await chess_society.bot.send_message(news.id, "A tournament!")

    (update,) = await chess_society.bot.get_updates()
    assert update.message
    assert update.message.is_automatic_forward


async def test_anonymous_administrators_and_channels_hide_who_spoke(chess_society: Society) -> None:
    telegram, una, chess = chess_society.telegram, chess_society.una, chess_society.chess
    olu = telegram.user("Olu")
    chess.promote(olu, anonymous=True)
    channel = telegram.channel("Una's corner", creator=una)
    chess_society.robot.updates.drop()

    await olu.say(chess, "as the group")
    await una.say(chess, "as a channel", via=channel)

    group, corner = (update.message for update in await chess_society.bot.get_updates())
    assert group
    assert group.from_user
    assert group.sender_chat
    assert (group.from_user.id, group.sender_chat.id) == (1087968824, chess.id)
    assert corner
    assert corner.from_user
    assert corner.sender_chat
    assert (corner.from_user.id, corner.sender_chat.id) == (136817688, channel.id)
    await chess_society.bot.ban_chat_sender_chat(chess.id, channel.id)
    with pytest.raises(ImpossibleError):
        await una.say(chess, "again", via=channel)


async def test_a_bot_that_was_put_out_cannot_write(chess_society: Society) -> None:
    chess_society.chess.ban(chess_society.robot)

    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await chess_society.bot.send_message(chess_society.chess.id, "hello?")
