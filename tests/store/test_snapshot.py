"""A snapshot never changes one byte of the state, nor creates a file beside it, however the state was left."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.errors import StateError
from digest.store import open_snapshot, open_store
from tests.store.made import DAY, FEED, NOW, To, as_nobody, due, edition, entry, fetched, issue, rendition

WRITER = """
import sys, time
from tests.store.made import *
from digest.store import open_store
store = open_store(sys.argv[1])
for n in range(int(sys.argv[2])):
    store.keep([fetched(entry(f"w{n}", content="x" * 9000))], NOW)
    if n == 0:
        print("writing", flush=True)
print("idle", flush=True)
time.sleep(600)
"""


@contextmanager
def writer(url: str, transactions: int, until: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes entries `w0`, `w1`, … and then holds the state open, until it is killed."""
    command = [sys.executable, "-c", WRITER, url, str(transactions)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            while (line := process.stdout.readline().strip()) != until:
                assert line
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def files(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Every file of a folder: its content's hash, its time and its mode."""
    return {
        one.name: (hashlib.sha256(one.read_bytes()).hexdigest(), one.stat().st_mtime_ns, one.stat().st_mode)
        for one in sorted(folder.iterdir())
    }


def used(url: str) -> None:
    """A state with an entry, an edition and a delivery, closed."""
    with open_store(url) as store:
        store.keep([fetched(entry("a"))], NOW)
        edition(store)


def test_a_missing_state_gives_an_empty_store_and_no_file(state: str, tmp_path: Path) -> None:
    """The first preview, before any run."""
    with open_snapshot(state) as copy:
        assert copy.newest("morning") is None
        copy.keep([fetched(entry("a"))], NOW)
        assert due(copy) == ["a"]
    assert list(tmp_path.iterdir()) == []


def test_a_closed_state(state: str, tmp_path: Path) -> None:
    """Nothing appears beside it, and the copy is a whole store that can be written to."""
    used(state)
    before = files(tmp_path)
    assert list(before) == ["digest.db"]
    with open_snapshot(state) as copy:
        assert copy.newest("morning") == (NOW.date(), NOW)
        copy.keep([fetched(entry("b", published=NOW))], NOW + DAY)
        assert edition(copy, NOW + DAY) == ["b"]
        copy.prune("morning", NOW + DAY, DAY)
        copy.suppress("morning", "me@example.org", NOW)
        with copy.turn("morning", wait=DAY), copy.gathering(wait=DAY) as done:
            assert not done
    assert files(tmp_path) == before


def test_a_state_that_another_process_holds_open(state: str, tmp_path: Path) -> None:
    """What has been committed to its write-ahead log is seen; log and index stay as they are."""
    used(state)
    with writer(state, 3, "idle"):
        before = files(tmp_path)
        assert {"digest.db-wal", "digest.db-shm"} < set(before)
        with open_snapshot(state) as copy:
            assert {one.ident for one in copy.known([FEED])[FEED]} == {"a", "w0", "w1", "w2"}
        assert files(tmp_path) == before


@pytest.mark.parametrize("index", ["left", "lost"])
def test_a_state_whose_owner_was_killed(state: str, tmp_path: Path, index: str) -> None:
    """Its log is read but not replayed into the file; with or without the index."""
    used(state)
    with writer(state, 2, "idle"):
        pass
    if index == "lost":
        (tmp_path / "digest.db-shm").unlink()
    before = files(tmp_path)
    assert "digest.db-wal" in before
    with open_snapshot(state) as copy:
        assert {one.ident for one in copy.known([FEED])[FEED]} == {"a", "w0", "w1"}
    assert files(tmp_path) == before
    with open_store(state) as store:
        assert {one.ident for one in store.known([FEED])[FEED]} == {"a", "w0", "w1"}


def test_a_state_that_is_being_written(state: str) -> None:
    """Snapshots amid another process's transactions are whole: never less than before, never half of one."""
    used(state)
    counts = []
    with writer(state, 10_000, "writing") as process:
        for _ in range(15):
            with open_snapshot(state) as copy:
                counts.append(len(copy.known([FEED])[FEED]))
        assert process.poll() is None
    assert counts == sorted(counts)
    assert 2 <= counts[0] < counts[-1]


def test_a_snapshot_does_not_disturb_the_store_of_the_same_process(state: str) -> None:
    """Closing a file must not drop the locks that SQLite holds on it in this process, as POSIX would have it."""
    with open_store(state) as store:
        store.keep([fetched(entry("a"))], NOW)
        for _ in range(3):
            open_snapshot(state).close()
        with writer(state, 1, "idle"):
            store.keep([fetched(entry("b"))], NOW)
        assert {one.ident for one in store.known([FEED])[FEED]} == {"a", "b", "w0"}


def test_an_older_state_is_brought_up_to_date_in_the_copy_only(state: str, tmp_path: Path) -> None:
    """An empty file, as a kill at the first start leaves it."""
    (tmp_path / "digest.db").touch()
    before = files(tmp_path)
    with open_snapshot(state) as copy:
        assert copy.history("morning") == ()
    assert files(tmp_path) == before


def test_a_damaged_state_is_told(state: str, tmp_path: Path) -> None:
    """And left as it was."""
    (tmp_path / "digest.db").write_bytes(b"not a database, whatever it says" * 200)
    before = files(tmp_path)
    with pytest.raises(StateError, match="not a database of digest's"):
        open_snapshot(state)
    assert files(tmp_path) == before


def test_a_state_that_cannot_be_written(open_folder: Path) -> None:
    """A preview needs no right to write, neither to the file nor to its folder."""
    used(f"sqlite:///{open_folder}/digest.db")
    before = files(open_folder)
    told = as_nobody(open_folder, "print(open_snapshot('sqlite:///digest.db').newest('morning')[0])")
    assert told == "2026-02-18"
    assert files(open_folder) == before


class TestBackup:
    """A consistent copy in one file."""

    def test_a_backup_is_a_state(self, state: str, tmp_path: Path) -> None:
        """Whole, of mode 0600, without companions, and usable in the state's place."""
        target = tmp_path / "backup.db"
        with open_store(state) as store:
            store.keep([fetched(entry("a"))], NOW)
            store.commit(issue([entry("a")]), [FEED], [(rendition(), [To("me@example.org")])], NOW)
            store.backup(target)
            store.keep([fetched(entry("b"))], NOW)
        assert target.stat().st_mode & 0o777 == 0o600
        assert {one.name for one in tmp_path.iterdir()} == {"digest.db", "backup.db"}
        with open_store(f"sqlite:///{target}") as copy:
            assert copy.issue("morning", NOW.date()) == issue([entry("a")])
            assert [one.ident for one in copy.known([FEED])[FEED]] == ["a"]

    def test_while_another_process_writes(self, state: str, tmp_path: Path) -> None:
        """Consistent all the same."""
        with open_store(state) as store, writer(state, 200, "writing"):
            store.backup(tmp_path / "backup.db")
        with sqlite3.connect(tmp_path / "backup.db") as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        copy.close()

    def test_nothing_is_overwritten(self, state: str, tmp_path: Path) -> None:
        """Least of all an older backup."""
        target = tmp_path / "backup.db"
        target.write_text("precious")
        with open_store(state) as store, pytest.raises(StateError, match="not overwritten"):
            store.backup(target)
        assert target.read_text() == "precious"

    def test_a_backup_to_a_disk_without_links(
        self, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """FAT on a USB stick; there too nothing is overwritten."""

        def refuse(*_: object) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        target = tmp_path / "backup.db"
        with open_store(state) as store:
            store.keep([fetched(entry("a"))], NOW)
            store.backup(target)
            with pytest.raises(StateError, match="exists already"):
                store.backup(target)
        with open_store(f"sqlite:///{target}") as copy:
            assert [one.ident for one in copy.known([FEED])[FEED]] == ["a"]

    def test_a_backup_that_fails_leaves_no_file(self, state: str, tmp_path: Path) -> None:
        """No half of one either."""
        with open_store(state) as store:
            with pytest.raises(StateError, match="does not exist"):
                store.backup(tmp_path / "nowhere" / "backup.db")
            os.mkfifo(tmp_path / "pipe")
            with pytest.raises(StateError):
                store.backup(tmp_path / "pipe")
        assert {one.name for one in tmp_path.iterdir()} == {"digest.db", "pipe"}
