import asyncio

from bot.platforms.discord.lines import Lines


class Chats:
    """What was handled, in order, by channel."""

    def __init__(self, room: int = 100) -> None:
        self.handled: list[str] = []
        self.missed: list[str] = []
        self.gate = asyncio.Event()
        self.lines = Lines(self._missed, room, pauses=(0.0,))

    async def _missed(self, channel: str) -> None:
        self.missed.append(channel)
        self.handled.append("reread")

    def say(self, channel: str, word: str, *, waits: bool = False, fails: bool = False) -> bool:
        async def work() -> None:
            if waits:
                await self.gate.wait()
            if fails:
                raise RuntimeError(word)
            self.handled.append(word)

        return self.lines.put(channel, work)


async def test_a_channel_is_handled_in_order_even_when_the_first_is_slow() -> None:
    chats = Chats()
    chats.say("1", "slow", waits=True)
    chats.say("1", "fast")
    chats.say("2", "other")

    await asyncio.sleep(0)
    chats.gate.set()
    await chats.lines.settle()

    assert chats.handled.index("slow") < chats.handled.index("fast")
    assert chats.handled[0] == "other"


async def test_one_failure_does_not_stop_the_channel() -> None:
    chats = Chats()
    chats.say("1", "broken", fails=True)
    chats.say("1", "next")

    await chats.lines.settle()

    assert chats.handled == ["next"]


async def test_what_fails_once_is_done_again_before_the_next() -> None:
    chats, failures = Chats(), ["the database is away"]

    async def work() -> None:
        if failures:
            raise RuntimeError(failures.pop())
        chats.handled.append("first")

    chats.lines.put("1", work)
    chats.say("1", "next")
    await chats.lines.settle()

    assert chats.handled == ["first", "next"]


async def test_a_full_line_is_read_again_from_where_it_stopped() -> None:
    chats = Chats(room=2)
    taken = [chats.say("1", "first", waits=True), chats.say("1", "second"), chats.say("1", "third")]

    chats.gate.set()
    await chats.lines.settle()

    assert taken == [True, True, False]
    assert chats.handled == ["first", "second", "reread"]


async def test_after_the_rereading_the_line_takes_again() -> None:
    chats = Chats(room=1)
    chats.say("1", "first", waits=True)
    chats.say("1", "turned away")
    chats.gate.set()
    await chats.lines.settle()

    taken = chats.say("1", "later")
    await chats.lines.settle()

    assert taken
    assert chats.handled == ["first", "reread", "later"]
