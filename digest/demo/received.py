"""A received message as files that a person can open."""

import base64
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


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
    message = message_from_bytes(data, _class=EmailMessage, policy=policy.SMTP)
    paths = {end: into / f"{stem}.{end}" for end in ("eml", "html", "txt")}
    paths["eml"].write_bytes(data)
    html = _part(message, "html")
    paths["html"].write_text(_alone(html, message), encoding="utf-8")
    paths["txt"].write_text(_part(message, "plain"), encoding="utf-8")
    return Saved(
        str(message["To"]), str(message["Subject"]), paths["eml"], paths["html"], paths["txt"], len(html.encode())
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _alone(html: str, message: EmailMessage) -> str:
    """The HTML with its embedded pictures inside it: a browser knows no `cid:` (RFC 2392)."""
    for part in message.walk():
        cid = str(part.get("Content-ID", "")).strip("<> ")
        if cid and part.get_content_maintype() == "image":
            bits = base64.b64encode(part.get_content()).decode("ascii")
            html = html.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{bits}")
    return html
