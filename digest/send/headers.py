"""Header fields that every mail system reads alike: RFC 5322 folded, RFC 2047 encoded, one line injected never.

Written out here, and not left to `email.policy`, because the bytes must not depend on the Python that runs: a message
tried again tomorrow has to be the same message (and folding has changed, and been mended, between Python releases).
"""

import base64
import re
import unicodedata

from digest.config import wire_address

__all__ = [
    "list_id_field", "mailbox_field", "one_line", "plain_field", "text_field", "uri_field", "wire_address",
]  # fmt: skip

_WIDTH = 76  # of a line that is folded; RFC 5322 2.1.1 advises 78, RFC 2047 allows 76 where an encoded word stands
_WORD = 75  # RFC 2047 section 2: the longest encoded word
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str) -> str:
    """Text fit for a header: no line end, control, bidi control or lone surrogate; white space becomes one space."""
    kept = "".join(" " if _unfit(char) else char for char in text if char not in _BIDI)
    return " ".join(kept.split())


def _unfit(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")


def text_field(name: str, text: str) -> bytes:
    """An unstructured field such as Subject, folded, with its CRLF."""
    text = one_line(text)
    if text.isascii() and "=?" not in text and all(len(word) < 60 for word in text.split(" ")):
        return _fold(name, text.split(" "))
    return _fold(name, _encoded_words(text, len(name) + 2))


def mailbox_field(name: str, phrase: str, address: str) -> bytes:
    """An address field with one mailbox; `address` as `wire_address` gives it. UTF-8 only where the address is."""
    return _fold(name, [*_phrase(phrase, len(name) + 2), f"<{address}>" if phrase else address])


def list_id_field(title: str, name: str, domain: str) -> bytes:
    """List-Id (RFC 2919): the title for people, `name.domain` for filters."""
    label = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "digest"
    return _fold("List-Id", [*_phrase(title, len("List-Id: ")), f"<{label}.{domain}>"])


def uri_field(name: str, *uris: str) -> bytes:
    """A list of URIs in angle brackets (RFC 2369), the shortest first, so that each finds room on a line of its own."""
    listed = ",\r\n ".join(sorted((f"<{_uri(uri)}>" for uri in uris), key=len))
    return f"{name}: {listed}\r\n".encode("ascii")


def plain_field(name: str, value: str) -> bytes:
    """A field whose value is ASCII already and must not be folded."""
    return f"{name}: {one_line(value)}\r\n".encode("ascii", "replace")


def _uri(uri: str) -> str:
    """Percent-encode what would end the URI or the line; the rest is the caller's."""
    return "".join(c if "!" <= c <= "~" and c not in '<>"' else "".join(f"%{b:02X}" for b in c.encode()) for c in uri)


def _phrase(text: str, column: int) -> list[str]:
    """A display name as words to fold between."""
    text = one_line(text)
    if not text:
        return []
    if text.isascii() and "=?" not in text and len(text) < _WIDTH - column:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return text.split(" ") if _ATOMS.fullmatch(text) else [f'"{escaped}"']
    return _encoded_words(text, column)


def _encoded_words(text: str, column: int) -> list[str]:
    """RFC 2047 words of at most 75 characters, split between characters; `column` is where the first may start.

    Q where most of it is ASCII and so stays legible, else B. Only what RFC 2047 section 5 (3) allows in a phrase stays
    bare.
    """
    data = text.encode("utf-8", "replace")
    bare = re.compile(rb"[A-Za-z0-9!*+/-]")
    q = len(data) + 2 * sum(1 for byte in data if not bare.match(bytes([byte])) and byte != 0x20)
    quoted = q <= 4 * (len(data) + 2) // 3

    def word(chars: str) -> str:
        raw = chars.encode("utf-8", "replace")
        if not quoted:
            return f"=?utf-8?b?{base64.b64encode(raw).decode('ascii')}?="
        body = "".join("_" if b == 0x20 else chr(b) if bare.match(bytes([b])) else f"={b:02X}" for b in raw)
        return f"=?utf-8?q?{body}?="

    words, start = [], 0
    limit = min(_WORD, max(_WIDTH - column, 30))
    while start < len(text):
        end = start + 1
        while end < len(text) and len(word(text[start : end + 1])) <= limit:
            end += 1
        words.append(word(text[start:end]))
        start, limit = end, _WORD
    return words


def _fold(name: str, words: list[str]) -> bytes:
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > _WIDTH + 1 and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line, ""]).encode("utf-8", "replace")
