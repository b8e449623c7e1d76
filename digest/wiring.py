"""Settings -> Parts: the only module that names implementations. What is heavy is imported when it is wired."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from digest.config import GatherSettings, Settings, Smtp, mailbox
from digest.model import Delivery, Envelope, FeedSource, FeedState, FetchResult, Known, Rendition
from digest.pipeline import Collect, Parts
from digest.ports import Embedder, Executor, Store, Summariser, Transport

if TYPE_CHECKING:
    from digest.gather.early import Early

T = TypeVar("T")
Tell = Callable[[str, int, int], None]


@contextmanager
def wire(
    settings: Settings,
    *,
    snapshot: bool = False,
    store: Store | None = None,
    tell: Tell = lambda *_: None,
    fetched: set[str] | None = None,
    gathers: datetime | None = None,
) -> Iterator[Parts]:
    """The parts of one digest, closed at the end.

    With `snapshot` the store is a copy in memory, and no byte of the state is changed; a `store` that is given is used,
    and left open. `fetched` remembers the feeds asked for within one command, so that several digests over one state
    fetch each feed once. `gathers` says that a gather will follow, and its `now`: where there is no state yet, it begins
    while the state is made.
    """
    from digest.execute import Processes

    with closing(Processes()) as executor, ExitStack() as stack:
        begun = None
        if is_new(settings) and store is None:
            begun = _begin(settings, executor, fetched or set(), gathers)
            if begun is not None:
                stack.callback(begun.close)
        opened = store or open_state(settings, snapshot=snapshot)
        if store is None:
            stack.callback(opened.close)
        collect = partial(_collect, settings, executor, set() if fetched is None else fetched, begun)
        yield _parts(settings, opened, collect, executor, snapshot, tell)


def _begin(settings: Settings, executor: Executor, fetched: set[str], now: datetime | None) -> "Early | None":
    """What a first gather can do before there is a state: SQLAlchemy takes an eighth of its time to load.

    Every feed will be read, so the process that reads gets ready at once; and they are asked for, where all is certain.
    """
    from digest.gather.reading import prepare

    executor.expect(len(settings.sources), prepare)
    if now is None or any(source.fulltext != "never" for source in settings.sources):
        return None
    from digest.gather.early import Early

    wanted = [source for source in settings.sources if source.url not in fetched]
    return Early(wanted, now, limits=limits(settings), executor=executor) if wanted else None


def _parts(settings: Settings, store: Store, collect: Collect, executor: Executor, snapshot: bool, tell: Tell) -> Parts:
    from digest.services.archive import Shelf
    from digest.services.pictures import Album

    return Parts(
        store=store,
        collect=collect,
        executor=executor,
        embedder=later(_embedder),
        pictures=Album(user_agent(settings), allowed=_picture_hosts(settings)),
        summariser=summariser(settings),
        transport=later(partial(transport, settings)),
        build=later(partial(builder, settings, snapshot=snapshot)),
        shelf=Shelf(settings.at(settings.archive)) if settings.archive else None,
        tell=tell,
    )


class _Later:
    """Stands in for what `make` gives, which is made (and its module imported) when it is first used."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = cache(make)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)

    def __call__(self, *values: Any) -> Any:
        return self._make()(*values)


def later(make: Callable[[], T]) -> T:
    """What `make` gives, but not before it is needed: most gathers neither embed nor send."""
    return cast("T", _Later(make))


def is_new(settings: Settings) -> bool:
    """Whether there is no state yet. A database server is asked by whoever opens it."""
    return "://" not in settings.state and not settings.at(settings.state).exists()


def _embedder() -> Embedder:
    from digest.group.meaning.vectors import default

    return default()


def open_state(settings: Settings, *, snapshot: bool = False) -> Store:
    """The store of a digest, or a copy of it in memory."""
    from digest.store import open_snapshot, open_store

    if snapshot:
        return open_snapshot(settings.state_url)
    return open_store(settings.state_url, digest=settings.name, config=settings.path)


def _picture_hosts(settings: Settings) -> Callable[[str], bool]:
    """Which addresses may be asked for pictures: public ones.

    Where every feed lies on the user's own machines (a demo, an office's intranet), these feeds' addresses too: nobody
    from outside is there to lead us anywhere.
    """
    from digest.web.addresses import is_public, looks_private

    hosts = {urlsplit(source.url).hostname or "" for source in settings.sources}
    if not all(looks_private(host) for host in hosts):
        return is_public
    return lambda address: is_public(address) or address in hosts


def _collect(
    settings: Settings,
    executor: Executor,
    fetched: set[str],
    begun: "Early | None",
    sources: Sequence[FeedSource],
    states: Mapping[str, FeedState],
    known: Callable[[str], tuple[Known, ...]],
    now: datetime,
) -> Iterator[FetchResult]:
    from digest.gather.collect import collect

    wanted = [source for source in sources if source.url not in fetched]
    fetched.update(source.url for source in wanted)
    if begun is not None:
        if begun.serves(wanted, states, now):
            return begun.results()
        begun.close()  # one gather at a time
    results = collect(wanted, states, known, now, limits=limits(settings), executor=executor)
    if all(source.fulltext == "never" for source in wanted):
        return results
    from digest.gather.pages import completed

    agent = user_agent(settings)
    return completed(results, now, limits=limits(settings), user_agent=agent, executor=executor)


def limits(settings: Settings) -> GatherSettings:
    """How to gather. Publishers reach the one who asks at `contact`, else at the site of the pages that this digest has."""
    own = urlsplit(settings.archive_url or settings.unsubscribe_url)
    contact = settings.gather.contact or (f"{own.scheme}://{own.netloc}/" if own.netloc else "")
    return settings.gather.model_copy(update={"contact": contact})


def user_agent(settings: Settings) -> str:
    """Who asks, truthfully, and how to reach them."""
    from digest.gather.collect import user_agent as of

    return of(limits(settings))


def summariser(settings: Settings) -> Summariser | None:
    """The language model's voice, if the user has one."""
    if settings.summariser is None:
        return None
    from digest.services.llm import ChatSummariser

    return ChatSummariser(settings.summariser)


def transport(settings: Settings) -> Transport:
    """Where mail leaves: smtp, sendmail, maildir, else a folder of .eml files."""
    if settings.smtp:
        return _smtp(settings, settings.smtp)
    if settings.sendmail:
        from digest.send.sendmail import SendmailTransport

        return SendmailTransport(settings.sendmail.command, settings.sendmail.timeout, folder=settings.folder)
    from digest.send.files import FolderTransport, MaildirTransport

    if settings.maildir:
        return MaildirTransport(settings.at(settings.maildir))
    return FolderTransport(settings.at(settings.outbox))


def _smtp(settings: Settings, smtp: Smtp) -> Transport:
    from digest.send import secret
    from digest.send.smtp import SmtpTransport

    host, port = smtp.endpoint
    source = None
    if smtp.password:
        source = smtp.password.get_secret_value
    elif smtp.password_file:
        source = secret.from_file(settings.at(smtp.password_file))
    elif command := smtp.password_command or smtp.token_command:
        source = secret.from_command(command, cwd=settings.folder)
    return SmtpTransport(
        host=host,
        port=port,
        security=smtp.security,
        helo=settings.sender_domain,
        username=smtp.username,
        secret=source,
        oauth=smtp.token_command is not None,
        ca_file=settings.at(smtp.ca_file) if smtp.ca_file else None,
        timeout=smtp.timeout,
        connections=smtp.connections,
        interval=timedelta(seconds=1 / smtp.rate) if smtp.rate else timedelta(0),
    )


def builder(settings: Settings, *, snapshot: bool = False) -> Callable[[Rendition, Delivery], Envelope]:
    """What makes a message of a rendition, for one recipient."""
    from digest.send import message

    name, address = mailbox(settings.sender)
    reply_name, reply = mailbox(settings.reply_to) if settings.reply_to else ("", "")
    mail = message.MailSettings(
        title=settings.title,
        sender_name=name,
        sender=address,
        envelope_from=mailbox(settings.envelope_from)[1] if settings.envelope_from else "",
        reply_to_name=reply_name,
        reply_to=reply,
        unsubscribe_url=settings.unsubscribe_url,
        unsubscribe_key=partial(unsubscribe_key, settings, specimen=snapshot),
        sign=signer(settings),
    )
    return partial(message.build, mail=mail)


def unsubscribe_key(settings: Settings, *, specimen: bool = False) -> bytes:
    """The key of one-click tokens: `unsubscribe_key`, else a file beside the state. A specimen makes no file."""
    from digest.send import unsubscribe

    if settings.unsubscribe_key:
        return settings.unsubscribe_key.get_secret_value().encode()
    path = key_file(settings)
    if specimen and not path.exists():
        return secrets.token_bytes(32)
    return unsubscribe.key_at(path)


def key_file(settings: Settings) -> Path:
    """Where the key of one-click tokens is kept."""
    state = settings.state if "://" not in settings.state else "digest"
    return settings.at(state).with_suffix(".key")


def signer(settings: Settings) -> Callable[[bytes, bytes, datetime], bytes] | None:
    """DKIM, if it is configured."""
    if settings.dkim is None:
        return None
    from digest.send.dkim import signer as dkim_signer

    return dkim_signer(settings.dkim.selector, settings.dkim.domain, settings.at(settings.dkim.key_file))


def state_in_words(settings: Settings) -> str:
    """One line about the state for `digest check`."""
    if "://" in settings.state:
        return "a database, and it answers"
    path = settings.at(settings.state)
    if not path.exists():
        return f"{path} does not exist yet; the first run makes it"
    return f"{path}, {path.stat().st_size / 1e6:.1f} MB, and it is sound"


def watched(settings: Settings) -> tuple[Path, ...]:
    """What a live preview watches: the config, the templates, and feeds that are files."""
    from digest.render.templates import find

    template = str(settings.at(settings.template)) if "/" in settings.template else settings.template
    files = [Path(source.url) for source in settings.sources if not source.url.lower().startswith("http")]
    return (settings.path, *find(template, settings.folder), *files)
