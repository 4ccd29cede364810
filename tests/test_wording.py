"""Every sentence that Porter says stands on one page, is used, and is there wherever the program asks for it.

The page is tests/wording.txt. After a change of rules/wording/: `REWRITE=1 python -m pytest tests/test_wording.py`.
"""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import pytest

from bot import model, resources, wording
from bot.model import ActionKind, ActionState, CaseState, EffectKind, Outcome, Role, Style, Urgency
from bot.ports import SetupBy

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "tests" / "wording.txt"
HEAD = """\
Everything that Porter says to people, by name, as they read it; what stands in {} is filled in.
The sentences themselves are in rules/wording/; a Union changes them in a folder of its own.
"""
HOW = "tests/wording.txt is not what Porter says now. Look at the change, then: REWRITE=1 python -m pytest {}"
WILD = "\0"  # what a program fills into a name

# The names that are put together from a member of an enumeration, with {} for its value.
BUILT: dict[str, type[Enum]] = {
    "step.{}.name": ActionKind,
    "step.{}.button": ActionKind,
    "step.{}.asked": ActionKind,
    "card.result.{}": ActionState,
    "outcome.{}": Outcome,
    "role.{}": Role,
    "urgency.{}": Urgency,
    "case.{}": CaseState,
    "setup.{}": SetupBy,
    "effect.{}": EffectKind,
}


@cache
def sentences() -> dict[str, str]:
    """Every sentence by its name, in the order of the files."""
    return wording.load([resources.rules() / "wording"], {}).sentences


def page() -> str:
    """All sentences on one page."""
    return HEAD + "".join(f"\n{name}\n{indented(as_read(text))}" for name, text in sentences().items())


def as_read(text: str) -> str:
    """A sentence as people read it: no marks, quotes after a bar, addresses in brackets."""
    runs = []
    for run in wording.parse(text):
        quoted = "| " if run.style is Style.QUOTE else ""
        runs.append(f"{quoted}{run.text}" + (f" ({run.target})" if run.target else ""))
    return "".join(runs)


def indented(text: str) -> str:
    """Its lines, set in; a sentence that says nothing is shown as such."""
    lines = text.strip("\n").splitlines() or ["(nothing)"]
    return "".join(f"    {line}".rstrip() + "\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Named:
    """A name of a sentence in the program, with WILD where something is filled in, and where it stands."""

    name: str
    where: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Which names it can become; every group is what is filled in."""
        return re.compile("([a-z_.]+)".join(map(re.escape, self.name.split(WILD))))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every file of the program, parsed."""
    for file in sorted((ROOT / "bot").rglob("*.py")):
        yield file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))


def spelled(node: ast.AST, constants: dict[str, str]) -> str:
    """A string expression with WILD for what only a running program knows."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name) if name in constants:
            return constants[name]
        case ast.FormattedValue(value=value):
            return spelled(value, constants)
        case ast.JoinedStr(values=values):
            return "".join(spelled(value, constants) for value in values)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return spelled(left, constants) + spelled(right, constants)
    return WILD


def constants_of(tree: ast.Module) -> dict[str, str]:
    """The names at the top of a file that stand for a string."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found |= {target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)}
    return found


@cache
def strings() -> tuple[Named, ...]:
    """Every string expression of the program but what is logged."""
    parsed = list(trees())
    shared = {name: text for _, tree in parsed for name, text in constants_of(tree).items() if name.isupper()}
    found: list[Named] = []
    for file, tree in parsed:
        nodes = list(ast.walk(tree))
        logged = {id(inner) for node in nodes if is_log(node) for inner in ast.walk(node)}
        pieces = {id(piece) for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
        outside = logged | pieces
        spoken = [node for node in nodes if isinstance(node, ast.expr) and id(node) not in outside]
        whole = [node for node in spoken if isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp))]
        found += [Named(spelled(node, shared), f"{file}:{node.lineno}") for node in whole]
    return tuple(found)


def is_log(node: ast.AST) -> bool:
    """Whether it is a line for the log; `logs.bug` is one too."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called.split(".")[0] in ("log", "structlog") or called.split(".")[-1] == "bug"


@cache
def asked() -> tuple[Named, ...]:
    """The strings that look like names of sentences: they begin with one of the sections, and go on."""
    sections = {name.split(".")[0] for name in sentences()}
    shape = re.compile(rf"({'|'.join(map(re.escape, sorted(sections)))})\.[a-z_.{WILD}]*[a-z_{WILD}]")
    hosts = (".example.org",)
    return tuple(one for one in strings() if shape.fullmatch(one.name) and not one.name.endswith(hosts))


@cache
def words() -> frozenset[str]:
    """What can be filled into a name: strings that the program holds, and the values of the model's enumerations."""
    kinds = [kind for kind in (*vars(model).values(), SetupBy) if isinstance(kind, type) and issubclass(kind, Enum)]
    values = {str(member.value) for kind in kinds for member in kind}
    return frozenset({one.name for one in strings()} | values)


def is_used(name: str) -> bool:
    """Whether the program names that sentence, or can put its name together."""
    for one in asked():
        if one.name == name:
            return True
        found = one.pattern.fullmatch(name) if WILD in one.name else None
        if found and all(fills(group) for group in found.groups()):
            return True
    return False


def fills(group: str) -> bool:
    """Whether the program can fill that into a name; `missing_owner` may be `missing_` and a value, or a whole word."""
    return group in words() or any(group == f"{word}_{end}" for word in words() for end in ("good", "bad"))


def test_everything_porter_says_stands_on_one_page() -> None:
    now = page()
    if os.environ.get("REWRITE"):
        PAGE.write_text(now, encoding="utf-8")

    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""

    assert before == now, HOW.format("tests/test_wording.py")


def test_every_sentence_the_program_asks_for_is_there() -> None:
    names = sentences()

    missing = [f"{one.where}: {one.name}" for one in asked() if WILD not in one.name and one.name not in names]

    assert len(asked()) > 150
    assert missing == []


def test_every_name_that_is_put_together_can_become_a_sentence() -> None:
    built = [one for one in asked() if WILD in one.name]

    lost = [one.where for one in built if not any(one.pattern.fullmatch(name) for name in sentences())]

    assert built
    assert lost == []


def test_every_sentence_is_used() -> None:
    unused = [name for name in sentences() if not is_used(name)]

    assert unused == []
    assert not is_used("refusal.nobody_says_this")
    assert not is_used("platform.telegram.nobody_says_this")


@pytest.mark.parametrize(("template", "kind"), BUILT.items(), ids=BUILT)
def test_every_member_of_an_enumeration_has_its_sentence(template: str, kind: type[Enum]) -> None:
    wanted = {template.format(member.value) for member in kind}

    missing = wanted - sentences().keys()

    assert missing == set()


def test_a_name_that_is_no_sentence_would_be_found() -> None:
    tree = ast.parse('app.wording.say(f"step.{kind}.gone") + wording.text(SAY + "nothing_like_it")')

    found = {spelled(node, {"SAY": "platform.discord.setup."}) for node in ast.walk(tree)}

    assert f"step.{WILD}.gone" in found
    assert "platform.discord.setup.nothing_like_it" in found
    assert not any(Named(f"step.{WILD}.gone", "").pattern.fullmatch(name) for name in sentences())
