"""What was sent, what is still to be sent, and to whom no more: history, show, outbox, resend, unsubscribe, backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.options import CONFIG, AsJson, Config, Now, Quiet, Verbose, bare, clock
from digest.cli.terminal import Terminal, plain
from digest.errors import DigestError, StateError

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.model import Delivery, Edition
    from digest.ports import Store


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a date such as 2026-02-18 (see digest history)"
        raise typer.BadParameter(message) from None


Day = Annotated[date, typer.Argument(metavar="DATE", parser=_day, help="The edition's day, such as 2026-02-18.")]
To = Annotated[str | None, typer.Option("--to", metavar="ADDRESS", help="One recipient's.")]
Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The mail address, or the token of an unsubscribe link.")
]


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    for command in (history, show, outbox, resend, unsubscribe, resubscribe, backup):
        app.command()(command)


# ---------------------------------------------------------------- looking


def history(
    config: Config = CONFIG,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="So many editions, newest first.")] = 30,
    as_json: AsJson = False,
) -> None:
    """List the editions: day, stories, and what became of their mails."""
    with _looking(config) as (settings, store):
        editions = store.history(settings.name, limit=limit)
    if as_json:
        _print_json([_edition_json(one) for one in editions])
        return
    if not editions:
        print("No edition yet.")
    for one in editions:
        print(plain(f"{one.day}  {one.stories:4} {'story  ' if one.stories == 1 else 'stories'}  {_counts(one)}"))


def show(
    day: Day,
    config: Config = CONFIG,
    to: To = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML there instead.")] = None,
) -> None:
    """Show an edition as it was sent, and what became of its mails."""
    with _looking(config) as (settings, store):
        deliveries = _of_day(store, settings, day)
        chosen = _like(store, deliveries, to)
        rendition = store.rendition(chosen)
    if html:
        try:
            html.write_text(rendition.html, encoding="utf-8")
        except OSError as error:
            message = f"{html} cannot be written: {error.strerror}"
            raise DigestError(message) from None
        return
    for one in deliveries:
        print(plain(_delivery_line(one)))
    print(plain(f"\n{rendition.subject}\n\n{rendition.text}"))


def outbox(config: Config = CONFIG, as_json: AsJson = False) -> None:
    """List the mails that have not left yet. Each run, and each gather, tries them again."""
    with _looking(config) as (settings, store):
        waiting = store.outbox(settings.name)
    if as_json:
        _print_json([_delivery_json(one) for one in waiting])
        return
    if not waiting:
        print("The outbox is empty.")
    for one in waiting:
        print(plain(_delivery_line(one)))


# ---------------------------------------------------------------- doing


def resend(
    day: Day,
    config: Config = CONFIG,
    to: To = None,
    now: Now = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Send an edition again, as a new message: to all its recipients, or to one address.

    Exit codes: 0 sent · 1 some could not be served (recipients of the config are tried again by the next run).
    """
    from datetime import timedelta

    from digest import pipeline, wiring
    from digest.config import load
    from digest.model import DeliveryState

    terminal, moment = Terminal(verbose=verbose, quiet=quiet), clock(now)
    settings = load(config)
    with (
        wiring.wire(settings, tell=terminal.tell) as parts,
        parts.store.turn(settings.name, wait=timedelta(minutes=10)),
    ):
        wanted = [
            _again(parts.store, settings, day, like, address, moment)
            for like, address in _whom(parts.store, settings, day, to)
        ]
        addresses = frozenset(one.recipient.casefold() for one in wanted)
        done = pipeline.deliver(settings, parts, now=moment, also=addresses)
    failed = [one for one in done if one.state is not DeliveryState.SENT and one.id in {new.id for new in wanted}]
    for one in failed:
        terminal.warn(_delivery_line(one))
    if failed:
        raise typer.Exit(1)
    terminal.say(f"{settings.title}: the edition of {day} was sent again to {', '.join(sorted(addresses))}.")


def unsubscribe(
    address: Address, config: Config = CONFIG, now: Now = None, verbose: Verbose = False, quiet: Quiet = False
) -> None:
    """Send no more of this digest to an address, whatever the config says. What waits in the outbox is cancelled."""
    terminal = Terminal(verbose=verbose, quiet=quiet)
    with _changing(config) as (settings, store):
        known = {one.mailbox[1].casefold() for one in settings.recipients}
        who = _of_token(address, settings, store) if "@" not in address else bare(address)
        new = store.suppress(settings.name, who, clock(now))
    terminal.say(f"{who} gets no more of {settings.title}." if new else f"{who} was unsubscribed already.")
    if who.casefold() not in known:
        terminal.warn(f"{who} is not a recipient in {settings.path.name}; noted all the same")


def resubscribe(address: Address, config: Config = CONFIG, verbose: Verbose = False, quiet: Quiet = False) -> None:
    """Undo `unsubscribe`: the address gets the next edition again, if the config names it.

    Exit codes: 0 done · 1 it was not unsubscribed.
    """
    terminal = Terminal(verbose=verbose, quiet=quiet)
    with _changing(config) as (settings, store):
        who = _of_token(address, settings, store) if "@" not in address else bare(address)
        found = store.unsuppress(settings.name, who)
    if not found:
        terminal.warn(f"{who} was not unsubscribed from {settings.title}")
        raise typer.Exit(1)
    terminal.say(f"{who} gets {settings.title} again, from the next edition on.")


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; one that exists is never overwritten.")],
    config: Config = CONFIG,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Copy the whole state into a file, consistent even while a run is at work.

    The key of unsubscribe links is no part of it: keep a copy of the .key file beside the state too, if there is one.
    """
    from digest import wiring
    from digest.config import load

    terminal, settings = Terminal(verbose=verbose, quiet=quiet), load(config)
    if wiring.is_new(settings):
        message = f"{settings.at(settings.state)} does not exist yet: there is nothing to copy"
        raise StateError(message)
    with _changing(config) as (_, store):
        store.backup(target)
    terminal.say(f"The state was copied to {target}.")
    key = wiring.key_file(settings)
    if not settings.unsubscribe_key and key.exists():
        terminal.say(f"Copy {key} too: it makes the unsubscribe links of mails that were sent work.")


# ---------------------------------------------------------------- parts of these


@contextmanager
def _looking(config: Path) -> "Iterator[tuple[Settings, Store]]":
    """Settings, and a copy of the state: looking changes nothing."""
    with _state(config, snapshot=True) as both:
        yield both


@contextmanager
def _changing(config: Path) -> "Iterator[tuple[Settings, Store]]":
    with _state(config, snapshot=False) as both:
        yield both


@contextmanager
def _state(config: Path, *, snapshot: bool) -> "Iterator[tuple[Settings, Store]]":
    from digest import wiring
    from digest.config import load

    settings = load(config)
    store = wiring.open_state(settings, snapshot=snapshot)
    try:
        yield settings, store
    finally:
        store.close()


def _of_day(store: "Store", settings: "Settings", day: date) -> "tuple[Delivery, ...]":
    deliveries = store.deliveries(settings.name, day)
    if not deliveries:
        message = f"{settings.name} sent nobody an edition on {day}; digest history lists what there is"
        raise StateError(message)
    return deliveries


def _like(store: "Store", deliveries: "tuple[Delivery, ...]", to: str | None) -> "Delivery":
    """The latest delivery to that address; without one, the fullest rendition's."""
    theirs = [one for one in deliveries if to and one.recipient.casefold() == bare(to).casefold()]
    if theirs:
        return theirs[-1]
    distinct = {one.rendition: one for one in reversed(deliveries)}
    return max(distinct.values(), key=lambda one: len(store.rendition(one).html))


def _whom(store: "Store", settings: "Settings", day: date, to: str | None) -> "list[tuple[Delivery, str]]":
    """Whom to send it again, each with the delivery to repeat: all who had it and still want it, or one address."""
    deliveries, gone = _of_day(store, settings, day), store.suppressed(settings.name)
    if to:
        if bare(to).casefold() in gone:
            message = f"{bare(to)} has unsubscribed; digest resubscribe undoes that"
            raise StateError(message)
        return [(_like(store, deliveries, to), bare(to))]
    current = {one.mailbox[1].casefold() for one in settings.recipients} - gone
    latest = {one.recipient.casefold(): one for one in deliveries}
    return [(one, one.recipient) for address, one in latest.items() if address in current]


def _again(
    store: "Store", settings: "Settings", day: date, like: "Delivery", address: str, moment: datetime
) -> "Delivery":
    """A new delivery under a Message-ID that this recipient has not had."""
    from digest.send.message import Addressed, message_id

    had = sum(one.recipient.casefold() == address.casefold() for one in store.deliveries(settings.name, day))
    identity = message_id(settings.name, day, address, settings.sender_domain, again=max(had, 1))
    name = like.name if like.recipient.casefold() == address.casefold() else ""
    return store.resend(like, Addressed(address, name, identity), moment)


def _of_token(token: str, settings: "Settings", store: "Store") -> str:
    """The address an unsubscribe token was made for: a recipient of the config, or of a stored edition."""
    from digest import wiring
    from digest.send import unsubscribe as tokens

    key = wiring.unsubscribe_key(settings, specimen=True)
    addresses = [one.mailbox[1] for one in settings.recipients]
    for edition in store.history(settings.name, limit=1000):
        addresses += [one.recipient for one in store.deliveries(settings.name, edition.day)]
    found = tokens.whose(token, settings.name, dict.fromkeys(addresses), key)
    if found is None:
        message = f"{token!r} is neither an address nor a token of {settings.name}'s unsubscribe links"
        raise DigestError(message)
    return found


def _counts(edition: "Edition") -> str:
    return ", ".join(f"{count} {state.value}" for state, count in sorted(edition.counts.items())) or "nobody to send to"


def _delivery_line(one: "Delivery") -> str:
    tried = f", tried {one.attempts} times" if one.attempts > 1 else ""
    return f"{one.day}  {one.recipient}  {one.state.value}{tried}{f': {one.reason}' if one.reason else ''}"


def _edition_json(one: "Edition") -> dict[str, object]:
    return {
        "day": one.day.isoformat(),
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "title": one.title,
        "stories": one.stories,
        "deliveries": {state.value: count for state, count in sorted(one.counts.items())},
    }


def _delivery_json(one: "Delivery") -> dict[str, object]:
    return {
        "day": one.day.isoformat(),
        "recipient": one.recipient,
        "state": one.state.value,
        "message_id": one.message_id,
        "attempts": one.attempts,
        "reason": one.reason,
    }


def _print_json(value: object) -> None:
    from digest.cli.report import dumps

    print(dumps(value))
