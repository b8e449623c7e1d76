"""The morning email, end to end: the real command over real servers on loopback, state in a real SQLite file."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from digest.cli.main import main
from tests.loopback import Feeds, Mailbox, receiving, serving

NOW = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


def rss(title: str, *items: tuple[str, str, int], guid: str = "") -> bytes:
    """An RSS 2.0 feed; an item is (title, text, minutes before NOW)."""
    body = "".join(
        f"<item><title>{head}</title><link>https://{title.lower()}.example.org/{guid}{number}</link>"
        f"<description>{text}</description><pubDate>{format_datetime(NOW - timedelta(minutes=age))}</pubDate></item>"
        for number, (head, text, age) in enumerate(items)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{body}</channel></rss>'.encode()


BRIDGE = "The old bridge over the river Lorn reopened on Sunday after two years of repairs. Thousands crossed on foot."
GAZETTE = rss(
    "Gazette",
    ("Old Lorn bridge reopens after two years of repairs", BRIDGE, 60),
    ("Council approves the new tram line to the harbour", "The council voted 31 to 12. Work begins in May.", 120),
    ("A story from last week", "It was long ago.", 60 * 24 * 7),
)
COURIER = rss(
    "Courier",
    ("Old Lorn bridge reopens after two years of repairs", BRIDGE, 50),
    ("Harvest of blue apples breaks a record", "Growers counted 4,100 tonnes. Rain in August helped.", 90),
)


@dataclass
class Desk:
    """A digest's folder, its feed server and its mailbox."""

    folder: Path
    feeds: Feeds
    box: Mailbox

    def configure(self, *urls: str, extra: str = "") -> None:
        """Write config.yaml over these feeds, with the SMTP server."""
        listed = "".join(f"  - {url}\n" for url in urls or [self.feeds.url(path) for path in self.feeds.bodies])
        smtp = f"smtp: {{host: 127.0.0.1, port: {self.box.port}, security: none, retry_for: 1s}}\n"
        head = "name: morning\nsender: Morning Digest <digest@example.com>\nrecipients: [reader@example.org]\n"
        (self.folder / "config.yaml").write_text(f"{head}{smtp}feeds:\n{listed}{extra}")

    def digest(self, *words: str, now: datetime | None = NOW, code: int = 0) -> str:
        """Run the command in the folder, in this process; its standard output. Fails on another exit code."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
        streams = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
        with contextlib.chdir(self.folder), streams[0], streams[1], pytest.raises(SystemExit) as ended:
            main([*words, *(["--now", now.isoformat()] if now else [])])
        self.err, said = err.getvalue(), out.buffer.getvalue().decode()
        assert (ended.value.code or 0) == code, (ended.value.code, said, self.err)
        return said

    def process(self, *words: str, now: datetime = NOW) -> "subprocess.CompletedProcess[str]":
        """The same as a process of its own, as a scheduler starts it."""
        return subprocess.run(
            [sys.executable, "-m", "digest", *words, "--now", now.isoformat()],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def state(self) -> dict[str, str]:
        """Every file of the state with the hash of its bytes."""
        return {p.name: sha256(p.read_bytes()).hexdigest() for p in sorted(self.folder.glob("digest.db*"))}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving({"gazette.xml": GAZETTE, "courier.xml": COURIER}) as feeds, receiving() as box:
        made = Desk(tmp_path, feeds, box)
        made.configure()
        yield made


def stories(report: dict[str, Any]) -> dict[str, int]:
    return {story["title"]: len(story["entries"]) for topic in report["topics"] for story in topic["stories"]}


def test_one_mail_with_each_story_once(desk: Desk) -> None:
    report = json.loads(desk.digest("run", "--json"))
    (message,) = desk.box.messages
    assert report["status"] == "sent"
    assert len(stories(report)) == 3, "the bridge of two feeds is one story; last week's entry is not in the window"
    assert sorted(stories(report).values()) == [1, 1, 2]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert html.count("Old Lorn bridge reopens") <= 3, "title, preheader and heading at the most"
    assert "blue apples" in html
    assert "blue apples" in text
    assert "last week" not in html
    assert message["Message-ID"]
    assert message["From"] == "Morning Digest <digest@example.com>"


def test_a_scheduled_job_is_silent_on_success(desk: Desk) -> None:
    done = desk.process("run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(desk.box.messages) == 1


def test_a_scheduled_job_says_one_line_where_somebody_was_not_served(desk: Desk) -> None:
    desk.box.reply = "451 try later"
    done = desk.process("run")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("digest: Morning Digest: 3 stories from 2 sources, 1 deferred (reader@example.org: ")


def test_the_second_run_of_a_day_sends_nothing_and_the_next_day_only_what_is_new(desk: Desk) -> None:
    desk.digest("run")
    report = json.loads(desk.digest("run", "--json", now=NOW + timedelta(hours=1)))
    assert report["status"] == "already"
    assert report["sent"] == 0
    assert len(desk.box.messages) == 1
    tomorrow = NOW + timedelta(days=1)
    desk.feeds.bodies["gazette.xml"] = rss("Gazette", ("Snow closes the pass", "It fell all night.", -600), guid="n")
    report = json.loads(desk.digest("run", "--json", now=tomorrow))
    assert list(stories(report)) == ["Snow closes the pass"]
    assert len(desk.box.messages) == 2


def test_a_refusing_server_loses_nothing_and_the_same_message_goes_out_later(desk: Desk) -> None:
    desk.box.reply = "451 try later"
    report = json.loads(desk.digest("run", "--json", code=1))
    assert report["status"] == "partly"
    before = desk.state()
    desk.digest("preview", "--html", "p.html")
    assert desk.state() == before, "a preview changes no byte of the state"
    desk.box.reply = "250 OK"
    again = json.loads(desk.digest("run", "--json", now=NOW + timedelta(hours=2)))
    assert again["status"] == "sent"
    (message,) = desk.box.messages
    assert message["Message-ID"] == report["deliveries"][0]["message_id"]
    assert stories(again) == stories(report)


def test_a_gather_delivers_what_was_left_over(desk: Desk) -> None:
    desk.box.reply = "451 try later"
    desk.digest("run", code=1)
    desk.box.reply = "250 OK"
    desk.digest("gather", now=NOW + timedelta(hours=1))
    assert len(desk.box.messages) == 1


def test_bad_feeds_cost_only_themselves(desk: Desk) -> None:
    desk.feeds.bodies |= {
        "html.xml": b"<!doctype html><title>hello</title><p>no feed",
        "empty.xml": b"",
        "junk.xml": b"\x00\xff" * 50,
    }
    desk.feeds.types["html.xml"] = "text/html"
    bad = [desk.feeds.url(path) for path in ("absent.xml", "html.xml", "empty.xml", "junk.xml")]
    desk.configure(desk.feeds.url("gazette.xml"), *bad, "http://127.0.0.1:9/refused.xml", "missing.xml")
    report = json.loads(desk.digest("run", "--json"))
    failed = {feed["url"] for feed in report["feeds"] if feed["status"] == "failed"}
    assert failed == {*bad, "http://127.0.0.1:9/refused.xml", str(desk.folder / "missing.xml")}
    assert all(feed["reason"] for feed in report["feeds"] if feed["status"] == "failed")
    assert len(desk.box.messages) == 1


def test_entries_gathered_before_a_feed_goes_down_are_not_lost(desk: Desk) -> None:
    desk.digest("gather", now=NOW - timedelta(minutes=5))
    desk.feeds.status = {"gazette.xml": 500, "courier.xml": 404}
    report = json.loads(desk.digest("run", "--json"))
    assert len(stories(report)) == 3


def test_preview_is_free_of_side_effects_from_the_first_moment(desk: Desk) -> None:
    before = {p.name for p in desk.folder.iterdir()}
    out = desk.digest("preview", "--json", "-")
    assert {p.name for p in desk.folder.iterdir()} == before, "no state file is created"
    shown = json.loads(out)
    assert shown.keys() >= {"title", "day", "window", "subject", "topics", "feeds"}
    assert desk.box.messages == []
    sent = json.loads(desk.digest("run", "--json"))
    assert (sent["subject"], stories(sent)) == (shown["subject"], stories(shown))


def test_preview_writes_what_is_asked_for(desk: Desk) -> None:
    desk.digest("preview", "--html", "p.html", "--text", "p.txt", "--eml", "p.eml")
    assert b"<!DOCTYPE html" in (desk.folder / "p.html").read_bytes()
    assert "blue apples" in (desk.folder / "p.txt").read_text()
    assert b"multipart/alternative" in (desk.folder / "p.eml").read_bytes()


def test_without_a_mail_server_editions_go_to_the_outbox_folder(desk: Desk) -> None:
    config = desk.folder / "config.yaml"
    config.write_text("".join(line for line in config.read_text().splitlines(True) if not line.startswith("smtp")))
    desk.digest("run")
    assert len(list((desk.folder / "outbox").rglob("*.eml"))) == 1


def test_an_empty_morning_sends_nothing_and_settles_nothing(desk: Desk) -> None:
    later = NOW + timedelta(days=30)
    report = json.loads(desk.digest("run", "--json", now=later))
    assert report["status"] == "empty"
    assert desk.box.messages == []


def test_the_clock_going_back_sends_nothing(desk: Desk) -> None:
    desk.digest("run")
    report = json.loads(desk.digest("run", "--json", now=NOW - timedelta(days=2)))
    assert report["status"] == "back"
    assert "digest:" in desk.err
    assert len(desk.box.messages) == 1


def test_explain_tells_why_and_why_not(desk: Desk) -> None:
    desk.configure(extra="exclude: [tram]\n")
    desk.digest("run")
    shown = desk.digest("explain", "https://courier.example.org/1")
    assert "blue apples" in shown
    assert "window" in shown
    assert "filtered" in desk.digest("explain", "https://gazette.example.org/1")
    assert "old" in desk.digest("explain", "https://gazette.example.org/2")
    desk.digest("explain", "https://nowhere.example.org/", code=1)


def test_check_tells_what_is_wrong(desk: Desk) -> None:
    assert "FAIL" not in desk.digest("check")
    desk.feeds.status["courier.xml"] = 404
    out = desk.digest("check", code=1)
    assert out.count("FAIL") == 1
    desk.digest("check", "--mail", "someone@example.org", code=1)
    assert desk.box.recipients == ["someone@example.org"]


def test_check_looks_at_the_templates_of_recipients_too(desk: Desk) -> None:
    """Before a morning's run ends at one that is not there."""
    config = desk.folder / "config.yaml"
    one = "recipients: [{address: reader@example.org, template: mornign}]\n"
    config.write_text(config.read_text().replace("recipients: [reader@example.org]\n", one))
    assert "FAIL  template: template 'mornign': there is no such folder" in desk.digest("check", code=1)


def test_an_impossible_run_is_exit_2_with_one_clear_line(desk: Desk) -> None:
    (desk.folder / "config.yaml").write_text("feeds:\n  - ulr: x\n")
    desk.digest("run", code=2)
    assert desk.err.splitlines() == [
        "digest: config.yaml:2: feeds[0]: the key 'url' is missing",
        "digest: config.yaml:2: feeds[0]: unknown key 'ulr'; did you mean 'url'?",
    ]


def test_several_digests_over_one_state_fetch_each_feed_once(desk: Desk) -> None:
    text = (desk.folder / "config.yaml").read_text()
    (desk.folder / "b.yaml").write_text(text.replace("name: morning", "name: second\nstate: digest.db"))
    desk.digest("run", "config.yaml", "b.yaml")
    assert len(desk.box.messages) == 2
    assert sorted(desk.feeds.asked) == ["courier.xml", "gazette.xml"]
    (desk.folder / "c.yaml").write_text(text)
    desk.digest("run", "config.yaml", "c.yaml", code=2)
    assert "over the same state" in desk.err


def test_the_archive_holds_each_edition_and_a_broken_one_costs_no_mail(desk: Desk) -> None:
    desk.configure(extra="archive: site\narchive_url: https://digest.example.org/\n")
    (desk.folder / "site").write_text("a file where the folder should be")
    desk.digest("run")
    assert len(desk.box.messages) == 1
    assert "the archive site cannot be written" in desk.err
    (desk.folder / "site").unlink()
    desk.digest("run", now=NOW + timedelta(hours=1))
    pages = {path.name for path in (desk.folder / "site").iterdir()}
    assert pages >= {"index.html", "feed.xml", f"{NOW.date()}.html"}
    assert "blue apples" in (desk.folder / "site" / f"{NOW.date()}.html").read_text()
    assert len(desk.box.messages) == 1


@pytest.mark.parametrize(
    ("zone", "moments", "mails"),
    [
        ("Europe/Kyiv", ["2026-03-28T22:30", "2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T20:30"], 1),  # spring
        ("Europe/Kyiv", ["2026-10-24T21:30", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T21:30"], 1),  # autumn
        ("UTC", ["2028-02-28T06:00", "2028-02-29T06:00", "2028-02-29T07:00", "2028-03-01T06:00"], 3),  # leap day
        ("UTC", ["2026-03-09T07:00", "2026-03-09T06:00", "2026-03-09T08:00"], 1),  # the clock goes back an hour
    ],
)
def test_one_edition_a_local_day_whatever_the_clock_does(desk: Desk, zone: str, moments: list[str], mails: int) -> None:
    desk.configure(extra=f"timezone: {zone}\nsend_empty: true\n")
    for moment in moments:
        desk.digest("run", now=datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert len(desk.box.messages) == mails
    assert len({message["Message-ID"] for message in desk.box.messages}) == mails


def test_a_digest_that_moves_west_gets_no_second_edition_of_a_day(desk: Desk) -> None:
    desk.configure(extra="timezone: Pacific/Kiritimati\n")
    desk.digest("run", now=NOW + timedelta(hours=5))  # the 10th there
    desk.configure(extra="timezone: Pacific/Honolulu\n")
    desk.digest("run", now=NOW + timedelta(hours=6))  # the 8th there
    assert len(desk.box.messages) == 1


def test_a_secret_is_in_nothing_that_a_run_says_or_keeps(desk: Desk) -> None:
    """The password, a feed's header and a token in a feed's address: not in output, errors, JSON, mail or state."""
    path = desk.folder / "config.yaml"
    refused = "http://127.0.0.1:9/feed.xml?token=canary-token"
    desk.configure(desk.feeds.url("gazette.xml"), refused)
    text = path.read_text().replace("security: none,", "security: none, username: me, password: canary-password,")
    path.write_text(text.replace(f"  - {refused}\n", f"  - {{url: '{refused}', headers: {{X-Key: canary-header}}}}\n"))
    path.chmod(0o600)
    said = desk.digest("run", "--json", "-v", code=1) + desk.err  # the server knows no AUTH: the mail waits
    said += desk.digest("check", code=1) + desk.err + desk.digest("explain", "Lorn bridge") + desk.err
    kept = b"".join(file.read_bytes() for file in desk.folder.glob("digest.db*"))
    report_url = json.dumps(refused)  # --json names a feed by its address as configured, and nothing else may
    said = said.replace(report_url, "").replace(refused, "")
    assert "canary" not in said
    assert b"canary-password" not in kept
    assert b"canary-header" not in kept
    path.write_text(path.read_text().replace("username: me, password: canary-password,", ""))
    desk.digest("run", now=NOW + timedelta(hours=1))
    (raw,) = desk.box.raw
    assert b"canary" not in raw


def test_each_recipient_gets_their_own_selection_and_sees_nobody_else(desk: Desk) -> None:
    path = desk.folder / "config.yaml"
    courier = desk.feeds.url("courier.xml")
    people = f"[reader@example.org, {{address: Olha <olha@example.org>, feeds: ['{courier}'], language: uk, template: brief}}]"
    path.write_text(path.read_text().replace("[reader@example.org]", people))
    desk.digest("run")
    mails = {str(message["To"]): message for message in desk.box.messages}
    assert set(mails) == {"reader@example.org", "Olha <olha@example.org>"}
    assert sorted(desk.feeds.asked) == ["courier.xml", "gazette.xml"], "feeds are fetched once, whoever reads"
    hers = mails["Olha <olha@example.org>"].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    his = mails["reader@example.org"].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "blue apples" in hers
    assert "tram line" not in hers
    assert "tram line" in his
    assert "березня" in hers
    assert b"olha" not in desk.box.raw[[str(m["To"]) for m in desk.box.messages].index("reader@example.org")]
    desk.digest("unsubscribe", "olha@example.org", now=None)
    desk.feeds.bodies["courier.xml"] = rss("Courier", ("Snow closes the pass", "It fell all night.", -600), guid="n")
    desk.digest("run", now=NOW + timedelta(days=1))
    assert [str(message["To"]) for message in desk.box.messages[2:]] == ["reader@example.org"]


@pytest.mark.parametrize("gathers", [0, 1, 2])
def test_what_a_feed_repeats_is_learnt_before_its_first_edition(desk: Desk, gathers: int) -> None:
    """Whether it was gathered at once, for the first time an hour ago, or again since."""
    town = "The council of Lorn meets in the old corn exchange, built in 1871 by the Hartwell brothers."
    told = [
        ("Library lends seeds", "Readers may take twelve packets of beans and poppies home until the end of April."),
        (
            "Ferry timetable changes",
            "The last boat to Gannet Head leaves at 22:40 from Monday, an hour later than now.",
        ),
        ("Choir wins in Vienna", "Forty singers under Bettina Roth took the first prize for sacred music on Saturday."),
        (
            "Water bills to rise",
            "Households will pay 3.2 per cent more for each cubic metre from July, the works said.",
        ),
        ("Fox found in cinema", "It slept under row nine through two films before an usher with a torch woke it up."),
    ]
    items = [(head, text, 30 * n) for n, (head, text) in enumerate(told)]
    desk.feeds.bodies["town"] = rss("Town", *((head, f"&lt;p&gt;{text}&lt;/p&gt;&lt;p&gt;{town}&lt;/p&gt;", age)
                                              for head, text, age in items))  # fmt: skip
    desk.configure(f"url: {desk.feeds.url('town')}\n    show: full")
    for hours in range(gathers, 0, -1):
        desk.digest("gather", now=NOW - timedelta(hours=hours))
    desk.digest("run")
    (mail,) = desk.box.messages
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Bettina Roth" in text
    assert "corn exchange" not in " ".join(text.split())


def test_an_address_that_was_changed_as_advised_loses_nothing(desk: Desk) -> None:
    """The feed moved for good; what it brought under the old address since the last edition is in the next."""
    desk.digest("run")
    later = NOW + timedelta(days=1)
    news = rss("Gazette", ("Ferry to the islands sails again in April", BRIDGE, -60), guid="n")
    desk.feeds.bodies["new.xml"] = news
    desk.feeds.bodies.pop("gazette.xml")
    desk.feeds.moved["gazette.xml"] = desk.feeds.url("new.xml")
    desk.feeds.status["gazette.xml"] = 301
    desk.digest("gather", now=NOW + timedelta(hours=2))
    desk.feeds.bodies["new.xml"] = rss("Gazette", ("Mayor opens the winter market", BRIDGE, -600), guid="m")
    desk.configure(desk.feeds.url("new.xml"), desk.feeds.url("courier.xml"))
    report = json.loads(desk.digest("run", "--json", now=later))
    assert set(stories(report)) == {"Ferry to the islands sails again in April", "Mayor opens the winter market"}


def test_who_asked_for_none_of_it_gets_no_empty_mail(desk: Desk) -> None:
    """Unless `send_empty` says so; the edition goes to the others."""
    both = "recipients: [{address: quiet@example.org, feeds: [Nobody]}, reader@example.org]\n"
    desk.configure()
    config = desk.folder / "config.yaml"
    config.write_text(config.read_text().replace("recipients: [reader@example.org]\n", both))
    desk.digest("run")
    assert desk.box.recipients == ["reader@example.org"]
    config.write_text(config.read_text() + "send_empty: true\n")
    desk.digest("run", now=NOW + timedelta(days=1))
    assert sorted(desk.box.recipients[1:]) == ["quiet@example.org", "reader@example.org"]


def test_a_digest_for_nobody_says_so(desk: Desk) -> None:
    config = desk.folder / "config.yaml"
    config.write_text(config.read_text().replace("recipients: [reader@example.org]\n", ""))
    desk.digest("run")
    assert desk.err == "digest: Morning Digest: nobody got the edition: `recipients:` in config.yaml names nobody\n"
