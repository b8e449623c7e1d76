"""How the feeds fare, as a table for the terminal and as records for `--json`. No address's secret is in either."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.cli.terminal import plain

if TYPE_CHECKING:
    from digest.model import FeedReport
    from digest.store.health import FeedStatistics

DAY = timedelta(days=1)


def print_table(reports: Sequence["FeedReport"], figures: "Mapping[str, FeedStatistics]", now: datetime) -> None:
    """Print a line for each feed, numbered as in config.yaml where a name alone would not tell which."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("feed", overflow="ellipsis", no_wrap=True, max_width=32)
    table.add_column("last success", no_wrap=True)
    table.add_column("a day", justify="right", no_wrap=True)
    table.add_column("shown", justify="right", no_wrap=True)
    table.add_column("problems", overflow="fold")
    alike = Counter(report.name for report in reports)
    for number, report in enumerate(reports, 1):
        figure = figures.get(report.url)
        share = figure.shown if figure else None
        table.add_row(
            *(
                _literal(cell)
                for cell in (
                    f"{report.name} (feed {number})" if alike[report.name] > 1 else report.name,
                    _ago(figure.last_ok if figure else None, now),
                    f"{figure.per_day:.1f}" if figure and _known_for(figure, now) >= DAY else "",
                    f"{share:.0%}" if share is not None else "",
                    _problem(report, figure.last_ok if figure else None),
                )
            )
        )
    Console(highlight=False).print(table)


def record(report: "FeedReport", figure: "FeedStatistics | None") -> dict[str, object]:
    """The same for another program; `shown` is a share from 0 to 1, instants are ISO 8601."""
    from digest.gather.urls import shown

    return {
        "url": shown(report.url),
        "name": report.name,
        "status": report.status,
        "reason": report.reason,
        "advice": report.advice,
        "lasting": report.lasting,
        "since": report.since.isoformat() if report.since else None,
        "last_ok": figure.last_ok.isoformat() if figure and figure.last_ok else None,
        "per_day": round(figure.per_day, 2) if figure else None,
        "shown": round(figure.shown, 3) if figure and figure.shown is not None else None,
    }


def _known_for(figure: "FeedStatistics", now: datetime) -> timedelta:
    """How long the feed has been read: what it held at first sight says nothing of its pace."""
    return now - (figure.first_ok or now)


def _problem(report: "FeedReport", last_ok: datetime | None) -> str:
    """What is wrong, and what to do: of failures only those that last, or a feed that has never worked."""
    if report.status == "failed" and last_ok is not None and not report.lasting:
        return ""
    words = {
        "never": "not asked yet",
        "silent": f"nothing new since {report.since:%Y-%m-%d}" if report.since else "silent",
        "overrun": "overrun",
    }.get(report.status, "")
    if report.reason:
        since = f", since {report.since:%Y-%m-%d}" if report.since and report.lasting else ""
        words = f"{report.reason}{since}"
    return f"{words}: {report.advice}" if words and report.advice else words or report.advice


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def _literal(text: str) -> str:
    from rich.markup import escape

    return escape(plain(text))
