"""Bytes of any encoding -> clean UTF-8 bytes, as browsers would read them, and a little more forgiving.

Order: byte order mark; UTF-16 and UTF-32 by their zero bytes; UTF-8 wherever it is valid (text in another
encoding hardly ever is); the HTTP header; the declaration; detection. A header or declaration that
does not fit the bytes is not believed.
"""

import codecs
import re
from dataclasses import dataclass

from digest.web.inflate import TooLargeError, gunzip

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# What the labels stand for in the real world (WHATWG Encoding Standard, section 4.2), where Python differs.
_WIDER = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "big5": "big5hkscs",
    "tis-620": "cp874", "x-mac-roman": "mac_roman", "windows-874": "cp874", "utf8": "utf-8",
}  # fmt: skip
_STATEFUL = ("iso-2022", "iso2022", "hz", "utf-7")  # all bytes below 0x80, and yet not ASCII
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:+-]+)""", re.IGNORECASE)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:+-]{1,40})""", re.IGNORECASE)

CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
# Only those that may name what is no character: a feed written in references holds millions.
_REFERENCE = re.compile(
    rb"&#(?:[xX](0{0,10}(?:[01]?[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]|[0-9a-fA-F]{5,12}))"
    rb"|(0{0,10}(?:[0-2]?[0-9]|3[01]|5[5-9][0-9]{3}|[0-9]{5,12})));"
)


@dataclass(frozen=True, slots=True)
class Text:
    """`data` is valid UTF-8 without byte order mark, NUL, control characters or impossible character references.

    `encoding` is what it was read as; `damaged` says that something had to be replaced; `bomb` that it was compressed,
    and larger than allowed.
    """

    data: bytes
    encoding: str
    damaged: bool = False
    bomb: bool = False


def read(body: bytes, content_type: str, *, limit: int = 20_000_000) -> Text:
    """Any bytes as clean UTF-8; gzip that no header spoke of is undone. Never raises."""
    try:
        body = gunzip(body, limit)
    except TooLargeError:
        return Text(b"", "gzip", damaged=True, bomb=True)
    data, encoding, damaged = _as_utf8(body, content_type)
    return Text(*_clean(data, encoding), damaged)


def _as_utf8(body: bytes, content_type: str) -> tuple[bytes, str, bool]:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return *_recode(body[len(bom) :], encoding), encoding != "utf-8" and len(body) % 2 == 1
    start = body[:64].lstrip(b" \t\r\n")
    for zeros, encoding in _ZEROS:
        if start.startswith(zeros):
            return *_recode(body, encoding), False
    names = _named(body, content_type)
    if not any(name.startswith(_STATEFUL) for name in names) or not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            if _is_mostly_utf8(body, error, names):
                return body.decode(errors="cp1252-byte").encode(), "utf-8", True
        else:
            return body, "utf-8", False
    for name in names:
        try:
            return body.decode(_WIDER.get(name, name)).encode(), name, False
        except (LookupError, UnicodeError, ValueError):
            continue
    return _guessed(body, bool(names))


def _named(body: bytes, content_type: str) -> list[str]:
    """Encodings named by the header and the document, in that order."""
    found = [match[1] for match in [_CHARSET.search(content_type)] if match]
    head = body[:2048]
    found += [match[1].decode("ascii") for pattern in (_DECLARED, _META) if (match := pattern.search(head))]
    return list(dict.fromkeys(name.lower() for name in found))


def _recode(body: bytes, encoding: str) -> tuple[bytes, str]:
    return body.decode(encoding, "replace").encode("utf-8", "replace"), encoding


def _is_mostly_utf8(body: bytes, error: UnicodeDecodeError, names: list[str]) -> bool:
    """UTF-8 with a few broken bytes (cut in the middle, or another encoding's text pasted in)."""
    text = body.decode(errors="replace")
    bad = text.count("\ufffd")
    good = len(text) - bad - sum(map(str.isascii, text)) if len(text) < 200_000 else _sampled(text)
    if error.start >= len(body) - 3:
        return True
    other = [name for name in names if _WIDER.get(name, name) != "utf-8"]
    return good > (20 if other else 4) * bad


def _sampled(text: str) -> int:
    return sum(not character.isascii() and character != "\ufffd" for character in text[::8]) * 8


def _guessed(body: bytes, named: bool) -> tuple[bytes, str, bool]:
    """No name fits: detection where nothing was named, else what western software most often meant."""
    if not named:
        from charset_normalizer import from_bytes

        best = from_bytes(body[:100_000], steps=5, chunk_size=512, explain=False).best()
        name = best.encoding if best else ""
        if name:
            try:
                return body.decode(_WIDER.get(name, name)).encode(), name, True
            except (LookupError, UnicodeError):
                pass
    return body.decode("cp1252", "replace").encode(), "windows-1252", True


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error("cp1252-byte", _one_byte)


def _clean(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Drop what XML 1.0 does not allow (section 2.2); put right references to what is no character."""
    data = data.translate(None, CONTROLS)
    for noncharacter in _NONCHARACTERS:
        data = data.replace(noncharacter, b"")
    if b"&#" in data:
        data = _REFERENCE.sub(_reference, data)
    return data.removeprefix(codecs.BOM_UTF8), encoding


def _reference(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2])
    allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return match[0] if allowed else b""
