"""The model card: what the trained numbers are made from, what they find and where they fail."""

from collections.abc import Sequence
from typing import NamedTuple


class Measured(NamedTuple):
    """Unseen student chat: what each message is, what rules find, what rules and numbers find together; and the per
    cent of ordinary messages, not learnt from, that the numbers flag."""

    conduct: Sequence[bool]
    rules: Sequence[bool]
    both: Sequence[bool]
    ordinary: float


def shares(conduct: Sequence[bool], found: Sequence[bool]) -> str:
    """Recall and precision in per cent."""
    right = sum(c and f for c, f in zip(conduct, found, strict=True))
    return f"{100 * right / max(sum(conduct), 1):.0f} % | {100 * right / max(sum(found), 1):.0f} %"


def card(result: Measured, weights: int, vocabulary: int) -> str:
    """The card, as Markdown."""
    return CARD.format(
        vocabulary=vocabulary,
        weights=weights,
        conduct=sum(result.conduct),
        innocent=len(result.conduct) - sum(result.conduct),
        rules=shares(result.conduct, result.rules),
        both=shares(result.conduct, result.both),
        ordinary=result.ordinary,
    )


CARD = """# Everyday words and trained numbers

`ordinary.txt` holds {vocabulary} words, the commonest first, that stand in at least two messages labelled as no
conduct. It tells known words from disguised ones, and common from rare.

`likeness.txt` holds {weights} weights of a logistic regression over canonical words, their stems, the classes of
words in `clues.toml`, and pairs of these up to three words apart. A rule with `alike = …` counts from that log-odds on.
It only ever adds to the day's digest; a score is a sum, so the words that weighed most are named with every hit.

Measured on `tests/screening/unseen.txt`, {conduct} messages of conduct and {innocent} innocent ones, which neither the
numbers nor the rules were made with:

| | recall | precision |
|---|---|---|
| rules alone | {rules} |
| rules and numbers | {both} |

The innocent messages are chosen to be confusing: nearly each has the words of a message of conduct; and much of the
conduct is told without one bad word. Learnt from every second ordinary message, the numbers flag {ordinary:.2f} %
of the others that no rule flags. The numbers that ship are learnt from all of them.

What it is learnt from:

| data | what | licence |
|---|---|---|
| `tests/screening/heard`, `tests/screening/chat.txt`, the examples in the packs | written for Porter | as Porter |
| UCI SMS Spam Collection without the spam | ordinary messages | CC BY 4.0 |
| 3,000 posts that are no conduct, of the four sets below | what people say elsewhere | as below |

`ordinary.txt` is counted from t-davidson/hate-speech-and-offensive-language (MIT; the label "offensive" left out),
rewire-online/edos (CC0), HannahKirk/Hatemoji and amandacurry/convabuse (CC BY 4.0). The conduct in
them is not learnt from: posts by strangers on Twitter, Reddit and Gab made the numbers worse at telling banter from
harm between students.

Where it fails: conduct told in words that none of the batches has; long stories; irony; languages other than English;
words that are harmless to outsiders and not to a group. It sees one message, not what went before.

Rebuilt by `make model`; the same data and packs give the same bytes.
"""
