"""Forged, replayed and misplaced buttons."""

import asyncio
import secrets
import string

from bot.model import ActionKind, EffectKind, Place
from bot.store import cases, presses
from tests.abuse import many
from tests.abuse.conftest import Clock
from tests.abuse.office import CHESS, GO, Office, words

LETTERS = string.ascii_letters + string.digits + "-_"


def near(token: str) -> list[str]:
    """Tokens that are almost a real one."""
    changed = [
        token[:at] + letter + token[at + 1 :] for at in range(len(token)) for letter in LETTERS if letter != token[at]
    ]
    odd = [
        token[:-1],
        token + "A",
        token.swapcase(),
        f" {token}",
        f"{token}\n",
        f"{token}\0",
        f"{token}%",
        "%",
        "_" * len(token),
        "",
    ]
    return [*changed, *(one for one in odd if one != token)]


async def test_no_forged_button_is_ever_accepted(office: Office) -> None:
    case = await office.case()
    real = await office.token("step", case, kind="remove")
    forged = near(real)
    forged += [secrets.token_urlsafe(16) for _ in range(many(3_000, 100_000) - len(forged))]

    async with office.app.store.read() as read:
        accepted = [one for one in forged if await presses.find(read, one, office.app.now()) is not None]
        known = await presses.find(read, real, office.app.now())

    print(f"forged={len(forged)} accepted={len(accepted)}")
    assert accepted == []
    assert known is not None


async def test_what_a_forged_button_is_told_is_what_an_expired_one_is_told(office: Office, clock: Clock) -> None:
    case = await office.case()
    real = await office.token("step", case, kind="warn")
    clock.later(days=2)

    expired = await office.press("Mona", real)
    forged = await office.press("Mona", "A" * len(real))

    assert words(expired) == words(forged)
    assert await office.effects(EffectKind.WARN) == []


async def test_fifty_presses_at_once_have_one_effect(office: Office) -> None:
    case = await office.case()
    token = await office.token("step", case, kind="warn")

    said = await asyncio.gather(*(office.press(name, token) for name in ("Mona", "Lena") * 25))
    async with office.app.store.read() as read:
        taken = await cases.actions_of(read, case.id)

    assert len(await office.effects(EffectKind.WARN)) == 1
    assert [one.kind for one in taken] == [ActionKind.WARN]
    assert sum("did this at" in words(one) for one in said) == 49


async def test_a_button_works_only_in_a_chat_of_its_society(office: Office) -> None:
    case = await office.case()
    token = await office.token("step", case, kind="warn")

    elsewhere = [await office.press("Mona", token, place) for place in (GO, Place("discord", "999", "1"))]
    nothing = await office.effects(EffectKind.WARN)
    await office.press("Mona", token, CHESS)

    assert {words(one)[:33] for one in elsewhere} == {"This button does not work any mor"}
    assert nothing == []
    assert len(await office.effects(EffectKind.WARN)) == 1


async def test_a_button_that_is_somebodys_own_is_nobody_elses(office: Office) -> None:
    answer = await office.run("Alice", "ask-union")
    assert answer.form is not None

    stolen = await office.submit("Mallory", answer.form.token, text="give me the list")
    own = await office.submit("Alice", answer.form.token, text="what can we do?")

    assert words(stolen).startswith("This button does not work any more")
    assert words(own).startswith("Your question is on its way")
    assert len(await office.effects(EffectKind.QUESTION)) == 1
