"""robots.txt as RFC 9309 has it: of the rules that match an address the longest counts, `*` and `$` are understood, and the
groups that name us count instead of those for everybody. A text of any kind can be read; what is no rule is passed over.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host asks of us: (pattern, allowed) rules, and the seconds between two visits (not in the RFC, but honoured)."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether an address may be asked for."""
        parts = urlsplit(url)
        path = _spelt(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
        fitting = [(len(pattern), allowed) for pattern, allowed in self.rules if _matches(pattern, path)]
        return max(fitting)[1] if fitting else True  # as long as each other: the one that allows


FORBIDDEN = Robots((("/", False),))


def read(text: str, user_agent: str) -> Robots:
    """The rules for the product that a User-Agent header begins with, else those for `*`."""
    product = user_agent.partition("/")[0].strip().casefold()
    rules: dict[str, list[tuple[str, bool]]] = {}
    delays: dict[str, float] = {}
    group: list[str] = []
    named = False  # the line before named an agent: another one belongs to the same group
    for key, value in _lines(text):
        if key == "user-agent":
            agent = value.partition("/")[0].strip().casefold()
            group = [*group, agent] if named else [agent]
            rules.setdefault(agent, [])
            named = True
        elif key in ("allow", "disallow", "crawl-delay"):
            named = False
            for agent in group:
                if key == "crawl-delay":
                    delays[agent] = _seconds(value)
                elif value:
                    rules[agent].append((_spelt(value), key == "allow"))
    chosen = product if product in rules else "*"
    return Robots(tuple(rules.get(chosen, ())), delays.get(chosen, 0.0))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().casefold(), value.strip()


def _seconds(value: str) -> float:
    try:
        found = float(value)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) and found > 0 else 0.0


def _spelt(path: str) -> str:
    """Percent-encoding made alike, so that `/é`, `/%c3%a9` and `/%C3%A9` are one."""
    return quote(unquote(path, errors="surrogateescape"), safe="/?:@!$&'()*+,;=~-._", errors="surrogateescape")


def _matches(pattern: str, path: str) -> bool:
    """`*` is any run of characters, `$` at the end the end. In linear time, whatever somebody wrote."""
    whole = pattern.endswith("$")
    first, *rest = (pattern[:-1] if whole else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if not rest:
        return not whole or at == len(path)
    return path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= at if whole else path.find(rest[-1], at) >= 0
