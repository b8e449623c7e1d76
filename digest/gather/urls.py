"""URLs of entries: made absolute, made comparable, made fit to show."""

import itertools
import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

MAX_URL = 4096  # longer ones are attacks or mistakes; browsers and mail programs cut them anyway
_TRACKING = re.compile(
    r"(?i)^(utm_\w+|at_(medium|campaign|custom\d|link\w*|ptr_\w+|bbc_\w+|format)|pk_\w+|mtm_\w+|piwik_\w+|hsa_\w+|vero_\w+"
    r"|oly_\w+|wt_\w+|_hs\w+|mc_[ce]id|mkt_tok|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|li_fat_id|srsltid|_openstat|cmpid|ncid|ns_(campaign|mchannel|source|linkname|fee)|ocid|icid|smid|smtyp|taid|ftag|xtor"
    r"|wtrid|traffic_source|spm|ref_?src|campaign_?id|mbid|guccounter|guce_\w+|_ga|_gl|feedtype|sr_share|echobox)$"
)
_PERHAPS = re.compile(r"(?i)^(ref|referrer|source|src|via|partner|cid|rss|from|share|cmp|campaign|outputtype|amp)$")
_SESSION = re.compile(r"(?i)^(phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|session|sid)$")
_AMP_HOST = re.compile(r"^amp[.-]|[.-]amp(?=\.)")
# What is absolute and sane as it stands: nine links of ten.
_WHOLE = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:/[\w.~!$&'()*+,=:@%/-]*)?(?:\?[\w.~!$&'()*+,;=:@%/?-]+)?(?:#[\w.-]+)?",
    re.ASCII,
)
# Nothing in it needs to be read twice: host in lower case, no port, no escapes, a path and a query of plain characters.
_SIMPLE = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w.~!$&'()*+,=:@-]+)*)/?(?:\?([\w.~=&-]*))?(?:#[\w.-]*)?", re.ASCII
)
_MOBILE = re.compile(r"^(www\d?|m|mobile)\.(?=[^.]+\.)")
_SECRET = re.compile(r"(?i)(token|key|auth|secret|sig|pass|session|code|hash)")


@lru_cache(maxsize=20_000)
def url_key(url: str) -> str:
    """A form equal for all spellings of one page's address: scheme, www, case of host, default port, trailing slash,
    fragment, tracking parameters, AMP and mobile variants, order of parameters. "" for what is not http(s).
    """
    simple = _SIMPLE.fullmatch(url)
    if simple is not None and (key := _simple_key(*simple.groups(""))):
        return key
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    host = _AMP_HOST.sub("", _MOBILE.sub("", _ascii_host(host)))
    path = re.sub(r";jsessionid=[^/?]*", "", parts.path, flags=re.IGNORECASE)
    path = re.sub(r"/{2,}", "/", re.sub(r"(?i)(?<=.)/(amp|amp\.html|index\.html?|index\.php)/?$", "", path))
    path = path.removeprefix("/amp") if path.startswith("/amp/") else path
    path = re.sub(r"(?i)\.amp(?=\.html?$)|\.amp$", "", path).rstrip("/")
    kept = sorted((name, value) for name, value in parse_qsl(parts.query, True) if not _says_nothing(name, value))
    query = f"?{urlencode(kept)}" if kept else ""
    shown = "" if port in (None, 80, 443) else f":{port}"
    return f"{host}{shown}{_same_escapes(path)}{query}{_route(parts.fragment)}"


def _simple_key(host: str, path: str, query: str) -> str:
    """The key of nine addresses of ten, in half the time; "" where it is not that simple after all."""
    low = path.lower()
    if "amp" in host or "amp" in low or "/index." in low:
        return ""
    host = _MOBILE.sub("", host)
    if not query:
        return host + path
    pairs = [piece.split("=") for piece in query.split("&") if piece]
    if any(len(pair) > 2 for pair in pairs):
        return ""
    kept = sorted((pair[0], pair[-1] if len(pair) == 2 else "") for pair in pairs)
    words = "&".join(f"{name}={value}" for name, value in kept if not _says_nothing(name, value))
    return f"{host}{path}?{words}" if words else host + path


def _says_nothing(name: str, value: str) -> bool:
    """Whether a parameter tells where a reader came from, not which page it is. Numbers are names of pages."""
    if _TRACKING.match(name):
        return True
    if _SESSION.match(name):
        return len(value) >= 16 and "/" not in value
    return bool(_PERHAPS.match(name)) and not value.isdigit()


def untracked(url: str) -> str:
    """The same address without the parameters that only tell publishers where a reader came from; else unchanged."""
    if "?" not in url:
        return url
    before, _, rest = url.partition("?")
    query, mark, fragment = rest.partition("#")
    pieces = query.split("&")
    kept = [piece for piece in pieces if not _TRACKING.match(piece.partition("=")[0])]
    if len(kept) == len(pieces):
        return url
    return before + ("?" + "&".join(kept) if kept else "") + mark + fragment


def _route(fragment: str) -> str:
    """Single-page sites keep the page's name behind `#!` or `#/`."""
    return f"#{fragment}" if fragment.startswith(("!", "/")) else ""


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.lower()


def _same_escapes(path: str) -> str:
    """Percent-encoding made alike: unreserved characters bare, everything else in capitals (RFC 3986, 6.2.2)."""
    if "%" not in path and path.isascii():
        return path
    from urllib.parse import quote, unquote

    return quote(unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape")


def absolute(base: str, url: str) -> str:
    """`url` seen from `base`, if it comes to a sane http(s) address, else ""."""
    if _WHOLE.fullmatch(url) and len(url) <= MAX_URL:
        return url
    url = url.strip().replace("\n", "").replace("\r", "").replace("\t", "")
    if url.startswith("www.") and "/" not in url.split(".", 2)[1]:
        url = f"https://{url}"
    try:
        joined = urljoin(base, url)
        parts = urlsplit(joined)
        host = parts.hostname
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or len(joined) > MAX_URL or _has_bad(joined):
        return ""
    return joined.replace(" ", "%20").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")


def _has_bad(url: str) -> bool:
    return not url.isprintable() or "\\" in url.split("/", 3)[2]


def shown(url: str) -> str:
    """A URL fit for logs and mail: without user, password and anything in the query that may be a secret."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an address that cannot be shown"
    if not parts.scheme.startswith("http"):
        return url
    secret = any(_SECRET.search(name) or len(value) > 24 for name, value in parse_qsl(parts.query, True))
    query = "?…" if secret else (f"?{parts.query}" if parts.query else "")
    path = re.sub(r"(?<=/)[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*[A-Za-z][A-Za-z0-9_-]*(?=/|$)", _veil, parts.path)
    return f"{parts.scheme}://{host}{path}{query}"


def _veil(match: re.Match[str]) -> str:
    """A long path segment of mixed letters and digits may be a private feed's token."""
    word = match[0]
    mixed = sum(a.isdigit() != b.isdigit() for a, b in itertools.pairwise(word))
    return "…" if len(word) >= 20 and mixed >= 4 and "-" not in word.strip("-") else word


def same_feed(one: str, other: str) -> bool:
    """Whether two addresses name the same feed: equal but for scheme, case of the host, and a trailing slash."""
    return _bare(one) == _bare(other)


def without_userinfo(url: str) -> str:
    """The address without `user:password@`."""
    scheme, mark, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def _bare(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    if scheme.lower() not in ("http", "https"):
        return url
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/") if mark else url
