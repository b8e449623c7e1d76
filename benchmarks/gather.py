"""`digest gather` as a whole process beside its peers and beside the floor, over real feeds on loopback.

    python -m benchmarks.gather [--feeds 100 1000 5000] [--r2e PATH] [--hostile]
    python -m benchmarks.gather --rounds 7 [--feeds 100]

Needs the corpus beside the checkout: its feeds are cut to 30 items each and re-dated, so that every item is new and due.
Every feed has an address of its own in 127.0.0.0/8 (Linux). digest is compiled to bytecode before, as `make install`
leaves it and as pip leaves its peers: under PYTHONDONTWRITEBYTECODE=1 each run would else pay for it. With each count one
table; above 1,000 feeds digest alone, for the last line: time per feed as their number grows. What the rows are:

- floor: a process of the same shape that GETs everything with httpx, 200 at once, and hands it to lxml.
- digest gather, cold: the first gather of a new state. What it stores is durable when it ends.
- …, next: an hour later, all answers 304; it makes up what the first left out: what feeds repeat, and sentence vectors
  for 3 s.
- …, warm: two days later, all answers 304, nothing left to make up: what an hourly gather is when nothing has changed.
- sfeed_update: C and curl, 16 at once, into text files (Debian: sfeed, curl).
- rss2email 3.14 (`pip install rss2email` in a virtual environment; its `r2e` by --r2e or on PATH), one feed after the
  other. It has no store of entries: a new entry becomes a mail. Twice: as `run --no-send`, which makes every mail and throws
  it away, and as it is used, every mail into a maildir.

`--rounds`: floor, cold, conditional GETs, warm and sfeed_update in turn, so many times; medians, and medians of the ratios
within each round: what to believe where a machine is not quiet. Before "warm" a gather that is not told makes up for what
"cold" left out.

`--hostile`: 850 good feeds, 50 that hang, 50 that reset and 50 that trickle, a feed timeout of 10 s; before that the 850
alone, since where reading them takes longer than the time-out, it is they who say when a gather can end.
"""

import argparse
import compileall
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks._feeds import FEEDS, ITEMS, NOW, ROOT, redated, served, urls

ALONE = 1000  # feeds above which only digest is measured: the others would take many minutes
TIMEOUT = 10.0

FLOOR = """
import asyncio, sys, httpx, lxml.etree
urls = open(sys.argv[1]).read().split()
async def main():
    limit = asyncio.Semaphore(200)
    bounds = httpx.Limits(max_connections=1000, max_keepalive_connections=20)
    async with httpx.AsyncClient(timeout=30, limits=bounds) as client:
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

    def beside(self, other: "Cost") -> str:
        """How many times the other's time this one takes."""
        return f"{self.wall / other.wall:.2f} (CPU {self.cpu / other.cpu:.2f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, nargs="*", default=[100, 1000, 5000])
    parser.add_argument("--r2e", default=shutil.which("r2e") or "")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--hostile", action="store_true")
    wanted = parser.parse_args()
    if not FEEDS.is_dir():
        print(f"{FEEDS} is not there: nothing to measure")
        return
    compileall.compile_dir(ROOT / "digest", quiet=1)
    bodies = redated()
    if wanted.rounds:
        for count in wanted.feeds:
            in_turn(count, bodies, wanted.rounds)
        return
    costs = {count: compare(count, bodies, wanted.r2e) for count in wanted.feeds}
    if costs:
        print("\ncold, per feed:  " + "   ".join(f"{n:,} feeds {in_feeds(cost, n)}" for n, cost in costs.items()))
    if wanted.hostile:
        endure(bodies)


def in_feeds(cost: Cost, count: int) -> str:
    """A feed's share of the time."""
    return f"{1000 * cost.wall / count:.1f} ms ({1000 * cost.cpu / count:.1f} CPU)"


def compare(count: int, bodies: Sequence[bytes], r2e: str) -> Cost:
    """All programs over the same feeds, one after the other; gives what digest took at first."""
    with tempfile.TemporaryDirectory() as name, served(stocked(Path(name), bodies)) as port:
        folder = Path(name)
        addresses = urls(port, [f"{number}.xml" for number in range(count)])
        size = sum(len(bodies[number % len(bodies)]) for number in range(count))
        print(f"\n{count:,} feeds x {ITEMS} entries, {size / 1e6:.1f} MB")
        bare = row("bare interpreter", [sys.executable, "-c", "pass"], folder)
        (folder / "urls").write_text("\n".join(addresses))
        (folder / "config.yaml").write_text("feeds:\n" + "".join(f"  - {url}\n" for url in addresses))
        floor = row("floor: httpx + lxml", [sys.executable, "-c", FLOOR, "urls"], folder) if count <= ALONE else None
        cold = row("digest gather, cold", gathering(NOW), folder)
        loop = row("floor: conditional GETs", [sys.executable, "-c", FLOOR, "urls", "warm"], folder) if floor else None
        row("digest gather, next", gathering(NOW + timedelta(hours=1)), folder)
        warm = row("digest gather, warm", gathering(NOW + timedelta(days=2)), folder)
        print(f"  {stored(folder)[1]:,} entries stored; peak above a bare interpreter {cold.peak - bare.peak:.0f} MiB")
        if floor and loop:
            print(f"  cold / floor {cold.beside(floor)}   warm / conditional GETs {warm.beside(loop)}")
            peers(addresses, folder, r2e, cold)
        return cold


def in_turn(count: int, bodies: Sequence[bytes], rounds: int) -> None:
    """Each program once a round; prints the medians."""
    with tempfile.TemporaryDirectory() as name, served(stocked(Path(name), bodies)) as port:
        folder = Path(name)
        addresses = urls(port, [f"{number}.xml" for number in range(count)])
        (folder / "urls").write_text("\n".join(addresses))
        (folder / "config.yaml").write_text("feeds:\n" + "".join(f"  - {url}\n" for url in addresses))
        programs = {
            "floor: httpx + lxml": [sys.executable, "-c", FLOOR, "urls"],
            "digest gather, cold": gathering(NOW),
            "floor: conditional GETs": [sys.executable, "-c", FLOOR, "urls", "warm"],
            "digest gather, warm": gathering(NOW + timedelta(days=2)),
        }
        if shutil.which("sfeed_update"):
            programs["sfeed_update"] = sfeed(addresses, folder)
        costs: dict[str, list[Cost]] = {name: [] for name in programs}
        for _ in range(rounds):
            for old in folder.glob("digest.*"):
                old.unlink()
            shutil.rmtree(folder / "sfeed", ignore_errors=True)
            for name, words in programs.items():
                if name == "digest gather, warm":
                    measured(gathering(NOW + timedelta(days=2, hours=-1)), folder)
                costs[name].append(measured(words, folder))
    print(f"\n{count:,} feeds x {ITEMS} entries, medians of {rounds} rounds")
    for name, found in costs.items():
        wall, cpu = median(one.wall for one in found), median(one.cpu for one in found)
        print(f"{name:<28} {wall:6.2f} s   {cpu:6.2f} s CPU   {max(one.peak for one in found):5.0f} MiB")
    cold, warm = costs["digest gather, cold"], costs["digest gather, warm"]
    for ours, title in ((cold, "floor: httpx + lxml"), (warm, "floor: conditional GETs"), (cold, "sfeed_update")):
        pairs = list(zip(ours, costs.get(title, ()), strict=False))
        if pairs:
            wall, cpu = median(a.wall / b.wall for a, b in pairs), median(a.cpu / b.cpu for a, b in pairs)
            print(f"  {'warm' if ours is warm else 'cold'} / {title} {wall:.2f} (CPU {cpu:.2f})")


def stocked(folder: Path, bodies: Sequence[bytes]) -> Path:
    """A folder within this one that holds the bodies."""
    stock = folder / "stock"
    stock.mkdir()
    for number, body in enumerate(bodies):
        (stock / f"{number}.xml").write_bytes(body)
    return stock


def gathering(now: datetime) -> list[str]:
    """The command."""
    return [sys.executable, "-m", "digest", "gather", "--now", now.isoformat()]


def stored(folder: Path) -> tuple[int, int]:
    """Feeds that were ever read, and entries."""
    with closing(sqlite3.connect(folder / "digest.db")) as state:
        feeds = state.execute("select count(*) from feeds where last_ok is not null").fetchone()[0]
        return int(feeds), int(state.execute("select count(*) from entries").fetchone()[0])


def peers(addresses: Sequence[str], folder: Path, r2e: str, ours: Cost) -> None:
    """The programs that others use, where they are installed."""
    if shutil.which("sfeed_update"):
        cost = row("sfeed_update", sfeed(addresses, folder), folder)
        print(f"  cold / sfeed_update {ours.beside(cost)}")
    else:
        print("sfeed_update                 not installed")
    if not r2e:
        print("rss2email                    not installed (name its r2e with --r2e)")
        return
    sections = "".join(f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(addresses))
    delivered = f"email-protocol = maildir\nmaildir-path = {folder}/mail\nmaildir-mailbox = new\n"
    (folder / "mail").mkdir()
    for name, options, words in (
        ("rss2email, mails made", "", ["run", "--no-send"]),
        ("rss2email, into a maildir", delivered, ["run"]),
    ):
        config, data = folder / f"{len(words)}.cfg", folder / f"{len(words)}.json"
        config.write_text(f"[DEFAULT]\nto = a@example.org\nfrom = b@example.org\nverbose = error\n{options}{sections}")
        cost = row(name, [r2e, "-c", str(config), "-d", str(data), *words], folder)
        print(f"  digest takes 1/{cost.wall / ours.wall:.1f} of its time (CPU 1/{cost.cpu / ours.cpu:.1f})")


def sfeed(addresses: Sequence[str], folder: Path) -> list[str]:
    """The command, and its settings in the folder."""
    listed = "\n".join(f'feed "f{number}" "{url}"' for number, url in enumerate(addresses))
    (folder / "sfeedrc").write_text(f'sfeedpath="{folder}/sfeed"\nfeeds() {{\n{listed}\n}}\n')
    return ["sfeed_update", str(folder / "sfeedrc")]


def endure(bodies: Sequence[bytes]) -> None:
    """850 good feeds among 150 that hang, reset or trickle: how long, and is every good one stored?"""
    good = [f"{number}.xml" for number in range(850)]
    bad = [f"{kind}-{number}" for kind in ("hang", "reset", "trickle") for number in range(50)]
    with tempfile.TemporaryDirectory() as name, served(stocked(Path(name), bodies)) as port:
        folder = Path(name)
        print(f"\n850 good feeds, 50 that hang, 50 that reset, 50 that trickle; feed timeout {TIMEOUT:g} s")
        alone = row("the good ones alone", gathering(NOW), listing(folder, port, good))
        for state in folder.glob("digest.*"):
            state.unlink()
        cost = row("digest gather", gathering(NOW), listing(folder, port, good + bad))
        print(f"  {stored(folder)[0]} of 850 good feeds stored; ended {cost.wall - TIMEOUT:+.1f} s after the time-out,")
        print(
            f"  {cost.wall - max(TIMEOUT, alone.wall):+.1f} s after the later of it and the time of the good ones alone"
        )


def listing(folder: Path, port: int, paths: Sequence[str]) -> Path:
    """A folder whose config.yaml names these feeds, the bad ones first."""
    listed = "".join(f"  - {url}\n" for url in urls(port, sorted(paths, reverse=True)))
    (folder / "config.yaml").write_text(f"gather: {{timeout: {TIMEOUT:g}s, concurrency: 200}}\nfeeds:\n{listed}")
    return folder


def row(name: str, words: list[str], folder: Path) -> Cost:
    """Run one process, print its cost."""
    cost = measured(words, folder)
    print(f"{name:<28} {cost.wall:6.2f} s   {cost.cpu:6.2f} s CPU   {cost.peak:5.0f} MiB", flush=True)
    return cost


def measured(words: list[str], folder: Path) -> Cost:
    """Run one process; what it cost."""
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
    if process.returncode:
        print(complaint.decode()[-500:])
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak[0])


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
        time.sleep(0.1)


def memory(pid: int) -> float:
    """MiB of one process, shared pages counted in part."""
    with suppress(OSError):
        match = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(match[1]) / 1024 if match else 0.0
    return 0.0


if __name__ == "__main__":
    main()
