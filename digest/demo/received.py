"""A received message as files that a person can open."""

from dataclasses import dataclass
from pathlib import Path

from digest.send.received import received


@dataclass(frozen=True, slots=True)
class Saved:
    """One received message on disk: as it came, its HTML made to stand alone, and its plain text."""

    recipient: str
    subject: str
    eml: Path
    html: Path
    text: Path
    html_bytes: int  # as sent, without the pictures


def save(messages: tuple[bytes, ...], into: Path) -> tuple[Saved, ...]:
    """Write `edition.eml`, `.html` and `.txt` for the first message, `edition-2.…` for the second, and so on."""
    return tuple(
        _save(data, into, "edition" if number == 1 else f"edition-{number}") for number, data in enumerate(messages, 1)
    )


def _save(data: bytes, into: Path, stem: str) -> Saved:
    eml, html, text = (into / f"{stem}.{end}" for end in ("eml", "html", "txt"))
    message = received(data)
    eml.write_bytes(data)
    html.write_text(message.html, encoding="utf-8")
    text.write_text(message.text, encoding="utf-8")
    return Saved(message.recipient, message.subject, eml, html, text, message.html_bytes)
