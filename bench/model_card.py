"""The model card: what the trained numbers are made from, what they find and where they fail."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Found(NamedTuple):
    """Of each message whether it is conduct, whether rules find it, and whether rules and numbers together do."""

    conduct: Sequence[bool]
    rules: Sequence[bool]
    both: Sequence[bool]

    @classmethod
    def nothing(cls) -> "Found":
        """Of no message."""
        return cls((), (), ())

    def with_more(self, other: "Found") -> "Found":
        """Of the messages of both."""
        return Found(*((*mine, *others) for mine, others in zip(self, other, strict=True)))


class Measured(NamedTuple):
    """What is found of each unseen file by its name; and of batches and of ordinary messages when held out."""

    unseen: Mapping[str, Found]
    batches: Found
    ordinary: Found


def shares(conduct: Sequence[bool], found: Sequence[bool]) -> str:
    """Recall and precision in per cent."""
    right = sum(c and f for c, f in zip(conduct, found, strict=True))
    return f"{100 * right / max(sum(conduct), 1):.0f} % | {100 * right / max(sum(found), 1):.1f} %"


def line(name: str, found: Found) -> str:
    """One line of the table."""
    conduct = sum(found.conduct)
    counts = f"{conduct:,} | {len(found.conduct) - conduct:,}"
    return f"| {name} | {counts} | {shares(found.conduct, found.rules)} | {shares(found.conduct, found.both)} |"


def card(result: Measured, weights: int, vocabulary: int) -> str:
    """The card, as Markdown."""
    lines = [line(f"`{name}`", found) for name, found in result.unseen.items()]
    return CARD.format(
        vocabulary=vocabulary,
        weights=weights,
        table="\n".join([*lines, line("the batches, a third held out in turn", result.batches)]),
        rules=100 * sum(result.ordinary.rules) / len(result.ordinary.rules),
        both=100 * sum(result.ordinary.both) / len(result.ordinary.both),
    )


def sense_card(unseen: Mapping[str, Found], batches: Found, ordinary: Found, size: int) -> str:
    """The card of what reads messages as a whole, as Markdown; `size` is the file's, in bytes."""
    lines = [line(f"`{name}`", found) for name, found in unseen.items()]
    return SENSE.format(
        size=size / 1e6,
        table="\n".join([*lines, line("a third of the batches, learnt from the others", batches)]),
        rules=100 * sum(ordinary.rules) / len(ordinary.rules),
        both=100 * sum(ordinary.both) / len(ordinary.both),
    )


SENSE = """# What reads messages as a whole

`sense.npz` ({size:.0f} MB) holds an encoder of six layers with whole numbers of one byte for its weights, and its
vocabulary. It began as all-MiniLM-L6-v2 (Apache 2.0), as a package carries it, and was fine-tuned to tell five kinds
of conduct from what is none. It is asked about a message only when the sum of words (`model.md`) comes to what may be
conduct; the two are added, and a rule with `alike = …` counts from that number on; as delivered it adds to the day's
digest. It takes some thousandths of a second, in a thread of its own.

Measured as `model.md` says:

| | conduct | innocent | rules: recall | precision | all together: recall | precision |
|---|---|---|---|---|---|---|
{table}

Of ordinary messages of which a third was held out, rules flag {rules:.2f} %, all together {both:.2f} %.

It is learnt from the same messages as the sums; where it fails is the same too. Unlike a sum it cannot say which words
weighed: where the sum of words does not speak for conduct by itself, the whole stretch is marked.

Rebuilt by `make model`; the same data, packs and kind of processor give the same bytes.
"""


CARD = """# Everyday words and trained numbers

`ordinary.txt` holds {vocabulary} words, the commonest first, that stand in at least two messages labelled as no
conduct. It tells known words from disguised ones, and common from rare.

`likeness.txt` holds {weights} weights of a logistic regression over canonical words, their stems, the classes of
words in `clues.toml`, pairs of these up to three words apart, three words in a row, and words beside the persons that
a message speaks of. A rule with `alike = …` counts from that log-odds on; as delivered it adds to the day's digest. A
score is a sum, so the words that weighed most are named with every hit. What comes near enough is then read as a whole
(`sense.md`); the figures here are those of the sums alone, which decide where there is no such reader.

Measured on files in `tests/screening` that neither the numbers nor the rules were made with (the threshold was chosen
by the sums of the first two, by nothing of the third), and on the batches in `heard`, each with numbers that were
learnt without it (the rules' authors have read those up to the 14th):

| | conduct | innocent | rules: recall | precision | rules and numbers: recall | precision |
|---|---|---|---|---|---|---|
{table}

The innocent messages are chosen to be confusing: nearly each has the words of a message of conduct; and much of the
conduct is told without one bad word, in the batches from the 15th on nearly all of it. Of ordinary messages, a third
held out in turn, rules flag {rules:.2f} %, rules and numbers {both:.2f} %. The numbers that ship are learnt from all
of them.

What it is learnt from:

| data | what | licence |
|---|---|---|
| `tests/screening/heard`, `tests/screening/chat.txt`, the examples in the packs | written for Porter | as Porter |
| sentences about protected groups that mean no harm, `tests/screening/fair.py` | written for Porter | as Porter |
| UCI SMS Spam Collection without the spam | ordinary messages | CC BY 4.0 |
| 3,000 posts that are no conduct, of the four sets below | what people say elsewhere | as below |

`ordinary.txt` is counted from t-davidson/hate-speech-and-offensive-language (MIT; the label "offensive" left out),
rewire-online/edos (CC0), HannahKirk/Hatemoji and amandacurry/convabuse (CC BY 4.0). The conduct in
them is not learnt from: posts by strangers on Twitter, Reddit and Gab made the numbers worse at telling banter from
harm between students.

Where it fails: conduct told in words that none of the batches has; conduct that is the mirror of something innocent
with one word changed; long stories; irony; languages other than English; words that are harmless to outsiders and not
to a group. A protected group that is named still weighs a little, so that now and then a neutral sentence about one is
noticed. It sees one message, not what went before.

Rebuilt by `make model`; the same data and packs give the same bytes.
"""
