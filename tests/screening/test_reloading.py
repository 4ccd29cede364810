import asyncio
from pathlib import Path

from bot.screening import Reloading

from .said import flagged, pack, rule


async def test_a_changed_pack_is_in_force_as_soon_as_it_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(pack(rule()), "utf-8")
    holder = Reloading([tmp_path])
    stop, changed = asyncio.Event(), asyncio.Event()
    watching = asyncio.create_task(holder.watch(stop, changed.set))

    await holder.watching.wait()
    file.write_text(pack(rule(phrases='["red moon"]', hit="a red moon", miss="a blue moon")), "utf-8")
    await changed.wait()

    assert flagged(holder.current, "a red moon")
    stop.set()
    await watching


def test_the_last_good_packs_keep_serving_when_a_changed_one_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(pack(rule()), "utf-8")
    told: list[Exception] = []
    holder = Reloading([tmp_path], told.append)

    file.write_text(pack(rule(hit="a red sun")), "utf-8")
    replaced = holder.reload()

    assert not replaced
    assert flagged(holder.current, "a blue moon")
    assert "a.toml: rule small.moon: the example 'a red sun 0'" in str(told[0])
