"""`digest run` and `digest gather`: what a scheduled job calls."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.options import CONFIG, AsJson, Config, Now, Quiet, Verbose, clock
from digest.cli.terminal import Terminal
from digest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.config import Settings
    from digest.model import Delivery, FetchResult
    from digest.pipeline import Report

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE|FOLDER", help="Several digests over one state: their files, or a folder of them."),
]


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    app.command()(run)
    app.command()(gather)


def run(
    files: Files = None,
    config: Config = CONFIG,
    now: Now = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Gather, compose, render and send today's edition. A second run on the same day sends nothing.

    Exit codes: 0 sent, or nothing to do · 1 some recipients not served, or no feed could be read and nothing sent (the
    next run tries again) · 2 impossible as things are. Without a terminal it is silent when all went well.
    """
    from digest import pipeline, wiring

    terminal, moment = Terminal(verbose=verbose, quiet=quiet), clock(now)
    failed, fetched = False, set[str]()
    for settings in digests(files or [config]):
        with wiring.wire(settings, tell=terminal.tell, fetched=fetched, gathers=moment) as parts, terminal.bars():
            report = pipeline.run(settings, parts, now=moment)
        failed |= _tell(settings, report, terminal, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def _tell(settings: "Settings", report: "Report", terminal: Terminal, *, as_json: bool) -> bool:
    """Say what the run came to; True where somebody was not served, or may not have been for want of a network."""
    from digest import pipeline
    from digest.cli.report import dumps, in_words, run_json, unread_in_words

    if as_json:
        print(dumps(run_json(report)))
    for warning in report.warnings:
        terminal.warn(f"{settings.title}: {warning}")
    if unread := unread_in_words(report.issue):
        terminal.warn(f"{settings.title}: {unread}")
    if report.status is pipeline.Status.SENT and not settings.recipients and not settings.archive:
        terminal.warn(f"{settings.title}: nobody got the edition: `recipients:` in {settings.path.name} names nobody")
    words = f"{settings.title}: {in_words(report, settings.destination)}"
    if report.status in (pipeline.Status.PARTLY, pipeline.Status.BACK):
        terminal.warn(words)
    elif not as_json:
        terminal.say(words)
    if not as_json and report.status not in (pipeline.Status.PARTLY, pipeline.Status.BACK):
        for feed in report.issue.feeds if report.issue else ():
            if told := "; ".join(filter(None, (feed.reason, feed.advice))):
                terminal.say(f"  {feed.name}: {told}")
    return report.status is pipeline.Status.PARTLY or (report.status is pipeline.Status.EMPTY and bool(unread))


def gather(
    files: Files = None,
    config: Config = CONFIG,
    now: Now = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Fetch all feeds into the store, and send what is left in the outbox. Made to run hourly.

    Exit codes: 0 done · 1 a recipient could still not be served · 2 impossible as things are.
    """
    from digest import pipeline, wiring
    from digest.cli.report import delivery_in_words
    from digest.model import DeliveryState

    terminal, moment = Terminal(verbose=verbose, quiet=quiet), clock(now)
    failed, fetched = False, set[str]()
    for settings in digests(files or [config]):
        with wiring.wire(settings, tell=terminal.tell, fetched=fetched, gathers=moment) as parts, terminal.bars():
            results = pipeline.gather(settings, parts, now=moment, ahead=True)
            left = pipeline.leftovers(settings, parts, now=moment)
        _tell_gathered(settings.title, results, terminal)
        if any(one.state not in (DeliveryState.SENT, DeliveryState.CANCELLED) for one in left):
            failed = True
            terminal.warn(f"{settings.title}: {delivery_in_words(left)}")
        if as_json:
            _print_gathered(results, left)
    if failed:
        raise typer.Exit(1)


def _tell_gathered(title: str, results: "Sequence[FetchResult]", terminal: Terminal) -> None:
    from digest.gather.urls import shown
    from digest.model import FeedFailure, Fetched, Unchanged

    good = sum(isinstance(one, Fetched) for one in results)
    bad = sum(isinstance(one, FeedFailure) for one in results)
    terminal.say(f"{title}: {good} feeds read, {len(results) - good - bad} unchanged, {bad} failed.")
    for one in results:
        name = one.source.name or shown(one.source.url)
        match one:
            case FeedFailure():
                terminal.say(f"  {name}: {one.reason}{'; ' + one.advice if one.advice else ''}")
            case Fetched() if one.notes:
                for note in one.notes:
                    terminal.say(f"  {name}: {note}")
            case Fetched() | Unchanged() if one.state.advice:
                terminal.say(f"  {name}: {'; '.join(filter(None, (one.state.last_error, one.state.advice)))}")


def _print_gathered(results: "Sequence[FetchResult]", left: "Sequence[Delivery]") -> None:
    from digest.cli.report import dumps
    from digest.gather.urls import shown
    from digest.model import FeedFailure, Fetched

    status = {Fetched: "read", FeedFailure: "failed"}
    feeds = [
        {
            "url": shown(one.source.url),
            "status": status.get(type(one), "unchanged"),
            "entries": len(one.entries) if isinstance(one, Fetched) else 0,
            "reason": one.reason if isinstance(one, FeedFailure) else "",
        }
        for one in results
    ]
    print(dumps({"feeds": feeds, "delivered": [{"recipient": one.recipient, "state": one.state} for one in left]}))


def digests(paths: list[Path]) -> "list[Settings]":
    """The settings of these files; of a folder, its .yaml files. Refuses a name used twice over one state."""
    from digest.config import load

    files: list[Path] = []
    for path in paths:
        files += sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    if not files:
        message = f"{paths[0]}: the folder holds no .yaml file"
        raise ConfigError(message)
    found = [load(path) for path in files]
    seen: dict[tuple[str, str], Path] = {}
    for settings in found:
        other = seen.setdefault((settings.state_url, settings.name), settings.path)
        if other != settings.path:
            taken = f"name {settings.name!r} is {other.name}'s already, over the same state"
            message = f"{settings.path.name}:1: {taken}; give it another"
            raise ConfigError(message)
    return found
