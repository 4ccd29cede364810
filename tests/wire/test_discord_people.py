"""What a bot may do to people and places, and what it is told when it may not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.wire.discord import Blocked, ChannelKind, Permission, Refusal
from tests.wire.discord.visitor import Stage, discord, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage
        assert stage.world.problems == []


async def code_of(doing: object) -> tuple[int, int]:
    """The status and code with which Discord refuses."""
    with pytest.raises(discord.HTTPException) as refused:
        await doing  # type: ignore[misc]
    return refused.value.status, refused.value.code


async def test_a_private_message_arrives_in_the_inbox_and_its_answer_comes_back(stage: Stage) -> None:
    await stage.seen(stage.alice).send("welcome")
    await stage.alice.write(stage.application, "thank you")

    heard = await stage.bot.hears("message", nth=2)
    assert [one.text for one in stage.alice.inbox] == ["welcome"]
    assert (heard.content, heard.guild, heard.author.id) == ("thank you", None, stage.alice.id)


async def test_closed_private_messages_are_refused(stage: Stage) -> None:
    stage.alice.dms_closed = True

    refused = await code_of(stage.seen(stage.alice).send("welcome"))

    assert refused == (403, 50007)
    assert stage.alice.inbox == []


async def test_somebody_who_left_every_common_server_cannot_be_written_to(stage: Stage) -> None:
    known = stage.seen(stage.alice)
    await stage.alice.leave()

    refused = await code_of(known.send("come back"))

    assert refused == (403, 50278)


async def test_opening_private_conversations_too_fast_is_refused(stage: Stage) -> None:
    bob = await stage.chess.join(stage.world.user("Bob"))
    await stage.bot.hears("member_join")
    stage.world.private_openings = (1, timedelta(minutes=10))
    await stage.seen(stage.alice).send("one")

    refused = await code_of(stage.seen(bob).send("two"))

    stage.world.clock.advance(timedelta(minutes=11))
    await stage.seen(bob).send("three")
    assert refused == (403, 40003)
    assert [one.text for one in bob.inbox] == ["three"]


async def test_a_flagged_bot_reaches_nobody_in_private(stage: Stage) -> None:
    stage.application.flagged = True

    assert await code_of(stage.seen(stage.alice).send("hello")) == (403, 20026)


async def test_a_kick_a_ban_and_its_lifting_leave_their_reasons(stage: Stage) -> None:
    bob = await stage.chess.join(stage.world.user("Bob"))
    message = await bob.say(stage.general, "spam")
    await stage.bot.hears("message")

    await stage.guild.kick(stage.seen(stage.alice), reason="CH-1")
    await stage.guild.ban(stage.seen(bob), reason="CH-2", delete_message_seconds=3600)
    with pytest.raises(Refusal):
        await stage.chess.join(bob.user)
    await stage.guild.unban(discord.Object(bob.id), reason="CH-3")

    assert (stage.alice.present, bob.present, message.deleted) == (False, False, True)
    assert [entry.reason for entry in stage.chess.audit_log[-3:]] == ["CH-1", "CH-2", "CH-3"]
    assert stage.chess.bans == {}
    assert (await code_of(stage.guild.unban(discord.Object(bob.id))))[1] == 10026


async def test_the_owner_and_those_above_are_out_of_reach(stage: Stage) -> None:
    owner = stage.guild.owner
    assert owner is not None
    high = stage.chess.role("Committee", above=stage.chess.member(stage.application.user).roles[0])
    await stage.chess.give(stage.alice, high)
    alice = stage.seen(stage.alice)

    assert await code_of(owner.kick()) == (403, 50013)
    assert await code_of(alice.ban()) == (403, 50013)
    assert await code_of(alice.timeout(timedelta(minutes=1))) == (403, 50013)
    assert stage.alice.present


async def test_an_administrator_below_the_bot_cannot_be_timed_out(stage: Stage) -> None:
    await stage.chess.give(stage.alice, stage.chess.role("Admins", Permission.ADMINISTRATOR))

    assert await code_of(stage.seen(stage.alice).timeout(timedelta(minutes=1))) == (403, 50013)


async def test_a_timeout_silences_until_it_is_over_and_lasts_no_longer_than_28_days(stage: Stage) -> None:
    alice = stage.seen(stage.alice)
    await alice.timeout(timedelta(hours=1), reason="CH-4")
    with pytest.raises(Refusal):
        await stage.alice.say(stage.general, "but")
    stage.world.clock.advance(timedelta(hours=2))

    await stage.alice.say(stage.general, "sorry")

    assert await code_of(alice.timeout(timedelta(days=29))) == (400, 50035)
    assert stage.chess.audit_log[-1].reason == "CH-4"


async def test_roles_are_given_below_the_bots_own_and_never_managed_ones(stage: Stage) -> None:
    member = stage.chess.role("Member")
    high = stage.chess.role("Committee", above=stage.chess.member(stage.application.user).roles[0])
    managed = stage.chess.member(stage.application.user).roles[0]
    alice = stage.seen(stage.alice)

    await alice.add_roles(discord.Object(member.id), reason="paid")

    assert stage.alice.roles == [member]
    assert await code_of(alice.add_roles(discord.Object(high.id))) == (403, 50013)
    assert await code_of(alice.add_roles(discord.Object(managed.id))) == (400, 50028)
    assert await code_of(alice.add_roles(discord.Object(1))) == (404, 10011)


async def test_overwrites_decide_who_sees_a_channel_the_bot_makes(stage: Stage) -> None:
    member = await stage.guild.create_role(name="Member", permissions=discord.Permissions.none())
    private = await stage.guild.create_text_channel(
        "Members Only",
        overwrites={
            stage.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            member: discord.PermissionOverwrite(view_channel=True),
            stage.guild.me: discord.PermissionOverwrite(view_channel=True),
        },
    )
    channel = stage.chess.text("members-only")
    before = stage.alice.sees(channel)

    await stage.seen(stage.alice).add_roles(member)

    assert (before, stage.alice.sees(channel)) == (False, True)
    await private.set_permissions(member, overwrite=None)
    assert not stage.alice.sees(channel)


async def test_a_right_one_has_not_cannot_be_given(stage: Stage) -> None:
    granting = stage.guild.create_role(name="Admins", permissions=discord.Permissions(administrator=True))

    assert await code_of(granting) == (403, 50013)


async def test_a_hidden_channel_is_no_access_and_a_missing_right_is_named_so(stage: Stage) -> None:
    everyone, nothing = stage.chess.everyone, Permission(0)
    hidden = stage.chess.channel("hidden", overwrites={everyone: (nothing, Permission.VIEW_CHANNEL)})
    quiet = stage.chess.channel("quiet", overwrites={everyone: (nothing, Permission.SEND_MESSAGES)})
    await stage.bot.hears("guild_channel_create", nth=2)

    assert await code_of(stage.bot.text_channel(hidden.id).send("x")) == (403, 50001)
    assert await code_of(stage.bot.text_channel(quiet.id).send("x")) == (403, 50013)


async def test_what_does_not_exist_is_unknown_by_its_kind(stage: Stage) -> None:
    assert await code_of(stage.bot.fetch_channel(1)) == (404, 10003)
    assert await code_of(stage.bot.fetch_guild(1)) == (404, 10004)
    assert await code_of(stage.guild.fetch_member(1)) == (404, 10007)
    assert await code_of(stage.place.fetch_message(1)) == (404, 10008)
    assert await code_of(stage.bot.fetch_user(1)) == (404, 10013)


async def test_people_are_found_by_list_and_by_name(stage: Stage) -> None:
    listed = [member.id async for member in stage.guild.fetch_members(limit=None)]
    found = await stage.guild.query_members("ali")

    assert sorted(listed) == sorted(stage.chess.members)
    assert [member.id for member in found] == [stage.alice.id]


async def test_automod_keeps_a_message_from_being_posted_and_says_so(stage: Stage) -> None:
    await stage.guild.create_automod_rule(
        name="Slurs",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(keyword_filter=["badword*"], allow_list=["badwording"]),
        actions=[
            discord.AutoModRuleAction(custom_message="Please do not."),
            discord.AutoModRuleAction(channel_id=stage.general.id),
            discord.AutoModRuleAction(duration=timedelta(minutes=5)),
        ],
        enabled=True,
    )

    with pytest.raises(Blocked, match=r"Please do not\."):
        await stage.alice.say(stage.general, "you badwords")

    execution = await stage.bot.hears("automod_action")
    assert (execution.content, execution.matched_keyword, execution.user_id) == (
        "you badwords",
        "badword*",
        stage.alice.id,
    )
    assert [message.text for message in stage.general.messages] == ["Slurs\nyou badwords"]
    assert stage.alice.is_timed_out


async def test_automod_lets_through_what_its_list_allows_and_what_is_switched_off(stage: Stage) -> None:
    rule = await stage.guild.create_automod_rule(
        name="Slurs",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(keyword_filter=["badword*"], allow_list=["badwording"]),
        actions=[discord.AutoModRuleAction()],
    )
    await stage.alice.say(stage.general, "badword")

    await rule.edit(enabled=True)

    await stage.alice.say(stage.general, "badwording")
    assert [message.text for message in stage.general.messages] == ["badword", "badwording"]


async def test_an_invite_with_a_role_lets_in_only_those_it_names(stage: Stage) -> None:
    member = stage.chess.role("Member")
    bob, eve = stage.world.user("Bob"), stage.world.user("Eve")
    route = discord.http.Route("POST", "/channels/{channel_id}/invites", channel_id=stage.general.id)
    listed = f"user_id\n{bob.id}\n".encode()
    form: list[dict[str, Any]] = [
        {"name": "payload_json", "value": f'{{"role_ids": ["{member.id}"]}}', "content_type": "application/json"},
        {"name": "target_users_file", "value": listed, "filename": "users.csv", "content_type": "text/csv"},
    ]

    made = await stage.bot.http.request(route, form=form)

    invite = stage.chess.invites[made["code"]]
    assert (await stage.chess.join(bob, invite=invite)).roles == [member]
    with pytest.raises(Refusal):
        await stage.chess.join(eve, invite=invite)


async def test_a_voice_channel_has_a_text_of_its_own(stage: Stage) -> None:
    voice = stage.chess.channel("Lounge", ChannelKind.VOICE)

    await stage.alice.say(voice, "anybody?")

    heard = await stage.bot.hears("message")
    assert (heard.channel.id, heard.content) == (voice.id, "anybody?")
