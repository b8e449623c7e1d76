"""An edition in which every text that a feed, a user or a publisher may write tries to break out."""

from dataclasses import replace

from digest.model import Earlier, Evidence, FeedReport, Issue, Settled, Story, Topic
from digest.preview.model import Preview
from digest.render.rules import Finding
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
