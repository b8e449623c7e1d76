"""Rebuild digest/group/models/topics.npz from entries read by hand (../shared/data/gold, feeds beside them).

    pip install torch==2.13.0 scikit-learn feedparser numpy     # an environment of its own, with this checkout on its path
    python -m tools.build_topics

A linear part over hashed features and a small perceptron over the entry's vector, trained together (AdamW, one cycle,
label smoothing, a quarter of the features dropped at random); the mean of four seeds is shipped. Prints the accuracy of
each day of 200 entries or more with that day (the three of May 2020 together) left out, then fits on everything.
"""

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from digest.gather.parse import parse
from digest.group.features import BITS, features
from digest.group.general import PLACE
from digest.group.lexicon import BUILT_IN
from digest.group.vectors import default, parts, vectors_of
from digest.group.words import bucket
from digest.model import Entry, FeedSource

MODELS = Path(__file__).parents[1] / "digest" / "group" / "models"
SHARED = Path(__file__).parents[2] / "shared" / "data"
HIDDEN, EPOCHS, BATCH, SEEDS, DROP = 96, 14, 128, 4, 0.25


def labelled() -> list[tuple[str, Entry, str, str]]:
    """(set, entry, feed title, topic) of every entry read by hand."""
    cache: dict[tuple[str, str], tuple[str, dict[str, Entry]]] = {}
    found: dict[tuple[str, str, str], tuple[str, Entry, str, str]] = {}
    for path in sorted((SHARED / "gold").glob("*.tsv")):
        for row in csv.DictReader(path.open(encoding="utf-8", newline=""), delimiter="\t"):
            day, feed = (path.stem, row["feed"])
            if path.stem == "topics-sameday":
                day, _, feed = feed.partition("/")
            elif path.stem == "topics-real":
                day = "real"
            if (day, feed) not in cache:
                folder = SHARED / "feeds" / (day if day == "real" else f"sameday/{day}")
                read = parse((folder / feed).read_bytes(), FeedSource(url=feed), now=datetime(2027, 1, 1, tzinfo=UTC))
                cache[day, feed] = read.title, {entry.key: entry for entry in read.entries}
            title, entries = cache[day, feed]
            if row["key"] in entries:
                found.setdefault((day, feed, row["key"]), (day, entries[row["key"]], title, row["topic"]))
    return list(found.values())


class Table:
    """Entries as tensors."""

    def __init__(self, rows: list[tuple[str, Entry, str, str]]) -> None:
        self.topics = torch.tensor([BUILT_IN.index(row[3]) for row in rows])
        self.sparse = []
        for _, entry, title, _ in rows:
            found = features(entry, title)
            amounts = [v if k.startswith(("w ", "b ")) else v * PLACE for k, v in found.items()]
            self.sparse.append((np.array([bucket(k, BITS) for k in found]), np.array(amounts, np.float32)))
        self.dense = torch.tensor(np.hstack(parts(vectors_of([row[1] for row in rows], {}, default(), at_once=len(rows)))))

    def batch(self, rows: np.ndarray[Any, Any]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Feature numbers, their amounts and where each row begins."""
        chosen = [self.sparse[i] for i in rows]
        starts = np.cumsum([0, *(len(numbers) for numbers, _ in chosen)])[:-1]
        numbers, amounts = (np.concatenate([pair[k] for pair in chosen]) for k in (0, 1))
        return torch.tensor(numbers), torch.tensor(amounts), torch.tensor(starts)


class Model(torch.nn.Module):
    """Linear over hashed features, perceptron and linear over the vector."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.hashed = torch.nn.EmbeddingBag(1 << BITS, len(BUILT_IN), mode="sum")
        torch.nn.init.zeros_(self.hashed.weight)
        self.hidden, self.out = torch.nn.Linear(size, HIDDEN), torch.nn.Linear(HIDDEN, len(BUILT_IN))
        self.linear = torch.nn.Linear(size, len(BUILT_IN), bias=False)
        self.drop = torch.nn.Dropout(0.3)
        with torch.no_grad():
            self.hidden.weight *= 6

    def forward(
        self, numbers: torch.Tensor, amounts: torch.Tensor, starts: torch.Tensor, dense: torch.Tensor
    ) -> torch.Tensor:
        """Scores of the topics."""
        inner = self.drop(torch.nn.functional.gelu(self.hidden(dense)))
        scores: torch.Tensor = (
            self.hashed(numbers, starts, per_sample_weights=amounts) + self.out(inner) + 4 * self.linear(dense)
        )
        return scores


def train(table: Table, rows: np.ndarray[Any, Any], seed: int) -> Model:
    """One model."""
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    model = Model(table.dense.shape[1])
    rest = [p for name, p in model.named_parameters() if not name.startswith("hashed")]
    groups = [{"params": [model.hashed.weight], "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.03}]
    adam = torch.optim.AdamW(groups, lr=3e-3)
    steps = EPOCHS * (len(rows) // BATCH)
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, [3e-2, 3e-3], total_steps=steps + 5, pct_start=0.1)
    for _ in range(EPOCHS):
        shuffled = rows[torch.randperm(len(rows), generator=draw).numpy()]
        for at in range(0, len(rows) - BATCH + 1, BATCH):
            chosen = shuffled[at : at + BATCH]
            numbers, amounts, starts = table.batch(chosen)
            amounts = amounts * (torch.rand(len(amounts), generator=draw) > DROP)
            scores = model(numbers, amounts, starts, table.dense[chosen])
            loss = torch.nn.functional.cross_entropy(scores, table.topics[chosen], label_smoothing=0.05)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
            adam.step()
            cycle.step()
    model.eval()
    return model


def shipped(models: list[Model]) -> dict[str, np.ndarray[Any, Any]]:
    """Their mean, exactly for the linear parts, side by side for the hidden ones."""

    def mean(of: str) -> np.ndarray[Any, Any]:
        return np.mean([m.get_parameter(of).detach().numpy() for m in models], 0)

    hashed = mean("hashed.weight")
    scale = np.abs(hashed).max() / 127
    return {
        "hashed": np.round(hashed / scale).astype(np.int8),
        "hashed_scale": np.array(scale, np.float32),
        "hidden": np.vstack([m.hidden.weight.detach().numpy() for m in models]).astype(np.float16),
        "hidden_bias": np.concatenate([m.hidden.bias.detach().numpy() for m in models]),
        "out": np.hstack([m.out.weight.detach().numpy() for m in models]) / len(models),
        "bias": mean("out.bias"),
        "linear": (4 * mean("linear.weight")).astype(np.float16),
    }


def main() -> None:
    """Judge with days left out, then fit on all and write the file."""
    rows = labelled()
    table, sets = Table(rows), np.array([row[0] for row in rows])
    for fold in [["2020-05-27-world-en", "2020-05-28-world-en", "2020-05-29-world-en"], ["2017-01-07-multilingual"],
                 ["2020-08-05-world-en"], ["2024-12-21-de"], ["2026-02-17-world-en"], ["2026-05-28-india-en"]]:  # fmt: skip
        out = np.where(np.isin(sets, fold))[0]
        model = train(table, np.where(~np.isin(sets, fold))[0], 0)
        with torch.no_grad():
            right = model(*table.batch(out), table.dense[out]).argmax(1) == table.topics[out]
        sys.stdout.write(f"{fold[0]} {float(right.float().mean()):.3f}\n")
    np.savez(MODELS / "topics.npz", **shipped([train(table, np.arange(len(rows)), seed) for seed in range(SEEDS)]))


if __name__ == "__main__":
    main()
