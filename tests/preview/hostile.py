"""An edition in which every text that a feed, a user or a publisher may write tries to break out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from digest.config import parse as settings_of
from digest.execute import Serial
from digest.gather.parse import parse
from digest.group.compose import compose
from digest.group.meaning.vectors import default
from digest.model import (
    Delivery,
    DeliveryState,
    Earlier,
    Entry,
    Evidence,
    FeedReport,
    FeedSource,
    Issue,
    Memory,
    Settled,
    Story,
    Topic,
    View,
)
from digest.preview.model import Preview
from digest.render.newsletter import render
from digest.render.rules import Finding, check
from digest.send.message import MailSettings, build, message_id
from tests.preview import editions

MARK = "pwned"
SCRIPT = f"top.{MARK}=1;parent.{MARK}=1;window.{MARK}=1"
VECTORS = (
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror='{SCRIPT}'>",
    f'"><svg onload="{SCRIPT}">',
    f"'-({SCRIPT})-'",
    f"</title></textarea></style></script><script>{SCRIPT}</script>",
    f'<iframe srcdoc="<script>{SCRIPT}</script>"></iframe>',
    "{{7*7}} ${7*7} <%= 7 %> \u202egnp.exe \u2066 \x00 \x1b[31m",
    f'<a href="javascript:{SCRIPT}">x</a>',
    "<link rel=stylesheet href=https://leak.example/s.css><base href=https://leak.example/>",
    "</script><!-- -->]]><style>*{display:none!important}</style>",
)
BODY = f"""<!DOCTYPE html><html><head><base href="https://leak.example/">
<meta http-equiv="refresh" content="0;url=https://leak.example/refresh">
<link rel="stylesheet" href="https://leak.example/sheet.css"><link rel="preconnect" href="https://leak.example">
<link rel="prefetch" href="https://leak.example/prefetch"><link rel="dns-prefetch" href="//leak.example">
<style>@import url(https://leak.example/import.css);
@font-face {{ font-family: x; src: url(https://leak.example/f.woff) }}
body {{ background: url(https://leak.example/bg.png); font-family: x }}</style><script>{SCRIPT}</script></head>
<body onload="{SCRIPT}"><img name="documentElement" src="https://leak.example/i.png" alt="">
<img name="getElementsByTagName" alt=""><form name="body" action="https://leak.example/form">
<input name="x" autofocus onfocus="{SCRIPT}"><button>go</button></form>
<iframe src="https://leak.example/frame"></iframe><object data="https://leak.example/o"></object>
<embed src="https://leak.example/e"><video src="https://leak.example/v" autoplay></video>
<svg><image href="https://leak.example/svg.png"/><script>{SCRIPT}</script></svg>
<a id="away" href="https://leak.example/clicked" target="_self">a link</a> {" ".join(VECTORS)}
</body></html>"""


def preview() -> Preview:
    """The fictional edition with every text replaced; even the HTML is as if nobody had cleaned it."""
    one = editions.preview(markup=BODY)
    return replace(
        one,
        issue=_issue(one.issue),
        rendition=replace(one.rendition, subject=VECTORS[0], text="\n".join(VECTORS)),
        findings=tuple(Finding(vector, "FAIL", vector, vector) for vector in VECTORS),
        message=one.message.replace(b"Morning Digest <", b'"<script>top.pwned=1</script>" <', 1),
        entries=(),
    )


def _issue(issue: Issue) -> Issue:
    topics = tuple(
        Topic(vector, tuple(_story(story, vector) for story in topic.stories))
        for topic, vector in zip(issue.topics * 4, VECTORS, strict=False)
    )
    return replace(
        issue,
        title=VECTORS[1],
        timezone="Not/AZone",
        topics=topics,
        quiet=VECTORS,
        notices=VECTORS,
        settled=tuple(
            Settled(vector, vector, one.outcome, vector)
            for one, vector in zip(issue.settled, VECTORS * 3, strict=False)
        ),
        feeds=tuple(FeedReport(vector, vector, vector, reason=vector, advice=vector) for vector in VECTORS),
    )


def _story(story: Story, vector: str) -> Story:
    entries = tuple(
        replace(entry, title=vector, feed=vector, ident=vector, url=f"javascript:{SCRIPT}") for entry in story.entries
    )
    return replace(
        story,
        id=vector + story.id,
        title=vector,
        entries=entries,
        reason=vector,
        continues=Earlier(editions.DAY, vector, f"javascript:{SCRIPT}"),
        evidence=tuple(Evidence(vector, vector, 1.0) for _ in story.evidence),
    )


NOW = datetime(2027, 1, 1, tzinfo=UTC)


def of_corpus(folder: Path, template: str) -> Preview:
    """Every body of a folder as a feed of one digest: read, composed, rendered and built for real. All of today."""
    issue, due = _composed(folder)
    rendition = render(issue, View(template=template, images="remote", sender="digest@example.com", unsubscribe=True))
    mail = MailSettings(title="Digest", sender_name="Digest", sender="digest@example.com")
    identity = message_id("hostile", issue.day, "reader@example.org", "example.com")
    delivery = Delivery(1, "hostile", issue.day, "reader@example.org", "", identity, DeliveryState.PENDING, NOW)
    message = build(rendition, delivery, mail=mail).data
    return Preview(issue, rendition, message, findings=check(rendition.html, rendition.text, message), entries=due)


@lru_cache(maxsize=1)
def _composed(folder: Path) -> tuple[Issue, tuple[Entry, ...]]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".tsv"]
    feeds, due = [], []
    for path in paths:
        found = parse(path.read_bytes(), FeedSource(str(path)), now=NOW)
        feeds.append(FeedReport(str(path), found.title, "ok", reason=found.problem))
        due += [replace(entry, published=NOW, seen=NOW) for entry in found.entries[:20]]
    listed = "".join(f"  - {feed.url}\n" for feed in feeds)
    config = f"sender: digest@example.com\nrecipients: [reader@example.org]\ntemplate: full\nmax_stories: 5000\nfeeds:\n{listed}"
    issue = compose(
        settings_of(config, folder / "config.yaml"),
        tuple(due),
        Memory(),
        start=NOW - timedelta(days=1),
        now=NOW,
        health=tuple(feeds),
        embedder=default(),
        executor=Serial(),
        summariser=None,
    )
    return issue, tuple(due)
