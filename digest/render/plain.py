"""Feed text made safe to stand anywhere: one line, no controls, no bidi tricks, cut where words end.

What arrives is plain text already; it may still hold characters that reorder or hide what stands around it.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

FSI, PDI = "\u2068", "\u2069"
URL_LIMIT = 2000  # bytes: what mail clients and browsers still open; one longer is no link

# Controls, bidi embeddings, overrides and isolates, surrogates, noncharacters, the byte order mark, soft hyphens.
_DANGEROUS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff\u00ad\ufff9-\ufffb]"
)
_ASTRAL_NONCHARACTERS = re.compile(
    "[" + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)) + "]"
)
# A sentence's end: not after a short word or an initial (Dr., Nov., U.S.), not before a small letter or a digit.
_END = re.compile(
    r"(?<![.\s][A-Z])(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})(?<!\bSept)(?<!\bProf)"
    r"\.[\"”»'’)]*(?=\s+[^\sa-z\d])|[!?…][\"”»'’)]*(?=\s)|[。！？؟۔]"
)
_CLAUSE = re.compile(r"[,;،؛](?=\s)|[，；]|\s+[–—-](?=\s)")
_RTL = frozenset(["R", "AL"])
_RTL_LANGUAGES = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "ha-arab", "he", "iw", "khw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"]
)


GENERIC = frozenset(["click here", "here", "read more", "more", "link", "this", "learn more", "continue", "details"])
"""Words that say nothing as a link's text (WCAG 2.4.4)."""


def scrub(text: str) -> str:
    """The text without dangerous characters, in Unicode's normal form C; white space stays as it is."""
    if text.isascii() and text.isprintable():  # nearly all there is to do for English
        return text
    return unicodedata.normalize("NFC", _scrubbed(text))


def _scrubbed(text: str) -> str:
    return _ASTRAL_NONCHARACTERS.sub("", _DANGEROUS.sub("", text))


def clean(text: str) -> str:
    """One line: white space collapsed, dangerous characters gone."""
    return " ".join(scrub(text).split())


def without_schemes(text: str) -> str:
    """Addresses without their scheme: a link must not show one domain and lead to another."""
    return re.sub(r"(?i)\b(https?://)(www\.)?|\bwww\.(?=\w)", "", text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: white space, marks and format characters alone."""
    return all(c.isspace() or unicodedata.category(c) in ("Cf", "Mn", "Me") for c in text)


def not_an_address(words: str, url: str) -> str:
    """Words for a link to `url`: a domain at their beginning gets quotes unless it is the link's: filters see fraud."""
    found = re.match(r"[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b", words)
    if not found or host(url).endswith(found[0].lower()):
        return words
    return f"“{found[0]}”{words[found.end() :]}"


def is_generic(words: str) -> bool:
    """Whether a link with these words alone would say nothing."""
    return words.casefold().rstrip(".!»>→ ") in GENERIC


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending with … at a word's end where one is near; what fits comes back as it is."""
    if len(text) <= limit:
        return text
    if limit < 2:
        return "…"[:limit]
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space >= limit * 0.6 and not text[limit - 1].isspace():
        head = head[:space]
    while len(head) > 1 and (unicodedata.combining(text[len(head)]) or text[len(head)] in "\u200d\ufe0f"):
        head = head[:-1]  # do not tear a letter from its marks
    return head.rstrip(" \t,;:–—-·|") + "…"


def sentences(text: str, limit: int, *, leeway: int = 0) -> str:
    """At most `limit` characters, ending at a sentence's end if that keeps a third of it, else with … at a clause's if
    that keeps two fifths, else like `cut`. Up to `leeway` characters more where they end the first sentence."""
    if len(text) <= limit:
        return text
    ends = [*(match.end() for match in _END.finditer(text[: limit + leeway + 2])), len(text)]
    kept = [end for end in ends if end <= limit]
    if kept and kept[-1] >= limit * 0.34:
        return text[: kept[-1]].rstrip()
    if not kept and ends[0] <= limit + leeway:
        return text[: ends[0]].rstrip()
    clauses = [match.start() for match in _CLAUSE.finditer(text[:limit])]
    return text[: clauses[-1]] + "…" if clauses and clauses[-1] >= limit * 0.4 else cut(text, limit)


def link(url: str) -> str:
    """An absolute http(s) address, percent-encoded to ASCII, or "" where there is none that a mail may carry."""
    try:
        parts = urlsplit(_DANGEROUS.sub("", url).strip())
        host = parts.hostname or ""
        if parts.scheme.lower() not in ("http", "https") or not host or parts.username or parts.password:
            return ""
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    host = f"[{host}]" if ":" in host else host
    if not re.fullmatch(r"[A-Za-z0-9._~%:\[\]-]+", host):
        return ""
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else ""
    fragment = "#" + quote(parts.fragment, safe="/%:@!$&'()*+,;=~-._?") if parts.fragment else ""
    found = f"{parts.scheme.lower()}://{host}{port}{path}{query}{fragment}".replace("'", "%27")
    return found if len(found) <= URL_LIMIT else ""


def host(url: str) -> str:
    """The host of an address as one calls it: no www, no credentials, no path (those may hold tokens)."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def direction(text: str, language: str = "") -> str:
    """ltr or rtl: the language's, else the first strong character's (UAX #9, P2)."""
    if language:
        return "rtl" if language.lower().replace("_", "-").split("-")[0] in _RTL_LANGUAGES else "ltr"
    for character in text[:500]:
        kind = unicodedata.bidirectional(character)
        if kind in _RTL:
            return "rtl"
        if kind == "L":
            return "ltr"
    return ""


def isolated(text: str, around: str) -> str:
    """The text so that it cannot disturb a line of direction `around`: in isolates where its own direction differs."""
    return f"{FSI}{text}{PDI}" if any(unicodedata.bidirectional(c) in _RTL for c in text) or around == "rtl" else text
