"""How commands speak: progress bars on a terminal, plain lines otherwise, nothing at all from a scheduled job.

Standard output carries results, standard error everything else. Text of feeds is shown with control characters removed,
so that no feed can drive the terminal.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Terminal:
    """Where a command's words go. `loud` says whether a success is worth a word: at a terminal, or with --verbose."""

    def __init__(self, *, verbose: bool = False, quiet: bool = False) -> None:
        self.verbose = verbose
        self.quiet = quiet
        self.loud = not quiet and (verbose or sys.stdout.isatty())
        self._draws = False
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def say(self, text: str) -> None:
        """A result or success in words; silent in a scheduled job."""
        if self.loud:
            print(plain(text), flush=True)

    def warn(self, text: str) -> None:
        """One clear line on standard error, always."""
        print(f"digest: {plain(text)}", file=sys.stderr, flush=True)

    def tell(self, what: str, done: int, total: int) -> None:
        """Progress: `what` is a noun ("feeds"); a bar at a terminal, a plain line with --verbose elsewhere."""
        if self._draws and self._progress is None:
            self._progress = _started()
        if self._progress is not None:
            if what not in self._tasks:
                self._tasks[what] = self._progress.add_task(what, total=total)
            self._progress.update(self._tasks[what], completed=done, total=total)
        elif self.verbose:
            print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)

    @contextmanager
    def bars(self) -> Iterator[None]:
        """While open, `tell` draws bars if standard error is a terminal. They begin with the first word: Rich draws from
        a thread of its own, and a gather's second process is forked before, from a process of one thread.
        """
        self._draws = not self.quiet and sys.stderr.isatty()
        try:
            yield
        finally:
            self._draws = False
            if self._progress is not None:
                self._progress.stop()
            self._progress = None
            self._tasks.clear()


def _started() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.start()
    return progress


def plain(text: str) -> str:
    """Text without what could drive a terminal: control characters and bidi overrides become spaces."""
    return "".join(c if c in "\n\t" or (c.isprintable() and c not in _BIDI) else " " for c in text)


_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
