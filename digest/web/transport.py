"""httpx transports that know whom they are talking to.

`DirectTransport` refuses an address *after* it is connected and before a byte is sent: the address that is checked is
the one that is used, whatever the name resolves to the next moment (DNS rebinding).
"""

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpcore
import httpx

Allowed = Callable[[str], bool]

KEPT, KEPT_FOR = 20, 5.0  # idle connections, and for how many seconds: few hosts hold several feeds

_HTTPX_OF: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
)
_RAISED = tuple(ours for ours, _ in _HTTPX_OF)


class Refused(httpx.TransportError):
    """The name led to an address that may not be asked."""


def _as_httpx(error: Exception) -> httpx.TransportError:
    kind = next((theirs for ours, theirs in _HTTPX_OF if isinstance(error, ours)), httpx.TransportError)
    return kind(str(error))


class _Line(httpcore.AnyIOBackend):
    """One connection's socket. Connects as anyio does (both IP versions raced), then looks at the address that answered.

    It can be closed whatever has become of the connection: httpcore forgets a socket whose TLS handshake is cancelled.
    """

    def __init__(self, allowed: Allowed | None) -> None:
        super().__init__()
        self._allowed = allowed
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = self._stream = await super().connect_tcp(host, port, *args, **options)
        peer = stream.get_extra_info("server_addr")
        if self._allowed is not None and not (peer and self._allowed(str(peer[0]))):
            raise Refused("the address is not a public one")
        return stream

    async def aclose(self) -> None:
        """Close the socket, if there is one; once more does no harm."""
        if self._stream is not None:
            await self._stream.aclose()


@dataclass(frozen=True, slots=True, eq=False)
class _Connection:
    origin: httpcore.Origin
    http: httpcore.AsyncHTTPConnection
    line: _Line


class _Body(httpx.AsyncByteStream):
    """A body; once it is closed, `done` is told."""

    def __init__(self, stream: AsyncIterable[bytes], done: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._done = done

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._stream:
                yield piece
        except _RAISED as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()
        await self._done()


class DirectTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 without a proxy; without a `context`, for http alone. `allowed` says which numeric addresses may be asked;
    None means any.

    How many requests there are at once is the caller's matter. A few connections are kept for the next request to the
    same host; httpcore's own pool looks at every open connection whenever a request begins or ends, which is a sixth of
    the time of fetching 100 feeds and more with more.
    """

    def __init__(self, context: ssl.SSLContext | None, *, allowed: Allowed | None) -> None:
        self._context = context
        self._allowed = allowed
        self._idle: list[_Connection] = []
        self._busy: set[_Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, on a connection that was kept or on a new one."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        wanted = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            method=request.method,
            url=wanted,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        connection = await self._connection(wanted.origin)
        self._busy.add(connection)
        try:
            answer = await connection.http.handle_async_request(asked)
        except BaseException as error:
            await self._end(connection)
            if isinstance(error, _RAISED):
                raise _as_httpx(error) from error
            raise
        assert isinstance(answer.stream, AsyncIterable)
        body = _Body(answer.stream, partial(self._done, connection))
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    async def _connection(self, origin: httpcore.Origin) -> _Connection:
        for kept in self._idle:
            if kept.origin == origin:
                self._idle.remove(kept)
                if not kept.http.has_expired():
                    return kept
                await self._end(kept)  # the server has closed it meanwhile, or it is old
                break
        line = _Line(self._allowed)
        http = httpcore.AsyncHTTPConnection(origin, self._context, keepalive_expiry=KEPT_FOR, network_backend=line)
        return _Connection(origin, http, line)

    async def _done(self, connection: _Connection) -> None:
        """Keep a connection whose answer was read to its end; one that was left early ends."""
        if not connection.http.is_idle():
            await self._end(connection)
            return
        self._busy.discard(connection)
        self._idle.append(connection)
        if len(self._idle) > KEPT:
            await self._end(self._idle.pop(0))

    async def _end(self, connection: _Connection) -> None:
        """Close a connection, also one that says it is closed: closing takes a turn of the event loop, and a task that
        is cancelled a second time just then (two time limits that end together) leaves a socket open that httpcore has
        done with. Where this is cut short in turn, the connection is left to `aclose`.
        """
        self._busy.add(connection)
        await connection.line.aclose()
        self._busy.discard(connection)

    async def aclose(self) -> None:
        """Close every connection: those kept, and those whose answer nobody has closed."""
        for connection in [*self._busy, *self._idle]:
            await connection.line.aclose()
        self._busy.clear()
        self._idle.clear()
