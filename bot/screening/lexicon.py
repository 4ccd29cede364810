"""Single words and fixed sayings, however many, found in one pass over the canonical text (Aho-Corasick)."""

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick

Found = tuple[int, int, int]  # (term, start, end): the term with this number stands on words[start:end]


class Lexicon:
    """`find(words)` gives the terms that stand as whole words. Immutable; safe to share between threads."""

    def __init__(self, terms: Iterable[tuple[str, ...]]) -> None:
        self._lengths: list[int] = []
        patterns: list[str] = []
        for term in terms:
            self._lengths.append(len(term))
            patterns.append(f" {' '.join(term)} ")
        self._automaton = AhoCorasick(patterns, store_patterns=False) if patterns else None

    def find(self, words: Sequence[str]) -> list[Found]:
        """The terms in these words, overlapping ones too, in the order of their ends."""
        if self._automaton is None:
            return []
        text = f" {' '.join(words)} "
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not matches:
            return []
        return self._counted(text, matches)

    def _counted(self, text: str, matches: Sequence[tuple[int, int, int]]) -> list[Found]:
        """Characters counted into words, in one pass: the matches come in the order of their ends."""
        found: list[Found] = []
        seen, spaces = 0, 0
        for term, _, end in matches:
            spaces += text.count(" ", seen, end)
            seen = end
            found.append((term, spaces - 1 - self._lengths[term], spaces - 1))
        return found
