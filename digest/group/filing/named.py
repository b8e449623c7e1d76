"""How near entries are to the topics that the user named, by meaning: for what the general model was never taught. Pure.

"Rust", "Ukraine" or "my town" have no examples, only their words. The name, its description and its keywords are
embedded as any text is, and entries are compared with them by sentence vectors and by word vectors. Of these cosines
come logits: how much more a text is like the name than texts are that have nothing to do with it.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.group.filing.lexicon import BUILT_IN, OTHER, meanings_of, phrases_of, subject_of
from digest.group.meaning.vectors import parts, stepped, unpack
from digest.model import TopicSpec
from digest.ports import Embedder

Floats = NDArray[np.float32]
SENTENCE_WORTH, WORDS_WORTH = 16.0, 4.0  # logits of a cosine of one; two unrelated texts stand at about 0 in both
WORDS_ALONE_WORTH = 12.0  # where there is no sentence vector: in a script it does not read, or on a day in a hurry
NOTHING = 2.9  # logits that an unrelated text does not reach, which a topic that nobody taught begins without
LEAST, MOST = -4.0, 3.5  # a pinned feed or two words of the title say more than any nearness
LONE = 30  # characters; longer phrases say what they are
EXAMPLES = 3  # entries of pinned feeds that show together what a topic is about
EXAMPLES_FROM, EXAMPLES_WORTH = 0.3, 9.0  # their mean is nearer to everything than one text is


def leanings(
    specs: Sequence[TopicSpec],
    vectors: Floats,
    embedder: Embedder,
    pinned: Sequence[str] = (),
    *,
    doubt: float = 0.0,
) -> Floats:
    """Logits, one row an entry (`vectors` as the embedder gives them), one column a spec.

    A topic that the general model knows gets none, but as far as the model is in `doubt` of the day (0 to 1), and where
    another topic has the same meaning to it ("Panorama" and "International"): then their names tell them apart.
    `pinned` names the topic that each entry's feed is pinned to, or "": such entries are examples of it.
    """
    found = np.zeros((len(vectors), len(specs)), np.float32)
    meanings = [meanings_of(spec.name) for spec in specs]
    alike = [sum(one == other for other in meanings) > 1 for one in meanings]
    asked = [j for j, one in enumerate(meanings) if not one or (one != {OTHER} and (alike[j] or doubt > 0))]
    if not len(vectors) or not asked:
        return found
    sentence, words = parts(vectors)
    unasked = [name for name in BUILT_IN if name != OTHER and not any(name in one for one in meanings)]
    unasked = unasked if doubt > 0 and frozenset((OTHER,)) in meanings else []
    near = _nearness(sentence, words, [*(specs[j] for j in asked), *map(TopicSpec, unasked)], embedder)
    of = dict(zip(asked, near.T, strict=False))
    for j in asked:
        if not meanings[j]:
            told = np.maximum(of[j] - NOTHING, _like_examples(sentence, specs[j], pinned))
            found[:, j] = np.clip(told, LEAST, MOST)
            continue
        found[:, j] = doubt * of[j]
        if alike[j]:
            same = [of[k] for k in asked if meanings[k] == meanings[j]]
            found[:, j] += (1 - doubt) * (of[j] - np.mean(same, axis=0))
    if unasked:  # Other is what nobody asked for: as near as the nearest built-in topic that is not among the user's
        found[:, meanings.index(frozenset((OTHER,)))] = doubt * near[:, len(asked) :].max(1)
    return found


def _nearness(sentence: Floats, words: Floats, specs: Sequence[TopicSpec], embedder: Embedder) -> Floats:
    """A row an entry, a column a spec. All names are embedded at once."""
    phrases = [_phrases(spec) for spec in specs]
    texts = list(dict.fromkeys(text for some in phrases for p in some for text in _forms(p)))
    of_sentence, of_words = parts(unpack(embedder.embed(texts)))
    row = {text: i for i, text in enumerate(texts)}
    meant = np.stack([_mean(of_sentence[[row[text] for p in some for text in _forms(p)]]) for some in phrases])
    named = np.stack([_mean(of_words[[row[p] for p in some]]) for some in phrases])
    unread = ~sentence.any(1, keepdims=True)
    by_words = np.where(unread, WORDS_ALONE_WORTH, WORDS_WORTH) * (words @ named.T)
    return np.asarray(SENTENCE_WORTH * (sentence @ meant.T) + by_words, np.float32)


def _forms(phrase: str) -> tuple[str, ...]:
    """ "News about" keeps a lone word from being any word; a longer phrase needs no such help."""
    return (phrase, f"news about {phrase}") if len(phrase) < LONE else (phrase,)


def _like_examples(sentence: Floats, spec: TopicSpec, pinned: Sequence[str]) -> Floats:
    """Logits by nearness to the mean of a topic's examples; `LEAST` where nothing is near, or there are too few."""
    rows = [i for i, name in enumerate(pinned) if name.casefold() == spec.name.casefold() and sentence[i].any()]
    if len(rows) < EXAMPLES:
        return np.full(len(sentence), LEAST, np.float32)
    near = sentence @ _mean(sentence[rows]) - EXAMPLES_FROM
    return np.asarray(np.where(near > 0, EXAMPLES_WORTH * near, LEAST), np.float32)


def _phrases(spec: TopicSpec) -> tuple[str, ...]:
    """A name of two things is both ("science/technology"); a description and keywords are phrases more, and what such
    a topic commonly tells of where the user does not describe it."""
    named = phrases_of(spec.name)
    told = [spec.description] if spec.description else [subject_of(phrase) for phrase in named]
    return tuple(dict.fromkeys([*named, *spec.keywords, *filter(None, told)]))


def _mean(rows: Floats) -> Floats:
    mean = rows.mean(0, dtype=np.float64)
    return stepped(mean / max(math.sqrt(float(mean @ mean)), 1e-6))
