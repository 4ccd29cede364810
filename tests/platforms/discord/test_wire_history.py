import json
from collections.abc import AsyncIterator

import pytest

from bot.errors import Gone, PlatformError
from bot.platforms.discord import history
from bot.platforms.discord.files import Files
from tests.platforms.discord.conftest import Wire
from tests.wire.discord import File


@pytest.fixture
async def files(lodge: Wire) -> AsyncIterator[Files]:
    async def fresh(channel: str, message: str, attachment: str) -> str:
        return await history.fresh_address(lodge.client, channel, message, attachment)

    files = Files(lodge.world.api_url, fresh, lodge.world.clock.now)
    yield files
    await files.close()


async def test_a_message_is_read_as_it_stands_now(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "helo")
    await alice.edit(message, "hello")

    found = await history.message(lodge.client, lodge.ref(message))

    assert found is not None
    assert found.body == "hello"
    assert found.edited_at is not None
    assert json.loads(found.raw)["content"] == "hello"


async def test_a_deleted_message_is_none(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "hello")
    await alice.erase(message)

    assert await history.message(lodge.client, lodge.ref(message)) is None


async def test_what_was_said_around_a_message_comes_oldest_first(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    said = [await alice.say(lodge.general, str(number)) for number in range(9)]

    found = await history.around(lodge.client, lodge.ref(said[4]), 3, 2)

    assert [message.body for message in found] == ["1", "2", "3", "5", "6"]


async def test_what_was_said_since_is_read_to_a_bound(lodge: Wire) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    said = [await alice.say(lodge.general, str(number)) for number in range(120)]
    place = lodge.place(lodge.general)

    whole, more = await history.since(lodge.client, place, said[0].id, 500)
    cut, cut_more = await history.since(lodge.client, place, said[0].id, 50)

    assert [int(one["content"]) for one in whole] == list(range(1, 120))
    assert ([int(one["content"]) for one in cut], more, cut_more) == (list(range(1, 51)), False, True)


async def test_a_forwards_words_and_files_are_read(lodge: Wire, files: Files) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    other = lodge.chess.channel("other")
    first = await alice.say(other, "a threat", files=[File("fist.png", b"png")])
    forward = await alice.forward(first, lodge.general)

    found = await history.message(lodge.client, lodge.ref(forward))

    assert found is not None
    assert [text.text for text in found.texts] == ["a threat", "fist.png"]
    assert await files.fetch(found.attachments[0].handle, 100) == b"png"


async def test_a_file_is_fetched_and_found_again_when_its_address_has_run_out(lodge: Wire, files: Files) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "look", files=[File("a.txt", b"words")])
    found = await history.message(lodge.client, lodge.ref(message))
    assert found is not None

    message.attachments[0].expire()
    data = await files.fetch(found.attachments[0].handle, 100)

    assert data == b"words"


async def test_a_file_of_a_deleted_message_is_gone(lodge: Wire, files: Files) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "look", files=[File("a.txt", b"words")])
    found = await history.message(lodge.client, lodge.ref(message))
    assert found is not None
    await alice.erase(message)

    with pytest.raises(Gone):
        await files.fetch(found.attachments[0].handle, 100)


async def test_a_file_that_turns_out_huge_is_not_taken(lodge: Wire, files: Files) -> None:
    alice = await lodge.chess.join(lodge.world.user("Alice"))
    message = await alice.say(lodge.general, "look", files=[File("a.txt", b"words")])
    message.attachments[0].pretended_size = 50_000_000
    found = await history.message(lodge.client, lodge.ref(message))
    assert found is not None

    with pytest.raises(PlatformError) as raised:
        await files.fetch(found.attachments[0].handle, 1_000_000)

    assert raised.value.code == "too_big"
