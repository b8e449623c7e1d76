"""A BERT encoder in plain numpy: token numbers in, one unit vector a text out (mean over tokens; Reimers & Gurevych 2019).

The same vectors on every machine, to the last bit: `exact` says how. Matrices are kept as int8 with a scale a row, word
vectors as 4 bits; a layer is spread to what the product wants for some thousand tokens at a time.
Texts of like length run together. A branch of its own upper layers stands on the lower ones and says what a text is
about; its last layer reads for the whole text at once, which costs a sixth of a layer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digest.group.meaning import exact
from digest.group.meaning.exact import (
    COMPARED,
    GATHERED,
    GELU_UNIT,
    Doubles,
    Floats,
    Layer,
    Norm,
    Product,
    Weights,
    product,
)

TOKENS_AT_ONCE = 10_240  # for which a layer is spread once; their states are 15 MB
_TOGETHER = 384  # tokens that pass through a layer together: they stay within a processor's cache
# how finely the inputs of each product are rounded: most rows come to nine tenths of the length that fits
_ATTEND, _OUT, _WIDEN, _NARROW = 44.0, 80.0, 34.0, 48.0
_SHARPEST = 2.0**12  # steps to one of a log-probability: beside them, what an exp differs by from another is nothing


class Encoder:
    """The model. `weights` maps names to arrays as `tools/build_encoder.py` writes them, `branch` as
    `tools/build_trunk.py` does."""

    def __init__(self, weights: Weights, branch: Weights, heads: int = 12) -> None:
        self._words = np.asarray(weights["words"], np.uint8)
        self._word_scale = np.asarray(weights["words.scale"], np.float32)
        self._places = np.asarray(weights["places"], np.float32)
        self._norm = _norm(weights, "norm")
        self._heads = heads
        self._weights, self._branch = weights, branch
        self._layers, self._aside = _layers(weights), _layers(branch)
        self._fork = self._layers - self._aside
        self._head = np.asarray(branch["head"], np.float32), np.asarray(branch["head.bias"], np.float32)

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self._words.shape[1]) * 2

    @property
    def classes(self) -> int:
        """That the branch tells apart."""
        return len(self._head[1])

    def __call__(self, texts: Sequence[Sequence[int]]) -> Floats:
        """A row a text: its unit vector of `dimension` numbers, then the log-probabilities of the branch's `classes`.

        A text has at most `exact.LONGEST` tokens. Its row depends on that text alone, whatever stands beside it.
        """
        result = np.zeros((len(texts), self.dimension + self.classes), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with exact.unbuffered():
            for rows in _batches(order, [len(text) for text in texts], TOKENS_AT_ONCE):
                result[rows] = self._encode([texts[i] for i in rows])
        return result

    def _encode(self, texts: Sequence[Sequence[int]]) -> Doubles:
        """Texts in order of length, their tokens one after the other: nothing is padded."""
        slices = list(_slices([len(text) for text in texts]))
        x = self._word_vectors(np.concatenate([np.asarray(text, np.int64) for text in texts]))
        for one in slices:
            here = one.of(x)
            for block in one.blocks:
                of_texts = block.of(here)
                of_texts += self._places[: block.width]
            exact.normalise(here, self._norm)
        self._pass(x, slices, self._weights, range(self._fork))
        aside = x.copy()
        self._pass(x, slices, self._weights, range(self._fork, self._layers))
        self._pass(aside, slices, self._branch, range(self._aside - 1))
        told = exact.scores(exact.unit(self._whole(aside, slices)), self._head[0]) + self._head[1]
        told -= told.max(1, keepdims=True)
        told -= np.log(np.exp(told).sum(1, keepdims=True))
        vectors = exact.unit(np.concatenate([_means(one.of(x), one.blocks) for one in slices]))
        return np.hstack([vectors, np.rint(told * _SHARPEST) / _SHARPEST])

    def _word_vectors(self, numbers: NDArray[np.int64]) -> Floats:
        """Two values a byte, low half first; a scale for each group of a row (see `tools/build_encoder.py`)."""
        packed = self._words[numbers]
        x = np.empty((*numbers.shape, self.dimension), np.float32)
        x[..., 0::2], x[..., 1::2] = packed & 15, packed >> 4
        x -= 8
        scale = self._word_scale[numbers]
        groups = x.reshape(*scale.shape, -1)
        groups *= scale[..., None]
        return x

    def _pass(self, x: Floats, slices: Sequence["_Slice"], weights: Weights, numbers: range) -> None:
        """Through some layers, in place."""
        for number in numbers:
            layer, attend = _layer(weights, f"layer{number}"), _attend(weights, f"layer{number}")
            for one in slices:
                here = one.of(x)
                told = attend(here, lambda _, told: exact.on_grid(told, self.dimension))
                layer(here, self._seen(told, one.blocks))

    def _seen(self, told: Floats, blocks: Sequence["_Block"]) -> Floats:
        """What attention gathers of queries, keys and values side by side."""
        size = told.shape[1] // 3
        seen = np.empty((len(told), size), np.float32)
        for block in blocks:
            parts = block.of(told).reshape(block.texts, block.width, 3, self._heads, -1)
            answer = block.of(seen).reshape(block.texts, block.width, self._heads, -1)
            answer[...] = exact.attended(*parts.transpose(2, 0, 3, 1, 4)).transpose(0, 2, 1, 3)
        return seen

    def _whole(self, x: Floats, slices: Sequence["_Slice"]) -> Floats:
        """One row a text: a layer whose only query is the mean of the text's tokens, and which all of them answer."""
        size, name = x.shape[1], f"layer{self._aside - 1}"
        layer = _layer(self._branch, name)
        ask, tell = (_attend(self._branch, name, parts) for parts in (slice(1), slice(1, None)))
        found: list[Floats] = []
        for one in slices:
            here = one.of(x)
            mean = _means(here, one.blocks)
            asked, told = ask(mean), tell(here)
            exact.on_grid(asked, 0)
            exact.on_grid(told, size)
            seen: list[Floats] = []
            first = 0
            for block in one.blocks:
                queries = asked[first : first + block.texts].reshape(block.texts, self._heads, 1, -1)
                parts = block.of(told).reshape(block.texts, block.width, 2, self._heads, -1)
                seen.append(exact.attended(queries, *parts.transpose(2, 0, 3, 1, 4)).reshape(block.texts, size))
                first += block.texts
            found.append(layer(mean, np.concatenate(seen)))
        return np.concatenate(found)


class _Block(NamedTuple):
    """Texts of one length within rows of tokens: where their tokens begin, how many texts, how long each."""

    begin: int
    texts: int
    width: int

    def of(self, rows: Floats) -> Floats:
        """Their rows, a text each; a view."""
        return rows[self.begin : self.begin + self.texts * self.width].reshape(self.texts, self.width, -1)


@dataclass(frozen=True, slots=True)
class _Slice:
    """Texts that go through a layer together: their tokens among all, and their blocks, counted from the first of these."""

    tokens: slice
    blocks: tuple[_Block, ...]

    def of(self, rows: Floats) -> Floats:
        """Their rows; a view."""
        return rows[self.tokens]


def _slices(lengths: Sequence[int]) -> Iterator[_Slice]:
    begin = 0
    for rows in _batches(range(len(lengths)), lengths, _TOGETHER):
        blocks: list[_Block] = []
        inner = 0
        for width, same in groupby(lengths[i] for i in rows):
            texts = len(list(same))
            blocks.append(_Block(inner, texts, width))
            inner += texts * width
        yield _Slice(slice(begin, begin + inner), tuple(blocks))
        begin += inner


def _batches(order: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Texts in the order given, so many that their tokens are at most `most`, but always one."""
    batch: list[int] = []
    tokens = 0
    for i in order:
        if batch and tokens + lengths[i] > most:
            yield batch
            batch, tokens = [], 0
        batch.append(i)
        tokens += lengths[i]
    if batch:
        yield batch


def _means(x: Floats, blocks: Sequence[_Block]) -> Floats:
    """Of each text's tokens."""
    return np.concatenate([exact.mean(block.of(x)) for block in blocks])


def _layers(weights: Weights) -> int:
    return sum(name.endswith(".attend") for name in weights)


def _attend(weights: Weights, name: str, parts: slice = slice(None)) -> Product:
    """Queries, keys and values side by side, or some of them, in the steps that attention wants."""
    steps = np.array([COMPARED, COMPARED, GATHERED], np.float32)[parts]
    size = len(weights[f"{name}.attend"]) // 3
    rows = slice((parts.start or 0) * size, (parts.start or 0) * size + len(steps) * size)
    return product(weights, f"{name}.attend", rows, steps=_ATTEND, wanted=np.repeat(1 / steps, size))


def _layer(weights: Weights, name: str) -> Layer:
    return Layer(
        out=product(weights, f"{name}.out", steps=_OUT, given=1 / GATHERED),
        norm1=_norm(weights, f"{name}.norm1"),
        widen=product(weights, f"{name}.widen", steps=_WIDEN, wanted=GELU_UNIT),
        narrow=product(weights, f"{name}.narrow", steps=_NARROW, given=GELU_UNIT / 2, parts=2),
        norm2=_norm(weights, f"{name}.norm2"),
    )


def _norm(weights: Weights, name: str) -> Norm:
    return np.asarray(weights[f"{name}.gain"], np.float32), np.asarray(weights[f"{name}.shift"], np.float32)
