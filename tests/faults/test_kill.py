"""The program is killed at every named place: what was acknowledged is there, once, and everything comes to its end."""

from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.store.tables import audit
from tests.faults.cycle import OF, account, cycle
from tests.faults.evening import chance
from tests.faults.lives import Nursery
from tests.faults.town import town

SAMPLE = {
    "discord, reports": ("store.committing:report", "outbox.claimed", "capture.around", *OF["discord"]),
    "discord, steps": ("outbox.intended:notice", "outbox.performed:notice", "outbox.performed:warn", "posting.said"),
    "telegram, reports": ("store.committed:report", "outbox.performed:capture", "posting.said", *OF["telegram"]),
    "telegram, steps": (
        "outbox.intended:notice",
        "outbox.performed:warn",
        "store.committing:escalate",
        "outbox.performed:officer_dm",
        "smtp.handed_over",
    ),
}


@pytest.mark.parametrize("sample", SAMPLE)
async def test_a_crash_at_any_of_these_places_loses_nothing_and_repeats_nothing(
    lives: Nursery, tmp_path: Path, sample: str
) -> None:
    platform, _, _ = sample.partition(",")
    async with town(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/porter.db", lives, platform) as union:
        await union.start()
        await union.connected()

        for place in SAMPLE[sample]:
            tally = await cycle(union, chance(place), [place])

            assert tally.wrong == [], f"{place}: {account(tally, union)}"
            assert tally.reached, f"the program never came to {place}"


async def test_a_crash_at_any_time_loses_nothing_and_repeats_nothing(lives: Nursery, tmp_path: Path) -> None:
    luck = chance("any time")
    async with town(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/porter.db", lives, "discord", "telegram") as union:
        await union.start()
        await union.connected()

        for _ in range(3):
            tally = await cycle(union, luck, after=luck.uniform(0, 2))

            assert tally.wrong == [], account(tally, union)


async def test_a_crash_while_the_key_file_is_made_leaves_none_and_the_next_start_makes_it(
    lives: Nursery, tmp_path: Path
) -> None:
    async with town(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/porter.db", lives, "telegram") as union:
        (tmp_path / "keys").unlink()
        async with union.store.writer.begin() as connection:
            await connection.execute(delete(audit))  # as at the very first start

        first = await union.start(["vault.written"])
        await first.over()
        made = (tmp_path / "keys").exists()
        await union.kill()
        await union.start()
        await union.connected()

        assert not made
        assert (tmp_path / "keys").exists()
