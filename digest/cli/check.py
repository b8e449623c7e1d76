"""`digest check`: is everything in order? One line each.

Nothing is changed, and no mail leaves unless --mail asks for one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.options import CONFIG, Config, Now, Quiet, Verbose, bare, clock
from digest.cli.terminal import Terminal, plain
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.pipeline import Parts


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check."""

    good: bool
    about: str
    words: str


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command()(check)


def check(
    config: Config = CONFIG,
    mail: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Also send a real test mail there.")] = None,
    now: Now = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Check the config, every feed, the template, the state, the mail server's login and the summariser.

    Exit codes: 0 all good · 1 something failed · 2 the config cannot be used.
    """
    from digest import wiring
    from digest.config import load

    terminal, moment = Terminal(verbose=verbose, quiet=quiet), clock(now)
    settings = load(config)
    address = bare(mail) if mail else None
    failed = 0
    findings = [
        Finding(
            True,
            "config",
            f"{settings.path.name}: {len(settings.sources)} feeds, recipients: {len(settings.recipients)}",
        )
    ]
    try:
        with wiring.wire(settings, snapshot=True, tell=terminal.tell) as parts:
            for finding in (*findings, *_examine(settings, parts, moment, address)):
                failed += not finding.good
                _print(finding, quiet=quiet)
    except DigestError as error:
        failed += 1
        _print(Finding(False, "state", str(error)), quiet=quiet)
    if failed:
        raise typer.Exit(1)


def _print(finding: Finding, *, quiet: bool) -> None:
    if not (quiet and finding.good):
        print(f"{'ok  ' if finding.good else 'FAIL'}  {finding.about}: {plain(finding.words)}", flush=True)


def _examine(settings: "Settings", parts: "Parts", moment: datetime, mail: str | None) -> Iterator[Finding]:
    from digest import wiring

    yield Finding(True, "state", wiring.state_in_words(settings))
    reach = (
        ""
        if wiring.limits(settings).contact
        else " (publishers cannot reach you: `gather: contact:` names a page or address)"
    )
    yield Finding(True, "asking as", f"{wiring.user_agent(settings)}{reach}")
    yield from _feeds(settings, parts, moment)
    yield from _templates(settings, parts, moment)
    yield _login(parts)
    if parts.summariser is not None and settings.summariser is not None:
        trouble = parts.summariser.trouble()
        words = f"{settings.summariser.model} {trouble or 'answers'}"
        yield Finding(not trouble, "summariser", words + ("; extracts are printed until it does" if trouble else ""))
    if mail:
        yield _test_mail(settings, parts, moment, mail)


def _feeds(settings: "Settings", parts: "Parts", moment: datetime) -> Iterator[Finding]:
    from digest.gather.urls import shown
    from digest.model import FeedFailure, FeedState, Fetched

    first_sight = {source.url: FeedState(source.url) for source in settings.sources}
    for result in parts.collect(settings.sources, first_sight, lambda _: (), moment):
        name = result.source.name or shown(result.source.url)
        match result:
            case Fetched():
                notes = "".join(f"; {note}" for note in result.notes)
                yield Finding(True, name, f"{result.total} entries{notes}")
            case FeedFailure():
                yield Finding(False, name, f"{result.reason}{'; ' + result.advice if result.advice else ''}")
            case _:
                yield Finding(True, name, "unchanged")


def _templates(settings: "Settings", parts: "Parts", moment: datetime) -> Iterator[Finding]:
    """The digest's own template, and those that recipients have instead."""
    from dataclasses import replace

    from digest import pipeline

    try:
        issue, rendition = pipeline.preview(settings, parts, now=moment, offline=True)
    except DigestError as error:
        yield Finding(False, "template", str(error))
        return
    words = f"{settings.template} renders, {len(rendition.html.encode()):,} bytes of 102,400"
    yield Finding(True, "template", words)
    views = {one.template: pipeline.view(settings, one) for one in settings.recipients if one.template}
    for how in views.values():
        try:
            pipeline.draw(issue, replace(how, images="none"), settings, parts)
        except DigestError as error:
            yield Finding(False, "template", str(error))


def _login(parts: "Parts") -> Finding:
    try:
        return Finding(True, "mail", parts.transport.check())
    except DigestError as error:
        return Finding(False, "mail", str(error))


def _test_mail(settings: "Settings", parts: "Parts", moment: datetime, address: str) -> Finding:
    from dataclasses import replace

    from digest import pipeline
    from digest.model import DeliveryState

    issue, rendition = pipeline.preview(settings, parts, now=moment, offline=True)
    delivery = replace(pipeline.specimen(settings, issue, moment, test=True), recipient=address, name="")
    try:
        with parts.transport.open() as session:
            verdict = session.send(parts.build(rendition, delivery))
    except DigestError as error:
        return Finding(False, f"mail to {address}", str(error))
    return Finding(verdict.state is DeliveryState.SENT, f"mail to {address}", verdict.reason or verdict.state.value)
