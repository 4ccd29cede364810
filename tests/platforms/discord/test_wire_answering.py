"""How an interaction is answered, whatever the desk says and however long it takes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import discord
import pytest

from bot import resources, wording
from bot.model import Answer, Button, Call, Field, FieldKind, Form, Run, Speech, Upload
from bot.platforms.discord import calls
from bot.platforms.discord.answering import PATIENCE, answer_in_time
from bot.platforms.discord.connection import options, point_at
from bot.platforms.discord.definitions import definitions
from bot.ports import CommandSpec
from tests.wire.discord import Channel, Discord, Member, Server

WORDING = wording.load(
    [resources.rules() / "wording"], {"union": "the Union", "code_of_conduct": "https://example.org/c"}
)
FORM = Form("tok", "Escalate", (Field("why", "What happened?", FieldKind.TEXT),))

LONG_ENOUGH = PATIENCE + 1.0  # seconds in which a slow answer is announced

Deed = Callable[[], Awaitable[Answer]]


class Answering(discord.Client):
    """Answers every interaction with what `deed` says, as the program does."""

    def __init__(self) -> None:
        super().__init__(**options() | {"guild_ready_timeout": 0.05})
        self.deed: Deed = say("nothing")
        self.directly: list[Answer] = []
        self.answered: asyncio.Queue[str] = asyncio.Queue()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer it."""

        async def direct(answer: Answer) -> None:
            self.directly.append(answer)

        await answer_in_time(interaction, asyncio.ensure_future(self.deed()), WORDING, direct)
        await self.answered.put(str(interaction.id))


def say(text: str, *, private: bool = True, form: Form | None = None, buttons: tuple[Button, ...] = ()) -> Deed:
    """A deed that answers at once."""

    async def deed() -> Answer:
        return Answer(Speech((Run(text),) if text else ()), (buttons,) if buttons else (), form=form, private=private)

    return deed


@dataclass
class Scene:
    """Alice in a channel, and the bot that answers her."""

    world: Discord
    chess: Server
    general: Channel
    alice: Member
    client: Answering
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def slowly(self, deed: Deed) -> Deed:
        """The same deed, done when the gate opens."""

        async def wait() -> Answer:
            await self.gate.wait()
            return await deed()

        return wait


@pytest.fixture
async def scene(world: Discord) -> AsyncIterator[Scene]:
    chess = world.server("Chess Society", owner=world.user("Una"))
    general = chess.channel("general")
    application = world.application("porter")
    await chess.install(application)
    undo = point_at(world.api_url, world.gateway_url)
    client = Answering()
    running = asyncio.create_task(client.start(application.token))
    await world.connected(application)
    await client.wait_until_ready()
    specs = definitions([CommandSpec("ask", "Ask", menu="Flag to committee")])
    await client.http.bulk_upsert_global_commands(application.id, payload=specs)
    alice = await chess.join(world.user("Alice"))
    yield Scene(world, chess, general, alice, client)
    await client.close()
    await asyncio.wait({running})
    undo()


async def test_a_quick_answer_comes_at_once_and_only_the_asker_sees_it(scene: Scene) -> None:
    scene.client.deed = say("only for you @everyone")

    answer = await scene.alice.slash(scene.general, "ask")

    assert (answer.text, answer.ephemeral, answer.deferred) == ("only for you @everyone", True, False)
    assert scene.world.pings == []


async def test_an_answer_for_all_is_seen_by_all(scene: Scene) -> None:
    scene.client.deed = say("for all", private=False)

    answer = await scene.alice.slash(scene.general, "ask")

    assert not answer.ephemeral
    assert scene.general.messages[-1].content == "for all"


async def test_a_slow_answer_is_announced_and_follows(scene: Scene) -> None:
    scene.client.deed = scene.slowly(say("at last"))

    answer = await scene.alice.slash(scene.general, "ask", patience=LONG_ENOUGH)
    deferred = answer.deferred
    scene.gate.set()
    await answer.more()

    assert deferred
    assert (answer.text, answer.ephemeral) == ("at last", True)


async def test_a_slow_answer_for_all_is_still_seen_by_all(scene: Scene) -> None:
    scene.client.deed = scene.slowly(say("for all", private=False))

    await scene.alice.slash(scene.general, "ask", patience=LONG_ENOUGH)
    scene.gate.set()
    await scene.client.answered.get()

    assert scene.general.messages[-1].content == "for all"
    assert not scene.general.messages[-1].ephemeral


async def test_a_form_opens_at_once(scene: Scene) -> None:
    scene.client.deed = say("", form=FORM)

    answer = await scene.alice.slash(scene.general, "ask")

    assert answer.modal is not None
    assert (answer.modal.custom_id, list(answer.modal.fields)) == ("f:tok", ["What happened?"])


async def test_a_form_that_comes_too_late_to_open_stands_behind_a_button(scene: Scene) -> None:
    scene.client.deed = scene.slowly(say("", form=FORM))

    answer = await scene.alice.slash(scene.general, "ask", patience=LONG_ENOUGH)
    scene.gate.set()
    await answer.more()

    assert "Escalate" in answer.text
    assert answer.message is not None
    assert [button.custom_id for button in answer.message.buttons] == ["f:tok"]


async def test_a_form_sent_back_cannot_open_another_but_offers_it(scene: Scene) -> None:
    scene.client.deed = say("", form=FORM)
    first = await scene.alice.slash(scene.general, "ask")

    second = await scene.alice.submit(first, {"What happened?": "he said"})

    assert second.modal is None
    assert second.buttons == ["Open the form"]


async def test_a_press_with_nothing_to_say_is_taken_quietly(scene: Scene) -> None:
    scene.client.deed = say("a card", private=False, buttons=(Button("Go", "t"),))
    card = await scene.alice.slash(scene.general, "ask")
    scene.client.deed = say("")

    answer = await scene.alice.press(card, "Go", patience=0.5)

    assert answer.error == ""
    assert [message.content for message in scene.general.messages] == ["a card"]


async def test_a_command_with_nothing_to_say_is_done(scene: Scene) -> None:
    scene.client.deed = say("")

    answer = await scene.alice.slash(scene.general, "ask")

    assert answer.text == "Done."


async def test_long_answers_come_in_parts_with_files_last(scene: Scene) -> None:
    async def deed() -> Answer:
        return Answer(Speech((Run("word " * 900),)), files=(Upload("a.txt", "text/plain", b"x"),))

    scene.client.deed = deed

    answer = await scene.alice.slash(scene.general, "ask")
    await scene.client.answered.get()

    assert [len(message.attachments) for message in answer.said] == [0, 0, 1]
    assert all(message.ephemeral for message in answer.said)


async def test_a_replayed_interaction_is_not_answered_twice(scene: Scene) -> None:
    scene.client.deed = say("once")
    scene.world.gateway.double("INTERACTION_CREATE")

    answer = await scene.alice.slash(scene.general, "ask")
    ids = {await scene.client.answered.get(), await scene.client.answered.get()}

    assert len(ids) == 1
    assert [message.content for message in answer.said] == ["once"]
    assert scene.client.directly == []


async def test_an_answer_whose_receipt_was_lost_is_not_given_twice(scene: Scene) -> None:
    scene.client.deed = say("once")
    scene.world.faults.reset_after("POST", "/interactions/*/*/callback")

    answer = await scene.alice.slash(scene.general, "ask")
    await scene.client.answered.get()

    assert [message.content for message in answer.said] == ["once"]
    assert scene.client.directly == []


async def test_an_answer_that_never_left_is_given_again(scene: Scene) -> None:
    scene.client.deed = say("once")
    scene.world.faults.reset_before("POST", "/interactions/*/*/callback")

    answer = await scene.alice.slash(scene.general, "ask")

    assert answer.text == "once"


async def test_when_discord_takes_no_more_answers_the_person_gets_a_message(scene: Scene) -> None:
    scene.client.deed = say("you were heard")
    scene.world.faults.answer(
        "POST", "/interactions/*/*/callback", 404, '{"message": "Unknown interaction", "code": 10062}'
    )

    await scene.alice.slash(scene.general, "ask", patience=0.2)
    await scene.client.answered.get()

    assert [answer.speech.plain for answer in scene.client.directly] == ["you were heard"]


async def test_a_menu_hands_over_the_message_it_was_opened_on(scene: Scene) -> None:
    message = await scene.alice.say(scene.general, "rude words")
    seen: list[Call] = []

    async def on_interaction(interaction: discord.Interaction) -> None:
        name = calls.command_name(calls.data_of(interaction), [CommandSpec("flag", "", menu="Flag to committee")])
        seen.append(calls.call(interaction, name))
        await interaction.response.send_message("ok", ephemeral=True)

    scene.client.event(on_interaction)

    await scene.alice.menu("Flag to committee", message)

    (call,) = seen
    assert call.name == "flag"
    assert call.target is not None
    assert (call.target.body, call.target.author.name) == ("rude words", "Alice")
    assert call.place == call.target.ref.place
    assert call.account.platform == "discord"
