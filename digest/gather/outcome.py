"""What a fetch did to a feed: pure transitions of `FeedState`, and the words for the user."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from digest.gather.identity import Recognised
from digest.gather.urls import shown
from digest.model import FeedState
from digest.web.client import PERMANENT, Answer

if TYPE_CHECKING:
    from digest.gather.reading import Parsed

FRESH_AT_MOST = timedelta(hours=6)  # some servers say a week, and mean their images
SLACK = timedelta(seconds=90)  # the scheduler's own jitter: an hourly job must not miss an hourly max-age
RETRY_AT_MOST = timedelta(days=1)
GONE_PAUSE = timedelta(days=7)  # a 410 by mistake is found out within a week
MOVED_AFTER = 3  # successes on different days before a permanent redirect is believed


def asked_at(state: FeedState, address: str) -> str:
    """Where to ask: the new address once a permanent redirect has proved itself, else the configured one."""
    return state.moved_to if state.moved_to and len(state.moved_days) >= MOVED_AFTER else address


def is_due(state: FeedState, now: datetime) -> bool:
    """Whether the feed may be asked again."""
    return state.next_due is None or now >= state.next_due


def succeeded(state: FeedState, now: datetime, answer: Answer | None = None) -> FeedState:
    """After any success, a 304 included. What the answer says of caching and moving is remembered."""
    state = replace(
        state,
        next_due=None,
        gone=False,
        first_ok=state.first_ok or now,
        last_ok=now,
        last_try=now,
        failing_since=None,
        failures=0,
        last_error="",
        advice="",
    )
    if answer is None:
        return state
    state = _moved(replace(state, next_due=_fresh_until(answer, now)), answer, now)
    return replace(state, advice=moved_note(state, state.url))


def read(state: FeedState, parsed: "Parsed", recognised: Recognised, answer: Answer | None, digest: str) -> FeedState:
    """After a document was read. Validators are kept only of a whole one, so that a cut one is asked for again."""
    whole = parsed.whole and not (answer is not None and answer.cut)
    headers = answer.headers if answer is not None and whole else {}
    dated = [entry.published for entry in recognised.entries if entry.published and not entry.held]
    newest = max([date for date in (*dated, state.newest) if date], default=None)
    return replace(
        state,
        title=parsed.title or state.title,
        link=parsed.link or state.link,
        language=parsed.language or state.language,
        etag=headers.get("etag", "")[:1000],
        last_modified=headers.get("last-modified", "")[:100],
        body_hash=digest if whole else "",
        newest=newest,
        overrun=state.last_ok if recognised.overrun else state.overrun,
        advice=OVERRUN if recognised.overrun else " ".join(recognised.notes) or state.advice,
    )


def failed(
    state: FeedState,
    now: datetime,
    reason: str,
    advice: str,
    *,
    retry_after: timedelta | None = None,
    gone: bool = False,
) -> FeedState:
    """After a failure. An address that came by a permanent redirect is given up at the first one."""
    pause = GONE_PAUSE if gone else min(retry_after, RETRY_AT_MOST) if retry_after else None
    proved = len(state.moved_days) >= MOVED_AFTER
    return replace(
        state,
        next_due=now + pause if pause else None,
        gone=gone or state.gone,
        moved_to="" if proved else state.moved_to,
        moved_days=() if proved else state.moved_days,
        last_try=now,
        failing_since=state.failing_since or now,
        failures=state.failures + 1,
        last_error=reason,
        advice=advice,
    )


OVERRUN = "its items come and go between two visits: run `digest gather` more often (hourly), so that none is lost"


def moved_note(state: FeedState, configured: str) -> str:
    """What to tell of a permanent redirect that has proved itself, with the line that mends it; else ""."""
    if state.moved_to and len(state.moved_days) >= MOVED_AFTER and state.moved_to != configured:
        return f"has moved for good; write in config.yaml:  url: {shown(state.moved_to)}"
    return ""


def _moved(state: FeedState, answer: Answer, now: datetime) -> FeedState:
    """Count the days on which a chain began with permanent redirects: a captive portal does not last three."""
    target = ""
    for hop in answer.hops:
        if hop.status not in PERMANENT:
            break
        target = hop.url
    if not target:
        asked = asked_at(state, "")
        return state if asked and not answer.hops else replace(state, moved_to="", moved_days=())
    if target != state.moved_to:
        return replace(state, moved_to=target, moved_days=(now.astimezone(UTC).date(),))
    days = tuple(dict.fromkeys((*state.moved_days, now.astimezone(UTC).date())))
    return replace(state, moved_days=days[:MOVED_AFTER])


def _fresh_until(answer: Answer, now: datetime) -> datetime | None:
    """When the answer stops being fresh (RFC 9111, 4.2), within reason; None where nothing is said."""
    control = answer.headers.get("cache-control", "").lower()
    if re.search(r"\bno-(cache|store)\b", control):
        return None
    seconds: float | None = None
    if match := re.search(r"(?<!s-)\bmax-age\s*=\s*\"?([0-9]{1,9})", control):
        seconds = int(match[1]) - (_seconds(answer.headers.get("age", "")) or 0)
    elif expires := _date(answer.headers.get("expires", "")):
        seconds = (expires - (_date(answer.headers.get("date", "")) or now)).total_seconds()
    if seconds is None or seconds <= SLACK.total_seconds():
        return None
    return now + min(timedelta(seconds=seconds), FRESH_AT_MOST) - SLACK


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """How long the server asks to be left alone (RFC 9110, 10.2.3), if it says so."""
    value = answer.headers.get("retry-after", "").strip()
    if (seconds := _seconds(value)) is not None:
        return timedelta(seconds=min(seconds, 10**7))
    date = _date(value)
    return max(date - now, timedelta(0)) if date else None


def _seconds(value: str) -> int | None:
    """A header's whole number; more digits than nine say as little as none."""
    return int(value) if re.fullmatch(r"\s*[0-9]{1,9}\s*", value) else None


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
