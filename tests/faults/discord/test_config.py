"""A wrong rule pack of the Union's own: reports are taken all the same, with the rules that come with the program."""

import asyncio
from pathlib import Path

from tests.stories.discord.lodge import Lodge


async def test_a_pack_that_cannot_be_used_stops_no_report_and_is_told_in_the_log(
    empty: Lodge, tmp_path: Path, log: Path
) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "ours.toml").write_text('[[rule]]\nid = "ours"\nseverity = "very"\n')
    await empty.bind()
    await empty.close()

    await empty.build(PORTER_SCREENING__FOLDERS=str(folder))
    await empty.work()
    await empty.flagged()
    await empty.alice.say(empty.general, "I know where you live")
    await empty.world.until(lambda: len(empty.committee.messages) == 2, what="a card by a rule of the program's own")

    said = await asyncio.to_thread(log.read_text)
    assert "app.bad_rules" in said
    assert "ours.toml" in said
