"""The language of phrases: what a pack's author writes, read into places for the machine.

    kill                the word
    kill|stab           one of several words
    (beat up|stab)      one of several, some of more than one word
    {violence}          one of a named group, of this pack or a shared one
    *                   any one word
    ...                 up to three words, within one sentence
    [really]            what may be left out; anything of the above in brackets
    ^ and $             the start and the end of a sentence

There are no regular expressions, no repetition without end and no nesting, so matching is linear in the text.
"""

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

Compound = tuple[str, ...]
GAP = 3
PRODUCTS = 5_000
TOKEN = re.compile(r"\[(?:\([^)]*\)|[^\]])*\]|\([^)]*\)|\{[^}]*\}|\.\.\.|[^\s\[\](){}]+")


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a phrase: the words or compounds that may stand there, or any word; perhaps left out."""

    words: frozenset[str] = frozenset()
    compounds: frozenset[Compound] = frozenset()
    anything: bool = False
    optional: bool = False
    lengths: frozenset[int] = field(init=False, compare=False, repr=False)  # of the compounds, in words

    def __post_init__(self) -> None:
        object.__setattr__(self, "lengths", frozenset(map(len, self.compounds)))

    def before(self, words: Sequence[str], end: int) -> Iterator[int]:
        """Where this place can begin if it ends before words[end]."""
        if self.optional:
            yield end
        if end and (words[end - 1] in self.words or (self.anything and words[end - 1] != ".")):
            yield end - 1
        for length in self.lengths:
            if length <= end and tuple(words[end - length : end]) in self.compounds:
                yield end - length


Phrase = tuple[Place, ...]
Groups = Mapping[str, Sequence[str]]
Spell = Callable[[str], Sequence[str]]


class Grammar:
    """Reads phrases with the groups they may name. `spell` turns written text into words, as for messages."""

    def __init__(self, groups: Groups, spell: Spell) -> None:
        self._groups = groups
        self._spell = spell
        self._places: dict[str, Place] = {}
        self._choices: dict[str, Place] = {}

    def phrase(self, text: str) -> Phrase:
        """The places of a phrase; leading and trailing optional places mean nothing and are dropped.

        Raises ValueError, in words for the pack's author.
        """
        if TOKEN.sub("", text).strip():
            raise ValueError(f"phrase {text!r}: a bracket is not closed")
        places = [place for token in TOKEN.findall(text) for place in self._read(token)]
        while places and places[0].optional:
            del places[0]
        while places and places[-1].optional:
            del places[-1]
        if all(place.anything for place in places):
            raise ValueError(f"phrase {text!r}: it names no word at all")
        return tuple(places)

    def _read(self, part: str) -> Iterator[Place]:
        if part == "...":
            yield from [Place(anything=True, optional=True)] * GAP
        elif part == "*":
            yield Place(anything=True)
        elif part in "^$":
            yield Place(words=frozenset("."))
        elif part[0] == "[":
            yield replace(self._one(part[1:-1].strip()), optional=True)
        elif part[0] in "{(" or "|" in part:
            yield self._one(part)
        else:
            yield from (Place(words=frozenset([word])) for word in self._spell(part))

    def _one(self, text: str) -> Place:
        """One place: a word, several with bars between, or any word."""
        if text not in self._choices:
            inner = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else text
            self._choices[text] = self._choice(inner.split("|"))
        return self._choices[text]

    def group(self, name: str, within: tuple[str, ...] = ()) -> Place:
        """All that a group may stand for, with the groups it includes."""
        if name in within:
            raise ValueError(f"group {name!r} includes itself")
        if name not in self._groups:
            raise ValueError(f"there is no group {name!r}")
        if name not in self._places:
            self._places[name] = self._choice(self._groups[name], (*within, name))
        return self._places[name]

    def choice(self, items: Sequence[str]) -> Phrase:
        """One place for any of these words or sayings."""
        return (self._choice(items),)

    def _choice(self, items: Sequence[str], within: tuple[str, ...] = ()) -> Place:
        words: set[str] = set()
        compounds: set[Compound] = set()
        anything = False
        for item in map(str.strip, items):
            if item == "*":
                anything = True
                continue
            if item[:1] == "{" and " " not in item:
                inner = self.group(item[1:-1], within)
                words |= inner.words
                compounds |= inner.compounds
                continue
            for spelt in self._spellings(item, within) if "{" in item else (self._spelt(item),):
                if len(spelt) == 1:
                    words.add(spelt[0])
                else:
                    compounds.add(spelt)
        return Place(frozenset(words), frozenset(compounds), anything)

    def _spellings(self, item: str, within: tuple[str, ...]) -> Iterator[Compound]:
        """What groups and words in a row stand for ("{colour} {animal}")."""
        rows = [list(self._row(part, within)) for part in item.split()]
        if math.prod(map(len, rows)) > PRODUCTS:
            raise ValueError(f"{item!r} stands for more than {PRODUCTS} sayings")
        for row in itertools.product(*rows):
            yield tuple(word for spelt in row for word in spelt)

    def _spelt(self, item: str) -> Compound:
        """A word or saying."""
        spelt = (".",) if item in {"^", "$"} else tuple(self._spell(item))
        if not spelt:
            raise ValueError(f"{item!r} is no word")
        return spelt

    def _row(self, part: str, within: tuple[str, ...]) -> Iterator[Compound]:
        if part.startswith("{"):
            inner = self.group(part.strip("{}"), within)
            yield from ((word,) for word in sorted(inner.words))
            yield from sorted(inner.compounds)
        else:
            yield self._spelt(part)
