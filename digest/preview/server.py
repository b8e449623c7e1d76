"""The HTTP server behind the page: uvicorn on a socket that is given, quiet, and quick to end."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette


class Server(uvicorn.Server):
    """Calls `ready` once it answers. Ends at once when asked to, though open pages hold a connection each for news.

    `run(sockets=[listener])` serves until a signal or `should_exit`.
    """

    def __init__(self, app: Starlette, *, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="on",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._live, self._ready = app.state.live, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server`."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server`; first the streams of news are ended."""
        await self._live.close()
        await super().shutdown(sockets)
