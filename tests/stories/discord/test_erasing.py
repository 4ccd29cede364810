"""Erasing: a case, a person. Proven by reading every byte that Porter keeps."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.desk import capture, erasure, sweep
from bot.errors import NotFound, Refusal, VaultError
from bot.model import Effect, EffectKind, EffectState, ExhibitKind, Upload
from bot.store import audit, cases, effects
from bot.store.tables import metadata
from tests.postgres import Cluster
from tests.stories.discord.lodge import Lodge, account
from tests.wire.discord import File

WORDS, REASON, FILE_NAME = "canary-words-b7f1", "canary-reason-b7f1", "canary-file-b7f1.png"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"canary-bytes-b7f1" * 40


def bytes_found(folder: Path, *canaries: str | bytes) -> dict[str, int]:
    """How often each canary stands in the files below a folder, in UTF-8 and, for a digit or letter, as JSON has it."""
    data = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    wanted = [one if isinstance(one, bytes) else one.encode() for one in canaries]
    return {one.decode("latin-1")[:40]: data.count(one) for one in wanted}


async def rows_found(lodge: Lodge, *canaries: str) -> dict[str, int]:
    """How many rows of any table hold each canary, read as text."""
    async with lodge.house.app.store.read() as read:
        rows = [
            str(tuple(row.values()))
            for table in metadata.sorted_tables
            for row in await read.rows(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608 - our own tables' names
        ]
    return {one: sum(one in row for row in rows) for one in canaries}


async def closed_case(lodge: Lodge) -> str:
    """Mallory posts a picture, Alice flags it with a reason, it goes to the Union, Olu closes it. Its reference."""
    message = await lodge.mallory.say(lodge.general, WORDS, files=[File(FILE_NAME, PICTURE)])
    await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()
    reference = lodge.reference
    await lodge.mona.slash(lodge.committee, "escalate", case=reference, reason=REASON)
    await lodge.settled()
    asked = await lodge.olu.press(lodge.olu.inbox[-1], "Close with outcome")
    await lodge.olu.press(asked, "No further action")
    await lodge.settled()
    return reference


async def test_a_case_that_was_erased_leaves_no_byte_behind(lodge: Lodge) -> None:
    reference = await closed_case(lodge)
    before = bytes_found(lodge.folder, REASON)
    app = lodge.house.app
    async with app.store.read() as read:
        case = await cases.case_by_ref(read, reference)
        assert case is not None
        kept = [await capture.unseal(app, one) for one in await cases.exhibits_of(read, case.id)]
    app.ear.hours = 0
    await app.ear.forget(app.now())  # the buffer's own time is over

    done = await erasure.erase_case(app, reference, "cli")
    await lodge.settled()

    assert PICTURE in kept
    assert before[REASON] > 0
    assert done.scrubbed
    after = bytes_found(lodge.folder, WORDS, REASON, FILE_NAME, PICTURE, b"canary")
    assert set(after.values()) == {0}
    with pytest.raises(NotFound, match="There is no case"):
        await erasure.erase_case(app, reference, "cli")


async def test_after_an_erasure_cards_and_officers_messages_are_gone_and_the_audit_is_whole(lodge: Lodge) -> None:
    reference = await closed_case(lodge)
    app = lodge.house.app

    done = await erasure.erase_case(app, reference, "cli")
    await lodge.settled()

    async with app.store.read() as read:
        lines, kept = await audit.lines(read), await audit.kept(read)
    assert [one for one in lodge.committee.messages if reference in one.text] == []
    assert [one for one in lodge.olu.inbox if reference in one.text and "erased" not in one.text] == []
    assert audit.verify(lines, kept) == ""
    assert done.lines > 5
    assert not any("case:1" in line.things and line.verb != "erase case" for line in lines[: done.lines])


async def test_nothing_can_be_added_to_an_erased_case_and_its_number_is_not_used_again(lodge: Lodge) -> None:
    reference = await closed_case(lodge)
    app = lodge.house.app
    await erasure.erase_case(app, reference, "cli")

    with pytest.raises(VaultError, match="was erased"):
        async with app.store.change("test", "add", app.now()) as change:
            await capture.keep(app, change, 1, ExhibitKind.ATTACHMENT, "x", Upload("x", "text/plain", b"x"))
    await lodge.flagged("another one")

    assert lodge.reference != reference


async def test_an_open_case_and_a_held_one_are_not_erased(lodge: Lodge) -> None:
    await lodge.flagged(WORDS)
    app, reference = lodge.house.app, lodge.reference

    with pytest.raises(Refusal, match="is not closed"):
        await erasure.erase_case(app, reference, "cli")
    await lodge.mona.press(lodge.card, "Dismiss")
    await lodge.settled()
    await erasure.hold(app, reference, "The police asked.", "cli")
    with pytest.raises(Refusal, match="is held: The police asked"):
        await erasure.erase_case(app, reference, "cli")
    await erasure.hold(app, reference, "", "cli")

    assert (await erasure.erase_case(app, reference, "cli")).references == (reference,)


async def test_a_person_who_was_erased_leaves_no_byte_behind(lodge: Lodge) -> None:
    reference = await closed_case(lodge)
    app, mallory = lodge.house.app, account(lodge.mallory)
    await lodge.mallory.say(lodge.general, "something else, canary-held")
    await lodge.mallory.slash(lodge.general, "help")
    await lodge.settled()
    await app.ear.flush(app.now())
    before = bytes_found(lodge.folder, mallory.id, "Mallory")

    done = await erasure.erase_member(app, mallory, "cli")
    await lodge.settled()

    assert min(before.values()) > 0
    assert (done.references, done.scrubbed) == ((reference,), True)
    assert done.held >= 2
    after = bytes_found(lodge.folder, WORDS, REASON, FILE_NAME, PICTURE, b"canary", mallory.id, "Mallory")
    assert set(after.values()) == {0}
    with pytest.raises(NotFound, match="Nothing is known"):
        await erasure.person(app, mallory)


async def test_somebody_with_a_seat_is_not_erased(lodge: Lodge) -> None:
    with pytest.raises(Refusal, match=r"They have a seat \(lead\)\. End it first"):
        await erasure.erase_member(lodge.house.app, account(lodge.lena), "cli")


async def test_a_reporter_who_was_erased_is_nobody_in_the_case_they_reported(lodge: Lodge) -> None:
    await lodge.flagged(WORDS)
    app = lodge.house.app

    await erasure.erase_member(app, account(lodge.alice), "cli")

    async with app.store.read() as read:
        [report] = await cases.reports_of(read, 1)
    assert report.reporter_id is None
    assert bytes_found(lodge.folder, account(lodge.alice).id)[account(lodge.alice).id] == 0


async def test_cases_are_erased_by_the_clock_when_their_time_is_over(lodge: Lodge) -> None:
    reference = await closed_case(lodge)
    app = lodge.house.app
    async with app.store.work(app.now()) as work:
        await work.execute(text("UPDATE cases SET closed_at = '2020-01-01 00:00:00'"))
        found = await effects.listed(work, [EffectState.READY], 100)
    effect: Effect = next(one for one in found if one.kind is EffectKind.SWEEP)

    receipt = await sweep.perform(app, effect)

    assert receipt.data["erased"] == 1
    with pytest.raises(NotFound):
        await erasure.case_named(app, reference)


async def test_on_postgresql_no_table_holds_what_was_erased(lodge: Lodge, cluster: Cluster) -> None:
    name = await cluster.make()
    await lodge.close()
    await lodge.build(PORTER_DATABASE__URL=cluster.url(name))
    await lodge.seat_everybody()
    await lodge.bind()
    await lodge.work()
    await closed_case(lodge)
    mallory = account(lodge.mallory)
    before = await rows_found(lodge, REASON, mallory.id)

    done = await erasure.erase_member(lodge.house.app, mallory, "cli")
    await lodge.settled()

    after = await rows_found(lodge, WORDS, REASON, FILE_NAME, "canary", mallory.id, "Mallory")
    await lodge.close()
    await cluster.drop(name)
    assert min(before.values()) > 0
    assert done.scrubbed
    assert set(after.values()) == {0}
