"""A BERT encoder in plain numpy: token numbers in, one unit vector a text out (mean over tokens; Reimers & Gurevych 2019).

Matrices are kept as int8 with a scale a row, word vectors as 4 bits; a layer is spread to float32 for each pass, which
costs a few hundredths of the pass and saves 35 MB.
Texts of like length run together. A branch of its own upper layers stands on the lower ones and says what a text is
about; its last layer reads for the whole text at once, which costs a sixth of a layer.
"""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
TOKENS_AT_ONCE = 1024  # to one pass: large enough for fast matrix products; 2,048 are no faster and take 30 MB more
_STEEPEST = np.float32(60)  # attention scores: e**60 times any number of tokens is still a float32
_UPPER = int(sys.byteorder == "little")  # where the upper half of a float32 lies


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one transformer layer, matrices as (in, out)."""

    attend: Floats  # queries, keys and values side by side
    attend_bias: Floats
    out: Floats
    out_bias: Floats
    norm1: tuple[Floats, Floats]
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    norm2: tuple[Floats, Floats]


class Encoder:
    """The model. `weights` maps names to arrays as `tools/build_encoder.py` writes them, `branch` as
    `tools/build_trunk.py` does."""

    def __init__(
        self,
        weights: Mapping[str, NDArray[np.generic]],
        branch: Mapping[str, NDArray[np.generic]],
        heads: int = 12,
    ) -> None:
        self._words = np.asarray(weights["words"], np.uint8)
        self._word_scale = np.asarray(weights["words.scale"], np.float32)
        self._places = np.asarray(weights["places"], np.float32)
        self._norm = _norm(weights, "norm")
        self._heads = heads
        self._layers = _layers(weights)
        self._branch = _layers(branch)
        self._fork = len(self._layers) - len(self._branch)
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

        A text's row depends on that text alone (to rounding), whatever stands beside it.
        """
        result = np.zeros((len(texts), self.dimension + self.classes), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        batch: list[int] = []
        tokens = 0
        for i in order:
            if batch and tokens + len(texts[i]) > TOKENS_AT_ONCE:
                result[batch] = self._encode([texts[j] for j in batch])
                batch, tokens = [], 0
            batch.append(i)
            tokens += len(texts[i])
        if batch:
            result[batch] = self._encode([texts[j] for j in batch])
        return result

    def _encode(self, texts: Sequence[Sequence[int]]) -> Floats:
        """Texts in order of length, their tokens one after the other: nothing is padded."""
        blocks = _blocks([len(text) for text in texts])
        x = self._word_vectors(np.concatenate([np.asarray(text, np.int64) for text in texts]))
        for block in blocks:
            of_texts = block.of(x)
            of_texts += self._places[: block.width]
        _normalise(x, self._norm)
        for layer in self._layers[: self._fork]:
            x = self._step(x, blocks, layer())
        aside = x
        for layer in self._layers[self._fork :]:
            x = self._step(x, blocks, layer())
        for layer in self._branch[:-1]:
            aside = self._step(aside, blocks, layer())
        scores = _unit(self._whole(aside, blocks, self._branch[-1]())) @ self._head[0] + self._head[1]
        scores -= scores.max(1, keepdims=True)
        return np.hstack([_unit(_means(x, blocks)), scores - np.log(np.exp(scores).sum(1, keepdims=True))])

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

    def _step(self, x: Floats, blocks: Sequence["_Block"], layer: Layer) -> Floats:
        size = x.shape[1]
        told = x @ layer.attend
        told += layer.attend_bias
        told[:, :size] *= np.float32((size // self._heads) ** -0.5)
        seen = np.empty_like(x)
        for block in blocks:
            parts = block.of(told).reshape(-1, block.width, 3, self._heads, size // self._heads)
            queries, keys, values = parts.transpose(2, 0, 3, 1, 4)
            answer = block.of(seen).reshape(-1, block.width, self._heads, size // self._heads)
            answer[...] = _attended(queries, keys, values).transpose(0, 2, 1, 3)
        return _widened(x, seen, layer)

    def _whole(self, x: Floats, blocks: Sequence["_Block"], layer: Layer) -> Floats:
        """One row a text: a layer whose only query is the mean of the text's tokens, and which all of them answer."""
        size = x.shape[1]
        mean = _means(x, blocks)
        asked = (mean @ layer.attend[:, :size] + layer.attend_bias[:size]) * np.float32((size // self._heads) ** -0.5)
        told = x @ layer.attend[:, size:] + layer.attend_bias[size:]
        seen: list[Floats] = []
        first = 0
        for block in blocks:
            queries = asked[first : first + block.texts].reshape(block.texts, self._heads, 1, -1)
            parts = block.of(told).reshape(block.texts, block.width, 2, self._heads, size // self._heads)
            keys, values = parts.transpose(2, 0, 3, 1, 4)
            seen.append(_attended(queries, keys, values).reshape(block.texts, size))
            first += block.texts
        return _widened(mean, np.concatenate(seen), layer)


class _Block(NamedTuple):
    """Texts of one length within rows of tokens: where their tokens begin, how many texts, how long each."""

    begin: int
    texts: int
    width: int

    def of(self, rows: Floats) -> Floats:
        """Their rows, a text each; a view."""
        return rows[self.begin : self.begin + self.texts * self.width].reshape(self.texts, self.width, -1)


def _blocks(lengths: Sequence[int]) -> list[_Block]:
    found: list[_Block] = []
    begin = 0
    for width, same in groupby(lengths):
        texts = len(list(same))
        found.append(_Block(begin, texts, width))
        begin += texts * width
    return found


def _means(x: Floats, blocks: Sequence[_Block]) -> Floats:
    """Of each text's tokens."""
    return np.concatenate([block.of(x).mean(1) for block in blocks])


def _attended(queries: Floats, keys: Floats, values: Floats) -> Floats:
    """Softmax attention. Scores are bounded instead of measured from their largest, and the sum divides what is seen:
    half the passes over the largest array of a layer."""
    scores = queries @ keys.swapaxes(-1, -2)
    np.clip(scores, -_STEEPEST, _STEEPEST, out=scores)
    np.exp(scores, out=scores)
    total: Floats = scores @ np.ones(scores.shape[-1], np.float32)
    return np.asarray((scores @ values) / total[..., None], np.float32)


def _widened(rows: Floats, seen: Floats, layer: Layer) -> Floats:
    """The rest of a layer, after attention has `seen`."""
    x = seen @ layer.out
    x += layer.out_bias
    x += rows
    _normalise(x, layer.norm1)
    wide = np.asarray(x @ layer.widen, np.float32)
    wide += layer.widen_bias
    narrow: Floats = _gelu(wide) @ layer.narrow
    narrow += layer.narrow_bias
    narrow += x
    _normalise(narrow, layer.norm2)
    return narrow


def _unit(rows: Floats) -> Floats:
    length = np.sqrt((rows * rows).sum(1, keepdims=True))
    return np.asarray(rows / np.maximum(length, 1e-9), np.float32)


def _layers(weights: Mapping[str, NDArray[np.generic]]) -> list[Callable[[], Layer]]:
    """What spreads each layer, first to last."""
    count = sum(name.endswith(".attend") for name in weights)
    return [partial(_layer, weights, f"layer{i}") for i in range(count)]


def _layer(weights: Mapping[str, NDArray[np.generic]], name: str) -> Layer:
    def matrix(part: str) -> Floats:
        scale = np.asarray(weights[f"{name}.{part}.scale"], np.float32)
        return (np.asarray(weights[f"{name}.{part}"], np.int8) * scale).T  # as stored: the product needs no copy

    def bias(part: str) -> Floats:
        return np.asarray(weights[f"{name}.{part}.bias"], np.float32)

    return Layer(
        matrix("attend"),
        bias("attend"),
        matrix("out"),
        bias("out"),
        _norm(weights, f"{name}.norm1"),
        matrix("widen"),
        bias("widen"),
        matrix("narrow"),
        bias("narrow"),
        _norm(weights, f"{name}.norm2"),
    )


def _norm(weights: Mapping[str, NDArray[np.generic]], name: str) -> tuple[Floats, Floats]:
    return np.asarray(weights[f"{name}.gain"], np.float32), np.asarray(weights[f"{name}.shift"], np.float32)


def _normalise(x: Floats, norm: tuple[Floats, Floats]) -> None:
    """Layer norm, in place."""
    even = np.full(x.shape[1], 1 / x.shape[1], np.float32)
    x -= (x @ even)[:, None]
    x /= np.sqrt(np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[1]) + np.float32(1e-12))
    x *= norm[0]
    x += norm[1]


def _gelu_table() -> Floats:
    """What x · Φ(x) (Hendrycks & Gimpel 2016) lacks of max(x, 0), for every upper half of a float32: its middle value."""
    bits = np.arange(65536, dtype=np.uint32) << 16 | 0x8000
    values = np.zeros(65536, np.float32)
    x = np.abs(bits.view(np.float32))
    near = np.flatnonzero(x < 6)  # beyond, and of what is no number, nothing lacks
    values[near] = [-0.5 * v * math.erfc(v / math.sqrt(2)) for v in x[near].tolist()]
    return values


_GELU = _gelu_table()


def _gelu(x: Floats) -> Floats:
    """Looked up by the upper halves of x as they lie in memory, to 4e-4: a quarter of the time of computing it.

    Overwrites its argument.
    """
    lacking = _GELU.take(x.view(np.uint16)[:, _UPPER::2])
    np.maximum(x, 0, out=x)
    x += lacking
    return x
