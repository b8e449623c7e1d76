"""`digest demo` without its words: the real pipeline between the demo's two servers."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.config import Settings, load
from digest.demo.received import Saved, save
from digest.demo.serve import serve
from digest.demo.setting import config_text, is_ours
from digest.demo.sink import sink
from digest.errors import ConfigError
from digest.pipeline import Report, run
from digest.wiring import Tell, wire

STATE = "demo.db"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a demo came to: the settings it ran with, the run's own report, and the files it left, a set a message."""

    settings: Settings
    report: Report
    saved: tuple[Saved, ...]


def show(into: Path, *, now: datetime, tell: Tell) -> Shown:
    """Run the whole program once on the demo's outlets, and leave what was received in the folder `into`.

    The folder gets `config.yaml` (kept if the demo wrote it before, whatever was changed in it since), a state begun
    anew, and what `save` writes. `ConfigError` for a config.yaml that is not the demo's (it is left alone), or that does
    not load, and for a folder that cannot be written.
    """
    with serve(now) as base_url, sink() as inbox:
        try:
            path = _write_config(into, base_url, inbox.port)
            settings = load(path)
            _begin_anew(into)
        except OSError as error:
            raise ConfigError(
                f"{into}: cannot be written ({error.strerror}); choose another folder with --into"
            ) from None
        with wire(settings, tell=tell, gathers=now) as parts:
            report = run(settings, parts, now=now)
    return Shown(settings, report, save(tuple(message.data for message in inbox.messages), into))


def _write_config(into: Path, base_url: str, port: int) -> Path:
    into.mkdir(parents=True, exist_ok=True)
    path = into / "config.yaml"
    kept = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
    if kept is not None and not is_ours(kept):
        raise ConfigError(
            f"{path}:1: this is not the demo's file, and the demo will not touch it; choose another folder with --into"
        )
    path.write_text(config_text(base_url, port, text=kept), encoding="utf-8")
    return path


def _begin_anew(into: Path) -> None:
    """The demo's own state and last edition go, so that each demo shows a first morning."""
    for old in (*into.glob(f"{STATE}*"), *into.glob("edition*.*")):
        with suppress(FileNotFoundError):
            old.unlink()
