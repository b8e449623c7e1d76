"""Average-linkage clustering of a sparse graph of similarities (UPGMA; Sokal & Michener 1958).

A pair that is not in the graph counts as `absent`. Single linkage would chain a day's news into one story.
"""

import heapq
from collections.abc import Iterable


def average_linkage(
    n: int, pairs: Iterable[tuple[int, int, float]], *, cut: float, absent: float = 0.0, known: int | None = None
) -> list[list[int]]:
    """Clusters of 0 … n−1 whose mean pairwise similarity held up to `cut` at each merge, each in ascending order.

    `known` is how many others an item was compared with, if not with all: it cannot resemble more of a large cluster.
    Deterministic: similarities are rounded to six digits, ties go to the lowest numbers.
    """
    most = known or n
    near: list[dict[int, float]] = [{} for _ in range(n)]
    for a, b, similarity in pairs:
        near[a][b] = near[b][a] = similarity - absent
    size, members = [1] * n, [[i] for i in range(n)]
    alive = [True] * n
    heap: list[tuple[float, int, int, int, int]] = []

    def push(a: int, b: int) -> None:
        less, more = sorted((size[a], size[b]))
        mean = round(near[a][b] / (less * min(more, most)) + absent, 6)
        if mean >= cut:
            heapq.heappush(
                heap, (-mean, min(a, b), max(a, b), size[a], size[b]) if a < b else (-mean, b, a, size[b], size[a])
            )

    for a in range(n):
        for b in near[a]:
            if a < b:
                push(a, b)
    while heap:
        _, a, b, size_a, size_b = heapq.heappop(heap)
        if not (alive[a] and alive[b] and size[a] == size_a and size[b] == size_b):
            continue
        alive[b] = False
        members[a] += members[b]
        size[a] += size[b]
        near[a].pop(b)
        for c, total in near[b].items():
            if c != a:
                near[a][c] = near[a].get(c, 0.0) + total
                del near[c][b]
                near[c][a] = near[a][c]
        near[b] = {}
        for c in near[a]:
            push(a, c)
    return [sorted(members[i]) for i in range(n) if alive[i]]
