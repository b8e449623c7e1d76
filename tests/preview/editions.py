"""A fictional edition for the preview's tests: every kind of story, evidence and outcome, and a mail to go with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from digest.model import (
    Earlier,
    Entry,
    Evidence,
    FeedReport,
    Issue,
    Outcome,
    Rendition,
    Settled,
    Shown,
    Story,
    Topic,
)
from digest.preview.model import Preview
from digest.render.rules import Finding

DAY = date(2026, 2, 17)
END = datetime(2026, 2, 17, 6, 30, tzinfo=UTC)
HARBOUR, FIELD, LANTERN = "https://harbour.example/feed", "https://field.example/rss", "https://lantern.example/atom"
NAMES = {HARBOUR: "The Harbour Post", FIELD: "Field Notes", LANTERN: "Lantern"}

_WORLD = (
    ("Ferry line reopens after eleven years", 3, Shown.TOP),
    ("River towns vote on a shared flood wall", 2, Shown.TOP),
    ("Old observatory will count swifts again", 1, Shown.FULL),
    ("Night trains to the coast sell out in an hour", 1, Shown.HEADLINE),
)
_SCIENCE = (
    ("Moss that drinks fog may cool the roofs of cities", 2, Shown.TOP),
    ("A map of every stone wall in the county", 1, Shown.FULL),
    ("Bees prefer crooked rows, a five-year trial finds", 1, Shown.FULL),
    ("Amateur hears a comet on a home-made radio", 1, Shown.CUT),
)
_TOWN = (
    ("The library lends out its piano", 1, Shown.FULL),
    ("Bakers agree on a loaf for the whole street", 1, Shown.HEADLINE),
    ("Lost parade banner found behind the organ", 1, Shown.CUT),
)


def entry(feed: str, title: str, number: int = 0, **more: object) -> Entry:
    """An entry of one of the fictional feeds."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    published = END - timedelta(hours=3 + number)
    made = Entry(feed, f"{slug}-{number}", title, f"https://{feed.split('/')[2]}/{slug}", published=published, seen=END)
    return replace(made, **more)  # type: ignore[arg-type]  # whichever fields a test wants


def story(topic: str, number: int, title: str, sources: int, shown: Shown) -> Story:
    """A story of so many sources, with the evidence a real one carries."""
    entries = tuple(entry(feed, title, number) for feed in (HARBOUR, FIELD, LANTERN)[:sources])
    why = {
        Shown.TOP: "among the five best: three sources, new today",
        Shown.FULL: "third of four in its topic",
        Shown.HEADLINE: "below the six told in full: headline only",
        Shown.CUT: "cut: the edition holds 40 stories, this would be the 41st",
    }[shown]
    return Story(
        id=f"{topic[:1].lower()}{number}",
        entries=entries,
        title=title,
        summary=f"{title}, said those who were there. More is expected on Thursday.",
        language="en",
        topic=topic,
        probability=0.87,
        score=12.5 - number,
        shown=shown,
        reason=why,
        continues=Earlier(date(2026, 2, 16), "Ferry line to be tested") if title.startswith("Ferry") else None,
        evidence=(
            Evidence("topic", "the word “ferry” stands near “transport” in the description", 0.62),
            Evidence("topic", "18 of the last 20 entries of The Harbour Post were filed here", 0.21),
            Evidence("story", f"{sources} titles share a link" if sources > 1 else "nobody else tells it", 0.9),
            Evidence("rank", f"{sources} sources × weight 1", float(sources)),
            Evidence("rank", "published 3 hours before the edition", -0.4),
        ),
    )


def issue(day: date = DAY) -> Issue:
    """The edition of one day."""
    topics = tuple(
        Topic(name, tuple(story(name, number, *row) for number, row in enumerate(rows)))
        for name, rows in (("World", _WORLD), ("Science", _SCIENCE), ("Town", _TOWN))
    )
    stories = [one for topic in topics for one in topic.stories]
    settled = [
        Settled(e.feed, e.ident, Outcome.CUT if s.shown is Shown.CUT else Outcome.SHOWN, s.reason)
        for s in stories
        for e in s.entries
    ]
    settled += [Settled(e.feed, e.ident, outcome, reason) for e, outcome, reason in _ASIDE]
    return Issue(
        digest="morning",
        title="Morning Digest",
        day=day,
        start=END - timedelta(days=1),
        end=END,
        language="en",
        timezone="Europe/Kyiv",
        topics=topics,
        top=tuple(one.id for one in stories if one.shown is Shown.TOP),
        quiet=("Chess",),
        settled=tuple(settled),
        feeds=(
            FeedReport(HARBOUR, NAMES[HARBOUR], "ok", 14, 9),
            FeedReport(FIELD, NAMES[FIELD], "unchanged", 5, 4),
            FeedReport(
                LANTERN,
                NAMES[LANTERN],
                "overrun",
                30,
                2,
                "its oldest item is newer than our last visit",
                "gather hourly",
            ),
            FeedReport(
                "https://mill.example/feed",
                "The Mill",
                "failed",
                reason="404 Not Found",
                advice="find its new address",
                since=END - timedelta(days=4),
                lasting=True,
            ),
        ),
        notices=("Yesterday's edition could not be delivered to one address.",),
    )


_ASIDE = (
    (entry(HARBOUR, "Horoscope for the week", 1), Outcome.FILTERED, "excluded by the word “horoscope”"),
    (entry(FIELD, "Sponsored: shoes for walking", 2), Outcome.FILTERED, "excluded by the word “sponsored”"),
    (entry(LANTERN, "The lamps of 2019", 3), Outcome.OLD, "dated 12 days before the window"),
    (
        entry(LANTERN, "Ferry line reopens after 11 years", 4),
        Outcome.DUPLICATE,
        "the same address as “Ferry line reopens after eleven years”",
    ),
)

_STYLE = """<style>h2 { color: #7a4b12 }</style><style data-premailer="ignore"> :root { color-scheme: light dark;
supported-color-schemes: light dark } @media (prefers-color-scheme: dark) { body, .page { background: #14120f
!important; color: #eee8dd !important } a { color: #f0c27a !important } } @media (max-width: 480px) { .page { padding:
16px !important } } </style>"""


def html(one: Issue) -> str:
    """A plain newsletter of the issue."""
    parts = [
        f'<!DOCTYPE html>\n<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{escape(one.title)}</title>',
        '<meta name="color-scheme" content="light dark">',
        _STYLE,
        '</head>\n<body style="margin:0;background:#fbf7f0;color:#211c15;font:17px/1.5 Georgia,serif">',
        '<div style="display:none">Ferry line reopens · River towns vote · Moss that drinks fog</div>',
        '<table role="presentation" class="page" align="center" style="max-width:600px;padding:32px"><tr><td>',
        f'<h1 style="font-size:30px;margin:0">{escape(one.title)}</h1><p>Tuesday, {one.day.isoformat()}</p>',
    ]
    for topic in one.topics:
        parts.append(f'\n<h2 style="border-top:1px solid #d9cdb8;padding-top:16px">{escape(topic.name)}</h2>')
        for told in topic.stories:
            if told.shown is not Shown.CUT:
                link = f'<a href="{escape(told.lead.url)}" style="color:#7a4b12">{escape(told.title)}</a>'
                parts.append(f"\n<h3 style='margin-bottom:0'>{link}</h3><p>{escape(told.summary)}</p>")
        parts.append('<img src="https://pictures.example/wall.jpg" alt="A stone wall in fog" width="300" height="120">')
    parts.append(
        '\n<p>You get this because you asked for it. <a href="https://unsubscribe.invalid/">Unsubscribe</a></p>'
    )
    return "".join(parts) + "</td></tr></table></body></html>\n"


def preview(day: date = DAY, *, markup: str = "", stored: bool = False) -> Preview:
    """The whole Preview of one day; `markup` replaces the mail's HTML."""
    one = issue(day)
    body = markup or html(one)
    text = "MORNING DIGEST\n\n" + "\n".join(f"* {told.title}\n  {told.lead.url}" for told in one.stories) + "\n"
    subject = f"Morning Digest, {day.isoformat()}: Ferry line reopens after eleven years"
    mail = EmailMessage(SMTP)
    mail["From"] = "Morning Digest <digest@example.org>"
    mail["To"] = "Zoë Ćirić <zoe@example.org>"
    mail["Subject"] = subject
    mail["Message-ID"] = "<0123456789abcdef@example.org>"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(body, subtype="html", cte="quoted-printable")
    findings = (
        Finding("H15", "WARN", "1 image has no alternative text", '<img src="https://pictures.example/wall.jpg"'),
        Finding("H17", "FAIL", "h3 without its own h2 above", '<h3 style="margin-bottom:0">'),
        Finding("H01", "PASS", "4,000 bytes of 102,400"),
    )
    return Preview(
        issue=one,
        rendition=Rendition("0" * 16, subject, body, text),
        message=mail.as_bytes(),
        findings=findings,
        entries=tuple(e for e, _, _ in _ASIDE),
        stored=stored,
    )
