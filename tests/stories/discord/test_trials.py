"""How far rules are trusted: new ones are on trial, and those that are wrong too often make no cards any more."""

import asyncio
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.desk import standing
from bot.model import Role, Sighting, Standing
from bot.store import noticed, standings
from bot.store.noticed import Noticed
from tests.screening.said import pack, rule
from tests.stories.discord.lodge import Lodge, account
from tests.wire.discord import Channel

RULE = "small.moon"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder with a pack of the Union's own."""
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "small.toml").write_text(pack(rule()), "utf-8")
    return folder


@pytest.fixture
async def trial(empty: Lodge, packs: Path) -> Lodge:
    """Porter at work with that pack for the first time, and an administrator."""
    await again(empty, packs, first=True)
    return empty


async def again(lodge: Lodge, packs: Path, *, first: bool = False, **more: str) -> None:
    """End the program, and begin with that folder of packs."""
    await lodge.close()
    await lodge.build(PORTER_SCREENING__FOLDERS=json.dumps([str(packs)]), **more)
    if first:
        await lodge.bind()
        await lodge.house.seat("Ada", account(lodge.lena), Role.ADMINISTRATOR)
    await lodge.work()


async def state(lodge: Lodge, name: str = RULE) -> Standing:
    """How a rule stands now."""
    async with lodge.house.app.store.read() as read:
        return (await standings.every(read))[name].state


async def seen(lodge: Lodge, words: str) -> list[Sighting]:
    """Mallory says something that a rule on trial brings to its sheet; the sheet."""
    before = len(await sheet(lodge))
    await lodge.mallory.say(lodge.general, words)
    async with asyncio.timeout(30):
        while True:
            found = await sheet(lodge)
            if len(found) > before:
                return found
            await asyncio.sleep(0.01)


async def noticed_lines(lodge: Lodge) -> list[Noticed]:
    """The lines of the day's digest, once there are some."""
    async with asyncio.timeout(30):
        while True:
            async with lodge.house.app.store.read() as read:
                found = await noticed.of_society(read, lodge.house.society_id)
            if found:
                return found
            await asyncio.sleep(0.01)


async def sheet(lodge: Lodge) -> list[Sighting]:
    """What the rule would have brought up."""
    async with lodge.house.app.store.read() as read:
        return await standings.sheet(read, RULE)


def _more(channel: Channel, than: int) -> bool:
    return len(channel.messages) > than


async def test_a_new_rule_of_the_unions_own_says_nothing_and_fills_its_sheet(trial: Lodge) -> None:
    found = await seen(trial, "a blue moon tonight")

    await trial.settled()
    assert await state(trial) is Standing.TRIAL
    assert trial.committee.messages == []
    assert [one.message for one in found] == [str(trial.general.messages[-1].id)]


async def test_rules_that_come_with_porter_are_in_force_at_once(trial: Lodge) -> None:
    await trial.mallory.say(trial.general, "I know where you live")

    card = await trial.carded()

    assert "I know where you live" in card.text
    assert await state(trial, "threat.veiled") is Standing.IN_FORCE


async def test_a_promoted_rule_makes_cards_and_its_sheet_is_gone(trial: Lodge) -> None:
    await seen(trial, "a blue moon tonight")

    await standing.promote(trial.house.app, RULE, "test")
    await trial.mallory.say(trial.general, "a blue moon again")
    card = await trial.carded()

    assert await sheet(trial) == []
    assert "Speaks of the moon" in card.text


async def test_when_a_trial_is_over_the_administrator_is_told_once(trial: Lodge) -> None:
    await seen(trial, "a blue moon tonight")

    for _ in range(2):
        trial.world.clock.advance(timedelta(days=15))
        await trial.settled()

    letters = [one for one in trial.lena.inbox if "trial" in one.text]
    assert len(letters) == 1
    assert "small.moon: 1 messages" in letters[0].text
    assert await state(trial) is Standing.TRIAL


async def test_a_rule_that_is_wrong_too_often_is_lowered_to_the_digest_and_says_so(trial: Lodge, packs: Path) -> None:
    await again(trial, packs, PORTER_SCREENING__FLOOR_CASES="2")
    await standing.promote(trial.house.app, RULE, "test")
    for words in ("a blue moon tonight", "a blue moon again"):
        cards = len(trial.committee.messages)
        await trial.mallory.say(trial.general, words)
        await trial.world.until(partial(_more, trial.committee, cards), what="a card")
        await trial.settled()
        await trial.mona.press(trial.card, "Dismiss")
        await trial.settled()

    cards = len(trial.committee.messages)
    await trial.mallory.say(trial.general, "a blue moon once more")
    lines = await noticed_lines(trial)

    assert await state(trial) is Standing.LOWERED
    assert len(trial.committee.messages) == cards
    assert [one.why for one in lines] == ["Speaks of the moon."]
    told = [one.text for one in trial.lena.inbox if "makes no cards any more" in one.text]
    assert len(told) == 1
    assert "upheld 0 of 2 cases" in told[0]


async def test_a_rule_whose_cases_are_upheld_stays_in_force(trial: Lodge, packs: Path) -> None:
    await again(trial, packs, PORTER_SCREENING__FLOOR_CASES="1")
    await standing.promote(trial.house.app, RULE, "test")
    await trial.mallory.say(trial.general, "a blue moon tonight")
    await trial.carded()

    await trial.mona.press(trial.card, "2 · Private word")
    await trial.settled()
    await trial.mona.press(trial.card, "Close as settled")
    await trial.settled()

    async with trial.house.app.store.read() as read:
        found = (await standings.every(read))[RULE]
        record = await standings.record(read, RULE, found.since)
    assert (found.state, record.upheld, record.dismissed) == (Standing.IN_FORCE, 1, 0)


async def test_a_changed_rule_of_the_unions_own_is_on_trial_again_and_one_with_new_words_about_it_is_not(
    trial: Lodge, packs: Path
) -> None:
    await standing.promote(trial.house.app, RULE, "test")
    (packs / "small.toml").write_text(pack(rule()).replace("Speaks of the moon.", "Is about the moon."), "utf-8")
    await again(trial, packs)
    described = await state(trial)

    (packs / "small.toml").write_text(pack(rule(phrases='["(blue|red) moon"]')), "utf-8")
    await again(trial, packs)

    assert described is Standing.IN_FORCE
    assert await state(trial) is Standing.TRIAL
