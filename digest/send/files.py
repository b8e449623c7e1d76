"""Transports that end on this disk: a folder of .eml files, and a Maildir."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from digest.errors import TransportError
from digest.model import DeliveryState, Envelope, Verdict
from digest.ports import Session


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """One .eml file a message, named for day, digest and recipient. The folder is made where it is missing.

    A message handed over again (same Message-ID) replaces its file; another one never does.
    """

    folder: Path
    connections: int = 1
    interval: timedelta = timedelta(0)

    @contextmanager
    def open(self) -> Iterator[Session]:
        """See `Transport`."""
        _usable(self.folder, [self.folder])
        yield _Files(self._place, lambda envelope: envelope.data)

    def check(self) -> str:
        """See `Transport`."""
        _usable(self.folder, [self.folder])
        return f"messages are written to {self.folder} as .eml files"

    def _place(self, envelope: Envelope) -> Path:
        stem = "-".join(filter(None, [envelope.label, re.sub(r"[^A-Za-z0-9@._+-]", "_", envelope.recipient)[:100]]))
        for number in count(1):
            path = self.folder / f"{stem.lstrip('.')}{f'-{number}' if number > 1 else ''}.eml"
            if not path.exists() or _holds(path, envelope.message_id):
                return path
        raise AssertionError


@dataclass(frozen=True, slots=True)
class MaildirTransport:
    """A Maildir (cr.yp.to/proto/maildir.html), as a mail reader on this machine watches it; made where it is missing.

    Line ends become LF, as in any mailbox on disk. A message that is there already, read or unread, is not put there
    twice.
    """

    folder: Path
    connections: int = 1
    interval: timedelta = timedelta(0)

    @contextmanager
    def open(self) -> Iterator[Session]:
        """See `Transport`."""
        _usable(self.folder, [self.folder / name for name in ("tmp", "new", "cur")])
        yield _Files(self._place, lambda envelope: envelope.data.replace(b"\r\n", b"\n"), self.folder / "tmp")

    def check(self) -> str:
        """See `Transport`."""
        _usable(self.folder, [self.folder / name for name in ("tmp", "new", "cur")])
        return f"messages are put into the Maildir {self.folder}"

    def _place(self, envelope: Envelope) -> Path | None:
        unique = hashlib.sha256(f"{envelope.message_id}\0{envelope.recipient}".encode()).hexdigest()[:32]
        if any(next((self.folder / name).glob(f"{unique}.digest*"), None) for name in ("new", "cur")):
            return None
        return self.folder / "new" / f"{unique}.digest"


class _Files:
    """A session that writes each message whole or not at all."""

    def __init__(
        self,
        place: Callable[[Envelope], Path | None],
        form: Callable[[Envelope], bytes],
        nursery: Path | None = None,
    ) -> None:
        self._place, self._form, self._nursery = place, form, nursery

    def send(self, envelope: Envelope) -> Verdict:
        try:
            path = self._place(envelope)
            if path is None:
                return Verdict(DeliveryState.SENT, "was there already")
            _write(path, self._form(envelope), self._nursery or path.parent)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""  # a full disk names no file
            return Verdict(DeliveryState.DEFERRED, f"{where}cannot be written: {error.strerror}", broken=True)
        return Verdict(DeliveryState.SENT, str(path))


def _usable(folder: Path, folders: list[Path]) -> None:
    try:
        for one in folders:
            one.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(one, os.W_OK | os.X_OK):
                raise PermissionError(13, "no permission to write")
    except OSError as error:
        raise TransportError(f"{folder}: messages cannot be written here: {error.strerror}", final=True) from None


def _holds(path: Path, message_id: str) -> bool:
    with path.open("rb") as file:
        head = file.read(65536).partition(b"\r\n\r\n")[0]
    return f"message-id: {message_id}".lower().encode() in head.lower().split(b"\r\n")


def _write(path: Path, data: bytes, nursery: Path) -> None:
    """Durable, and atomic: a reader sees the whole file or none. Mode 0600."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=nursery)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
