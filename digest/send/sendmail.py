"""Mail handed to a local program, as sendmail(8) takes it: the message on standard input, sysexits(3) for an answer."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

from digest.errors import TransportError
from digest.model import DeliveryState, Envelope, Verdict
from digest.ports import Session
from digest.send.headers import one_line

_REJECTED = {
    os.EX_USAGE: "it does not understand its arguments",
    os.EX_DATAERR: "an address it cannot use",
    os.EX_NOUSER: "no such user",
    os.EX_NOHOST: "no such host",
}
_OWN_FAULT = (os.EX_USAGE,)  # of the configuration, not of the recipient: nothing is given up for it


@dataclass(frozen=True, slots=True)
class SendmailTransport:
    """A program on this machine. `{sender}` in a word of `command` becomes the sender; the recipient is appended."""

    command: tuple[str, ...]
    timeout: timedelta = timedelta(seconds=60)
    folder: Path = Path()
    connections: int = 1
    interval: timedelta = timedelta(0)

    @contextmanager
    def open(self) -> Iterator[Session]:
        """See `Transport`."""
        self.check()
        yield _Sendmail(self)

    def check(self) -> str:
        """See `Transport`. The program is looked for, not run."""
        program = self.command[0]
        found = shutil.which(str(self.folder / program) if "/" in program else program)
        if not found:
            raise TransportError(f"{program}: there is no such program to hand mail to", final=True)
        return f"messages are handed to {found}"


class _Sendmail:
    def __init__(self, transport: SendmailTransport) -> None:
        self._transport = transport

    def send(self, envelope: Envelope) -> Verdict:
        words = [word.replace("{sender}", envelope.sender) for word in self._transport.command]
        if envelope.recipient.startswith("-") and "--" not in words:
            return Verdict(DeliveryState.REJECTED, 'an address that looks like an option; end the command with "--"')
        words[0] = str(self._transport.folder / words[0]) if "/" in words[0] else words[0]
        with TemporaryFile() as said:
            try:
                status = self._run([*words, envelope.recipient], envelope.data.replace(b"\r\n", b"\n"), said.fileno())
            except OSError as error:
                return Verdict(DeliveryState.DEFERRED, f"{words[0]}: {error.strerror}", broken=True)
            said.seek(0)
            told = one_line(said.read(2000).decode("utf-8", "replace"))[:200]
        return _verdict(words[0], status, told, self._transport.timeout)

    def _run(self, words: list[str], data: bytes, said: int) -> int | None:
        """The exit status; None where it had to be stopped, its whole process group with it."""
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=said, stderr=said, cwd=self._transport.folder, start_new_session=True
        )
        try:
            process.communicate(data, timeout=self._transport.timeout.total_seconds())
        except subprocess.TimeoutExpired:
            _stop(process)
            return None
        except BaseException:
            _stop(process)
            raise
        return process.returncode


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _verdict(program: str, status: int | None, told: str, timeout: timedelta) -> Verdict:
    if status is None:
        reason = f"{program}: not done after {timeout.total_seconds():g} s, stopped"
        return Verdict(DeliveryState.DEFERRED, reason, broken=True, unsure=True)
    if status == os.EX_OK:
        return Verdict(DeliveryState.SENT, told)
    reason = ": ".join(filter(None, [program, _REJECTED.get(status, f"status {status}"), told]))
    if status in _REJECTED and status not in _OWN_FAULT:
        return Verdict(DeliveryState.REJECTED, reason)
    return Verdict(DeliveryState.DEFERRED, reason, broken=status != os.EX_TEMPFAIL)
