"""Logs: one line a fact, and no secret in any of them."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
import structlog

from bot import logs
from bot.redact import redact, redactor

TELEGRAM = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX"
DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"

Start = Callable[..., io.StringIO]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts logging into a text; afterwards the log is as it was."""
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in (logs.OURS, *logs.LOUD)}
    handlers, level = list(root.handlers), root.level

    def begin(
        at: str = "info", form: Literal["console", "json"] = "json", secrets: tuple[str, ...] = ()
    ) -> io.StringIO:
        stream = io.StringIO()
        logs.configure(at, form, secrets, stream)
        return stream

    yield begin
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_its_time_in_utc(start: Start) -> None:
    stream = start()

    structlog.get_logger("bot.desk").info("case opened", case=12, society="Chess")

    [line] = lines(stream)
    assert list(line)[:4] == ["at", "level", "logger", "event"]
    assert line["at"].endswith("Z")
    assert line | {"at": ""} == {
        "at": "",
        "level": "info",
        "logger": "bot.desk",
        "event": "case opened",
        "case": 12,
        "society": "Chess",
    }


def test_a_library_of_the_standard_kind_is_logged_in_the_same_form(start: Start) -> None:
    stream = start()

    logging.getLogger("discord.gateway").warning("Shard %s closed", 3, extra={"attempt": 2})

    [line] = lines(stream)
    assert (line["logger"], line["level"], line["event"]) == ("discord.gateway", "warning", "Shard 3 closed")
    assert line["attempt"] == 2


def test_what_is_bound_to_the_context_stands_in_every_line(start: Start) -> None:
    stream = start()

    structlog.contextvars.bind_contextvars(case=7)
    structlog.get_logger("bot.desk").info("noticed")

    assert lines(stream)[0]["case"] == 7


def test_a_person_reads_lines_without_colours_when_it_is_no_terminal(start: Start) -> None:
    stream = start(form="console")

    structlog.get_logger("bot.desk").info("case opened", case=12)

    assert "case opened" in stream.getvalue()
    assert "case=12" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_our_own_modules_follow_the_level_and_libraries_never_go_below_info(start: Start) -> None:
    stream = start("debug")

    structlog.get_logger("bot.outbox").debug("claimed")
    logging.getLogger("discord.gateway").debug("a whole message of a member")
    logging.getLogger("telegram").debug("a whole message of a member")

    assert [line["event"] for line in lines(stream)] == ["claimed"]


@pytest.mark.parametrize("name", logs.LOUD)
def test_libraries_that_log_addresses_and_data_begin_at_warning(start: Start, name: str) -> None:
    stream = start("debug")

    logging.getLogger(name).info("HTTP Request: POST /getMe")
    logging.getLogger(name).warning("something is wrong")

    assert [line["event"] for line in lines(stream)] == ["something is wrong"]


def test_a_higher_level_holds_for_libraries_too(start: Start) -> None:
    stream = start("error")

    structlog.get_logger("bot.outbox").warning("late")
    logging.getLogger("httpx").warning("late")

    assert stream.getvalue() == ""


def test_configuring_twice_does_not_say_everything_twice(start: Start) -> None:
    first = start()
    second = start()

    structlog.get_logger("bot.desk").info("once")

    assert first.getvalue() == ""
    assert len(lines(second)) == 1


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_reaches_the_log_by_any_way(start: Start, form: Literal["json", "console"]) -> None:
    stream = start(form=form, secrets=('a "quoted" secret', "plain-sesame"))
    log = structlog.get_logger("bot.platforms")

    log.info("asked %s", TELEGRAM, address=f"https://api.example.org/file/bot{TELEGRAM}/photo.jpg")
    log.info("held", headers={"Authorization": f"Bot {DISCORD}"}, parts=[DISCORD, {"password": "sesame-0"}])
    log.info("ours", text='here is a "quoted" secret', token="sesame-1", thing=ValueError("plain-sesame"))
    logging.getLogger("aiosmtplib").warning("login of %s failed", "plain-sesame")
    try:
        raise ConnectionError(f"cannot reach postgresql+asyncpg://porter:sesame-2@localhost/{TELEGRAM}")
    except ConnectionError:
        logs.bug(log, "the database is gone")

    assert "the database is gone" in stream.getvalue()
    assert not [word for word in (TELEGRAM[10:], DISCORD, "sesame", "quoted") if word in stream.getvalue()]


def test_a_bug_is_logged_with_its_traceback_and_the_reference_that_the_person_sees(start: Start) -> None:
    stream = start()

    try:
        raise KeyError("nothing there")
    except KeyError:
        reference = logs.bug(structlog.get_logger("bot.commands"), "a command failed", command="flag")

    [line] = lines(stream)
    assert (line["level"], line["reference"], line["command"]) == ("error", reference, "flag")
    assert "KeyError: 'nothing there'" in line["exception"]
    assert len(reference) == 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"GET /bot{TELEGRAM}/getMe", "GET /bot[hidden]/getMe"),
        (f"token={TELEGRAM}, next", "token=[hidden], next"),
        (f"gateway {DISCORD}.", "gateway [hidden]."),
        ("/api/v10/webhooks/123/aW50ZXJhY3Rpb246MTIz-aW50ZX", "/api/v10/webhooks/123/[hidden]"),
        ("/interactions/123/aW50ZXJhY3Rpb246MTIzaW50ZX/callback", "/interactions/123/[hidden]/callback"),
        ("smtp://porter:sesame@mail.example.org:587", "smtp://porter:[hidden]@mail.example.org:587"),
        ("redis://:sesame@localhost", "redis://:[hidden]@localhost"),
        ("{'Authorization': 'Bearer abc.def'}", "{'Authorization': 'Bearer [hidden]'}"),
        ("proxy-authorization: Basic YTpi", "proxy-authorization: Basic [hidden]"),
    ],
)
def test_what_looks_like_a_credential_is_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:42:29Z case:12 http://127.0.0.1:8765/ mona@example.org",
        "chat -1001234567890:55 message 12345:67",
        "bot.platforms.discord.client",
        '{"url": "http://localhost:8081", "to": "help@example.org"}',
        "the authorization of the committee",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_short_words_are_no_secrets() -> None:
    hide = redactor(["abc", "", "sesame-street"])

    assert hide("abc on sesame-street") == "abc on [hidden]"
