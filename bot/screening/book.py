"""Packs made ready: every phrase read, every name resolved, and one automaton over all of it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from bot.errors import RulesError
from bot.model import Hit, Level, View
from bot.screening.characters import folded, is_twisted
from bot.screening.likeness import CLUE, NAMES, Classes, Likeness, Stretch, parsed
from bot.screening.machine import Machine
from bot.screening.normalise import LINK, NAME, NUMBER, PIECES, Reader
from bot.screening.packs import LIKENESS, SENSE, Near, Pack, Rule, Shelf, package_words
from bot.screening.phrases import Grammar, Phrase, Place
from bot.screening.sense import Sense
from bot.screening.spelling import LONGEST, Spelling

KINDS_OF_WORD = frozenset({LINK, NAME, NUMBER})  # how packs write "some link", "some name", "some number"
ONE_WORD = 20  # characters; nobody can tell what one word by itself is like, whatever words its parts may be
PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")
TOLD = 0.6  # what the sum of words counts beside the sense of the whole
QUOTED = "quoted"  # the one guard that looks at quotation marks, not at words


class Ready(NamedTuple):
    """A rule with its pack's version and all the guards that hold for it."""

    rule: Rule
    version: str
    guards: tuple[str, ...]

    def hit(self, view: View, start: int, end: int, words: str) -> Hit:
        """This rule's hit on [start, end) of the view."""
        rule = self.rule
        return Hit(rule.id, rule.kind, rule.severity, rule.level, self.version, view, start, end, words, rule.why)


class Candidate(NamedTuple):
    """`what` (a rule's number or a guard's name) stands on words[start:end]; whether it still counts is open."""

    what: int | str
    start: int
    end: int


class Finder:
    """Finds phrases, and tells by what they were named."""

    def __init__(self, phrases: Iterable[tuple[int | str, Phrase]]) -> None:
        fixed: dict[tuple[str, ...], list[int | str]] = {}
        others: dict[Phrase, list[int | str]] = {}
        for what, phrase in phrases:
            terms = _fixed(phrase)
            for term in terms:
                fixed.setdefault(term, []).append(what)
            if not terms:
                others.setdefault(phrase, []).append(what)
        self._named = [tuple(dict.fromkeys(whats)) for whats in (*others.values(), *fixed.values())]
        self._machine = Machine(list(others), list(fixed))
        self.symbols = self._machine.symbols

    def find(self, words: Sequence[str]) -> list[Candidate]:
        """All that stands in these words."""
        return self.among(words, self.symbols(words))

    def among(self, words: Sequence[str], symbols: Iterable[int]) -> list[Candidate]:
        """All that stands in words of which the symbols are known."""
        matches = self._machine.find(words, symbols)
        return [Candidate(what, start, end) for number, start, end in matches for what in self._named[number]]


class Glance(NamedTuple):
    """What one look at a token tells: its words, the finder's symbols of them, what they add to likeness by
    themselves, and whether they may be part of a torn word."""

    words: tuple[str, ...]
    symbols: tuple[int, ...]
    alone: float
    torn: bool


class Looked(NamedTuple):
    """The words of a text, all that stands in them, and the stretches that may be conduct by what they mean."""

    words: Sequence[str]
    found: list[Candidate]
    open: Sequence[Stretch]


class _Glances(dict[str, Glance]):
    """What tokens once seen tell."""

    def __init__(self, glance: Callable[[str], Glance]) -> None:
        super().__init__()
        self._glance = glance

    def __missing__(self, token: str) -> Glance:
        if len(self) >= PIECES:
            self.clear()
        glance = self._glance(token)
        if len(token) < LONGEST:
            self[token] = glance
        return glance


class Book:
    """All rules in force. Built once; raises RulesError naming file, entry and reason."""

    def __init__(self, shelf: Shelf) -> None:
        self.packs, self.numbers = shelf.packs, shelf.numbers
        self._ways = _ways(shelf.packs)
        self.groups = _groups(shelf.packs)
        self.plain = Reader(Spelling((), (), (), self._ways))  # undoes no disguises: reads the packs themselves
        grammar = Grammar(self.groups, lambda text: _spelt(text, self._ways, self.plain))
        self.rules = tuple(_ready(shelf.packs))
        self.guards = {name: guard for pack in shelf.packs for name, guard in pack.guards.items()}
        self._check_names()
        phrases: list[tuple[int | str, Phrase]] = list(self._phrases(grammar, shelf.packs))
        guards: list[tuple[int | str, Phrase]] = list(self._guards(grammar))
        self.allowed: list[tuple[int | str, Phrase]] = list(self._allowed(grammar))
        self.reader = Reader(self._spelling(shelf.ordinary, phrases + guards + self.allowed, grammar))
        self.finder = Finder(phrases + self.allowed)
        self.guarding = Finder(guards)
        self.classes = Classes(self._classes(grammar))
        self._by_likeness = {
            ready.rule.kind.value: number for number, ready in enumerate(self.rules) if ready.rule.alike
        }
        self._likeness = self._trained(shelf.likeness) if self._by_likeness and shelf.likeness else None
        self._sense = self._learnt(shelf.sense) if self._likeness and shelf.sense else None
        self._glances = _Glances(self._glance)
        self._edge = self._glance(".")  # what stands before and after every text

    def _classes(self, grammar: Grammar) -> Mapping[str, frozenset[str]]:
        return {name: grammar.group(name).words for name in self.groups if name.startswith(CLUE) or name == NAMES}

    def _trained(self, text: str) -> Likeness:
        try:
            return Likeness(self.classes, parsed(text))
        except ValueError as error:
            raise RulesError(f"{LIKENESS}: {error}") from error

    def _learnt(self, data: bytes) -> Sense:
        try:
            return Sense(data)
        except ValueError as error:
            raise RulesError(f"{SENSE}: {error}") from error

    def _glance(self, token: str) -> Glance:
        words = self.reader.of_token(token)
        alone = self._likeness.alone(words) if self._likeness else 0.0
        return Glance(words, tuple(self.finder.symbols(words)), alone, self.reader.may_be_torn(words))

    def look(self, text: str) -> Looked:
        """The words of a text, and all that stands in them. Nearly every text has nothing in it, which what was learnt
        of its tokens tells without reading their words again."""
        tokens = [] if is_twisted(text) else folded(text).split()
        if not tokens:
            words = self.reader.words(text)
            return Looked(words, self.finder.find(words), self._open_if_many(text, words))
        parts, symbols, alone, torn = zip(*map(self._glances.__getitem__, tokens), strict=True)
        words, edge = [".", *chain.from_iterable(parts), "."], self._edge
        if True in torn and self.reader.joined(words)[1]:
            return Looked(words, self.finder.find(words), self._open_if_many(text, words))
        found = self.finder.among(words, chain(edge.symbols, *symbols, edge.symbols))
        may_be = self._likeness and self._likeness.may_be(words, sum(alone, 2 * edge.alone))
        return Looked(words, found, self._open_if_many(text, words) if may_be else ())

    def _open_if_many(self, text: str, words: Sequence[str]) -> Sequence[Stretch]:
        many = len(text) > ONE_WORD or " " in text
        return self._likeness.find(words) if many and self._likeness else ()

    def closely(self, words: Sequence[str], stretches: Iterable[Stretch]) -> list[Candidate]:
        """The rules whose kind of conduct stretches of words are like enough: by what their words add up to, and by
        what they mean as a whole. Takes milliseconds a stretch."""
        found: list[Candidate] = []
        if self._likeness is None:
            return found
        for one in stretches:
            inner = words[one.start : one.end]
            if self._sense is None:
                kind, score = self._likeness.told(inner)[0], one.score
            else:
                kind, score = self._sense.of(inner)
                score += TOLD * one.score
            number = self._by_likeness.get(kind)
            if number is not None and score >= self.rules[number].rule.alike:
                # Where it is not the words that make it conduct, it is all of them together.
                _, start, end = self._likeness.told(inner) if one.score > 0 else (kind, 0, len(inner))
                found.append(Candidate(number, one.start + start, one.start + end))
        return found

    def file_of(self, rule: str) -> str:
        """The file a rule is in."""
        return next(pack.path.name for pack in self.packs for each in pack.rule if each.id == rule)

    def _check_names(self) -> None:
        names = {ready.rule.id for ready in self.rules}
        for pack in self.packs:
            _known(pack, "off", pack.off, names | {rule.id for p in self.packs for rule in p.rule})
            _known(pack, "severe", pack.pack.severe, self.groups)
            _known(pack, "wall", pack.pack.wall, self.groups)
            _known(pack, "unless", pack.pack.unless, {*self.guards, QUOTED})
            for rule in pack.rule:
                _known(pack, f"rule {rule.id} → unless", rule.unless, {*self.guards, QUOTED})

    def _phrases(self, grammar: Grammar, packs: Sequence[Pack]) -> Iterator[tuple[int, Phrase]]:
        package = {pack.package_words for pack in packs}
        for number, ready in enumerate(self.rules):
            rule = ready.rule
            try:
                for text in (*rule.phrases, *(text for near in rule.near for text in _both_ways(near))):
                    yield number, grammar.phrase(text)
                if rule.id in package:
                    yield number, grammar.choice(package_words())
            except ValueError as error:
                raise RulesError(f"{self.file_of(rule.id)}: rule {rule.id}: {error}") from error

    def _guards(self, grammar: Grammar) -> Iterator[tuple[str, Phrase]]:
        where = {name: pack.path.name for pack in self.packs for name in pack.guards}
        for name, guard in self.guards.items():
            try:
                for text in guard.phrases:
                    yield name, grammar.phrase(text)
            except ValueError as error:
                raise RulesError(f"{where[name]}: guard {name}: {error}") from error

    def _allowed(self, grammar: Grammar) -> Iterator[tuple[str, Phrase]]:
        for pack in self.packs:
            try:
                for text in pack.allow:
                    yield "", grammar.phrase(text)
            except ValueError as error:
                raise RulesError(f"{pack.path.name}: allow: {error}") from error

    def _is_only_named(self, what: int | str) -> bool:
        """Whether it is a rule that never flags: its words are not worth looking for in disguise."""
        return isinstance(what, int) and self.rules[what].rule.level is Level.NONE

    def _spelling(
        self, ordinary: Sequence[str], phrases: Sequence[tuple[int | str, Phrase]], grammar: Grammar
    ) -> Spelling:
        counted = (phrase for what, phrase in phrases if not self._is_only_named(what))
        named = {word for place in _different(counted) for word in _words(place)}
        everyday = {word for place in _different(phrase for _, phrase in phrases) for word in place.words}
        severe = {word for pack in self.packs for name in pack.pack.severe for word in _words(grammar.group(name))}
        return Spelling([*ordinary, *sorted(everyday - set(ordinary))], named - {"."}, severe, self._ways)


def _spelt(text: str, ways: Mapping[str, tuple[str, ...]], reader: Reader) -> Sequence[str]:
    """How packs' words are read; most are plain, and need no more than the table of ways."""
    if text in KINDS_OF_WORD:
        return [text]
    if not PLAIN.fullmatch(text):
        return reader.words(text)[1:-1]
    words = text.split(" ")
    return words if ways.keys().isdisjoint(words) else [meant for word in words for meant in ways.get(word, (word,))]


def _fixed(phrase: Phrase) -> list[tuple[str, ...]]:
    """The fixed word sequences a phrase stands for, if it is one place or words only; otherwise none."""
    if len(phrase) == 1:
        return [(word,) for word in phrase[0].words] + list(phrase[0].compounds)
    if all(len(place.words) == 1 and not (place.compounds or place.optional or place.anything) for place in phrase):
        return [tuple(word for place in phrase for word in place.words)]
    return []


def _different(phrases: Iterable[Phrase]) -> Iterable[Place]:
    """The places of phrases; of those that share all their words one."""
    return {(id(place.words), id(place.compounds)): place for phrase in phrases for place in phrase}.values()


def _words(place: Place) -> Iterator[str]:
    yield from place.words
    for compound in place.compounds:
        yield from compound


def _both_ways(near: Near) -> Iterator[str]:
    gap = " ".join(["[*]"] * (near.within - 1))
    yield f"{near.one} {gap} {near.other}"
    yield f"{near.other} {gap} {near.one}"


def _ready(packs: Sequence[Pack]) -> Iterator[Ready]:
    off = {name for pack in packs for name in pack.off}
    for pack in packs:
        for rule in pack.rule:
            if rule.id not in off:
                yield Ready(rule, pack.pack.version, (*pack.pack.unless, *rule.unless))


def _ways(packs: Sequence[Pack]) -> dict[str, tuple[str, ...]]:
    return {way: tuple(meant.split()) for pack in packs for way, meant in pack.ways.items()}


def _groups(packs: Sequence[Pack]) -> Mapping[str, Sequence[str]]:
    groups: dict[str, list[str]] = {}
    for pack in packs:
        for name, items in pack.groups.items():
            groups.setdefault(name, []).extend(items)
    return groups


def _known(pack: Pack, where: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise RulesError(f"{pack.path.name}: {where}: there is no {name!r}")
