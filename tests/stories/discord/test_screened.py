"""Wherever in a message words can stand on Discord, they are screened; and nothing is handled twice or lost."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.model import Message, Verdict
from bot.resources import rules
from bot.screening import Screen, packs
from bot.store.tables import effects, reports
from tests.stories.discord.lodge import Lodge
from tests.stories.watching import becomes, healthz
from tests.wire.discord import ChannelKind, File, Poll, Sticker

THREAT = "I know where you live"
UNTELLING = "is she even a real member or did you just feel sorry for her lol"  # conduct by no word of it alone
Saying = Callable[[Lodge], Awaitable[Any]]


async def edited(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "hello")
    await lodge.mallory.edit(message, THREAT)


async def forwarded(lodge: Lodge) -> None:
    elsewhere = lodge.world.server("Elsewhere", owner=lodge.world.user("Uma"))
    message = await (await elsewhere.join(lodge.mallory.user)).say(elsewhere.channel("talk"), THREAT)
    await lodge.mallory.forward(message, lodge.general)


async def previewed(lodge: Lodge) -> None:
    message = await lodge.mallory.say(lodge.general, "look: https://example.org/")
    await lodge.general.unfurl(message, "A page", THREAT)


async def renamed(lodge: Lodge) -> None:
    await lodge.mallory.rename(THREAT)
    await lodge.mallory.say(lodge.general, "hello")


async def posted(lodge: Lodge) -> None:
    forum = lodge.chess.channel("games", ChannelKind.FORUM)
    await lodge.mallory.start_thread(forum, THREAT, "hello")


async def beside_a_voice_chat(lodge: Lodge) -> None:
    await lodge.mallory.say(lodge.chess.channel("Lounge", ChannelKind.VOICE), THREAT)


SAYINGS: dict[str, tuple[Saying, str]] = {
    "a text": (lambda lodge: lodge.mallory.say(lodge.general, THREAT), "card"),
    "an edit": (edited, "card"),
    "a file's name": (lambda lodge: lodge.mallory.say(lodge.general, files=[File(f"{THREAT}.pdf", b"%PDF")]), "card"),
    "a file's description": (
        lambda lodge: lodge.mallory.say(lodge.general, files=[File("a.pdf", b"%PDF", description=THREAT)]),
        "card",
    ),
    "a poll's question": (lambda lodge: lodge.mallory.say(lodge.general, poll=Poll(THREAT, ("yes", "no"))), "card"),
    "a poll's answer": (lambda lodge: lodge.mallory.say(lodge.general, poll=Poll("What?", ("no", THREAT))), "card"),
    "a sticker": (lambda lodge: lodge.mallory.say(lodge.general, stickers=[Sticker("kill yourself")]), "card"),
    "a forward": (forwarded, "digest"),
    "a preview": (previewed, "digest"),
    "a nickname": (renamed, "card"),
    "a thread's name": (lambda lodge: lodge.mallory.start_thread(lodge.general, THREAT, "hello"), "card"),
    "a forum post's title": (posted, "card"),
    "the text of a voice channel": (beside_a_voice_chat, "card"),
    "what only a close reading finds": (lambda lodge: lodge.mallory.say(lodge.general, UNTELLING), "digest"),
}


@pytest.mark.parametrize("where", SAYINGS)
async def test_words_are_screened_wherever_they_stand(lodge: Lodge, where: str) -> None:
    say, level = SAYINGS[where]
    counts = lodge.house.app.meters.counts

    await say(lodge)
    await becomes(lambda: counts["verdict", level] > 0)
    if level == "card":
        await lodge.carded()

    assert counts["verdict", level] == 1
    assert bool(lodge.committee.messages) == (level == "card")


async def state(lodge: Lodge) -> tuple[list[str], int, int]:
    """What Porter set out to do, the reports, and all that it ever said."""
    async with lodge.house.app.store.read() as read:
        keys = [row["key"] for row in await read.rows(select(effects.c.key).order_by(effects.c.id))]
        found = len(await read.rows(select(reports.c.id)))
    return keys, found, len(lodge.world.journal.applied("POST", "/channels/*/messages"))


async def test_every_event_delivered_twice_does_what_once_does(lodge: Lodge) -> None:
    for name in ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "INTERACTION_CREATE", "GUILD_MEMBER_ADD"):
        lodge.world.gateway.double(name, 50)
    lodge.world.gateway.double("GUILD_MEMBER_UPDATE", 50)
    lodge.world.gateway.double("GUILD_MEMBER_REMOVE", 50)

    message = await lodge.mallory.say(lodge.general, THREAT)
    await lodge.carded()
    await lodge.mallory.edit(message, f"{THREAT}, and where you study")
    await lodge.alice.menu("Flag to committee", message)
    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.mona.press(lodge.card, "4 · Report to the Union")
    nina = await lodge.chess.join(lodge.world.user("Nina"))
    await lodge.mallory.erase(message)
    await nina.leave()
    await lodge.world.quiet(0.2)
    await lodge.settled()

    keys, found, _ = await state(lodge)
    kinds = [key.partition(":")[0] for key in keys]
    assert found == 2  # the rule's and Alice's
    assert len(lodge.committee.messages) == 1
    assert len([one for one in lodge.general.messages if "notice from the committee" in one.text]) == 1
    assert len([one for one in lodge.olu.inbox if "reports" in one.text]) == 1
    assert len(nina.inbox) <= 1
    assert [kinds.count(kind) for kind in ("capture", "dm", "mail", "greet")] == [2, 1, 1, 1]


async def test_what_was_said_while_the_session_was_lost_is_read_channel_by_channel(lodge: Lodge) -> None:
    other = lodge.chess.channel("openings")
    await lodge.alice.say(lodge.general, "good evening")
    await lodge.alice.say(other, "good evening")
    await becomes(lambda: lodge.house.app.meters.counts["verdict", "none"] == 2)
    sessions = lodge.bot.identifies
    lodge.world.gateway.hold()
    await lodge.mallory.say(lodge.general, THREAT)
    await lodge.mallory.say(other, THREAT + ", really")

    await lodge.world.gateway.invalidate()
    lodge.world.gateway.release()
    await lodge.world.until(lambda: lodge.bot.identifies > sessions, 30, "a new session")
    await becomes(lambda: lodge.house.app.meters.counts["verdict", "card"] == 2)
    await lodge.world.until(lambda: lodge.committee.messages and "reports: 2" in lodge.card.text, 10, "both reports")

    _, found, _ = await state(lodge)
    assert found == 2
    assert "reports: 2" in lodge.card.text


class Stumbling(Screen):
    """Rules of which one breaks on whatever it reads, until it is mended."""

    broken = True

    def glance(self, message: Message, recent: Any = ()) -> Verdict:
        """A verdict, or a fault."""
        if self.broken:
            raise RuntimeError("a rule that breaks")
        return super().glance(message, recent)


async def test_the_digest_leaves_out_what_somebody_flagged(lodge: Lodge) -> None:
    counts = lodge.house.app.meters.counts
    await lodge.flagged(UNTELLING)
    await forwarded(lodge)
    await becomes(lambda: counts["verdict", "digest"] == 2)

    lodge.world.clock.advance(timedelta(hours=20))
    await lodge.settled()

    [digest] = [one.text for one in lodge.committee.messages if "Noticed today" in one.text]
    assert "messages: 1" in digest
    assert "passed on" in digest
    assert "Reads like" not in digest


class Dazed(Screen):
    """Rules that break when they have to read closely, until they are mended."""

    broken = True

    def closely(self, message: Message, verdict: Verdict) -> Verdict:
        """A verdict, or a fault."""
        if self.broken:
            raise RuntimeError("a reading that breaks")
        return super().closely(message, verdict)


async def test_what_could_not_be_read_closely_is_unscreened_until_it_can(lodge: Lodge) -> None:
    counts = lodge.house.app.meters.counts
    dazed = Dazed(packs.read([rules()]))
    lodge.house.app.screen = lambda: dazed
    await lodge.mallory.say(lodge.general, UNTELLING)
    await becomes(lambda: counts["verdict", "unscreened"] == 1)
    await lodge.settled()
    told = await healthz(lodge.house.app)

    dazed.broken = False
    lodge.world.clock.advance(timedelta(seconds=70))
    await becomes(lambda: counts["verdict", "digest"] == 1)

    assert (told.body["unscreened"], told.names) == (1, ["unscreened"])
    assert (await healthz(lodge.house.app)).body["unscreened"] == 0


async def test_what_a_broken_rule_could_not_judge_is_screened_after_a_restart(lodge: Lodge) -> None:
    broken = Stumbling(packs.read([rules()]))
    lodge.house.app.screen = lambda: broken
    await lodge.mallory.say(lodge.general, THREAT)
    await becomes(lambda: lodge.house.app.meters.counts["verdict", "unscreened"] == 1)
    await lodge.settled()
    told = await healthz(lodge.house.app)
    silent = list(lodge.committee.messages)

    await lodge.restart()
    lodge.world.clock.advance(timedelta(seconds=70))
    await lodge.carded()

    assert silent == []
    assert (told.body["unscreened"], told.names) == (1, ["unscreened"])
    assert THREAT in lodge.card.text
