"""What an hourly gather does not load: most of its time is the start, and most of the start is what is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.execute import STREAMED
from tests.gather.server import rss

HEAVY = (
    "alembic babel bs4 click dateutil digest.gather.parse feedparser jinja2 lxml multiprocessing numpy nh3 PIL premailer py3langid pygments "
    "rich smtplib trafilatura"
).split()


def gather(folder: Path) -> set[str]:
    """The heavy packages that are loaded when a gather ends."""
    program = f"""
import sys
from digest.cli.main import main
try:
    main(["gather", "--now", "2026-03-09T12:00:00Z"])
finally:
    print(*(name for name in {HEAVY!r} if name in sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_an_hour_without_news_loads_nothing_heavy(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss(1, 2))
    (tmp_path / "config.yaml").write_text(f"feeds: [{feed}]\n")
    gather(tmp_path)
    gather(tmp_path)  # makes up the sentence vectors that the first left out
    assert gather(tmp_path) == set()


def test_news_loads_what_reads_it_and_no_more(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss(1, 2))
    (tmp_path / "config.yaml").write_text(f"feeds: [{feed}]\n")
    assert gather(tmp_path) <= {"feedparser", "digest.gather.parse"}


def test_where_another_process_reads_nothing_is_loaded_to_read_with(tmp_path: Path) -> None:
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("reads in one process")
    for number in range(STREAMED):
        (tmp_path / f"{number}.xml").write_bytes(rss(number))
    (tmp_path / "config.yaml").write_text("feeds:\n" + "".join(f"- ./{number}.xml\n" for number in range(STREAMED)))
    assert gather(tmp_path) <= {"multiprocessing"}
