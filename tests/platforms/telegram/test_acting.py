"""Acting on Telegram: deleting, timeouts, removals, leaving."""

from datetime import timedelta

import pytest

from bot.errors import Forbidden, Gone, PlatformError, RateLimited, Uncertain
from bot.model import AccountRef, AuthorKind, Priority
from bot.outbox.pace import bearing_of
from tests.platforms.telegram.conftest import Scene, ref


async def test_messages_are_deleted_in_one_call(scene: Scene) -> None:
    messages = [await scene.alice.say(scene.chess, f"message {number}") for number in range(3)]

    became = await scene.adapter.delete(scene.place, [str(one.id) for one in messages], "case 7")

    assert set(became.values()) == {"deleted"}
    assert all(one.deleted for one in messages)
    assert len(scene.telegram.journal.applied("deleteMessages")) == 1


async def test_more_than_a_hundred_messages_take_more_calls_and_none_is_asked_for_twice(scene: Scene) -> None:
    messages = [await scene.alice.say(scene.chess, f"message {number}") for number in range(120)]
    ids = [str(one.id) for one in messages]

    became = await scene.adapter.delete(scene.place, ids + ids, "case 7")

    assert len(became) == 120
    assert [len(call.args["message_ids"]) for call in scene.telegram.journal.applied("deleteMessages")] == [100, 20]


async def test_for_each_message_it_is_told_what_became_of_it(scene: Scene) -> None:
    old = await scene.alice.say(scene.chess, "old")
    scene.telegram.clock.advance(hours=49)
    gone = await scene.alice.say(scene.chess, "gone")
    await scene.alice.erase(gone)
    young = await scene.alice.say(scene.chess, "young")

    became = await scene.adapter.delete(scene.place, [str(one.id) for one in (old, gone, young)], "case 7")

    assert became[str(young.id)] == "deleted"
    assert became[str(gone.id)] == "gone"
    assert "older than 48 hours" in became[str(old.id)]
    assert not old.deleted


async def test_without_the_right_to_delete_the_right_is_named(scene: Scene) -> None:
    message = await scene.alice.say(scene.chess, "rude")
    scene.chess.promote(scene.robot, can_delete_messages=False)

    with pytest.raises(Forbidden, match="Porter lacks the right “Delete messages” in “Chess Society”"):
        await scene.adapter.delete(scene.place, [str(message.id)], "case 7")

    assert not message.deleted


async def test_a_deletion_that_may_have_happened_is_uncertain_and_can_be_done_again(scene: Scene) -> None:
    message = await scene.alice.say(scene.chess, "rude")
    scene.telegram.faults.reset_after("deleteMessages")

    with pytest.raises(Uncertain):
        await scene.adapter.delete(scene.place, [str(message.id)], "case 7")
    became = await scene.adapter.delete(scene.place, [str(message.id)], "case 7")

    assert message.deleted
    assert became[str(message.id)] in ("deleted", "gone")


async def test_a_member_is_kept_from_writing_until_then(scene: Scene) -> None:
    until = scene.app.now() + timedelta(minutes=60)

    await scene.adapter.timeout(scene.chat, ref(scene.alice), until, "case 7")

    standing = scene.chess.standing(scene.alice)
    assert standing.status == "restricted"
    assert standing.is_member
    assert abs(standing.until - until.timestamp()) <= 1
    assert scene.telegram.journal.applied("restrictChatMember")[-1].args["use_independent_chat_permissions"] is True


async def test_a_timeout_too_short_for_telegram_does_not_last_for_ever(scene: Scene) -> None:
    await scene.adapter.timeout(scene.chat, ref(scene.alice), scene.app.now() + timedelta(seconds=5), "case 7")

    left = scene.chess.standing(scene.alice).until - scene.app.now().timestamp()
    assert 60 < left <= 120


async def test_a_timeout_that_is_over_is_not_begun(scene: Scene) -> None:
    await scene.adapter.timeout(scene.chat, ref(scene.alice), scene.app.now() - timedelta(minutes=1), "case 7")

    assert scene.chess.standing(scene.alice).status == "member"


async def test_a_timeout_longer_than_telegram_knows_ends_after_a_year(scene: Scene) -> None:
    await scene.adapter.timeout(scene.chat, ref(scene.alice), scene.app.now() + timedelta(days=400), "case 7")

    left = scene.chess.standing(scene.alice).until - scene.app.now().timestamp()
    assert 364 < left / 86400 <= 365


async def test_a_timeout_does_not_shorten_what_somebody_else_has_imposed(scene: Scene) -> None:
    scene.chess.restrict(scene.alice, can_send_messages=False)

    await scene.adapter.timeout(scene.chat, ref(scene.alice), scene.app.now() + timedelta(minutes=5), "case 7")

    assert scene.chess.standing(scene.alice).until == 0


async def test_a_timeout_does_not_let_in_somebody_who_is_banned(scene: Scene) -> None:
    scene.chess.ban(scene.alice)

    with pytest.raises(Gone):
        await scene.adapter.timeout(scene.chat, ref(scene.alice), scene.app.now() + timedelta(minutes=5), "case 7")

    assert scene.chess.standing(scene.alice).status == "kicked"


@pytest.mark.parametrize("act", ["timeout", "remove"])
@pytest.mark.parametrize("who", ["owner", "administrator"])
async def test_those_in_charge_are_out_of_reach_and_it_is_said_before_anything_is_tried(
    scene: Scene, act: str, who: str
) -> None:
    if who == "administrator":
        scene.chess.promote(scene.alice, can_pin_messages=True)
    person = scene.una if who == "owner" else scene.alice

    with pytest.raises(Forbidden, match="owner"):
        await do(scene, act, ref(person))

    assert scene.chess.standing(person).status in ("creator", "administrator")
    assert scene.telegram.journal.applied("banChatMember") == []
    assert scene.telegram.journal.applied("restrictChatMember") == []


@pytest.mark.parametrize("act", ["timeout", "remove"])
async def test_a_basic_group_is_no_place_for_that(scene: Scene, act: str) -> None:
    small = scene.telegram.group("Small", creator=scene.una)
    small.promote(scene.robot)
    small.add(scene.alice)
    chat = scene.bind(small)

    with pytest.raises(Forbidden, match="“Small” is a basic group"):
        await (
            scene.adapter.remove(chat, ref(scene.alice), "case 7")
            if act == "remove"
            else scene.adapter.timeout(chat, ref(scene.alice), scene.app.now() + timedelta(minutes=5), "case 7")
        )

    assert scene.telegram.journal.applied("banChatMember") == []


async def do(scene: Scene, act: str, account: AccountRef) -> None:
    if act == "remove":
        await scene.adapter.remove(scene.chat, account, "case 7")
    else:
        await scene.adapter.timeout(scene.chat, account, scene.app.now() + timedelta(minutes=5), "case 7")


async def test_who_is_removed_may_come_back(scene: Scene) -> None:
    await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")

    assert scene.chess.standing(scene.alice).status == "left"
    ban = scene.telegram.journal.applied("banChatMember")[-1]
    unban = scene.telegram.journal.applied("unbanChatMember")[-1]
    assert "until_date" not in ban.args
    assert unban.args["only_if_banned"] is True
    assert not await scene.adapter.in_chat(scene.chat, ref(scene.alice))


async def test_a_ban_that_somebody_else_made_stays(scene: Scene) -> None:
    scene.chess.ban(scene.alice)

    with pytest.raises(Gone):
        await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")

    assert scene.chess.standing(scene.alice).status == "kicked"


async def test_a_removal_that_stopped_half_way_is_finished_when_it_is_tried_again(scene: Scene) -> None:
    scene.telegram.faults.reset_before("unbanChatMember")

    with pytest.raises(PlatformError):
        await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")
    assert scene.chess.standing(scene.alice).status == "kicked"
    await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")

    assert scene.chess.standing(scene.alice).status == "left"


async def test_a_removal_that_was_refused_takes_no_later_ban_for_its_own(scene: Scene) -> None:
    scene.chess.promote(scene.robot, can_restrict_members=False)
    with pytest.raises(Forbidden, match="Ban users"):
        await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")
    scene.chess.ban(scene.alice)
    scene.chess.promote(scene.robot, can_restrict_members=True)

    with pytest.raises(Gone):
        await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")

    assert scene.chess.standing(scene.alice).status == "kicked"


async def test_who_left_by_themselves_is_gone_already(scene: Scene) -> None:
    await scene.alice.leave(scene.chess)

    with pytest.raises(Gone, match="not in the group any more"):
        await scene.adapter.remove(scene.chat, ref(scene.alice), "case 7")


async def test_a_channel_is_no_member(scene: Scene) -> None:
    channel = AccountRef("telegram", "-1001", "News", kind=AuthorKind.CHANNEL)

    with pytest.raises(Forbidden, match="A channel cannot be acted against"):
        await scene.adapter.remove(scene.chat, channel, "case 7")

    assert scene.telegram.journal.calls == []


async def test_leaving_a_chat_we_were_taken_out_of_is_no_failure(scene: Scene) -> None:
    await scene.adapter.leave(str(scene.chess.id))
    await scene.adapter.leave(str(scene.chess.id))

    assert scene.chess.standing(scene.robot).status == "left"


async def test_a_wait_stops_a_clean_up_which_can_go_on_later(scene: Scene) -> None:
    message = await scene.alice.say(scene.chess, "rude")
    scene.telegram.faults.flood("deleteMessages", retry_after=3)

    with bearing_of(Priority.DELETE, 1.5), pytest.raises(RateLimited):
        await scene.adapter.delete(scene.place, [str(message.id)], "case 7")

    assert scene.telegram.journal.applied("deleteMessage") == []
