"""Vectors of entries: what is embedded, under which key it is cached, and the embedders. numpy only.

An `Embedder` (see `ports`) turns texts into unit vectors, packed as little-endian float16.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.group.words import content, terms
from digest.model import Entry
from digest.ports import Embedder

Matrix = NDArray[np.float32]


def content_text(entry: Entry) -> str:
    """The text of an entry that is embedded: its title and first sixty words, plain."""
    return content(entry)


def content_key(embedder_name: str, entry: Entry) -> str:
    """Where the vector of this content is cached; changes with the content and with the embedder."""
    digest = hashlib.blake2b(content_text(entry).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{embedder_name}:{digest.hexdigest()}"


def pack(vectors: Matrix) -> list[bytes]:
    """Rows as the bytes that an embedder gives and a store keeps."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def unpack(packed: Sequence[bytes]) -> Matrix:
    """The rows again, of unit length; all must be of one dimension."""
    if not packed:
        return np.zeros((0, 1), np.float32)
    rows = np.frombuffer(b"".join(packed), "<f2").reshape(len(packed), -1).astype(np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 1e-6, length, 1)


def vectors_of(entries: Sequence[Entry], cached: Mapping[str, bytes], embedder: Embedder) -> Matrix:
    """One row an entry: from the cache where it is there, else computed now. Entries must be as they were gathered."""
    keys = [content_key(embedder.name, entry) for entry in entries]
    missing = {key: content_text(entry) for key, entry in zip(keys, entries, strict=True) if key not in cached}
    fresh = dict(zip(missing, embedder.embed(list(missing.values())), strict=True)) if missing else {}
    return unpack([cached.get(key) or fresh[key] for key in keys])


class HashedEmbedder:
    """Random projection of hashed words (Achlioptas 2003): no weights to load, no meaning beyond shared words."""

    name = "hashed-1"
    dimension = 256

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """See `ports.Embedder.embed`."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for i, text in enumerate(texts):
            for term, weight in terms("", text).items():
                seed = int.from_bytes(
                    hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
                )
                for shift in range(0, 64, 16):
                    place = (seed >> shift) & 0xFFFF
                    rows[i, place % self.dimension] += weight if place & 0x8000 else -weight
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return pack(rows / np.where(length > 1e-6, length, 1))


def default() -> Embedder:
    """The embedder of this version."""
    return HashedEmbedder()
