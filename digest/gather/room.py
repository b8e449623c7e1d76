"""Room for bodies on their way: many at once may each be as large as a body may be, and memory is not endless."""

import asyncio

SIZE = 150_000_000  # bytes for all of them together; beside it each has `client.STEP`, for which nobody asks


class Room:
    """Bytes that bodies hold together, each for an owner of its own. For one event loop.

    Where no room is left, whoever wants more waits for others to leave. Whoever came first never waits, so that one of
    them always gets on; it may therefore be `size` and one body in all.
    """

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._held: dict[object, int] = {}  # the first comer first
        self._left = asyncio.Event()

    @property
    def held(self) -> int:
        """How many bytes are held."""
        return sum(self._held.values())

    async def take(self, owner: object, count: int) -> None:
        """Hold so many bytes more, as soon as there is room."""
        self._held.setdefault(owner, 0)
        while self.held + count > self._size and owner is not next(iter(self._held)):
            await self._left.wait()
        self._held[owner] += count

    def leave(self, owner: object) -> None:
        """Give back all that `owner` holds."""
        if self._held.pop(owner, None) is not None:
            self._left.set()
            self._left = asyncio.Event()
