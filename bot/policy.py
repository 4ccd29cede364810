"""The ladder: the Union's ordered policy, and which step comes next."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.errors import RulesError
from bot.model import Action, ActionKind, ActionState


@dataclass(frozen=True, slots=True)
class Rung:
    """What the policy says for one severity (1 to 4)."""

    level: int
    name: str
    meaning: str
    path: tuple[ActionKind, ...]
    continued: tuple[ActionKind, ...]
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """The policy as a whole; a step older than `expires` no longer counts."""

    version: str
    expires: timedelta
    rungs: tuple[Rung, ...]
    text: str

    def rung(self, severity: int) -> Rung:
        """The rung for a severity; severities beyond the ends take the end's."""
        return self.rungs[min(max(severity, 1), len(self.rungs)) - 1]


def load(file: Path) -> Ladder:
    """Read the ladder. Raises `RulesError` naming the file, the entry and what was expected."""
    try:
        text = file.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"{file}: cannot be read as TOML: {error}") from error
    _known(file, "the file", tables, {"version", "expires_days", "severity"})
    rungs = tuple(_rung(file, entry, level) for level, entry in enumerate(tables["severity"], start=1))
    if len(rungs) != 4:
        raise RulesError(f"{file}: there must be four [[severity]] entries, 1 to 4; there are {len(rungs)}.")
    return Ladder(str(tables["version"]), timedelta(days=int(tables["expires_days"])), rungs, text)


def _known(file: Path, where: str, table: dict[str, Any], keys: set[str]) -> None:
    if table.keys() != keys:
        wrong = sorted(table.keys() ^ keys)
        raise RulesError(f"{file}: {where} must have exactly the keys {', '.join(sorted(keys))}; look at: {wrong[0]}.")


def _rung(file: Path, entry: dict[str, Any], level: int) -> Rung:
    where = f"[[severity]] number {level}"
    _known(file, where, entry, {"level", "name", "meaning", "path", "continued", "timeout_minutes"})
    if entry["level"] != level:
        raise RulesError(f"{file}: {where} has level {entry['level']}; write them in order, 1 to 4.")
    path, continued = (_steps(file, f"{where}, {key}", entry[key]) for key in ("path", "continued"))
    timeout = timedelta(minutes=int(entry["timeout_minutes"]))
    return Rung(level, str(entry["name"]), str(entry["meaning"]), path, continued, timeout)


def _steps(file: Path, where: str, names: Sequence[str]) -> tuple[ActionKind, ...]:
    known = [kind.value for kind in ActionKind if kind not in (ActionKind.DISMISS, ActionKind.READMIT)]
    for name in names:
        if name not in known:
            raise RulesError(f"{file}: {where}: “{name}” is not a step. Steps are {', '.join(known)}.")
    return tuple(ActionKind(name) for name in names)


def has_continued(first_step_at: datetime | None, reports_at: Sequence[datetime], earlier: int) -> bool:
    """Whether it went on: a report after the first step, or earlier upheld cases that have not expired."""
    return earlier > 0 or (first_step_at is not None and any(at > first_step_at for at in reports_at))


def next_step(
    ladder: Ladder,
    severity: int,
    actions: Sequence[Action],
    reports_at: Sequence[datetime],
    earlier: int,
    now: datetime,
) -> ActionKind | None:
    """The step the policy proposes; None when all of it is done. A step that was refused or failed has been tried:
    what people may do instead is the next one."""
    counted = [action for action in actions if action.asked_at >= now - ladder.expires]
    tried = {action.kind for action in counted}
    done_at = [action.asked_at for action in counted if action.state in (ActionState.DONE, ActionState.PENDING)]
    rung = ladder.rung(severity)
    continued = has_continued(min(done_at, default=None), reports_at, earlier)
    path = rung.path + (rung.continued if continued else ())
    return next((kind for kind in path if kind not in tried), None)
