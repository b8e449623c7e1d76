"""A change is noticed however it is written: in place, by renaming, deep in a folder, or where nothing was."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.preview.watch import changes


def noticed(watched: list[Path], change: Callable[[], object], *, wait: float = 5) -> bool:
    """Whether `changes` tells of `change` within `wait` seconds."""

    async def main() -> bool:
        stop, told = asyncio.Event(), asyncio.Event()

        async def listen() -> None:
            async for _ in changes(watched, stop):
                told.set()

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.25)  # what changes before it listens is not its business
        change()
        try:
            await asyncio.wait_for(told.wait(), wait)
        except TimeoutError:
            return False
        finally:
            stop.set()
            await asyncio.wait_for(listening, 5)
        return True

    return asyncio.run(main())


def replaced(path: Path) -> None:
    """Write as careful editors do: beside it, then renamed over it."""
    beside = path.with_suffix(".new")
    beside.write_text("new")
    beside.replace(path)


@pytest.mark.parametrize("write", [lambda path: path.write_text("new"), replaced, lambda path: path.unlink()])
def test_a_file_is_followed(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """Written in place, replaced, or removed."""
    path = tmp_path / "config.yaml"
    path.write_text("old")
    assert noticed([path], lambda: write(path))


def test_a_file_is_followed_after_it_was_replaced(tmp_path: Path) -> None:
    """Its second save counts as well: the folder is watched, not the file that was."""
    path = tmp_path / "config.yaml"
    path.write_text("old")
    replaced(path)
    assert noticed([path], lambda: replaced(path))


def test_a_folder_is_followed_in_its_depth(tmp_path: Path) -> None:
    """A template's style sheet, two folders down."""
    (tmp_path / "templates" / "mine").mkdir(parents=True)
    assert noticed([tmp_path / "templates"], lambda: (tmp_path / "templates" / "mine" / "style.css").write_text("a{}"))


def test_what_was_not_there_is_noticed_when_it_comes(tmp_path: Path) -> None:
    """A template folder that the configuration names before it exists."""
    assert noticed([tmp_path / "a" / "mine"], lambda: (tmp_path / "a" / "mine").mkdir(parents=True))


@pytest.mark.parametrize("name", ["digest.db-wal", "outbox.eml", ".config.yaml.swp", "config.yaml~"])
def test_what_lies_beside_is_passed_over(tmp_path: Path, name: str) -> None:
    """The state and the outbox change all the time, and editors leave their own files."""
    path = tmp_path / "config.yaml"
    path.write_text("old")
    assert not noticed([path], lambda: (tmp_path / name).write_text("x"), wait=0.4)


def test_nothing_to_watch_is_quiet() -> None:
    """No paths, no news, and it ends when told to."""
    assert not noticed([], lambda: None, wait=0.1)
