"""A command that is ended from outside says so, and ends as whoever did it expects."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.loopback import serving

ROOT = Path(__file__).parents[1]
DIGEST = [sys.executable, "-m", "digest"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_so(sign: signal.Signals, tmp_path: Path) -> None:
    with serving({}) as feeds:
        feeds.delay["slow"] = 30
        (tmp_path / "config.yaml").write_text(f"feeds: ['{feeds.url('slow')}']\n")
        words = [*DIGEST, "run", "-c", str(tmp_path / "config.yaml")]
        with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            while not feeds.asked:
                time.sleep(0.05)
            process.send_signal(sign)
            _, said = process.communicate(timeout=20)
    assert said == "digest: interrupted; what was not sent is in the outbox, and the next run goes on\n"
    assert process.returncode == 130


def test_a_reader_who_leaves_early_is_no_failure(tmp_path: Path) -> None:
    """`digest history | head -1`"""
    (tmp_path / "config.yaml").write_text("feeds: [feed.xml]\n")
    words = [*DIGEST, "history", "-c", str(tmp_path / "config.yaml")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_another_broken_pipe_is_not_taken_for_a_reader_who_left() -> None:
    """A run that ends for want of a worker process must not end without a word."""
    program = (
        "from digest.cli import main\n"
        "@main.app.command()\n"
        "def fail() -> None:\n    raise BrokenPipeError(32, 'Broken pipe')\n"
        "main.main(['fail'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a pipe within the program is broken" in done.stderr
