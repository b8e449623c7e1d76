"""Options that several commands share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def instant(text: str) -> datetime:
    """ISO 8601 -> aware UTC datetime; without a zone it is taken as UTC."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not an ISO 8601 time such as 2026-02-18T06:30:00Z"
        raise typer.BadParameter(message) from None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def clock(now: datetime | None) -> datetime:
    """The one place where the time of day enters: `--now`, else the system's clock."""
    return now or datetime.now(UTC)


def bare(address: str) -> str:
    """The address of `Name <address>`, or of one alone; a usage error where it is none."""
    from digest.config import mailbox

    try:
        return mailbox(address)[1]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Config = Annotated[
    Path,
    typer.Option(
        "--config", "-c", metavar="FILE", help="The digest's file.", envvar="DIGEST_CONFIG", show_default=True
    ),
]
Now = Annotated[
    datetime | None,
    typer.Option("--now", metavar="ISO8601", parser=instant, help="Act as if it were this moment.", show_default=False),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", metavar="", help="Tell what is being done.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", metavar="", help="Say nothing but errors.")]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print the outcome as JSON.")]

CONFIG = Path("config.yaml")
