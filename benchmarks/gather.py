"""`digest gather` as a whole process beside its peers and beside the floor, over real feeds on loopback.

    python -m benchmarks.gather [--feeds 100 1000] [--r2e PATH] [--hostile]

Needs the corpus beside the checkout: its feeds are cut to 30 items each and re-dated. Every feed has an address of its own
in 127.0.0.0/8 (Linux). Peers are measured where they are installed: `rss2email` 3.14 (`pip install rss2email` in a virtual
environment, its `r2e` named by --r2e or on PATH; `run --no-send`, so no mail is made) and `sfeed_update` (Debian: sfeed,
curl). The floor is a process of the same shape that GETs everything with httpx, at most 200 at once, and hands it to lxml.
`--hostile` adds 50 feeds that hang, 50 that reset and 50 that trickle to 850 good ones.
"""

import argparse
import asyncio
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
FEEDS = ROOT.parent / "shared/data/feeds"
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
ITEMS = 30

FLOOR = """
import asyncio, sys, httpx, lxml.etree
urls = open(sys.argv[1]).read().split()
async def main():
    limit = asyncio.Semaphore(200)
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=1000)) as client:
        async def one(url):
            async with limit:
                answer = await client.get(url, headers={"If-None-Match": '"1"'} if len(sys.argv) > 2 else {})
                if answer.status_code == 200:
                    lxml.etree.fromstring(answer.content, lxml.etree.XMLParser(recover=True))
        await asyncio.gather(*map(one, urls))
asyncio.run(main())
"""


@dataclass(frozen=True)
class Cost:
    """Of one process and its children: seconds, CPU seconds, peak MiB (proportional set size)."""

    wall: float
    cpu: float
    peak: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--r2e", default=shutil.which("r2e") or "")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        asyncio.run(serve(wanted.serve))
        return
    if not FEEDS.is_dir():
        print(f"{FEEDS} is not there: nothing to measure")
        return
    for count in wanted.feeds:
        compare(count, wanted.r2e)
    if wanted.hostile:
        endure()


def compare(count: int, r2e: str) -> None:
    """All programs over the same feeds, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bodies = redated(count)
        for number, body in enumerate(bodies):
            (folder / f"{number}.xml").write_bytes(body)
        print(f"\n{count} feeds x {ITEMS} entries, {sum(map(len, bodies)) / 1e6:.1f} MB")
        with served(folder) as port:
            urls = [f"http://{address(number)}:{port}/{number}.xml" for number in range(count)]
            row("bare interpreter", [sys.executable, "-c", "pass"], folder)
            (folder / "urls").write_text("\n".join(urls))
            floor = row("floor: httpx + lxml", [sys.executable, "-c", FLOOR, "urls"], folder)
            (folder / "config.yaml").write_text("feeds:\n" + "".join(f"  - {url}\n" for url in urls))
            ours = [sys.executable, "-m", "digest", "gather", "--now", NOW.isoformat()]
            cold = row("digest gather, cold", ours, folder)
            loop = row("floor: conditional GETs", [sys.executable, "-c", FLOOR, "urls", "warm"], folder)
            later = [*ours[:-1], (NOW + timedelta(hours=1)).isoformat()]
            warm = row("digest gather, warm (304)", later, folder)
            peers(urls, folder, r2e, cold)
        print(f"cold / floor {cold.wall / floor.wall:.2f}   warm / loop {warm.wall / loop.wall:.2f}"
              f"   cold per feed {1000 * cold.wall / count:.1f} ms")  # fmt: skip


def peers(urls: Sequence[str], folder: Path, r2e: str, ours: Cost) -> None:
    """The programs that others use, where they are installed."""
    if shutil.which("sfeed_update"):
        listed = "\n".join(f'feed "f{number}" "{url}"' for number, url in enumerate(urls))
        (folder / "sfeedrc").write_text(f'sfeedpath="{folder}/sfeed"\nfeeds() {{\n{listed}\n}}\n')
        cost = row("sfeed_update", ["sfeed_update", str(folder / "sfeedrc")], folder)
        print(f"{'':<28} digest takes {ours.wall / cost.wall:.2f} of its time")
    else:
        print("sfeed_update                 not installed")
    if r2e:
        sections = "".join(f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(urls))
        (folder / "r2e.cfg").write_text(
            f"[DEFAULT]\nto = a@example.org\nfrom = b@example.org\nverbose = error\n{sections}"
        )
        words = [r2e, "-c", str(folder / "r2e.cfg"), "-d", str(folder / "r2e.json"), "run", "--no-send"]
        cost = row("rss2email, cold, no mail", words, folder)
        print(f"{'':<28} digest takes 1/{cost.wall / ours.wall:.1f} of its time")
        row("rss2email, warm", words, folder)
    else:
        print("rss2email                    not installed (name its r2e with --r2e)")


def endure() -> None:
    """850 good feeds among 150 that hang, reset or trickle: how long, and is every good one stored?"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, body in enumerate(redated(850)):
            (folder / f"{number}.xml").write_bytes(body)
        with served(folder) as port:
            paths = [f"{number}.xml" for number in range(850)]
            paths += [f"{kind}-{number}" for kind in ("hang", "reset", "trickle") for number in range(50)]
            urls = [
                f"http://{address(number)}:{port}/{path}" for number, path in enumerate(sorted(paths, reverse=True))
            ]
            (folder / "config.yaml").write_text(
                "gather: {timeout: 10s}\nfeeds:\n" + "".join(f"  - {url}\n" for url in urls)
            )
            print("\n850 good feeds, 50 that hang, 50 that reset, 50 that trickle; feed timeout 10 s")
            row(
                "digest gather",
                [sys.executable, "-m", "digest", "gather", "--now", NOW.isoformat()],
                folder,
                fails=True,
            )
            import sqlite3

            with sqlite3.connect(folder / "digest.db") as state:
                (good,) = state.execute("select count(*) from feeds where last_ok is not null").fetchone()
            print(f"{good} of 850 good feeds stored")


def row(name: str, words: list[str], folder: Path, *, fails: bool = False) -> Cost:
    """Run one process, print its cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0.0]
    watcher = threading.Thread(target=watch, args=(process, peak), daemon=True)
    watcher.start()
    _, complaint = process.communicate()
    wall = time.perf_counter() - started
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode and not fails:
        print(complaint.decode()[-500:])
    cost = Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak[0])
    print(f"{name:<28} {cost.wall:6.2f} s   {cost.cpu:6.2f} s CPU   {cost.peak:5.0f} MiB")
    return cost


def watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """Sample the memory of a process and its descendants."""
    while process.poll() is None:
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, IndexError, ValueError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        family = {process.pid}
        while more := {child for child, parent in parents.items() if parent in family} - family:
            family |= more
        peak[0] = max(peak[0], sum(map(memory, family)))
        time.sleep(0.05)


def memory(pid: int) -> float:
    """MiB of one process, shared pages counted in part."""
    with suppress(OSError):
        match = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(match[1]) / 1024 if match else 0.0
    return 0.0


def address(number: int) -> str:
    """An address of its own for each feed."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def redated(count: int) -> list[bytes]:
    """Feeds of the corpus that have enough items, cut to 30, every item within the last day, taken round and round."""
    from digest.gather.encoding import read
    from digest.gather.scan import scan, without

    found = []
    for path in sorted((FEEDS / "sameday").rglob("*.xml")):
        data = read(path.read_bytes(), "").data.lstrip()
        scanned = scan(data, "")
        if len(scanned.items) >= ITEMS:
            found.append(dated(without(data, scanned.items[ITEMS:])))
    return [found[number % len(found)] for number in range(count)]


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
        words = [sys.executable, "-m", "benchmarks.gather", "--serve", str(self._folder)]
        self._process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ)
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


async def serve(folder: Path) -> None:
    """A small, fast server: ETag "1" for everything; hang-, reset- and trickle- paths do as they are called."""
    bodies = await asyncio.to_thread(lambda: {f"/{path.name}": path.read_bytes() for path in folder.glob("*.xml")})

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
                    body = bodies[path]
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
    main()
