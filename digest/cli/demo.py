"""`digest demo`: the whole program on news of an invented world, with nothing to set up and nothing sent anywhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.options import Now, Quiet, Verbose, clock
from digest.cli.terminal import Terminal, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digest.demo.show import Shown

Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="The folder that gets the edition and its config.")]


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command()(demo)


def demo(into: Into = Path("demo"), now: Now = None, verbose: Verbose = False, quiet: Quiet = False) -> None:
    """Try it: make an edition from sample feeds on this machine, and mail it to a sink on this machine.

    Nothing else is needed and nothing leaves the machine. The folder then holds the received mail and the config file
    that made it; change that, and run the demo again.
    """
    from rich.console import Console

    from digest.demo.show import show
    from digest.pipeline import Status

    terminal = Terminal(verbose=verbose, quiet=quiet)
    with terminal.bars():
        shown = show(into, now=clock(now), tell=terminal.tell)
    if not quiet:
        Console(highlight=False).print(_screenful(shown))
    if shown.report.status is Status.PARTLY:
        terminal.warn("the edition could not be handed to the demo's own mail sink")
        raise typer.Exit(1)


def _screenful(shown: "Shown") -> "RenderableType":
    """What happened, where the mail lies, and what to do next. Rich's `Text`, not markup: titles may hold brackets."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(shown):
        facts.add_row(name, Text(plain(value)))
    for number, step in enumerate(_next(shown)):
        facts.add_row("" if number else "Next", Text(step))
    title = Text(plain(shown.settings.title), "bold")
    return Panel(Group(Text(_happened(shown)), Text(), facts), title=title, padding=(1, 2), expand=False)


def _happened(shown: "Shown") -> str:
    """The run in two sentences."""
    from digest.cli.report import in_words
    from digest.model import Shown as Place

    issue = shown.report.issue
    if issue is None or not shown.saved:
        return in_words(shown.report, "the demo's mail sink")
    stories = [story for story in issue.stories if story.shown is not Place.CUT]
    feeds = {entry.feed for story in stories for entry in story.entries}
    several = sum(len({entry.feed for entry in story.entries}) > 1 for story in stories)
    topics = len({story.topic for story in stories})
    return (
        f"{len(issue.settled)} entries of {len(feeds)} outlets became {len(stories)} stories under {topics} topics.\n"
        f"{several} of them are told by several outlets, and stand in the edition once."
    )


def _facts(shown: "Shown") -> list[tuple[str, str]]:
    """The rows of the table: label and value."""
    rows: list[tuple[str, str]] = []
    for saved in shown.saved:
        rows += [
            ("Received by", saved.recipient),
            ("Subject", saved.subject),
            ("HTML", f"{_short(saved.html)}  ({saved.html_bytes / 1024:.0f} KB in the mail; Gmail clips at 100)"),
            ("Plain text", _short(saved.text)),
            ("Whole mail", _short(saved.eml)),
        ]
    rows.append(("Config", _short(shown.settings.path)))
    for feed in shown.report.issue.feeds if shown.report.issue else ():
        if feed.status in ("failed", "gone"):
            rows.append(("Not read", f"{feed.url} {feed.reason}; it cost only itself"))
    return [*rows, ("", "")]


def _next(shown: "Shown") -> tuple[str, ...]:
    """What one would do next, a line each."""
    return (
        f"Open {_short(shown.saved[0].html)} in a browser." if shown.saved else "Try again with -v.",
        f"Change {_short(shown.settings.path)} and run the demo again: your changes are kept.",
        "Write your own feeds into config.yaml, and look with: digest preview",
    )


def _short(path: Path) -> str:
    """A path as one would type it here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
