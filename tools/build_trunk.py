"""Rebuild digest/group/models/trunk.npz: the two upper layers of the sentence model, taught topics.

    pip install torch==2.13.0 transformers==5.23.0 scipy     # beside digest's requirements
    python -m tools.build_trunk DIRECTORY

It starts from encoder.npz as it ships, whose four lower layers stay as they are and are shared with the sentence
vectors, which do not change. The upper two are copied, the last of them with a single query, the mean of the text, and
trained with a linear layer on top by the labels that `tools/build_topics.py` reads (cross entropy with label smoothing,
AdamW, one cycle, three passes on one thread; seeded: the same machine gives the same weights).

Three more are trained, each without the sets of some of the days judged, and what they say of every entry of those sets
is kept in DIRECTORY: `tools/build_topics.py DIRECTORY` judges with it.
"""

import copy
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from digest.group.filing.lexicon import BUILT_IN
from digest.group.meaning.unigram import Unigram
from digest.group.meaning.vectors import TOKENS, weights
from digest.group.text.words import content
from tools.build_encoder import layer_arrays
from tools.build_topics import FEBRUARY_2026, MAY_2020, MODELS, labelled

SHARED_LAYERS, HEADS, PASSES, AT_ONCE, RATE, HEAD_RATE, LENGTH = 4, 12, 3, 1536, 1.5e-4, 1e-2, 8.0
GROUPS = {
    "rest": ("2020-08-05-world-en", "2017-01-07-multilingual", "2024-12-21-de", "2026-05-28-india-en"),
    "february": FEBRUARY_2026,
    "may": MAY_2020,
}
"""Sets left out together, so that three trainings serve to judge all days."""


class Branch(torch.nn.Module):
    """The upper layers and the topics on top."""

    def __init__(self, layers: torch.nn.ModuleList) -> None:
        super().__init__()
        self.layers = copy.deepcopy(layers)
        self.head = torch.nn.Linear(384, len(BUILT_IN))
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Scores of the topics; `real` is 1 where a text has a token."""
        hide = ((1 - real) * -1e9)[:, None, None, :].to(states.dtype)
        for layer in self.layers[:-1]:
            told = layer(states, hide)
            states = told[0] if isinstance(told, tuple) else told
        whole = torch.nn.functional.normalize(_whole(self.layers[-1], states, real, hide).float()) * LENGTH
        scores: torch.Tensor = self.head(torch.nn.functional.dropout(whole, 0.1, self.training))
        return scores.float()


def _whole(layer: torch.nn.Module, states: torch.Tensor, real: torch.Tensor, hide: torch.Tensor) -> torch.Tensor:
    """One row a text: the layer with the mean of the text as its only query."""
    many, width, size = states.shape
    mean = ((states.float() * real[..., None]).sum(1) / real.sum(1, keepdim=True)).to(states.dtype)
    asks = layer.attention.self
    query = asks.query(mean).view(many, HEADS, 1, -1)
    keys = asks.key(states).view(many, width, HEADS, -1).permute(0, 2, 3, 1)
    values = asks.value(states).view(many, width, HEADS, -1).transpose(1, 2)
    heard = torch.softmax((query @ keys).float() * (size // HEADS) ** -0.5 + hide.float(), -1).to(values.dtype)
    seen = layer.attention.output.dense((heard @ values).reshape(many, size))
    middle = layer.attention.output.LayerNorm(seen + mean)
    told: torch.Tensor = layer.output.LayerNorm(layer.output.dense(layer.intermediate(middle)) + middle)
    return told


def shipped_encoder() -> tuple[BertModel, Unigram]:
    """The sentence model as it ships, its numbers spread to floats, and how it splits texts."""
    stored = weights("encoder.npz")
    packed = np.asarray(stored["words"], np.uint8)
    numbers = np.stack([packed & 15, packed >> 4], 2).reshape(len(packed), -1).astype(np.float32) - 8
    groups = numbers.reshape(*stored["words.scale"].shape, -1) * stored["words.scale"].astype(np.float32)[..., None]
    places = stored["places"].astype(np.float32)
    state = {
        "embeddings.word_embeddings.weight": groups.reshape(len(packed), -1),
        "embeddings.position_embeddings.weight": places,
        "embeddings.token_type_embeddings.weight": np.zeros(
            (2, places.shape[1]), np.float32
        ),  # among the places already
        "embeddings.LayerNorm.weight": stored["norm.gain"],
        "embeddings.LayerNorm.bias": stored["norm.shift"],
    }
    layers = sum(name.endswith(".attend") for name in stored)
    for number in range(layers):
        state |= layer_state(stored, f"layer{number}", f"encoder.layer.{number}.")
    config = BertConfig(
        vocab_size=len(packed), hidden_size=384, num_hidden_layers=layers, num_attention_heads=HEADS, intermediate_size=1536,
        max_position_embeddings=len(places), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    told = model.load_state_dict({name: torch.tensor(value) for name, value in state.items()}, strict=False)
    assert not told.missing_keys, told.missing_keys
    pieces = bytes(stored["vocabulary"]).decode().split("\n")
    return model.eval(), Unigram(pieces, stored["scores"].tolist())


def layer_state(stored: Mapping[str, NDArray[np.generic]], name: str, there: str) -> dict[str, NDArray[np.float32]]:
    """One layer of a file of ours under the names that torch knows; undoes `build_encoder.layer_arrays`."""

    def matrix(part: str) -> NDArray[np.float32]:
        return np.asarray(stored[f"{name}.{part}"], np.float32) * np.asarray(stored[f"{name}.{part}.scale"], np.float32)

    found: dict[str, NDArray[np.float32]] = {}
    asks = ("query", "key", "value")
    for part, places in (
        ("attend", [f"attention.self.{one}" for one in asks]),
        ("out", ["attention.output.dense"]),
        ("widen", ["intermediate.dense"]),
        ("narrow", ["output.dense"]),
    ):
        bias = np.asarray(stored[f"{name}.{part}.bias"], np.float32)
        for place, rows, shift in zip(
            places, np.split(matrix(part), len(places)), np.split(bias, len(places)), strict=True
        ):
            found[f"{there}{place}.weight"], found[f"{there}{place}.bias"] = rows, shift
    for norm, place in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
        found[f"{there}{place}.weight"] = np.asarray(stored[f"{name}.{norm}.gain"], np.float32)
        found[f"{there}{place}.bias"] = np.asarray(stored[f"{name}.{norm}.shift"], np.float32)
    return found


def lower_states(texts: Sequence[str], model: BertModel, split: Unigram) -> list[torch.Tensor]:
    """What the shared layers make of each text: (tokens, 384)."""
    tokens = [split(text, TOKENS) for text in texts]
    found = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
    with torch.inference_mode():
        for _, alike in groupby(order, key=lambda row: len(tokens[row])):
            for batch in batched(alike, 40):
                states = model.embeddings(torch.tensor([tokens[row] for row in batch]))
                for layer in model.encoder.layer[:SHARED_LAYERS]:
                    told = layer(states)
                    states = told[0] if isinstance(told, tuple) else told
                for row, one in zip(batch, states, strict=True):
                    found[row] = one.clone()
    return found


def batched(rows: Iterable[int], size: int) -> Iterator[list[int]]:
    """Rows, some at a time (of itertools from Python 3.12)."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def batches(states: Sequence[torch.Tensor], rows: Sequence[int], draw: random.Random) -> list[list[int]]:
    """Rows of like length together, in a random order."""
    found: list[list[int]] = []
    batch: list[int] = []
    for row in sorted(rows, key=lambda row: len(states[row]) + draw.random() * 8):
        if batch and (len(batch) + 1) * len(states[row]) > AT_ONCE:
            found.append(batch)
            batch = []
        batch.append(row)
    draw.shuffle(found := [*found, batch])
    return found


def padded(states: Sequence[torch.Tensor], rows: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Texts side by side, and where their tokens are."""
    chosen = [states[row] for row in rows]
    together = torch.nn.utils.rnn.pad_sequence(chosen, batch_first=True)
    real = torch.nn.utils.rnn.pad_sequence([torch.ones(len(one)) for one in chosen], batch_first=True)
    return together, real


def train(
    states: Sequence[torch.Tensor], topics: torch.Tensor, rows: Sequence[int], upper: torch.nn.ModuleList
) -> Branch:
    """One branch, taught the rows chosen."""
    torch.manual_seed(0)
    draw, branch = random.Random(0), Branch(upper)
    steps = PASSES * (len(batches(states, rows, random.Random(0))) + 8)
    groups = [{"params": branch.layers.parameters()}, {"params": branch.head.parameters()}]
    adam = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    branch.train()
    for number in range(PASSES):
        lost = 0.0
        for batch in batches(states, rows, draw):
            scores = branch(*padded(states, batch))
            loss = torch.nn.functional.cross_entropy(scores, topics[batch], label_smoothing=0.1)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
            torch.nn.utils.clip_grad_norm_(branch.layers.parameters(), 1.0)
            adam.step()
            cycle.step()
            lost += float(loss.detach()) * len(batch)
        sys.stdout.write(f"pass {number + 1}: loss {lost / len(rows):.3f}\n")
        sys.stdout.flush()
    return branch.eval()


def told(branch: Branch, states: Sequence[torch.Tensor], rows: Sequence[int]) -> NDArray[np.float32]:
    """Log-probabilities of the topics of the rows chosen, in their order."""
    found = np.zeros((len(states), len(BUILT_IN)), np.float32)
    with torch.inference_mode():
        for batch in batches(states, rows, random.Random(0)):
            found[batch] = torch.log_softmax(branch(*padded(states, batch)).float(), 1).numpy()
    return found[list(rows)]


def shipped(branch: Branch) -> dict[str, NDArray[np.generic]]:
    """The arrays of the file, named as `digest.group.meaning.encoder` reads them."""
    out: dict[str, NDArray[np.generic]] = {}
    for number, layer in enumerate(branch.layers):
        out |= layer_arrays(f"layer{number}", layer)
    out["head"] = LENGTH * branch.head.weight.detach().numpy().T
    out["head.bias"] = branch.head.bias.detach().numpy()
    return out


def main(folder: Path) -> None:
    """Train on everything and write the file; then without the days judged."""
    torch.set_num_threads(1)
    model, split = shipped_encoder()
    rows = labelled()
    states = lower_states([content(row.entry) for row in rows], model, split)
    topics = torch.tensor([row.topic for row in rows])
    upper = model.encoder.layer[SHARED_LAYERS:]
    sys.stdout.write(f"{len(rows)} entries\n")
    np.savez_compressed(MODELS / "trunk.npz", **shipped(train(states, topics, range(len(rows)), upper)))
    for name, left_out in GROUPS.items():
        out = [i for i, row in enumerate(rows) if row.set in left_out]
        branch = train(states, topics, [i for i, row in enumerate(rows) if row.set not in left_out], upper)
        keys = np.array([f"{rows[i].path}\t{rows[i].entry.key}" for i in out])
        np.savez(folder / f"{name}.npz", keys=keys, logs=told(branch, states, out))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
