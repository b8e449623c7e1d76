"""What the page shows, as values."""

from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

from digest.model import Entry, Issue, Rendition
from digest.render.rules import Finding

__all__ = ["GMAIL_LIMIT", "Edition", "Finding", "Preview"]

GMAIL_LIMIT = 102_400
"""Bytes of HTML after which Gmail cuts a message off and offers "[Message clipped]"."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One edition as its page shows it.

    `message` is the whole message as the first recipient would get it (RFC 5322 bytes). `findings` is what
    `render.rules.check` said of it. `entries` are the entries the edition dealt with, as far as they are at hand:
    they give titles to those that stand in no story (filtered, old); without them their identifiers are shown.
    `watch` names the files and folders it was made from: a change there builds it anew.
    `stored` says that the edition has been composed before, and is shown as it was, not as it would be composed now.
    """

    issue: Issue
    rendition: Rendition
    message: bytes
    findings: tuple[Finding, ...] = ()
    entries: tuple[Entry, ...] = ()
    stored: bool = False
    limit: int = GMAIL_LIMIT
    watch: tuple[Path, ...] = ()

    @property
    def html(self) -> str:
        """The HTML as it arrives, the reader's own unsubscribe address in it; the rendition's without a message."""
        return self._part("html") or self.rendition.html

    @property
    def text(self) -> str:
        """The plain text as it arrives."""
        return self._part("plain") or self.rendition.text

    def _part(self, kind: str) -> str:
        part = message_from_bytes(self.message, policy=policy.default).get_body((kind,))
        return part.get_content().replace("\r\n", "\n") if part else ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One line of the list of past editions. `stories` counts those that were not cut."""

    day: date
    title: str
    subject: str = ""
    stories: int = 0
