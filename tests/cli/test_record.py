"""The audit and the outbox from the command line."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

from bot.app import opened
from bot.config import load
from bot.model import EffectKind, EffectState
from bot.store import effects, policies
from tests.cli.conftest import Porter


def change_database(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "data" / "porter.db") as database:
        database.execute(statement)
    database.close()


def effect_in(config: Path, state: EffectState) -> int:
    """An effect that stands like that, as a case's notice does."""

    async def make() -> int:
        async with opened(load(config, {})) as app:
            async with app.store.change("test", "ask", app.now()) as change:
                made = await app.outbox.add(change, EffectKind.NOTICE, "notice:1", {"words": "a secret word"})
                assert made is not None
            async with app.store.work(app.now()) as work:
                await effects.claim(work, "me", timedelta(seconds=30), 1)
                await effects.note(work, "me", [effects.ended(made, state, {}, "The connection broke.")])
            return made

    return asyncio.run(make())


def did_itself(config: Path, verb: str) -> None:
    """Have Porter do something that nobody asked for."""

    async def change() -> None:
        async with opened(load(config, {})) as app, app.store.change("porter", verb, app.now()):
            pass

    asyncio.run(change())


def test_an_untouched_audit_is_whole(chess: Porter) -> None:
    ended = chess("audit", "verify", "--json")

    lines = chess("audit", "list", "--json").lines
    assert (ended.code, ended.json["ok"], ended.json["lines"]) == (0, True, 1)
    assert ended.json["last_hash"] == lines[-1]["hash"]
    assert [(line["by"], line["verb"], line["about"]) for line in lines] == [("cli", "add society", "society:1")]


def test_a_changed_line_of_the_audit_is_found(chess: Porter, tmp_path: Path) -> None:
    chess("society", "add", "go", "Go Society")
    change_database(tmp_path, "UPDATE audit SET by = 'somebody' WHERE id = 1")

    ended = chess("audit", "verify")

    assert (ended.code, ended.out) == (1, "✗ Line 1 was changed after it was written.\n")


def test_a_removed_line_of_the_audit_is_found(chess: Porter, tmp_path: Path) -> None:
    chess("society", "add", "go", "Go Society")
    change_database(tmp_path, "DELETE FROM audit WHERE id = 1")

    ended = chess("audit", "verify")

    assert (ended.code, "Line 2 does not follow" in ended.out) == (1, True)


def test_the_audit_of_one_society_is_its_own(chess: Porter) -> None:
    chess("society", "add", "go", "Go Society")

    listed = chess("audit", "list", "--society", "go", "--json")

    assert [line["about"] for line in listed.lines] == ["society:2"]


def test_the_audit_shows_what_people_did_and_on_request_what_porter_did_itself(chess: Porter, config: Path) -> None:
    did_itself(config, "sweep")

    people, everything = (chess("audit", "list", "--json", *more).lines for more in ([], ["--all"]))

    assert [line["verb"] for line in people] == ["add society"]
    assert [(line["by"], line["verb"]) for line in everything] == [("cli", "add society"), ("porter", "sweep")]


def test_an_empty_outbox_says_so(porter: Porter) -> None:
    assert porter("outbox", "list").out == "Nothing waits, and nothing went wrong.\n"


def test_an_effect_of_unknown_outcome_is_explained_and_tried_again_when_asked(chess: Porter, config: Path) -> None:
    made = effect_in(config, EffectState.UNKNOWN)

    explained, retried = chess("outbox", "explain", str(made)), chess("outbox", "retry", str(made))

    assert "Nobody knows whether it happened." in explained.out
    assert "The reason given last: The connection broke." in explained.out
    assert "trying again may show it a second time" in explained.out
    assert "secret word" not in explained.out
    assert retried.code == 0
    assert [(one["id"], one["state"]) for one in chess("outbox", "list", "--json").lines] == [(made, "ready")]
    assert chess("audit", "list", "--json").lines[-1]["about"] == f"effect:{made}"


def test_what_was_done_is_not_done_again(chess: Porter, config: Path) -> None:
    made = effect_in(config, EffectState.DONE)

    ended = chess("outbox", "retry", str(made))

    assert (ended.code, ended.err) == (1, f"Effect {made} is done. It was done.\n")
    assert [line["verb"] for line in chess("audit", "list", "--json").lines] == ["add society", "ask"]


def test_what_was_in_force_stays_readable(chess: Porter, config: Path) -> None:
    async def keep() -> None:
        async with opened(load(config, {})) as app, app.store.change("test", "keep", app.now()) as change:
            await policies.keep(change, policies.LADDER, "2025.1", "severity = 1\n")
            await policies.keep(change, policies.LADDER, "2025.1", "never in force")

    none = chess("policy", "list")
    asyncio.run(keep())
    listed, shown = chess("policy", "list"), chess("policy", "show", "ladder", "2025.1")
    unknown = chess("policy", "show", "ladder", "1999.1")

    assert (none.code, "No policy was in force yet" in none.out) == (0, True)
    assert listed.out.split()[:5] == ["WHAT", "VERSION", "SINCE", "ladder", "2025.1"]
    assert (shown.code, shown.out) == (0, "severity = 1\n\n")
    assert [one["version"] for one in chess("policy", "list", "--json").lines] == ["2025.1"]
    assert (unknown.code, "There is no version 1999.1 of the ladder." in unknown.err) == (1, True)
