"""Settings -> Parts: the only module that names implementations. Everything is imported when it is wired."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from digest.config import Settings
from digest.model import Delivery, Envelope, FeedSource, FeedState, FetchResult, Image, Known, Picture, Rendition
from digest.pipeline import Parts
from digest.ports import Embedder, Store, Summariser, Transport

Tell = Callable[[str, int, int], None]


@contextmanager
def wire(
    settings: Settings,
    *,
    snapshot: bool = False,
    tell: Tell = lambda *_: None,
    fetched: set[str] | None = None,
) -> Iterator[Parts]:
    """The parts of one digest, closed at the end.

    With `snapshot` the store is a copy in memory, and no byte of the state is changed. `fetched` remembers the feeds
    asked for within one command, so that several digests over one state fetch each feed once.
    """
    from digest.execute import Processes

    executor = Processes()
    store = open_state(settings, snapshot=snapshot)
    try:
        yield Parts(
            store=store,
            collect=partial(_collect, settings, executor, set() if fetched is None else fetched),
            executor=executor,
            embedder=embedder(),
            pictures=partial(_pictures, settings),
            summariser=summariser(settings),
            transport=transport(settings),
            build=builder(settings),
            tell=tell,
        )
    finally:
        store.close()
        executor.close()
