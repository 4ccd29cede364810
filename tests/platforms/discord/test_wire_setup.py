"""`/setup` and `porter check` on a server as societies have them."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot import resources, wording
from bot.config import DiscordSettings
from bot.errors import Forbidden
from bot.model import Answer, Button, Chat, ChatPurpose, Run, Speech
from bot.platforms.discord import building, checking, planning
from bot.platforms.discord.wall import Wall
from bot.ports import Finding, SetupBy, SetupStep
from tests.platforms.discord.conftest import InMemory, Wire
from tests.wire.discord import MODERATION, Permission, layout

WORDS = wording.load(
    [resources.rules() / "wording"], {"union": "the Union", "code_of_conduct": "https://example.org/c"}
)
VIEW = Permission.VIEW_CHANNEL


async def verify() -> Answer:
    return Answer(Speech((Run("Are you a member?"),)), ((Button("Verify membership", "tok"),),))


async def plan(lodge: Wire, kept: InMemory, chat: Chat) -> dict[str, SetupStep]:
    return {step.key: step for step in await planning.plan(Wall(WORDS, kept, lodge.client, ()), chat)}


async def apply(lodge: Wire, kept: InMemory, chat: Chat) -> Chat:
    return await building.apply(Wall(WORDS, kept, lodge.client, ()), chat, verify)


def undone(steps: dict[str, SetupStep], by: SetupBy) -> set[str]:
    return {key for key, step in steps.items() if step.by is by and not step.done}


async def test_a_fresh_server_needs_everything_of_ours(lodge: Wire) -> None:
    steps = await plan(lodge, InMemory(), lodge.chat())

    assert undone(steps, SetupBy.PORTER) == {"member_role", "welcome", "committee", "closed", "verify"}
    assert undone(steps, SetupBy.OWNER) == {"committee_access", "two_factor"}


async def test_planning_changes_nothing(lodge: Wire) -> None:
    await plan(lodge, InMemory(), lodge.chat())

    changing = [call for call in lodge.world.journal.calls() if call.method != "GET"]
    assert changing == []


async def test_setup_closes_the_server_to_all_but_verified_members(lodge: Wire) -> None:
    kept, private = InMemory(), lodge.chess.channel("private", overwrites={lodge.chess.everyone: (Permission(0), VIEW)})
    alice = await lodge.chess.join(lodge.world.user("Alice"))

    chat = await apply(lodge, kept, lodge.chat())

    welcome, role = lodge.chess.text("welcome"), lodge.chess.roles[int(chat.member_role)]
    assert [bool(alice.permissions_in(one) & VIEW) for one in (welcome, lodge.general, private)] == [True, False, False]
    assert not alice.permissions_in(welcome) & Permission.SEND_MESSAGES
    await lodge.chess.give(alice, role)
    assert [bool(alice.permissions_in(one) & VIEW) for one in (welcome, lodge.general, private)] == [True, True, False]
    assert not alice.permissions_in(lodge.chess.text("committee")) & VIEW


async def test_a_channel_open_by_itself_is_closed_too_and_keeps_its_other_rules(lodge: Wire) -> None:
    allowed = VIEW | Permission.ATTACH_FILES
    notices = lodge.chess.channel("notices", overwrites={lodge.chess.everyone: (allowed, Permission.SEND_MESSAGES)})
    alice = await lodge.chess.join(lodge.world.user("Alice"))

    chat = await apply(lodge, InMemory(), lodge.chat())

    assert not alice.permissions_in(notices) & VIEW
    await lodge.chess.give(alice, lodge.chess.roles[int(chat.member_role)])
    rights = alice.permissions_in(notices)
    assert (bool(rights & Permission.ATTACH_FILES), bool(rights & Permission.SEND_MESSAGES)) == (True, False)


async def test_the_welcome_channel_has_the_button(lodge: Wire) -> None:
    await apply(lodge, InMemory(), lodge.chat())

    (message,) = lodge.chess.text("welcome").messages
    assert [button.label for button in message.buttons] == ["Verify membership"]


async def test_after_setup_nothing_of_ours_is_left_to_do_and_again_changes_nothing(lodge: Wire) -> None:
    kept = InMemory()
    chat = await apply(lodge, kept, lodge.chat())
    before = len([call for call in lodge.world.journal.calls() if call.method != "GET"])

    steps = await plan(lodge, kept, chat)
    again = await apply(lodge, kept, chat)

    assert undone(steps, SetupBy.PORTER) == set()
    assert again == chat
    assert len([call for call in lodge.world.journal.calls() if call.method != "GET"]) == before


async def test_a_setup_stopped_halfway_goes_on_with_what_it_made(lodge: Wire) -> None:
    kept = InMemory()
    chat = lodge.chat()
    first = await apply(lodge, kept, chat)

    second = await apply(lodge, kept, chat)

    assert second == first
    assert [channel.name for channel in lodge.chess.channels.values()].count("welcome") == 1
    assert len(lodge.chess.text("welcome").messages) == 1


async def test_what_people_took_away_is_made_again(lodge: Wire) -> None:
    kept = InMemory()
    chat = await apply(lodge, kept, lodge.chat())
    await lodge.chess.remove_channel(lodge.chess.text("welcome"))

    again = await apply(lodge, kept, chat)

    assert again.welcome_channel != chat.welcome_channel
    assert again.member_role == chat.member_role
    assert len(lodge.chess.text("welcome").messages) == 1


async def test_a_channel_of_theirs_becomes_the_committees_without_shutting_us_out(lodge: Wire) -> None:
    theirs = lodge.chess.channel("exec")
    chat = replace(lodge.chat(), committee_channel=str(theirs.id))

    done = await apply(lodge, InMemory(), chat)

    steps = await plan(lodge, InMemory(), done)
    assert done.committee_channel == str(theirs.id)
    assert steps["committee"].done


async def test_a_missing_right_stops_setup_before_anything_is_changed(lodge: Wire) -> None:
    role = next(one for one in lodge.chess.roles.values() if one.name == "porter")
    role.permissions = MODERATION & ~Permission.MANAGE_ROLES

    with pytest.raises(Forbidden, match="Manage Roles"):
        await apply(lodge, InMemory(), lodge.chat())

    assert [call for call in lodge.world.journal.calls() if call.method != "GET"] == []
    assert "rights_missing" in await plan(lodge, InMemory(), lodge.chat())


async def test_a_committees_server_needs_rights_only(lodge: Wire) -> None:
    chat = replace(lodge.chat(), purpose=ChatPurpose.COMMITTEE)

    steps = await plan(lodge, InMemory(), chat)

    assert list(steps) == ["rights"]


async def check(lodge: Wire, chat: Chat, token: str = "", kept: InMemory | None = None) -> list[Finding]:
    settings = DiscordSettings(
        token=SecretStr(token or str(lodge.client.http.token)),
        api_url=lodge.world.api_url,
        gateway_url=lodge.world.gateway_url,
    )
    return await checking.check(lambda client: Wall(WORDS, kept or InMemory(), client, ()), settings, [chat])


async def test_a_check_of_a_server_that_is_set_up_finds_nothing_wrong(lodge: Wire) -> None:
    kept = InMemory()
    chat = await apply(lodge, kept, lodge.chat())
    private, role = lodge.chess.channels[int(chat.committee_channel)], lodge.chess.role("Committee")
    layout.set_overwrite(private, layout.overwrite_for(role, VIEW, Permission(0)), lodge.chess.owner)

    found = await check(lodge, chat, kept=kept)

    assert [one.text for one in found if not one.ok] == []
    assert "the bot is called porter" in found[0].text


async def test_a_check_says_what_a_server_still_needs(lodge: Wire) -> None:
    found = await check(lodge, lodge.chat())

    wrong = [one.text for one in found if not one.ok]
    assert any("A role for verified members" in text and text.endswith("/setup there does it.") for text in wrong)
    assert all(text.startswith("Chess Society: ") for text in wrong)


async def test_a_check_with_a_wrong_token_says_so_and_no_more(lodge: Wire) -> None:
    found = await check(lodge, lodge.chat(), token="wrong")

    assert [(one.ok, "does not accept the token" in one.text) for one in found] == [(False, True)]


async def test_a_check_of_a_server_we_were_thrown_out_of_names_it(lodge: Wire) -> None:
    chat = replace(lodge.chat(), external_id="1", title="Go Society")

    found = await check(lodge, chat)

    assert found[-1].text.startswith("Go Society: ")
    assert not found[-1].ok
