"""`digest preview --serve`: what the local page needs, built anew at each change of config, template or theme."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.cli.options import clock
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.model import Envelope, Issue, Rendition
    from digest.pipeline import Parts
    from digest.ports import Store
    from digest.preview.model import Edition, Preview


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


class Desk:
    """Builds previews of one config file. Each feed is asked once, at first; later builds use what came then.

    Nothing is written: all happens on a snapshot of the state, taken at the first build and kept.
    """

    def __init__(self, config: Path, fixed: datetime | None, *, offline: bool) -> None:
        self._config = config
        self._fixed = fixed
        self._offline = offline
        self._fetched: set[str] = set()
        self._store: tuple[str, Store] | None = None
        self._composed: tuple[tuple[date, dict[str, object]], Issue] | None = None

    def build(self) -> "Preview":
        """The edition of now; raises `DigestError` where config or template are wrong."""
        from digest import pipeline, wiring

        now = clock(self._fixed)
        settings = self._settings()
        with self._parts(settings) as parts:
            stored = parts.store.issue(settings.name, settings.day(now)) is not None
            composed_for = (settings.day(now), settings.model_dump(exclude=set(LOOKS)))
            if self._composed and self._composed[0] == composed_for:
                issue = self._composed[1]
                rendition = pipeline.drawn(issue, settings, parts)
            else:
                issue, rendition = pipeline.preview(settings, parts, now=now, offline=self._offline)
                self._composed = composed_for, issue
            envelope = parts.build(rendition, pipeline.specimen(settings, issue, now))
            return _shown(issue, rendition, envelope, stored=stored, watch=wiring.watched(settings))

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
            issues = parts.store.issues(settings.name, limit=60)
        counts = (sum(story.shown is not Shown.CUT for story in one.stories) for one in issues)
        return [Edition(one.day, one.title, stories=count) for one, count in zip(issues, counts, strict=True)]

    def _settings(self) -> "Settings":
        from digest.config import load

        return load(self._config)

    def _parts(self, settings: "Settings") -> "AbstractContextManager[Parts]":
        from digest import wiring

        if self._store is None or self._store[0] != settings.state_url:
            self._store = settings.state_url, wiring.open_state(settings, snapshot=True)
        return wiring.wire(settings, snapshot=True, store=self._store[1], fetched=self._fetched)


def _shown(
    issue: "Issue", rendition: "Rendition", envelope: "Envelope", *, stored: bool, watch: tuple[Path, ...] = ()
) -> "Preview":
    from digest.preview.model import Preview
    from digest.render.rules import check

    shown = Preview(issue, rendition, envelope.data, stored=stored, watch=watch)
    return replace(shown, findings=check(shown.html, shown.text, envelope.data))
