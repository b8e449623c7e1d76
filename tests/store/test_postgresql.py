"""What is PostgreSQL's own: locks of sessions, previews and backups. The port's contract runs over it elsewhere."""

from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import StateBusy
from digest.store import open_snapshot, open_store
from tests.store.made import DAY, FEED, NOW, edition, entry, fetched

pytestmark = pytest.mark.acceptance
AT_ONCE = timedelta(0)


def test_turns(postgresql: str) -> None:
    """Two machines are two sessions; a turn ends with its owner's session, however that ends."""
    with open_store(postgresql) as one, open_store(postgresql) as two:
        mine, yours = one.turn("morning", wait=AT_ONCE), two.turn("morning", wait=timedelta(seconds=0.2))
        with mine, two.turn("evening", wait=AT_ONCE), pytest.raises(StateBusy, match="another run"), yours:
            pass
        with two.turn("morning", wait=AT_ONCE):
            pass


def test_gathering(postgresql: str) -> None:
    """One gather over all machines."""
    with open_store(postgresql) as one, open_store(postgresql) as two:
        mine, yours = one.gathering(wait=AT_ONCE), two.gathering(wait=timedelta(seconds=0.2))
        with mine as done, pytest.raises(StateBusy, match="another gather"), yours:
            assert not done


def test_a_preview_copies_and_leaves_the_server_alone(postgresql: str) -> None:
    """Everything is there; what the copy does stays in the copy."""
    with open_store(postgresql) as store:
        store.keep([fetched(entry("a"))], NOW)
        edition(store)
        store.suppress("morning", "me@example.org", NOW)
        with open_snapshot(postgresql) as copy:
            assert copy.issue("morning", NOW.date()) == store.issue("morning", NOW.date())
            assert copy.rendition(copy.outbox()[0]) == store.rendition(store.outbox()[0])
            assert copy.suppressed("morning") == {"me@example.org"}
            copy.keep([fetched(entry("b"))], NOW)
            edition(copy, NOW + DAY)
        assert [one.ident for one in store.known([FEED])[FEED]] == ["a"]
        assert store.newest("morning") == (NOW.date(), NOW)


def test_a_preview_of_an_empty_server(postgresql: str) -> None:
    """Nothing is created there."""
    with open_snapshot(postgresql) as copy:
        assert copy.newest("morning") is None
    with open_snapshot(postgresql) as copy:
        assert copy.newest("morning") is None


def test_a_backup_is_an_sqlite_state(postgresql: str, tmp_path: Path) -> None:
    """So moving from a server to a file is a backup."""
    with open_store(postgresql) as store:
        store.keep([fetched(entry("a"))], NOW)
        edition(store)
        store.backup(tmp_path / "copy.db")
        with open_store(f"sqlite:///{tmp_path}/copy.db") as copy:
            assert copy.issue("morning", NOW.date()) == store.issue("morning", NOW.date())
            copy.keep([fetched(entry("b"))], NOW)
            assert edition(copy, NOW + DAY) == ["b"]
