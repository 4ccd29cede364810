"""Single words and fixed sayings, however many, found in one pass over the words: an automaton after Aho and Corasick
that reads words where others read characters."""

from collections import deque
from collections.abc import Iterable, Sequence

START = 0  # the node at which nothing has been read that a term begins with


class Lexicon:
    """A tree of terms, read one word at a time. A node stands for the longest beginning of a term that was just read.
    Immutable once built."""

    def __init__(self, terms: Sequence[tuple[str, ...]]) -> None:
        self._next: dict[tuple[int, str], int] = {}
        self._shorter = [START]  # by node, the longest of its own endings that is a beginning too
        self._ending: list[tuple[tuple[int, int], ...]] = [()]
        self.words = frozenset(word for term in terms for word in term)
        below = self._planted(terms)
        self._link(below)

    def _planted(self, terms: Iterable[tuple[str, ...]]) -> dict[int, list[tuple[str, int]]]:
        """Give each beginning of a term a node; by node, the words and nodes that follow."""
        below: dict[int, list[tuple[str, int]]] = {}
        for number, term in enumerate(terms):
            node = START
            for word in term:
                following = self._next.get((node, word))
                if following is None:
                    following = self._next[node, word] = len(self._shorter)
                    self._shorter.append(START)
                    self._ending.append(())
                    below.setdefault(node, []).append((word, following))
                node = following
            self._ending[node] = (*self._ending[node], (number, len(term)))
        return below

    def _link(self, below: dict[int, list[tuple[str, int]]]) -> None:
        """Note for every node, the nearest to the start first, which shorter ending it has."""
        waiting = deque([START])
        while waiting:
            node = waiting.popleft()
            for word, following in below.get(node, ()):
                if node != START:
                    self._shorter[following] = shorter = self.after(self._shorter[node], word)
                    self._ending[following] += self._ending[shorter]
                waiting.append(following)

    def after(self, node: int, word: str) -> int:
        """The node after reading one more word."""
        while (following := self._next.get((node, word))) is None:
            if node == START:
                return START
            node = self._shorter[node]
        return following

    def ending(self, node: int) -> tuple[tuple[int, int], ...]:
        """The terms that end here, each with its number of words, the longest first."""
        return self._ending[node]
