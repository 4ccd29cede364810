"""Servers, channels, threads and roles as a bot arranges them with the real discord.py."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.wire.discord import ChannelKind, Permission, Poll
from tests.wire.discord.visitor import Stage, discord, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage
        assert stage.world.problems == []


async def test_channels_are_made_moved_renamed_and_removed(stage: Stage) -> None:
    category = await stage.guild.create_category("Committee")
    made = await stage.guild.create_text_channel("Case Room", category=category, topic="Cases", reason="setting up")
    await made.edit(name="Cases Here", position=0, slowmode_delay=5)

    room = stage.chess.text("cases-here")
    assert (room.topic, room.slow_mode, room.parent) == ("Cases", 5, stage.chess.text("Committee"))
    assert "setting up" in [entry.reason for entry in stage.chess.audit_log]
    await made.delete()
    await stage.bot.hears("guild_channel_delete")
    assert {channel.name for channel in stage.chess.channels.values()} == {"general", "Committee"}


async def test_roles_are_made_changed_moved_and_removed(stage: Stage) -> None:
    low = await stage.guild.create_role(name="Low", colour=discord.Colour(0x123456), hoist=True)
    high = await stage.guild.create_role(name="High")
    await low.edit(name="Member", mentionable=True, permissions=discord.Permissions(send_messages=True))
    await low.move(below=high)

    role = stage.chess.roles[low.id]
    assert (role.name, role.mentionable, role.permissions) == ("Member", True, Permission.SEND_MESSAGES)
    assert role.position > stage.chess.roles[high.id].position
    await high.delete()
    await stage.bot.hears("guild_role_delete")
    assert high.id not in stage.chess.roles


async def test_the_bots_own_role_can_be_neither_given_up_nor_outranked(stage: Stage) -> None:
    own = stage.guild.self_role
    assert own is not None
    made = await stage.guild.create_role(name="Member")
    top = stage.chess.roles[own.id].position

    with pytest.raises(discord.Forbidden) as own_refused:
        await own.edit(name="Boss")
    with pytest.raises(discord.Forbidden) as above_refused:
        await stage.bot.http.move_role_position(stage.guild.id, [{"id": made.id, "position": top}])

    assert (own_refused.value.code, above_refused.value.code) == (50013, 50013)


async def test_what_the_server_is_called_can_be_read_and_changed(stage: Stage) -> None:
    await stage.guild.edit(name="The Chess Society", system_channel=stage.place)
    await stage.chess.join(stage.world.user("Bob"))

    fetched = await stage.bot.fetch_guild(stage.guild.id)
    notice = await stage.bot.hears("message")
    assert (fetched.name, fetched.approximate_member_count) == ("The Chess Society", 4)
    assert notice.type is discord.MessageType.new_member
    assert [guild.name async for guild in stage.bot.fetch_guilds()] == ["The Chess Society"]


async def test_the_audit_log_says_who_did_what_and_why(stage: Stage) -> None:
    await stage.guild.kick(stage.seen(stage.alice), reason="CH-1")

    entries = [entry async for entry in stage.guild.audit_logs(action=discord.AuditLogAction.kick)]

    heard = await stage.bot.hears("audit_log_entry_create")
    assert [(entry.user_id, entry.reason) for entry in entries] == [(stage.application.id, "CH-1")]
    assert heard.reason == "CH-1"


async def test_many_are_banned_at_once_and_those_out_of_reach_are_named(stage: Stage) -> None:
    una, bob = stage.chess.owner, stage.world.user("Bob")

    result = await stage.guild.bulk_ban([discord.Object(each.id) for each in (una, bob, stage.alice)], reason="raid")

    assert {each.id for each in result.banned} == {bob.id, stage.alice.id}
    assert [each.id for each in result.failed] == [una.id]
    assert {ban.user.id async for ban in stage.guild.bans()} == {bob.id, stage.alice.id}
    assert (await stage.guild.fetch_ban(discord.Object(bob.id))).reason == "raid"


async def test_a_thread_hangs_on_a_message_and_can_be_locked(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, "a question")
    heard = await stage.bot.hears("message")
    thread = await heard.create_thread(name="answers")
    await thread.send("an answer")
    await thread.edit(archived=True, locked=True)

    assert message.thread is not None
    assert [one.text for one in message.thread.messages] == ["an answer"]
    assert [each.name async for each in stage.place.archived_threads()] == ["answers"]
    assert await stage.guild.active_threads() == []


async def test_a_post_in_a_forum_begins_with_a_message(stage: Stage) -> None:
    forum = stage.chess.channel("questions", ChannelKind.FORUM)
    await stage.bot.hears("guild_channel_create")
    place = stage.guild.get_channel(forum.id)
    assert isinstance(place, discord.ForumChannel)

    made = await place.create_thread(name="How does a knight move?", content="Please say.")
    post = await stage.alice.start_thread(forum, "And a bishop?", "Please.")

    assert stage.world.channels[made.thread.id].messages[0].text == "Please say."
    assert [one.text for one in post.messages] == ["Please."]


async def test_a_bot_puts_a_poll_shows_that_it_types_and_forwards(stage: Stage) -> None:
    elsewhere = stage.chess.channel("elsewhere")
    await stage.bot.hears("guild_channel_create")
    poll = discord.Poll(question="Saturday?", duration=timedelta(hours=4))
    poll.add_answer(text="yes")

    await stage.place.typing()
    sent = await stage.place.send(poll=poll)
    text = await stage.place.send("see here")
    await text.forward(stage.bot.text_channel(elsewhere.id))

    assert stage.general.messages[0].poll == Poll("Saturday?", ["yes"], hours=4)
    assert sent.poll is not None
    copy = elsewhere.messages[0].forwarded
    assert copy is not None
    assert copy.content == "see here"


async def test_invites_are_made_listed_and_revoked(stage: Stage) -> None:
    invite = await stage.place.create_invite(max_age=3600, max_uses=1, reason="newcomers")

    assert [each.code for each in await stage.guild.invites()] == [invite.code]
    assert (await stage.bot.fetch_invite(invite.code)).guild is not None
    await invite.delete()
    assert stage.chess.invites == {}


async def test_a_bot_is_thrown_out_and_leaves_on_its_own(stage: Stage) -> None:
    draughts = stage.world.server("Draughts Society", owner=stage.chess.owner)
    await draughts.install(stage.application)
    joined = await stage.bot.hears("guild_join")
    await stage.chess.uninstall(stage.application)
    gone = await stage.bot.hears("guild_remove")

    await joined.leave()

    assert (joined.name, gone.id) == ("Draughts Society", stage.chess.id)
    assert stage.application.id not in draughts.members


async def test_a_bot_knows_its_application_and_its_commands(stage: Stage) -> None:
    stage.bot.tree.command(name="report", description="Tell somebody")(_report)
    (registered,) = await stage.bot.tree.sync()
    about = await stage.bot.application_info()
    (listed,) = await stage.bot.tree.fetch_commands()

    await registered.delete()

    assert (about.id, about.flags.gateway_message_content_limited) == (stage.application.id, True)
    assert listed.id == registered.id
    assert stage.application.commands() == []


async def _report(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("noted")
