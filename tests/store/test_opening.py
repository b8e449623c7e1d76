"""Opening a state: safely made, and refused without a scratch where it cannot be trusted or written."""

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from digest.errors import StateBusy, StateError
from digest.store import database, open_snapshot, open_store
from tests.store.made import FEED, NOW, as_nobody, due, entry, fetched


def digest_of(path: Path) -> str:
    """A file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def python(code: str, *arguments: str) -> str:
    """What another process prints."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def test_a_new_state_is_private_and_durable(state: str, tmp_path: Path) -> None:
    """Mode 0600 from its first moment; a write-ahead log; a commit is on the disk when it returns; keys are checked."""
    with open_store(state) as store:
        assert {one.name for one in tmp_path.iterdir()} == {"digest.db", "digest.db-wal", "digest.db-shm"}
        assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
        with store._database.read() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "auto_vacuum")
            }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "auto_vacuum": 2}
    assert [one.name for one in tmp_path.iterdir()] == ["digest.db"]


def test_opening_needs_no_alembic_and_little_time() -> None:
    """Alembic takes half a second to import: only a migration may. Nor does the room load what only editions need."""
    code = """
import sys
from digest.store import open_store, open_snapshot
open_snapshot("sqlite:////nowhere/at.db")
print([name for name in ("alembic", "pydantic", "psycopg", "mako") if name in sys.modules])
"""
    assert python(code) == "[]"


def test_two_processes_may_open_a_new_state_at_once(state: str) -> None:
    """One creates the tables, the other finds them."""
    code = "import sys; from digest.store import open_store; open_store(sys.argv[1]).close(); print('fine')"
    command = [sys.executable, "-c", code, state]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [one.communicate(timeout=60)[0].strip() for one in both] == ["fine"] * 3


def test_a_start_cut_short_is_taken_up(state: str, tmp_path: Path) -> None:
    """An empty file is what a kill between making the file and making the tables leaves."""
    (tmp_path / "digest.db").touch()
    with open_store(state) as store:
        assert store.newest("morning") is None


class TestRefused:
    """Each with a line that says what to do, and with every byte as it was."""

    def refused(self, path: Path, words: str) -> None:
        """Opening fails with these words and changes nothing."""
        before = digest_of(path)
        with pytest.raises(StateError, match=words) as caught:
            open_store(f"sqlite:///{path}")
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)
        assert digest_of(path) == before
        assert not path.with_name(path.name + "-wal").exists()

    def test_not_a_database(self, tmp_path: Path) -> None:
        """Any other file that `state:` may name by mistake."""
        path = tmp_path / "config.yaml"
        path.write_text("feeds:\n  - https://news.example/\n" * 100)
        self.refused(path, "is not a database of digest's: it was left as it is")

    def test_another_programs_database(self, tmp_path: Path) -> None:
        """SQLite is everywhere: a browser's history, say."""
        path = tmp_path / "places.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE moz_places (url)")
        connection.close()
        self.refused(path, "another program's database")

    def test_a_newer_version(self, state: str, tmp_path: Path) -> None:
        """A state that a later release has migrated."""
        open_store(state).close()
        with sqlite3.connect(tmp_path / "digest.db") as connection:
            connection.execute("UPDATE digest_version SET version_num = '9999'")
        connection.close()
        self.refused(tmp_path / "digest.db", "newer version of digest .*9999.*Upgrade")

    @pytest.mark.parametrize("harm", ["torn", "overwritten"])
    def test_a_damaged_file(self, state: str, tmp_path: Path, harm: str) -> None:
        """Cut off half way, or with foreign bytes in its middle."""
        path = tmp_path / "digest.db"
        with open_store(state) as store:
            store.keep([fetched(*(entry(str(n), content="x" * 3000) for n in range(50)))], NOW)
        data = path.read_bytes()
        middle = len(data) // 8192 * 4096
        path.write_bytes(data[:middle] if harm == "torn" else data[:middle] + b"\xa5" * 8192 + data[middle + 8192 :])
        self.refused(path, "is damaged .*it was left as it is. Put a backup in its place")

    def test_a_folder(self, tmp_path: Path) -> None:
        """And a file in a folder that is not there: making it could hide that a disk is not mounted."""
        with pytest.raises(StateError, match="is a folder"):
            open_store(f"sqlite:///{tmp_path}")
        with pytest.raises(StateError, match="nowhere does not exist; create it"):
            open_store(f"sqlite:///{tmp_path}/nowhere/digest.db")

    def test_read_only(self, open_folder: Path) -> None:
        """By the file's rights or its folder's."""
        open_store(f"sqlite:///{open_folder}/digest.db").close()
        before = digest_of(open_folder / "digest.db")
        assert as_nobody(open_folder, "open_store('sqlite:///digest.db')").startswith(
            "StateError digest.db: the file is read-only for this user; run as its owner, or chmod u+rw"
        )
        assert "cannot be created: Permission denied" in as_nobody(open_folder, "open_store('sqlite:///other.db')")
        assert digest_of(open_folder / "digest.db") == before

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///"])
    def test_a_state_that_forgets(self, url: str) -> None:
        """A database in memory would send everything again tomorrow."""
        with pytest.raises(StateError, match="names no file"):
            open_store(url)

    @pytest.mark.parametrize(
        "url", ["mysql://me:canary@db.example/x", "oracle://x", "postgresql://[", "what://x", "://"]
    )
    def test_an_address_that_is_none(self, url: str) -> None:
        """And no password in the error."""
        with pytest.raises(StateError) as caught:
            open_store(url)
        assert "canary" not in str(caught.value)

    def test_a_server_that_is_not_there(self) -> None:
        """Its address is named, its password never."""
        with pytest.raises(StateError, match=r"127\.0\.0\.1") as caught:
            open_store("postgresql://me:canary@127.0.0.1:9/digest?connect_timeout=2")
        assert "canary" not in str(caught.value)
        assert "\n" not in str(caught.value)


class TestWhileAtWork:
    """What goes wrong later."""

    def test_disk_full(self, state: str) -> None:
        """The transaction is undone, what was there stays, and it goes on when there is room again."""
        with open_store(state) as store:
            store.keep([fetched(entry("a"))], NOW)
            with store._database.read() as connection:
                connection.exec_driver_sql("PRAGMA max_page_count = 60")
            with pytest.raises(StateError, match="the disk is full; nothing was half-written"):
                store.keep([fetched(*(entry(f"b{n}", content="x" * 4000) for n in range(200)))], NOW)
            assert [one.ident for one in store.known([FEED])[FEED]] == ["a"]
            with store._database.read() as connection:
                connection.exec_driver_sql("PRAGMA max_page_count = 100000")
            store.keep([fetched(entry("c"))], NOW)
        with open_store(state) as store:
            assert [one.ident for one in store.known([FEED])[FEED]] == ["c", "a"]

    def test_a_file_that_cannot_grow(self, state: str) -> None:
        """The operating system refuses to write any further: reported, and nothing half-written."""
        code = """
import resource, sys
from digest.errors import StateError
from digest.store import open_store
from tests.store.made import *
store = open_store(sys.argv[1])
store.keep([fetched(entry("a"))], NOW)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    store.keep([fetched(*(entry(f"b{n}", content="x" * 4000) for n in range(400)))], NOW)
except StateError as error:
    print("told" if "nothing was half-written" in str(error) else error)
"""
        assert python(code, state) == "told"
        with open_store(state) as store:
            assert [one.ident for one in store.known([FEED])[FEED]] == ["a"]

    def test_another_process_writes_for_too_long(
        self, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Waiting is bounded, and exit code 1 says that trying again later is all there is to do."""
        monkeypatch.setattr(database, "PATIENCE", database.PATIENCE / 300)
        with open_store(state) as store:
            other = sqlite3.connect(tmp_path / "digest.db")
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StateBusy, match="kept busy"):
                store.keep([fetched(entry("a"))], NOW)
            other.rollback()
            other.close()
            store.keep([fetched(entry("a"))], NOW)

    def test_a_kill_in_the_middle_leaves_whole_transactions(self, state: str) -> None:
        """SIGKILL before the commit: nothing of it; after: all of it."""
        code = """
import os, signal, sys
from digest.store import open_store
from digest.store import editions
from tests.store.made import *
store = open_store(sys.argv[1])
store.keep([fetched(entry("a"), entry("b"))], NOW)
print("kept", flush=True)
settle = editions._settle
def and_die(*arguments):
    settle(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
editions._settle = and_die
edition(store)
"""
        done = subprocess.run(
            [sys.executable, "-c", code, state], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout) == (-9, "kept\n")
        with open_store(state) as store:
            assert store.newest("morning") is None
            assert store.outbox() == ()
            assert {words for _, words in (*store.find("morning", "a"), *store.find("morning", "b"))} == {
                "not settled yet"
            }

    def test_a_damaged_page_found_later_is_told(
        self, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A large file is not looked through at the start; its damage is an error when it is met, never wrong data."""
        path = tmp_path / "digest.db"
        with open_store(state) as store:
            store.keep([fetched(*(entry(str(n), content="x" * 3000) for n in range(50)))], NOW)
        data = path.read_bytes()
        path.write_bytes(data[: -10 * 4096] + b"\xa5" * 10 * 4096)
        monkeypatch.setattr(database, "SMALL", 0)
        with open_store(state) as store, pytest.raises(StateError, match="is damaged"):
            due(store)


class TestNames:
    """A digest is identified by its name: the same one from two config files over one state is refused."""

    def test_the_second_file_is_refused(self, state: str, tmp_path: Path) -> None:
        """Both would write the same editions; the first goes on working."""
        first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
        first.touch()
        second.touch()
        open_store(state, digest="morning", config=first).close()
        with pytest.raises(StateError, match=r"b\.yaml: the name 'morning' is .*a\.yaml's in this state"):
            open_store(state, digest="morning", config=second)
        open_store(state, digest="evening", config=second).close()
        open_store(state, digest="morning", config=first).close()

    def test_a_file_that_was_renamed_takes_its_name_along(self, state: str, tmp_path: Path) -> None:
        """The old one is gone: no one else can claim it."""
        first = tmp_path / "a.yaml"
        first.touch()
        open_store(state, digest="morning", config=first).close()
        second = first.rename(tmp_path / "b.yaml")
        open_store(state, digest="morning", config=second).close()

    def test_a_folder_that_was_copied_goes_on(self, tmp_path: Path) -> None:
        """The file is known by where it stands from the state."""
        here, there = tmp_path / "here", tmp_path / "there"
        here.mkdir()
        (here / "config.yaml").touch()
        open_store(f"sqlite:///{here}/digest.db", digest="config", config=here / "config.yaml").close()
        there.mkdir()
        for one in here.iterdir():
            (there / one.name).write_bytes(one.read_bytes())
        open_store(f"sqlite:///{there}/digest.db", digest="config", config=there / "config.yaml").close()

    def test_looking_claims_nothing(self, state: str, tmp_path: Path) -> None:
        """A preview of one more file over the same state is fine."""
        open_snapshot(state).close()
        (tmp_path / "b.yaml").touch()
        open_store(state, digest="morning", config=tmp_path / "b.yaml").close()
