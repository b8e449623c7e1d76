"""A password or token, fetched when a connection needs it and not before; never in a repr, a log line or an error."""

import stat
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from digest.errors import TransportError

Secret = Callable[[], str]
"""Gives the secret, afresh each time; raises `TransportError` (`final`) without a word of it."""

_TIMEOUT = 30  # seconds; a password manager may have to be unlocked, a token refreshed


def from_file(path: Path) -> Secret:
    """The first line of a file that nobody else may read."""

    def read() -> str:
        try:
            mode = path.stat().st_mode
            if mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
                raise TransportError(f"{path}: others can read this password: run  chmod 600 {path}", final=True)
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise TransportError(f"{path}: the password cannot be read: {error.strerror}", final=True) from None
        except UnicodeDecodeError:
            raise TransportError(f"{path}: the password is not UTF-8 text", final=True) from None
        return _given(lines[0] if lines else "", str(path))

    return read


def from_command(command: Sequence[str], *, cwd: Path) -> Secret:
    """The first line a program prints. No shell; its own errors go to the terminal, as a password manager wants it."""

    def run() -> str:
        name = command[0]
        try:
            done = subprocess.run(
                list(command), cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=_TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired:
            raise TransportError(f"{name}: gave no password within {_TIMEOUT} s", final=True) from None
        except OSError as error:
            raise TransportError(f"{name}: cannot be run for the password: {error.strerror}", final=True) from None
        if done.returncode:
            raise TransportError(
                f"{name}: ended with status {done.returncode} instead of giving a password", final=True
            )
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return _given(lines[0] if lines else "", name)

    return run


def _given(value: str, where: str) -> str:
    if not value:
        raise TransportError(f"{where}: gave an empty password", final=True)
    return value
