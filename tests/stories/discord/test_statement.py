"""The statement: who is told it and how, and that an acceptance is recorded with its version."""

from bot.desk.statement import version_of
from bot.model import ChatPurpose
from bot.store import members, people
from tests.stories.discord.lodge import Lodge, account, enter_code, verify
from tests.stories.discord.test_admission import ALICES, code_for, door, set_up
from tests.wire.discord import Member, Role

ACCEPT = "I have read this and accept it"


async def member_role(lodge: Lodge) -> Role:
    """The role for verified members, once the server is made ready."""
    await set_up(lodge)
    return next(role for role in lodge.chess.roles.values() if role.name == "Verified member")


async def accepted(lodge: Lodge, person: Member) -> list[str]:
    """The versions of the statement that somebody accepted."""
    async with lodge.house.app.store.read() as read:
        known = await people.account(read, account(person))
        assert known is not None
        return [version for version, _ in await members.accepted(read, lodge.house.society_id, known.id)]


async def welcomed(lodge: Lodge) -> str:
    """Everything said in the welcome channel."""
    await lodge.settled()
    return "".join(one.text for one in lodge.chess.text("welcome").messages)


async def test_who_was_checked_is_welcomed_publicly_and_told_by_direct_message(lodge: Lodge) -> None:
    welcome = await set_up(lodge)
    await lodge.house.paid("20260001", ALICES)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    asked = await verify(lodge, nina, "20260001", door(welcome))

    await enter_code(nina, asked, await code_for(lodge, ALICES))
    await lodge.world.until(lambda: "Hello Nina" in nina.inbox[-1].text)
    await nina.press(nina.inbox[-1], ACCEPT)

    assert "Welcome to Chess Society, **Nina**!" in await welcomed(lodge)
    assert await accepted(lodge, nina) == [version_of(lodge.house.app)]


async def test_a_member_who_is_given_the_role_by_hand_is_told_quietly(lodge: Lodge) -> None:
    role = await member_role(lodge)

    await lodge.chess.give(lodge.alice, role)
    await lodge.world.until(lambda: lodge.alice.inbox, what="the statement")
    await lodge.alice.press(lodge.alice.inbox[-1], ACCEPT)

    assert "Hello Alice, and welcome to Chess Society." in lodge.alice.inbox[0].text
    assert "**Alice**" not in await welcomed(lodge)
    assert await accepted(lodge, lodge.alice) == [version_of(lodge.house.app)]


async def test_a_newcomer_whom_a_person_lets_in_by_hand_is_told_quietly_too(lodge: Lodge) -> None:
    role = await member_role(lodge)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await lodge.world.until(lambda: nina.inbox, what="how to come in")

    await lodge.chess.give(nina, role)
    await lodge.world.until(lambda: "Hello Nina" in nina.inbox[-1].text)

    assert "**Nina**" not in await welcomed(lodge)


async def test_a_whole_society_that_is_given_the_role_is_neither_welcomed_nor_written_to(empty: Lodge) -> None:
    lodge = empty
    everybody = [await lodge.chess.join(lodge.world.user(f"Old member {number}")) for number in range(14)]
    await lodge.bind()
    await lodge.work()
    role = await member_role(lodge)

    for member in everybody:
        await lodge.chess.give(member, role)
    await lodge.world.until(lambda: sum(bool(one.inbox) for one in everybody) == 10, what="ten statements")

    assert "Old member" not in await welcomed(lodge)
    assert sum(len(one.inbox) for one in everybody) == 10


async def test_a_changed_statement_is_a_version_of_its_own(lodge: Lodge) -> None:
    app = lodge.house.app
    await lodge.lena.slash(lodge.general, "statement")
    await lodge.settled()
    await lodge.alice.press(lodge.general.pins[-1], ACCEPT)
    before = await accepted(lodge, lodge.alice)

    await lodge.close()
    wording = lodge.folder / "wording"
    wording.mkdir()
    (wording / "ours.toml").write_text('[statement]\ntext = "Be kind, in **{society}** as anywhere."\n')
    await lodge.begin_again(PORTER_WORDING__FOLDER=str(wording))
    await lodge.lena.slash(lodge.general, "statement")
    await lodge.settled()
    await lodge.alice.press(lodge.general.pins[0], ACCEPT)

    assert before == [version_of(app)]
    assert await accepted(lodge, lodge.alice) == [version_of(app), version_of(lodge.house.app)]
    assert lodge.house.app.chats[("discord", str(lodge.chess.id))].purpose is ChatPurpose.MEMBERS
