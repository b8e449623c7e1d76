"""`digest explain URL`: why an entry is, or is not, in an edition."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.options import CONFIG, Config, Now, Quiet, Verbose, clock
from digest.cli.terminal import Terminal, plain

if TYPE_CHECKING:
    from digest.model import Entry, Issue, Story


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command()(explain)


def explain(
    url: Annotated[str, typer.Argument(metavar="URL", help="The entry's link, guid, or words of its title.")],
    config: Config = CONFIG,
    offline: Annotated[
        bool, typer.Option("--offline", metavar="", help="Do not ask the feeds: look at what the store holds.")
    ] = False,
    now: Now = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Why is this in the edition, or why not? Window, filter, duplicate, story, topic, rank. Changes nothing.

    Exit codes: 0 found · 1 no such entry in what is known of your feeds.
    """
    from digest import pipeline, wiring
    from digest.config import load
    from digest.gather.urls import url_key

    terminal, moment = Terminal(verbose=verbose, quiet=quiet), clock(now)
    settings = load(config)
    with wiring.wire(settings, snapshot=True, tell=terminal.tell) as parts, terminal.bars():
        find = partial(parts.store.find, settings.name)
        known = find(url) or find(url_key(url) or url)
        issue, _ = pipeline.preview(settings, parts, now=moment, offline=offline)
        known = known or find(url) or find(url_key(url) or url)
        earlier = parts.store.issues(settings.name, limit=90)
    found = False
    for edition in (issue, *(one for one in earlier if one.day != issue.day)):
        for lines in _in_issue(edition, url, {(entry.feed, entry.ident) for entry, _ in known}):
            found = True
            print("\n".join(plain(line) for line in lines))
    if not found:
        for entry, verdict in known:
            found = True
            dates = f"dated {_when(entry.published)}, first seen {_when(entry.seen)}"
            print(plain(f"{entry.title}\n  from {entry.feed}, {dates}\n  {verdict}"))
    if not found:
        terminal.warn(f"nothing in your feeds' known entries matches {url}; is its feed in {settings.path.name}?")
        raise typer.Exit(1)


def _in_issue(issue: "Issue", url: str, known: set[tuple[str, str]]) -> list[list[str]]:
    placed = [
        (topic.name, story, entry) for topic in issue.topics for story in topic.stories for entry in story.entries
    ]
    texts = [
        _story(issue, topic, story, entry)
        for topic, story, entry in placed
        if (entry.feed, entry.ident) in known or _matches(entry, url)
    ]
    return texts or [
        [one.ident, f"  edition of {issue.day}: {one.outcome.value}: {one.reason}"]
        for one in issue.settled
        if (one.feed, one.ident) in known
    ]


def _matches(entry: "Entry", url: str) -> bool:
    return url in (entry.url, entry.guid, entry.ident) or (len(url) > 7 and url.casefold() in entry.title.casefold())


def _story(issue: "Issue", topic: str, story: "Story", entry: "Entry") -> list[str]:
    dates = f"the entry is dated {_when(entry.published)}, first seen {_when(entry.seen)}"
    settled = [one for one in issue.settled if (one.feed, one.ident) == (entry.feed, entry.ident)]
    others = [other.title for other in story.entries if other is not entry]
    lines = [
        entry.title,
        f"  edition   {issue.day}: {story.shown.value} in {topic}: {story.reason}",
        f"  window    {_when(issue.start)} to {_when(issue.end)}; {dates}",
    ]
    if others:
        lines.append(f"  story     {story.title}")
        lines += [f"            with: {title}" for title in others]
    if story.continues:
        lines.append(f"  continues {story.continues.day}: {story.continues.title}")
    lines += [f"  {e.about:<9} {e.text}{f' ({e.weight:+.2f})' if e.weight else ''}" for e in story.evidence]
    lines += [f"  settled   {one.outcome.value}: {one.reason}" for one in settled]
    return lines


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else "without a date"
