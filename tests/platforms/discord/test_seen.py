import pytest

from bot.platforms.discord.seen import Seen, key
from tests.platforms.discord.conftest import InMemory


async def nothing() -> None:
    """Nothing has to be done before marks are written."""


async def test_a_mark_survives_a_restart() -> None:
    kept = InMemory()
    seen = Seen(kept, nothing)
    await seen.advance("30", 500)
    await seen.stop()

    again = Seen(kept, nothing)

    assert await again.mark("30") == 500
    assert kept == {key("30"): "500"}


async def test_a_mark_only_grows() -> None:
    kept = InMemory({key("30"): "500"})
    seen = Seen(kept, nothing)

    await seen.advance("30", 400)

    assert await seen.mark("30") == 500


async def test_a_channel_never_read_has_no_mark() -> None:
    kept = InMemory()

    assert await Seen(kept, nothing).mark("30") == 0


async def test_what_a_mark_stands_for_is_on_disk_before_the_mark() -> None:
    kept, before = InMemory(), list[dict[str, str]]()

    async def first() -> None:
        before.append(dict(kept))
        await seen.advance("30", 501)  # what comes meanwhile is not on disk with the rest

    seen = Seen(kept, first)
    await seen.advance("30", 500)
    await seen.flush()

    assert before == [{}]
    assert kept == {key("30"): "500"}
    await seen.flush()
    assert kept == {key("30"): "501"}


async def test_while_what_it_stands_for_cannot_be_kept_a_mark_is_not_written() -> None:
    kept, full = InMemory(), [OSError("the disk is full")]

    async def first() -> None:
        if full:
            raise full.pop()

    seen = Seen(kept, first)
    await seen.advance("30", 500)
    with pytest.raises(OSError, match="full"):
        await seen.flush()

    assert kept == {}
    await seen.flush()
    assert kept == {key("30"): "500"}
