"""Who may do what: private chats, rights, deleting, banning, restricting, and privacy mode."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllChatAdministrators, ChatPermissions
from telegram.error import BadRequest, Forbidden

from tests.wire.telegram import Clock, ImpossibleError, UnheardError
from tests.wire.telegram.client import Society, society

SILENT = ChatPermissions.no_permissions()


@pytest.fixture
async def chess_society() -> AsyncIterator[Society]:
    async with society(Clock(1_700_000_000)) as running:
        yield running
        assert running.telegram.problems == []


async def test_a_bot_may_not_write_first_nor_to_the_blocked_the_gone_or_other_bots(chess_society: Society) -> None:
    bot, alice, robot = chess_society.bot, chess_society.alice, chess_society.robot
    stranger, other = chess_society.telegram.user("Stan"), chess_society.telegram.bot("other_bot")

    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(alice.id, "hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(stranger.id, "hello")
    with pytest.raises(Forbidden, match="bot can't send messages to bots"):
        await bot.send_message(other.id, "hello")
    await alice.start(robot)
    await bot.send_message(alice.id, "welcome")
    alice.block(robot)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(alice.id, "are you there?")
    alice.unblock(robot)
    alice.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(alice.id, "are you there?")

    assert [message.text for message in alice.inbox] == ["welcome"]


async def test_blocking_tells_the_bot_once(chess_society: Society) -> None:
    await chess_society.alice.start(chess_society.robot)
    chess_society.alice.block(chess_society.robot)
    chess_society.alice.block(chess_society.robot)

    _, update = await chess_society.bot.get_updates()

    assert update.my_chat_member
    assert update.my_chat_member.chat.type == "private"
    assert update.my_chat_member.new_chat_member.status == "kicked"


Act = Callable[[Bot, int, int], Awaitable[object]]
REFUSALS: list[tuple[str, Act, str]] = [
    ("can_restrict_members", lambda bot, chat, who: bot.ban_chat_member(chat, who), "not enough rights to restrict"),
    ("can_restrict_members", lambda bot, chat, who: bot.unban_chat_member(chat, who), "not enough rights to restrict"),
    (
        "can_restrict_members",
        lambda bot, chat, who: bot.restrict_chat_member(chat, who, SILENT),
        "not enough rights to restrict",
    ),
    (
        "can_restrict_members",
        lambda bot, chat, _: bot.set_chat_permissions(chat, SILENT),
        "not enough rights to change chat permissions",
    ),
    ("can_promote_members", lambda bot, chat, who: bot.promote_chat_member(chat, who), "not enough rights to promote"),
    ("can_invite_users", lambda bot, chat, _: bot.create_chat_invite_link(chat), "not enough rights to manage"),
    (
        "can_invite_users",
        lambda bot, chat, who: bot.approve_chat_join_request(chat, who),
        "not enough rights to manage",
    ),
    ("can_pin_messages", lambda bot, chat, _: bot.unpin_all_chat_messages(chat), "not enough rights to manage pinned"),
    ("can_delete_messages", lambda bot, chat, _: bot.delete_message(chat, 3), "message can't be deleted"),
]


@pytest.mark.parametrize(("right", "act", "said"), REFUSALS, ids=[said for _, _, said in REFUSALS])
async def test_without_the_right_it_is_refused(chess_society: Society, right: str, act: Act, said: str) -> None:
    chess, alice = chess_society.chess, chess_society.alice
    held = chess.standing(chess_society.robot).rights - {right}
    chess.promote(chess_society.robot, *held)

    with pytest.raises(BadRequest, match=f"(?i){said}"):
        await act(chess_society.bot, chess.id, alice.id)

    assert chess.standing(alice).status == "member"


async def test_administrators_the_creator_and_itself_are_out_of_reach(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    chess.promote(chess_society.alice)

    with pytest.raises(BadRequest, match=r"(?i)user is an administrator of the chat"):
        await bot.restrict_chat_member(chess.id, chess_society.alice.id, SILENT)
    with pytest.raises(BadRequest, match=r"(?i)user is an administrator of the chat"):
        await bot.ban_chat_member(chess.id, chess_society.alice.id)
    with pytest.raises(BadRequest, match=r"(?i)can't remove chat owner"):
        await bot.ban_chat_member(chess.id, chess_society.una.id)
    with pytest.raises(BadRequest, match=r"(?i)can't restrict self"):
        await bot.ban_chat_member(chess.id, chess_society.robot.id)


async def test_a_ban_that_is_too_short_or_too_long_is_for_ever(chess_society: Society) -> None:
    bot, chess, alice, clock = chess_society.bot, chess_society.chess, chess_society.alice, chess_society.telegram.clock
    now = clock.date()

    ends = []
    for seconds in (29, 30, 366 * 86400, 366 * 86400 + 1):
        await bot.ban_chat_member(chess.id, alice.id, until_date=now + seconds)
        ends.append(chess.standing(alice).until - now if chess.standing(alice).until else 0)

    assert ends == [0, 30, 366 * 86400, 0]


async def test_a_timed_ban_runs_out(chess_society: Society) -> None:
    bot, chess, alice, clock = chess_society.bot, chess_society.chess, chess_society.alice, chess_society.telegram.clock
    await bot.ban_chat_member(chess.id, alice.id, until_date=clock.date() + 60)
    before = (await bot.get_chat_member(chess.id, alice.id)).status

    clock.advance(61)
    after = (await bot.get_chat_member(chess.id, alice.id)).status

    assert (before, after) == ("kicked", "left")


async def test_lifting_a_ban_of_somebody_present_puts_them_out_unless_told_not_to(chess_society: Society) -> None:
    bot, chess, alice = chess_society.bot, chess_society.chess, chess_society.alice

    await bot.unban_chat_member(chess.id, alice.id, only_if_banned=True)
    still_in = chess.standing(alice).present
    await bot.unban_chat_member(chess.id, alice.id)

    assert still_in
    assert chess.standing(alice).status == "left"


async def test_a_basic_group_knows_no_unban_and_no_restriction_and_a_ban_only_removes(chess_society: Society) -> None:
    bot, alice = chess_society.bot, chess_society.alice
    group = chess_society.telegram.group("Go", creator=chess_society.una)
    group.add(alice)
    group.promote(chess_society.robot, can_restrict_members=True)

    with pytest.raises(BadRequest, match=r"(?i)method is available for supergroup and channel chats only"):
        await bot.unban_chat_member(group.id, alice.id)
    with pytest.raises(BadRequest, match=r"(?i)method is available only for supergroups"):
        await bot.restrict_chat_member(group.id, alice.id, SILENT)
    await bot.ban_chat_member(group.id, alice.id)

    assert group.standing(alice).status == "left"


async def test_the_restricted_cannot_speak_until_it_is_lifted(chess_society: Society) -> None:
    bot, chess, alice = chess_society.bot, chess_society.chess, chess_society.alice

    await bot.restrict_chat_member(chess.id, alice.id, SILENT, use_independent_chat_permissions=True)
    with pytest.raises(ImpossibleError):
        await alice.say(chess, "mmf")
    await bot.restrict_chat_member(chess.id, alice.id, ChatPermissions.all_permissions())
    await alice.say(chess, "thank you")

    assert chess.standing(alice).status == "member"


async def test_permissions_imply_others_unless_they_are_independent(chess_society: Society) -> None:
    bot, chess, alice = chess_society.bot, chess_society.chess, chess_society.alice
    polls = ChatPermissions(can_send_polls=True)

    await bot.restrict_chat_member(chess.id, alice.id, polls)
    implied = chess.standing(alice).permissions
    await bot.restrict_chat_member(chess.id, alice.id, polls, use_independent_chat_permissions=True)

    assert implied == {"can_send_polls", "can_send_messages"}
    assert chess.standing(alice).permissions == {"can_send_polls"}


async def test_a_message_can_be_deleted_for_48_hours(chess_society: Society) -> None:
    bot, chess, alice, clock = chess_society.bot, chess_society.chess, chess_society.alice, chess_society.telegram.clock
    old, new = await alice.say(chess, "old"), await alice.say(chess, "older")
    clock.advance(hours=48, seconds=-1)

    await bot.delete_message(chess.id, old.id)
    clock.advance(1)
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(chess.id, new.id)
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await bot.delete_message(chess.id, old.id)

    assert (old.deleted, new.deleted) == (True, False)


async def test_many_are_deleted_at_once_and_those_that_are_gone_are_skipped(chess_society: Society) -> None:
    chess, alice = chess_society.chess, chess_society.alice
    numbers = [(await alice.say(chess, str(number))).id for number in range(5)]

    await chess_society.bot.delete_messages(chess.id, [*numbers, 9999])
    with pytest.raises(BadRequest, match=r"(?i)too many message identifiers"):
        await chess_society.bot.delete_messages(chess.id, list(range(1, 102)))

    assert chess.said == []


async def test_privacy_mode_lets_commands_mentions_and_replies_through_and_an_administrator_hears_all(
    chess_society: Society,
) -> None:
    telegram, alice, chess = chess_society.telegram, chess_society.alice, chess_society.chess
    chess.demote(chess_society.robot)
    other = telegram.bot("other_bot")
    chess.add(other)
    ours = await chess_society.bot.send_message(chess.id, "hello")
    chess_society.robot.updates.drop()
    for text in ("chatter", "/help", "/help@other_bot", "/help@porter_bot", "hi @porter_bot"):
        await alice.say(chess, text)
    await alice.say(chess, "thanks", reply_to=next(one for one in chess.said if one.id == ours.message_id))

    heard = await chess_society.bot.get_updates()
    chess.promote(chess_society.robot)
    await alice.say(chess, "more chatter")
    more = await chess_society.bot.get_updates(offset=heard[-1].update_id + 1)

    texts = ["/help", "/help@porter_bot", "hi @porter_bot", "thanks"]
    assert [update.message and update.message.text for update in heard] == texts
    assert more[-1].message
    assert more[-1].message.text == "more chatter"


async def test_turning_privacy_mode_off_counts_once_the_bot_is_added_anew(chess_society: Society) -> None:
    alice, chess, robot = chess_society.alice, chess_society.chess, chess_society.robot
    chess.demote(robot)
    robot.privacy = False
    robot.updates.drop()

    await alice.say(chess, "not heard yet")
    before = [update.kind for update in robot.updates.due()]
    chess.kick(robot)
    chess.add(robot)
    await alice.say(chess, "heard")

    assert (await chess_society.bot.get_me()).can_read_all_group_messages
    assert before == []
    assert robot.updates.due()[-1].payload["message"]["text"] == "heard"


async def test_a_bot_hears_neither_itself_nor_other_bots(chess_society: Society) -> None:
    other = chess_society.telegram.bot("other_bot")
    chess_society.chess.promote(other)
    chess_society.robot.updates.drop()

    await chess_society.bot.send_message(chess_society.chess.id, "hello")

    assert await chess_society.bot.get_updates() == ()
    assert [update.kind for update in other.updates.due()][-1] != "message"


async def test_pins_are_shown_and_taken_down(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    rules = await bot.send_message(chess.id, "The rules")

    await bot.pin_chat_message(chess.id, rules.message_id)
    shown = (await bot.get_chat(chess.id)).pinned_message
    pinned = [message.text for message in chess.pinned]
    await bot.unpin_chat_message(chess.id, rules.message_id)

    assert shown
    assert shown.message_id == rules.message_id
    assert (pinned, chess.pinned) == (["The rules"], [])


async def test_people_see_the_narrowest_commands_that_are_set(chess_society: Society) -> None:
    bot, chess, robot = chess_society.bot, chess_society.chess, chess_society.robot

    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_commands([BotCommand("cases", "Open cases")], scope=BotCommandScopeAllChatAdministrators())

    assert [one["command"] for one in chess_society.alice.commands(robot, chess)] == ["help"]
    assert [one["command"] for one in chess_society.una.commands(robot, chess)] == ["cases"]
    assert [one.command for one in await bot.get_my_commands()] == ["help"]
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Two Words", "no")])


async def test_people_and_chats_wait_for_what_they_are_told(chess_society: Society) -> None:
    bot, alice, chess = chess_society.bot, chess_society.alice, chess_society.chess
    await alice.start(chess_society.robot)

    heard, seen, call, *_ = await asyncio.gather(
        alice.hears("your case"),
        chess.hears("be kind"),
        chess_society.telegram.called("sendMessage", times=2),
        bot.send_message(alice.id, "About your case"),
        bot.send_message(chess.id, "Please be kind"),
    )

    assert (heard.text, seen.text) == ("About your case", "Please be kind")
    assert call.applied
    assert call.answer["chat"]["id"] in (alice.id, chess.id)


async def test_what_people_see_ends_when_they_leave(chess_society: Society) -> None:
    chess, alice = chess_society.chess, chess_society.alice
    await chess_society.bot.send_message(chess.id, "hello")
    before = [message.text for message in chess.visible_to(alice) if not message.service]

    await alice.leave(chess)

    assert before == ["hello"]
    assert chess.visible_to(alice) == []
    with pytest.raises(UnheardError, match="hello"):
        await alice.hears("hello", limit=0.01)
