"""M01 to M19: the message's headers and its form on the wire."""

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

from digest.render.rules.document import Finding, judged

ONCE = ("From", "To", "Date", "Message-ID", "Subject", "MIME-Version")
HEAVY = 400_000  # bytes on the wire


def findings(data: bytes) -> Iterator[Finding]:
    """One finding a rule on a message's bytes (RFC 5322)."""
    message: Any = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    yield from _wire(data)
    yield from _identity(message)
    yield from _body(message, data)
    yield from _list(message)
    heavy = [f"{len(data):,} bytes"] if len(data) > HEAVY else []
    yield judged("M19", f"{len(data):,} bytes on the wire", heavy, soft=True)


def _wire(data: bytes) -> Iterator[Finding]:
    ends = Counter(re.findall(rb"\r\n|\r|\n", data))
    yield judged("M01", "one kind of line end", [] if len(ends) == 1 and b"\r" not in ends else ["mixed line ends"])
    longest = max(map(len, re.split(rb"\r?\n", data)))
    yield judged("M02", f"longest line {longest}", [f"a line of {longest} bytes"] if longest > 998 else [])
    head = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]
    long = [line[:40].decode("ascii", "replace") for line in re.split(rb"\r?\n", head) if len(line) > 78]
    yield judged("M03", "header lines of at most 78", long, soft=True)
    yield judged("M04", "headers are ASCII", [] if head.isascii() else ["8-bit bytes in the headers"])


def _identity(message: Any) -> Iterator[Finding]:
    count = Counter(name.lower() for name in message.keys())  # noqa: SIM118  a message is no mapping: names repeat
    yield judged("M06", "headers once", [name for name in ONCE if count[name.lower()] != 1])
    yield judged("M07", str(message["Date"]), [] if _dated(message) else [f"Date {message['Date']!r}"])
    ident = str(message["Message-ID"] or "").strip()
    good = re.fullmatch(r"<[^<>@\s]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}>", ident)
    yield judged("M08", ident, [] if good else [f"Message-ID {ident!r}"])
    sender: Any = message["From"].addresses if message["From"] else []
    domain = sender[0].domain if len(sender) == 1 else ""
    named = len(sender) == 1 and sender[0].display_name and "." in domain
    yield judged("M09", str(message["From"]), [] if named else [f"From {message['From']}"])
    ours = domain and ident.rstrip(">").split("@")[-1].endswith(domain)
    yield judged("M10", "Message-ID at From's domain", [] if ours else ["Message-ID at another domain"], soft=True)
    subject = str(message["Subject"] or "")
    calm = 0 < len(subject) <= 78 and not subject.isupper() and "!!" not in subject
    yield judged("M11", f"{len(subject)} characters", [] if calm else [f"Subject {subject[:40]!r}"])


def _dated(message: Any) -> bool:
    try:
        return parsedate_to_datetime(str(message["Date"])).tzinfo is not None
    except ValueError:
        return False


def _body(message: Any, data: bytes) -> Iterator[Finding]:
    kinds = [part.get_content_type() for part in message.iter_parts()] if message.is_multipart() else []
    rich = "multipart/related" if any(p.get_content_maintype() == "image" for p in message.walk()) else "text/html"
    good = message.get_content_type() == "multipart/alternative" and kinds == ["text/plain", rich]
    yield judged(
        "M12", f"alternative({', '.join(kinds)})", [] if good else [f"{message.get_content_type()} of {kinds}"]
    )
    texts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    charsets = [str(part.get_content_charset()) for part in texts]
    yield judged("M13", "utf-8", [charset for charset in charsets if charset != "utf-8"])
    ways = [str(part.get("Content-Transfer-Encoding", "7bit")).lower() for part in texts]
    bad = [way for way in ways if way not in ("7bit", "quoted-printable")] + ([] if data.isascii() else ["8-bit"])
    yield judged("M14", f"7-bit, {', '.join(ways)}", bad)


def _list(message: Any) -> Iterator[Finding]:
    ident = re.search(r"<[A-Za-z0-9_.-]+\.[A-Za-z0-9.-]+>\s*$", str(message["List-Id"] or ""))
    yield judged("M15", str(message["List-Id"]), [] if ident else ["no List-Id"])
    ways = re.findall(r"<([^>]+)>", str(message["List-Unsubscribe"] or ""))
    https = sum(way.startswith("https://") for way in ways)
    both = https == 1 and any(way.startswith("mailto:") for way in ways)
    yield judged("M16", "https and mailto", [] if both else ["no https address to unsubscribe (unsubscribe_url)"])
    one = str(message["List-Unsubscribe-Post"] or "").strip() == "List-Unsubscribe=One-Click"
    yield judged("M17", "one click", [] if one else ["no List-Unsubscribe-Post (unsubscribe_url)"])
    auto = str(message["Auto-Submitted"] or "").startswith("auto-generated")
    yield judged("M18", "auto-generated", [] if auto else ["no Auto-Submitted"])
