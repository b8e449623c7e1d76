"""`digest add`: from whatever address somebody has at hand to a feed that works."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.config import GatherSettings
from digest.gather.collect import bounds_of, user_agent
from digest.gather.discover import known_site, likely
from digest.gather.fetch import ACCEPT, site_of
from digest.gather.parse import Parsed, parse
from digest.model import FeedSource
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
    if Path(address).is_file():
        parsed = parse(Path(address).read_bytes(), FeedSource(address), now=now)
        return NotFound(parsed.problem) if parsed.problem else Found(str(Path(address).resolve()), parsed)
    url = address if re.match(r"(?i)https?://", address) else f"https://{address}"
    return asyncio.run(_find(url, now, limits, allowed))


async def _find(url: str, now: datetime, limits: GatherSettings, allowed: Allowed) -> Found | NotFound:
    async with Client(user_agent(limits), bounds_of(limits), allowed=allowed) as client:
        try:
            answer = await _ask(client, known_site(url) or url, anywhere=True)
        except WebError as error:
            return NotFound(str(error), error.advice)
        if answer.status != 200:
            return NotFound(f"answered {answer.status}", "open it in a browser, and take the address from there")
        parsed = _read(answer, now)
        if not parsed.problem:
            return Found(_lasting(answer, known_site(url) or url), parsed)
        for number, candidate in enumerate(
            (*parsed.alternates[:3], *(() if parsed.alternates else likely(answer.url)))
        ):
            found = await _try(client, candidate, now, anywhere=site_of(candidate) == site_of(answer.url))
            if found is not None:
                others = tuple(one for one in parsed.alternates if one != candidate) if number < 3 else ()
                return Found(found.url, found.parsed, others)
        return NotFound(parsed.problem, "no feed is named there, nor found in the usual places")


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
    return await client.get(url, anywhere=anywhere, headers={"Accept": ACCEPT})


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
