"""What single values of config.yaml may be: durations, rates, patterns, mail addresses, commands."""

import re
import unicodedata
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def duration(value: object) -> timedelta:
    """`90s`, `30m`, `24h`, `7d`, `2w`, or several of them ("1d 12h"). Positive and at most ten years."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if not re.fullmatch(r"(\d+(\.\d+)?\s*[smhdw]\s*)+", text):
        raise ValueError("write a duration like 30s, 90m, 24h or 7d")
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*([smhdw])", text)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= 3660 * 86400:
        raise ValueError("a duration must be longer than nothing and shorter than ten years")
    return timedelta(seconds=seconds)


def rate(value: object) -> float:
    """`60/min`, `10/s`, `500/h` -> messages a second."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*/\s*(s|sec|min|m|h|hour)\s*", str(value).lower())
    if not match or not float(match[1]):
        raise ValueError("write a rate like 60/min")
    return float(match[1]) / {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}[match[2]]


def _words(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _pattern(word: str) -> str:
    if word.startswith("re:"):
        try:
            re.compile(word[3:])
        except re.error as error:
            raise ValueError(f"{word!r} is not a regular expression: {error}") from None
    elif not word.strip():
        raise ValueError("an empty word would match everything")
    return word


_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\U0010ffff-]+")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"')
_ADDRESS = r"""(?:"[^"\\\x00-\x1f\x7f]+"|[^\s@<>,;:"()\[\]\\\x00-\x1f\x7f]+)@[^\s@<>,;:"()\\\x00-\x1f\x7f]+"""


def mailbox(value: str) -> tuple[str, str]:
    """`Name <address>` or a bare address -> display name ("" without one) and address.

    One address only, no comments, no control characters: stricter than RFC 5322, so that no value can name a second
    recipient or start another header. Raises ValueError.
    """
    form = rf'(?:(?P<name>"[^"<>]*"|[^"<>,;]*?)\s*<(?P<angle>{_ADDRESS})>|(?P<bare>{_ADDRESS}))'
    match = re.fullmatch(form, value.strip())
    if not match or any(ord(c) < 32 or ord(c) == 127 for c in value):
        message = f"{value!r} is not a mail address like me@example.org or Name <me@example.org>"
        raise ValueError(message)
    address = match["angle"] or match["bare"]
    wire_address(address)
    return (match["name"] or "").strip().strip('"'), address


def wire_address(address: str) -> str:
    """An address as the wire wants it: the domain in IDNA form (RFC 5891), the local part as it is.

    Raises `ValueError` for what is not one address: line ends, controls, a second address, comments, a source route.
    The result is ASCII, or its local part is UTF-8 and needs SMTPUTF8 (RFC 6531).
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not (_QUOTED_LOCAL.fullmatch(local) or _LOCAL.fullmatch(local)):
        raise ValueError(f"{address!r} is not one mail address")
    if not local.startswith('"') and (local.startswith(".") or local.endswith(".") or ".." in local):
        raise ValueError(f'{address!r} is not one mail address: such dots need quotes, as in "{local}"@{domain}')
    if any(unicodedata.category(char) in ("Cc", "Cs", "Cf", "Zl", "Zp", "Zs") for char in local if not char.isascii()):
        raise ValueError(f"{address!r} has invisible characters before its @")
    if len(local.encode("utf-8", "replace")) > 64:
        raise ValueError(f"{address!r}: more than 64 bytes stand before the @")
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """A domain name or an address literal ([192.0.2.1]) as the wire wants it: IDNA form (RFC 5891). Raises ValueError."""
    if re.fullmatch(r"\[(?:IPv6:)?[0-9A-Fa-f:.]+\]", domain):
        return domain
    if domain.isascii():  # underscores and the like exist in private networks
        if len(domain) > 255 or not re.fullmatch(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*", domain):
            raise ValueError(f"{domain!r} is not a domain name")
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError(f"{domain!r} is not a domain name") from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value or "UTC")
    except (ValueError, OSError, KeyError):  # not found, not a key, or the name of a folder
        raise ValueError(f"no time zone is called {value!r}; write one like Europe/Kyiv") from None
    return value


def _mailbox(value: str) -> str:
    mailbox(value)
    return value.strip()


Duration = Annotated[timedelta, BeforeValidator(duration)]
Rate = Annotated[float, BeforeValidator(rate)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(_pattern)], ...], BeforeValidator(_words)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Zone = Annotated[str, AfterValidator(_zone)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Command = Annotated[tuple[str, ...], Field(min_length=1)]  # a list of words: never given to a shell
