"""httpx transports that know whom they are talking to.

`DirectTransport` refuses an address *after* it is connected and before a byte is sent: the address that is checked is
the one that is used, whatever the name resolves to the next moment (DNS rebinding).
"""

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx

Allowed = Callable[[str], bool]

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


class _CheckedBackend(httpcore.AnyIOBackend):
    """Connects as anyio does (both IP versions raced), then looks at the address that answered."""

    def __init__(self, allowed: Allowed) -> None:
        super().__init__()
        self._allowed = allowed

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = await super().connect_tcp(host, port, *args, **options)
        peer = stream.get_extra_info("server_addr")
        if not peer or not self._allowed(str(peer[0])):
            await stream.aclose()
            raise Refused("the address is not a public one")
        return stream


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

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


class DirectTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 without a proxy; without a `context`, for http alone. `allowed` says which numeric addresses may be asked; None means any."""

    def __init__(self, context: ssl.SSLContext | None, *, allowed: Allowed | None, connections: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=20,  # few hosts hold several feeds, and the pool looks at each on every request
            keepalive_expiry=5.0,
            network_backend=httpcore.AnyIOBackend() if allowed is None else _CheckedBackend(allowed),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request on a connection of the pool."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        wanted = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        try:
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=wanted,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except _RAISED as error:
            raise _as_httpx(error) from error
        assert isinstance(answer.stream, AsyncIterable)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
