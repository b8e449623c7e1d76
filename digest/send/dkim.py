"""DKIM signatures (RFC 6376) by dkimpy, relaxed/relaxed, so that they survive what mail systems do to white space.

dkimpy's own `sign` reads the clock and works the key and the body out anew each time. Here the instant is the
delivery's, so that a message tried again is the same message; the key is read once, and a body shared by many is
hashed once.
Needs the extra `dkim`.
"""

import base64
import hashlib
import stat
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from digest.errors import ConfigError

_SIGNED = (
    b"from", b"reply-to", b"to", b"subject", b"date", b"message-id", b"list-id", b"list-unsubscribe",
    b"list-unsubscribe-post", b"auto-submitted", b"content-language", b"mime-version", b"content-type",
    b"from", b"subject",  # named once more than they occur: nobody can add a second one (RFC 6376 8.15)
)  # fmt: skip


def signer(selector: str, domain: str, key_file: Path) -> Callable[[bytes, bytes, datetime], bytes]:
    """A function (header block, body, instant) -> DKIM-Signature field with its CRLF.

    Raises `ConfigError` where the extra is missing, the key cannot be read, or others can read it.
    """
    try:
        import dkim
        from dkim.crypto import UnparsableKeyError, parse_pem_private_key
    except ImportError:
        raise ConfigError("dkim: needs one more package: pip install 'morning-digest[dkim]'") from None
    try:
        if key_file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise ConfigError(f"{key_file}: others can read this private key: run  chmod 600 {key_file}")
        key = parse_pem_private_key(key_file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{key_file}: the DKIM key cannot be read: {error.strerror}") from None
    except (UnparsableKeyError, ValueError, KeyError):
        raise ConfigError(f"{key_file}: not an RSA private key in PEM form (openssl genrsa makes one)") from None
    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")

    @lru_cache(maxsize=64)
    def body_hash(body: bytes) -> bytes:
        return base64.b64encode(hashlib.sha256(policy.canonicalize_body(body)).digest())

    def sign(block: bytes, body: bytes, at: datetime) -> bytes:
        return _field(dkim, policy, key, block, body_hash(body), (selector, domain), at)

    return sign


def _field(
    dkim: Any, policy: Any, key: dict[str, int], block: bytes, body_hash: bytes, who: tuple[str, str], at: datetime
) -> bytes:
    """One signature; `who` is selector and domain. `dkim` is untyped."""
    signing = dkim.DKIM(block + b"\r\n")
    present = {name.lower() for name, _ in signing.headers}
    names = [name for name in _SIGNED if name in present]
    signing.hasher, signing.signature_algorithm = hashlib.sha256, b"rsa-sha256"
    fields = [
        (b"v", b"1"),
        (b"a", b"rsa-sha256"),
        (b"c", policy.to_c_value()),
        (b"d", who[1].encode("ascii")),
        (b"s", who[0].encode("ascii")),
        (b"t", str(int(at.timestamp())).encode("ascii")),
        (b"h", b" : ".join(names)),
        (b"bh", body_hash),
        (b"b", b"0" * 60),
    ]
    value: bytes = signing.gen_header(fields, names, policy, b"DKIM-Signature", key)
    return b"DKIM-Signature: " + value
