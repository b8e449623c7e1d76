"""A message as its reader gets it: the way back from the wire, for previews and the demo."""

import base64
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Received:
    """What a mail program would show. `html` stands alone: embedded pictures are data: URLs in it."""

    recipient: str
    subject: str
    html: str
    text: str
    html_bytes: int  # as sent, without the pictures


def received(data: bytes) -> Received:
    """Read one message of ours (RFC 5322 bytes). A part that is not there is ""."""
    message = message_from_bytes(data, _class=EmailMessage, policy=policy.SMTP)
    html = _part(message, "html")
    return Received(
        str(message["To"]), str(message["Subject"]), _alone(html, message), _part(message, "plain"), len(html.encode())
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
