"""Where the program stopped reading is written every few seconds: after a crash it reads the last messages again."""

from sqlalchemy import Table, func, select

from bot.desk import committee
from bot.model import EffectKind
from bot.platforms.discord.seen import key
from bot.store.tables import cases, chats, effects, heard, noticed, reports
from tests.stories.discord.lodge import BETWEEN, Lodge

THREAT, MILD, CLEAN = "I know where you live", "you are an idiot", "see you on Tuesday"
COUNTED: tuple[Table, ...] = (cases, heard, noticed, reports, effects, chats)
OF_THE_CLOCK = (
    EffectKind.SWEEP,
    EffectKind.HEAD_MAIL,
    EffectKind.SCREEN_AGAIN,
)  # a start asks for them, minute by minute


async def counts(lodge: Lodge) -> dict[str, int]:
    """How many rows there are of everything that a message may leave behind."""
    asked = {one.name: select(func.count()).select_from(one) for one in COUNTED}
    asked["effects"] = asked["effects"].where(effects.c.kind.not_in(OF_THE_CLOCK))
    async with lodge.house.app.store.read() as read:
        return {name: int(await read.scalar(one)) for name, one in asked.items()}


async def said(lodge: Lodge) -> str:
    """Three things are said after one that was read; the mark that a crash right afterwards would leave."""
    first = await lodge.alice.say(lodge.general, "good evening")
    for text in (CLEAN, MILD, THREAT):
        await lodge.mallory.say(lodge.general, text)
    await lodge.carded()
    return str(first.id)


async def read_again(lodge: Lodge, mark: str) -> None:
    """Begin again as after a crash that came before the mark was written, and read everything since then."""
    await lodge.close()
    lodge.world.clock.advance(BETWEEN)
    await lodge.build()
    await committee.set_published(lodge.house.app, key(str(lodge.general.id)), mark)
    await lodge.work()
    last = str(lodge.general.messages[-1].id)
    while await committee.published(lodge.house.app, key(str(lodge.general.id))) != last:
        await lodge.world.quiet(0.05)
    await lodge.settled()


async def test_messages_that_are_read_again_after_a_crash_count_once(lodge: Lodge) -> None:
    mark = await said(lodge)
    before, card = await counts(lodge), lodge.card.text

    await read_again(lodge, mark)

    assert before["noticed"] == 1
    assert await counts(lodge) == before
    assert lodge.card.text == card
    assert len(lodge.cards) == 1


async def test_a_case_that_was_closed_before_the_crash_is_not_opened_again(lodge: Lodge) -> None:
    mark = await said(lodge)
    await lodge.mona.press(lodge.card, "Dismiss")
    await lodge.settled()

    await read_again(lodge, mark)

    assert (await counts(lodge))["cases"] == 1
    assert len(lodge.cards) == 1


async def test_a_new_version_of_what_was_closed_is_a_case_again(lodge: Lodge) -> None:
    await said(lodge)
    await lodge.mona.press(lodge.card, "Dismiss")
    await lodge.settled()
    threat = lodge.general.messages[-1]

    await lodge.mallory.edit(threat, f"{THREAT}, all of you")
    await lodge.world.until(lambda: len(lodge.cards) == 2, what="a second card")
    await lodge.settled()

    assert (await counts(lodge))["cases"] == 2
