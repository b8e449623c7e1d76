"""Connections of the guarded web client: kept for the next request to the same host, and replaced when they are gone."""

import asyncio
import gc
import ssl
from collections.abc import Awaitable, Callable
from itertools import count

import httpx
import pytest

from digest.web.transport import KEPT, DirectTransport

KEEP = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + bytes(1000)


class Counted:
    """A server that numbers its connections, and how many of them are open."""

    def __init__(self, said: bytes, *, hang_up: bool = False) -> None:
        self.said, self.hang_up = said, hang_up
        self.numbers = count(1)
        self.seen: list[int] = []
        self.open = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self.numbers)
        self.open += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.seen.append(number)
                writer.write(self.said)
                await writer.drain()
                if self.hang_up:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.open -= 1


def with_server(
    server: Counted, use: Callable[[httpx.AsyncClient, list[str]], Awaitable[None]], ports: int = 1
) -> None:
    """Run `use` with a client and the server's addresses."""

    context = ssl.create_default_context()

    async def run() -> None:
        listening = [await asyncio.start_server(server.talk, "127.0.0.1", 0) for _ in range(ports)]
        urls = [f"http://127.0.0.1:{one.sockets[0].getsockname()[1]}/" for one in listening]
        async with httpx.AsyncClient(transport=DirectTransport(context, allowed=None)) as client:
            await use(client, urls)
        for _ in range(100):
            if not server.open:
                break
            await asyncio.sleep(0.01)
        for one in listening:
            one.close()

    asyncio.run(run())
    gc.collect()  # a socket that was left open warns now


async def until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 -- what is waited for is in no event's hands
        await asyncio.sleep(0.001)


async def cancel_twice(task: asyncio.Task[httpx.Response], turns: int) -> None:
    task.cancel()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


def test_a_connection_serves_the_next_request_to_its_host() -> None:
    server = Counted(KEEP)

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        for _ in range(3):
            assert (await client.get(urls[0])).text == "ok"

    with_server(server, use)
    assert server.seen == [1, 1, 1]
    assert server.open == 0  # closed with the client


def test_requests_at_once_have_connections_of_their_own() -> None:
    server = Counted(KEEP)

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        async with client.stream("GET", urls[0]) as one, client.stream("GET", urls[0]) as other:
            assert await one.aread() == await other.aread() == b"ok"

    with_server(server, use)
    assert server.seen == [1, 2]


def test_a_connection_that_the_server_has_closed_is_replaced() -> None:
    for server in (Counted(CLOSE), Counted(KEEP, hang_up=True)):

        async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
            for _ in range(2):
                assert (await client.get(urls[0])).text == "ok"
                await asyncio.sleep(0.05)  # the end of the connection arrives

        with_server(server, use)
        assert server.seen == [1, 2]


def test_an_answer_left_early_takes_its_connection_with_it() -> None:
    server = Counted(LONG)

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        for _ in range(2):
            async with client.stream("GET", urls[0]) as answer:
                assert answer.status_code == 200

    with_server(server, use)
    assert server.seen == [1, 2]
    assert server.open == 0


def test_an_answer_that_nobody_closes_ends_with_the_client() -> None:
    """As where something between a connection and its user stumbles over a header."""
    server = Counted(LONG)

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        await client.send(client.build_request("GET", urls[0]), stream=True)
        assert server.open == 1

    with_server(server, use)
    assert server.open == 0


@pytest.mark.parametrize("turns", range(4))
def test_a_request_that_is_cancelled_twice_leaves_nothing_open(turns: int) -> None:
    """Two time limits that end together: the second ends what the first had begun, closing the connection included."""
    server = Counted(LONG)

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        task = asyncio.create_task(client.get(urls[0]))
        await until(lambda: bool(server.seen))
        await asyncio.sleep(0.02)  # the body is being waited for
        await cancel_twice(task, turns)

    with_server(server, use)
    assert server.seen == [1]
    assert server.open == 0


def test_a_tls_handshake_that_is_cancelled_leaves_nothing_open() -> None:
    server = Counted(LONG)  # which never answers it

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        task = asyncio.create_task(client.get(urls[0].replace("http:", "https:")))
        await until(lambda: server.open == 1)
        await cancel_twice(task, 1)

    with_server(server, use)
    assert server.open == 0


def test_no_more_than_a_few_connections_are_kept() -> None:
    server = Counted(KEEP)

    async def use(client: httpx.AsyncClient, urls: list[str]) -> None:
        for url in urls:
            assert (await client.get(url)).text == "ok"
        await asyncio.sleep(0.05)
        assert server.open == KEPT

    with_server(server, use, ports=KEPT + 5)
    assert server.open == 0
