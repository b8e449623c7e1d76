"""The third-party judges of a mail, where prepare.sh could install them."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

TOOLS = Path(os.environ.get("TMPDIR", "/tmp")) / "digest-email-tools"


def verdicts(
    message: Path, shared: Path, *, send: bool = False, browser: bool = True
) -> dict[str, list[tuple[str, str]]]:
    """Check id (M01, H12 …) -> [(PASS | WARN | FAIL | SKIP, what was seen)]. Skips where the judges are not installed."""
    python = TOOLS / "venv/bin/python"
    if not python.exists():
        pytest.skip("the judges are not installed: run tests/acceptance/prepare.sh as root")
    words = [str(python), str(shared / "tools/email/check_eml.py"), str(message), "--json"]
    words += ["--send"] if send else []
    words += [] if browser else ["--no-browser"]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=240, check=False, env={**os.environ, "HOME": home}
        )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in json.loads(done.stdout):
        found.setdefault(row["id"].split()[0], []).append((row["level"], row["seen"]))
    return found


def failures(found: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Every FAIL, with what was seen."""
    return [f"{name}: {seen}" for name, rows in found.items() for level, seen in rows if level == "FAIL"]
