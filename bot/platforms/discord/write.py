"""The one way out: what we say as Discord's markup, split where a message may end. Nothing in it can be markup or a
mention but what we set ourselves; `MENTIONS` goes with every send and every edit."""

import re
from collections.abc import Sequence
from itertools import pairwise

import discord

from bot.model import Run, Speech, Style

LIMIT = 2000  # characters of a message
MENTIONS = discord.AllowedMentions.none()
URL = re.compile(r"https?://[^\s<>\\*~|`\[\]()]*[^\s<>\\*~|`\[\]().,:;\"'_!?]")
SPECIAL = re.compile(r"[\\*_~`|<>\[\]()]")
LINE_START = re.compile(r"(?m)^(\s*)(?:([#+-])|(\d+)(?=[.)]\s))")
LOOKS_LIKE_ADDRESS = re.compile(r"\w+://|\w\.\w")


def escape(text: str) -> str:
    """People's words so that Discord shows them as they are; addresses stay whole, since no markup works inside."""
    parts: list[str] = []
    position = 0
    for found in URL.finditer(text):
        parts += [_escape_words(text[position : found.start()]), found[0]]
        position = found.end()
    return LINE_START.sub(_guard_line, "".join([*parts, _escape_words(text[position:])]))


def _escape_words(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text)


def _guard_line(found: re.Match[str]) -> str:
    return f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\"


def unescape(content: str) -> str:
    """Our own text as it reads, for finding something in it."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", content)


def markup(runs: Sequence[Run]) -> str:
    """Runs as Discord's markup."""
    text = ""
    for run in _joined(runs):
        if run.style is Style.QUOTE and text and not text.endswith("\n"):
            text += "\n"
        text += _styled(run)
    return text


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Neighbours of one style as one run: `**a****b**` would not be bold."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].style is run.style and joined[-1].target == run.target:
            joined[-1] = Run(joined[-1].text + run.text, run.style, run.target)
        else:
            joined.append(run)
    return joined


def _styled(run: Run) -> str:
    match run.style:
        case Style.BOLD:
            return _wrapped(run.text, "**")
        case Style.ITALIC:
            return _wrapped(run.text, "_")
        case Style.CODE:
            return _code(run.text)
        case Style.QUOTE:
            return "\n".join(f"> {escape(line)}" for line in run.text.split("\n"))
        case Style.LINK:
            return _link(run)
        case _:
            return escape(run.text)


def _wrapped(text: str, sign: str) -> str:
    """Signs stand close to the words: `** a **` would not be bold."""
    words = text.strip()
    if not words:
        return text
    start = text.index(words)
    return f"{text[:start]}{sign}{escape(words)}{sign}{text[start + len(words) :]}"


def _code(text: str) -> str:
    if not text.strip() or "``" in text:
        return escape(text)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _link(run: Run) -> str:
    """An address without preview. Discord shows no words over an address that look like another address."""
    target = run.target.replace(" ", "%20").replace(">", "%3E").replace("<", "%3C").replace("\n", "")
    if not target.startswith(("https://", "http://")):
        return escape(run.text) if run.text == run.target else escape(f"{run.text} ({run.target})")
    if run.text == run.target:
        return f"<{target}>"
    if LOOKS_LIKE_ADDRESS.search(run.text):
        return f"{escape(run.text)} (<{target}>)"
    return f"[{escape(run.text)}](<{target}>)"


def length(text: str) -> int:
    """How long Discord finds a text; counted in UTF-16 units, so never too short."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def contents(speech: Speech, limit: int = LIMIT) -> list[str]:
    """What we say as the texts of one or more messages, split at a line, else at a word. Empty for nothing to say."""
    found: list[str] = []
    runs = [run for run in speech.runs if run.text]
    while runs:
        head, runs = _split(runs, limit)
        text = markup(head).strip()
        if text:
            found.append(text)
    return found


def _split(runs: Sequence[Run], limit: int) -> tuple[list[Run], list[Run]]:
    if length(markup(runs)) <= limit:
        return list(runs), []
    low, high = 1, sum(len(run.text) for run in runs)
    while low < high:
        middle = (low + high + 1) // 2
        if length(markup(_cut(runs, middle)[0])) <= limit:
            low = middle
        else:
            high = middle - 1
    return _cut(runs, _border("".join(run.text for run in runs), low))


def _border(text: str, most: int) -> int:
    """The last line end before `most`, else the last space, if they lie in its second half; else `most`."""
    for sign in ("\n", " "):
        at = text.rfind(sign, most // 2, most)
        if at >= 0:
            return at + 1
    return most


def _cut(runs: Sequence[Run], at: int) -> tuple[list[Run], list[Run]]:
    head: list[Run] = []
    tail: list[Run] = []
    ends = [0]
    for run in runs:
        ends.append(ends[-1] + len(run.text))
    for run, (start, end) in zip(runs, pairwise(ends), strict=True):
        place = min(max(at - start, 0), end - start)
        head.append(Run(run.text[:place], run.style, run.target))
        tail.append(Run(run.text[place:], run.style, run.target))
    return [run for run in head if run.text], [run for run in tail if run.text]
