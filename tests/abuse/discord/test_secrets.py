"""Nothing secret and nothing said is in the log, even at its most talkative, and nobody can forge a line of it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from tests.abuse.nasty import aimed
from tests.stories.discord.lodge import Lodge, enter_code, verify

LOOPBACK = ("mail.log", "aiohttp.access")  # the servers that stand in for the world, in the same process
ADDRESS, NUMBER, WORDS = "canary.address@example.org", "9182736", "canary-words-said"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything logged, in JSON, from debug on; afterwards the log is as it was."""
    root, names = logging.getLogger(), (logs.OURS, *logs.LOUD)
    levels, handlers, level = {name: logging.getLogger(name).level for name in names}, list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure("debug", "json", (), stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


async def test_a_whole_evening_leaves_no_secret_and_no_forged_line_in_the_log(empty: Lodge, log: io.StringIO) -> None:
    lodge = empty
    welcome = lodge.chess.channel("welcome")
    await lodge.bind(welcome_channel=str(welcome.id))
    await lodge.work()
    await lodge.house.paid(NUMBER, ADDRESS)
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await nina.rename(aimed(1)[2][:32].replace("\n", " "))
    await lodge.world.until(lambda: nina.inbox, what="the welcome")
    door = next(one for one in nina.inbox if one.buttons)
    asked = await verify(lodge, nina, NUMBER, door)
    mail = await lodge.mailbox.receives("code", to=ADDRESS)
    code = next(line.strip(" *") for line in mail.text.splitlines() if line.strip(" *").replace(" ", "").isdigit())
    await enter_code(nina, asked, code)
    message = await nina.say(lodge.general, f"{WORDS} {aimed(1)[2]}".replace("\x00", ""))
    await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    await lodge.settled()

    lines = [line for line in log.getvalue().splitlines() if json.loads(line)["logger"] not in LOOPBACK]
    told = "\n".join(lines)
    canaries = (lodge.bot.token, code, code.replace(" ", ""), ADDRESS, NUMBER, WORDS, lodge.olu.name + "@")
    assert lines
    assert [one for one in canaries if one in told] == []
    assert "\x1b" not in told
