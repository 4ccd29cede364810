"""Commands, menus, buttons and modals between people and the real discord.py."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Self

import pytest

from tests.wire.discord import Channel, File, Message, NotOffered, Refusal
from tests.wire.discord.visitor import Stage, Visitor, app_commands, discord, staged

Interaction = discord.Interaction[Visitor]
Reaction = Callable[[Interaction], Awaitable[None]]


class CaseButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"case:(?P<number>\d+)"):
    """A button whose state is in its custom_id, so that it outlives the process that made it."""

    def __init__(self, number: int) -> None:
        super().__init__(discord.ui.Button(label="Take over", custom_id=f"case:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content=f"Case {self.number} is taken", view=None)


class Report(discord.ui.Modal, title="Tell the Union"):
    words: discord.ui.Label[Any] = discord.ui.Label(
        text="What happened?", component=discord.ui.TextInput(max_length=100, custom_id="words")
    )
    shots: discord.ui.Label[Any] = discord.ui.Label(
        text="Screenshots", component=discord.ui.FileUpload(max_values=3, required=False, custom_id="shots")
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        words, shots = self.words.component, self.shots.component
        assert isinstance(words, discord.ui.TextInput)
        assert isinstance(shots, discord.ui.FileUpload)
        data = [await shot.read() for shot in shots.values]
        await interaction.response.send_message(f"{words.value} with {data}", ephemeral=True)


async def answer(interaction: Interaction) -> None:
    await interaction.response.send_message("noted", ephemeral=True)


def command(reaction: Reaction, name: str = "report") -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: Interaction) -> None:
        await reaction(interaction)

    return app_commands.Command(name=name, description="Tell somebody", callback=callback)


def prepare(bot: Visitor) -> None:
    """The commands of the bot on stage."""

    @bot.tree.command(name="escalate", description="Tell the Union")
    @app_commands.guild_only()
    async def escalate(interaction: Interaction, reason: str, who: discord.Member | None = None) -> None:
        await interaction.response.send_message(f"{reason} by {who.name if who else 'nobody'}", ephemeral=True)

    @bot.tree.command(name="open", description="Open the form")
    async def open_form(interaction: Interaction) -> None:
        await interaction.response.send_modal(Report())

    @bot.tree.command(name="slow", description="Takes its time")
    async def slow(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second", ephemeral=True)

    @bot.tree.command(name="bans", description="For those who ban")
    @app_commands.default_permissions(ban_members=True)
    async def bans(interaction: Interaction) -> None:
        await answer(interaction)

    @bot.tree.context_menu(name="Flag")
    async def flag(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"flagged {message.content}", ephemeral=True)

    bot.add_dynamic_items(CaseButton)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged(prepare) as stage:
        await stage.bot.tree.sync()
        yield stage
        assert stage.world.problems == []


async def case_card(stage: Stage) -> Message:
    view = discord.ui.View(timeout=None)
    view.add_item(CaseButton(7))
    await stage.place.send("Case 7 is open", view=view)
    return stage.general.messages[-1]


async def test_commands_are_registered_once_and_keep_their_ids(stage: Stage) -> None:
    before = {each["name"]: each["id"] for each in stage.application.commands()}

    await stage.bot.tree.sync()

    after = {each["name"]: each["id"] for each in stage.application.commands()}
    assert set(before) == {"escalate", "open", "slow", "bans", "Flag"}
    assert before == after


async def test_a_server_may_have_commands_of_its_own(stage: Stage) -> None:
    stage.bot.tree.add_command(command(answer, "local"), guild=stage.guild)

    await stage.bot.tree.sync(guild=stage.guild)

    assert [each["name"] for each in stage.application.commands(stage.chess)] == ["local"]
    assert (await stage.alice.slash(stage.general, "local")).text == "noted"


async def test_a_slash_command_gets_its_options_and_answers_one_person_alone(stage: Stage) -> None:
    bob = await stage.chess.join(stage.world.user("Bob"))

    answer = await stage.alice.slash(stage.general, "escalate", reason="a threat", who=bob)

    assert (answer.text, answer.ephemeral) == ("a threat by bob", True)
    assert [one.text for one in stage.general.visible_to(stage.alice)] == ["a threat by bob"]
    assert stage.general.visible_to(bob) == []
    assert stage.general.messages == []


async def test_people_are_offered_what_the_definition_lets_them_see(stage: Stage) -> None:
    owner = stage.chess.member(stage.chess.owner)
    private = stage.alice.dm(stage.application)

    assert "bans" not in stage.alice.commands(stage.general)
    assert "bans" in owner.commands(stage.general)
    assert "escalate" not in stage.alice.commands(private)
    with pytest.raises(NotOffered):
        await stage.alice.slash(stage.general, "bans")
    with pytest.raises(ValueError, match="missing"):
        await stage.alice.slash(stage.general, "escalate")


async def test_a_message_menu_is_given_the_message(stage: Stage) -> None:
    message = await stage.alice.say(stage.general, "rude words")

    answer = await stage.alice.menu("Flag", message)

    assert answer.text == "flagged rude words"


async def test_a_button_that_outlived_its_process_changes_its_message(stage: Stage) -> None:
    card = await case_card(stage)

    answer = await stage.alice.press(card, "Take over")

    assert (answer.updated, answer.text) == (True, "Case 7 is taken")
    assert (card.content, card.buttons) == ("Case 7 is taken", [])


async def test_a_form_takes_words_and_files(stage: Stage) -> None:
    opened = await stage.alice.slash(stage.general, "open")
    form = opened.modal
    assert form is not None

    sent = await stage.alice.submit(opened, {"What happened?": "a threat", "Screenshots": [File("s.png", b"png")]})

    assert (form.title, list(form.fields)) == ("Tell the Union", ["What happened?", "Screenshots"])
    assert sent.text == "a threat with [b'png']"
    with pytest.raises(ValueError, match="characters"):
        await stage.alice.submit(opened, {"What happened?": ""})


async def test_a_deferred_answer_fills_in_and_further_ones_follow(stage: Stage) -> None:
    answer = await stage.alice.slash(stage.general, "slow")

    await stage.world.until(lambda: len(answer.said) == 2)

    assert (answer.deferred, answer.thinking) == (True, False)
    assert [(one.text, one.ephemeral) for one in answer.said] == [("first", True), ("second", True)]


async def test_a_form_cannot_follow_a_form(stage: Stage) -> None:
    class Again(discord.ui.Modal, title="Again"):
        words: discord.ui.Label[Any] = discord.ui.Label(text="Words", component=discord.ui.TextInput())

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            with pytest.raises(discord.HTTPException) as refused:
                await interaction.response.send_modal(Report())
            await interaction.response.send_message(f"refused with {refused.value.code}")

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(Again())

    stage.bot.tree.add_command(command(ask, "again"))
    await stage.bot.tree.sync()
    opened = await stage.alice.slash(stage.general, "again")

    sent = await stage.alice.submit(opened, {"Words": "x"})

    assert (sent.text, sent.error) == ("refused with 50035", "")


async def test_a_select_and_a_member_menu_are_given_what_was_chosen(stage: Stage) -> None:
    @stage.bot.tree.context_menu(name="Look up")
    async def look_up(interaction: Interaction, member: discord.Member) -> None:
        view = discord.ui.View(timeout=None)
        select: discord.ui.UserSelect[Any] = discord.ui.UserSelect(custom_id="whom")

        async def chosen(inner: discord.Interaction[Any]) -> None:
            await inner.response.send_message(f"chosen: {select.values[0].name}", ephemeral=True)

        select.callback = chosen  # type: ignore[method-assign, assignment]
        view.add_item(select)
        await interaction.response.send_message(f"this is {member.name}", view=view, ephemeral=True)

    await stage.bot.tree.sync()
    bob = await stage.chess.join(stage.world.user("Bob"))

    shown = await stage.alice.member_menu(stage.general, "Look up", bob)
    chosen = await stage.alice.pick(shown, [stage.alice])

    assert (shown.text, chosen.text) == ("this is bob", "chosen: alice")


async def test_an_update_that_is_deferred_is_seen_when_it_comes(stage: Stage) -> None:
    card = await case_card(stage)

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.defer()
            await interaction.edit_original_response(content="looked at", view=None)

    stage.bot.on_interaction = on_interaction  # type: ignore[attr-defined]
    stage.bot.remove_dynamic_items(CaseButton)

    answer = await stage.alice.press(card, custom_id="case:7")

    assert (answer.deferred, answer.updated, answer.text) == (True, True, "looked at")


async def test_what_was_said_to_one_person_is_not_there_for_another(stage: Stage) -> None:
    bob = await stage.chess.join(stage.world.user("Bob"))

    async def offer(interaction: Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(CaseButton(8))
        await interaction.response.send_message("Case 8", view=view, ephemeral=True)

    stage.bot.tree.add_command(command(offer, "offer"))
    await stage.bot.tree.sync()
    answer = await stage.alice.slash(stage.general, "offer")

    with pytest.raises(Refusal) as refused:
        await bob.press(answer, "Take over")

    assert refused.value.code == 10008
    assert (await stage.alice.press(answer, "Take over")).text == "Case 8 is taken"


async def test_commands_work_in_a_private_conversation(stage: Stage) -> None:
    private: Channel = stage.alice.dm(stage.application)

    opened = await stage.alice.slash(private, "open")

    assert opened.modal is not None
    assert (await stage.alice.submit(opened, {"What happened?": "this"})).text == "this with []"


@pytest.mark.parametrize(
    "definition",
    [
        {"name": "Upper", "description": "x"},
        {"name": "fine", "description": ""},
        {"name": "fine", "description": "x", "options": [{"name": "a", "description": "x" * 101, "type": 3}]},
    ],
)
async def test_a_command_that_breaks_a_rule_is_not_registered(definition: dict[str, Any]) -> None:
    async with staged() as stage:
        with pytest.raises(discord.HTTPException) as refused:
            await stage.bot.http.bulk_upsert_global_commands(stage.application.id, [definition])

        assert refused.value.code == 50035
        assert stage.application.commands() == []
