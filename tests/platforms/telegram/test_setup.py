"""What a group needs, what the check finds, and the command menus."""

import pytest
from pydantic import SecretStr

from bot.config import TelegramSettings
from bot.model import ChatPurpose, Role
from bot.platforms.telegram.client import Telegram as Adapter
from bot.platforms.telegram.deeplink import address
from bot.ports import CommandSpec, SetupBy
from tests.platforms.telegram.conftest import RIGHTS, Scene

SPECS = (
    CommandSpec("help", "What you can do here", in_private=True),
    CommandSpec("flag", "Tell the committee", (("reason", "Why", False),)),
    CommandSpec("ask-union", "Ask an officer", roles=frozenset({Role.OFFICER}), in_private=True),
)


async def missing(scene: Scene) -> set[str]:
    return {step.key for step in await scene.adapter.plan_setup(scene.chat) if not step.done}


async def test_a_group_that_is_as_it_should_be_lacks_only_what_porter_makes(scene: Scene) -> None:
    steps = await scene.adapter.plan_setup(scene.chat)

    assert {step.key for step in steps if not step.done} <= {"adding", "no_link"}
    assert {step.key for step in steps if step.by is SetupBy.OWNER and step.done} >= {"supergroup", "private", *RIGHTS}


async def test_what_porter_makes_is_made_once(scene: Scene) -> None:
    scene.chess.allow("can_send_messages", "can_send_photos", "can_invite_users")

    await scene.adapter.apply_setup(scene.chat)
    await scene.adapter.apply_setup(scene.chat)

    assert await missing(scene) == set()
    assert len(scene.telegram.journal.applied("createChatInviteLink")) == 1
    assert "can_invite_users" not in scene.chess.permissions
    assert {"can_send_messages", "can_send_photos"} <= scene.chess.permissions


async def test_at_the_join_link_everybody_asks_and_it_is_told(scene: Scene) -> None:
    await scene.adapter.apply_setup(scene.chat)

    text = next(step.text for step in await scene.adapter.plan_setup(scene.chat) if step.key == "link")
    link = next(one for one in scene.chess.links if one.url in text)
    await scene.telegram.user("Bob").follow(link)

    assert [one.state for one in scene.chess.knocks] == ["pending"]


async def test_setting_the_link_again_keeps_all_its_options(scene: Scene) -> None:
    await scene.adapter.apply_setup(scene.chat)

    await scene.adapter.apply_setup(scene.chat)

    call = scene.telegram.journal.applied("editChatInviteLink")[-1]
    assert call.args["creates_join_request"] is True
    assert call.args["name"] == "Porter: members"


async def test_a_link_that_was_revoked_is_made_anew(scene: Scene) -> None:
    await scene.adapter.apply_setup(scene.chat)
    url = scene.telegram.journal.applied("createChatInviteLink")[-1].answer["invite_link"]
    await scene.adapter.connection.bot.revoke_chat_invite_link(scene.chess.id, url)

    await scene.adapter.apply_setup(scene.chat)

    assert len(scene.telegram.journal.applied("createChatInviteLink")) == 2


@pytest.mark.parametrize("right", RIGHTS)
async def test_every_right_that_is_missing_is_named(scene: Scene, right: str) -> None:
    scene.chess.promote(scene.robot, by=None, anonymous=False, **{right: False})

    step = next(step for step in await scene.adapter.plan_setup(scene.chat) if step.key == right)

    assert (step.done, step.by) == (False, SetupBy.OWNER)
    assert "Porter has the right “" in step.text


async def test_a_basic_group_and_a_public_one_are_for_the_owner_to_change(scene: Scene) -> None:
    small = scene.telegram.group("Small", creator=scene.una)
    small.add(scene.robot)
    public = scene.telegram.supergroup("Public", creator=scene.una, username="public_chess")
    public.promote(scene.robot)

    in_small = {step.key for step in await scene.adapter.plan_setup(scene.bind(small)) if not step.done}
    in_public = {step.key for step in await scene.adapter.plan_setup(scene.bind(public)) if not step.done}

    assert {"supergroup", "administrator"} <= in_small
    assert "private" in in_public


async def test_a_committees_group_needs_no_rights(scene: Scene) -> None:
    office = scene.telegram.supergroup("Committee", creator=scene.una)
    office.add(scene.robot)
    chat = scene.bind(office, ChatPurpose.COMMITTEE)

    steps = await scene.adapter.plan_setup(chat)

    assert all(step.done for step in steps)
    assert await scene.adapter.apply_setup(chat) == chat
    assert scene.telegram.journal.applied("createChatInviteLink") == []


async def test_the_check_says_what_is_wrong_and_where(scene: Scene) -> None:
    await scene.adapter.apply_setup(scene.chat)
    scene.chess.promote(scene.robot, can_delete_messages=False)

    findings = await scene.adapter.check()

    wrong = [one.text for one in findings if not one.ok]
    assert findings[0].text == "Telegram takes the token; the bot is @porter_bot."
    assert any(text.startswith("Privacy mode is on") for text in wrong)
    assert any(
        "“Chess Society” still needs this from its owner" in text and "Delete messages" in text for text in wrong
    )


async def test_the_check_is_content_with_a_group_that_has_all(scene: Scene) -> None:
    await scene.adapter.apply_setup(scene.chat)

    findings = await scene.adapter.check()

    assert "“Chess Society” has everything it needs." in [one.text for one in findings if one.ok]


async def test_the_check_says_of_a_chat_we_were_taken_out_of_that_we_are_not_there(scene: Scene) -> None:
    scene.chess.kick(scene.robot)

    findings = await scene.adapter.check()

    assert any("“Chess Society”" in one.text and not one.ok for one in findings)


async def test_the_check_of_a_token_telegram_does_not_take_says_so_and_shows_it_nowhere(scene: Scene) -> None:
    token = "4242:" + "A" * 35
    settings = TelegramSettings(token=SecretStr(token), api_url=scene.telegram.api_url)
    adapter = Adapter(scene.app, settings)

    findings = await adapter.check()
    await adapter.stop()

    assert [(one.ok, one.text) for one in findings] == [
        (False, "Telegram no longer accepts Porter's token. Put a new one into the configuration.")
    ]


async def test_the_menus_show_each_their_commands(scene: Scene) -> None:
    await scene.adapter.publish(SPECS, [])

    calls = scene.telegram.journal.applied("setMyCommands")
    shown = {call.args["scope"]["type"]: [one["command"] for one in call.args["commands"]] for call in calls}
    assert shown == {
        "all_private_chats": ["help"],
        "all_group_chats": ["help", "flag"],
        "all_chat_administrators": ["help", "flag", "ask_union"],
    }


async def test_the_menus_are_set_only_when_they_change(scene: Scene) -> None:
    await scene.adapter.publish(SPECS, [])
    await scene.adapter.publish(SPECS, [])
    first = len(scene.telegram.journal.applied("setMyCommands"))

    await scene.adapter.publish(SPECS[:2], [])

    assert first == 3
    assert len(scene.telegram.journal.applied("setMyCommands")) == 6


async def test_an_address_opens_a_private_chat_with_a_word_for_us(scene: Scene) -> None:
    assert scene.adapter.link("verify_abc") == ""

    await scene.adapter.connection.open()

    assert scene.adapter.link("verify_abc") == "https://t.me/porter_bot?start=verify_abc"


@pytest.mark.parametrize("payload", ["a" * 65, "inc:5", "ü"])
def test_a_word_that_telegram_would_drop_is_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="a start payload"):
        address("porter_bot", payload)
