"""Message → verdict. Pure: the same message, the same recent ones and the same packs always give the same verdict."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate

from bot.errors import RulesError
from bot.model import Hit, Level, Message, Text, Verdict, View
from bot.screening.book import QUOTED, Book, Candidate, Ready
from bot.screening.checks import CHECKS, Check, Context, Found
from bot.screening.packs import Shelf
from bot.screening.recent import Said

NOT_OWN = frozenset({View.FORWARD, View.EMBED})  # posted by the author, but somebody else's words
RANK = {Level.NONE: 0, Level.DIGEST: 1, Level.CARD: 2}
DIRECT = frozenset({"you", "your", "yours", "yourself", "<name>"})
QUOTE = View.QUOTE  # by itself: looking it up takes longer than comparing it
MARKS = {'"': '"', "“": "”", "«": "»", "‘": "’"}
NOTHING, SILENCE = Verdict(), Said()


class Screen:
    """The rules of some packs, ready for use. Thread-safe; `screen` never raises."""

    def __init__(self, shelf: Shelf) -> None:
        with _uncollected():
            self.book = Book(shelf)
        self._checks = tuple(self._made(ready) for ready in self.book.rules if ready.rule.check)
        self._alone = tuple((ready, check) for ready, check in self._checks if check.alone)

    def _made(self, ready: Ready) -> tuple[Ready, Check]:
        rule = ready.rule
        made = CHECKS.get(rule.check)
        try:
            if made is None:
                raise ValueError(f"there is no check {rule.check!r}; there are {', '.join(CHECKS)}")
            if strange := set(rule.settings) - made.keys:
                raise ValueError(f"settings: {rule.check} has no {', '.join(sorted(strange))}")
            if (words := rule.settings.get("words")) and words not in self.book.guards:
                raise ValueError(f"settings → words: there is no guard {words!r}")
            return ready, made(rule)
        except ValueError as error:
            raise RulesError(f"{self.book.file_of(rule.id)}: rule {rule.id}: {error}") from error

    def screen(self, message: Message, recent: Sequence[Message] = ()) -> Verdict:
        """What the rules make of a message, given what was said lately in the chat, oldest first."""
        verdict = self.glance(message, recent)
        return self.closely(message, verdict) if verdict.open else verdict

    def glance(self, message: Message, recent: Sequence[Message] = ()) -> Verdict:
        """The same in microseconds. The verdict is open if a close reading may say more: of a card too, since a rule on
        trial may have made it, which says nothing yet."""
        hits: list[Hit] = []
        failed: list[str] = []
        is_open = False
        for text in message.texts:
            if text.view is not QUOTE:  # screened when it was first said
                try:
                    words, found, stretches = self.book.look(text.text)
                    is_open = is_open or bool(stretches)
                    if found:
                        hits += self._kept(message, text, words, found)
                except Exception as error:  # noqa: BLE001  a message must never stop the bot; it counts as unscreened
                    failed.append(f"{text.view}: {type(error).__name__}")
        said = recent if isinstance(recent, Said) else Said(recent) if recent else SILENCE
        context = Context(message, said, hits, self._says)
        for ready, check in self._checks if said else self._alone:
            try:
                if (place := check.look(context)) is not None:
                    hits.append(_located(ready, place, message))
            except Exception as error:  # noqa: BLE001  as above
                failed.append(f"{ready.rule.id}: {type(error).__name__}")
        if not (hits or failed or is_open):
            return NOTHING
        return replace(weigh(hits, failed), open=is_open)

    def closely(self, message: Message, verdict: Verdict) -> Verdict:
        """A glance's verdict with what a close reading adds; it takes milliseconds, and may be done in a thread."""
        hits, failed = list(verdict.hits), list(verdict.failed)
        for text in message.texts:
            if text.view is not QUOTE:
                try:
                    words, found, stretches = self.book.look(text.text)
                    alike = self.book.closely(words, stretches)
                    hits += self._kept(message, text, words, alike, found) if alike else ()
                except Exception as error:  # noqa: BLE001  as above
                    failed.append(f"{text.view}: {type(error).__name__}")
        return weigh(hits, tuple(dict.fromkeys(failed)))  # what broke at a glance breaks again

    def _says(self, message: Message, guard: str) -> bool:
        return any(c.what == guard for c in self.book.guarding.find(self.book.reader.words(message.body)))

    def _kept(
        self,
        message: Message,
        text: Text,
        words: Sequence[str],
        candidates: Sequence[Candidate],
        others: Sequence[Candidate] = (),
    ) -> Iterator[Hit]:
        """The hits among candidates; `others` stand in the same words and may allow for some of them."""
        near = Near(words, [*candidates, *others], self.book)
        kept: dict[int, Candidate] = {}
        for candidate in candidates:
            number = candidate.what
            if isinstance(number, int) and number not in kept and not near.allows(candidate):
                ready = self.book.rules[number]
                directed = not ready.rule.directed or _directed(message, words)
                if directed and self._looks_at(ready, text.view) and not near.takes_back(ready, candidate):
                    kept[number] = candidate
        return self._hits(text, kept) if kept else iter(())

    def _looks_at(self, ready: Ready, view: View) -> bool:
        return view in ready.rule.views or view in NOT_OWN

    def _hits(self, text: Text, kept: Mapping[int, Candidate]) -> Iterator[Hit]:
        """What was found, with its place in the text, unless it stands in quotation marks."""
        layout = self.book.reader.layout(text.text)
        for number, candidate in kept.items():
            ready = self.book.rules[number]
            start, end = layout.span(candidate.start, candidate.end)
            if not (QUOTED in ready.guards and _quoted(text.text, start, end)):
                yield _attributed(ready.hit(text.view, start, end, text.text[start:end]))


class Near:
    """What stands near the candidates of one text: allowed words and guards."""

    def __init__(self, words: Sequence[str], found: Sequence[Candidate], book: Book) -> None:
        self._words = words
        self._book = book
        self._allowed = [candidate for candidate in found if candidate.what == ""]
        self._stops: list[int] = []
        self._guards: dict[int | str, list[Candidate]] | None = None

    def allows(self, hit: Candidate) -> bool:
        """Whether it lies within words that are always allowed."""
        return any(each.start <= hit.start and hit.end <= each.end for each in self._allowed)

    def takes_back(self, ready: Ready, hit: Candidate) -> bool:
        """Whether one of the rule's guards reaches it."""
        if not ready.guards:
            return False
        guards = self._found()
        return any(
            self._reaches(self._book.guards[name].reach, guard, hit)
            for name in ready.guards
            for guard in guards.get(name, ())
        )

    def _found(self) -> Mapping[int | str, Sequence[Candidate]]:
        if self._guards is None:
            self._guards = {}
            for guard in self._book.guarding.find(self._words):
                self._guards.setdefault(guard.what, []).append(guard)
            self._stops = [0, *accumulate(word == "." for word in self._words)]
        return self._guards

    def _reaches(self, reach: str, guard: Candidate, hit: Candidate) -> bool:
        if reach == "message":
            return True
        if reach == "over":
            return guard.start < hit.end and hit.start < guard.end
        first, last = (guard.end, hit.start) if guard.end <= hit.start else (hit.end, guard.start)
        parted = last > first and self._stops[last] > self._stops[first]
        return not parted and (reach == "sentence" or guard.start <= hit.start)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Building makes half a million objects that stay. To go through them again and again for what could be thrown away
    takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _directed(message: Message, words: Sequence[str]) -> bool:
    replied = message.reply_author is not None and message.reply_author != message.author
    return replied or bool(message.mentions) or not DIRECT.isdisjoint(words)


def _quoted(text: str, start: int, end: int) -> bool:
    """Whether [start, end) stands in quotation marks while the author's own words stand outside them."""
    for opening, closing in MARKS.items():
        left = text.rfind(opening, 0, start + 1)
        right = text.find(closing, max(end - 1, left + 1))
        if left < 0 or right < 0 or closing in text[left + 1 : start]:
            continue
        if opening == closing and text.count(opening, 0, start) % 2 == 0 and text[start] != opening:
            continue
        if any(map(str.isalnum, text[:left] + text[right + 1 :])):
            return True
    return False


def _attributed(hit: Hit) -> Hit:
    if hit.view not in NOT_OWN or hit.level is Level.NONE:
        return hit
    return replace(hit, level=Level.DIGEST, why=f"{hit.why} The words are somebody else's, passed on.")


def _located(ready: Ready, found: Found, message: Message) -> Hit:
    text = next((t.text for t in message.texts if t.view is found.view), "")
    return _attributed(ready.hit(found.view, found.start, found.end, text[found.start : found.end]))


def weigh(hits: Sequence[Hit], failed: Sequence[str] = ()) -> Verdict:
    """Hits together as a verdict: the highest level, the gravest first."""
    level = max((hit.level for hit in hits), key=RANK.__getitem__, default=Level.NONE)
    severity = max((hit.severity for hit in hits if hit.level is level), default=0)
    ordered = sorted(hits, key=lambda hit: (-RANK[hit.level], -hit.severity, hit.start, hit.rule))
    return Verdict(level, severity, tuple(ordered), tuple(failed))
