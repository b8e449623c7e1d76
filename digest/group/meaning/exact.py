"""Arithmetic of a transformer that gives the same numbers on every machine, to the last bit. numpy only.

What is summed are whole numbers, small enough for every order of summation to be exact, whatever a BLAS or a vector
unit makes of it; all else is element by element and from +, −, ×, ÷ and √, where IEEE 754 leaves no choice. No library's
exp or erf is asked. Functions that end in an argument `out` of numpy's kind overwrite what they are given.
"""

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Number = TypeVar("Number", np.float32, np.float64)
Weights = Mapping[str, NDArray[np.generic]]
Norm = tuple[Floats, Floats]
Then = Callable[[slice, Floats], None]
LONGEST = 64  # tokens of a text
COMPARED, GATHERED = 48, 64  # steps to one of queries and keys, and of values
GELU_UNIT = 4.95  # beyond this, GELU is taken for max(x, 0)

_COLUMNS = 3  # that share a float64, 16 bits each
_UPPER = 2 if sys.byteorder == "little" else 1  # where the third lies among its four quarters
_BITS = 1.5 * 2.0**52  # added to a whole number, leaves it in the lower bits of the float64
# in steps: 32 products of queries and keys, and `LONGEST` of shares and values, stay below 2**24
_MOST_COMPARED, _MOST_GATHERED, _WHOLE_SHARE = np.float32(724), np.float32(511), np.float32(511)
_HALVINGS = 5  # of an exponent
_FINE = 2.0**14  # steps to one of what is averaged
_NEAR, _NEARER = 2.86358667 / 2**7, 2.3778488 / 2**8  # see `gelu`
_CACHED = 98_304  # numbers that pass through many small steps together
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
        first, second, third = split
        self._shared = np.full((parts, outputs // _COLUMNS, inputs // parts + 1), _BITS)
        lower = second.astype(np.float32)
        lower *= np.float32(2.0**16)
        lower += first.astype(np.float32)
        shared = self._shared[..., :-1]
        shared[...] = third
        shared *= 2.0**32
        shared += lower.astype(np.float64)
        squares = max(np.vecdot(column, column).max() for column in split.astype(np.float32))
        self._longest = (2.0**16 - 1) / math.sqrt(int(squares))

    def __call__(self, rows: Floats, then: Then | None = None, out: Floats | None = None) -> Floats:
        """A row of outputs for each, in `out` if given. `then` is done to some of them after the other, while they are at
        hand: it is given which, and their outputs."""
        whole, factor = self._whole(rows)
        sums = [part @ shared.T for part, shared in zip(whole, self._shared, strict=True)]
        told = np.empty((len(rows), len(self._bias)), np.float32) if out is None else out
        for few in _handfuls(told):
            here = told[few]
            _unpack(sums[0][few], here)
            for part in sums[1:]:
                more = np.empty_like(here)
                _unpack(part[few], more)
                here += more
            here *= self._scale
            if factor is not None:
                here *= factor[few]
            here += self._bias
            if then:
                then(few, here)
        return told

    def _whole(self, rows: Floats) -> tuple[Doubles, Floats | None]:
        """Rows rounded to steps, a one beside each part; by what factor more coarsely, if any was."""
        whole = np.empty((self._parts, len(rows), self._shared.shape[2]))
        whole[..., -1] = 1
        factor = None
        for few in _handfuls(rows):
            rounded = rows[few] * self._steps
            np.rint(rounded, out=rounded)
            parts = self._split(rounded)
            squares = np.vecdot(parts, parts).max(0)
            if squares.max() > self._longest**2:
                long = np.flatnonzero(squares > self._longest**2)
                precise = self._split(rounded[long].astype(np.float64))
                lengths = np.sqrt(np.vecdot(precise, precise).max(0))
                if factor is None:
                    factor = np.ones((len(rows), 1), np.float32)
                factor[few][long, 0] = np.ldexp(1.0, np.frexp(lengths / self._longest)[1])
                rounded[long] = np.rint(rows[few][long] * self._steps / factor[few][long])
            whole[:, few, :-1] = parts
        return whole, factor

    def _split(self, rows: NDArray[Number]) -> NDArray[Number]:
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


@contextmanager
def unbuffered() -> Iterator[None]:
    """Arithmetic between a matrix and a row, or within columns of a matrix, at up to thrice the pace: numpy copies short
    rows into a buffer first, to pass over many at once, which costs more than it gains. For what is of one type."""
    with np.errstate():  # which gives the size of before back, and is of this thread alone
        np.setbufsize(512)  # numbers: fewer, and rows of a few dozen cost more
        yield


def _handfuls(rows: Floats) -> Iterator[slice]:
    """Of rows, so many that they pass through many small steps without leaving a processor's cache."""
    step = max(1, _CACHED // rows.shape[1])
    for low in range(0, len(rows), step):
        yield slice(low, low + step)


def _unpack(sums: Doubles, told: Floats) -> None:
    """The columns that share a float64, one beside the other. Halves are taken off whole, which a processor does for
    many at once; the two lower sums so, the upper one by itself."""
    outputs = sums.shape[1]
    lower = sums.view(np.int64).astype(np.int32)
    told[:, :outputs] = lower.astype(np.int16)
    lower >>= 16
    told[:, outputs : 2 * outputs] = lower
    told[:, 2 * outputs :] = sums.view(np.int16).reshape(len(sums), outputs, 4)[..., _UPPER].copy()


def normalise(x: Floats, norm: Norm) -> None:
    """Layer norm, in place."""
    size = x.shape[1]
    ones = np.ones(size)
    for few in _handfuls(x):
        here = x[few]
        rounded = here * np.float32(_FINE)
        whole = np.rint(rounded, out=rounded).astype(np.float64)
        mean = (whole @ ones) / (size * _FINE)
        variance = np.vecdot(whole, whole) / (size * _FINE**2) - mean * mean
        here -= mean.astype(np.float32)[:, None]
        here *= (1 / np.sqrt(np.maximum(variance, 0) + 1e-12)).astype(np.float32)[:, None]
        here *= norm[0]
        here += norm[1]


def on_grid(told: Floats, gathered: int) -> None:
    """Queries and keys, and in the last columns what is `gathered`, in their steps, as whole numbers; in place."""
    np.rint(told, out=told)
    compared = told.shape[1] - gathered
    for part, most in ((told[:, :compared], _MOST_COMPARED), (told[:, compared:], _MOST_GATHERED)):
        if part.size and (part.max() > most or part.min() < -most):
            np.clip(part, -most, most, out=part)


def attended(queries: Floats, keys: Floats, values: Floats) -> Floats:
    """Softmax attention (texts, heads, tokens, numbers) over whole numbers; in steps of the values.

    The exponential of x is that of x/32 by two terms of its series, squared five times; shares are rounded to steps too.
    """
    found = np.empty(queries.shape, np.float32)
    texts, heads, asking = queries.shape[:3]
    step = max(1, _CACHED // (heads * asking * keys.shape[2]))
    for low in range(0, texts, step):
        few = slice(low, low + step)
        _attended(queries[few], keys[few], values[few], found[few])
    return found


def _attended(queries: Floats, keys: Floats, values: Floats, found: Floats) -> None:
    """Keys come first among the scores, so that what is taken over all keys is taken of long rows."""
    texts, heads, asking, size = queries.shape
    scores = np.empty((keys.shape[2], texts, heads, asking), np.float32)
    np.matmul(keys, queries.swapaxes(-1, -2), out=scores.transpose(1, 2, 0, 3))
    scores -= scores.max(0)
    scores *= np.float32(1 / (COMPARED * COMPARED * math.sqrt(size) * 2**_HALVINGS))
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
    np.divide(shares.transpose(1, 2, 3, 0) @ values, shares.sum(0)[..., None], out=found)


def gelu(x: Floats) -> None:
    """2 · x · Φ(x) (Hendrycks & Gimpel 2016), argument and result in units of `GELU_UNIT`; in place.

    What lacks of max(x, 0) is a·m⁸·(p + q·m) with a = |x| and m = max(0, 1 − a), to 7e-4.
    """
    size = np.abs(x)
    left = 1 - size
    lacking = np.abs(left)
    left += lacking  # 2m
    np.square(left, out=lacking)
    np.square(lacking, out=lacking)
    np.square(lacking, out=lacking)
    left *= np.float32(_NEARER)
    left -= np.float32(_NEAR)
    lacking *= left
    lacking += 1
    lacking *= size
    x += lacking


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
        """What the layer makes of its `rows`, once attention has `seen`, in steps of its values; overwrites them."""
        x = self.out(seen, _added(rows, self.norm1))
        return self.narrow(self.widen(x, lambda _, wide: gelu(wide)), _added(x, self.norm2), out=rows)


def _added(rows: Floats, norm: Norm) -> Then:
    def then(few: slice, told: Floats) -> None:
        told += rows[few]
        normalise(told, norm)

    return then
