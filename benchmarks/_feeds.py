"""Feeds for `benchmarks.gather`: real ones cut and re-dated, and a small, fast server that gives each an address of its own.

python -m benchmarks._feeds FOLDER      # serves FOLDER/0.xml, 1.xml … round and round as /0.xml, /1.xml, …; prints its port
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
FEEDS = ROOT.parent / "shared/data/feeds"
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
ITEMS = 30


def urls(port: int, paths: Sequence[str]) -> list[str]:
    """Where these paths are, each on a host of its own."""
    return [f"http://{address(number)}:{port}/{path}" for number, path in enumerate(paths)]


def address(number: int) -> str:
    """An address of its own for each feed."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def redated() -> list[bytes]:
    """Feeds of the corpus that have enough items, cut to 30, every item within the last day."""
    from digest.gather.encoding import read
    from digest.gather.scan import scan, without

    found = []
    for path in sorted((FEEDS / "sameday").rglob("*.xml")):
        data = read(path.read_bytes(), "").data.lstrip()
        scanned = scan(data, "")
        if len(scanned.items) >= ITEMS:
            found.append(dated(without(data, scanned.items[ITEMS:])))
    return found


def dated(data: bytes) -> bytes:
    """Every date of a document moved into the last day, each item's a little older than the one before."""
    clock = iter(NOW - timedelta(minutes=minutes / 10) for minutes in range(10**6))

    def rfc822(match: re.Match[bytes]) -> bytes:
        return match[1] + format_datetime(next(clock)).encode() + match[2]

    def iso(match: re.Match[bytes]) -> bytes:
        return match[1] + next(clock).isoformat().encode() + match[2]

    data = re.sub(rb"(<pubDate>)[^<]*(</pubDate>)", rfc822, data)
    return re.sub(rb"(<(?:published|updated|dc:date)>)[^<]*(</)", iso, data)


class served:  # noqa: N801  reads as the sentence it is: with served(folder)
    """The feeds of a folder over HTTP from a process of its own; gives the port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> int:
        words = [sys.executable, "-m", "benchmarks._feeds", str(self._folder)]
        self._process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ)
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def read(folder: Path) -> list[bytes]:
    """0.xml, 1.xml and so on."""
    return [path.read_bytes() for path in sorted(folder.glob("*.xml"), key=lambda path: int(path.stem))]


async def serve(folder: Path) -> None:
    """A small, fast server: ETag "1" for everything; hang-, reset- and trickle- paths do as they are called."""
    bodies = await asyncio.to_thread(read, folder)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                if path.startswith("/hang"):
                    await asyncio.sleep(3600)
                elif path.startswith("/reset"):
                    writer.transport.abort()
                    return
                elif path.startswith("/trickle"):
                    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                    while True:
                        writer.write(b"<")
                        await writer.drain()
                        await asyncio.sleep(0.5)
                elif b'if-none-match: "1"' in head.lower():
                    writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
                else:
                    body = bodies[int(path[1:].partition(".")[0]) % len(bodies)]
                    writer.write(
                        b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n'
                        % len(body)
                        + body
                    )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "0.0.0.0", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
