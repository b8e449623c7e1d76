"""Many large bodies at once: they wait for each other rather than fill the memory, and no feed fails for that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from digest.gather.fetch import Got, HttpFetcher, Request
from digest.gather.room import Room
from digest.model import FeedSource, FeedState, Fetched
from digest.web.client import STEP, Client, Limits
from tests.gather.conftest import NOW, Reader
from tests.gather.server import Server, answer, rss

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


def test_the_first_comer_always_gets_on_and_the_rest_as_room_is_left() -> None:
    async def run() -> None:
        room = Room(10)
        await room.take("a", 6)
        await room.take("b", 4)
        await room.take("a", 6)  # the first: it does not wait, though there is no room
        waiting = asyncio.create_task(room.take("b", 1))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        assert room.held == 16
        room.leave("a")
        await asyncio.wait_for(waiting, 1)
        assert room.held == 5
        room.leave("b")
        room.leave("b")
        assert room.held == 0

    asyncio.run(run())


def test_whoever_gives_up_waiting_holds_nothing() -> None:
    async def run() -> None:
        room = Room(1)
        await room.take("a", 1)
        waiting = asyncio.create_task(room.take("b", 1))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        room.leave("b")
        room.leave("a")
        assert room.held == 0

    asyncio.run(run())


@asynccontextmanager
async def fetching(room: Room, seconds: float) -> AsyncIterator[HttpFetcher]:
    bounds = Limits(total=seconds)
    async with Client("test", bounds, allowed=lambda _: True) as client:
        yield HttpFetcher(client, bounds, per_host=2, at_once=10, room=room)


def test_waiting_for_room_is_not_in_a_feeds_time(server: Server) -> None:
    body = rss(1) + bytes(4 * STEP)
    server.on("/f", answer("200 OK", body))
    room, most = Room(5 * STEP), 0

    async def run() -> list[object]:
        nonlocal most

        async def one(host: str) -> object:
            nonlocal most
            url = server.url("/f", host)
            request = Request(FeedSource(url), FeedState(url))
            async with fetcher.turn(request):
                got = await fetcher.fetch(request, NOW)
                most = max(most, room.held)
                await asyncio.sleep(1.2)  # nobody takes it over for longer than a feed has time
            return got

        async with fetching(room, seconds=1.0) as fetcher:
            return await asyncio.gather(*(one(host) for host in HOSTS))

    results = asyncio.run(run())
    assert all(isinstance(one, Got) and one.body == body for one in results), results
    assert most <= 9 * STEP  # the room, and one body in all
    assert room.held == 0


def test_a_large_body_that_ends_in_no_time_still_fails(server: Server) -> None:
    """Suspended while it waits, a time limit goes on afterwards."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"
    slow = server.on("/slow", [head + bytes(2 * STEP), 30.0])
    room = Room()

    async def run() -> object:
        async with fetching(room, seconds=1.0) as fetcher:
            request = Request(FeedSource(slow), FeedState(slow))
            async with fetcher.turn(request):
                return await asyncio.wait_for(fetcher.fetch(request, NOW), 5)

    assert "did not finish within 1 s" in getattr(asyncio.run(run()), "reason", "")
    assert room.held == 0


def test_large_feeds_are_gathered(server: Server) -> None:
    reader = Reader()
    reader.limits = reader.limits.model_copy(update={"timeout": timedelta(seconds=20)})
    server.on("/f", answer("200 OK", rss(1) + b" " * (3 * STEP)))
    results = reader.gather(*(server.url("/f", host) for host in HOSTS))
    assert all(isinstance(one, Fetched) and len(one.entries) == 1 for one in results)
