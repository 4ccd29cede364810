"""What Prometheus scrapes. Labels are kinds, states and platforms: never a person, a society or a chat."""

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.model import Escalation, Level, Urgency
from bot.parts import App
from bot.store import effects, watch
from bot.store.watch import Waiting

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LEVELS = (*(level.value for level in Level), "unscreened")
Rows = Iterable[tuple[Sequence[str], float]]  # (values of the labels, number)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database tells."""

    effects: Mapping[tuple[str, str], int]
    oldest_due: datetime | None
    reports: Mapping[str, int]
    cards: int
    unscreened: int
    updates: Mapping[str, Waiting]
    escalations: tuple[Escalation, ...]


class Once(Collector):
    """Hands a registry the numbers of one moment."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = list(found)

    def collect(self) -> Iterable[Metric]:
        """The numbers."""
        return self._found


async def text(app: App) -> bytes:
    """All numbers of this moment. When the database does not answer, those that need none."""
    found = list(_of_the_program(app))
    try:
        kept = await _kept(app)
    except Exception:  # whatever it is, the database says nothing now, and that is a number too
        log.exception("metrics.database_failed")
    else:
        found += [*_of_the_outbox(app, kept), *_of_the_desk(kept), *_of_the_inbox(app, kept)]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once(found))
    return generate_latest(registry)


async def _kept(app: App) -> Kept:
    async with app.store.read() as read:
        return Kept(
            await watch.effects_by_kind(read),
            await effects.oldest_due(read, app.now()),
            await watch.reports_by_kind(read),
            await watch.cards(read),
            await watch.unscreened(read),
            await watch.waiting_updates(read),
            tuple(await watch.running_escalations(read)),
        )


def _gauge(name: str, about: str, labels: Sequence[str], rows: Rows) -> GaugeMetricFamily:
    found = GaugeMetricFamily(f"porter_{name}", about, labels=labels)
    for values, number in sorted(rows):
        found.add_metric(values, number)
    return found


def _counter(name: str, about: str, labels: Sequence[str], rows: Rows) -> CounterMetricFamily:
    found = CounterMetricFamily(f"porter_{name}", about, labels=labels)
    for values, number in sorted(rows):
        found.add_metric(values, number)
    return found


def _one(name: str, about: str, number: float) -> GaugeMetricFamily:
    return _gauge(name, about, (), [((), number)])


def _age(app: App, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (app.now() - since).total_seconds())


def _of_the_outbox(app: App, kept: Kept) -> Iterator[Metric]:
    yield _gauge("effects", "Effects by kind and state.", ("kind", "state"), kept.effects.items())
    yield _one("outbox_lag_seconds", "Seconds that the oldest due effect has waited.", _age(app, kept.oldest_due))


def _of_the_desk(kept: Kept) -> Iterator[Metric]:
    reports = [((kind,), count) for kind, count in kept.reports.items()]
    yield _gauge("reports", "Reports by who claimed it.", ("kind",), reports)
    yield _one("cards", "Case cards that stand somewhere.", kept.cards)
    yield _one("unscreened", "Held messages that no rule could judge yet.", kept.unscreened)
    clocks = {(urgency.value, state): 0 for urgency in Urgency for state in ("running", "overdue")}
    for one in kept.escalations:
        clocks[one.urgency.value, "overdue" if one.tried > 1 else "running"] += 1
    about = "Escalations nobody has acknowledged; overdue ones have gone past their first contact."
    yield _gauge("officer_clocks", about, ("urgency", "state"), clocks.items())


def _of_the_inbox(app: App, kept: Kept) -> Iterator[Metric]:
    found = dict.fromkeys(app.platforms, (0.0, 0.0))
    found |= {name: (float(one.count), _age(app, one.oldest)) for name, one in kept.updates.items()}
    depth = [((name,), count) for name, (count, _) in found.items()]
    age = [((name,), seconds) for name, (_, seconds) in found.items()]
    yield _gauge("inbox_updates", "Stored updates that wait to be handled.", ("platform",), depth)
    yield _gauge("inbox_oldest_seconds", "Seconds that the oldest of them has waited.", ("platform",), age)


def _of_the_program(app: App) -> Iterator[Metric]:
    meters = app.meters
    verdicts = [((level,), meters.of("verdict").get(level, 0)) for level in LEVELS]
    yield _counter("verdicts", "Messages screened since the start.", ("level",), verdicts)
    knocked = [((name,), meters.of("knock").get(name, 0)) for name in app.platforms]
    yield _counter("knocks", "Requests to join since the start.", ("platform",), knocked)
    limited = [((name,), meters.of("too_many").get(name, 0)) for name in app.platforms]
    yield _counter("too_many_requests", "Answers 429 since the start.", ("platform",), limited)
    up = [((name,), line.connected) for name, line in meters.lines.items()]
    yield _gauge("connected", "Whether the platform can be reached.", ("platform",), up)
    latency = [((name,), found) for name, ask in meters.latency.items() if (found := ask()) is not None]
    yield _gauge("gateway_latency_seconds", "Seconds from a heartbeat to its answer.", ("platform",), latency)
    heard = [((name,), at.timestamp()) for name, at in meters.heard.items()]
    yield _gauge("last_update_timestamp_seconds", "When an update last came in.", ("platform",), heard)
    yield _one("loop_lag_seconds", "The longest the loop was late in the last minute.", meters.lag)
    yield _counter("database_errors", "What the database driver raised.", (), [((), app.store.errors)])
    build = [((version("porter"), platform.python_version()), 1)]
    yield _gauge("build_info", "What is running.", ("version", "python"), build)
