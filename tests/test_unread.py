"""When not one feed can be read a run is no quiet success: somebody pulled a plug, and hears of it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from digest.cli.main import app

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title><item><title>Ferries sail again</title>
<link>https://courier.example/1</link><pubDate>Mon, 09 Mar 2026 05:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A digest of two feeds that are files, neither of which is there yet."""
    file = tmp_path / "config.yaml"
    file.write_text(
        "title: Lamp\nsender: l@example.org\nrecipients: [r@example.org]\nfeeds: [./one.xml, ./two.xml]\n"
        "state: s.db\ntimezone: UTC\n"
    )
    return file


def told(config: Path, *command: str, code: int = 0) -> str:
    """What a command that ends with this exit code says on standard error."""
    result = CliRunner().invoke(app, [command[0], "-c", str(config), "--now", "2026-03-09T06:00:00Z", *command[1:]])
    assert result.exit_code == code, result.output
    return result.stderr


def test_a_run_and_a_preview_say_that_nothing_could_be_read(config: Path) -> None:
    """With the first reason, though no terminal listens; a scheduler sees that the run did not do what it is for."""
    assert "not one of 2 feeds could be read" in told(config, "run", code=1)
    assert "not one of 2 feeds could be read" in told(config, "run", "--json", code=1)
    said = told(config, "preview", "--text", str(config.with_name("o.txt")))
    assert "not one of 2 feeds could be read" in said
    assert "cannot be read" in config.with_name("o.txt").read_text()


def test_one_feed_that_answers_is_enough_for_silence(config: Path) -> None:
    """A feed that fails costs only itself."""
    config.with_name("one.xml").write_text(FEED)
    assert told(config, "preview", "--text", str(config.with_name("o.txt"))) == ""
    assert told(config, "run") == ""
