"""Every error that stops a run, on one page.

What concerns one feed or one recipient is never an exception: it is a value (`FeedFailure`, `Verdict`),
so one bad feed cannot stop a run. Messages say what happened, where, and what to do; never a secret.

    DigestError
    ├── ConfigError        config.yaml cannot be used as it is                       exit 2
    ├── TemplateError      a template is missing, or does not render                 exit 2
    ├── StateError         the state cannot be read or written                       exit 2
    │   └── StateBusy      another run or gather holds it for longer than we wait     exit 1
    └── TransportError     the mail server cannot be used at all (see `send`)        exit 1
"""


class DigestError(Exception):
    """The root: `str(error)` is one line fit to show to the user; `exit_code` is the process's."""

    exit_code = 2


class ConfigError(DigestError):
    """config.yaml cannot be used; the message starts with `file:line:`."""


class TemplateError(DigestError):
    """A template folder is missing, incomplete, or one of its files fails; the message names file and line."""


class StateError(DigestError):
    """The state is damaged, newer than this program, read-only, or the disk is full. It is left as it was."""


class StateBusy(StateError):  # noqa: N818  reads as the sentence it is: the state is busy
    """Another process holds this digest or the store, and waiting for it came to an end."""

    exit_code = 1


class TransportError(DigestError):
    """No message can be handed over now (connection, TLS, login); every delivery stays in the outbox.

    `final`: trying again within the same run is of no use (login refused, certificate wrong, no STARTTLS).
    """

    exit_code = 1

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final
