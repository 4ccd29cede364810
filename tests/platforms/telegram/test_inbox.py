"""Updates are stored, then handled: in order, again after a crash, set aside when they cannot be."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.model import Message, MessageRef, Text, View
from bot.platforms.telegram.inbox import TRIES, Inbox, UnreadableError
from bot.store import inbox as stored
from bot.store.tables import inbox as table
from tests.platforms.telegram.conftest import Scene, ref

Json = dict[str, Any]


def update(number: int, chat: int = -100, text: str = "x") -> Json:
    return {"update_id": number, "message": {"chat": {"id": chat}, "text": text}}


async def rows(scene: Scene) -> list[tuple[str, str, str]]:
    async with scene.app.store.read() as read:
        query = select(table.c.key, table.c.state, table.c.error).order_by(table.c.id)
        return [(row["key"], row["state"], row["error"]) for row in await read.rows(query)]


async def test_updates_are_handled_and_their_content_is_dropped(scene: Scene) -> None:
    handled: list[Json] = []

    async def handle(found: Json) -> None:
        handled.append(found)

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(1), update(2)])
    await inbox.idle()
    await inbox.stop()

    assert handled == [update(1), update(2)]
    assert await rows(scene) == [("1", "done", ""), ("2", "done", "")]
    async with scene.app.store.read() as read:
        assert await read.scalar(select(table.c.sealed).where(table.c.sealed.is_not(None))) is None


async def test_an_update_is_done_only_when_what_was_heard_with_it_is_on_disk(scene: Scene) -> None:
    message = Message(MessageRef(scene.place, "1"), ref(scene.alice), scene.app.now(), (Text(View.TEXT, "hello"),))

    async def handle(_found: Json) -> None:
        await scene.app.ear.hear(message, scene.app.now(), unscreened=False)

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(1)])
    await inbox.idle()
    async with scene.app.store.read() as read:
        found = await scene.app.ear.versions(read, message.ref)
    await inbox.stop()

    assert await rows(scene) == [("1", "done", "")]
    assert [one.message for one in found] == [message]


async def test_what_is_stored_is_sealed(scene: Scene) -> None:
    async def handle(_found: Json) -> None:
        raise AssertionError("nothing is handled here")

    await Inbox(scene.app, handle).keep([update(1, text="a secret word")])

    (row,) = await stored.waiting(scene.app.store, "telegram", 10)
    assert b"secret" not in row.sealed
    assert b"a secret word" in scene.app.vault.open("inbox", row.sealed)


async def test_the_same_update_handed_over_twice_is_handled_once(scene: Scene) -> None:
    handled: list[int] = []

    async def handle(found: Json) -> None:
        handled.append(found["update_id"])

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(1), update(1)])
    await inbox.idle()
    await inbox.keep([update(1), update(2)])
    await inbox.idle()
    await inbox.stop()

    assert handled == [1, 2]


async def test_a_lower_id_is_not_taken_for_an_old_one(scene: Scene) -> None:
    handled: list[int] = []

    async def handle(found: Json) -> None:
        handled.append(found["update_id"])

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(900_000)])
    await inbox.keep([update(17)])
    await inbox.idle()
    await inbox.stop()

    assert handled == [900_000, 17]


async def test_a_chat_keeps_its_order_and_another_does_not_wait_for_it(scene: Scene) -> None:
    handled: list[str] = []
    gate, other = asyncio.Event(), asyncio.Event()

    async def handle(found: Json) -> None:
        text = found["message"]["text"]
        if text == "slow":
            await gate.wait()
        handled.append(text)
        if text == "elsewhere":
            other.set()

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(1, text="slow"), update(2, text="after"), update(3, -200, "elsewhere")])
    await other.wait()
    before = list(handled)
    gate.set()
    await inbox.idle()
    await inbox.stop()

    assert before == ["elsewhere"]
    assert handled == ["elsewhere", "slow", "after"]


async def test_what_a_crash_left_unfinished_is_handled_after_the_next_start(scene: Scene) -> None:
    begun = asyncio.Event()
    handled: list[int] = []

    async def hang(_found: Json) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def handle(found: Json) -> None:
        handled.append(found["update_id"])

    crashed = Inbox(scene.app, hang)
    await crashed.start()
    await crashed.keep([update(1), update(2)])
    await begun.wait()
    await crashed.crash()
    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.idle()
    await inbox.stop()

    assert handled == [1, 2]


async def test_what_fails_is_tried_again_before_the_next_of_its_chat(scene: Scene) -> None:
    tries: list[int] = []

    async def handle(found: Json) -> None:
        tries.append(found["update_id"])
        if found["update_id"] == 1 and tries.count(1) < 3:
            raise RuntimeError("not yet")

    inbox = Inbox(scene.app, handle, pauses=(0.0,))
    await inbox.start()
    await inbox.keep([update(1), update(2)])
    await inbox.idle()
    await inbox.stop()

    assert tries == [1, 1, 1, 2]
    assert [state for _, state, _ in await rows(scene)] == ["done", "done"]


async def test_what_fails_every_time_is_set_aside_and_the_others_go_on(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def handle(found: Json) -> None:
        tries.append(found["update_id"])
        if found["update_id"] == 1:
            raise RuntimeError("never")

    inbox = Inbox(scene.app, handle, pauses=(0.0,))
    await inbox.start()
    await inbox.keep([update(1), update(2)])
    await inbox.idle()
    await inbox.stop()

    assert tries == [1] * TRIES + [2]
    (_, state, error), (_, other, _) = await rows(scene)
    assert (state, other) == ("aside", "done")
    assert "RuntimeError('never')" in error


async def test_what_cannot_be_read_is_set_aside_at_once(scene: Scene) -> None:
    tries: list[int] = []

    async def handle(found: Json) -> None:
        tries.append(found["update_id"])
        if found["update_id"] == 1:
            raise UnreadableError("no such thing")

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(1), update(2)])
    await inbox.idle()
    await inbox.stop()

    assert tries == [1, 2]
    assert [state for _, state, _ in await rows(scene)] == ["aside", "done"]


async def test_an_update_that_kills_the_program_each_time_is_not_tried_for_ever(scene: Scene) -> None:
    handled: list[int] = []

    async def handle(found: Json) -> None:
        handled.append(found["update_id"])

    inbox = Inbox(scene.app, handle)
    await inbox.keep([update(1), update(2)])
    (row, _) = await stored.waiting(scene.app.store, "telegram", 10)
    for _ in range(TRIES):
        await stored.tried(scene.app.store, row.id, scene.app.now())
    await inbox.start()
    await inbox.idle()
    await inbox.stop()

    assert handled == [2]
    assert [state for _, state, _ in await rows(scene)] == ["aside", "done"]


async def test_what_is_sealed_with_a_key_we_lost_does_not_stop_the_others(scene: Scene) -> None:
    handled: list[int] = []

    async def handle(found: Json) -> None:
        handled.append(found["update_id"])

    inbox = Inbox(scene.app, handle)
    await stored.keep(scene.app.store, "telegram", [("1", b"not sealed by us")], scene.app.now())
    await inbox.keep([update(2)])
    await inbox.start()
    await inbox.idle()
    await inbox.stop()

    assert handled == [2]
    assert [state for _, state, _ in await rows(scene)] == ["aside", "done"]


async def test_what_has_no_id_is_not_kept_and_stops_nothing(scene: Scene) -> None:
    async def handle(_found: Json) -> None:
        return

    await Inbox(scene.app, handle).keep(["nonsense", {"message": {}}, update(3)])

    assert [key for key, _, _ in await rows(scene)] == ["3"]


async def test_many_updates_are_all_handled_once_and_in_order(scene: Scene) -> None:
    handled: dict[int, list[int]] = {}

    async def handle(found: Json) -> None:
        await asyncio.sleep(0)
        handled.setdefault(found["message"]["chat"]["id"], []).append(found["update_id"])

    inbox = Inbox(scene.app, handle)
    await inbox.start()
    await inbox.keep([update(number, chat=-(number % 7) - 1) for number in range(1, 501)])
    await inbox.idle()
    await inbox.stop()

    assert sum(len(ids) for ids in handled.values()) == 500
    assert all(ids == sorted(ids) for ids in handled.values())
