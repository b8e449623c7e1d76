"""`digest add`: from whatever address somebody has at hand to a feed that works."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.config import GatherSettings
from digest.gather.collect import bounds_of, user_agent
from digest.gather.discover import known_site, likely, linked
from digest.gather.fetch import ACCEPT, BROWSER_ACCEPT, Missed, judged, read_file, site_of
from digest.gather.parse import parse
from digest.gather.reading import Parsed
from digest.gather.urls import shown
from digest.model import FeedSource, FeedState
from digest.web.addresses import is_public
from digest.web.client import PERMANENT, Answer, Client
from digest.web.failures import WebError
from digest.web.transport import Allowed


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answered and was read: its address for config.yaml, what it holds, and the page's other feeds."""

    url: str
    parsed: Parsed
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why there is no feed, and what to try."""

    reason: str
    advice: str = ""


def find(address: str, now: datetime, *, limits: GatherSettings, allowed: Allowed = is_public) -> Found | NotFound:
    """Find the feed behind an address: a feed's own, a page's, a site's, a file's. A few requests; never raises."""
    address = re.sub(r"(?i)^feed:(//)?(?=https?://)|^feed:(?=//)", "", address)  # as some pages link to their feeds
    if address.startswith("//"):
        address = f"http:{address}"
    if not re.match(r"(?i)https?://", address):
        with suppress(OSError, ValueError):  # too long for a name, or no name at all: then it is none
            if Path(address).exists():
                return _in_file(Path(address), now, limits)
        address = f"https://{address}"
    return asyncio.run(_find(address, now, limits, allowed))


def _in_file(path: Path, now: datetime, limits: GatherSettings) -> Found | NotFound:
    got = read_file(path, limits.max_bytes)
    if isinstance(got, Missed):
        return NotFound(got.reason, got.advice)
    parsed = parse(got, FeedSource(str(path)), now=now)
    return NotFound(parsed.problem) if parsed.problem else Found(str(path.resolve()), parsed)


async def _find(url: str, now: datetime, limits: GatherSettings, allowed: Allowed) -> Found | NotFound:
    async with Client(user_agent(limits), bounds_of(limits), allowed=allowed) as client:
        try:
            answer = await _ask(client, known_site(url) or url, anywhere=True)
        except WebError as error:
            return NotFound(str(error), error.advice)
        result, _ = judged(answer, FeedState(url), now)
        if isinstance(result, Missed):
            return NotFound(result.reason, result.advice)
        parsed = _read(answer, now)
        if not parsed.problem:
            return Found(_lasting(answer, known_site(url) or url), parsed)
        if parsed.kind != "html":
            return NotFound(parsed.problem, "open it in a browser to see what it is")
        tried: list[str] = []
        candidates = (*parsed.alternates[:3], *linked(answer.body, answer.url), *likely(answer.url))
        for candidate in dict.fromkeys(candidates):
            tried.append(candidate)
            found = await _try(client, candidate, now, anywhere=site_of(candidate) == site_of(answer.url))
            if found is not None:
                return Found(found.url, found.parsed, tuple(one for one in parsed.alternates if one not in tried))
        named = ", ".join(shown(one) for one in parsed.alternates[:3])
        told = f"the feed that it names could not be read ({named})" if named else "no feed is named there"
        return NotFound("it is a web page", f"{told}, and none was found in the usual places")


async def _try(client: Client, url: str, now: datetime, *, anywhere: bool) -> Found | None:
    try:
        answer = await _ask(client, url, anywhere=anywhere)
    except WebError:
        return None
    if answer.status != 200:
        return None
    parsed = _read(answer, now)
    return None if parsed.problem else Found(_lasting(answer, url), parsed)


async def _ask(client: Client, url: str, *, anywhere: bool) -> Answer:
    answer = await client.get(url, anywhere=anywhere, headers={"Accept": ACCEPT})
    if answer.status == 403:
        answer = await client.get(url, anywhere=anywhere, headers={"Accept": BROWSER_ACCEPT})
    return answer


def _read(answer: Answer, now: datetime) -> Parsed:
    source = FeedSource(answer.url)
    return parse(answer.body, source, content_type=answer.headers.get("content-type", ""), url=answer.url, now=now)


def _lasting(answer: Answer, asked: str) -> str:
    """The address to write down: where permanent redirects led, and no further."""
    for hop in answer.hops:
        if hop.status not in PERMANENT:
            break
        asked = hop.url
    return asked
