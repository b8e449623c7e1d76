"""Two thousand recipients with forty selections, from a stored morning to the mail server's last 250.

`python -m benchmarks.send [RECIPIENTS]`. The real store (SQLite, every message flushed to disk before the next), the real
renderer, outbox and SMTP client; the server is a bare one in a process of its own. Prints wall time, the number of renders,
and the peak of this process's memory; then what DKIM adds.
"""

import asyncio
import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from digest import pipeline, wiring
from digest.config import Settings, parse
from digest.model import DeliveryState
from tests.crash.harness import HEADLINES

NOW = datetime(2026, 2, 18, 6, 30, tzinfo=UTC)
SELECTIONS = 40
TOPICS = ("World", "Science", "Business", "Sport", "Culture")


def main() -> int:
    """Run without and with DKIM."""
    recipients = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    plain = measure(recipients, dkim=False)
    measure(recipients, dkim=False, connections=4)
    signed = measure(recipients, dkim=True)
    print(f"DKIM adds {signed - plain:.1f} s, {(signed - plain) / recipients * 1000:.1f} ms a message")
    return int(plain > 20)


def measure(recipients: int, *, dkim: bool, connections: int = 1) -> float:
    """One morning; seconds from the composed issue to the last answer."""
    with TemporaryDirectory(prefix="digest-send-") as name, sink() as (port, received):
        folder = Path(name)
        settings = digest_in(folder, port, recipients, dkim=dkim, connections=connections)
        with wiring.wire(settings) as parts:
            pipeline.gather(settings, parts, now=NOW)
            issue = pipeline.compose(settings, parts, now=NOW)
            before, began = peak(), time.monotonic()
            groups = pipeline.selections(settings, issue, parts.store)
            outgoing = [(pipeline.draw(issue, how, settings, parts), who) for how, who in groups]
            parts.store.commit(issue, [source.url for source in settings.sources], outgoing, NOW)
            drawn = time.monotonic() - began
            done = pipeline.deliver(settings, parts, now=NOW)
            seconds = time.monotonic() - began
        sent = sum(one.state is DeliveryState.SENT for one in done)
        count, size = received()
    print(
        f"{'with' if dkim else 'without'} DKIM, connections: {connections}: {sent} sent, {count} received, {len(outgoing)} renders of "
        f"{len(outgoing[0][0].html):,} characters; {seconds:.1f} s ({drawn:.1f} s of it rendering and committing), "
        f"{size / 1e6:.0f} MB over the wire; memory peak {peak():.0f} MB ({before:.0f} MB before)"
    )
    assert sent == count == recipients
    return seconds


def digest_in(folder: Path, port: int, recipients: int, *, dkim: bool, connections: int) -> Settings:
    """A digest with five topics of eight stories, and recipients who choose among them in forty ways."""
    items = "".join(
        f"<item><title>{headline(topic, n)}</title><guid>{topic}-{n}</guid>"
        f"<link>https://example.org/{topic}/{n}</link><category>{topic}</category>"
        f"<pubDate>Tue, 17 Feb 2026 {8 + n}:00:00 GMT</pubDate>"
        f"<description>{headline(topic, n)}, it was said. {headline(topic, n + 3)} was not denied.</description></item>"
        for topic in TOPICS
        for n in range(8)
    )
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>https://example.org</link>'
    (folder / "feed.xml").write_text(f"{head}{items}</channel></rss>")
    people = "".join(
        f"  - {{address: reader{n}@example.org, topics: [{', '.join(choice(n % SELECTIONS))}], "
        f"max_stories: {30 + n % SELECTIONS // 20 * 5}}}\n"
        for n in range(recipients)
    )
    if dkim:
        subprocess.run(["openssl", "genrsa", "-out", folder / "key.pem", "2048"], check=True, capture_output=True)
        (folder / "key.pem").chmod(0o600)
    signing = "dkim: {selector: s1, domain: example.org, key_file: key.pem}\n" if dkim else ""
    return parse(
        f"name: many\nsender: Many <digest@example.org>\nfeeds: [feed.xml]\ntopics: [{', '.join(TOPICS)}]\n{signing}"
        f"unsubscribe_url: https://example.org/unsubscribe\nrecipients:\n{people}"
        f"smtp: {{host: 127.0.0.1, port: {port}, security: none, connections: {connections}}}\n",
        folder / "config.yaml",
    )


def headline(topic: str, number: int) -> str:
    """Something else happens each time, so that each is a story of its own."""
    return f"{topic}: {HEADLINES[(number + 5 * TOPICS.index(topic)) % len(HEADLINES)]}, page {number + 1}"


def choice(number: int) -> list[str]:
    """Twenty different selections of topics."""
    return [topic for place, topic in enumerate(TOPICS) if (number % 20 + 1) >> place & 1]


def peak() -> float:
    """Most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def sink() -> Iterator[tuple[int, "Counter"]]:
    """An SMTP server in a process of its own; its port, and what tells (messages, bytes)."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    port = ours.recv()
    try:
        yield port, Counter(ours)
    finally:
        process.terminate()
        process.join()


class Counter:
    """Asks the server what it has received."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __call__(self) -> tuple[int, int]:
        self._pipe.send("?")
        count, size = self._pipe.recv()
        return count, size


def _serve(pipe: Connection) -> None:
    seen = [0, 0]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                seen[:] = seen[0] + 1, seen[1] + len(data)
            writer.write(b"250 sink\r\n" if verb != b"QUIT" else b"221 bye\r\n")
            if verb == b"QUIT":
                break
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=50_000_000)

        def tell() -> None:
            pipe.recv()
            pipe.send(tuple(seen))

        asyncio.get_running_loop().add_reader(pipe.fileno(), tell)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    sys.exit(main())
