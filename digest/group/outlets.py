"""What to call a feed: the outlet's name, out of a feed title such as "World – TIME" or "Top Stories".

Feed titles name a section, a slogan or a search as often as the outlet; readers know the outlet. What tells them apart
is the host of its links: the part of the title that spells the host's name is the name.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from digest.model import Entry, FeedReport, FeedSource

_SEPARATORS = re.compile(r"\s+[-–—|>»/:·•]+\s+|\s*[|»:]\s+|,\s+|\s+in\s+|\s*[-–—|>»:]\s*$")
_GENERIC = frozenset(
    """world international global
    asia europe africa americas americas' us u.s uk news top latest breaking main home page
    homepage front pages all stories story headlines headline articles article rss feed feeds channel public category
    topics topic index default edition app online daily posts entries blog recent updates today national politics
    business economy economic finance markets money technology tech science health sport sports culture arts
    entertainment life lifestyle opinion opinions editorial travel climate environment education video videos podcast
    and the of from for on a in to crime more
    nachrichten schlagzeilen aktuell aktuelle startseite politik wirtschaft kultur wissen gesellschaft panorama
    ausland inland europa netzwelt digital technik wissenschaft gesundheit leben reise
    actualités actualité monde une à la france politique économie société sciences international planète santé
    noticias portada mundo política economía deportes cultura últimas internacional nacional ciencia tecnología salud
    notizie mondo cronaca politica economia esteri scienza tecnologia salute
    notícias economia esportes ciência tecnologia saúde
    новости главная статьи тексты мир политика экономика общество наука культура спорт
    новини світ політика економіка суспільство наука
    新闻 主页 新闻主页 首页 国际 국제 뉴스 ニュース 国際""".split()
)
_OF_NAMES = frozenset("news blog online magazine daily edition".split())  # generic, yet part of many a name
_SECOND_LEVEL = frozenset("co com org net gov ac edu or ne go in gob".split())
_WITHIN = re.compile(r"(?i)^https?://[^?#]*(?:/|\?(?:[^#]*&)?(?:u|url|target)=)(https?(?::|%3a)(?:/|%2f){2}[^&]+)")
_EDGES = ' -–—|>»:,.“”"'
_LONGEST = 40  # characters: more than that is a slogan


def outlet(title: str, host: str, section: str = "") -> str:
    """The outlet's name, at most about 40 characters; never empty where any of title and host is not.

    `host` is that of the feed's links (not the feed's own: many are served by somebody else), `section` the folder in
    which most of them stand: a title that is nothing but that folder's name ("California") gets its host beside it.
    """
    bare = " ".join(title.split())
    label = _label(host)
    segments = [part.strip(_EDGES) for part in _SEPARATORS.split(bare) if part and part.strip(_EDGES)]
    for segment in segments:
        if _spells(segment, label):
            return _trim(segment, label)
    for segment in segments if len(bare) > _LONGEST else ():
        word = next((w for w in segment.split() if _spells(w.strip(".,"), label)), "")
        if word:
            return _without_domain(word.strip(".,"))
    telling = [segment for segment in segments if not _generic(segment)]
    if not telling:
        return _readable(host) or bare
    if section and _letters(" ".join(telling).replace("&", " and ")) == _letters(section) and host:
        return f"{_short(telling[0])} ({_readable(host)})"
    if len(bare) <= _LONGEST and len(telling) == len(segments):
        return bare
    return _short(telling[0])


def reached(url: str) -> str:
    """The address that an address leads to: of a page kept in an archive, or behind a gateway that names it, the page's
    own ("https://archive.example/newest/https://news.example/a"); else itself."""
    found = _WITHIN.search(url) if url.find("http", 8) > 0 else None
    within = unquote(found[1]) if found else url
    try:
        return within if urlsplit(within).hostname else url
    except ValueError:  # no address after all
        return url


def named(
    reports: Sequence[FeedReport], sources: Mapping[str, FeedSource], entries: Iterable[Entry]
) -> tuple[FeedReport, ...]:
    """The reports under the names that a reader knows: the user's own, else the outlet's."""
    hosts: dict[str, Counter[str]] = {}
    folders: dict[str, Counter[str]] = {}
    for entry in entries:
        parts = urlsplit(reached(entry.url))
        hosts.setdefault(entry.feed, Counter())[parts.hostname or ""] += 1
        folders.setdefault(entry.feed, Counter())[parts.path.strip("/").split("/")[0]] += 1

    found: dict[str, str] = {}
    own: dict[str, Counter[str]] = {}
    for report in reports:
        host, counted = _most(hosts.get(report.url)) or _host(report.url), folders.get(report.url)
        folder = _most(counted)
        section = folder if counted and counted[folder] * 2 > counted.total() else ""
        found[report.url] = called = outlet(report.name, host, section) or report.name
        if called != _readable(host) and _spells(called, _label(host)):
            own.setdefault(_readable(host), Counter())[called] += 1

    def name(report: FeedReport) -> str:
        """A section's feed that does not name its outlet is called as the outlet's other feeds are."""
        return _most(own.get(found[report.url])) or found[report.url]

    return tuple(
        report if report.url in sources and sources[report.url].name else replace(report, name=name(report))
        for report in reports
    )


def _most(hosts: Counter[str] | None) -> str:
    return min(hosts, key=lambda host: (-hosts[host], host)) if hosts else ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _label(host: str) -> str:
    """The registrable part of a host: `bbc` of www.bbc.co.uk."""
    parts = [part for part in host.casefold().split(".") if part]
    parts = parts[:-1]
    while len(parts) > 1 and parts[-1] in _SECOND_LEVEL:
        parts.pop()
    return re.sub(r"\W", "", parts[-1]) if parts else ""


def _letters(text: str) -> str:
    flat = unicodedata.normalize("NFKD", _without_domain(text).casefold())
    return "".join(c for c in flat if c.isalnum())


def _spells(text: str, label: str) -> bool:
    """Does the text spell the host's name: whole, without its article or generic words, or by initials?"""
    if len(label) < 2:
        return False
    words = _without_domain(text).split()
    kept = [word for word in words if word.casefold() not in _GENERIC]
    forms = {_letters(text), _letters(" ".join(words).removeprefix("The ")), _letters(" ".join(kept))} - {""}
    initials = "".join(word[0] for word in words if word[0].isalnum()).casefold()
    return label in forms or (len(label) > 2 and (initials == label or _alias(forms, label)))


def _alias(forms: set[str], label: str) -> bool:
    """A well-worn short form: the name begins the host's, or the other way round (DER SPIEGEL, nytimes, abcnews)."""
    return any(
        len(form) > 2 and (label.startswith(form) or form.endswith(label) or form.startswith(label)) for form in forms
    )


def _generic(segment: str) -> bool:
    return all(word in _GENERIC for word in re.findall(r"\w+(?:[.'’]\w+)*", segment.casefold()))


def _trim(segment: str, label: str) -> str:
    """A segment that goes on after the name ("NDTV News Search Records Found 1000") is cut after it."""
    words = segment.split()
    for count in range(1, len(words)):
        if label in (_letters(" ".join(words[:count])), _letters(" ".join(words[:count]).removeprefix("The "))):
            rest = [word.casefold() for word in words[count:]]
            if len(rest) < 4 and not _GENERIC & set(rest):
                break  # the rest belongs to the name (Manton Reece)
            more = words[count : count + 1]
            keep = more if more and more[0].casefold() in ("news", "blog", "magazine", "online") else []
            return _without_domain(" ".join(words[:count] + keep))
    for count in range(1, len(words)) if _letters(segment) != label else ():
        begun = " ".join(words[:count])
        behind = {word.casefold() for word in words[count:]}
        if behind <= _GENERIC - _OF_NAMES and not _generic(begun) and _alias({_letters(begun)}, label):
            return begun  # a section behind a short form (NYT World)
    return _short(re.sub(r"(?i)\s+(rss|feeds?|rss feed)$", "", _without_domain(segment)))


def _without_domain(text: str) -> str:
    return re.sub(r"(?i)^(?:www\.)?([\w-]{2,})\.(?:com|org|net)$", r"\1", text)


def _readable(host: str) -> str:
    return host.casefold().removeprefix("www.")


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    cut = text[:_LONGEST].rpartition(" ")[0] or text[: _LONGEST - 1]
    return cut.rstrip(" ,;:-–—") + "…"
