from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Forbidden, Gone, PlatformError
from bot.platforms.discord import acting
from tests.platforms.discord.conftest import Wire, account
from tests.wire.discord import Permission

LATER = timedelta(hours=1)


async def test_many_messages_go_with_one_call_and_each_is_answered_for(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    sent = [await alice.say(lodge.general, f"spam {number}") for number in range(5)]
    ids = [str(message.id) for message in sent]

    became = await acting.delete(lodge.client, lodge.place(lodge.general), [*ids, ids[0]], "CH-1", datetime.now(UTC))

    assert became == dict.fromkeys(ids, "deleted")
    assert lodge.general.messages == []
    assert len(lodge.world.journal.calls("POST", "/channels/*/messages/bulk-delete")) == 1
    assert lodge.world.journal.calls("DELETE", "/channels/*/messages/*") == []


async def test_one_message_goes_alone_with_the_reference_as_the_reason(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "spam")

    await acting.delete(lodge.client, lodge.place(lodge.general), [str(message.id)], "CH-1", datetime.now(UTC))

    (call,) = lodge.world.journal.calls("DELETE", "/channels/*/messages/*")
    assert call.reason == "CH-1"


async def test_a_message_that_is_gone_already_is_said_to_be_gone(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "spam")
    await alice.erase(message)

    became = await acting.delete(lodge.client, lodge.place(lodge.general), [str(message.id)], "CH-1", datetime.now(UTC))

    assert became == {str(message.id): "gone"}


async def test_messages_too_old_for_a_group_go_one_by_one(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    old = [await alice.say(lodge.general, f"old {number}") for number in range(2)]
    lodge.world.clock.advance(timedelta(days=15))
    young = [await alice.say(lodge.general, f"new {number}") for number in range(2)]
    ids = [str(message.id) for message in [*old, *young]]

    became = await acting.delete(lodge.client, lodge.place(lodge.general), ids, "CH-1", lodge.world.clock.now())

    assert became == dict.fromkeys(ids, "deleted")
    assert lodge.general.messages == []


async def test_a_group_that_is_refused_is_tried_one_by_one(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    ids = [str((await alice.say(lodge.general, f"old {number}")).id) for number in range(3)]
    wrong_clock = lodge.world.clock.now()
    lodge.world.clock.advance(timedelta(days=15))

    became = await acting.delete(lodge.client, lodge.place(lodge.general), ids, "CH-1", wrong_clock)

    assert became == dict.fromkeys(ids, "deleted")


async def test_without_the_right_the_answer_names_it_and_asks_no_more(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    private = lodge.chess.channel(
        "private", overwrites={lodge.chess.everyone: (Permission(0), Permission.MANAGE_MESSAGES)}
    )
    ids = [str((await alice.say(private, f"spam {number}")).id) for number in range(3)]

    became = await acting.delete(lodge.client, lodge.place(private), ids, "CH-1", datetime.now(UTC))

    assert set(became.values()) == {"Porter lacks the right “Manage Messages” in #private, or its role stands too low."}
    assert lodge.world.limits.invalid == 1


async def test_a_timeout_holds_until_its_time(lodge: Wire) -> None:
    mallory = await lodge.chess.join(lodge.world.user("Mallory"))
    until = datetime.now(UTC).replace(microsecond=0) + LATER

    await acting.timeout(lodge.client, lodge.chat(), account(mallory), until, "CH-1", datetime.now(UTC))

    assert mallory.timed_out_until == until
    assert lodge.chess.audit_log[-1].reason == "CH-1"


async def test_the_owner_is_refused_before_discord_is_asked(lodge: Wire) -> None:
    una = lodge.chess.member(lodge.chess.owner)

    with pytest.raises(Forbidden, match="Una owns this server"):
        await acting.timeout(
            lodge.client, lodge.chat(), account(una), datetime.now(UTC) + LATER, "CH-1", datetime.now(UTC)
        )

    assert lodge.world.journal.calls("PATCH", "/guilds/*/members/*") == []


async def test_a_rank_given_a_moment_ago_counts(lodge: Wire) -> None:
    mallory = await lodge.chess.join(lodge.world.user("Mallory"))
    admin = lodge.chess.role("Admin", Permission.ADMINISTRATOR)
    lodge.world.gateway.miss("GUILD_MEMBER_UPDATE")
    await lodge.chess.give(mallory, admin)

    with pytest.raises(Forbidden, match="is an administrator"):
        await acting.timeout(
            lodge.client, lodge.chat(), account(mallory), datetime.now(UTC) + LATER, "CH-1", datetime.now(UTC)
        )


async def test_a_timeout_longer_than_discord_allows_is_refused(lodge: Wire) -> None:
    mallory = await lodge.chess.join(lodge.world.user("Mallory"))
    now = datetime.now(UTC)

    with pytest.raises(PlatformError, match="28 days"):
        await acting.timeout(lodge.client, lodge.chat(), account(mallory), now + timedelta(days=29), "CH-1", now)


async def test_a_removal_takes_out_without_barring_the_return(lodge: Wire) -> None:
    mallory = await lodge.chess.join(lodge.world.user("Mallory"))

    await acting.remove(lodge.client, lodge.chat(), account(mallory), "CH-1")

    assert not mallory.present
    assert lodge.chess.bans == {}
    assert (await lodge.chess.join(mallory.user)).present


async def test_a_person_somebody_banned_stays_banned(lodge: Wire) -> None:
    mallory = await lodge.chess.join(lodge.world.user("Mallory"))
    await lodge.chess.ban(mallory.user)

    with pytest.raises(Gone):
        await acting.remove(lodge.client, lodge.chat(), account(mallory), "CH-1")

    assert mallory.user.id in lodge.chess.bans


async def test_a_higher_role_cannot_be_removed_and_says_what_to_do(lodge: Wire) -> None:
    top = lodge.chess.role("Top", above=lodge.chess.member(lodge.world.applications[0].user).roles[-1])
    mallory = await lodge.chess.join(lodge.world.user("Mallory"), roles=[top])

    with pytest.raises(Forbidden, match="Move Porter's role up"):
        await acting.remove(lodge.client, lodge.chat(), account(mallory), "CH-1")


async def test_admitting_grants_the_member_role(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    role = lodge.chess.role("Member")
    chat = lodge.chat(str(role.id))
    before = await acting.in_chat(lodge.client, chat, account(alice))

    await acting.admit(lodge.client, chat, account(alice))

    assert role in alice.roles
    assert [before, await acting.in_chat(lodge.client, chat, account(alice))] == [False, True]


async def test_who_left_cannot_be_admitted_and_is_not_in_the_chat(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    chat = lodge.chat(str(lodge.chess.role("Member").id))
    await alice.leave()

    with pytest.raises(Gone):
        await acting.admit(lodge.client, chat, account(alice))

    assert not await acting.in_chat(lodge.client, chat, account(alice))


async def test_without_a_member_role_nobody_is_admitted(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))

    with pytest.raises(PlatformError, match="Run /setup"):
        await acting.admit(lodge.client, lodge.chat(), account(alice))
