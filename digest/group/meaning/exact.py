"""Arithmetic of a transformer that gives the same numbers on every machine, to the last bit. numpy only.

What is summed are whole numbers, small enough for every order of summation to be exact, whatever a BLAS or a vector
unit makes of it; all else is element by element and from +, −, ×, ÷ and √, where IEEE 754 leaves no choice. No library's
exp or erf is asked. Functions that end in an argument `out` of numpy's kind overwrite what they are given.
"""

import math
import sys
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Weights = Mapping[str, NDArray[np.generic]]
Norm = tuple[Floats, Floats]
LONGEST = 64  # tokens of a text
COMPARED, GATHERED = 48, 64  # steps to one of queries and keys, and of values
GELU_UNIT = 4.95  # beyond this, GELU is taken for max(x, 0)

_COLUMNS = 3  # that share a float64, 16 bits each
_LANES = tuple(range(_COLUMNS)) if sys.byteorder == "little" else (3, 2, 1)  # where they lie among its four quarters
_BITS = 1.5 * 2.0**52  # added to a whole number, leaves it in the lower bits of the float64
# in steps: 32 products of queries and keys, and `LONGEST` of shares and values, stay below 2**24
_MOST_COMPARED, _MOST_GATHERED, _WHOLE_SHARE = np.float32(724), np.float32(511), np.float32(511)
_HALVINGS = 5  # of an exponent
_FINE = 2.0**14  # steps to one of what is averaged
_NEAR, _NEARER = 2.86358667 / 2**7, 2.3778488 / 2**8  # see `gelu`
_CACHED = 32  # rows of 1,536 that pass through many small steps together
_EXACT = 2.0**20  # steps to one in `scores`


class Product:
    """`rows @ matrix.T * scale + bias` for a matrix of whole numbers, rows being rounded to `steps` of them to one.

    Three columns share a float64, so that three sums cost as much as one; each has 16 bits. By Cauchy and Schwarz they
    would do for a cosine of 0.5 between a row and a column where none of 27,000 real rows came above 0.41; a row too long for
    that is rounded more coarsely. A sum beyond would wrap, on every machine alike. The upper sums are too small by one
    where the one below is negative. A matrix with many inputs is taken in `parts`.
    """

    def __init__(self, matrix: NDArray[np.int8], scale: Floats, bias: Floats, *, steps: float, parts: int = 1) -> None:
        outputs, inputs = matrix.shape
        self._parts, self._steps = parts, np.float32(steps)
        self._scale, self._bias = scale / self._steps, bias
        split = matrix.reshape(_COLUMNS, outputs // _COLUMNS, parts, inputs // parts).transpose(0, 2, 1, 3)
        self._shared = np.full((parts, outputs // _COLUMNS, inputs // parts + 1), _BITS)
        shared = self._shared[..., :-1]
        shared[...] = split[2]
        for column in (split[1], split[0]):
            shared *= 2.0**16
            shared += column
        squares = np.einsum("ijkl,ijkl->ijk", split, split, dtype=np.int32)
        self._longest = (2.0**16 - 1) / math.sqrt(int(squares.max()))

    def __call__(self, rows: Floats) -> Floats:
        """A row of outputs for each."""
        whole, long, factor = self._whole(rows)
        outputs = self._shared.shape[1]
        told = np.empty((len(rows), _COLUMNS * outputs), np.float32)
        for part, shared in enumerate(self._shared):
            sums = (whole[part] @ shared.T).view(np.int16).reshape(len(rows), outputs, 4)
            for column, lane in enumerate(_LANES):
                here = told[:, column * outputs : (column + 1) * outputs]
                if part:
                    here += sums[..., lane]
                else:
                    here[...] = sums[..., lane]
        told *= self._scale
        if len(long):
            told[long] *= factor
        told += self._bias
        return told

    def _whole(self, rows: Floats) -> tuple[Doubles, NDArray[np.int64], Floats]:
        """Rows rounded to steps, a one beside each part; which were rounded more coarsely, by what factor."""
        rounded = rows * self._steps
        np.rint(rounded, out=rounded)
        whole = np.empty((self._parts, len(rows), self._shared.shape[2]))
        whole[..., -1] = 1
        squares = np.zeros(len(rows), np.float32)
        for inner, part in zip(whole[..., :-1], self._split(rounded), strict=True):
            np.maximum(squares, np.einsum("ij,ij->i", part, part), out=squares)
            inner[...] = part
        long = np.flatnonzero(squares > self._longest**2)
        lengths = np.sqrt(np.square(whole[:, long, :-1]).sum(2).max(0))
        factor = np.ldexp(1.0, np.frexp(lengths / self._longest)[1]).astype(np.float32)[:, None]
        whole[:, long, :-1] = self._split(np.rint(rows[long] * self._steps / factor))
        return whole, long, factor

    def _split(self, rows: Floats) -> Floats:
        """Their parts, one after the other; a view."""
        return rows.reshape(len(rows), self._parts, rows.shape[1] // self._parts).swapaxes(0, 1)


def product(weights: Weights, name: str, rows: slice = slice(None), *, steps: float, parts: int = 1,
            given: float = 1.0, wanted: float | Floats = 1.0) -> Product:  # fmt: skip
    """Of a stored matrix, or of some of its rows, for inputs in units of `given` and results in units of `wanted`, one of
    all or one of each."""
    matrix = np.asarray(weights[name], np.int8)[rows]
    scale = np.asarray(weights[f"{name}.scale"], np.float32)[rows].ravel()
    bias = np.asarray(weights[f"{name}.bias"], np.float32)[rows]
    units = np.asarray(wanted, np.float32)
    return Product(matrix, scale * np.float32(given) / units, bias / units, steps=steps * given, parts=parts)


def normalise(x: Floats, norm: Norm) -> None:
    """Layer norm, in place."""
    size = x.shape[1]
    whole = np.rint(x * np.float32(_FINE)).astype(np.float64)
    mean = (whole @ np.ones(size)) / (size * _FINE)
    variance = np.einsum("ij,ij->i", whole, whole) / (size * _FINE**2) - mean * mean
    x -= mean.astype(np.float32)[:, None]
    x *= (1 / np.sqrt(np.maximum(variance, 0) + 1e-12)).astype(np.float32)[:, None]
    x *= norm[0]
    x += norm[1]


def on_grid(told: Floats, gathered: int) -> None:
    """Queries and keys, and in the last columns what is `gathered`, in their steps, as whole numbers; in place."""
    np.rint(told, out=told)
    most = np.full(told.shape[1], _MOST_COMPARED)
    most[len(most) - gathered :] = _MOST_GATHERED
    if (told.max(0) > most).any() or (told.min(0) < -most).any():
        np.clip(told, -most, most, out=told)


def attended(queries: Floats, keys: Floats, values: Floats) -> Floats:
    """Softmax attention (texts, heads, tokens, numbers) over whole numbers; in steps of the values.

    The exponential of x is that of x/32 by two terms of its series, squared five times; shares are rounded to steps too.
    """
    scores = queries @ keys.swapaxes(-1, -2)
    scores -= scores.max(-1, keepdims=True)
    scores *= np.float32(1 / (COMPARED * COMPARED * math.sqrt(queries.shape[-1]) * 2**_HALVINGS))
    if scores.min() < -1:  # the series turns there; the share is nothing
        np.maximum(scores, np.float32(-1), out=scores)
    shares = scores * np.float32(0.5)
    shares += 1
    shares *= scores
    shares += 1
    for _ in range(_HALVINGS):
        np.square(shares, out=shares)
    shares *= _WHOLE_SHARE
    np.rint(shares, out=shares)
    total: Floats = shares @ np.ones(shares.shape[-1], np.float32)
    return np.asarray((shares @ values) / total[..., None], np.float32)


def gelu(x: Floats) -> None:
    """2 · x · Φ(x) (Hendrycks & Gimpel 2016), argument and result in units of `GELU_UNIT`; in place.

    What lacks of max(x, 0) is a·m⁸·(p + q·m) with a = |x| and m = max(0, 1 − a), to 7e-4.
    """
    for low in range(0, len(x), _CACHED):
        here = x[low : low + _CACHED]
        size = np.abs(here)
        left = 1 - size
        left += np.abs(left)  # 2m
        lacking = np.square(left)
        np.square(lacking, out=lacking)
        np.square(lacking, out=lacking)
        left *= np.float32(_NEARER)
        left -= np.float32(_NEAR)
        lacking *= left
        lacking += 1
        lacking *= size
        here += lacking


def mean(rows: Floats) -> Floats:
    """Over the second of three dimensions, at most `LONGEST` wide."""
    whole = np.rint(rows * np.float32(1024))
    return np.asarray(whole.sum(1) / np.float32(1024 * rows.shape[1]), np.float32)


def unit(rows: Floats) -> Doubles:
    """Of length one."""
    whole = np.rint(rows * np.float32(_FINE)).astype(np.float64)
    length = np.sqrt(np.einsum("ij,ij->i", whole, whole))
    return np.asarray(whole / np.maximum(length, 1)[:, None], np.float64)


def scores(rows: Doubles, matrix: Floats) -> Doubles:
    """`rows @ matrix` for rows of length one."""
    whole = np.rint(rows * _EXACT) @ np.rint(matrix.astype(np.float64) * _EXACT)
    return np.asarray(whole / _EXACT**2, np.float64)


class Layer(NamedTuple):
    """What a transformer layer does after attention: products and norms."""

    out: Product
    norm1: Norm
    widen: Product
    narrow: Product
    norm2: Norm

    def __call__(self, rows: Floats, seen: Floats) -> Floats:
        """What the layer makes of its `rows`, once attention has `seen`, in steps of its values."""
        x = self.out(seen)
        x += rows
        normalise(x, self.norm1)
        wide = self.widen(x)
        gelu(wide)
        told = self.narrow(wide)
        told += x
        normalise(told, self.norm2)
        return told
