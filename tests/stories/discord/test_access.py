"""A person asks what is kept of them: all of it, and nothing of anybody else."""

import io
import json
import zipfile

import pytest

from bot.desk import access
from bot.errors import NotFound
from bot.model import AccountRef
from bot.store import audit, policies
from tests.postgres import on_both
from tests.stories.discord.lodge import Lodge, account
from tests.wire.discord import File

ACCEPT = "I have read this and accept it"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"drawn" * 40


async def flagged(lodge: Lodge) -> str:
    """Bystanders talk, Mallory posts a picture and edits the words, Alice flags it. The reference."""
    await lodge.alice.say(lodge.general, "who brings the clocks?")
    message = await lodge.mallory.say(lodge.general, "you play like a clown", files=[File("clown.png", PICTURE)])
    await lodge.mallory.edit(message, "you play like a clown, Lena")
    await lodge.settled()
    await lodge.alice.menu("Flag to committee", message)
    await lodge.carded()
    await lodge.mona.press(lodge.card, "2 · Private word")
    await lodge.settled()
    return lodge.reference


async def dismissed(lodge: Lodge) -> str:
    """The same, and the case is closed."""
    reference = await flagged(lodge)
    await lodge.mona.press(lodge.card, "Close as settled")
    await lodge.settled()
    return reference


def unpacked(archive: bytes) -> tuple[str, dict[str, list[dict[str, object]]], dict[str, bytes]]:
    """The page, the sections, and files by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        files = {name: found.read(name) for name in found.namelist() if name.startswith("files/")}
        return found.read("what-is-kept.txt").decode(), json.loads(found.read("what-is-kept.json")), files


@on_both
async def test_somebody_reads_their_own_words_steps_and_files_and_nobody_elses(lodge: Lodge) -> None:
    reference = await dismissed(lodge)
    await lodge.mallory.say(lodge.general, "see you on Friday")
    await lodge.settled()
    app = lodge.house.app
    await app.ear.flush(app.now())

    archive = access.packed(app, await access.gather(app, account(lodge.mallory), "cli"))

    page, sections, files = unpacked(archive)
    [case] = sections["cases about you"]
    said = [one["words"] for one in case["your messages"]]  # type: ignore[attr-defined]  # JSON
    assert (case["reference"], case["society"]) == (reference, "Chess Society")
    assert said == ["you play like a clown", "you play like a clown, Lena"]
    assert case["messages of others left out"] == 1
    assert [one["step"] for one in case["steps"]] == ["warn", "dismiss"]  # type: ignore[attr-defined]  # JSON
    assert [one["words"] for one in sections["messages held for some hours"]][-1] == "see you on Friday"
    assert list(files.values()) == [PICTURE]
    assert all(name.startswith(f"files/{reference}-") for name in files)
    assert "see you on Friday" in page
    assert all(name not in page for name in ("Alice", "Mona", "who brings the clocks?"))


async def test_who_reported_reads_that_they_did_and_not_what_became_of_it(lodge: Lodge) -> None:
    reference = await dismissed(lodge)
    app = lodge.house.app

    page, sections, files = unpacked(access.packed(app, await access.gather(app, account(lodge.alice), "cli")))

    assert len(sections["reports made"]) == 1
    assert sections["cases about you"] == []
    assert files == {}
    assert reference not in page
    assert "clown" not in page


async def test_a_case_under_way_is_left_out_until_it_is_asked_for(lodge: Lodge) -> None:
    reference = await flagged(lodge)
    app, mallory = lodge.house.app, account(lodge.mallory)

    without, whole = await access.gather(app, mallory, "cli"), await access.gather(app, mallory, "cli", under_way=True)

    assert (without.under_way, without.sections["cases about you"], without.files) == ((reference,), [], {})
    assert [one["reference"] for one in whole.sections["cases about you"]] == [reference]
    assert whole.under_way == ()


async def test_a_seat_is_told_and_that_it_was_told_stands_in_the_audit(lodge: Lodge) -> None:
    app = lodge.house.app

    found = await access.gather(app, account(lodge.lena), "cli")

    async with app.store.read() as read:
        last = (await audit.lines(read))[-1]
    assert [(one["society"], one["role"]) for one in found.sections["seats"]] == [("Chess Society", "lead")]
    assert (last.verb, last.by) == ("export person", "cli")


async def test_what_was_in_force_when_somebody_joined_and_when_a_case_was_opened_stays_readable(lodge: Lodge) -> None:
    app = lodge.house.app
    await lodge.mona.slash(lodge.general, "statement")
    await lodge.settled()
    posted = next(one for one in lodge.general.messages if ACCEPT in [each.label for each in one.buttons])
    await lodge.mallory.press(posted, ACCEPT)
    await flagged(lodge)

    found = await access.gather(app, account(lodge.mallory), "cli", under_way=True)

    async with app.store.read() as read:
        kept = {one.kind: one for one in await policies.kept(read)}
    [accepted] = found.sections["joining statements"]
    assert accepted["text"] == kept["statement"].text == app.wording.sentences["statement.text"]
    assert (kept["ladder"].version, kept["ladder"].text) == (app.ladder.version, app.ladder.text)


async def test_of_a_stranger_nothing_is_kept(lodge: Lodge) -> None:
    with pytest.raises(NotFound, match="Nothing is known of discord:1"):
        await access.gather(lodge.house.app, AccountRef("discord", "1"), "cli")
