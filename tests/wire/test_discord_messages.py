"""Messages as the real discord.py sends, hears and finds them."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.wire.discord import File, Permission, Poll, Refusal, Sticker
from tests.wire.discord.visitor import Stage, discord, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage
        assert stage.world.problems == []


async def test_what_is_said_edited_and_erased_is_heard(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, "helo")
    await stage.alice.edit(message, "hello")
    await stage.alice.erase(message)

    await stage.bot.hears("raw_message_delete")
    before, after = stage.bot.all_heard("message_edit")[0]
    assert (before.content, after.content) == ("helo", "hello")
    assert stage.bot.all_heard("message")[0].id == message.id
    assert stage.bot.all_heard("raw_message_delete")[0].message_id == message.id
    assert stage.general.messages == []


async def test_a_reply_a_poll_and_a_sticker_carry_what_they_should(stage: Stage) -> None:
    first = await stage.alice.say(stage.general, "who is in?")
    poll = Poll("Saturday?", ["yes", "no"])
    await stage.alice.say(stage.general, "me", reply_to=first, stickers=[Sticker("wave")], poll=poll)

    heard = await stage.bot.hears("message", nth=2)
    assert heard.reference.resolved.content == "who is in?"
    assert [each.name for each in heard.stickers] == ["wave"]
    assert heard.poll.question == "Saturday?"
    assert [each.text for each in heard.poll.answers] == ["yes", "no"]


async def test_a_forward_has_no_words_of_its_own_but_a_copy(stage: Stage) -> None:
    original = await stage.alice.say(stage.general, "look at this", files=[File("a.txt", b"abc")])
    await stage.alice.forward(original, stage.general)

    heard = await stage.bot.hears("message", nth=2)
    assert heard.content == ""
    assert heard.message_snapshots[0].content == "look at this"
    assert heard.message_snapshots[0].attachments[0].filename == "a.txt"


async def test_a_link_preview_is_an_update_without_an_edit(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, "https://example.org/")
    await stage.general.unfurl(message, "Example", "A page")

    update = await stage.bot.hears("raw_message_edit")
    assert update.message.edited_at is None
    assert update.message.embeds[0].title == "Example"
    assert message.text.endswith("Example\nA page")


async def test_a_file_can_be_read_until_its_message_is_gone(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, files=[File("a.png", b"\x89PNG", description="a board")])
    attachment = (await stage.bot.hears("message")).attachments[0]
    before = await attachment.read()
    await stage.alice.erase(message)

    with pytest.raises(discord.NotFound):
        await attachment.read()

    assert before == b"\x89PNG"
    assert (attachment.description, attachment.content_type, attachment.size) == ("a board", "image/png", 4)


async def test_an_address_expires_and_a_fresh_one_works(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, files=[File("a.png", b"abc")])
    stale = (await stage.bot.hears("message")).attachments[0]
    stage.world.clock.advance(timedelta(hours=25))
    with pytest.raises(discord.NotFound):
        await stale.read()

    fresh = (await stage.place.fetch_message(message.id)).attachments[0]

    assert await fresh.read() == b"abc"
    message.attachments[0].expire()
    with pytest.raises(discord.NotFound):
        await fresh.read()


@pytest.mark.parametrize("status", [404, 415, 500])
async def test_the_cdn_can_be_made_to_refuse(stage: Stage, status: int) -> None:
    message = await stage.alice.say(stage.general, files=[File("a.png", b"abc")])
    message.attachments[0].status = status
    attachment = (await stage.bot.hears("message")).attachments[0]

    with pytest.raises(discord.HTTPException) as refused:
        await attachment.read()

    assert refused.value.status == status


async def test_the_cdn_can_pour_out_more_than_it_said(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, files=[File("a.bin", b"abc")])
    message.attachments[0].pretended_size = 300_000
    attachment = (await stage.bot.hears("message")).attachments[0]

    data = await attachment.read()

    assert attachment.size == 3
    assert len(data) == 300_000


async def test_history_is_read_before_after_and_around(stage: Stage) -> None:
    said = [await stage.alice.say(stage.general, str(number)) for number in range(9)]
    middle = discord.Object(said[4].id)

    before = [one.content async for one in stage.place.history(before=middle, limit=2)]
    after = [one.content async for one in stage.place.history(after=middle, limit=2)]
    around = [one.content async for one in stage.place.history(around=middle, limit=3)]

    assert before == ["3", "2"]
    assert after == ["5", "6"]
    assert sorted(around) == ["3", "4", "5"]


async def test_a_bot_sends_files_embeds_and_buttons_that_people_can_read(stage: Stage) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Take over", custom_id="c:7"))
    embed = discord.Embed(title="Case 7", description="Spam").add_field(name="By", value="Mallory")
    file = discord.File(__file__, filename="evidence.txt", description="what was said")

    await stage.place.send("A case", embed=embed, view=view, file=file)

    shown = stage.general.messages[-1]
    assert shown.text == "A case\nCase 7\nSpam\nBy\nMallory"
    assert shown.button("Take over").custom_id == "c:7"
    assert (shown.attachments[0].filename, shown.attachments[0].description) == ("evidence.txt", "what was said")
    assert b"evidence.txt" in shown.attachments[0].data


async def test_a_layout_of_text_displays_can_be_read(stage: Stage) -> None:
    view = discord.ui.LayoutView(timeout=None)
    inside: discord.ui.Container[Any] = discord.ui.Container(
        discord.ui.TextDisplay("Hello from inside"), discord.ui.Separator()
    )
    view.add_item(inside.add_item(discord.ui.File("attachment://a.txt")))

    await stage.place.send(view=view, file=discord.File(io.BytesIO(b"abc"), filename="a.txt"))

    shown = stage.general.messages[-1]
    assert shown.text == "Hello from inside"
    assert shown.components[0]["components"][2]["file"]["url"].startswith(stage.world.cdn_url)


async def test_a_bot_edits_its_own_message_and_nobody_elses(stage: Stage) -> None:
    theirs = await stage.alice.say(stage.general, "mine")
    own = await stage.place.send("one", file=discord.File(__file__, filename="a.py"))
    await own.edit(content="two", attachments=[])

    with pytest.raises(discord.Forbidden) as refused:
        await stage.place.get_partial_message(theirs.id).edit(content="yours now")

    assert refused.value.code == 50005
    assert stage.general.messages[-1].content == "two"
    assert stage.general.messages[-1].attachments == []
    assert theirs.content == "mine"


async def test_messages_go_in_bulk_with_one_event(stage: Stage) -> None:
    said = [await stage.alice.say(stage.general, str(number)) for number in range(3)]

    await stage.place.delete_messages([discord.Object(one.id) for one in said], reason="spam")

    heard = await stage.bot.hears("raw_bulk_message_delete")
    assert heard.message_ids == {one.id for one in said}
    assert stage.general.messages == []
    assert stage.chess.audit_log[-1].reason == "spam"


async def test_messages_older_than_two_weeks_do_not_go_in_bulk(stage: Stage) -> None:
    said = [await stage.alice.say(stage.general, str(number)) for number in range(2)]
    stage.world.clock.advance(timedelta(days=15))

    with pytest.raises(discord.HTTPException) as refused:
        await stage.place.delete_messages([discord.Object(one.id) for one in said])

    assert refused.value.code == 50034
    assert stage.general.messages == said


async def test_the_same_nonce_within_minutes_posts_once(stage: Stage) -> None:
    first = await stage.place.send("once", nonce="abc")
    again = await stage.place.send("once", nonce="abc")
    stage.world.clock.advance(timedelta(minutes=10))
    later = await stage.place.send("once", nonce="abc")

    assert first.id == again.id
    assert later.id != first.id
    assert len(stage.general.messages) == 2


async def test_pings_are_those_that_really_happen(stage: Stage) -> None:
    text = f"@everyone {stage.alice.mention}"

    await stage.place.send(text, allowed_mentions=discord.AllowedMentions.none())
    await stage.place.send(text)

    assert [(ping.kind, ping.target) for ping in stage.world.pings] == [("user", stage.alice.id)]


async def test_everyone_is_pinged_by_a_bot_with_the_right_that_does_not_say_otherwise(stage: Stage) -> None:
    stage.chess.everyone.permissions |= Permission.MENTION_EVERYONE

    await stage.place.send("@everyone")

    assert [ping.kind for ping in stage.world.pings] == ["everyone"]


async def test_a_reply_pings_unless_it_says_not_to(stage: Stage) -> None:
    await stage.alice.say(stage.general, "question")
    heard = await stage.bot.hears("message")

    await heard.reply("answer", mention_author=False)
    await heard.reply("answer")

    assert [(ping.kind, ping.target) for ping in stage.world.pings] == [("reply", stage.alice.id)]


async def test_pins_are_listed_by_the_new_route(stage: Stage) -> None:
    message = await stage.place.send("welcome")
    await message.pin(reason="for newcomers")

    pinned = [one.content async for one in stage.place.pins()]

    assert pinned == ["welcome"]
    assert stage.general.pins[0].content == "welcome"
    assert stage.chess.audit_log[-1].reason == "for newcomers"


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({"content": ""}, 50006, None),
        ({"content": "x" * 2001}, 50035, "content"),
        ({"embeds": [{"description": "x" * 4096}, {"description": "x" * 4096}]}, 50035, "embeds"),
        ({"embeds": [{"title": "x" * 257}]}, 50035, "embeds"),
        ({"content": "x", "components": [{"type": 1, "components": []}]}, 50035, "components"),
    ],
)
async def test_a_message_that_breaks_a_limit_is_refused_where_it_breaks(
    body: dict[str, object], code: int, where: str | None
) -> None:
    async with staged() as stage:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=stage.general.id)

        with pytest.raises(discord.HTTPException) as refused:
            await stage.bot.http.request(route, json=body)

        (call,) = stage.world.journal.calls("POST", "/channels/*/messages")
        assert refused.value.code == code
        assert set(call.answer.get("errors", {})) == ({where} if where else set())
        assert stage.general.messages == []


@pytest.mark.parametrize("custom_ids", [["x" * 101], ["same", "same"]])
async def test_a_custom_id_too_long_or_used_twice_is_refused(custom_ids: list[str]) -> None:
    async with staged() as stage:
        view = discord.ui.View(timeout=None)
        for number, custom_id in enumerate(custom_ids):
            view.add_item(discord.ui.Button(label=str(number), custom_id=custom_id))

        with pytest.raises(discord.HTTPException) as refused:
            await stage.place.send("x", view=view)

        assert refused.value.code == 50035


async def test_a_file_over_ten_mebibytes_is_too_large(stage: Stage) -> None:
    big = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), filename="big.bin")

    with pytest.raises(discord.HTTPException) as refused:
        await stage.place.send(file=big)

    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_people_are_held_to_their_rights_too(stage: Stage) -> None:
    message = await stage.place.send("official")
    await stage.chess.time_out(stage.alice, 60)

    with pytest.raises(Refusal) as silenced:
        await stage.alice.say(stage.general, "but")
    with pytest.raises(Refusal) as not_hers:
        await stage.alice.edit(stage.general.messages[0], "mine")

    assert (silenced.value.code, not_hers.value.code) == (50013, 50005)
    assert stage.general.messages[0].id == message.id


async def test_a_webhook_speaks_under_its_own_name(stage: Stage) -> None:
    await stage.general.webhook_says("Fixtures", "we won")

    heard = await stage.bot.hears("message")
    assert (heard.author.name, heard.webhook_id is not None, heard.content) == ("fixtures", True, "we won")


async def test_threads_and_forum_posts_are_places_to_speak(stage: Stage) -> None:
    thread = await stage.alice.start_thread(stage.general, "openings", "e4 or d4?")

    await stage.world.until(lambda: any(one.content == "e4 or d4?" for one in stage.bot.all_heard("message")))
    heard = stage.bot.all_heard("message")[-1]
    await heard.channel.send("c4")
    assert isinstance(heard.channel, discord.Thread)
    assert (heard.channel.name, thread.messages[-1].content) == ("openings", "c4")
