"""A Preview as the JSON that the page draws.

Every text of a feed goes out as a JSON string and is put into the page as text, never as markup. Addresses that are not
http(s) are left out, so that the page can make links of all it gets.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import urlsplit

from digest.model import Entry, FeedReport, Story
from digest.preview.model import Edition, Preview
from digest.preview.weigh import by_kind, by_place

Json = dict[str, object]

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<!--.*?-->|<style\b.*?</style\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_FILLERS = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufeff]")  # stand behind a preheader to keep the rest out


def page(preview: Preview) -> Json:
    """The whole edition: its numbers, what it weighs, what the rules say, and why each entry stands where it stands."""
    issue, names = preview.issue, {feed.url: feed.name or feed.url for feed in preview.issue.feeds}
    html, text = preview.html, preview.text
    return {
        "digest": issue.digest,
        "title": issue.title,
        "day": issue.day.isoformat(),
        "window": [_instant(issue.start), _instant(issue.end)],
        "timezone": issue.timezone,
        "language": preview.rendition.language,
        "subject": preview.rendition.subject,
        "preheader": snippet(html),
        "stored": preview.stored,
        "headers": headers(preview.message),
        "size": {
            "limit": preview.limit,
            "html": len(html.encode("utf-8", "surrogatepass")),
            "text": len(text.encode("utf-8", "surrogatepass")),
            "pictures": sum(len(picture.data) for picture in preview.rendition.pictures),
            "message": len(preview.message),
            "kinds": [[part.name, part.bytes] for part in by_kind(html)],
            "places": [[part.name, part.bytes] for part in by_place(html)],
        },
        "findings": [
            {"id": one.id, "level": one.level, "text": one.text, "where": one.where} for one in preview.findings
        ],
        "topics": [
            {"name": topic.name, "stories": [_story(story, names, issue.top) for story in topic.stories]}
            for topic in issue.topics
        ],
        "quiet": list(issue.quiet),
        "notices": list(issue.notices),
        "settled": _settled(preview, names),
        "feeds": [_feed(feed) for feed in issue.feeds],
    }


def headers(message: bytes) -> list[list[str]]:
    """The message's headers in order, decoded, as pairs. Never fails: what cannot be decoded is shown as it stands."""
    parsed = message_from_bytes(message, policy=policy.compat32)
    decoder = policy.EmailPolicy(utf8=True)
    pairs = []
    for name, raw in parsed.raw_items():
        try:
            value = str(decoder.header_fetch_parse(name, str(raw)))
        except (ValueError, LookupError, IndexError, AttributeError):  # the parser's answers to damaged headers
            value = str(raw)
        pairs.append([name, " ".join(value.split())])
    return pairs


def snippet(html: str) -> str:
    """What a mailbox shows beside the subject: the first words of the body, hidden preheader included; fillers left
    out."""
    body = _BODY.search(html)
    text = unescape(_MARKUP.sub(" ", html[body.end() if body else 0 :][:20_000]))
    return " ".join(_FILLERS.sub(" ", text).split())[:160]


def edition(one: Edition) -> Json:
    """One line of the list of past editions."""
    return {"day": one.day.isoformat(), "title": one.title, "subject": one.subject, "stories": one.stories}


def _story(story: Story, names: Mapping[str, str], top: tuple[str, ...]) -> Json:
    return {
        "id": story.id,
        "title": story.title,
        "url": _link(story.lead.url),
        "shown": "top" if story.id in top else story.shown.value,
        "reason": story.reason,
        "score": round(story.score, 3),
        "probability": round(story.probability, 3),
        "continues": story.continues and [story.continues.day.isoformat(), story.continues.title],
        "evidence": [[one.about, one.text, round(one.weight, 3)] for one in story.evidence],
        "entries": [_entry(entry, names) for entry in story.entries],
    }


def _entry(entry: Entry, names: Mapping[str, str]) -> Json:
    return {
        "feed": names.get(entry.feed, entry.feed),
        "title": entry.title,
        "url": _link(entry.url),
        "published": _instant(entry.published) if entry.published else "",
    }


def _settled(preview: Preview, names: Mapping[str, str]) -> list[Json]:
    """The entries that stand in no story, each with what became of it."""
    in_stories = {(entry.feed, entry.ident) for story in preview.issue.stories for entry in story.entries}
    known = {(entry.feed, entry.ident): entry for entry in preview.entries}
    rows: list[Json] = []
    for one in preview.issue.settled:
        if (one.feed, one.ident) not in in_stories:
            entry = known.get((one.feed, one.ident))
            rows.append(
                {
                    "outcome": one.outcome.value,
                    "reason": one.reason,
                    "feed": names.get(one.feed, one.feed),
                    "title": entry.title if entry else one.ident,
                    "url": _link(entry.url if entry else one.ident),
                    "published": _instant(entry.published) if entry and entry.published else "",
                }
            )
    return rows


def _feed(feed: FeedReport) -> Json:
    return {
        "name": feed.name or feed.url,
        "status": feed.status,
        "entries": feed.entries,
        "shown": feed.shown,
        "reason": feed.reason,
        "advice": feed.advice,
        "since": _instant(feed.since) if feed.since else "",
        "lasting": feed.lasting,
    }


def _link(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and not parts.username else ""


def _instant(moment: datetime) -> str:
    return moment.isoformat()
