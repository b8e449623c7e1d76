"""What runs and issues look like to other programs (`--json`) and in one line to a person."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from digest.gather.urls import shown
from digest.model import Delivery, DeliveryState, Entry, FeedReport, Issue, Shown, Story
from digest.pipeline import Report, Status


def issue_json(issue: Issue, subject: str) -> dict[str, Any]:
    """The whole issue, cut stories included; instants are ISO 8601 in UTC."""
    return {
        "title": issue.title,
        "day": issue.day.isoformat(),
        "window": {"start": _instant(issue.start), "end": _instant(issue.end)},
        "subject": subject,
        "opening": issue.opening,
        "topics": [
            {"name": topic.name, "stories": [_story(story) for story in topic.stories]} for topic in issue.topics
        ],
        "quiet": list(issue.quiet),
        "settled": [
            {"feed": shown(one.feed), "key": one.ident, "outcome": one.outcome.value, "reason": one.reason}
            for one in issue.settled
        ],
        "feeds": [_feed(feed) for feed in issue.feeds],
        "notices": list(issue.notices),
        "note": issue.note,
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "title": story.title,
        "shown": story.shown.value,
        "reason": story.reason,
        "summary": story.summary,
        "language": story.language,
        "topic": story.topic,
        "confidence": round(story.probability, 3),
        "score": round(story.score, 3),
        "continues": {"day": story.continues.day.isoformat(), "title": story.continues.title}
        if story.continues
        else None,
        "evidence": [{"about": e.about, "text": e.text, "weight": round(e.weight, 3)} for e in story.evidence],
        "entries": [_entry(entry) for entry in story.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "feed": shown(entry.feed),
        "key": entry.key,
        "url": entry.url,
        "title": entry.title,
        "published": _instant(entry.published) if entry.published else None,
        "summary": entry.summary,
    }


def _feed(feed: FeedReport) -> dict[str, Any]:
    return {
        "url": shown(feed.url),
        "name": feed.name,
        "status": feed.status,
        "entries": feed.entries,
        "shown": feed.shown,
        "reason": feed.reason,
        "advice": feed.advice,
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def dumps(value: object) -> str:
    """JSON as it is printed and written: UTF-8, indented, no lone surrogates."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode("utf-8")


def run_json(report: Report) -> dict[str, Any]:
    """A run: its status and deliveries, then the issue's own keys where there is one."""
    deliveries = [
        {
            "recipient": d.recipient,
            "state": d.state.value,
            "message_id": d.message_id,
            "attempts": d.attempts,
            "reason": d.reason,
        }
        for d in report.deliveries
    ]
    head: dict[str, Any] = {"status": report.status.value, "sent": _count(report.deliveries), "deliveries": deliveries}
    return head | (issue_json(report.issue, report.subject) if report.issue else {"feeds": []})


def _count(deliveries: tuple[Delivery, ...]) -> int:
    return sum(one.state is DeliveryState.SENT for one in deliveries)


def in_words(report: Report, where: str) -> str:
    """One line for a person: what the run came to."""
    match report.status:
        case Status.ALREADY:
            return "Today's edition has been sent already; nothing to do."
        case Status.EMPTY:
            return "Nothing new in your feeds; nothing to send."
        case Status.BACK:
            return "The newest edition is later than this moment: nothing to do (see past days with preview --now)."
        case Status.SENT:
            return f"{edition_in_words(report.issue)}, {_count(report.deliveries)} sent to {where}."
        case Status.PARTLY:
            return f"{edition_in_words(report.issue)}, {delivery_in_words(report.deliveries)}."


def edition_in_words(issue: Issue | None) -> str:
    """`38 stories from 25 sources`."""
    if issue is None:
        return "An earlier edition"
    shown = [story for story in issue.stories if story.shown is not Shown.CUT]
    sources = {entry.feed for story in shown for entry in story.entries}
    stories = "1 story" if len(shown) == 1 else f"{len(shown)} stories"
    return f"{stories} from {'1 source' if len(sources) == 1 else f'{len(sources)} sources'}"


def unread_in_words(issue: Issue | None) -> str:
    """That not one feed could be read, and why the first could not: no network, most often; else ""."""
    feeds = issue.feeds if issue else ()
    if not feeds or any(feed.status not in ("failed", "gone") for feed in feeds):
        return ""
    many = f"not one of {len(feeds)} feeds could be read" if len(feeds) > 1 else "the feed could not be read"
    return f"{many} ({feeds[0].name}: {feeds[0].reason})" if feeds[0].reason else many


def delivery_in_words(deliveries: tuple[Delivery, ...]) -> str:
    """`2 sent, 1 deferred (greylisted …)`: counts by state, and the first reason of what failed."""
    counts = Counter(one.state for one in deliveries)
    words = ", ".join(f"{count} {state.value}" for state, count in sorted(counts.items()))
    bad = next((one for one in deliveries if one.state not in (DeliveryState.SENT, DeliveryState.CANCELLED)), None)
    return f"{words} ({bad.recipient}: {bad.reason})" if bad and bad.reason else words
