"""`digest`: the command's entry point. Mounts the commands, and is the last home of every error."""

import os
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from digest import __version__
from digest.cli import check, demo, explain, feeds, post, preview, run
from digest.cli.options import CONFIG, Config, Quiet, Verbose
from digest.errors import DigestError


class _Interrupted(Exception):  # noqa: N818  no error: somebody wanted it
    """Ctrl-C, or SIGTERM."""


class _ReaderGone(Exception):  # noqa: N818  no error either: `digest history | head -1`
    """Whoever read our output has closed it."""


class _Commands(TyperGroup):
    """Typer ends these two without a word and with an exit code of its own; and it takes every broken pipe, one to a
    worker process too, for a reader who left: a run would stop and say nothing.
    """

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Interrupted from None
        except BrokenPipeError as error:
            if any(map(_is_closed, (sys.stdout, sys.stderr))):
                raise _ReaderGone from None
            raise RuntimeError("a pipe within the program is broken") from error


def _is_closed(stream: Any) -> bool:
    """Whether the other end of a pipe has gone; False where the stream is no pipe."""
    with suppress(OSError, ValueError, AttributeError):
        poll = select.poll()
        poll.register(stream.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    return False


app = typer.Typer(
    name="digest",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"digest {__version__}")
        raise typer.Exit


@app.callback()
def everything(
    context: typer.Context,
    config: Config = CONFIG,
    verbose: Verbose = False,
    quiet: Quiet = False,
    version: Annotated[  # noqa: ARG001  eager: its callback has answered already
        bool, typer.Option("--version", metavar="", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """One good email in the morning from all your feeds.

    First time: write your feeds into config.yaml, look with `digest preview`, then `digest run`.

    Exit codes: 0 done or nothing to do · 1 some recipients, feeds or checks failed, the next run tries again ·
    2 impossible as things are (config, state, template).
    """
    given = {"config": config, "verbose": verbose, "quiet": quiet}
    given = {name: value for name, value in given.items() if value and value != CONFIG}
    commands = getattr(context.command, "commands", {})
    context.default_map = dict.fromkeys(commands, given)


for part in (run, preview, check, explain, feeds, post, demo):
    part.register(app)


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line (`words`, else the process's own); every error becomes one line on standard error, and an
    exit code."""
    with suppress(ValueError):  # not in the main thread: whoever runs us there minds the signals
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended in order, as by Ctrl-C
    try:
        app(words)
    except DigestError as error:
        for line in str(error).splitlines():
            print(f"digest: {line}", file=sys.stderr)
        sys.exit(error.exit_code)
    except _ReaderGone:
        for stream in (sys.stdout, sys.stderr):
            if _is_closed(stream):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # what is buffered is flushed at the end
        sys.exit(0)
    except _Interrupted:
        print("digest: interrupted; what was not sent is in the outbox, and the next run goes on", file=sys.stderr)
        sys.exit(130)
