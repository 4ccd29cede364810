"""Importing a list from the command line."""

import asyncio
from pathlib import Path

import pytest

from bot import rosters
from bot.app import opened
from bot.config import load
from bot.desk import lists, roster
from bot.errors import AlreadyDone
from bot.model import AccountRef, ChatPurpose, Membership, MembershipState
from bot.model.roster import ListRules
from bot.parts import App
from bot.store import chats, members, people
from tests.cli.conftest import Porter
from tests.rosters.files import TITLES, member, text
from tests.rosters.files import members as list_of


def write(folder: Path, numbers: range, name: str = "list.csv") -> str:
    file = folder / name
    file.write_bytes(list_of(numbers))
    return str(file)


def kept(config: Path) -> list[Membership]:
    async def look() -> list[Membership]:
        async with opened(load(config, {})) as app, app.store.read() as read:
            return sorted(await members.roster(read, 1), key=lambda one: one.id)

    return asyncio.run(look())


def states(config: Path) -> dict[MembershipState, int]:
    found = [one.state for one in kept(config)]
    return {state: found.count(state) for state in set(found)}


def test_a_list_is_shown_and_nothing_is_written(chess: Porter, config: Path, tmp_path: Path) -> None:
    file = write(tmp_path, range(30))

    ended = chess("roster", "import", "chess", file)

    assert ended.code == 0
    assert "30 members on the list of Chess Society: 30 added, 0 removed, 0 kept." in ended.out
    assert "Nothing was written. Apply it with --apply." in ended.out
    assert "0000001" not in ended.out
    assert "m1@example.org" not in ended.out
    assert kept(config) == []
    assert [line["verb"] for line in chess("audit", "list", "--json").lines] == ["add society"]


def test_scripts_get_the_same_as_json(chess: Porter, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(text([TITLES, *(member(one) for one in range(20)), member(20, studentid="")]))

    shown = chess("roster", "import", "chess", str(file), "--json").json

    assert {"added": 20, "removed": 0, "kept": 0, "brake": "ok", "applied": False}.items() <= shown.items()
    assert [one["kind"] for one in shown["review"]] == ["blank"]
    assert shown["recognised"]["columns"][0]["field"] == "member_key"


def test_the_groups_that_are_paid_are_said_once_and_kept_for_the_society(
    chess: Porter, config: Path, tmp_path: Path
) -> None:
    rows = [member(one, membership="Gold" if one < 10 else "Newsletter") for one in range(30)]
    file = tmp_path / "list.csv"
    file.write_bytes(text([TITLES, *rows]))

    asked = chess("roster", "import", "chess", str(file))
    chess("roster", "import", "chess", str(file), "--paid", "gold", "--apply")
    again = chess("roster", "import", "chess", str(file))

    assert (asked.code, "Name each paid one with --paid." in asked.out) == (1, True)
    assert (again.code, "10 members on the list" in again.out) == (0, True)
    assert "20 rows of groups that are not paid" in again.out
    assert states(config) == {MembershipState.CURRENT: 10}


def test_an_applied_list_makes_members_found_by_keyed_hash(chess: Porter, config: Path, tmp_path: Path) -> None:
    ended = chess("roster", "import", "chess", write(tmp_path, range(7_654_300, 7_654_330)), "--apply")

    async def look() -> tuple[Membership | None, str, bool]:
        async with opened(load(config, {})) as app, app.store.read() as read:
            digest = app.vault.digest("member:1", roster.member_key(" 7654321 ", ListRules()))
            found = await members.membership(read, 1, digest, app.now().date())
            assert found is not None
            assert found.email_sealed is not None
            address = app.vault.open(f"membership:1:{digest.hex()}", found.email_sealed).decode()
            return found, address, found.email_hash == app.vault.digest("email", address)

    found, address, hashed = asyncio.run(look())
    assert "Applied." in ended.out
    assert (address, hashed) == ("m7654321@example.org", True)
    assert found is not None
    assert (found.state, found.group_name) == (MembershipState.CURRENT, "Standard")
    database = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("porter.db*"))
    assert b"m7654321@example.org" not in database
    assert b"7654321" not in database
    assert chess("audit", "list", "--json").lines[-1]["about"] == "roster:1 society:1"


def test_the_brake_holds_until_a_person_confirms(chess: Porter, config: Path, tmp_path: Path) -> None:
    chess("roster", "import", "chess", write(tmp_path, range(30)), "--apply")
    smaller = write(tmp_path, range(10), "smaller.csv")

    held = chess("roster", "import", "chess", smaller, "--apply", "--json")
    before = states(config)
    done = chess("roster", "import", "chess", smaller, "--apply", "--confirm", "--json")

    assert (held.code, held.json["applied"], before) == (1, False, {MembershipState.CURRENT: 30})
    assert any("20 of 30 people would stop being members" in reason for reason in held.json["brake"])
    assert (done.code, done.json["applied"]) == (0, True)
    assert states(config) == {MembershipState.CURRENT: 10, MembershipState.GRACE: 20}
    assert not [one for one in kept(config) if one.state is MembershipState.GRACE and one.email_sealed]


def test_who_comes_back_is_a_member_again_with_their_address(chess: Porter, config: Path, tmp_path: Path) -> None:
    whole = write(tmp_path, range(30))
    chess("roster", "import", "chess", whole, "--apply")
    chess("roster", "import", "chess", write(tmp_path, range(28), "less.csv"), "--apply")

    ended = chess("roster", "import", "chess", whole, "--apply", "--json")

    assert (ended.code, ended.json["renewed"], ended.json["kept"]) == (0, 2, 28)
    assert all(one.email_sealed for one in kept(config))
    assert states(config) == {MembershipState.CURRENT: 30}


def test_who_is_listed_with_an_end_in_the_past_begins_grace(chess: Porter, config: Path, tmp_path: Path) -> None:
    chess("roster", "import", "chess", write(tmp_path, range(30)), "--apply")
    rows = [member(one, **({"expires": "01/09/2020"} if one < 3 else {})) for one in range(30)]
    later = tmp_path / "later.csv"
    later.write_bytes(text([TITLES, *rows, member(99, expires="01/09/2020")]))

    ended = chess("roster", "import", "chess", str(later), "--apply", "--json")

    assert (ended.code, ended.json["expired"], ended.json["ended"]) == (0, 4, 3)
    assert states(config) == {MembershipState.CURRENT: 27, MembershipState.GRACE: 3}


def test_an_address_is_kept_only_while_a_code_may_have_to_reach_it(chess: Porter, config: Path, tmp_path: Path) -> None:
    file = write(tmp_path, range(3))
    chess("roster", "import", "chess", file, "--apply")

    async def prove(app: App) -> None:
        async with app.store.change("cli", "prove", app.now()) as change:
            for platform in ("discord", "telegram"):
                await chats.bind(change, 1, platform, "1", "Chess", ChatPurpose.MEMBERS)
            first, second, _ = sorted(await members.roster(change, 1), key=lambda one: one.id)
            for number, (member_, platform) in enumerate(
                [(first, "discord"), (first, "telegram"), (second, "discord")]
            ):
                account = await people.know(change, AccountRef(platform, str(number)))
                assert await members.prove(change, member_, account.id, platform, "code")

    async def run() -> None:
        async with opened(load(config, {})) as app:
            await prove(app)

    asyncio.run(run())

    chess("roster", "import", "chess", file, "--apply")

    assert [one.email_sealed is not None for one in kept(config)] == [False, True, True]


@pytest.mark.parametrize("options", [("--apply",), ("--apply", "--confirm")])
def test_an_empty_list_is_never_applied(chess: Porter, config: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    chess("roster", "import", "chess", write(tmp_path, range(30)), "--apply")

    ended = chess("roster", "import", "chess", write(tmp_path, range(0), "empty.csv"), *options)

    assert ended.code == 1
    assert "This list cannot be applied." in ended.out
    assert states(config) == {MembershipState.CURRENT: 30}


def test_columns_with_odd_titles_can_be_named(chess: Porter, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    rows = [(f"{one:07}", f"a{one}@example.org") for one in range(20)]
    file.write_bytes(text([("Karte", "Kontakt"), *rows]))

    named = chess(
        "roster", "import", "chess", str(file), "--json", "--map", "member_key=Karte", "--map", "email=Kontakt"
    )
    wrong = chess("roster", "import", "chess", str(file), "--map", "mail=Kontakt")

    columns = [(one["title"], one["field"]) for one in named.json["recognised"]["columns"]]
    assert columns == [("Karte", "member_key"), ("Kontakt", "email")]
    assert named.json["brake"] == "ok"
    assert (wrong.code, "the field one of member_key, email" in wrong.err) == (1, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes(range(256)) * 40, "some binary file"),
        (b"x" * 6_000_000, "larger than 5 MB"),
        (b"Fruit,Colour\r\napple,red\r\npear,green\r\n", "no column holds the members' ids"),
    ],
)
def test_what_is_no_list_is_told_in_a_sentence(chess: Porter, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)

    ended = chess("roster", "import", "chess", str(file), "--apply")

    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_list_looked_at_before_another_was_applied_is_not_applied(
    chess: Porter, config: Path, tmp_path: Path
) -> None:
    sheets = [rosters.load(Path(write(tmp_path, range(size), f"{size}.csv"))) for size in (30, 31)]

    async def run() -> str:
        async with opened(load(config, {})) as app:
            async with app.store.read() as read:
                society = await people.society_by_id(read, 1)
            first, second = [await lists.look(app, society, sheet) for sheet in sheets]
            await lists.apply(app, first, "cli", confirmed=False)
            with pytest.raises(AlreadyDone) as caught:
                await lists.apply(app, second, "cli", confirmed=True)
            return str(caught.value)

    said = asyncio.run(run())

    assert said == "Another list was applied meanwhile. Look at the difference again."
    assert states(config) == {MembershipState.CURRENT: 30}
