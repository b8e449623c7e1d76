"""Subscriptions: `digest add`, `remove`, `feeds`, `import` and `export`."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.options import CONFIG, AsJson, Config, Now, Quiet, Verbose, clock
from digest.cli.terminal import Terminal, plain

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.gather.find import Found
    from digest.gather.opml import Subscription

Topic = Annotated[str, typer.Option("--topic", "-t", help="Pin every entry of it to this topic.")]
Name = Annotated[str, typer.Option("--name", "-n", help="What to call it.")]


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    app.command()(add)
    app.command()(remove)
    app.command()(feeds)
    app.command("import")(import_)
    app.command()(export)


def add(
    address: Annotated[str, typer.Argument(metavar="URL", help="A feed's address, or the page or site it belongs to.")],
    topic: Topic = "",
    name: Name = "",
    config: Config = CONFIG,
    now: Now = None,
) -> None:
    """Find the feed behind an address, show what it holds, and write it into config.yaml.

    Exit codes: 0 added, or there already · 1 no feed found · 2 the config cannot be used.
    """
    from digest import wiring
    from digest.cli import edit
    from digest.config import load
    from digest.gather.find import NotFound, find

    settings, moment = load(config), clock(now)
    found = find(address, moment, limits=wiring.limits(settings))
    if isinstance(found, NotFound):
        Terminal().warn(f"{address}: {found.reason}{'; ' + found.advice if found.advice else ''}")
        raise typer.Exit(1)
    _show(found, moment)
    if (there := _place(settings, found.url)) is not None:
        print(f"It is feed {there + 1} of {settings.path.name} already; nothing was changed.")
        return
    text = edit.read(settings.path)
    text = edit.with_items(text, "feeds", [{"url": found.url, "name": name, "topic": topic}])
    text = _with_topics(text, settings, [topic])
    edit.checked(text, settings.path)
    edit.write(text, settings.path)
    print(f"Added to {settings.path.name}.")


def remove(
    address: Annotated[
        str, typer.Argument(metavar="URL|NAME", help="The feed's address, name or title, a part of it, or its number.")
    ],
    config: Config = CONFIG,
) -> None:
    """Take a feed out of config.yaml. What it has brought stays in the state until it is old.

    Exit codes: 0 removed · 1 no feed, or more than one, is called that · 2 the config cannot be used.
    """
    from digest.cli import edit
    from digest.config import load
    from digest.gather.urls import shown

    settings, terminal = load(config), Terminal()
    matching = _matching(settings, address)
    if len(matching) != 1:
        words = "more than one feed is called that; give a longer part, or its number:"
        terminal.warn(f"{address}: {words if matching else 'no feed is called that; `digest feeds` lists them'}")
        for number in matching:
            print(f"  feed {number + 1}: {plain(shown(settings.feeds[number].url))}")
        raise typer.Exit(1)
    if len(settings.feeds) == 1:
        terminal.warn(f"{address} is the only feed, and a digest needs one: add another first")
        raise typer.Exit(1)
    text = edit.without_item(edit.read(settings.path), "feeds", matching[0])
    edit.checked(text, settings.path)
    edit.write(text, settings.path)
    print(f"Removed {plain(shown(settings.feeds[matching[0]].url))} from {settings.path.name}.")


def feeds(config: Config = CONFIG, now: Now = None, as_json: AsJson = False) -> None:
    """Show how the feeds fare: last success, entries a day, the share of them that was shown, and problems.

    The figures are those of the last four weeks.
    """
    from digest.cli.table import print_table, record
    from digest.config import load
    from digest.store import open_snapshot

    settings, moment = load(config), clock(now)
    urls = [source.url for source in settings.sources]
    store = open_snapshot(settings.state_url)  # looking changes nothing, and makes no state where there is none
    try:
        reports = store.reports(settings.sources, moment)
        figures = {one.url: one for one in store.statistics(settings.name, urls, moment)}
    finally:
        store.close()
    if as_json:
        import json

        print(json.dumps([record(one, figures.get(one.url)) for one in reports], ensure_ascii=False, indent=2))
        return
    print_table(reports, figures, moment)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file, or a list with an address on each line.")],
    config: Config = CONFIG,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Add the feeds of an OPML file to config.yaml; its folders become topics. Nothing is fetched.

    Exit codes: 0 done · 1 the file holds no feeds · 2 the config cannot be used.
    """
    from digest.cli import edit
    from digest.config import load
    from digest.gather import opml

    terminal = Terminal(verbose=verbose, quiet=quiet)
    settings = load(config)
    try:
        subscriptions = opml.read(file.read_bytes())
    except OSError as error:
        terminal.warn(f"{file}: cannot be read: {(error.strerror or 'error').lower()}")
        raise typer.Exit(1) from None
    if not subscriptions:
        terminal.warn(f"{file}: there are no feeds in it")
        raise typer.Exit(1)
    new = [one for one in subscriptions if _place(settings, one.url) is None]
    if new:
        text = edit.read(settings.path)
        items = [{"url": one.url, "name": one.title, "topic": _topic(settings, one)} for one in new]
        text = edit.with_items(text, "feeds", items)
        text = _with_topics(text, settings, [item["topic"] for item in items])
        edit.checked(text, settings.path)
        edit.write(text, settings.path)
    if not quiet:
        there = len(subscriptions) - len(new)
        already = f", {there} {'was' if there == 1 else 'were'} there already" if there else ""
        print(f"{_many(len(new), 'feed', 'feeds')} added to {settings.path.name}{already}.")


def export(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to; standard output if left out.")] = None,
    with_tokens: Annotated[
        bool, typer.Option("--with-tokens", metavar="", help="Feeds with a secret in their address too.")
    ] = False,
    config: Config = CONFIG,
) -> None:
    """Write the feeds as OPML, topics as folders. What looks like a secret in an address does not leave unasked."""
    from digest.config import load
    from digest.gather import opml
    from digest.gather.urls import shown, without_userinfo

    settings, terminal = load(config), Terminal()
    some = [feed for feed in settings.feeds if feed.url.lower().startswith(("http://", "https://"))]
    kept = [feed for feed in some if with_tokens or shown(feed.url) == without_userinfo(feed.url)]
    if left := len(some) - len(kept):
        which = "feed was left out: its address seems" if left == 1 else "feeds were left out: their addresses seem"
        terminal.warn(f"{left} {which} to hold a secret (--with-tokens takes it in)")
    addresses = [feed.url if with_tokens else without_userinfo(feed.url) for feed in kept]
    listed = [opml.Subscription(url, feed.name, feed.topic) for url, feed in zip(addresses, kept, strict=True)]
    text = opml.write(listed, settings.title)
    if file is None:
        print(text, end="")
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        terminal.warn(f"{file}: cannot be written: {(error.strerror or 'error').lower()}")
        raise typer.Exit(1) from None


# ---------------------------------------------------------------- words and places


def _show(found: "Found", now: datetime) -> None:
    parsed = found.parsed
    about = ", ".join(filter(None, (_many(parsed.total, "entry", "entries"), parsed.language)))
    print(plain(f"{parsed.title or 'A feed without a title'}  ({about})"))
    print(plain(f"  {found.url}"))
    newest = sorted(parsed.entries, key=lambda entry: entry.published or entry.seen, reverse=True)
    for entry in newest[:5]:
        when = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "undated         "
        print(plain(f"  {when}  {entry.title[:90]}"))
    if newest and newest[0].published and (now - newest[0].published).days > 60:
        print(f"  Its newest entry is from {newest[0].published:%Y-%m-%d}: nobody may be writing there any more.")
    for other in found.others[:5]:
        print(plain(f"  the page also names {other}"))


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _place(settings: "Settings", url: str) -> int | None:
    """The number of the feed with this address, however it is spelt."""
    from digest.gather.urls import same_feed

    return next((number for number, feed in enumerate(settings.feeds) if same_feed(feed.url, url)), None)


def _matching(settings: "Settings", address: str) -> list[int]:
    """Feeds called exactly so, else the one with that number, else feeds whose address, name or title contains it."""
    wanted, titles = address.casefold().strip(), _titles(settings)
    names = [(feed.url.casefold(), feed.name.casefold(), titles[n].casefold()) for n, feed in enumerate(settings.feeds)]
    exact = [number for number, some in enumerate(names) if wanted in some]
    if not exact and (place := _place(settings, address)) is not None:
        exact = [place]
    if not exact and re.fullmatch("[0-9]{1,5}", wanted) and 0 < int(wanted) <= len(names):
        exact = [int(wanted) - 1]
    return exact or [number for number, some in enumerate(names) if wanted and any(wanted in one for one in some)]


def _titles(settings: "Settings") -> list[str]:
    """What `digest feeds` calls each feed."""
    from digest.store import open_snapshot

    names = {source.url: source.name for source in settings.sources}
    store = open_snapshot(settings.state_url)
    try:
        names |= {one.url: one.name for one in store.reports(settings.sources, datetime.now(UTC))}
    finally:
        store.close()
    urls = [
        feed.url if re.match(r"(?i)https?://", feed.url) else str(settings.at(feed.url.removeprefix("file://")))
        for feed in settings.feeds
    ]
    return [names.get(url, "") for url in urls]


def _topic(settings: "Settings", subscription: "Subscription") -> str:
    """The folder as a topic, spelt as the config has it."""
    wanted = subscription.topic.casefold()
    return next((topic.name for topic in settings.topics if topic.name.casefold() == wanted), subscription.topic)


def _with_topics(text: str, settings: "Settings", topics: Sequence[str]) -> str:
    """The topics added where the file lists its topics and these are not among them."""
    from digest.cli import edit

    known = {topic.name.casefold() for topic in settings.topics}
    missing = [name for name in dict.fromkeys(topics) if name and name.casefold() not in known]
    return edit.with_items(text, "topics", [{"name": name} for name in missing]) if known and missing else text
