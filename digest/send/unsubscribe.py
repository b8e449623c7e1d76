"""Signed tokens for List-Unsubscribe (RFC 8058): that it was us who wrote the address, and to whom.

A token is 18 bytes in base64url (24 characters): a reference, which is the first 6 bytes of
SHA-256(digest NUL case-folded address), and the first 12 bytes of
HMAC-SHA256(key, "digest-unsubscribe-1" NUL reference). So any small web endpoint can verify it with the key alone, no
address stands in a URL or a web server's log, and `digest unsubscribe TOKEN` finds whose it is. docs/delivery.md shows
an endpoint.

It stands in the header only, never in the body: a body gets forwarded, and whoever got it could then unsubscribe its
first reader.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from digest.errors import StateError

_PURPOSE = b"digest-unsubscribe-1"
_REFERENCE, _SIGNATURE = 6, 12  # bytes: short enough for a header line of 78 characters


def token(digest: str, address: str, key: bytes) -> str:
    """The signed token of one recipient of one digest."""
    reference = hashlib.sha256(f"{digest}\0{address.casefold()}".encode()).digest()[:_REFERENCE]
    return base64.urlsafe_b64encode(reference + _sign(reference, key)).decode("ascii")


def genuine(text: str, key: bytes) -> bool:
    """Whether a token was signed with this key. Never raises."""
    try:
        data = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return (
        hmac.compare_digest(data[_REFERENCE:], _sign(data[:_REFERENCE], key)) and len(data) == _REFERENCE + _SIGNATURE
    )


def whose(text: str, digest: str, addresses: Iterable[str], key: bytes) -> str | None:
    """The one of these addresses that a token was made for; None where it is nobody's, or not genuine."""
    return next(
        (one for one in addresses if hmac.compare_digest(token(digest, one, key).encode(), text.strip().encode())), None
    )


def one_click(url: str, digest: str, address: str, key: bytes) -> str:
    """The recipient's own https address: `unsubscribe_url` with the token as its query's `token`."""
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("token", token(digest, address, key))])
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def by_mail(address: str, digest: str) -> str:
    """The mailto: address that asks a person, or the mail system behind it, to stop the digest."""
    return f"mailto:{quote(address, safe='@')}?subject={quote(f'unsubscribe {digest}')}"


def key_at(path: Path) -> bytes:
    """The signing key kept in this file; made at first (32 random bytes in hex, mode 0600) where there is none.

    Raises `StateError` where it can be neither read nor made.
    """
    try:
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
        key = path.read_text(encoding="ascii").strip().encode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is not text"
        raise StateError(
            f"{path}: the key for unsubscribe addresses cannot be kept here ({words}); "
            "mend that, or set unsubscribe_key in the config"
        ) from None
    if len(key) < 32:
        raise StateError(f"{path}: not a key for unsubscribe addresses; delete the file, and a new one is made")
    return key


def _sign(reference: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + b"\0" + reference, "sha256")[:_SIGNATURE]
