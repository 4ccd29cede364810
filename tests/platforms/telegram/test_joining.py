"""Requests to join, and who is in the chat."""

import json

import pytest

from bot.errors import Forbidden
from bot.model import AccountRef
from bot.platforms.telegram import joining
from tests.platforms.telegram.conftest import Scene, ref
from tests.wire.telegram import JoinRequest, Person


async def knock(scene: Scene, name: str = "Bob", *, query: bool = False) -> tuple[Person, JoinRequest, str]:
    person = scene.telegram.user(name)
    request = await person.asks_to_join(scene.chess, query=query)
    known = {"chat": str(scene.chess.id), "user": str(person.id), "query_id": request.query_id or ""}
    return person, request, json.dumps(known)


async def test_a_request_is_approved(scene: Scene) -> None:
    bob, request, handle = await knock(scene)

    await scene.adapter.admit(scene.chat, ref(bob), handle)

    assert request.state == "approved"
    assert await scene.adapter.in_chat(scene.chat, ref(bob))


@pytest.mark.parametrize("how", ["approve", "decline", "add"])
async def test_a_request_that_somebody_else_dealt_with_is_no_failure(scene: Scene, how: str) -> None:
    bob, _, handle = await knock(scene)
    getattr(scene.chess, how)(bob)
    before = scene.chess.standing(bob).status

    await scene.adapter.admit(scene.chat, ref(bob), handle)
    await scene.adapter.refuse(scene.chat, ref(bob), handle)

    assert scene.chess.standing(bob).status == before


async def test_a_request_is_declined(scene: Scene) -> None:
    bob, request, handle = await knock(scene)

    await scene.adapter.refuse(scene.chat, ref(bob), handle)

    assert request.state == "declined"


async def test_without_the_right_to_approve_the_right_is_named(scene: Scene) -> None:
    bob, _, handle = await knock(scene)
    scene.chess.promote(scene.robot, can_invite_users=False)

    with pytest.raises(Forbidden, match="Invite users via link"):
        await scene.adapter.admit(scene.chat, ref(bob), handle)


async def test_who_came_without_a_request_gets_a_link_for_one(scene: Scene) -> None:
    bob = scene.telegram.user("Bob")
    await bob.start(scene.robot)

    await scene.adapter.admit(scene.chat, ref(bob), "")
    message = await bob.hears("Chess Society")
    await bob.follow(message.buttons[0][0].url or "")

    assert scene.chess.standing(bob).status == "member"
    made = scene.telegram.journal.applied("createChatInviteLink")[-1].args
    assert made["member_limit"] == 1
    assert 0 < made["expire_date"] - scene.app.now().timestamp() <= 86_400


async def test_who_is_in_already_gets_no_link(scene: Scene) -> None:
    await scene.adapter.admit(scene.chat, ref(scene.alice), "")

    assert scene.telegram.journal.applied("createChatInviteLink") == []


async def test_telegram_is_told_in_time_that_a_request_waits(scene: Scene) -> None:
    _, request, handle = await knock(scene, query=True)

    await scene.adapter.queue(handle)

    assert request.result == "queue"
    assert request.state == "pending"


async def test_a_request_that_nobody_waits_for_is_not_answered(scene: Scene) -> None:
    _, _, handle = await knock(scene)

    await scene.adapter.queue(handle)

    assert scene.telegram.journal.applied("answerChatJoinRequestQuery") == []


def test_a_handle_that_is_no_object_is_no_request() -> None:
    assert joining.opened("[]") == {}
    assert joining.opened("") == {}


async def test_who_is_in_the_chat_is_known(scene: Scene) -> None:
    stranger = scene.telegram.user("Stranger")
    scene.chess.restrict(scene.alice, can_send_messages=False)

    assert await scene.adapter.in_chat(scene.chat, ref(scene.una))
    assert await scene.adapter.in_chat(scene.chat, ref(scene.alice))
    assert not await scene.adapter.in_chat(scene.chat, ref(stranger))
    assert not await scene.adapter.in_chat(scene.chat, AccountRef("telegram", "123456789"))
