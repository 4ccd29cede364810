"""Getting in: links, requests, the ten-second query, the five-minute window, and who is told."""

from collections.abc import AsyncIterator

import pytest
from telegram import ChatMemberUpdated
from telegram.error import BadRequest, Forbidden

from tests.wire.telegram import Clock, ImpossibleError, JoinRequest, Person
from tests.wire.telegram.client import Society, society

WANTED = ["chat_join_request", "chat_member", "my_chat_member"]


@pytest.fixture
async def chess_society() -> AsyncIterator[Society]:
    async with society(Clock(1_700_000_000)) as running:
        await running.bot.get_updates(allowed_updates=WANTED)
        yield running
        assert running.telegram.problems == []


@pytest.fixture
def bob(chess_society: Society) -> Person:
    return chess_society.telegram.user("Bob", username="bob")


async def test_a_request_by_a_link_is_approved_and_everybody_in_charge_is_told(
    chess_society: Society, bob: Person
) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    link = await bot.create_chat_invite_link(chess.id, name="Gate", creates_join_request=True)

    knock = await bob.follow(link.invite_link)
    (asked,) = await bot.get_updates()
    assert asked.chat_join_request
    await asked.chat_join_request.approve()

    assert isinstance(knock, JoinRequest)
    assert (knock.state, chess.standing(bob).status) == ("approved", "member")
    change = chat_member((await bot.get_updates())[-1].chat_member)
    assert (change.new_chat_member.user.id, change.new_chat_member.status) == (bob.id, "member")
    assert change.invite_link
    assert change.invite_link.name == "Gate"
    assert change.via_join_request is None


async def test_only_a_request_without_a_link_says_that_it_was_a_request(chess_society: Society, bob: Person) -> None:
    await bob.asks_to_join(chess_society.chess)

    await chess_society.bot.approve_chat_join_request(chess_society.chess.id, bob.id)

    change = chat_member((await chess_society.bot.get_updates())[-1].chat_member)
    assert change.via_join_request


async def test_what_somebody_else_decided_cannot_be_decided_again(chess_society: Society, bob: Person) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    await bob.asks_to_join(chess)
    chess.decline(bob)

    with pytest.raises(BadRequest, match=r"(?i)hide_requester_missing"):
        await bot.approve_chat_join_request(chess.id, bob.id)
    await bob.asks_to_join(chess)
    chess.approve(bob)
    with pytest.raises(BadRequest, match=r"(?i)user_already_participant"):
        await bot.approve_chat_join_request(chess.id, bob.id)

    assert [knock.state for knock in chess.knocks] == ["declined", "approved"]


async def test_a_query_is_answered_within_ten_seconds_and_once(chess_society: Society, bob: Person) -> None:
    bot, chess, clock = chess_society.bot, chess_society.chess, chess_society.telegram.clock
    knock = await bob.asks_to_join(chess, query=True)
    (asked,) = await bot.get_updates()
    assert asked.chat_join_request
    query = asked.chat_join_request.api_kwargs["query_id"]
    answer = {"chat_join_request_query_id": query, "result": "queue"}

    await bot.do_api_request("answerChatJoinRequestQuery", answer)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.do_api_request("answerChatJoinRequestQuery", answer)
    late = await chess_society.telegram.user("Cleo").asks_to_join(chess, query=True)
    clock.advance(10.5)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.do_api_request("answerChatJoinRequestQuery", answer | {"chat_join_request_query_id": late.query_id})

    assert (knock.result, knock.state) == ("queue", "pending")
    assert (late.result, late.state) == (None, "pending")


@pytest.mark.parametrize(("result", "status"), [("approve", "member"), ("decline", "left")])
async def test_a_query_can_decide_at_once(chess_society: Society, bob: Person, result: str, status: str) -> None:
    knock = await bob.asks_to_join(chess_society.chess, query=True)

    answer = {"chat_join_request_query_id": knock.query_id, "result": result}
    await chess_society.bot.do_api_request("answerChatJoinRequestQuery", answer)

    assert chess_society.chess.standing(bob).status == status


async def test_a_request_opens_five_minutes_to_write_until_it_is_decided(chess_society: Society, bob: Person) -> None:
    bot, chess, clock = chess_society.bot, chess_society.chess, chess_society.telegram.clock
    door = 4_500_000_000_123_456
    knock = await bob.asks_to_join(chess, user_chat_id=door)

    await bot.send_message(door, "Hello Bob")
    clock.advance(minutes=5, seconds=1)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(door, "Too late")
    await bob.withdraw(knock)
    await bob.asks_to_join(chess)
    chess.decline(bob)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(bob.id, "Decided")

    assert [message.text for message in bob.inbox] == ["Hello Bob"]


async def test_links_end_by_number_date_and_revocation(chess_society: Society, bob: Person) -> None:
    bot, chess, telegram = chess_society.bot, chess_society.chess, chess_society.telegram
    once = await bot.create_chat_invite_link(chess.id, member_limit=1)
    dated = await bot.create_chat_invite_link(chess.id, expire_date=telegram.clock.date() + 60)
    dead = await bot.revoke_chat_invite_link(chess.id, (await bot.create_chat_invite_link(chess.id)).invite_link)

    await bob.follow(once.invite_link)
    telegram.clock.advance(61)
    cleo = telegram.user("Cleo")
    for link in (once, dated, dead):
        with pytest.raises(ImpossibleError):
            await cleo.follow(link.invite_link)

    assert chess.standing(bob).present
    assert not chess.standing(cleo).present
    with pytest.raises(BadRequest, match=r"(?i)member limit can't be specified"):
        await bot.create_chat_invite_link(chess.id, member_limit=1, creates_join_request=True)


async def test_an_edited_link_forgets_what_is_not_said_again(chess_society: Society) -> None:
    bot, chess = chess_society.bot, chess_society.chess
    link = await bot.create_chat_invite_link(chess.id, name="Gate", creates_join_request=True)

    edited = await bot.edit_chat_invite_link(chess.id, link.invite_link, member_limit=5)

    assert (edited.name, edited.creates_join_request, edited.member_limit) == (None, False, 5)


async def test_a_member_added_by_hand_makes_no_request_but_a_change(chess_society: Society, bob: Person) -> None:
    chess_society.chess.add(bob)

    (update,) = await chess_society.bot.get_updates()

    change = chat_member(update.chat_member)
    assert (change.from_user.id, change.old_chat_member.status) == (chess_society.una.id, "left")


async def test_the_banned_neither_join_nor_ask(chess_society: Society, bob: Person) -> None:
    link = chess_society.chess.link()
    await bob.follow(link)

    await chess_society.bot.ban_chat_member(chess_society.chess.id, bob.id)

    for attempt in (bob.follow(link), bob.asks_to_join(chess_society.chess)):
        with pytest.raises(ImpossibleError):
            await attempt


async def test_the_bot_hears_of_its_own_promotion_and_removal(chess_society: Society) -> None:
    chess_society.chess.demote(chess_society.robot)
    chess_society.chess.kick(chess_society.robot)

    demoted, kicked, lifted = (chat_member(one.my_chat_member) for one in await chess_society.bot.get_updates())

    assert (demoted.old_chat_member.status, demoted.new_chat_member.status) == ("administrator", "member")
    assert (kicked.new_chat_member.status, lifted.new_chat_member.status) == ("kicked", "left")
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await chess_society.bot.get_chat(chess_society.chess.id)


def chat_member(change: ChatMemberUpdated | None) -> ChatMemberUpdated:
    assert change is not None
    return change
