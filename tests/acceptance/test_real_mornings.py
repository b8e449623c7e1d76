"""`digest run` over real days on loopback: what a reader of those days would have got."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.judges import failures, verdicts
from tests.loopback import receiving, serving

pytestmark = pytest.mark.acceptance

DAYS = [("seed", "2024-11-09T07:00:00Z"), ("feeds/sameday/2026-02-17-world-en", "2026-02-18T01:58:03Z")]


def morning(folder: Path, now: str, desk: Path) -> tuple[dict[str, Any], bytes]:
    """Run the day; the run's JSON and the message as it was received."""
    bodies = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".xml", ".json")}
    with serving(bodies) as feeds, receiving() as box:
        listed = "".join(f"  - {feeds.url(name)}\n" for name in bodies)
        (desk / "config.yaml").write_text(
            "sender: Morning Digest <digest@example.com>\nrecipients: [reader@example.org]\ntimezone: Europe/Kyiv\n"
            f"unsubscribe_url: https://example.org/unsubscribe\nfeeds:\n{listed}"
            f"smtp: {{host: 127.0.0.1, port: {box.port}, security: none}}\n"
        )
        done = subprocess.run(
            [sys.executable, "-m", "digest", "run", "--json", "--now", now],
            cwd=desk,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (raw,) = box.raw
    return json.loads(done.stdout), raw


@pytest.mark.parametrize(("day", "now"), DAYS)
def test_a_real_day_gives_one_mail_that_no_judge_fails(day: str, now: str, shared: Path, tmp_path: Path) -> None:
    report, raw = morning(shared / "data" / day, now, tmp_path)
    assert report["sent"] == 1
    assert not [feed for feed in report["feeds"] if feed["status"] == "failed"]
    (tmp_path / "mail.eml").write_bytes(raw)
    assert failures(verdicts(tmp_path / "mail.eml", shared)) == []


def test_the_seed_reads_as_an_editor_would_have_it(shared: Path, tmp_path: Path) -> None:
    """Each title once; ten entries; nothing of cards, captions, promotions or embedded posts in any summary."""
    report, _ = morning(shared / "data/seed", DAYS[0][1], tmp_path)
    stories = [story for topic in report["topics"] for story in topic["stories"]]
    entries = [entry for story in stories for entry in story["entries"]]
    titles = [entry["title"] for entry in entries]
    assert len(entries) == len(set(titles)) == 10
    assert all(story["summary"] for story in stories)
    for story in stories:
        assert not re.search(
            r"(?i)https?:|photo|getty|become a member|join our community|subscribe|newsletter|read also|views|@\w+|…",
            story["summary"],
        ), story["summary"]
        assert story["title"].casefold() not in story["summary"].casefold()
    assert sum(len(topic["stories"]) for topic in report["topics"] if topic["name"] == "Other") <= 1
