"""`digest demo` as a new user runs it: the real command, the real pipeline, and what is in the mail that it leaves."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from shutil import copytree

import pytest
from lxml.html import document_fromstring

from digest.demo.outlets import outlets
from digest.demo.show import show
from digest.errors import ConfigError

NOW = "2026-03-09T06:30:00Z"


@dataclass(frozen=True)
class Demo:
    """One run of the command: where, what it said, and the mail."""

    folder: Path
    said: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text of the edition, as words on one line."""
        return " ".join((self.folder / "edition.txt").read_text("utf-8").split())

    @property
    def page(self) -> str:
        """The words of the HTML."""
        return " ".join(document_fromstring((self.folder / "edition.html").read_text("utf-8")).text_content().split())


def demo(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command beside `folder`, so that it is named as a user would see it."""
    command = [sys.executable, "-m", "digest", "demo", "--into", folder.name, "--now", NOW]
    return subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, run once for all tests of this file."""
    folder = tmp_path_factory.mktemp("home") / "demo"
    done = demo(folder)
    assert done.returncode == 0, done.stderr
    mail = message_from_bytes((folder / "edition.eml").read_bytes(), _class=EmailMessage, policy=SMTP)
    return Demo(folder, done.stdout, mail)


def test_one_mail_is_received_and_the_command_says_where_it_lies(shown: Demo) -> None:
    assert {path.name for path in shown.folder.glob("edition*")} == {"edition.eml", "edition.html", "edition.txt"}
    for name in ("edition.eml", "edition.html", "edition.txt", "config.yaml"):
        assert f"demo/{name}" in shown.said
    assert shown.message["To"] == "Reader <reader@example.org>"
    assert shown.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(shown.message["Subject"]) <= 78
    assert len((shown.folder / "edition.html").read_bytes()) > 20_000


def test_the_outlet_that_closed_costs_only_itself(shown: Demo) -> None:
    assert "bellhouse" in shown.said
    assert "404" in shown.said
    for outlet in outlets():
        assert outlet.name in shown.page, outlet.name


def test_what_surrounds_an_article_is_not_in_the_mail(shown: Demo) -> None:
    for words in (
        "appeared first on", "Sign up to", "Share by mail", "Read more", "Photograph:", "buy me a cup",
        "Comments (12)", "Courier Bookshop", "Lesen Sie auch", "Newsletter abonnieren", "Читайте також", "Підписуйтесь",
        "was not edited", "Subscribe from", "linie4", "(Tideline)",
    ):  # fmt: skip
        assert words not in shown.text, words
        assert words not in shown.page, words


def test_what_the_config_excludes_or_the_window_leaves_out_is_not_in_the_mail(shown: Demo) -> None:
    for words in ("Horoscope", "Гороскоп", "Bellwether", "scythe", "leaking roof"):
        assert words not in shown.text, words


def test_a_story_told_by_several_outlets_stands_there_once(shown: Demo) -> None:
    """The syndicated report and the cup upset, at least: their own words are as close as real outlets' are."""
    assert shown.text.count("to buy Corvane Line for 410 million crowns") <= 1
    assert shown.text.count("Orysia Tymbal") <= 3


def test_tracking_parameters_do_not_reach_the_reader(shown: Demo) -> None:
    assert "utm_" not in shown.message.as_string()


def test_changes_to_the_config_are_kept_and_each_demo_is_a_first_morning(shown: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    copytree(shown.folder, folder)
    config = folder / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("The Morning Lamp", "The Evening Oil"), encoding="utf-8")
    done = demo(folder)
    assert "demo/edition.html" in done.stdout, done.stderr
    assert "The Evening Oil" in (folder / "edition.txt").read_text("utf-8")


def test_a_config_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.yaml").write_text("name: mine\n", encoding="utf-8")
    done = demo(folder)
    assert done.returncode == 2
    assert "--into" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["config.yaml"]
    assert (folder / "config.yaml").read_text("utf-8") == "name: mine\n"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"taken: cannot be written .*--into"):
        show(tmp_path / "taken", now=datetime.fromisoformat(NOW), tell=lambda *_: None)
