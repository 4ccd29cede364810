from bot.platforms.discord.seen import Seen, key
from tests.platforms.discord.conftest import InMemory


async def test_a_mark_survives_a_restart() -> None:
    kept = InMemory()
    seen = Seen(kept)
    await seen.advance("30", 500)
    await seen.stop()

    again = Seen(kept)

    assert await again.mark("30") == 500
    assert kept == {key("30"): "500"}


async def test_a_mark_only_grows() -> None:
    kept = InMemory({key("30"): "500"})
    seen = Seen(kept)

    await seen.advance("30", 400)

    assert await seen.mark("30") == 500


async def test_a_channel_never_read_has_no_mark() -> None:
    kept = InMemory()

    assert await Seen(kept).mark("30") == 0
