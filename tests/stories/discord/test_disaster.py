"""The drill: Porter works, a backup is made meanwhile, the machine is lost, the backup is put back, Porter goes on."""

import asyncio
from pathlib import Path

import pyrage
import pytest

from bot.desk import capture, copies
from bot.model import EffectState
from bot.store import audit, cases, effects
from bot.store.change import Store
from tests.stories.discord.lodge import OLUS_ADDRESS, Lodge
from tests.wire.discord import File

PICTURE = b"\x89PNG\r\n\x1a\nnot really a picture"


@pytest.fixture
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key that lies elsewhere."""
    file = tmp_path_factory.mktemp("safe") / "identity.txt"
    file.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    return file


def secret(identity: Path) -> str:
    """The private key in that file."""
    return identity.read_text().strip()


async def lost_and_restored(lodge: Lodge, file: Path, identity: Path) -> list[str]:
    """The database is gone; the backup is put in its place and Porter starts on it. What was found wrong with it."""
    await lodge.close()
    for path in lodge.folder.glob("porter.db*"):
        path.unlink()
    store = Store(f"sqlite+aiosqlite:///{lodge.folder}/porter.db")
    copy = await copies.restore(store, file, identity)
    findings = await copies.check(store, copy, lodge.folder / "keys")
    await store.close()
    await lodge.build()
    await lodge.work()
    await lodge.settled()
    return [one.text for one in findings if not one.ok]


async def test_after_the_drill_nothing_is_lost_nothing_is_said_twice_and_work_goes_on(
    lodge: Lodge, identity: Path
) -> None:
    to = str(pyrage.x25519.Identity.from_str(secret(identity)).to_public())
    file = identity.with_name("porter.age")
    message = await lodge.flagged(files=[File("seen.png", PICTURE)])
    await lodge.house.app.outbox.stop()  # what is asked for now is still to be done when the copy is made
    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.mona.press(lodge.card, "4 · Report to the Union")

    making = asyncio.create_task(copies.make(lodge.house.app, file, [to], "cli"))
    later = await lodge.alice.menu("Flag to committee", await lodge.lena.say(lodge.general, "written meanwhile"))
    await making
    await lodge.house.app.outbox.start()
    await lodge.settled()
    notices = [one for one in lodge.general.messages if "notice from the committee" in one.text]
    problems = await lost_and_restored(lodge, file, identity)

    app = lodge.house.app
    async with app.store.read() as read:
        found = {one.kind.value: one for one in await effects.of_case(read, 1)}
        exhibits = await cases.exhibits_of(read, 1)
        broken = audit.verify(await audit.lines(read), await audit.kept(read))
    assert (problems, broken, later.error) == ([], "", "")
    assert PICTURE in [await capture.unseal(app, one) for one in exhibits]
    assert [one for one in lodge.general.messages if "notice from the committee" in one.text] == notices
    assert len(notices) == 1
    assert found["notice"].state is EffectState.UNKNOWN
    assert "? Public notice · Mona" in lodge.card.text
    assert "put back from a copy" in lodge.card.text
    again = await lodge.mailbox.receives("This is sent again because it is not certain", to=OLUS_ADDRESS)
    assert lodge.reference in again.subject

    await lodge.mona.press(lodge.card, "3 · Delete")
    await lodge.settled()

    assert message.deleted
    assert "✓ Messages deleted · Mona" in lodge.card.text


async def test_a_second_start_after_a_restore_changes_nothing_more(lodge: Lodge, identity: Path) -> None:
    to = str(pyrage.x25519.Identity.from_str(secret(identity)).to_public())
    file = identity.with_name("porter.age")
    await lodge.flagged()
    await copies.make(lodge.house.app, file, [to], "cli")
    await lost_and_restored(lodge, file, identity)
    await lodge.mona.press(lodge.card, "1 · Public notice")
    await lodge.settled()

    await lodge.restart()
    await lodge.settled()

    assert "✓ Public notice · Mona" in lodge.card.text
