"""The commands over what was sent and what waits: history, show, outbox, resend, unsubscribe, resubscribe, backup."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from digest.cli.main import app
from digest.errors import DigestError
from digest.send import unsubscribe
from digest.send.unsubscribe import key_at
from tests.crash.harness import MORNING, feed, title
from tests.send.scripted import Event, Server, smtp_server

Run = Callable[..., Result]


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def run(tmp_path: Path, server: Server) -> Run:
    """`digest …` over a digest of one feed with two recipients."""
    (tmp_path / "feed.xml").write_text(feed([title(n) for n in range(3)], "17"))
    (tmp_path / "config.yaml").write_text(
        "name: morning\nsender: Morning <digest@example.org>\nfeeds: [feed.xml]\nrecipients: [a@example.org, b@example.org]\n"
        "unsubscribe_url: https://example.org/unsubscribe\n"
        f"smtp: {{host: 127.0.0.1, port: {server.port}, security: none, retry_for: 1s}}\n"
    )

    def call(*words: str, now: timedelta | None = None, code: int = 0) -> Result:
        timed = ["--now", (MORNING + now).isoformat()] if now is not None else []
        done = CliRunner().invoke(app, [*words, *timed, "--config", str(tmp_path / "config.yaml")])
        assert done.exit_code == code or (code == 2 and done.exception), done.output
        return done

    return call


def test_history_show_outbox(run: Run, server: Server) -> None:
    assert "No edition yet." in run("history").output
    run("run", now=timedelta(0))
    assert re.search(r"2026-02-18 +3 stories +2 sent", run("history").output)
    assert json.loads(run("history", "--json").output)[0]["deliveries"] == {"sent": 2}
    shown = run("show", "2026-02-18").output
    assert "a@example.org  sent" in shown
    assert title(1) in shown
    assert "empty" in run("outbox").output
    run("show", "2026-01-01", code=2)
    run("show", "yesterday", code=2)


def test_what_waits_is_listed_with_its_reason_and_goes_with_the_next_gather(run: Run, server: Server) -> None:
    server.script = lambda event: "451 4.3.0 later" if event.verb == "RCPT" and "a@" in event.rest else None
    run("run", now=timedelta(0), code=1)
    waiting = json.loads(run("outbox", "--json").output)
    assert [(one["recipient"], one["state"]) for one in waiting] == [("a@example.org", "deferred")]
    assert "451 4.3.0 later" in waiting[0]["reason"]
    server.script = quiet
    run("gather", now=timedelta(hours=1))
    assert [one.recipient for one in server.received] == ["b@example.org", "a@example.org"]
    assert waiting[0]["message_id"].encode() in server.received[1].data


def quiet(_event: Event) -> str | None:
    return None


def test_a_resend_is_a_new_message_and_a_stranger_gets_it_once(run: Run, server: Server) -> None:
    run("run", now=timedelta(0))
    run("resend", "2026-02-18", now=timedelta(hours=2))
    run("resend", "2026-02-18", "--to", "a@example.org", now=timedelta(hours=3))
    run("resend", "2026-02-18", "--to", "friend@example.net", now=timedelta(hours=3))
    ids = [re.search(rb"(?m)^Message-ID: (\S+)", one.data) for one in server.received]
    assert len({found[1] for found in ids if found}) == len(server.received) == 6
    bodies = {one.data.partition(b"\r\n\r\n")[2] for one in server.received}
    assert len(bodies) == 1
    run("run", now=timedelta(days=1))
    assert [one.recipient for one in server.received].count("friend@example.net") == 1


def test_unsubscribed_by_token_survives_the_config_until_resubscribed(run: Run, server: Server, tmp_path: Path) -> None:
    run("run", now=timedelta(0))
    found = re.search(rb"unsubscribe\?token=([\w-]+)>", server.received[0].data)
    assert found
    token = found[1].decode()
    assert unsubscribe.genuine(token, key_at(next(tmp_path.glob("*.key"))))
    run("unsubscribe", token)
    run("unsubscribe", "x" * 24, code=2)
    gone = server.received[0].recipient
    (tmp_path / "feed.xml").write_text(feed([title(n) for n in range(3, 6)], "18"))
    run("run", now=timedelta(days=1))
    assert [one.recipient for one in server.received].count(gone) == 1
    run("resend", "2026-02-19", "--to", gone, code=2)
    run("resubscribe", gone)
    run("resubscribe", gone, code=1)
    run("resend", "2026-02-19", "--to", gone, now=timedelta(days=1))
    assert [one.recipient for one in server.received].count(gone) == 2


def test_a_delivery_given_up_is_told_once_in_the_next_mail(run: Run, server: Server, tmp_path: Path) -> None:
    server.script = lambda event: "451 4.3.0 later" if event.verb == "RCPT" and "a@" in event.rest else None
    run("run", now=timedelta(0), code=1)
    run("gather", now=timedelta(days=3, hours=1), code=1)
    server.script = quiet
    texts = []
    for day in (4, 5):
        (tmp_path / "feed.xml").write_text(feed([title(n) for n in range(day, day + 2)], str(17 + day)))
        run("run", now=timedelta(days=day))
        texts.append(server.received[-1].data.replace(b"=\r\n", b""))
    assert b"edition of February 18 could not be delivered to 1 of 2 recipients" in texts[0]
    assert b"could not be delivered" not in texts[1]
    assert b"a@example.org" not in texts[0].partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("words", [("resend", "2026-02-18", "--to"), ("check", "--mail"), ("unsubscribe",)])
def test_what_is_no_address_is_told_at_once(run: Run, words: tuple[str, ...]) -> None:
    """Not by a message that cannot be built, in the outbox of every run from then on."""
    run("run", now=timedelta(0))
    said = run(*words, "a..b@example.org", code=2).output.replace("│", " ")
    assert "such dots need quotes" in " ".join(said.split())
    assert "empty" in run("outbox").output


def test_a_backup_of_nothing_is_none(run: Run, tmp_path: Path) -> None:
    """A mistaken --config makes no empty state, and no empty copy of one."""
    refused = run("backup", str(tmp_path / "copy.db"), code=2)
    assert "does not exist yet" in str(refused.exception)
    assert not list(tmp_path.glob("*.db"))


def test_show_into_a_file_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    run("run", now=timedelta(0))
    refused = run("show", "2026-02-18", "--html", str(tmp_path / "nowhere" / "x.html"), code=2)
    assert isinstance(refused.exception, DigestError)


def test_backup(run: Run, tmp_path: Path) -> None:
    run("run", now=timedelta(0))
    run("backup", str(tmp_path / "copy.db"))
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    run("backup", str(tmp_path / "copy.db"), code=2)


def test_the_key_for_tokens_is_made_once_and_is_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "digest.key"
    key = key_at(path)
    assert key_at(path) == key
    assert len(key) == 64
    assert path.stat().st_mode & 0o777 == 0o600
