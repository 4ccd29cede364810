"""The rules of the house that no tool checks: size, names, words, addresses."""

import ast
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parent.parent
THIS = Path(__file__)

LINES_OF_A_FILE = 350
LINES_OF_A_FUNCTION = 45

BINARY = {".npz", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".pdf", ".xlsx", ".woff2", ".gz", ".zip"}
VAGUE = re.compile(r"(Manager|Helper|Util|Utils|Service|Base|Impl|Handler)$")
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b")
MOCKS = re.compile(r"unittest[.]mock|\bimport mo[c]k\b|\bMagic[M]ock\b|[.]seta[t]tr\(|\bmocke[r]\b|\b@pat[c]h\b")
FOREIGN = re.compile(
    r"pypi[.]org|python[h]osted|(?<!emit-)\bindex[-_]url\b|\bextra[-_]index\b|\bfind[-_]links\b|trusted[-_]host"
    r"|(?<![\w.])/(?:wor[k]|roo[t]|hom[e]|opt/pyp[i]|tmp/[a-z])/",
    re.IGNORECASE,
)
MAILBOX = re.compile(r"(?<![\w.%+-])[\w.%+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
EXAMPLE = re.compile(r"(?:^|\.)example(?:\.(?:org|com|net|ac\.uk|edu))?$|\.(?:invalid|test)$", re.IGNORECASE)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# Words of the profanity list that have an innocent sense in which this product uses them.
INNOCENT = frozenset({"dummy", "kill", "len", "sexual", "strip", "stroke"})


@cache
def ignored() -> tuple[str, ...]:
    """The patterns of `.gitignore`, which names files and folders only, never paths."""
    text = (ROOT / ".gitignore").read_text(encoding="utf-8")
    lines = (line.strip().rstrip("/") for line in text.splitlines())
    return (".git", *(line for line in lines if line and not line.startswith("#")))


def walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in ignored()):
            continue
        if path.is_dir():
            yield from walk(path)
        elif path.suffix not in BINARY:
            yield path


@cache
def texts() -> dict[str, str]:
    """Every text file of the repository, by its path from the top; this file, which quotes what it forbids, aside."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in walk(ROOT) if path != THIS}


def below(*folders: str, suffix: str = "") -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.startswith(folders) and name.endswith(suffix)}


def all_but(*folders: str) -> dict[str, str]:
    return {name: text for name, text in texts().items() if not name.startswith(folders)}


def matches(pattern: re.Pattern[str], sources: dict[str, str]) -> list[str]:
    """`file:line: what` for every match."""
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in sources.items()
        for match in pattern.finditer(text)
    ]


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Classes, functions and methods with their dotted names; those inside functions are left out."""
    for node in tree.body:
        if isinstance(node, Definition):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Definition):
                    yield f"{node.name}.{inner.name}", inner


@cache
def said_by_the_ports() -> frozenset[str]:
    """Methods whose docstring stands at the port that adapters implement."""
    tree = ast.parse(texts()["bot/ports.py"])
    return frozenset(name.split(".")[1] for name, _ in definitions(tree) if "." in name)


def undocumented(source: str) -> list[str]:
    """The public names without a docstring, `module` for the module itself."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) or not tree.body else ["module"]
    for name, node in definitions(tree):
        private = any(part.startswith("_") for part in name.split("."))
        at_the_port = "." in name and node.name in said_by_the_ports()
        if not private and not at_the_port and not ast.get_docstring(node):
            found.append(name)
    return found


def long_functions(source: str) -> list[str]:
    """Functions, nested ones too, that are longer than allowed, with their length."""
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    return [f"{name} ({length} lines)" for name, length in lengths.items() if length > LINES_OF_A_FUNCTION]


def vague_names(source: str) -> list[str]:
    """Classes named for being some kind of thing instead of for the thing."""
    classes = [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return [name for name in classes if VAGUE.search(name)]


@cache
def listed() -> frozenset[str]:
    text = (files("better_profanity") / "profanity_wordlist.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().lower() for line in text.splitlines())


def offensive() -> frozenset[str]:
    return listed() - INNOCENT


def offences(text: str) -> list[str]:
    """The offensive words of a text; names are taken apart at underscores and capitals."""
    return sorted(offensive() & set(map(str.lower, WORD.findall(text))))


def by_file(sources: dict[str, str], found: Iterable[Iterable[str]]) -> list[str]:
    return [f"{name}: {one}" for name, some in zip(sources, found, strict=True) for one in some]


def test_every_public_name_says_what_it_is() -> None:
    sources = below("bot/", suffix=".py")

    missing = by_file(sources, map(undocumented, sources.values()))

    assert not missing


def test_a_file_is_one_idea() -> None:
    sources = below("bot/", suffix=".py")

    long = {name: lines for name, text in sources.items() if (lines := text.count("\n")) > LINES_OF_A_FILE}

    assert not long


def test_functions_are_small() -> None:
    sources = below("bot/", "bench/", suffix=".py")

    long = by_file(sources, map(long_functions, sources.values()))

    assert not long


def test_classes_are_named_for_what_they_are() -> None:
    sources = below("bot/", suffix=".py")

    vague = by_file(sources, map(vague_names, sources.values()))

    assert not vague


def test_nothing_is_left_unfinished() -> None:
    assert not matches(UNFINISHED, texts())


def test_tests_use_the_real_thing() -> None:
    assert not matches(MOCKS, below("tests/"))


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    assert not matches(FOREIGN, texts())


def test_mailboxes_in_examples_belong_to_nobody() -> None:
    sources = all_but("requirements/")

    owned = [one for one in matches(MAILBOX, sources) if not EXAMPLE.search(one.rpartition("@")[2])]

    assert not owned


def test_offensive_words_stand_in_rule_packs_and_test_data_only() -> None:
    sources = all_but("rules/", "tests/", "requirements/")

    said = by_file(sources, map(offences, sources.values()))

    assert not said


def test_a_word_is_called_innocent_only_where_that_is_needed() -> None:
    assert listed() >= INNOCENT


def test_each_of_these_checks_finds_what_it_looks_for() -> None:
    long = "def f():\n" + "    pass\n" * LINES_OF_A_FUNCTION
    planted = {
        "x.py": "# TO" + "DO later\nseta = '.seta" + "ttr('\nhost = 'files.python" + "hosted.org', a@union.ac.uk\n"
    }

    assert undocumented("class A:\n    def b(self): ...\n    def _c(self): ...") == ["module", "A", "A.b"]
    assert long_functions(long) == [f"f ({LINES_OF_A_FUNCTION + 1} lines)"]
    assert vague_names("class RosterManager: ...\nclass Roster: ...") == ["RosterManager"]
    assert offences(f"def is_{min(offensive(), key=len)}(): ...")
    assert [len(matches(pattern, planted)) for pattern in (UNFINISHED, MOCKS, FOREIGN, MAILBOX)] == [1, 1, 1, 1]
    assert matches(UNFINISHED, planted)[0].startswith("x.py:1:")
