"""Average-linkage clustering of a sparse graph of similarities (UPGMA; Sokal & Michener 1958).

A pair that is not in the graph counts as `absent`. Single linkage would chain a day's news into one story.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations


def average_linkage(
    n: int, pairs: Iterable[tuple[int, int, float]], *, cut: float, absent: float = 0.0, known: int | None = None
) -> list[list[int]]:
    """Clusters of 0 … n−1 whose mean pairwise similarity held up to `cut` at each merge, each in ascending order.

    `known` is how many others an item was compared with, if not with all: it cannot resemble more of a large cluster.
    Deterministic: similarities are rounded to six digits, ties go to the lowest numbers.
    """
    most, nearly = known or n, cut - absent - 1e-6  # what is rounded to `cut` is no less than that
    near: list[dict[int, float]] = [{} for _ in range(n)]
    heap: list[tuple[float, int, int, int, int]] = []
    for a, b, similarity in pairs:
        near[a][b] = near[b][a] = similarity - absent
    for a in range(n):
        heap += [(-mean, a, b, 1, 1) for b, s in near[a].items() if a < b and (mean := round(s + absent, 6)) >= cut]
    heapq.heapify(heap)
    size, members = [1] * n, [[i] for i in range(n)]
    while heap:
        _, a, b, size_a, size_b = heapq.heappop(heap)
        if size[a] != size_a or size[b] != size_b:  # one of them has grown, or is no more
            continue
        members[a] += members[b]
        size[a], size[b] = size_a + size_b, 0
        _join(near, a, b)
        whole = size[a]
        for c, total in near[a].items():
            less, more = (whole, size[c]) if whole < size[c] else (size[c], whole)
            mean = total / (less * min(most, more))
            if mean >= nearly and (mean := round(mean + absent, 6)) >= cut:
                heapq.heappush(heap, (-mean, a, c, whole, size[c]) if a < c else (-mean, c, a, size[c], whole))
    return [sorted(members[i]) for i in range(n) if size[i]]


def tightened(
    clusters: Iterable[Sequence[int]],
    pairs: Mapping[tuple[int, int], float],
    *,
    least: float,
    largest: int,
    smallest: int = 3,
) -> list[list[int]]:
    """The clusters; one of three and more whose mean similarity is below `least` falls into what holds together at
    `least` itself. Such a one is a theme: each was near enough to the last, and few are near to each other.

    `pairs` are of (smaller, larger); a cluster of more than `largest`, or fewer than `smallest`, is left as it is.
    """
    found: list[list[int]] = []
    for cluster in clusters:
        members = sorted(cluster)
        inside = (
            {pair: pairs[pair] for pair in combinations(members, 2) if pair in pairs}
            if smallest <= len(members) <= largest
            else {}
        )
        if inside and sum(inside.values()) < least * len(members) * (len(members) - 1) / 2:
            place = {member: i for i, member in enumerate(members)}
            again = ((place[a], place[b], p) for (a, b), p in inside.items())
            found += [[members[i] for i in part] for part in average_linkage(len(members), again, cut=least)]
        else:
            found.append(members)
    return found


def _join(near: list[dict[int, float]], a: int, b: int) -> None:
    """The neighbours of b become those of a."""
    of_a, of_b = near[a], near[b]
    del of_a[b], of_b[a]
    for c, total in of_b.items():
        of_c = near[c]
        del of_c[b]
        of_a[c] = of_c[a] = of_a.get(c, 0.0) + total
    near[b] = {}
