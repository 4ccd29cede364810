"""Guessing: five tries a code, ten codes a day for an account and for a membership, whatever is restarted; and what is
told of a number, with what work, is the same whether it is on the list or not."""

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from bot.model import Answer, EffectKind
from bot.store.tables import attempts, codes, knocks
from tests.abuse.conftest import Clock
from tests.abuse.office import CHESS, Office, words

GOOD, UNKNOWN, USED, NO_MAIL = "1234567", "7654321", "2222222", "3333333"
WRONG = "That did not work."


async def give(office: Office, name: str, number: str) -> Answer:
    """Somebody gives a membership number."""
    chat = office.app.chats["discord", CHESS.chat]
    return await office.submit(name, await office.token("verify", None, chat=chat.id), number=number)


async def code_of(office: Office, name: str) -> str:
    """The code that was made last for somebody, whether or not it goes out."""
    made = (await office.effects(EffectKind.CODE_MAIL))[-1]
    return office.app.vault.open(f"mail-code:{made.payload['code']}", bytes.fromhex(made.payload["sealed"])).decode()


async def type_code(office: Office, name: str, answer: Answer, code: str) -> str:
    """Somebody types a code into the form they were given."""
    assert answer.form is not None
    return words(await office.submit(name, answer.form.token, code=code))


async def real_codes(office: Office) -> int:
    """How many codes went out that can let somebody in."""
    return sum(bool(one.payload["real"]) for one in await office.effects(EffectKind.CODE_MAIL))


@pytest.fixture
async def listed(office: Office) -> Office:
    """The office with a list of members, and one membership that somebody has used."""
    office.app.messengers.setdefault("email", None)  # type: ignore[arg-type]  # codes are made, none is sent here
    await office.house.paid(GOOD, "nina@example.org")
    await office.house.paid(USED, "ned@example.org")
    await office.house.paid(NO_MAIL)
    answer = await give(office, "Ned", USED)
    said = await type_code(office, "Ned", answer, await code_of(office, "Ned"))
    assert said.startswith("That is right")
    return office


async def test_a_code_is_worn_out_after_five_tries(listed: Office) -> None:
    answer = await give(listed, "Nina", GOOD)
    right = await code_of(listed, "Nina")
    guesses = [f"{number:08}" for number in range(5) if f"{number:08}" != right][:5]

    tried = [await type_code(listed, "Nina", answer, guess) for guess in guesses]
    late = await type_code(listed, "Nina", answer, right)

    assert len(tried) == 5
    assert {one[:18] for one in [*tried, late]} == {WRONG}


async def test_fewer_wrong_tries_do_no_harm(listed: Office) -> None:
    answer = await give(listed, "Nina", GOOD)
    right = await code_of(listed, "Nina")

    await type_code(listed, "Nina", answer, "00000000")

    assert (await type_code(listed, "Nina", answer, f"{right[:4]} {right[4:]}")).startswith("That is right")


async def test_a_decoy_takes_no_code_not_even_its_own(listed: Office) -> None:
    answer = await give(listed, "Nobody", UNKNOWN)
    own = await code_of(listed, "Nobody")

    tried = [await type_code(listed, "Nobody", answer, guess) for guess in (own, "00000000", own)]

    assert {one[:18] for one in tried} == {WRONG}
    assert len(await listed.effects(EffectKind.ADMIT)) == 1  # Ned's


async def test_an_account_gets_ten_codes_a_day(listed: Office, clock: Clock) -> None:
    before = await real_codes(listed)

    for _ in range(12):
        await give(listed, "Nina", GOOD)
    today = await real_codes(listed) - before
    clock.later(hours=25)
    await give(listed, "Nina", GOOD)

    assert today == 10
    assert await real_codes(listed) - before == 11


async def test_a_membership_gets_ten_codes_a_day_whoever_asks(listed: Office) -> None:
    before = await real_codes(listed)

    for number in range(14):
        await give(listed, f"Thief{number}", GOOD)

    assert await real_codes(listed) - before == 10


async def test_tries_and_limits_are_in_the_database(listed: Office) -> None:
    answer = await give(listed, "Nina", GOOD)
    await type_code(listed, "Nina", answer, "00000000")

    async with listed.app.store.read() as read:
        tries = await read.scalar(select(codes.c.tries).order_by(codes.c.id.desc()).limit(1))

    assert tries == 1


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.append(statement)

    engines = {office.app.store.writer.sync_engine, office.app.store.reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def test_every_number_is_told_the_same_with_the_same_work(listed: Office) -> None:
    told, work, asked = {}, {}, {}

    for number in (GOOD, UNKNOWN, USED, NO_MAIL, "not a number", ""):
        before = len(await listed.effects())
        with statements(listed) as found:
            answer = await give(listed, f"Prober {number}", number)
        told[words(answer)] = number
        work[tuple(found)] = number
        asked[len(await listed.effects()) - before] = number

    assert len(told) == 1
    assert len(work) == 1
    assert asked.keys() == {1}


async def test_numbers_on_no_list_leave_no_pile_of_tries_that_takes_longer_and_longer_to_count(listed: Office) -> None:
    for number in range(12):
        await give(listed, f"Prober {number}", f"9{number:06}")

    async with listed.app.store.read() as read:
        kinds = [row["what"] for row in await read.rows(select(attempts.c.what))]
    piles = Counter(kind for kind in kinds if kind.startswith("code of -"))
    assert sum(piles.values()) == 12
    assert max(piles.values()) < 6


async def test_a_wrong_code_and_a_decoys_code_are_told_the_same_with_the_same_work(listed: Office) -> None:
    told, work = {}, {}

    for name, number in (("Nina", GOOD), ("Nobody", UNKNOWN), ("Thief", USED)):
        answer = await give(listed, name, number)
        with statements(listed) as found:
            told[await type_code(listed, name, answer, "00000000")] = name
        work[tuple(found)] = name

    assert len(told) == 1
    assert len(work) == 1


async def test_a_request_that_is_anothers_or_over_takes_no_code(listed: Office) -> None:
    answer = await give(listed, "Nina", GOOD)
    right = await code_of(listed, "Nina")

    stolen = await type_code(listed, "Mallory", answer, right)
    async with listed.app.store.change("test", "end knocks", listed.app.now()) as change:
        await change.execute(update(knocks).values(state="withdrawn"))
    late = await type_code(listed, "Nina", answer, right)

    assert stolen == late
    assert stolen.startswith("There is no request of yours")


async def test_the_mail_to_a_decoy_is_one_row_like_any_other(listed: Office) -> None:
    kinds = []
    for name, number in (("Nina", GOOD), ("Nobody", UNKNOWN), ("Thief", USED)):
        await give(listed, name, number)
        kinds.append((await listed.effects())[-1])
    sizes = [sorted(len(str(value)) for value in one.payload.values() if not isinstance(value, bool)) for one in kinds]

    assert {one.kind for one in kinds} == {EffectKind.CODE_MAIL}
    assert all(one == two for one, two in itertools.pairwise(sizes))
