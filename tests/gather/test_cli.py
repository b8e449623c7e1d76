"""The commands about feeds, through the command line: config.yaml changes where it must, and nowhere else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from digest.cli import edit
from digest.cli.main import app
from digest.config import parse
from tests.gather.server import Server, Step, answer, rss

CONFIG = """\
# my digest
sender: Digest <digest@example.com>
recipients: [me@example.org]
feeds:
  # the first
  - https://one.example/feed      # a word on it
  - url: https://two.example/feed
    name: Two   # and on this
    exclude: [a,
              b]

  # - url: https://not.example/yet
topics:
  - World
  - name: Science
    keywords: [atom]
state: digest.db  # here
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    path.chmod(0o640)
    return path


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--config", str(config)])


def test_add_finds_shows_and_writes_and_keeps_everything_else(server: Server, config: Path) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
    url = server.on("/feed.xml", answer("200 OK", rss(1, 2, title="The Feed")))
    site = server.on("/", answer("200 OK", page))
    result = run(config, "add", site, "--topic", "Science", "--name", "My: feed", "--now", "2026-03-09T12:00:00Z")
    assert result.exit_code == 0, result.output
    assert "The Feed" in result.output
    assert "1 story of The Feed" in result.output
    text = config.read_text()
    added = f'  - url: {url}\n    name: "My: feed"\n    topic: Science\n'
    assert added in text
    assert text.replace(added, "") == CONFIG
    assert config.stat().st_mode & 0o777 == 0o640
    again = run(config, "add", url)
    assert "already" in again.output
    assert config.read_text() == text


def test_add_without_a_feed_is_exit_1_and_changes_nothing(server: Server, config: Path) -> None:
    scripts: list[list[Step]] = [answer("404 Not Found"), answer("200 OK", b"<html></html>"), [None]]
    for script in scripts:
        result = run(config, "add", server.on("/x", script))
        assert result.exit_code == 1
    assert config.read_text() == CONFIG


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("401 No", "auth:"),
        ("403 No", "user_agent:"),
        ("404 No", "not there"),
        ("503 No", "trouble of its own"),
    ],
)
def test_add_says_why_an_address_gives_nothing(server: Server, config: Path, status: str, words: str) -> None:
    result = run(config, "add", server.on("/x", answer(status)))
    assert result.exit_code == 1
    assert words in result.output


def test_add_tries_what_is_usual_where_a_page_names_nothing_or_nothing_good(server: Server, config: Path) -> None:
    page = b'<html><link rel="alternate" type="application/rss+xml" href="/gone"></html>'
    feed = server.on("/blog/feed", answer("200 OK", rss(1, title="Blog")))
    assert feed in run(config, "add", server.on("/blog/a-post", answer("200 OK", page))).output
    toots = server.on("/@me.rss", answer("200 OK", rss(2, title="Toots")))
    assert toots in run(config, "add", server.on("/@me", answer("200 OK", b"<html>"))).output
    failed = run(config, "add", server.on("/", answer("200 OK", page)))
    assert failed.exit_code == 1
    assert f"could not be read ({server.url('/gone')})" in failed.output
    picky = server.on("/p", lambda r: answer("200 OK" if "xhtml" in r["accept"] else "403 No", rss(3, title="Picky")))
    assert picky in run(config, "add", picky).output


def test_add_takes_a_file_and_bears_with_anything(config: Path, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(rss(1, title="Filed"))
    assert "Filed" in run(config, "add", str(feed)).output
    for odd in (str(tmp_path), "/dev/zero", "http://127.0.0.1:1/" + "x" * 3000, "http://[", "127.0.0.1:1"):
        result = run(config, "add", odd)
        assert result.exit_code == 1, odd
        assert result.exception is None or isinstance(result.exception, SystemExit)


def test_add_names_the_other_feeds_of_a_page(server: Server, config: Path) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}" title="{}">'
    server.on("/feed.xml", answer("200 OK", rss(1, title="News")))
    page = "<html>" + link.format("/comments", "Comments") + link.format("/feed.xml", "") + link.format("/b.xml", "B")
    result = run(config, "add", server.on("/", answer("200 OK", page.encode())))
    assert "News" in result.output.splitlines()[0]
    assert "also names " + server.url("/b.xml") in result.output
    assert "also names " + server.url("/comments") in result.output


def test_remove_by_title_and_by_number(server: Server, config: Path) -> None:
    feeds = [server.on(f"/{n}", answer("200 OK", rss(n, title="Alike" if n else "First"))) for n in range(3)]
    config.write_text("feeds:\n" + "".join(f"  - {url}\n" for url in feeds) + "state: digest.db\n")
    run(config, "gather")
    refused = run(config, "remove", "alike")
    assert refused.exit_code == 1
    assert f"feed 3: {feeds[2]}" in refused.output
    assert run(config, "remove", "3").exit_code == 0
    assert run(config, "remove", "first").exit_code == 0
    assert config.read_text() == f"feeds:\n  - {feeds[1]}\nstate: digest.db\n"


def test_remove_takes_out_one_feed_by_part_of_its_name(config: Path) -> None:
    assert run(config, "remove", "example").exit_code == 1  # two feeds are called that
    assert run(config, "remove", "nobody").exit_code == 1
    assert config.read_text() == CONFIG
    assert run(config, "remove", "two").exit_code == 0
    assert "two.example" not in config.read_text()
    assert "# the first" in config.read_text()
    assert run(config, "remove", "https://one.example/feed").exit_code == 1  # a digest needs a feed
    assert "one.example" in config.read_text()


def test_import_and_export_go_round(config: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.opml"
    listed.write_text(
        '<opml><body><outline text="science"><outline xmlUrl="https://three.example/f?a=1&b=2" text="Three & more"/></outline>'
        '<outline text="Cooking"><outline xmlUrl="http://one.example/feed/"/><outline xmlUrl="https://four.example/f"/></outline>'
    )
    result = run(config, "import", str(listed))
    assert result.exit_code == 0, result.output
    assert "2 feeds added" in result.output
    assert "1 was there already" in result.output
    settings = parse(config.read_text(), config)
    assert [(feed.url, feed.topic) for feed in settings.feeds][2:] == [
        ("https://three.example/f?a=1&b=2", "Science"),
        ("https://four.example/f", "Cooking"),
    ]
    assert [topic.name for topic in settings.topics] == ["World", "Science", "Cooking"]
    out = tmp_path / "out.opml"
    assert run(config, "export", str(out)).exit_code == 0
    before = config.read_text()
    assert "0 feeds added" in run(config, "import", str(out)).output
    assert config.read_text() == before


def test_add_follows_what_a_page_links_for_readers(server: Server, config: Path) -> None:
    """No <link> for programs, only a word or an icon in the page's foot."""
    page = (
        b'<html><a href="/feed-policy">Our feed policy</a><a href="/">RSS of us</a><a href="/comments.rss">c</a>'
        b'<a class="icon" href="/news.rss"><img alt="RSS"></a><a href="http://127.0.0.1:1/feed">other</a></html>'
    )
    site = server.on("/page", answer("200 OK", page))
    server.on("/comments.rss", answer("200 OK", rss(1, title="Comments")))
    url = server.on("/news.rss", answer("200 OK", rss(1, 2, title="News")))
    result = run(config, "add", site, "--now", "2026-03-09T12:00:00Z")
    assert result.exit_code == 0, result.output
    assert f"  - {url}\n" in config.read_text()


@pytest.mark.parametrize("scheme", ["feed:", "feed://", "FEED:"])
def test_add_takes_a_feed_address_as_browsers_show_it(scheme: str, server: Server, config: Path) -> None:
    url = server.on("/f", answer("200 OK", rss(1)))
    address = url.replace("http://", scheme) if scheme == "feed://" else scheme + url
    assert run(config, "add", address, "--now", "2026-03-09T12:00:00Z").exit_code == 0
    assert f"  - {url}\n" in config.read_text()


def test_an_address_that_is_none_does_not_spoil_an_import(config: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.opml"
    listed.write_text(
        '<opml><outline xmlUrl="http://[::1/f"/><outline xmlUrl="https:///f"/><outline xmlUrl="https://five.example/f"/>'
    )
    assert "1 feed added" in run(config, "import", str(listed)).output
    assert run(config, "feeds").exit_code == 0


def test_check_shows_no_secret_of_an_address(config: Path, tmp_path: Path, server: Server) -> None:
    address = server.on("/f", answer("404 Not Found", b"")).replace("http://", "http://me:canary@")
    config.write_text(f"feeds: ['{address}?token=canary']\nstate: {tmp_path / 'digest.db'}\n")
    config.chmod(0o600)
    result = run(config, "check")
    assert "is not there (404)" in result.output
    assert "canary" not in result.output


def test_export_lets_no_secret_out_unasked(config: Path) -> None:
    text = CONFIG.replace("https://one.example/feed ", "https://u:p@one.example/feed?token=abcdef ")
    config.write_text(text)
    result = run(config, "export")
    assert "abcdef" not in result.output
    assert "two.example" in result.output
    assert "abcdef" in run(config, "export", "--with-tokens").output


def test_feeds_shows_a_table_and_makes_no_state(config: Path) -> None:
    result = run(config, "feeds")
    assert result.exit_code == 0, result.output
    assert "Two" in result.output
    assert "never" in result.output
    assert not (config.parent / "digest.db").exists()
    records = json.loads(run(config, "feeds", "--json").output)
    assert [record["url"] for record in records] == ["https://one.example/feed", "https://two.example/feed"]


def test_feeds_tells_problems_after_a_gather(server: Server, config: Path) -> None:
    good, bad = server.on("/good", answer("200 OK", rss(1))), server.on("/bad", answer("404 Not Found"))
    config.write_text(f"feeds:\n  - {good}\n  - {bad}\nstate: digest.db\n")
    run(config, "gather", "--now", "2026-03-09T12:00:00Z")
    result = run(config, "feeds", "--now", "2026-03-09T12:30:00Z")
    assert "30 min ago" in result.output
    assert "404" in result.output


def test_feeds_tells_what_lasts_and_numbers_namesakes(server: Server, config: Path) -> None:
    url = server.on("/f", answer("200 OK", rss(1, title="Paper")))
    never = [server.on(f"/{n}", answer("404 Not Found")) for n in range(2)]
    config.write_text("feeds:\n" + "".join(f"  - {one}\n" for one in (url, *never)) + "state: digest.db\n")

    def problems(day: int) -> str:
        run(config, "gather", "--now", f"2026-03-{day:02}T12:00:00Z")
        return run(config, "feeds", "--now", f"2026-03-{day:02}T12:30:00Z").output

    first = problems(9)
    assert "127.0.0.1 (feed 2)" in first
    assert "127.0.0.1 (feed 3)" in first
    assert first.count("404") == 2  # what has never worked is told at once
    server.on("/f", answer("403 Forbidden"))
    assert [problems(day).count("403") for day in (10, 11, 12)] == [0, 0, 1]
    server.on("/f", answer("301 Moved", location="/new"))
    server.on("/new", answer("200 OK", rss(1, title="Paper")))
    told = [f"url: {server.url('/new')}" in " ".join(problems(day).split()) for day in (13, 14, 15, 16)]
    assert told == [False, False, True, True]  # though not a single entry is new


def test_no_command_about_feeds_shows_a_secret(server: Server, config: Path) -> None:
    secret = f"http://user:pa55@127.0.0.1:{server.port}/f?token=s3cr3t"
    server.on("/f?token=s3cr3t", answer("404 Not Found"))
    config.write_text(
        f"feeds:\n  - {secret}\n  - https://u:pa55@nowhere.invalid/s3cr3t-no?key=s3cr3t\nstate: digest.db\n"
    )
    for words in (["gather", "-v"], ["gather", "--json"], ["feeds"], ["feeds", "--json"], ["export"], ["remove", "f"]):
        output = run(config, *words).output
        assert "pa55" not in output, words
        assert "token=" not in output, words


@pytest.mark.acceptance
def test_every_list_of_the_corpus_can_be_imported_and_comes_back(shared: Path, config: Path, tmp_path: Path) -> None:
    lists = [path for path in sorted((shared / "data/feeds/opml").rglob("*")) if path.is_file()]
    files = [path for path in lists if b"xmlurl" in path.read_bytes().lower()]
    assert len(files) >= 75
    for path in files:
        config.write_text(CONFIG)
        result = run(config, "import", str(path))
        assert result.exit_code == 0, (path.name, result.output)
        written = config.read_text()
        assert all(line in written.splitlines() for line in CONFIG.splitlines() if "#" in line), path.name
        out = tmp_path / "out.opml"
        assert run(config, "export", str(out), "--with-tokens").exit_code == 0
        assert "0 feeds added" in run(config, "import", str(out)).output, path.name
        assert config.read_text() == written


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)


@given(
    st.lists(WORDS, min_size=1, max_size=3),
    st.sampled_from([CONFIG, "feeds: [https://a.example/f]\n", "feeds: [ ]\n", "title: x\n"]),
)
def test_any_name_can_be_written(names: list[str], text: str) -> None:
    items = [{"url": f"https://new.example/{n}?x=$1", "name": name, "topic": ""} for n, name in enumerate(names)]
    settings = parse(edit.with_items(text, "feeds", items), Path("config.yaml"))
    assert [feed.name for feed in settings.feeds][-len(names) :] == [name.strip() for name in names]
    assert settings.feeds[-1].url.endswith("?x=$1")


TWO = ["https://a.example/f", "https://b.example/f"]
SPELLINGS = {
    "plain": "feeds:\n- https://a.example/f\n- https://b.example/f\n",
    "one line": "feeds: [https://a.example/f, https://b.example/f]\n",
    "lines within brackets": "feeds: [\n  https://a.example/f,  # one\n  https://b.example/f   # two\n]\n# end\n",
    "a comma too many": "feeds: [\n  https://a.example/f,\n  https://b.example/f,\n]\n",
    "dashes alone": "feeds:\n  -\n    url: https://a.example/f\n  -\n    url: https://b.example/f  # b\n\n# end\n",
    "Windows": "feeds:\r\n  - https://a.example/f\r\n  - https://b.example/f # b\r\n# end\r\nstate: d.db\r\n",
    "no last line end": "# top\nfeeds:\n- https://a.example/f\n- https://b.example/f",
    "a mark before": "\ufefffeeds:\n- https://a.example/f\n- https://b.example/f\n",
    "long items": "feeds:\n  - url: https://a.example/f\n    name: >-\n      Folded\n      name\n\n  - url: https://b.example/f\n"
    "    include:\n      - x\n\n# tail\nstate: d.db\n",
    "quotes": "'feeds':   # mine\n  - 'https://a.example/f'\n\n  # second\n  - \"https://b.example/f\"\n  # none yet\n",
    "a document": "%YAML 1.2\n---\nfeeds:\n  - https://a.example/f\n  - https://b.example/f\n...\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_however_a_list_is_written_it_stays_so(spelling: str) -> None:
    text, path = SPELLINGS[spelling], Path("config.yaml")
    longer = edit.with_items(text, "feeds", [{"url": "https://new.example/f", "name": "N: x", "topic": ""}])
    assert [feed.url for feed in parse(longer, path).feeds] == [*TWO, "https://new.example/f"]
    assert all(line.partition("#")[2] in longer for line in text.splitlines() if "#" in line)
    assert ("\r\n" in text) == ("\r\n" in longer)
    assert "\n" not in longer.replace("\r\n", "") or "\r\n" not in text
    for number in (0, 1):
        shorter = edit.without_item(text, "feeds", number)
        assert [feed.url for feed in parse(shorter, path).feeds] == [TWO[1 - number]]
        assert all(word in shorter for word in ("# end", "# tail", "# top", "# mine", "%YAML") if word in text)


def test_the_commands_keep_windows_line_ends(server: Server, config: Path) -> None:
    config.write_bytes(CONFIG.replace("\n", "\r\n").encode())
    assert run(config, "add", server.on("/f", answer("200 OK", rss(1)))).exit_code == 0
    written = config.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n") == CONFIG.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        CONFIG,
        "feeds:\n- https://a.example/f\n- https://b.example/f\n",
        "feeds: [https://a.example/f, https://b.example/f]\n",
    ],
)
def test_what_is_added_can_be_taken_out_again(text: str) -> None:
    longer = edit.with_items(text, "feeds", [{"url": "https://new.example/f", "name": "New", "topic": ""}])
    shorter = edit.without_item(longer, "feeds", len(parse(longer, Path("c.yaml")).feeds) - 1)
    assert parse(shorter, Path("c.yaml")).feeds == parse(text, Path("c.yaml")).feeds
