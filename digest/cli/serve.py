"""`digest preview --serve`: what the local page needs, built anew at each change of config, template or theme."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from digest.cli.options import clock
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.group.compose import Day
    from digest.model import Entry, Envelope, Issue, Memory, Rendition
    from digest.pipeline import Parts
    from digest.ports import Embedder, Executor, Store
    from digest.preview.model import Edition, Preview


A = TypeVar("A")
B = TypeVar("B")


def serve_preview(config: Path, fixed: datetime | None, *, offline: bool, port: int, browser: bool) -> None:
    """Serve the preview until interrupted. `fixed` is `--now`."""
    from digest import wiring
    from digest.config import load
    from digest.preview.serve import serve

    desk = Desk(config, fixed, offline=offline)
    try:
        watch = wiring.watched(load(config))
    except DigestError:
        watch = (config.resolve(),)  # the page shows what is wrong, and recovers when the file is saved
    serve(desk.build, editions=desk.editions, past=desk.past, watch=watch, port=port, browser=browser)


LOOKS = ("template", "theme", "images")
"""Settings that change how an edition looks, not what is in it: a save of these draws it anew, and composes nothing."""


Stamps = tuple[tuple[str, int, int], ...]
"""Files with their size and time of change."""


class MapOnce:
    """An executor that remembers what became of each item: tuples whose first members tell them apart."""

    def __init__(self, executor: "Executor", known: dict[object, tuple[Any, Any]]) -> None:
        self._executor, self._known = executor, known

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """See `ports.Executor.map`; the same function for ever."""
        new = []
        for item in items:
            before, result = self._known.get(_first(item), (None, None))
            if before == item:
                yield result
            else:
                new.append(item)
        for item, result in self._executor.map(partial(_paired, function), new):
            self._known[_first(item)] = item, result
            yield result


def _first(item: Any) -> object:
    return item[0]


def _paired(function: Callable[[A], B], item: A) -> tuple[A, B]:
    return item, function(item)


class ReadOnce:
    """`read_day` that remembers the day it read last: composing it again for other settings takes a fraction. Of the
    entries of another day, it remembers those it has cleaned."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], Day] | None = None
        self._cleaned: dict[object, tuple[Any, Any]] = {}

    def __call__(
        self, wanted: "tuple[Entry, ...]", memory: "Memory", titles: "Mapping[str, str]", **parts: Any
    ) -> "Day":
        """See `group.compose.read_day`."""
        from digest.group.compose import read_day

        given = (wanted, memory.boilerplate, memory.vectors, titles, parts["embedder"].name)
        if self._kept is None or self._kept[0] != given:
            executor = MapOnce(parts["executor"], self._cleaned)
            self._kept = given, read_day(wanted, memory, titles, **parts | {"executor": executor})
        return self._kept[1]


class EmbedOnce:
    """An embedder that remembers the vectors it gave: a topic of the user's own is embedded at each composing."""

    def __init__(self, embedder: "Embedder") -> None:
        self.name, self._embedder = embedder.name, embedder
        self._known: dict[str, bytes] = {}

    def quick(self, texts: Sequence[str]) -> list[bytes]:
        """See `ports.Embedder.quick`."""
        return self._embedder.quick(texts)

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """See `ports.Embedder.embed`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._embedder.embed(new), strict=True)) if new else {}
        return [self._known[text] for text in texts]


class Desk:
    """Builds previews of one config file. Each feed is asked once, at first; later builds use what came then. Feeds
    that are files are read again when they change.

    Nothing is written: all happens on a snapshot of the state, taken at the first build and kept.
    """

    def __init__(self, config: Path, fixed: datetime | None, *, offline: bool) -> None:
        self._config = config
        self._fixed = fixed
        self._offline = offline
        self._fetched: set[str] = set()
        self._stamps: Stamps = ()
        self._read = ReadOnce()
        self._embedder: EmbedOnce | None = None
        self._store: tuple[str, Store] | None = None
        self._composed: tuple[tuple[date, Stamps, dict[str, object]], Issue] | None = None

    def build(self) -> "Preview":
        """The edition of now; raises `DigestError` where config or template are wrong."""
        from digest import pipeline, wiring

        now = clock(self._fixed)
        settings = self._settings()
        with self._parts(settings) as parts:
            stored = parts.store.issue(settings.name, settings.day(now)) is not None
            composed_for = (settings.day(now), self._reread(settings), settings.model_dump(exclude=set(LOOKS)))
            if self._composed and self._composed[0] == composed_for:
                issue = self._composed[1]
                rendition = pipeline.drawn(issue, settings, parts)
            else:
                issue, rendition = pipeline.preview(settings, parts, now=now, offline=self._offline)
                self._composed = composed_for, issue
            envelope = parts.build(rendition, pipeline.specimen(settings, issue, now))
            entries = () if stored else pipeline.due(settings, parts, now=now)
            shown = _shown(issue, rendition, envelope, stored=stored, watch=wiring.watched(settings))
            return replace(shown, entries=entries)

    def past(self, day: date) -> "Preview | None":
        """A past edition as it was stored; None where there was none."""
        from digest import pipeline

        settings = self._settings()
        with self._parts(settings) as parts:
            issue = parts.store.issue(settings.name, day)
            if issue is None:
                return None
            rendition = pipeline.drawn(issue, settings, parts)
            return _shown(
                issue, rendition, parts.build(rendition, pipeline.specimen(settings, issue, issue.end)), stored=True
            )

    def editions(self) -> "Sequence[Edition]":
        """The past editions, newest first."""
        from digest.model import Shown
        from digest.preview.model import Edition

        settings = self._settings()
        with self._parts(settings) as parts:
            return [
                Edition(
                    one.day,
                    one.title,
                    subject=next(
                        (parts.store.rendition(d).subject for d in parts.store.deliveries(one.digest, one.day)), ""
                    ),
                    stories=sum(story.shown is not Shown.CUT for story in one.stories),
                )
                for one in parts.store.issues(settings.name, limit=60)
            ]

    def _reread(self, settings: "Settings") -> Stamps:
        """The state of all feeds that are files; those that changed are forgotten, and so read again."""
        found = []
        for source in settings.sources:
            path = Path(source.url)
            if path.is_absolute() and path.is_file():
                state = path.stat()
                found.append((source.url, state.st_size, state.st_mtime_ns))
        self._fetched -= {stamp[0] for stamp in set(found) ^ set(self._stamps)}
        self._stamps = tuple(found)
        return self._stamps

    def _settings(self) -> "Settings":
        from digest.config import load

        return load(self._config)

    @contextmanager
    def _parts(self, settings: "Settings") -> "Iterator[Parts]":
        from digest import wiring

        if self._store is None or self._store[0] != settings.state_url:
            self._store = settings.state_url, wiring.open_state(settings, snapshot=True)
        with wiring.wire(settings, snapshot=True, store=self._store[1], fetched=self._fetched) as parts:
            self._embedder = self._embedder or EmbedOnce(parts.embedder)
            yield replace(parts, read=self._read, embedder=self._embedder)


def _shown(
    issue: "Issue", rendition: "Rendition", envelope: "Envelope", *, stored: bool, watch: tuple[Path, ...] = ()
) -> "Preview":
    from digest.preview.model import Preview
    from digest.render.rules import check

    shown = Preview(issue, rendition, envelope.data, stored=stored, watch=watch)
    return replace(shown, findings=check(shown.html, shown.text, envelope.data))
