"""A rendition and a recipient -> one message ready for the wire.

7-bit throughout (8BITMIME is not everywhere), quoted-printable, CRLF, lines of at most 76 bytes in the body. The MIME
body is encoded once for each rendition; only the header differs between recipients, and the body names nobody.

    multipart/alternative                     RFC 2046 5.1.4: the last part is the richest
    ├── text/plain
    └── text/html                             or, with embedded pictures,
        multipart/related (RFC 2387)
        ├── text/html
        └── image/… inline, Content-ID
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape

from digest.model import UNSUBSCRIBE_URL, Delivery, Envelope, Picture, Rendition
from digest.send import headers, unsubscribe

_SLOT = UNSUBSCRIBE_URL


@dataclass(frozen=True, slots=True)
class Addressed:
    """A recipient of an edition, with the Message-ID of their message."""

    address: str
    name: str
    message_id: str


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What all messages of a digest have in common. Addresses are bare, names apart.

    `unsubscribe_key` gives the key for one-click tokens and is asked only where `unsubscribe_url` is set; `sign` gets a
    header block, a body and the signature's instant, and returns a DKIM-Signature field, or is None.
    """

    title: str
    sender_name: str
    sender: str
    envelope_from: str = ""
    reply_to_name: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""
    unsubscribe_key: Callable[[], bytes] | None = field(default=None, repr=False)
    sign: Callable[[bytes, bytes, datetime], bytes] | None = field(default=None, repr=False)


def message_id(digest: str, day: date, address: str, domain: str, *, again: int = 0) -> str:
    """The Message-ID, in angle brackets, of one recipient's message of one edition.

    The same for the same arguments for ever, so that a message sent twice is one message to the mailbox; a hash, so
    that no address is in clear. `again` counts what was asked for by hand: mailboxes silently drop duplicates
    (RFC 5322 3.6.4).
    """
    said = "\0".join([digest, day.isoformat(), address.casefold(), str(again)])
    return f"<{hashlib.sha256(said.encode()).hexdigest()[:32]}@{domain}>"


def build(rendition: Rendition, delivery: Delivery, *, mail: MailSettings) -> Envelope:
    """The message for one recipient: the same bytes whenever and as often as it is built.

    Its Date is the delivery's `created`. Raises `ValueError` for an address that is not one.
    """
    recipient, sender = headers.wire_address(delivery.recipient), headers.wire_address(mail.sender)
    by_mail = unsubscribe.by_mail(mail.reply_to or mail.sender, delivery.digest)
    top, body = _mime(rendition, mail.unsubscribe_url or by_mail)
    head = [
        headers.mailbox_field("From", mail.sender_name or mail.title, sender),
        headers.mailbox_field("To", delivery.name, recipient),
        headers.text_field("Subject", rendition.subject),
        headers.plain_field("Date", format_datetime(delivery.created)),
        headers.plain_field("Message-ID", delivery.message_id),
        headers.list_id_field(mail.title, delivery.digest, sender.rpartition("@")[2]),
        *_unsubscribe(delivery, by_mail, mail),
        b"Auto-Submitted: auto-generated\r\n",
        headers.plain_field("Content-Language", rendition.language),
        b"MIME-Version: 1.0\r\n",
        top,
    ]
    if mail.reply_to:
        head.insert(2, headers.mailbox_field("Reply-To", mail.reply_to_name, headers.wire_address(mail.reply_to)))
    block = b"".join(head)
    signature = mail.sign(block, body, delivery.created) if mail.sign else b""
    return Envelope(
        sender=headers.wire_address(mail.envelope_from) if mail.envelope_from else sender,
        recipient=recipient,
        data=signature + block + b"\r\n" + body,
        message_id=delivery.message_id,
        label=f"{delivery.day}-{delivery.digest}",
    )


def _unsubscribe(delivery: Delivery, by_mail: str, mail: MailSettings) -> list[bytes]:
    """List-Unsubscribe (RFC 2369), and with an https address RFC 8058's one click."""
    if not mail.unsubscribe_url or mail.unsubscribe_key is None:
        return [headers.uri_field("List-Unsubscribe", by_mail)]
    own = unsubscribe.one_click(mail.unsubscribe_url, delivery.digest, delivery.recipient, mail.unsubscribe_key())
    return [
        headers.uri_field("List-Unsubscribe", own, by_mail),
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    ]


@lru_cache(maxsize=64)  # selections of an edition; some hundred KB each
def _mime(rendition: Rendition, stop: str) -> tuple[bytes, bytes]:
    """The top Content-Type field and the body. `stop` is the address the body shows for unsubscribing, nobody's own."""
    text = _part(b"Content-Type: text/plain; charset=utf-8\r\n", rendition.text.replace(_SLOT, stop))
    html = _part(b"Content-Type: text/html; charset=utf-8\r\n", rendition.html.replace(_SLOT, escape(stop)))
    seed = hashlib.sha256(text + html).hexdigest()[:24]
    if rendition.pictures:
        top, inner = _multipart("related", f"{seed}r", [html, *map(_inline, rendition.pictures)], '; type="text/html"')
        html = top + b"\r\n" + inner
    return _multipart("alternative", seed, [text, html])


def _multipart(kind: str, seed: str, parts: list[bytes], more: str = "") -> tuple[bytes, bytes]:
    """Content-Type field and body; `=_` stands in no quoted-printable or base64 text, so no boundary occurs in one."""
    mark = f"=_{seed}"
    body = b"".join(b"--" + mark.encode() + b"\r\n" + part + b"\r\n" for part in parts) + f"--{mark}--\r\n".encode()
    return f'Content-Type: multipart/{kind}{more};\r\n boundary="{mark}"\r\n'.encode(), body


def _part(kind: bytes, text: str) -> bytes:
    return kind + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + _quoted_printable(text)


def _quoted_printable(text: str) -> bytes:
    """RFC 2045 6.7 with CRLF; a line never starts with "From " (mbox files would mark it, and break signatures)."""
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    encoded = binascii.b2a_qp(data, quotetabs=False, istext=True, header=False)
    encoded = re.sub(rb"(?m)^From ", b"=46=\nrom ", encoded)
    return encoded.replace(b"\n", b"\r\n")


def _inline(picture: Picture) -> bytes:
    name = re.sub(r"[^A-Za-z0-9._-]", "-", picture.cid.partition("@")[0])[:60]
    ending = {"jpeg": "jpg"}.get(picture.subtype, picture.subtype)
    return (
        f'Content-Type: image/{picture.subtype}; name="{name}.{ending}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{picture.cid}>\r\n"
        f'Content-Disposition: inline; filename="{name}.{ending}"\r\n\r\n'
    ).encode("ascii") + base64.encodebytes(picture.data).replace(b"\n", b"\r\n")
