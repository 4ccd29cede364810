"""Ways of looking that phrases cannot: at how often, by whom and to whom things were said. One small class each.

A check sees the message, what was said lately (perhaps with the message itself in it), the hits so far and a way to ask
whether a message says a guard's words. It answers with a place in the message, or None. Nearly every message is nothing
to it: it tells so without looking at everything that was said lately.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from ahocorasick_rs import AhoCorasick

from bot.model import AccountRef, Hit, Mark, MarkKind, Message, View
from bot.screening.characters import folded
from bot.screening.packs import Rule
from bot.screening.recent import Said, without_spaces

NOBODY: frozenset[AccountRef] = frozenset()
QUOTE = View.QUOTE  # by itself: looking it up takes longer than comparing it


class Found(NamedTuple):
    """Where a check found what it looks for."""

    view: View
    start: int
    end: int


class Context(NamedTuple):
    """All that a check may look at. `says(message, guard)` tells whether the message has words of that guard."""

    message: Message
    recent: Said
    hits: Sequence[Hit]
    says: Callable[[Message, str], bool]

    def lately(self, minutes: float, among: Iterable[Message] | None = None) -> list[Message]:
        """Earlier messages of the last so many minutes, without this one: of all, or of some."""
        since, this = self.message.sent_at - timedelta(minutes=minutes), self.message.ref
        # The ids first: nearly all differ, and comparing whole references costs more than all the rest of a check.
        found = self.recent if among is None else among
        return [m for m in found if m.sent_at >= since and (m.ref.id != this.id or m.ref != this)]


class Check(Protocol):
    """A way of looking, made from a rule's settings. `alone` ones can find something without earlier messages."""

    alone: bool

    def look(self, context: Context) -> Found | None:
        """Where it stands, or None."""


def _number(rule: Rule, key: str) -> int:
    value = rule.settings.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"settings → {key}: give a whole number above 0")
    return value


def _text(rule: Rule, key: str) -> str:
    value = rule.settings.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"settings → {key}: give words")
    return value


def aimed_at(message: Message) -> frozenset[AccountRef]:
    """Whom a message speaks to: whom it replies to and mentions, without its own author."""
    if message.reply_author is None and not message.mentions:
        return NOBODY
    replied = () if message.reply_author is None else (message.reply_author,)
    return frozenset((*replied, *message.mentions)) - {message.author}


def _whole(message: Message) -> Found:
    if not message.texts:
        return Found(View.TEXT, 0, 0)
    return Found(message.texts[0].view, 0, len(message.texts[0].text))


class Unanswered:
    """The same person spoken to again and again, who never answers: `times` messages within `minutes`."""

    keys = frozenset({"times", "minutes"})
    alone = False

    def __init__(self, rule: Rule) -> None:
        self._times, self._minutes = _number(rule, "times"), _number(rule, "minutes")

    def look(self, context: Context) -> Found | None:
        """Counts the author's messages to each person since that person last spoke to anybody."""
        for person in aimed_at(context.message):
            count = 1
            for earlier in context.lately(self._minutes):
                if earlier.author == person:
                    count = 1
                elif earlier.author == context.message.author and person in aimed_at(earlier):
                    count += 1
            if count >= self._times:
                return _whole(context.message)
        return None


class AfterStop:
    """Speaking again to somebody who asked to be left alone within `minutes`; `words` is the guard for such asking."""

    keys = frozenset({"minutes", "words"})
    alone = False

    def __init__(self, rule: Rule) -> None:
        self._minutes, self._words = _number(rule, "minutes"), _text(rule, "words")

    def look(self, context: Context) -> Found | None:
        """The asking must have been said to this author by the very person now spoken to."""
        author, people = context.message.author, aimed_at(context.message)
        if not people or not context.recent or context.says(context.message, "sorry"):
            return None
        for earlier in context.lately(self._minutes):
            if earlier.author in people and author in aimed_at(earlier) and context.says(earlier, self._words):
                return _whole(context.message)
        return None


class PileOn:
    """`people` different authors at one person within `minutes`, each with words of the guard `words`."""

    keys = frozenset({"people", "minutes", "words"})
    alone = False

    def __init__(self, rule: Rule) -> None:
        self._people, self._minutes = _number(rule, "people"), _number(rule, "minutes")
        self._words = _text(rule, "words")

    def look(self, context: Context) -> Found | None:
        """This message must be one of them."""
        targets = aimed_at(context.message)
        if not targets or not context.recent or not context.says(context.message, self._words):
            return None
        for target in targets:
            authors = {context.message.author} | {
                m.author
                for m in context.lately(self._minutes)
                if target in aimed_at(m) and context.says(m, self._words)
            }
            if len(authors) >= self._people:
                return _whole(context.message)
        return None


class Burst:
    """`times` messages by one author within `seconds`."""

    keys = frozenset({"times", "seconds"})
    alone = False

    def __init__(self, rule: Rule) -> None:
        self._times, self._seconds = _number(rule, "times"), _number(rule, "seconds")

    def look(self, context: Context) -> Found | None:
        """Counts this one too."""
        own = context.recent.by(context.message.author)
        if len(own) < self._times - 1:
            return None
        count = len(context.lately(self._seconds / 60, own)) + 1
        return _whole(context.message) if count >= self._times else None


class SameText:
    """The same words of at least `letters` characters `times` over within `minutes`, by at least `people` authors."""

    keys = frozenset({"times", "people", "minutes", "letters"})
    alone = False

    def __init__(self, rule: Rule) -> None:
        self._times, self._people = _number(rule, "times"), _number(rule, "people")
        self._minutes, self._letters = _number(rule, "minutes"), _number(rule, "letters")

    def look(self, context: Context) -> Found | None:
        """Compared without case and white space."""
        body = context.message.body
        said = context.recent.saying(body)
        if len(said) < self._times - 1 or len(without_spaces(body)) < self._letters:
            return None
        same = [m.author for m in context.lately(self._minutes, said)]
        enough = len(same) + 1 >= self._times and len({*same, context.message.author}) >= self._people
        return _whole(context.message) if enough else None


class MassMention:
    """At least `people` different people mentioned in one message."""

    keys = frozenset({"people"})
    alone = True

    def __init__(self, rule: Rule) -> None:
        self._people = _number(rule, "people")

    def look(self, context: Context) -> Found | None:
        """Counts people, not mentions."""
        mentions = context.message.mentions
        if len(mentions) < self._people or len(set(mentions)) < self._people:
            return None
        return _whole(context.message)


class Links:
    """A link to one of `hosts` (a host, or a host and the start of a path), in the text or behind it."""

    keys = frozenset({"hosts"})
    alone = True

    def __init__(self, rule: Rule) -> None:
        self._hosts = tuple(_text(rule, "hosts").casefold().split())
        self._anywhere = AhoCorasick(self._hosts)

    def look(self, context: Context) -> Found | None:
        """Looks at link marks, link views and at links written out in any view but quotes."""
        for mark in context.message.marks:
            if mark.kind is MarkKind.LINK and self._leads_there(mark.target):
                return Found(context.message.texts[0].view if context.message.texts else View.TEXT, *_span(mark))
        for text in context.message.texts:
            if text.view is not QUOTE and self._may_be_in(text.text):
                for start, end in _tokens(text.text):
                    if self._leads_there(text.text[start:end]):
                        return Found(text.view, start, end)
        return None

    def _may_be_in(self, text: str) -> bool:
        """Whether a host stands somewhere in it; without a dot there is none."""
        return ("." in text or not text.isascii()) and bool(self._anywhere.find_matches_as_indexes(folded(text)))

    def _leads_there(self, link: str) -> bool:
        bare = (
            link.casefold()
            .strip("<>()[]{}\"'`*_~|,!?;")
            .removeprefix("https://")
            .removeprefix("http://")
            .removeprefix("www.")
        )
        return any(
            bare == host or (bare.startswith(host) and (host[-1] in "/+" or bare[len(host)] in "/?#:"))
            for host in self._hosts
        )


class ImagesOnly:
    """`times` messages within `seconds` by one author that are files and no words."""

    keys = frozenset({"times", "seconds"})
    alone = False

    def __init__(self, rule: Rule) -> None:
        self._times, self._seconds = _number(rule, "times"), _number(rule, "seconds")

    def look(self, context: Context) -> Found | None:
        """Counts this one too."""
        if not _wordless(context.message):
            return None
        lately = context.lately(self._seconds / 60, context.recent.by(context.message.author))
        own = sum(map(_wordless, lately))
        return Found(View.TEXT, 0, 0) if own + 1 >= self._times else None


def _wordless(message: Message) -> bool:
    return bool(message.attachments) and not message.body.strip()


def _span(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for token in text.split():
        at = text.index(token, at)
        yield at, at + len(token)
        at += len(token)


class MakesCheck(Protocol):
    """A class of checks: the settings it takes, and how one is made (ValueError, in words, if they are wrong)."""

    keys: frozenset[str]

    def __call__(self, rule: Rule) -> Check:
        """A check with the rule's settings."""


CHECKS: Mapping[str, MakesCheck] = {
    "unanswered": Unanswered,
    "after_stop": AfterStop,
    "pile_on": PileOn,
    "burst": Burst,
    "same_text": SameText,
    "mass_mention": MassMention,
    "links": Links,
    "images_only": ImagesOnly,
}
