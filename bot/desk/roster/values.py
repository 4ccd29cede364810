"""The values of one cell: ids, addresses, days, and how they are masked before anyone sees them."""

import re
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.model.roster import ListRules

LONDON = ZoneInfo("Europe/London")
KEY = re.compile(r"[0-9a-z](?:[0-9a-z._/-]{0,38}[0-9a-z])?")
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[0-9a-z](?:[0-9a-z.-]{0,188}[0-9a-z])?\.[a-z][0-9a-z-]{1,60}")
NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nil", "never", "no expiry", "tbc", "unknown", "#n/a"})
FORMULA = re.compile(r'="?([^"]*)"?')
FLOAT = re.compile(r"([0-9]+)\.0")
SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?e\+?[0-9]{1,2}", re.IGNORECASE)
CLOCK = r"(?:[ T,]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:\.[0-9]{1,9})?)?(?: ?[ap]m)?)?"
BRITISH = re.compile(rf"([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{4}}|[0-9]{{2}}){CLOCK}", re.IGNORECASE)
ISO = re.compile(rf"([0-9]{{4}})[-/]([0-9]{{1,2}})[-/]([0-9]{{1,2}}){CLOCK}", re.IGNORECASE)
WORDED = re.compile(
    r"(?:[a-z]{3,9},? )?([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]{0,6},?[ -]([0-9]{4}|[0-9]{2})" + CLOCK,
    re.IGNORECASE,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR = re.compile(r"(?<![0-9/.-])(20)?([0-9]{2}) ?[-/–] ?(?:20)?([0-9]{2})(?![0-9/-])")
MAX_CHARS = 200


def clean(text: str) -> str:
    """Text in one form: no compatibility letters, control or invisible characters, single spaces, 200 characters."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFKC", text)
        # Format characters go; control characters, halves of characters and private ones become spaces.
        text = "".join(_visible(char) for char in text)
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())[:MAX_CHARS].rstrip()


def words(text: str) -> str:
    """Text to be kept and shown; a leading sign that a spreadsheet would take for a formula is defused."""
    text = clean(text)
    return f"'{text}"[:MAX_CHARS].rstrip() if text.startswith(("=", "+", "-", "@")) and len(text) > 1 else text


def fold(text: str) -> str:
    """Text for comparing names of groups and titles: case and white space do not count."""
    return " ".join(clean(text).casefold().split())


def member_key(text: str, rules: ListRules) -> str:
    """An id as it is kept and compared: trimmed, case-folded, leading zeros kept, a prefix letter of the rules taken
    off a number. The same for what a list says and what a person types. Empty for the usual words for nothing."""
    text = clean(text)
    if (formula := FORMULA.fullmatch(text)) is not None:
        text = formula[1].strip()
    key = text.strip("'\"` ").casefold()
    if (number := FLOAT.fullmatch(key)) is not None:
        key = number[1]
    for prefix in map(str.casefold, rules.prefixes):
        rest = key.removeprefix(prefix)
        if prefix.isalpha() and rest != key and rest.isascii() and rest.isdigit():
            key = rest
    return "" if key in NOTHING else key


def is_member_key(key: str) -> bool:
    """Whether a key can be an id: 2 to 40 letters, digits and `. _ / -`, at least one a digit."""
    return bool(len(key) > 1 and KEY.fullmatch(key) and any(map(str.isdigit, key)) and not SHORTENED.fullmatch(key))


def email_address(text: str) -> str | None:
    """An address in lower case, or None for what is none."""
    address = clean(text).casefold().removeprefix("mailto:").strip("<> ")
    return address if len(address) <= 254 and ".." not in address and EMAIL.fullmatch(address) else None


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return fold(text) in NOTHING


def day(text: str) -> date | None:
    """The day in Europe/London that a text names (day before month, or ISO), or None for what is no date."""
    text = clean(text)
    if (found := BRITISH.fullmatch(text)) is not None:
        return _date(found[3], found[2], found[1])
    if (found := ISO.fullmatch(text)) is not None:
        return _date(found[1], found[2], found[3])
    if (found := WORDED.fullmatch(text)) is not None and found[2].casefold() in MONTHS:
        return _date(found[3], str(MONTHS.index(found[2].casefold()) + 1), found[1])
    return _zoned(text)


def academic_year(text: str) -> int | None:
    """The calendar year in which a membership year such as "2025-26", "25/26" or "2025-2026" begins."""
    for century, first, second in YEAR.findall(text):
        # Two-digit years before 2020 are more likely a day and a month.
        if (int(first) + 1) % 100 == int(second) and (century or int(first) >= 20):
            return 2000 + int(first)
    return None


def mask(text: str) -> str:
    """An id or address of which nobody learns enough: `01***56`, `a***@example.org`."""
    text = clean(text)
    if "@" in text:
        local, _, domain = text.rpartition("@")
        return f"{local[:1]}***@{domain}"
    if len(text) < 7:
        return text[:1] + "***" if text else ""
    return f"{text[:2]}***{text[-2:]}"


def initials(text: str) -> str:
    """A name as its first letters: `B***, J***`."""
    return " ".join(f"{word[0]}***{',' if word.endswith(',') else ''}" for word in clean(text).split()[:4])


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs", "Cn", "Co", "Zl", "Zp") else char


def _date(year: str, month: str, number: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number))
    except ValueError:
        return None


def _zoned(text: str) -> date | None:
    """An ISO moment with its distance from UTC, such as `2026-07-31T23:30:00Z`."""
    if len(text) < 17 or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(LONDON).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None
