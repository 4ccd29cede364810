"""Learn from labelled messages what is everyday vocabulary, and the numbers of likeness.

    python -m bench.train_model        (TRAINING_DATA: the folder of the data, ../shared/data/screening if unset)

Writes rules/ordinary.txt (everyday words, the commonest first), rules/likeness.txt (the numbers) and rules/model.md
(what was measured). The same data and packs give the same bytes. The texts of the data are never written anywhere.
"""

import gzip
import json
import math
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.model_card import Found, Measured, card
from bot import resources
from bot.model import AccountRef, Level, Message, MessageRef, Place, Text, View
from bot.screening import Screen, packs
from bot.screening.likeness import Likeness, Weight, parsed, written
from bot.screening.packs import LIKENESS, ORDINARY, Shelf
from tests.screening.fair import fair

DATA = Path(os.environ.get("TRAINING_DATA", "../shared/data/screening"))
SEED, EPOCHS, RATE, DECAY, FIRST = 20261, 8, 0.05, 5e-7, 1e-2
ORDINARILY = 4  # how much more an ordinary message counts than one that was written to be confusing
FAIR = 1_500  # sentences about protected groups that mean no harm, to learn from
ELSEWHERE = 3_000  # messages from elsewhere that are no conduct, to learn from
LEAST = 2  # messages a word must be in to be everyday, and a feature to count
MOST = 80_000  # features that count: those that weigh most when all do
SMALLEST = 0.03  # weights nearer to nought are left out
SURE = 0.986  # of the conduct that is found, the part that the gate must let through
LEEWAY = 0.05  # how far below the least of it the gate stands
UNEVEN = ("davidson", "offensive")  # mostly swearing among friends: not measured
HEARD = Path("tests/screening/heard")
CHAT = Path("tests/screening/chat.txt")
UNSEEN = sorted(CHAT.parent.glob("unseen*.txt"))  # never learnt from, nor read by rules' authors
LETTERS = re.compile(r"[a-z]+")
OK = "ok"
FOLDS = 3  # parts that are held out in turn
ORDINARY_SOURCE = "uci_sms_ham"


class Row(NamedTuple):
    """A labelled message."""

    text: str
    flag: int
    source: str
    label: str


def rows(name: str) -> Iterator[Row]:
    """The rows of one of the files, without the uneven label."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = Row(**json.loads(line))
            if (row.source, row.label) != UNEVEN:
                yield row


def chat(path: Path = CHAT) -> list[Row]:
    """Student chat of the tests: a file of lines `kind|message`."""
    lines = (line.partition("|") for line in path.read_text("utf-8").splitlines() if "|" in line)
    return [Row(text, int(kind != OK), path.stem, kind) for kind, _, text in lines]


def heard() -> list[Row]:
    """The batches of student chat that were kept to learn from."""
    return [row for path in sorted(HEARD.glob("*.txt")) for row in chat(path)]


def elsewhere() -> list[Row]:
    """Some posts from other places that are labelled as no conduct."""
    innocent = [row._replace(label=OK) for row in rows("train") if not row.flag]
    return random.Random(SEED).sample(innocent, ELSEWHERE)  # noqa: S311  reproducible, not secret


def harmless() -> list[Row]:
    """What people say of protected groups and mean no harm."""
    return [Row(text, 0, "fair", OK) for text in fair(FAIR, SEED)]


def examples(screen: Screen) -> list[Row]:
    """What the packs' rules about conduct hit and miss, by the rules' own examples without earlier messages."""
    found = []
    for rule in (ready.rule for ready in screen.book.rules):
        if rule.level is not Level.NONE and not rule.check and rule.kind.value not in {"spam", "raid"}:
            found += [Row(each.text, 1, rule.id, rule.kind.value) for each in rule.hits]
            found += [Row(each.text, 0, rule.id, OK) for each in rule.misses]
    return found


def everyday(screen: Screen, data: Sequence[Row]) -> list[str]:
    """Words of at least two messages that are no conduct, the commonest first; of single letters only "a" and "i"."""
    read: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for row in data:
        if not row.flag:
            read.update({word for word in screen.book.plain.words(row.text) if LETTERS.fullmatch(word)})
            written.update(set(LETTERS.findall(row.text.casefold().replace("'", ""))))
    words = {word for counts in (read, written) for word, count in counts.items() if count >= LEAST}
    return sorted((w for w in words if len(w) > 1 or w in "ai"), key=lambda w: (-read[w], -written[w], w))


class Taught(NamedTuple):
    """A message as it is learnt from: its features and what it is (a kind of conduct, or "ok")."""

    features: tuple[str, ...]
    label: str
    counts: int = 1


def taught(screen: Screen, data: Sequence[Row]) -> list[Taught]:
    """Messages read as the screening reads them."""
    book = screen.book
    return [Taught(tuple(book.classes.features(book.reader.words(row.text))), row.label, _counts(row)) for row in data]


def _counts(row: Row) -> int:
    return ORDINARILY if row.source == ORDINARY_SOURCE else 1


def learnt(data: Sequence[Taught]) -> tuple[dict[str, Weight], float]:
    """Weights and bias of a logistic regression, conduct or not. It is learnt twice: from all features, and from those
    that weighed most, which then stand in for the others."""
    seen = Counter(name for each in data for name in set(each.features))
    names = sorted(name for name, count in seen.items() if count >= LEAST)
    first, _ = descended(data, names)
    heaviest = sorted(names, key=lambda name: -abs(first[name]))[:MOST]
    values, bias = descended(data, heaviest)
    kinds = commonest(data)
    return {name: Weight(round(value, 2), kinds.get(name, OK)) for name, value in values.items()}, round(bias, 2)


def descended(data: Sequence[Taught], names: Sequence[str]) -> tuple[dict[str, float], float]:
    """What each of these features adds, and the bias, by gradient descent with a rate for each of them."""
    number = {name: at for at, name in enumerate(names)}
    lines = [
        ([number[name] for name in each.features if name in number], each.label != OK, each.counts) for each in data
    ]
    values, steps, bias = [0.0] * len(names), [FIRST] * len(names), 0.0
    order, chance = list(range(len(lines))), random.Random(SEED)  # noqa: S311  reproducible, not secret
    decay = DECAY * len(lines)
    for _ in range(EPOCHS):
        chance.shuffle(order)
        for at in order:
            present, flag, counts = lines[at]
            total = bias + sum(map(values.__getitem__, present))
            error = counts * (flag - 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))))
            bias += 0.02 * error
            for name in present:
                step = error - decay * values[name]
                steps[name] += step * step
                values[name] += RATE * step / math.sqrt(steps[name])
    return dict(zip(names, values, strict=True)), bias


def commonest(data: Sequence[Taught]) -> dict[str, str]:
    """The kind of conduct in which each feature stands most often, for the number of messages there are of it."""
    totals = Counter(each.label for each in data)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in data:
        if each.label != OK:
            for name in set(each.features):
                counts[name][each.label] += 1
    return {name: max(sorted(of), key=lambda kind: of[kind] / totals[kind]) for name, of in counts.items()}


def trained(screen: Screen, data: Sequence[Row]) -> tuple[dict[str, Weight], float, float]:
    """(weights, bias, gate): the gate lets through all but a few of the messages of conduct that a rule would find."""
    weights, bias = learnt(taught(screen, data))
    weights = {name: weight for name, weight in weights.items() if abs(weight.value) > SMALLEST}
    likeness = Likeness(screen.book.classes, parsed(written(weights, bias)))
    texts = [screen.book.reader.words(row.text) for row in data if row.flag]
    least = min(ready.rule.alike for ready in screen.book.rules if ready.rule.alike)
    sums = sorted(likeness.at_gate(words, likeness.alone(words)) for words in texts if likeness.score(words) >= least)
    return weights, bias, round(sums[int(len(sums) * (1 - SURE))] - LEEWAY, 2)


def said(text: str) -> Message:
    """A message with nothing but its text."""
    place = MessageRef(Place("bench", "chat"), "1")
    return Message(place, AccountRef("bench", "author"), datetime(2026, 1, 1, tzinfo=UTC), (Text(View.TEXT, text),))


def reached(screen: Screen, data: Sequence[Row]) -> list[bool]:
    """For each message whether it reaches people."""
    return [screen.screen(said(row.text)).level is not Level.NONE for row in data]


def with_numbers(shelf: Shelf, numbers: str = "") -> Shelf:
    """The same packs with other numbers, as they are written, or with none; and nothing that reads texts as a whole."""
    return shelf.model_copy(update={"likeness": numbers, "sense": b""})


def parted(data: Sequence[Row]) -> list[list[Row]]:
    """Data in parts to hold out in turn: whole batches of student chat, and every third ordinary message."""
    batches = sorted({row.source for row in data}, key=lambda name: (len(name), name))
    of = {batch: number % FOLDS for number, batch in enumerate(batches)}
    ordinary = batches == [ORDINARY_SOURCE]
    parts: list[list[Row]] = [[] for _ in range(FOLDS)]
    for number, row in enumerate(data):
        parts[number % FOLDS if ordinary else of[row.source]].append(row)
    return parts


def held_out(screen: Screen, ordinary: Sequence[Row], rest: Sequence[Row]) -> tuple[Found, Found]:
    """What is found of each part of the batches, and of the ordinary messages, with numbers learnt from all others."""
    shelf = packs.read([resources.rules()])
    rules = Screen(with_numbers(shelf))
    conduct, alarms = Found.nothing(), Found.nothing()
    chats, usual = parted(heard()), parted(ordinary)
    for number in range(FOLDS):
        others = [row for at in range(FOLDS) if at != number for row in (*chats[at], *usual[at])]
        both = Screen(with_numbers(shelf, written(*trained(screen, [*rest, *others]))))
        conduct = conduct.with_more(found(rules, both, chats[number]))
        alarms = alarms.with_more(found(rules, both, usual[number]))
    return conduct, alarms


def found(rules: Screen, both: Screen, data: Sequence[Row]) -> Found:
    """What the rules alone, and rules and numbers, find of these messages."""
    return Found([bool(row.flag) for row in data], reached(rules, data), reached(both, data))


def main() -> None:
    """Count, train, measure, write."""
    folder = resources.rules()
    screen = Screen(with_numbers(packs.read([folder])))  # whatever numbers there are now
    words = everyday(screen, list(rows("train")))
    (folder / ORDINARY).write_text("\n".join(words) + "\n", "utf-8")
    screen = Screen(with_numbers(packs.read([folder])))
    ordinary = [row._replace(label=OK) for row in rows("ordinary")]
    rest = [*examples(screen), *chat(), *elsewhere(), *harmless()]
    weights, bias, gate = trained(screen, [*rest, *ordinary, *heard()])
    (folder / LIKENESS).write_text(written(weights, bias, gate), "utf-8")
    shelf = packs.read([folder])
    rules, both = Screen(with_numbers(shelf)), Screen(with_numbers(shelf, shelf.likeness))
    unseen = {path.name: found(rules, both, chat(path)) for path in UNSEEN}
    text = card(Measured(unseen, *held_out(screen, ordinary, rest)), len(weights), len(words))
    (folder / "model.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
