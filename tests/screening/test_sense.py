import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.errors import RulesError
from bot.model import Level, Verdict
from bot.screening import Screen
from bot.screening.sense import HEADS, PIECES, Sense, spelt

from .said import flagged, pack, rule, said
from .test_likeness import alike_pack

NAMES = (
    "[UNK]",
    "[CLS]",
    "[SEP]",
    ".",
    "moon",
    "new",
    "##s",
    "##moon",
    "someone",
    "link",
    "number",
    "face",
    "with",
    "tears",
)
WIDTH = 2 * HEADS
OPEN = "-0.50 -9.00\nmoon\t10\tabuse\n"  # what speaks of the moon may be conduct by its words, and is not yet
Arrays = dict[str, npt.NDArray[np.generic]]


def table(chance: np.random.Generator, inputs: int, outputs: int) -> tuple[npt.NDArray[np.generic], ...]:
    """A table's weights, scales and biases."""
    weights = chance.integers(-127, 128, (inputs, outputs)).astype(np.int8)
    return weights, chance.random(outputs, np.float32) / 100, chance.random(outputs, np.float32) - 0.5


def numbers(layers: int = 2, seed: int = 3) -> Arrays:
    """Some numbers, as they stand in a file."""
    chance = np.random.default_rng(seed)
    found: Arrays = {
        "pieces": np.frombuffer("\n".join(NAMES).encode(), np.uint8),
        "kinds": np.frombuffer(b"ok\nabuse\nthreat", np.uint8),
        "places": chance.random((PIECES, WIDTH), np.float32) - 0.5,
        "edge": chance.random((2, WIDTH), np.float32),
        "verdict": chance.random((WIDTH, 3), np.float32) - 0.5,
        "verdict.bias": chance.random(3, np.float32),
    }
    found["meanings"], found["meanings.scale"], _ = table(chance, WIDTH, len(NAMES))
    for number in range(layers):
        sizes = {"attend": (WIDTH, 3 * WIDTH), "take": (WIDTH, WIDTH), "widen": (WIDTH, 48), "narrow": (48, WIDTH)}
        for name, size in sizes.items():
            key = f"{number}.{name}"
            found[key], found[f"{key}.scale"], found[f"{key}.bias"] = table(chance, *size)
        for name in ("first", "second"):
            found[f"{number}.{name}"] = chance.random((2, WIDTH), np.float32)
    return found


def written(arrays: Arrays) -> bytes:
    """A file of these numbers."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def sure(kind: int) -> bytes:
    """Numbers that make everything the kind of that number, whatever it says."""
    arrays = numbers()
    arrays["verdict"] = np.zeros_like(arrays["verdict"])
    arrays["verdict.bias"] = np.array([9.0 if at == kind else 0.0 for at in range(3)], np.float32)
    return written(arrays)


def through(arrays: Arrays, key: str, x: Sequence[float]) -> list[float]:
    """One piece's numbers through a table, number by number."""
    weights, scale, bias = (np.asarray(arrays[key + end], np.float64) for end in ("", ".scale", ".bias"))
    return [
        sum(one * weight for one, weight in zip(x, weights[:, at], strict=True)) * scale[at] + bias[at]
        for at in range(weights.shape[1])
    ]


def evened(x: Sequence[float], edge: npt.NDArray[np.generic]) -> list[float]:
    """Layer normalisation as its paper has it."""
    mean = sum(x) / len(x)
    spread = math.sqrt(sum((one - mean) ** 2 for one in x) / len(x))
    stretch, shift = np.asarray(edge, np.float64)
    return [float((one - mean) / spread * a + b) for one, a, b in zip(x, stretch, shift, strict=True)]


def worked_out(arrays: Arrays, pieces: Sequence[int]) -> list[float]:
    """What the network answers, by the formulas of the papers and without one matrix."""
    meanings, scale = (np.asarray(arrays[name], np.float64) for name in ("meanings", "meanings.scale"))
    places = np.asarray(arrays["places"], np.float64)
    rows = [evened(meanings[:, piece] * scale[piece] + places[at], arrays["edge"]) for at, piece in enumerate(pieces)]
    for layer in ("0.", "1."):
        three = [through(arrays, layer + "attend", row) for row in rows]
        asked, offered, told = ([row[at * WIDTH : (at + 1) * WIDTH] for row in three] for at in range(3))
        seen: list[list[float]] = [[] for _ in rows]
        for start in range(0, WIDTH, WIDTH // HEADS):
            part = slice(start, start + WIDTH // HEADS)
            for at, one in enumerate(asked):
                answers = [math.exp(np.dot(one[part], other[part]) / math.sqrt(WIDTH / HEADS)) for other in offered]
                shares = [answer / sum(answers) for answer in answers]
                seen[at] += np.dot(shares, [row[part] for row in told]).tolist()
        taken = [through(arrays, layer + "take", row) for row in seen]
        rows = [
            evened(np.add(row, more).tolist(), arrays[layer + "first"]) for row, more in zip(rows, taken, strict=True)
        ]
        for at, row in enumerate(rows):
            bent = [one * 0.5 * (1 + math.erf(one / math.sqrt(2))) for one in through(arrays, layer + "widen", row)]
            more = through(arrays, layer + "narrow", bent)
            rows[at] = evened(np.add(row, more).tolist(), arrays[layer + "second"])
    verdict, bias = np.asarray(arrays["verdict"], np.float64), np.asarray(arrays["verdict.bias"], np.float64)
    answer: list[float] = (np.mean(rows, 0) @ verdict + bias).tolist()
    return answer


def test_the_network_answers_as_its_formulas_say() -> None:
    arrays = numbers()
    pieces = [1, 3, 4, 6, 5, 3, 2]

    odds = Sense(written(arrays)).odds(pieces)

    assert odds.tolist() == pytest.approx(worked_out(arrays, pieces), abs=5e-3)


def test_the_score_is_the_log_odds_of_any_kind_of_conduct() -> None:
    arrays = numbers()
    sense = Sense(written(arrays))
    ok, abuse, threat = worked_out(arrays, sense.pieces([".", "moon", "."]))

    sensed = sense.of([".", "moon", "."])

    assert sensed.score == pytest.approx(math.log(math.exp(abuse) + math.exp(threat)) - ok, abs=5e-3)
    assert sensed.kind == ("abuse" if abuse > threat else "threat")


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("moon", ["moon"]),
        ("moons", ["moon", "##s"]),
        ("newmoons", ["new", "##moon", "##s"]),
        ("moonx", ["[UNK]"]),
        ("<name>", ["someone"]),
        ("<link>", ["link"]),
        ("<number>", ["number"]),
        (".", ["."]),
        ("\U0001f602", ["face", "with", "tears"]),
    ],
)
def test_a_word_is_read_as_the_longest_known_pieces(word: str, pieces: list[str]) -> None:
    known = {name: number for number, name in enumerate(NAMES)}

    assert [NAMES[number] for number in spelt(word, known)] == pieces


@pytest.mark.parametrize("words", [[], ["."], ["moon"] * 500, ["\ud800"], ["\0"], ["a" * 100_000]])
def test_whatever_the_words_are_there_is_an_answer(words: list[str]) -> None:
    sense = Sense(written(numbers()))

    assert math.isfinite(sense.of(words).score)
    assert len(sense.pieces(words)) <= PIECES


def test_the_same_words_are_read_once_and_nothing_of_them_is_kept() -> None:
    sense = Sense(written(numbers()))

    first = sense.of(["moon", "<number>"])

    assert sense.of(["moon", "<number>"]) is first
    assert sense.of(["new", "moon"]) is not first
    assert {len(key) for key in vars(sense)["_sensed"]} == {16}


def without(name: str) -> bytes:
    """A file in which something is missing."""
    return written({key: value for key, value in numbers().items() if key != name})


@pytest.mark.parametrize(
    "data",
    [b"no numbers", without("pieces"), without("0.take.scale"), without("verdict"), written(numbers())[:4_000]],
    ids=["text", "no pieces", "no scale", "no verdict", "cut off"],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_name(
    loaded: Callable[..., Screen], tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "likeness.txt").write_text(OPEN, "utf-8")
    (tmp_path / "sense.npz").write_bytes(data)

    with pytest.raises(RulesError, match=r"sense\.npz: .*make model"):
        loaded(check=False, a=alike_pack())


@pytest.fixture
def sensing(loaded: Callable[..., Screen], tmp_path: Path) -> Callable[[bytes], Screen]:
    """A pack with one rule for abuse by likeness, sums that leave the moon open, and the sense that is given."""

    def make(sense: bytes) -> Screen:
        (tmp_path / "likeness.txt").write_text(OPEN, "utf-8")
        (tmp_path / "sense.npz").write_bytes(sense)
        return loaded(check=False, a=alike_pack())

    return make


def test_what_the_sum_of_words_leaves_open_is_read_closely(sensing: Callable[[bytes], Screen]) -> None:
    screen = sensing(sure(1))
    message = said("the moon is out")

    glance = screen.glance(message)
    verdict = screen.closely(message, glance)

    assert glance == Verdict(open=True)
    assert (verdict.level, verdict.open) == (Level.CARD, False)
    assert [(hit.rule, hit.words) for hit in verdict.hits] == [("small.moon", "the moon is out")]
    assert verdict == screen.screen(message)


def test_a_card_is_read_closely_too(loaded: Callable[..., Screen], tmp_path: Path) -> None:
    (tmp_path / "likeness.txt").write_text(OPEN, "utf-8")
    (tmp_path / "sense.npz").write_bytes(sure(1))
    other = pack(rule().replace("small.", "other.")).replace('"small"', '"other"')
    screen = loaded(check=False, a=alike_pack(), b=other)

    glance = screen.glance(said("a blue moon"))

    assert (glance.level, glance.open) == (Level.CARD, True)
    assert {hit.rule for hit in screen.closely(said("a blue moon"), glance).hits} == {"small.moon", "other.moon"}


@pytest.mark.parametrize("kind", [0, 2], ids=["no conduct", "a kind that no rule goes by"])
def test_what_means_something_else_as_a_whole_is_left_alone(sensing: Callable[[bytes], Screen], kind: int) -> None:
    assert not flagged(sensing(sure(kind)), "the moon is out")


def test_words_that_add_up_to_nothing_are_not_read_closely(loaded: Callable[..., Screen], tmp_path: Path) -> None:
    (tmp_path / "likeness.txt").write_text("-3.00 -9.00\nmoon\t10\tabuse\n", "utf-8")
    (tmp_path / "sense.npz").write_bytes(sure(1))
    screen = loaded(check=False, a=alike_pack())

    assert not screen.glance(said("the moon is out")).open
    assert not flagged(screen, "the moon is out")


def test_a_reading_that_breaks_leaves_the_message_unscreened(
    sensing: Callable[[bytes], Screen], tmp_path: Path
) -> None:
    arrays = numbers()
    arrays["0.take"] = np.zeros((7, 7), np.int8)  # fits nothing
    screen = sensing(written(arrays))

    verdict = screen.screen(said("the moon is out"))

    assert verdict.failed == ("text: ValueError",)


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("is she even a real member or did you just feel sorry for her lol", True),
        ("is it even a real lemon or did you just go for the squeezy one lol", False),
    ],
)
def test_conduct_without_one_telling_word_is_told_from_its_mirror(screen: Screen, text: str, reaches: bool) -> None:
    assert screen.glance(said(text)).level is Level.NONE
    assert flagged(screen, text) is reaches
