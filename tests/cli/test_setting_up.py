"""Societies, seats and codes from the command line."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import opened
from bot.config import load
from bot.desk import powers
from bot.model import AccountRef, BindCode, ChatPurpose, Role, Seat
from bot.parts import App
from bot.store import chats, people
from tests.cli.conftest import Ended, Porter

MONA = ("--holder", "discord:123456789012345678", "--name", "Mona Tarn")
TERM = ("--starts", "2020-01-01", "--ends", "2099-12-31")
LEAD = ("seat", "add", "--role", "lead", "--society", "chess", *MONA, *TERM)
MODERATOR = ("seat", "add", "--role", "moderator", "--society", "chess", *MONA, *TERM)
OFFICER = ("seat", "add", "--role", "officer", "--holder", "telegram:42", "--name", "Olu", *TERM)


def seats_of(config: Path, platform: str, number: str) -> list[Seat]:
    """The seats in force of an account, as the desk finds them."""

    async def look() -> list[Seat]:
        async with opened(load(config, {})) as app, app.store.read() as read:
            return await people.seats_of(read, AccountRef(platform, number), powers.today(app))

    return asyncio.run(look())


def test_a_society_is_added_and_listed(porter: Porter) -> None:
    added = porter("society", "add", "chess", "Chess Society")

    listed = porter("society", "list")

    assert (added.code, added.err) == (0, "")
    assert "Chess Society" in added.out
    assert listed.out.splitlines() == [
        "SOCIETY  NAME           MEMBERS  CHATS  SEATS",
        "chess    Chess Society  0        0      0",
    ]


def test_a_society_is_frozen_for_an_election_and_the_freeze_lifted(porter: Porter) -> None:
    porter("society", "add", "chess", "Chess Society")

    frozen = porter("society", "freeze", "chess", "2027-02-22", "2027-03-05")
    lifted = porter("society", "freeze", "chess", "--lift")
    unclear = porter("society", "freeze", "chess", "2027-02-22")

    assert frozen.out == "Chess Society: from 2027-02-22 to 2027-03-05 every removal needs a second person.\n"
    assert lifted.out == "Chess Society: the freeze is lifted.\n"
    assert unclear.code == 2


REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("society", "add", "chess", "Another"), "There is a society “chess” already: Chess Society."),
    (("society", "add", "Real Ale", "Real Ale"), "“Real Ale” cannot be a short name."),
    (("society", "add", "go", " \n "), "A society needs a name."),
    (("chat", "bind", "ches"), "There is no society “ches”. Perhaps chess?"),
    (("seat", "end", "9"), "There is no seat 9."),
    (("society", "freeze", "ches", "2027-02-22", "2027-03-05"), "There is no society “ches”. Perhaps chess?"),
    (("society", "freeze", "chess", "2027-03-05", "2027-02-22"), "before it starts"),
    ((*LEAD, "--holder", "mona"), "“mona” is no account"),
    ((*LEAD, "--holder", "discord:mona"), "“discord:mona” has no number"),
    ((*LEAD, "--holder", "telegram:-1001"), "“telegram:-1001” has no number"),
    ((*LEAD, "--contact", "1"), "Only an officer can be a contact"),
    ((*OFFICER, "--contact", "1"), "Give its date with --trained."),
    ((*LEAD, "--trained", "2098-01-01"), "still to come"),
    ((*LEAD, "--ends", "2019-12-31"), "before it starts"),
    ((*LEAD, "--starts", "2019-01-01", "--ends", "2019-12-31"), "ended already"),
    ((*LEAD, "--email", "mona"), "“mona” is not an e-mail address."),
    ((*LEAD, "--role", "officer"), "leave --society out"),
    ((*OFFICER, "--role", "lead"), "say which with --society"),
    (("chat", "bind", "nowhere"), "There is no society “nowhere”. `porter society list` shows those there are."),
    (("society", "add", "go", "g" * 201), "has 201 characters. A name has up to 200."),
    (("society", "freeze", "chess", "2019-02-22", "2019-03-05"), "ended already, on 2019-03-05"),
    ((*LEAD, "--holder", "discord:99999999999999999999"), "has no number"),
)

MISTYPED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("society", "freeze", "chess", "22/02/2027", "05/03/2027"), "“22/02/2027” is no day."),
    ((*LEAD, "--starts", "tomorrow"), "“tomorrow” is no day."),
    (("seat", "end", "9" * 30), "Invalid value for 'ID'"),
    (("outbox", "explain", "9" * 30), "Invalid value for 'ID'"),
    (("outbox", "retry", "0"), "Invalid value for 'ID'"),
)


def test_what_cannot_be_is_refused_with_a_sentence_and_leaves_nothing(chess: Porter) -> None:
    asked = [words for words, _ in REFUSED]

    ended = [chess(*words) for words in asked]

    wrong = [(one, said) for one, (_, said) in zip(ended, REFUSED, strict=True) if said not in one.err]
    assert not wrong
    assert {(one.code, one.out, "Traceback" in one.err) for one in ended} == {(1, "", False)}
    assert [line["verb"] for line in chess("audit", "list", "--json").lines] == ["add society"]


def test_what_is_mistyped_is_said_and_is_no_bug(chess: Porter) -> None:
    asked = [words for words, _ in MISTYPED]

    ended = [chess(*words) for words in asked]

    wrong = [(one, said) for one, (_, said) in zip(ended, MISTYPED, strict=True) if said not in one.err]
    assert not wrong
    assert {(one.code, one.out, "Traceback" in one.err) for one in ended} == {(2, "", False)}


def test_two_accounts_of_a_seat_are_one_person(chess: Porter, config: Path) -> None:
    made = chess(*LEAD, "--holder", "telegram:42")

    discord, telegram = seats_of(config, "discord", "123456789012345678"), seats_of(config, "telegram", "42")

    assert made.code == 0
    assert [seat.role for seat in discord] == [Role.LEAD]
    assert discord == telegram


def test_a_second_seat_of_a_known_account_is_the_same_persons(chess: Porter, config: Path) -> None:
    chess(*MODERATOR)

    chess(*LEAD)

    held = seats_of(config, "discord", "123456789012345678")
    assert sorted(seat.role for seat in held) == [Role.LEAD, Role.MODERATOR]
    assert len({seat.person_id for seat in held}) == 1


def test_people_who_turn_out_to_be_one_keep_all_their_seats(chess: Porter, config: Path) -> None:
    chess(*LEAD)
    chess(*OFFICER)

    chess(*MODERATOR, "--holder", "telegram:42")

    assert sorted(seat.role for seat in seats_of(config, "telegram", "42")) == [Role.LEAD, Role.MODERATOR, Role.OFFICER]
    assert "person:1 person:2" in chess("audit", "list", "--json").lines[-1]["about"]


def test_the_same_seat_is_not_held_twice_at_a_time(chess: Porter) -> None:
    chess(*LEAD)

    again = chess(*LEAD)

    assert again.code == 1
    assert "They hold this seat already: seat 1" in again.err


def test_an_ended_seat_gives_nothing_and_may_be_given_again(chess: Porter, config: Path) -> None:
    chess(*LEAD)

    ended, after, twice = (
        chess("seat", "end", "1"),
        seats_of(config, "discord", "123456789012345678"),
        chess("seat", "end", "1"),
    )

    assert "Mona Tarn is no longer lead" in ended.out
    assert after == []
    assert "Seat 1 was ended on" in twice.err
    assert chess(*LEAD).code == 0


def test_seats_are_listed_with_what_they_give(chess: Porter) -> None:
    chess(*LEAD, "--trained", "2020-02-01")
    chess(*OFFICER, "--contact", "1", "--trained", "2020-02-01")
    chess("seat", "end", "2")

    now, ever = chess("seat", "list"), chess("seat", "list", "--all")

    assert "2020-02-01" in now.out
    assert "discord:123456789012345678" in now.out
    assert "Olu" not in now.out
    assert "Olu" in ever.out


def kept_code(config: Path, typed: str) -> tuple[BindCode | None, datetime]:
    """The code that is kept for what somebody types in a chat, and the time."""

    async def look(app: App) -> BindCode | None:
        async with app.store.read() as read:
            return await chats.bind_code(read, app.vault.digest("bind", typed), app.now())

    async def run() -> BindCode | None:
        async with opened(load(config, {})) as app:
            return await look(app)

    return asyncio.run(run()), datetime.now(UTC)


def printed_code(ended: Ended) -> str:
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", ended.out)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("option", "purpose"), [((), ChatPurpose.MEMBERS), (("--committee",), ChatPurpose.COMMITTEE)])
def test_a_code_is_printed_once_and_kept_as_a_hash_for_a_day(
    chess: Porter, config: Path, tmp_path: Path, option: tuple[str, ...], purpose: ChatPurpose
) -> None:
    code = printed_code(chess("chat", "bind", "chess", *option))

    kept, now = kept_code(config, code.replace("-", ""))

    assert kept is not None
    assert kept.purpose is purpose
    assert timedelta(hours=23) < kept.expires_at - now <= timedelta(hours=24)
    database = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("porter.db*"))
    assert code.replace("-", "").encode() not in database
    assert code.encode() not in database


def test_the_code_says_who_may_type_it_and_where(chess: Porter) -> None:
    nobody = chess("chat", "bind", "chess")
    chess(*LEAD)

    somebody = chess("chat", "bind", "chess")

    assert "Nobody may use it yet" in nobody.out
    assert "It works for Mona Tarn (lead)." in somebody.out
    assert f"/bind {printed_code(somebody)}" in somebody.out


def test_an_unbound_chat_is_left_as_soon_as_porter_runs(chess: Porter, config: Path) -> None:
    async def bind() -> None:
        async with opened(load(config, {})) as app, app.store.change("test", "bind", app.now()) as change:
            await chats.bind(change, 1, "telegram", "-1001", "Chess chat", ChatPurpose.MEMBERS)

    asyncio.run(bind())

    unknown, gone = chess("chat", "unbind", "-1002"), chess("chat", "unbind", "-1001")

    assert (unknown.code, gone.code) == (1, 0)
    assert unknown.err == "No chat with the id -1002 is bound.  porter chat list  shows those that are.\n"
    assert gone.out == "Chess chat is bound no more. Porter leaves it as soon as it runs.\n"
    assert [(one["kind"], one["state"]) for one in chess("outbox", "list", "--json").lines] == [("leave", "ready")]


def test_no_chat_is_bound_at_first(porter: Porter) -> None:
    listed = porter("chat", "list")

    assert listed.out == "No chat is bound yet. Begin with  porter chat bind SOCIETY\n"
