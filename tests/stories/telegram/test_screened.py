"""Wherever in a message words can stand on Telegram, they are screened; and nothing is handled twice or lost."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.model import Message, Verdict
from bot.resources import rules
from bot.screening import Screen, packs
from bot.store.tables import effects, heard, reports
from tests.stories.telegram.club import UNION, Club, with_button
from tests.stories.watching import healthz
from tests.wire.telegram import File, Person, Poll, picture

THREAT = "I know where you live"
TRAP = "https://grabify.link/abc"
Saying = Callable[[Club], Awaitable[Any]]


async def edited(club: Club) -> None:
    message = await club.mallory.say(club.chess, "hello")
    await club.mallory.edit(message, THREAT)


async def second_of_an_album(club: Club) -> None:
    await club.mallory.album(club.chess, [picture(), picture()], THREAT)


async def forwarded(club: Club) -> None:
    elsewhere = club.telegram.supergroup("Elsewhere", creator=club.mallory)
    elsewhere.add(club.alice)
    await club.mallory.forward(await club.alice.say(elsewhere, THREAT), club.chess)


async def under_a_new_name(club: Club) -> Person:
    bearer = club.telegram.user(THREAT)
    club.chess.add(bearer)
    await bearer.say(club.chess, "hello")
    return bearer


async def quoted_from_elsewhere(club: Club) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1_700_000_000}
    more = {"external_reply": {"origin": origin}, "quote": {"text": THREAT, "position": 0}}
    await club.mallory.say(club.chess, "look", more=more)


LINKED = [{"type": "text_link", "offset": 0, "length": 5, "url": TRAP}]
STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
STICKER |= {"is_animated": False, "is_video": False, "set_name": "you_should_kill_yourself"}
SAYINGS: dict[str, tuple[Saying, str]] = {
    "a text": (lambda club: club.mallory.say(club.chess, THREAT), "card"),
    "an edit": (edited, "card"),
    "a caption": (lambda club: club.mallory.say(club.chess, THREAT, photo=picture()), "card"),
    "an album": (second_of_an_album, "card"),
    "a poll's question": (lambda club: club.mallory.say(club.chess, poll=Poll(THREAT, ("yes", "no"))), "card"),
    "a poll's option": (lambda club: club.mallory.say(club.chess, poll=Poll("What now?", ("no", THREAT))), "card"),
    "a file's name": (lambda club: club.mallory.say(club.chess, document=File(f"{THREAT}.pdf", b"%PDF")), "card"),
    "rich text": (lambda club: club.mallory.say(club.chess, rich=["Hello", THREAT]), "card"),
    "a contact's name": (
        lambda club: club.mallory.say(club.chess, more={"contact": {"phone_number": "1", "first_name": THREAT}}),
        "card",
    ),
    "the target of a link": (lambda club: club.mallory.say(club.chess, "click", entities=LINKED), "digest"),
    "a forward": (forwarded, "digest"),
    "a quote from elsewhere": (quoted_from_elsewhere, "digest"),
    "a sticker's set": (lambda club: club.mallory.say(club.chess, more={"sticker": STICKER}), "card"),
    "a name": (under_a_new_name, "card"),
}


@pytest.mark.parametrize("where", SAYINGS)
async def test_words_are_screened_wherever_they_stand(club: Club, where: str) -> None:
    say, level = SAYINGS[where]

    await say(club)
    await club.settled()

    counts = club.house.app.meters.of("verdict")
    assert counts.get(level) == 1
    assert bool([one for one in club.committee.said if one.text.startswith("P-")]) == (level == "card")


async def test_a_name_that_a_case_dealt_with_is_not_reported_again_after_a_restart(club: Club) -> None:
    bearer = await under_a_new_name(club)
    await club.settled()
    await club.restart()

    await club.says(bearer, club.chess, "good evening")

    assert "reports: 1" in club.card.text


async def everything(club: Club) -> None:
    """Every kind of update: words, an edit, presses, a request, comings and goings, a change of our rights."""
    message = await club.mallory.say(club.chess, THREAT)
    await club.settled()
    await club.alice.say(club.chess, "/flag", reply_to=message)
    await club.settled()
    await club.mallory.edit(message, f"{THREAT}, and where you study")
    await club.press(club.mona, club.card, "1 · Public notice")
    await club.press(club.mona, club.card, UNION)
    nell = club.telegram.user("Nell")
    await club.knock(nell)
    await club.give_number(nell, "0000000")
    await club.press(nell, with_button(nell, "No e-mail? Ask the committee"), "No e-mail? Ask the committee")
    oz = club.telegram.user("Oz")
    club.opened(oz)
    club.chess.add(oz)
    await club.settled()
    await oz.leave(club.chess)
    club.chess.promote(club.porter, "can_delete_messages", "can_restrict_members", "can_invite_users")
    await club.settled()


async def state(club: Club) -> tuple[list[str], int, int, int]:
    """What Porter set out to do, the reports, what is held, and all that was ever said to anybody."""
    async with club.house.app.store.read() as read:
        keys = [row["key"] for row in await read.rows(select(effects.c.key).order_by(effects.c.id))]
        found = len(await read.rows(select(reports.c.id)))
        kept = len(await read.rows(select(heard.c.id)))
    return keys, found, kept, len(club.telegram.journal.applied("sendMessage"))


@pytest.mark.parametrize("restarted", [False, True])
async def test_every_kind_of_update_handed_over_twice_does_what_once_does(club: Club, restarted: bool) -> None:
    await everything(club)
    before = await state(club)
    made = list(club.porter.updates.made)
    kinds = {one.kind for one in made}
    if restarted:
        await club.restart()
        await club.settled()

    for one in made:
        club.porter.updates.push_raw(one.body, one.kind, update_id=one.update_id)
    await club.settled()

    assert kinds == {
        "message", "edited_message", "callback_query", "chat_join_request", "chat_member", "my_chat_member",
    }  # fmt: skip
    after = await state(club)
    assert [key for key in after[0] if key not in before[0] and not key.startswith("screen-again")] == []
    assert after[1:] == before[1:]


class Stumbling(Screen):
    """Rules of which one breaks on whatever it reads, until it is mended."""

    broken = True

    def glance(self, message: Message, recent: Any = ()) -> Verdict:
        """A verdict, or a fault."""
        if self.broken:
            raise RuntimeError("a rule that breaks")
        return super().glance(message, recent)


async def test_what_a_broken_rule_could_not_judge_is_never_clean_and_is_judged_once_it_is_mended(club: Club) -> None:
    rules_in_force = Stumbling(packs.read([rules()]))
    club.house.app.screen = lambda: rules_in_force
    await club.mallory.say(club.chess, THREAT)
    await club.says(club.alice, club.chess, "good evening")
    told = await healthz(club.house.app)
    silent = [one for one in club.committee.said if one.text.startswith("P-")]

    club.telegram.clock.advance(seconds=70)
    await club.settled()
    still = await healthz(club.house.app)
    rules_in_force.broken = False
    club.telegram.clock.advance(seconds=70)
    await club.settled()

    assert silent == []
    assert (told.body["unscreened"], told.names, told.body["status"]) == (2, ["unscreened"], "degraded")
    assert "could judge yet: 2." in told.words
    assert still.body["unscreened"] == 2
    assert THREAT in club.card.text
    assert (await healthz(club.house.app)).body["unscreened"] == 0


async def test_what_was_not_screened_is_screened_after_a_restart(club: Club) -> None:
    broken = Stumbling(packs.read([rules()]))
    club.house.app.screen = lambda: broken
    await club.says(club.mallory, club.chess, THREAT)

    await club.restart()
    club.telegram.clock.advance(seconds=70)
    await club.settled()

    assert THREAT in club.card.text


async def test_an_update_that_cannot_be_read_is_set_aside_and_counted(club: Club) -> None:
    club.porter.updates.push_raw(json.dumps({"update_id": club.porter.updates.next_id(), "message": 7}).encode())
    await club.says(club.mallory, club.chess, THREAT)

    assert THREAT in club.card.text
