"""When and how often a bot may answer, as the real discord.py is told."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.wire.discord.visitor import Visitor, app_commands, discord, staged

Interaction = discord.Interaction[Visitor]
Reaction = Callable[[Interaction], Awaitable[None]]


def with_command(reaction: Reaction) -> Callable[[Visitor], None]:
    """Prepares a bot with one command, `/report`."""

    async def callback(interaction: Interaction) -> None:
        await reaction(interaction)

    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name="report", description="Tell somebody", callback=callback
    )
    return lambda bot: bot.tree.add_command(command)


async def answer(interaction: Interaction) -> None:
    await interaction.response.send_message("noted", ephemeral=True)


async def test_a_second_first_answer_is_refused() -> None:
    codes: list[int] = []

    async def twice(interaction: Interaction) -> None:
        await interaction.response.send_message("once")
        interaction.response._response_type = None
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.response.send_message("twice")
        codes.append(refused.value.code)
        interaction.client.dispatch("done")

    async with staged(with_command(twice)) as stage:
        await stage.bot.tree.sync()

        answer = await stage.alice.slash(stage.general, "report")

        await stage.bot.hears("done")
        assert (answer.text, codes) == ("once", [40060])


async def test_an_answer_after_three_seconds_is_for_an_interaction_nobody_knows() -> None:
    codes: list[int] = []

    async def late(interaction: Interaction) -> None:
        interaction.client.world.clock.advance(timedelta(seconds=4))
        with pytest.raises(discord.NotFound) as refused:
            await interaction.response.send_message("sorry")
        codes.append(refused.value.code)

    async with staged(with_command(late)) as stage:
        await stage.bot.tree.sync()

        answer = await stage.alice.slash(stage.general, "report")

        assert (answer.error, answer.text) == ("The application did not respond", "")
        await stage.world.until(lambda: codes == [10062])


async def test_a_follow_up_after_fifteen_minutes_has_no_valid_token() -> None:
    codes: list[int] = []

    async def forgetful(interaction: Interaction) -> None:
        await interaction.response.send_message("at once")
        interaction.client.world.clock.advance(timedelta(minutes=16))
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.followup.send("at last")
        codes.append(refused.value.code)
        interaction.client.dispatch("done")

    async with staged(with_command(forgetful)) as stage:
        await stage.bot.tree.sync()

        answer = await stage.alice.slash(stage.general, "report")

        await stage.bot.hears("done")
        assert (len(answer.said), codes) == (1, [50027])


async def test_an_answer_can_be_edited_and_taken_back() -> None:
    async def changing(interaction: Interaction) -> None:
        await interaction.response.send_message("one")
        await interaction.edit_original_response(content="two")
        await interaction.delete_original_response()

    async with staged(with_command(changing)) as stage:
        await stage.bot.tree.sync()

        answer = await stage.alice.slash(stage.general, "report")

        await stage.world.until(lambda: answer.gone)
        edits = stage.world.journal.applied("PATCH", "/webhooks/*/*/messages/*")
        assert [call.answer["content"] for call in edits] == ["two"]
        assert (answer.said, stage.general.messages) == ([], [])


async def test_the_same_event_twice_runs_a_command_twice_but_is_answered_once() -> None:
    async with staged(with_command(answer)) as stage:
        await stage.bot.tree.sync()
        stage.world.gateway.double("INTERACTION_CREATE")

        heard = await stage.alice.slash(stage.general, "report")

        await stage.world.journal.call("POST", "/interactions/*/*/callback", nth=2)
        statuses = [call.status for call in stage.world.journal.calls("POST", "/interactions/*/*/callback")]
        assert (heard.text, sorted(statuses)) == ("noted", [200, 400])
