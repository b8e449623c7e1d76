"""Whole articles for feeds that give only a teaser: the page is fetched politely, and its text put into the entry.

Only where the user asked (`fulltext: auto | always`), only for new entries of the last days, under gather's limits: so many at once
a host, robots.txt obeyed (RFC 9309), bounded bytes and time, public addresses only. What cannot be had leaves the entry
as the feed gave it. Extraction is trafilatura's (the extra `fulltext`); what it returns is cleaned like any feed's markup.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from urllib.parse import urljoin, urlsplit

from digest.config import GatherSettings
from digest.gather import robots
from digest.gather.robots import FORBIDDEN, Robots
from digest.model import Entry, Fetched, FetchResult, Image
from digest.ports import Executor
from digest.web.addresses import is_public
from digest.web.client import Answer, Client, Limits
from digest.web.failures import WebError
from digest.web.transport import Allowed

ENOUGH = 1_000  # characters of text: a feed that gives so much gives the article, or its better half
RECENT = timedelta(days=2)  # older entries are backlog: they make no edition
MOST = 40  # pages of one feed in one gather
_TOTAL = 90.0  # seconds for all pages of a gather
_PAGE = Limits(total=20.0, connect=8.0, read=10.0, max_bytes=4_000_000, redirects=5)
_ROBOTS = Limits(total=10.0, connect=5.0, read=8.0, max_bytes=500_000, redirects=5)
_SLOWEST = 5.0  # seconds between pages of a host: who asks for more is left alone
_TAG = re.compile(r"<[^<>]*>")
_META = re.compile(rb"(?is)<meta\b[^>]{0,2000}>")
_OG_IMAGE = re.compile(rb"(?i)(?:property|name)\s*=\s*[\"']?(?:og:image(?::url)?|twitter:image)[\"'\s>]")
_CONTENT = re.compile(rb"(?i)\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, to be read wherever the executor does it."""

    entry: Entry
    url: str
    body: bytes


def completed(
    results: Iterable[FetchResult],
    now: datetime,
    *,
    limits: GatherSettings,
    user_agent: str,
    executor: Executor,
    allowed: Allowed = is_public,
) -> Iterator[FetchResult]:
    """The same results; feeds that ask for whole articles come last, with their new entries completed. Never raises."""
    held: list[Fetched] = []
    for result in results:
        if isinstance(result, Fetched) and any(wanted(entry, result.source.fulltext, now) for entry in result.entries):
            held.append(result)
        else:
            yield result
    if not held:
        return
    if find_spec("trafilatura") is None:
        note = "whole articles need one more package: pip install 'morning-digest[fulltext]'"
        yield from (replace(result, notes=(*result.notes, note)) for result in held)
        return
    entries = [e for r in held for e in [e for e in r.entries if wanted(e, r.source.fulltext, now)][:MOST]]
    pages = asyncio.run(_fetch(entries, limits, user_agent, allowed))
    whole = {(entry.feed, entry.ident): entry for entry in executor.map(read, pages)}
    for result in held:
        yield replace(result, entries=tuple(whole.get((e.feed, e.ident), e) for e in result.entries))


def wanted(entry: Entry, fulltext: str, now: datetime) -> bool:
    """Whether an entry's page is to be asked for."""
    if fulltext not in ("auto", "always") or urlsplit(entry.url).scheme not in ("http", "https"):
        return False
    if entry.published is not None and entry.published < now - RECENT:
        return False
    own = max(len(_TAG.sub("", entry.content)), len(_TAG.sub("", entry.teaser)))
    return fulltext == "always" or own < ENOUGH


def read(page: Page) -> Entry:
    """The entry with the page's article as its content, if that says more than the feed did, and the page's picture."""
    from trafilatura import extract  # half a second to load: only here

    entry = page.entry
    markup = extract(
        page.body, url=page.url, output_format="html", include_comments=False, include_tables=True, include_links=True
    )
    picture = _picture(page)
    images = (*entry.images, *((picture,) if picture else ()))
    if not markup or len(_TAG.sub("", markup)) <= len(_TAG.sub("", entry.content)) * 1.1:
        return replace(entry, images=images)
    teaser = entry.teaser or entry.content
    return replace(entry, content=markup, teaser=teaser, images=images)


def _picture(page: Page) -> Image | None:
    for meta in _META.finditer(page.body[:200_000]):
        content = _CONTENT.search(meta[0]) if _OG_IMAGE.search(meta[0]) else None
        if content:
            address = (content[1] or content[2] or b"").decode("utf-8", "replace").replace("&amp;", "&").strip()
            try:
                return Image(urljoin(page.url, address)) if address else None
            except ValueError:
                return None
    return None


# ---------------------------------------------------------------- fetching


async def _fetch(entries: Sequence[Entry], limits: GatherSettings, user_agent: str, allowed: Allowed) -> list[Page]:
    """The pages that could be had within the time for all of them."""
    async with Client(user_agent, _PAGE, allowed=allowed) as client:
        hosts: dict[str, _Host] = {}

        def host(url: str) -> _Host:
            origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
            if origin not in hosts:
                hosts[origin] = _Host(origin, client, user_agent, limits.per_host, host)
            return hosts[origin]

        tasks = [asyncio.create_task(host(entry.url).page(entry)) for entry in entries]
        _, late = await asyncio.wait(tasks, timeout=_TOTAL)
        for task in late:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
    return [page for page in done if isinstance(page, Page)]


class _Host:
    """One origin: its robots.txt, read once, and so many requests at a time."""

    def __init__(
        self, origin: str, client: Client, user_agent: str, per_host: int, other: "Callable[[str], _Host]"
    ) -> None:
        self._origin, self._client, self._agent, self._other = origin, client, user_agent, other
        self._slots = asyncio.Semaphore(per_host)
        self._asking = asyncio.Lock()
        self._robots: Robots | None = None

    async def page(self, entry: Entry) -> Page | None:
        async with self._slots:
            rules = await self._rules()
            pause = rules.delay
            if not rules.allows(entry.url) or pause > _SLOWEST:
                return None
            if pause:
                async with self._asking:
                    await asyncio.sleep(pause)
            try:
                accept = {"Accept": "text/html,application/xhtml+xml"}
                answer = await self._client.get(entry.url, headers=accept, may=self._may)
            except WebError:
                return None
            return Page(entry, answer.url, answer.body) if _is_page(answer) else None

    async def _may(self, url: str) -> bool:
        """Whether a redirect may be followed: where it leads has rules of its own."""
        return (await self._other(url)._rules()).allows(url)

    async def _rules(self) -> Robots:
        """robots.txt: missing (4xx) allows everything, out of order (5xx, no answer) forbids everything."""
        async with self._asking:
            if self._robots is None:
                try:
                    answer = await self._client.get(f"{self._origin}/robots.txt", limits=_ROBOTS)
                except WebError:
                    self._robots = FORBIDDEN
                else:
                    refused = answer.status >= 500 or answer.status == 429
                    text = answer.body.decode("utf-8", "replace") if answer.status < 400 else ""
                    self._robots = FORBIDDEN if refused else robots.read(text, self._agent)
            return self._robots


def _is_page(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return answer.status == 200 and bool(answer.body) and kind in ("text/html", "application/xhtml+xml", "")
