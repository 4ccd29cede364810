"""Logs: structlog over the standard library, as lines for people or JSON for machines, without secrets.

Our own modules log at the level asked for. Libraries never go below INFO, because their debug lines hold whole messages
of members, and some only from WARNING: an address of the Bot API holds the token, a statement's parameters are data.
"""

import logging
import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redact import HIDDEN, redactor

OURS = "bot"
HANDLER = "porter"
LOUD = ("httpx", "httpcore", "sqlalchemy", "aiosqlite", "asyncpg", "uvicorn.access", "multipart", "python_multipart")
FIRST = ("at", "level", "logger", "event")
SECRET_KEYS = frozenset({"token", "password", "secret", "authorization", "cookie"})


def configure(
    level: str = "info",
    form: Literal["console", "json"] = "console",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logs to `stream` (standard error). May be called again; the last call counts.

    `secrets` are hidden wherever they turn up, besides whatever looks like a token or a password.
    """
    stream = stream or sys.stderr
    shared = [*_common(), _hiding(redactor(secrets))]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _attach(_handler(stream, [*shared, _renderer(form, colours=stream.isatty())]))
    _set_levels(logging.getLevelNamesMapping()[level.upper()])


def bug(log: structlog.stdlib.BoundLogger, event: str, **about: object) -> str:
    """Log the exception being handled with its traceback; answers the reference to give to the person who met it."""
    reference = secrets.token_hex(4)
    log.exception(event, reference=reference, **about)
    return reference


def _common() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    ]


def _handler(stream: TextIO, processors: list[Processor]) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.name = HANDLER
    libraries: list[Processor] = [structlog.stdlib.ExtraAdder()]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=processors, foreign_pre_chain=libraries))
    return handler


def _attach(handler: logging.Handler) -> None:
    root = logging.getLogger()
    for old in [one for one in root.handlers if one.name == HANDLER]:
        root.removeHandler(old)
    root.addHandler(handler)


def _set_levels(level: int) -> None:
    logging.getLogger().setLevel(max(level, logging.INFO))
    logging.getLogger(OURS).setLevel(level)
    for name in LOUD:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _renderer(form: str, *, colours: bool) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=colours, timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
    )


def _hiding(hide: Callable[[str], str]) -> Processor:
    def processor(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event = {key: event[key] for key in FIRST if key in event} | dict(event)
        return {key: HIDDEN if key.lower() in SECRET_KEYS else _hidden(value, hide) for key, value in event.items()}

    return processor


def _hidden(value: Any, hide: Callable[[str], str]) -> Any:
    """The value without secrets; what is neither text, number nor a collection is turned into text first."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {
            str(key): HIDDEN if str(key).lower() in SECRET_KEYS else _hidden(one, hide) for key, one in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(one, hide) for one in value]
    return hide(value if isinstance(value, str) else repr(value))
