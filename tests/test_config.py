"""config.yaml -> Settings: what is accepted, and that every complaint names file, line and what to do."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Settings, load, parse
from digest.errors import ConfigError
from digest.model import Show

MINIMAL = "feeds:\n  - https://example.com/feed.xml\n"


def settings(text: str, tmp_path: Path) -> Settings:
    return parse(text, tmp_path / "morning.yaml")


def complaint(text: str, tmp_path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        settings(text, tmp_path)
    return str(caught.value)


def test_the_shipped_example_is_valid() -> None:
    """The file that a new user edits loads as it is, and needs no mail server."""
    example = load(Path(__file__).parents[1] / "config.yaml")
    assert len(example.sources) >= 8
    assert example.smtp is None
    assert example.name == "config"


def test_name_is_the_stem_by_default_and_never_the_title(tmp_path: Path) -> None:
    assert settings(MINIMAL, tmp_path).name == "morning"
    assert settings(MINIMAL + "title: Another\n", tmp_path).name == "morning"
    assert settings(MINIMAL + "name: evening\n", tmp_path).name == "evening"


def test_defaults_follow_the_documentation(tmp_path: Path) -> None:
    plain = settings(MINIMAL, tmp_path)
    assert (plain.window, plain.grace, plain.catch_up) == (timedelta(hours=24), timedelta(hours=12), timedelta(days=7))
    assert plain.give_up_after == timedelta(days=3)
    assert plain.send_empty is False


def test_a_feed_in_full(tmp_path: Path) -> None:
    text = """
feeds:
  - url: feeds/local.xml
    name: Local
    topic: technology
    show: headline
    weight: 2
    limit: 10
    exclude: [sponsored, "re:^Podcast:"]
    headers: {X-Key: "plain"}
topics: [Technology]
"""
    (source,) = settings(text, tmp_path).sources
    assert source.url == str(tmp_path / "feeds/local.xml")
    assert (source.topic, source.show, source.weight, source.limit) == ("Technology", Show.HEADLINE, 2.0, 10)
    assert source.exclude == ("sponsored", "re:^Podcast:")
    assert "plain" not in repr(source), "what may be a secret stays out of repr"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("feeds:\n  - ulr: https://a.example/\n", "morning.yaml:2: feeds[0]: unknown key 'ulr'; did you mean 'url'?"),
        (MINIMAL + "windw: 24h\n", "morning.yaml:3: unknown key 'windw'; did you mean 'window'?"),
        (MINIMAL + "window: soon\n", "morning.yaml:3: window: write a duration like 30s, 90m, 24h or 7d"),
        (MINIMAL + "timezone: Mars/Base\n", "morning.yaml:3: timezone: no time zone is called 'Mars/Base'"),
        (MINIMAL + "smtp:\n  host: h\n  prot: 25\n", "morning.yaml:5: smtp: unknown key 'prot'; did you mean 'port'?"),
        (MINIMAL + "title: a\ntitle: b\n", "morning.yaml:4: 'title' stands here twice"),
        (
            MINIMAL + "title: ${NOT_SET_ANYWHERE}\n",
            "morning.yaml:3: title: the environment has no variable NOT_SET_ANYWHERE",
        ),
        (MINIMAL + "recipients: [me]\n", "morning.yaml:3: recipients[0].address: 'me' is not a mail address"),
        (MINIMAL + 'exclude: ["re:("]\n', "morning.yaml:3: exclude[0]: 're:(' is not a regular expression"),
        (
            MINIMAL + "unsubscribe_url: http://a.example\n",
            "morning.yaml:3: unsubscribe_url: must be an https:// address",
        ),
        ('feeds: ["http://[::1/f"]\n', "morning.yaml:1: feeds[0].url: is not a web address; check its spelling"),
        ("feeds:\n- ftp://a.example/f\n", "morning.yaml:2: feeds[0].url: ftp: cannot be read; an address begins with"),
        (
            "feeds:\n - url: https://a.example/\n   auth: me\n",
            'morning.yaml:3: feeds[0].auth: write it as "user:password"',
        ),
        (
            MINIMAL + "recipients:\n - {address: me@a.example, timezone: Nowhere}\n",
            "morning.yaml:4: recipients[0].timezone: no time zone is called 'Nowhere'",
        ),
        (
            MINIMAL + "topics: [World]\nrecipients:\n - {address: me@a.example, topics: [Wrold]}\n",
            "recipients[0]: topic 'Wrold' is not in topics; did you mean 'World'?",
        ),
        (
            MINIMAL + "recipients: [a..b@a.example]\n",
            "morning.yaml:3: recipients[0].address: 'a..b@a.example' is not one",
        ),
        (MINIMAL + "sender: .a@a.example\n", 'such dots need quotes, as in ".a"@a.example'),
        (MINIMAL + f"reply_to: {'x' * 65}@a.example\n", "more than 64 bytes stand before the @"),
        ("title: x\n", "morning.yaml:1: the key 'feeds' is missing"),
        ("feeds: [\n", "morning.yaml:2: not valid YAML"),
        ("just words\n", "morning.yaml:1: expected keys such as feeds:"),
        (
            "feeds:\n - url: https://a.example/\n   topic: Sprot\ntopics: [Sport]\n",
            "topic 'Sprot' is not in topics; did you mean 'Sport'?",
        ),
    ],
)
def test_complaints_name_the_line_and_the_remedy(text: str, expected: str, tmp_path: Path) -> None:
    assert expected in complaint(text, tmp_path)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    assert len(complaint(MINIMAL + "windw: 1h\nlangage: en\n", tmp_path).splitlines()) == 2


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; copy the example"):
        load(tmp_path / "absent.yaml")


def test_variables_are_expanded_after_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value from the environment can never change the structure of the file."""
    monkeypatch.setenv("TITLE", "Mine\nfeeds: []")
    assert settings(MINIMAL + "title: ${TITLE}\n", tmp_path).title == "Mine\nfeeds: []"
    assert settings(MINIMAL + "title: $${TITLE} costs $5\n", tmp_path).title == "${TITLE} costs $5"


def test_a_readable_secret_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "morning.yaml"
    path.write_text(MINIMAL + "smtp: {host: h, username: u, password: canary}\n")
    path.chmod(0o644)
    with pytest.raises(
        ConfigError, match=r"morning.yaml:3: smtp.password: others can read this secret: run  chmod 600"
    ) as caught:
        load(path)
    assert "canary" not in str(caught.value)
    path.chmod(0o600)
    loaded = load(path)
    assert loaded.smtp is not None
    assert "canary" not in repr(loaded)


def test_no_complaint_repeats_a_secret(tmp_path: Path) -> None:
    words = complaint(
        MINIMAL + "smtp: {host: h, username: u, password: canary, password_file: x, port: canary}\n", tmp_path
    )
    assert "canary" not in words


def test_the_day_is_local(tmp_path: Path) -> None:
    kyiv = settings(MINIMAL + "timezone: Europe/Kyiv\n", tmp_path)
    assert kyiv.day(datetime(2024, 11, 8, 22, 30, tzinfo=UTC)) == date(2024, 11, 9)


def test_each_address_once(tmp_path: Path) -> None:
    twice = settings("feeds: [https://a.example/f, https://a.example/f]\n", tmp_path)
    assert [source.url for source in twice.sources] == ["https://a.example/f"]
    assert "stands here twice" in complaint(MINIMAL + "recipients: [a@example.org, A@example.org]\n", tmp_path)


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_a_config_error(text: str) -> None:
    """Whatever stands in the file, the complaint names it and a line."""
    said = None
    try:
        parse(text, Path("/nowhere/x.yaml"))
    except ConfigError as error:
        said = str(error)
    assert said is None or said.startswith("x.yaml:")


def test_an_address_with_dots_that_need_quotes_can_be_written(tmp_path: Path) -> None:
    """Japanese mobile addresses have them."""
    (recipient,) = settings(MINIMAL + "recipients: ['\"a..b.\"@docomo.example']\n", tmp_path).recipients
    assert recipient.mailbox == ("", '"a..b."@docomo.example')
