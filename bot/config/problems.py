"""How a wrong configuration is told: every problem at once, and never the value of a secret."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.redact import redact

LONGEST = 60
FEW = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong thing: where it stands, its key, what was found, what was expected, and a hint where we have one."""

    origin: str
    key: Sequence[str | int]
    found: str
    expected: str
    hint: str = ""

    def lines(self) -> Iterable[str]:
        """As shown to the person, one fact a line."""
        yield f"{self.origin}: {place(self.key)}"
        yield f"    found     {self.found}"
        yield f"    expected  {self.expected}"
        if self.hint:
            yield f"    hint      {self.hint}"


def report(problems: Sequence[Problem]) -> str:
    """All problems as one text."""
    first = "One thing in the configuration is wrong" if len(problems) == 1 else f"{len(problems)} things are wrong"
    head = f"{first}{'' if len(problems) == 1 else ' in the configuration'}. Porter has not started."
    return "\n\n".join([head, *("\n".join(problem.lines()) for problem in problems)])


def place(key: Sequence[str | int]) -> str:
    """Where a key stands: `[union] emergency, entry 2, number`."""
    tables = list(key[:-1])
    inside = [step for step in key if isinstance(step, int)]
    if inside:
        tables = list(key[: list(key).index(inside[0]) - 1])
    rest = ", ".join(f"entry {step + 1}" if isinstance(step, int) else str(step) for step in key[len(tables) :])
    return f"[{'.'.join(map(str, tables))}] {rest}" if tables else rest


def shown(value: object, *, secret: bool = False) -> str:
    """What was found, in words: short, and without anything that is or looks like a secret."""
    if secret:
        return "text (not shown)" if isinstance(value, str) else "something that is not text (not shown)"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]" if len(value) <= FEW else f"a list of {len(value)}"
    if not isinstance(value, str):
        return str(value).lower()
    text = redact(value)
    return f'"{text[:LONGEST]}…"' if len(text) > LONGEST else f'"{text}"'


def suggestion(word: str, known: Iterable[str]) -> str:
    """`Perhaps token_file?` when a known word is near; empty when none is."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f"Perhaps {near[0]}?" if near else ""
