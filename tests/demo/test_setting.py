"""The demo's config: an ordinary file that loads, is moved to new ports, and keeps what a user changed in it."""

from pathlib import Path

from digest.config import load
from digest.demo import config_text
from digest.demo.outlets import outlets
from digest.demo.setting import is_ours

BASE = "http://127.0.0.1:40123"


def test_the_shipped_config_loads_and_names_every_outlet_and_one_that_closed(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(config_text(BASE, 40125), encoding="utf-8")
    settings = load(path)
    assert {feed.url for feed in settings.feeds} == {f"{BASE}/{outlet.slug}" for outlet in outlets()} | {
        f"{BASE}/bellhouse"
    }
    assert settings.smtp is not None
    assert settings.smtp.endpoint == ("127.0.0.1", 40125)
    assert settings.recipients[0].mailbox == ("Reader", "reader@example.org")
    assert settings.state_url == f"sqlite:///{tmp_path.resolve() / 'demo.db'}"


def test_an_edited_config_is_moved_and_nothing_else_in_it_changes() -> None:
    first = config_text(BASE, 40125)
    edited = first.replace("title: The Morning Lamp", "title: Port 4000 News").replace(
        "    weight: 2 ", "    weight: 5 "
    )
    moved = config_text("http://127.0.0.1:50001", 50002, text=edited)
    assert moved == edited.replace("40123", "50001").replace("40125", "50002")
    assert is_ours(moved)
    assert not is_ours("name: morning\n" + moved)


def test_other_recipients_take_the_place_of_the_one_that_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(config_text(BASE, 1, recipients=("a@example.org", "b@example.org")), encoding="utf-8")
    assert [recipient.mailbox[1] for recipient in load(path).recipients] == ["a@example.org", "b@example.org"]
