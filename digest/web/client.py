"""One careful GET: the client that everything which asks the web goes through (feeds, pages, images).

    async with Client("digest/1.0 (+https://example.org/bot)") as client:
        answer = await client.get("https://example.org/feed.xml", anywhere=True)

Every answer is bounded in time (connecting, silence, all of it), in bytes (on the wire and inflated) and in redirects;
only http and https are spoken; TLS certificates are always verified; no cookie outlives its chain of redirects.
Where a URL was named by a publisher, or a redirect came from a public host, only public addresses are asked. Proxies
come from the environment (http_proxy, https_proxy, no_proxy); behind one the address that is connected to cannot be
seen, so there only names and numbers that are plainly private are refused.
"""

import asyncio
import base64
import ssl
import urllib.request
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import httpx

from digest.web.addresses import is_public, looks_private
from digest.web.failures import WebError, in_words, led_inside
from digest.web.inflate import Inflater, NotInflatableError, TooLargeError, inflaters
from digest.web.transport import Allowed, DirectTransport

PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
STEP = 256_000  # bytes of a body that nobody is asked for; nine feeds of ten are smaller
_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,
    ArithmeticError,
    ExceptionGroup,
)
_NO_COOKIES = DefaultCookiePolicy(allowed_domains=())


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one GET, in seconds and bytes: `total` is for redirects and body too, `max_bytes` raw and inflated."""

    total: float = 30.0
    connect: float = 10.0
    read: float = 20.0
    max_bytes: int = 20_000_000
    redirects: int = 10


@dataclass(frozen=True, slots=True)
class Private:
    """What belongs to one origin (scheme, host, port) alone, and is never sent to another."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)


NOTHING = Private()


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect that was followed: the status, and the absolute URL it named."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. `headers` has lower-case names; `url` is what answered in the end; `body` is inflated.

    `cut` says in words why the body is shorter than the server meant it to be, "" where it is whole.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()
    cut: str = ""


Grow = Callable[[], Awaitable[None]]
May = Callable[[str], Awaitable[bool]]


async def _at_once() -> None:
    pass


async def _always(_: str) -> bool:
    return True


async def outside(clock: asyncio.Timeout, wait: Grow) -> None:
    """Await something that is not in a time limit: the limit ends that much later."""
    loop, end = asyncio.get_running_loop(), clock.when()
    assert end is not None
    left = end - loop.time()
    clock.reschedule(None)
    await wait()
    clock.reschedule(loop.time() + left)


class Client:
    """For one event loop. Safe for many `get`s at once; bounding how many is the caller's matter.

    `allowed` says which numeric addresses count as public (tests on loopback give their own).
    """

    def __init__(self, user_agent: str, limits: Limits | None = None, *, allowed: Allowed = is_public) -> None:
        self._limits = limits or Limits()
        self._allowed = allowed
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._clients: dict[tuple[bool, bool, str, str], httpx.AsyncClient] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._proxies = urllib.request.getproxies()

    async def get(
        self,
        url: str,
        *,
        anywhere: bool = False,
        headers: Mapping[str, str] | None = None,
        private: Private = NOTHING,
        ca_file: str = "",
        limits: Limits | None = None,
        grow: Grow = _at_once,
        may: May = _always,
    ) -> Answer:
        """GET `url`, following redirects. `anywhere`: the user wrote the URL, so its first host may be private.

        Any status is an answer; `WebError` where there is none. `headers` go to every hop, `private` to the URL's own
        origin only, and so do a name and password inside the URL. `grow` is awaited before a body grows by another
        `STEP` bytes, the first ones left out; the time that takes is not in `limits`. `may` is asked before a redirect is
        followed, with the URL it names.
        """
        bounds = limits or self._limits
        chain = _Chain(url, private)
        try:
            async with asyncio.timeout(bounds.total) as clock:
                unhurried = partial(outside, clock, grow)
                return await self._follow(chain, anywhere, dict(headers or {}), ca_file, bounds, unhurried, may)
        except TimeoutError:
            reason = f"did not finish within {bounds.total:g} s"
            raise WebError("read", reason, "it may be overloaded; a longer timeout can be set", passing=True) from None

    async def _follow(
        self,
        chain: "_Chain",
        anywhere: bool,
        headers: dict[str, str],
        ca_file: str,
        bounds: Limits,
        grow: Grow,
        may: May,
    ) -> Answer:
        while True:
            guarded = not anywhere
            target = _parsed(chain.url)
            by_name = self._allowed is is_public or self._proxy_for(target)  # no connection will show the address
            if guarded and by_name and looks_private(target.host):
                raise WebError("address", led_inside(bool(chain.hops)))
            client = self._client(guarded, target, ca_file)
            response, error = None, None
            try:
                spoken = httpx.Headers(self._headers | headers, encoding="utf-8")  # an ETag may hold anything
                request = client.build_request("GET", target, headers=spoken)
                chain.dress(request)
                request.extensions["timeout"] = httpx.Timeout(
                    bounds.read, connect=bounds.connect, pool=bounds.total
                ).as_dict()
                response = await client.send(request, stream=True)
                if response.status_code not in REDIRECTS or "location" not in response.headers:
                    return await _answer(response, chain, bounds, grow)
                anywhere = anywhere and not self._is_outside(response)
            except _FAILURES as failure:
                error = in_words(failure, redirected=bool(chain.hops), connect=bounds.connect, read=bounds.read)
            finally:
                if response is not None:
                    await response.aclose()
            if error is not None:
                raise error
            assert response is not None
            chain.follow(response, bounds)
            if not await may(chain.url):
                raise WebError("http", "redirects to where programs may not go")

    def _is_outside(self, response: httpx.Response) -> bool:
        """Whether this hop was answered by a public host; through a proxy only the name can tell."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if self._proxy_for(response.request.url) or not peer:
            return not looks_private(response.request.url.host)
        return self._allowed(str(peer[0]))

    def _client(self, guarded: bool, target: httpx.URL, ca_file: str) -> httpx.AsyncClient:
        proxy = self._proxy_for(target)
        secure = target.scheme == "https"
        key = (guarded and not proxy, secure, ca_file, proxy)
        if key not in self._clients:
            context = self._context(ca_file) if secure or ca_file or proxy else None  # reading all roots takes a while
            transport: httpx.AsyncBaseTransport = (
                httpx.AsyncHTTPTransport(verify=context, proxy=proxy)
                if proxy and context
                else DirectTransport(context, allowed=self._allowed if guarded else None)
            )
            self._clients[key] = httpx.AsyncClient(
                transport=transport, cookies=CookieJar(_NO_COOKIES), trust_env=False, headers={"Accept": "*/*"}
            )
        return self._clients[key]

    def _proxy_for(self, target: httpx.URL) -> str:
        proxy = self._proxies.get(target.scheme) or self._proxies.get("all", "")
        if not proxy or urllib.request.proxy_bypass(target.host):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"

    def _context(self, ca_file: str) -> ssl.SSLContext:
        if ca_file not in self._contexts:
            context = httpx.create_ssl_context()
            if ca_file:
                try:
                    context.load_verify_locations(cafile=ca_file)
                except (OSError, ssl.SSLError):
                    raise WebError("connect", f"the ca_file {ca_file} cannot be read as certificates") from None
            self._contexts[ca_file] = context
        return self._contexts[ca_file]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()


class _Chain:
    """One GET's way through redirects: what was passed, the cookies of the way, and whose secrets these are."""

    def __init__(self, url: str, private: Private) -> None:
        self.url, userinfo = _without_userinfo(url)
        self._origin = _origin(self.url)
        self._private = private
        self._auth = private.auth or userinfo
        self._cookies = httpx.Cookies()
        self.hops: list[Hop] = []

    def dress(self, request: httpx.Request) -> None:
        """Add the secrets where they belong, and the cookies met on the way."""
        request.headers.encoding = "utf-8"  # whatever a server or a config.yaml puts there
        self._cookies.set_cookie_header(request)
        if _origin(str(request.url)) != self._origin:
            return
        request.headers.update(httpx.Headers(dict(self._private.headers), encoding="utf-8"))
        if self._auth:
            pair = base64.b64encode(":".join(self._auth).encode()).decode("ascii")
            request.headers["authorization"] = f"Basic {pair}"
        if self._private.cookies:
            own = "; ".join(f"{name}={value}" for name, value in self._private.cookies)
            met = request.headers.get("cookie")
            request.headers["cookie"] = f"{own}; {met}" if met else own

    def follow(self, response: httpx.Response, bounds: Limits) -> None:
        """Step to where a redirect points. Raises `WebError` where that may not be."""
        if len(self.hops) >= bounds.redirects:
            raise WebError("http", f"redirects in a circle, or more than {bounds.redirects} times")
        self._cookies.extract_cookies(response)
        for cookie in list(self._cookies.jar):
            if not f"{cookie.name}={cookie.value}".isprintable():  # cannot be sent back
                self._cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
        location = response.headers["location"]
        try:
            target = response.request.url.join(location)
        except (httpx.InvalidURL, ValueError, UnicodeError):
            raise WebError("http", "redirects to something that is no address") from None
        if target.scheme not in ("http", "https") or not target.host or not 0 < (target.port or 80) < 65536:
            raise WebError("http", "redirects to something that is no http or https address")
        self.url, _ = _without_userinfo(str(target.copy_with(fragment=None)))
        self.hops.append(Hop(response.status_code, self.url))


async def _answer(response: httpx.Response, chain: _Chain, bounds: Limits, grow: Grow) -> Answer:
    body, cut = b"", ""
    if response.status_code == 200:
        body, cut = await _body(response, bounds, grow)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, chain.url, headers, body, tuple(chain.hops), cut)


async def _body(response: httpx.Response, bounds: Limits, grow: Grow) -> tuple[bytes, str]:
    """The inflated body, and why it was cut short, if it was. A cut with nothing before it is an error."""
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > bounds.max_bytes:
        raise _too_large(bounds)
    pieces: list[bytes] = []
    wire = size = 0
    granted = STEP
    cut = ""
    try:
        chain = inflaters(response.headers.get("content-encoding", ""), bounds.max_bytes)
        async for raw in response.aiter_raw():
            wire += len(raw)
            piece = _through(chain, raw)
            size += len(piece)
            if max(wire, size) > bounds.max_bytes:
                raise _too_large(bounds)
            pieces.append(piece)
            while size > granted:
                await grow()
                granted += STEP
        if not all(layer.complete for layer in chain):
            cut = "the compressed body ends too early"
    except TooLargeError:
        raise _too_large(bounds) from None
    except NotInflatableError as error:
        raise WebError("read", str(error)) from None
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        if not size:
            raise WebError("read", "the connection was cut before anything came", passing=True) from error
        cut = "the connection was cut before the end"
    return b"".join(pieces), cut


def _through(chain: Sequence[Inflater], data: bytes) -> bytes:
    for layer in chain:
        data = layer.feed(data)
    return data


def _too_large(bounds: Limits) -> WebError:
    reason = f"larger than {bounds.max_bytes / 1e6:g} MB"
    return WebError("read", reason, "if that is right, raise max_bytes under gather: in config.yaml")


@lru_cache(maxsize=64)  # one GET asks three times, with nobody else between
def _parsed(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise WebError("address", "is not a web address", "check its spelling in config.yaml") from None
    if target.scheme not in ("http", "https") or not target.host or not 0 < (target.port or 80) < 65536:
        raise WebError("address", "is not an http or https address", "check its spelling in config.yaml")
    return target


def _origin(url: str) -> tuple[str, str, int | None]:
    target = _parsed(url)
    return target.scheme, target.host, target.port or {"http": 80, "https": 443}.get(target.scheme)


def _without_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    """A URL without `user:password@`, and these apart."""
    try:
        parts = urlsplit(url)
        if "@" not in parts.netloc:
            return url, None
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return bare, (unquote(parts.username or ""), unquote(parts.password or ""))
    except ValueError:
        raise WebError("address", "is not a web address", "check its spelling in config.yaml") from None
