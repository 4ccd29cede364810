"""Whoever looks after Porter sees how it is: in numbers, in words, and with what to do."""

from sqlalchemy import text

from bot.model import EffectKind
from tests.stories.telegram.club import OLUS_ADDRESS, UNION, Club
from tests.stories.watching import becomes, healthz, metrics
from tests.wire.mail import Mailbox


async def test_all_is_well_with_a_porter_at_work(club: Club) -> None:
    told = await healthz(club.house.app)

    assert told.code == 200
    assert told.body["status"] == "ok"
    assert told.body["reasons"] == []
    assert told.body["platforms"] == ["telegram"]
    assert told.body["unscreened"] == 0


async def test_the_numbers_are_those_of_the_story(club: Club) -> None:
    await club.flagged()
    await club.press(club.mona, club.card, UNION)

    page, found = await metrics(club.house.app)

    assert found["porter_reports{person}"] == 1
    assert found["porter_cards{}"] == 1
    assert found["porter_effects{capture,done}"] == 1
    assert found["porter_effects{officer_dm,done}"] == found["porter_effects{officer_mail,done}"] == 1
    assert found["porter_officer_clocks{running,standard}"] == 1
    assert found["porter_officer_clocks{overdue,standard}"] == found["porter_officer_clocks{running,urgent}"] == 0
    assert found["porter_verdicts_total{none}"] == 1
    assert found["porter_verdicts_total{card}"] == found["porter_verdicts_total{unscreened}"] == 0
    assert found["porter_outbox_lag_seconds{}"] == found["porter_inbox_updates{telegram}"] == 0
    assert found["porter_connected{telegram}"] == 1
    assert 0 <= club.telegram.clock.now() - found["porter_last_update_timestamp_seconds{telegram}"] < 60
    assert found["porter_database_errors_total{}"] == found["porter_unscreened{}"] == 0
    assert 0 <= found["porter_loop_lag_seconds{}"] < 60
    assert [name for name in found if name.startswith("porter_build_info{")]
    for name in ("Mallory", "Alice", "Chess", "chess", str(club.mallory.id), str(club.chess.id)):
        assert name not in page


async def test_an_answer_that_we_ask_too_much_is_counted(club: Club) -> None:
    club.telegram.faults.flood("sendMessage", retry_after=1)
    message = await club.mallory.say(club.chess, "hello")
    await club.alice.say(club.chess, "/flag", reply_to=message)
    await club.telegram.until(lambda: club.telegram.journal.refused("sendMessage"))
    club.telegram.clock.advance(seconds=5)
    await club.settled()

    _, found = await metrics(club.house.app)

    assert found["porter_too_many_requests_total{telegram}"] == 1


async def test_a_platform_out_of_reach_is_told_after_two_minutes_and_no_more_once_it_is_back(club: Club) -> None:
    meters = club.house.app.meters
    await club.telegram.go_down()
    await becomes(lambda: not meters.lines["telegram"].connected)
    at_once = await healthz(club.house.app)
    club.telegram.clock.advance(seconds=180)

    later = await healthz(club.house.app)
    await club.telegram.come_back()
    await becomes(lambda: meters.lines["telegram"].connected)
    back = await healthz(club.house.app)

    assert (at_once.code, at_once.body["status"]) == (200, "ok")
    assert (later.code, later.body["status"], later.names) == (503, "failing", ["disconnected"])
    assert later.words.startswith("No chat service has been reachable since ")
    assert (back.code, back.body["status"]) == (200, "ok")


async def test_effects_set_aside_and_a_stalled_outbox_are_told(club: Club) -> None:
    app = club.house.app
    await app.outbox.stop()
    async with app.store.work(app.now()) as work:
        await app.outbox.add(work, EffectKind.LEAVE, "one", {"chat": "1"}, platform="telegram")
        await app.outbox.add(work, EffectKind.LEAVE, "two", {"chat": "2"}, platform="telegram")
        await work.execute(text("UPDATE effects SET state = 'poison' WHERE key = 'one'"))
    club.telegram.clock.advance(minutes=11)

    told = await healthz(app)

    assert (told.code, told.body["status"], told.body["stuck"]) == (200, "degraded", 1)
    assert told.names == ["poison", "lag"]
    assert "`porter outbox list`" not in told.words
    assert "porter outbox list shows what and why" in told.words
    assert "has waited 11 min" in told.words
    assert told.body["lag"] >= 660


async def test_a_disk_that_fills_up_is_told(empty: Club) -> None:
    await empty.close()
    await empty.build(PORTER_HEALTH__FREE_MEGABYTES="100000000")
    await empty.work()

    told = await healthz(empty.house.app)

    assert (told.code, told.body["status"], told.names) == (200, "degraded", ["disk"])
    assert "MB are left" in told.words


async def test_a_database_that_takes_nothing_is_what_there_is_to_say(club: Club) -> None:
    async with club.house.app.store.work(club.now()) as work:
        await work.execute(text("ALTER TABLE marks RENAME TO elsewhere"))

    told = await healthz(club.house.app)
    _, found = await metrics(club.house.app)
    async with club.house.app.store.work(club.now()) as work:
        await work.execute(text("ALTER TABLE elsewhere RENAME TO marks"))

    assert (told.code, told.body["status"], told.names) == (503, "failing", ["database"])
    assert "cannot be written to" in told.words
    assert found["porter_database_errors_total{}"] >= 1


async def test_a_report_that_reaches_nobody_turns_all_red_and_is_tried_again_after_the_pause(
    club: Club, mailbox: Mailbox
) -> None:
    club.olu.block(club.porter)
    for address in (OLUS_ADDRESS, "cases@union.example.org"):
        mailbox.refuse_recipient(address, "550 5.1.1 no such user")
    await club.flagged()
    await club.press(club.mona, club.card, UNION)

    card = club.card.text
    told = await healthz(club.house.app)
    _, found = await metrics(club.house.app)
    mailbox.refuse_recipient("cases@union.example.org", "")
    club.telegram.clock.advance(seconds=5 * 86_400)
    await club.settled()

    assert "The Union has not been reached." in card
    assert "Olu, Telegram: could not be reached." in card
    assert "Olu, e-mail: could not be reached." in card
    assert (told.code, told.names) == (503, ["unreached"])
    assert club.reference in told.words
    assert found["porter_effects{officer_next,done}"] == 2  # Olu and the mailbox, once each
    assert mailbox.received(to="cases@union.example.org")
    assert "The Union has not been reached." not in club.card.text
    assert (await healthz(club.house.app)).names == []
