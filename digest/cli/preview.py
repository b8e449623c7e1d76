"""`digest preview`: the edition that would be sent, or a past one as stored; changes nothing."""

import sys
import tempfile
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.options import CONFIG, Config, Now, Quiet, Verbose, clock
from digest.cli.terminal import Terminal

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.model import Envelope, Issue, Rendition


def _target(what: str) -> Any:
    return typer.Option(metavar="FILE|-", help=f"Write {what} there; - is standard output.", show_default=False)


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command()(preview)


def preview(
    config: Config = CONFIG,
    html: Annotated[str | None, _target("the page")] = None,
    text: Annotated[str | None, _target("the plain text")] = None,
    eml: Annotated[str | None, _target("the whole message")] = None,
    as_json: Annotated[
        str | None, typer.Option("--json", metavar="FILE|-", help="Write the whole issue as JSON there.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", metavar="", help="Do not ask the feeds: show what the store holds.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", metavar="", help="A local page that shows it as readers will see it, live.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the local page; 0 takes a free one.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", metavar="", help="Do not open a browser.")] = False,
    now: Now = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Show the edition that would be sent now, or that day's as it was sent. No side effect at all.

    Without options it writes an HTML file and opens it.
    """
    from digest.config import load
    from digest.send.received import received

    terminal, moment = Terminal(verbose=verbose, quiet=quiet), clock(now)
    if serve:
        from digest.cli.serve import serve_preview

        serve_preview(config, moment if now else None, offline=offline, port=port, browser=not no_open)
        return
    settings = load(config)
    issue, rendition, envelope = edition(settings, moment, terminal, offline=offline)
    show = False
    if not (html or text or eml or as_json):
        html = str(Path(tempfile.gettempdir()) / f"digest-{settings.name}-{issue.day}.html")
        show = not no_open and sys.stdout.isatty()
    mail = received(envelope.data)
    _write(html, mail.html.encode("utf-8"))
    _write(text, mail.text.encode("utf-8"))
    _write(eml, envelope.data)
    if show:
        webbrowser.open(Path(str(html)).as_uri())
    if as_json:
        from digest.cli.report import dumps, issue_json

        _write(as_json, dumps(issue_json(issue, rendition.subject)).encode("utf-8") + b"\n")
    from digest.cli.report import edition_in_words, unread_in_words

    if unread := unread_in_words(issue):
        terminal.warn(f"{settings.title}: {unread}; `digest check` tries each of them")
    if "-" not in (html, text, eml, as_json):
        terminal.say(f"{rendition.subject}\n{edition_in_words(issue)}: {html or text or eml or as_json}")


def edition(
    settings: "Settings", moment: datetime, terminal: Terminal, *, offline: bool
) -> "tuple[Issue, Rendition, Envelope]":
    """Issue, rendition and message as the first recipient would get it, over a snapshot of the state."""
    from digest import pipeline, wiring

    gathers = None if offline else moment
    with wiring.wire(settings, snapshot=True, tell=terminal.tell, gathers=gathers) as parts, terminal.bars():
        issue, rendition = pipeline.preview(settings, parts, now=moment, offline=offline)
        return issue, rendition, parts.build(rendition, pipeline.specimen(settings, issue, moment))


def _write(target: str | None, data: bytes) -> None:
    if target == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    elif target:
        try:
            Path(target).write_bytes(data)
        except OSError as error:
            message = f"{target} cannot be written: {error.strerror}"
            raise typer.BadParameter(message) from None
