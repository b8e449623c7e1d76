"""Runs that are killed, and the books kept about them: what the crash test and the crash benchmark share."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from tests.send.scripted import Server

ROOT = Path(__file__).resolve().parents[2]
MORNING = datetime(2026, 2, 18, 6, 30, tzinfo=UTC)
ENTRIES, RECIPIENTS = 12, 20


class Runner:
    """The process that forks runs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, config: Path, now: datetime, **how: Any) -> dict[str, Any]:
        """Runs (`tests.crash.child`): their exit codes (-9: killed) and how many durable writes were begun."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"config": str(config), "now": now.isoformat(), **how}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


@contextmanager
def runner(folder: Path, port: int) -> Iterator[Runner]:
    """A runner for the block, and in `folder / "base"` the digest that trials start from: one edition sent, a day ago."""
    made = Runner()
    try:
        base = digest_in(folder / "base", port)
        (base.parent / "feed.xml").write_text(feed(["An older story that everybody has had"], "16"))
        made.run(base, MORNING - timedelta(days=1))
        (base.parent / "feed.xml").write_text(feed([title(n) for n in range(ENTRIES)], "17"))
        yield made
    finally:
        made.close()


@dataclass
class Tally:
    """What became of all trials together."""

    kills: int = 0
    survived: int = 0  # the run was over before its kill came
    editions: int = 0
    messages: int = 0
    missing: int = 0  # (edition, recipient) that never arrived
    duplicates: int = 0  # arrived again under the same Message-ID, the kill having fallen between answer and commit
    wrong_duplicates: int = 0  # any other
    entries_lost: int = 0
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.survived} runs were faster), {self.editions} editions, {self.messages} messages: "
            f"{self.missing} missing, {self.duplicates} duplicates with the same Message-ID where the kill fell between the "
            f"server's 250 and our commit, {self.wrong_duplicates} other duplicates, {self.entries_lost} entries lost"
        )

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing doubled that need not be."""
        return not (self.missing or self.wrong_duplicates or self.entries_lost)


def digest_in(folder: Path, port: int) -> Path:
    """A digest of one feed for twenty recipients; its config file."""
    folder.mkdir()
    config = folder / "config.yaml"
    people = "\n".join(f"  - reader{n}@example.org" for n in range(RECIPIENTS))
    config.write_text(
        f"name: morning\nsender: Morning <digest@example.org>\nfeeds: [feed.xml]\nrecipients:\n{people}\n"
        f"smtp: {{host: 127.0.0.1, port: {port}, security: none, retry_for: 2s, timeout: 5s}}\n"
    )
    return config


def feed(titles: list[str], day: str) -> str:
    """A feed with these titles, dated that day of February."""
    items = "".join(
        f"<item><title>{one}</title><link>https://example.org/{day}/{n}</link><guid>guid-{day}-{n}</guid>"
        f"<pubDate>{day} Feb 2026 {10 + n % 12}:0{n % 7}:00 GMT</pubDate><description>{one}.</description></item>"
        for n, one in enumerate(titles)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>https://example.org</link>{items}</channel></rss>'


HEADLINES = (
    "Glacier melt uncovers a Bronze Age sandal",
    "Parliament postpones the vote on rail fares",
    "Striker leaves the champions for a second-division club",
    "New vaccine halves malaria cases among infants",
    "Central bank keeps interest rates where they were",
    "Orchestra plays its first concert under the sea",
    "Beekeepers count more swarms than in any spring before",
    "Chip maker recalls a processor that miscounts",
    "Volcano closes the island's only airport",
    "Novel written in prison wins the translators' prize",
    "Mayor bans cars from the old harbour",
    "Telescope finds a planet without a star",
)


def title(n: int) -> str:
    """A headline that resembles no other, so that each entry is a story of its own."""
    return HEADLINES[n % len(HEADLINES)]


def trial(running: Runner, server: Server, folder: Path, tally: Tally, *, next_day: bool, **how: Any) -> None:
    """One kill; then runs until quiet, on the same day or from the next morning on; then the books are balanced."""
    config = shutil.copytree(folder.parent / "base", folder) / "config.yaml"
    with server.lock:
        server.received.clear()
    killed = running.run(config, MORNING, **how)
    tally.kills += 1
    tally.survived += killed["statuses"] != [-9]
    unsure = between_answer_and_commit(config, server)
    later = MORNING + (timedelta(days=1) if next_day else timedelta(minutes=5))
    for _ in range(5):
        sent = len(server.received)
        if running.run(config, later)["statuses"] == [0] and len(server.received) == sent:
            break
    balance(config, server, unsure, tally, f"{how} next_day={next_day}")


def at_once(running: Runner, server: Server, folder: Path, what: list[str]) -> tuple[list[int], Counter[str]]:
    """Runs at the same moment over one state; their exit codes, and how often each message was received."""
    config = shutil.copytree(folder.parent / "base", folder) / "config.yaml"
    with server.lock:
        server.received.clear()
    statuses: list[int] = running.run(config, MORNING, what=what)["statuses"]
    with server.lock:
        return statuses, Counter(one.recipient for one in server.received)


def between_answer_and_commit(config: Path, server: Server) -> Counter[str]:
    """The Message-IDs of which the state does not know that the server took them, though it did."""
    with server.lock:
        taken = {message_id(one.data) for one in server.received}
    return Counter(one for one, state in deliveries(config) if state == "sending" and one in taken)


def balance(config: Path, server: Server, unsure: Counter[str], tally: Tally, about: str) -> None:
    """Compare the state, the server and the feed."""
    with server.lock:
        received = Counter(message_id(one.data) for one in server.received)
        text = "".join(plain_text(one.data) for one in server.received)
    books = deliveries(config)
    tally.editions += len(books) // RECIPIENTS
    tally.messages += sum(received.values())
    missing = [one for one, state in books if state != "sent" or not received[one]]
    tally.missing += len(missing)
    for one, count in received.items():
        tally.duplicates += min(count - 1, unsure[one])
        tally.wrong_duplicates += max(0, count - 1 - unsure[one]) + (one not in dict(books))
    lost = [title(n) for n in range(ENTRIES) if title(n) not in text]
    tally.entries_lost += len(lost)
    if missing or lost or any(count - 1 > unsure[one] for one, count in received.items()):
        tally.notes.append(f"{about}: missing {missing[:3]}, lost {lost[:3]}, received {received.most_common(2)}")


def deliveries(config: Path) -> list[tuple[str, str]]:
    """(Message-ID, state) of all deliveries but those of the first edition, read past the program."""
    path = config.parent / "digest.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as database:
        try:
            new = "SELECT message_id, state FROM deliveries JOIN editions ON editions.id = edition_id WHERE day >= ?"
            return list(database.execute(new, (MORNING.date().isoformat(),)))
        except sqlite3.OperationalError:  # killed before the tables were made
            return []


def message_id(data: bytes) -> str:
    """The Message-ID of a message."""
    found = re.search(rb"(?mi)^Message-ID: (\S+)", data)
    assert found
    return found[1].decode()


def plain_text(data: bytes) -> str:
    """The text part."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    assert part
    return str(part.get_content())
