"""A web server that can misbehave: a path is answered by a script of raw bytes, pauses and hang-ups."""

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Request = dict[str, str]  # header names in lower case; ":path" is the path
Step = bytes | float | None  # bytes to send, seconds to wait, None: hang up at once (a TCP reset)
Script = Callable[[Request], list[Step]]

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{title}</title><link>https://feed.example/</link><description>d</description>
{items}</channel></rss>"""
ITEM = """<item><title>{n} {title}</title><link>https://feed.example/{n}</link><guid isPermaLink="false">g{n}</guid>
<pubDate>{date}</pubDate><description>Text of {n}.</description></item>
"""


def rss(*numbers: int, title: str = "A feed", date: str = "Mon, 09 Mar 2026 08:00:00 GMT") -> bytes:
    """A feed with these items."""
    items = "".join(ITEM.format(n=number, title=f"story of {title}", date=date) for number in numbers)
    return RSS.format(title=title, items=items).encode()


def answer(status: str, body: bytes = b"", **headers: str) -> list[Step]:
    """A whole answer; `_` in a header's name stands for a hyphen."""
    named = {"Content-Length": str(len(body)), "Connection": "close"}
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return ["\r\n".join([*lines, "", ""]).encode() + body]


@dataclass
class Server:
    """What it was asked, and how it answers: `scripts` by path, else a plain 404."""

    port: int = 0
    scheme: str = "http"
    scripts: dict[str, Script] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    together: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)  # per address asked: the most requests at one moment

    def on(self, path: str, script: Script | Sequence[Step]) -> str:
        """Answer a path so, and give its URL."""

        def steps(_: Request) -> list[Step]:
            assert not callable(script)
            return list(script)

        self.scripts[path] = script if callable(script) else steps
        return self.url(path)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def hits(self, path: str) -> list[Request]:
        """The requests for a path."""
        return [request for request in self.asked if request[":path"] == path]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and play its script."""
        here = writer.get_extra_info("sockname")[0]
        self.together[here] += 1
        self.most[here] = max(self.most[here], self.together[here])
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            request = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            request[":path"] = head[0].split(" ")[1]
            self.asked.append(request)
            script = self.scripts.get(request[":path"])
            for step in script(request) if script else answer("404 Not Found"):
                if step is None:
                    writer.transport.abort()
                    return
                if isinstance(step, bytes):
                    writer.write(step)
                    await writer.drain()
                else:
                    await asyncio.sleep(step)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side has had enough
        finally:
            self.together[here] -= 1
            writer.close()


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """The server on all loopback addresses, in a thread of its own."""
    server, loop, ready = Server(scheme="https" if context else "http"), asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        listening = await asyncio.start_server(server.talk, "0.0.0.0", 0, ssl=context, backlog=1024)
        server.port = listening.sockets[0].getsockname()[1]
        ready.set()
        async with listening:
            await listening.serve_forever()

    def run() -> None:
        task = loop.create_task(serve())
        stop.append(lambda: loop.call_soon_threadsafe(task.cancel))
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        for left in asyncio.all_tasks(loop):
            left.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    stop: list[Callable[[], object]] = []
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield server
    finally:
        stop[0]()
        thread.join(5)
