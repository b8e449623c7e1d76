"""Asking for feeds over HTTP, from a server that does everything servers do."""

import asyncio
import gzip
import os
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from digest.config import GatherSettings
from digest.gather import fetch
from digest.model import FeedFailure, FeedSource, FeedState, Fetched, Unchanged
from digest.web.client import Client, Limits
from tests.gather.conftest import NOW, Reader
from tests.gather.server import Request, Server, Step, answer, rss, running

DAY = timedelta(days=1)


def titles(result: object) -> list[str]:
    assert isinstance(result, Fetched), result
    return [entry.title for entry in result.entries]


# ---------------------------------------------------------------- what is sent


def test_a_true_user_agent_and_only_what_can_be_undone_is_asked_for(server: Server, reader: Reader) -> None:
    reader.limits = GatherSettings(contact="https://reader.example/bot")
    assert titles(reader.one(server.on("/f", answer("200 OK", rss(1)))))
    (request,) = server.hits("/f")
    assert request["user-agent"].startswith("digest/")
    assert "https://reader.example/bot" in request["user-agent"]
    assert request["accept-encoding"] == "gzip, deflate"
    reader.limits = GatherSettings()
    reader.one(server.on("/g", answer("200 OK", rss(1))))
    assert "+" not in server.hits("/g")[0]["user-agent"]  # no address that is nobody's


def test_validators_come_back_and_a_304_is_a_success(server: Server, reader: Reader) -> None:
    def script(request: Request) -> list[Step]:
        if request.get("if-none-match") == '"v1"' and "if-modified-since" in request:
            return answer("304 Not Modified", etag='"v1"')
        return answer("200 OK", rss(1), etag='"v1"', last_modified="Mon, 09 Mar 2026 08:00:00 GMT")

    url = server.on("/f", script)
    assert titles(reader.one(url)) == ["1 story of A feed"]
    second = reader.one(url, NOW + DAY)
    assert isinstance(second, Unchanged)
    assert second.asked
    assert second.state.last_ok == NOW + DAY


def test_the_same_body_under_a_new_etag_is_unchanged(server: Server, reader: Reader) -> None:
    url = server.on("/f", lambda _: answer("200 OK", rss(1), etag=f'"{len(server.asked)}"'))
    reader.one(url)
    assert isinstance(reader.one(url, NOW + DAY), Unchanged)


@pytest.mark.parametrize(
    ("headers", "asked_again_after"),
    [
        ({"cache_control": "max-age=7200"}, timedelta(hours=2)),
        ({"cache_control": "max-age=7200", "age": "3600"}, timedelta(hours=1)),
        ({"cache_control": "public, max-age=900000"}, timedelta(hours=6)),
        ({"expires": "Mon, 09 Mar 2026 14:00:00 GMT", "date": "Mon, 09 Mar 2026 12:00:00 GMT"}, timedelta(hours=2)),
        ({"cache_control": "no-cache, max-age=7200"}, timedelta(0)),
        ({}, timedelta(0)),
    ],
)
def test_max_age_is_honoured_within_reason(
    server: Server, reader: Reader, headers: dict[str, str], asked_again_after: timedelta
) -> None:
    url = server.on("/f", answer("200 OK", rss(1), **headers))
    reader.one(url)
    if asked_again_after:
        early = reader.one(url, NOW + asked_again_after - timedelta(minutes=5))
        assert isinstance(early, Unchanged)
        assert not early.asked
    assert len(server.asked) == 1
    reader.one(url, NOW + asked_again_after + timedelta(seconds=1))
    assert len(server.asked) == 2


def test_secrets_stay_with_their_origin(server: Server, reader: Reader) -> None:
    secret = FeedSource(
        server.on("/private", answer("302 Found", location=server.url("/elsewhere", "127.0.0.2"))),
        headers=(("X-Token", "s3cret"),),
        auth=("me", "pass"),
        cookies=(("session", "abc"),),
    )
    server.on("/elsewhere", answer("200 OK", rss(1)))
    assert titles(reader.one(secret))
    (first,), (second,) = server.hits("/private"), server.hits("/elsewhere")
    assert first["x-token"] == "s3cret"
    assert first["authorization"].startswith("Basic ")
    assert first["cookie"] == "session=abc"
    assert not {"x-token", "authorization", "cookie"} & second.keys()


def test_name_and_password_inside_the_address_are_a_login(server: Server, reader: Reader) -> None:
    server.on("/f", answer("200 OK", rss(1)))
    reader.one(f"http://me:p%40ss@127.0.0.1:{server.port}/f")
    assert server.hits("/f")[0]["authorization"] == "Basic bWU6cEBzcw=="


def test_a_403_gets_one_more_try_as_a_browser_would_ask(server: Server, reader: Reader) -> None:
    def script(request: Request) -> list[Step]:
        return answer("200 OK", rss(1)) if "xhtml" in request["accept"] else answer("403 Forbidden")

    assert titles(reader.one(server.on("/picky", script)))
    failure = reader.one(server.on("/closed", answer("403 Forbidden")))
    assert isinstance(failure, FeedFailure)
    assert "403" in failure.reason
    assert len(server.hits("/closed")) == 2


# ---------------------------------------------------------------- statuses


@pytest.mark.parametrize(
    ("status", "stage", "word"),
    [
        ("401 Unauthorized", "http", "login"),
        ("404 Not Found", "http", "not there"),
        ("410 Gone", "http", "gone"),
        ("418 Teapot", "http", "418"),
        ("204 No Content", "http", "204"),
    ],
)
def test_other_statuses_are_told_and_not_repeated(
    server: Server, reader: Reader, status: str, stage: str, word: str
) -> None:
    failure = reader.one(server.on("/f", answer(status)))
    assert isinstance(failure, FeedFailure)
    assert failure.stage == stage
    assert word in failure.reason
    assert failure.state.failures == 1
    assert len(server.asked) == 1


def test_a_410_is_remembered_and_asked_about_again_after_a_week(server: Server, reader: Reader) -> None:
    url = server.on("/f", answer("410 Gone"))
    reader.one(url)
    again = reader.one(url, NOW + DAY)
    assert isinstance(again, FeedFailure)
    assert again.state.gone
    assert len(server.asked) == 1
    server.on("/f", answer("200 OK", rss(1)))
    back = reader.one(url, NOW + 8 * DAY)
    assert isinstance(back, Fetched)
    assert not back.state.gone


def test_a_server_error_is_tried_again_and_then_told(server: Server, reader: Reader) -> None:
    troubled = server.on("/f", lambda _: answer("200 OK", rss(1)) if len(server.asked) > 2 else answer("502 Bad"))
    assert titles(reader.one(troubled))
    assert len(server.asked) == 3
    failure = reader.one(server.on("/g", answer("500 Oops")))
    assert isinstance(failure, FeedFailure)
    assert "500" in failure.reason
    assert len(server.hits("/g")) == 3


@pytest.mark.parametrize(("chance", "pauses"), [(0.0, [0.25, 0.5]), (0.5, [0.5, 1.0]), (1.0, [0.75, 1.5])])
def test_pauses_before_another_try_grow_and_are_not_the_same_for_everybody(
    server: Server, monkeypatch: pytest.MonkeyPatch, chance: float, pauses: list[float]
) -> None:
    """A thousand readers that a server's trouble has turned away must not come back in the same moment."""
    slept: list[float] = []
    sleep = asyncio.sleep

    async def at_once(seconds: float) -> None:
        if seconds:
            slept.append(seconds)
        await sleep(0)

    async def ask() -> fetch.Got | fetch.Missed:
        limits = Limits(total=5.0)
        async with Client("test", limits, allowed=lambda _: False) as client:
            web = fetch.HttpFetcher(client, limits, per_host=2, at_once=8, chance=lambda: chance)
            url = server.on("/f", answer("500 Oops"))
            return await web.fetch(fetch.Request(FeedSource(url), FeedState(url)), NOW)

    monkeypatch.setattr(asyncio, "sleep", at_once)
    assert isinstance(asyncio.run(ask()), fetch.Missed)
    assert slept == pauses
    assert len(server.hits("/f")) == 3


def test_retry_after_is_obeyed_across_runs_and_for_the_whole_host(server: Server, reader: Reader) -> None:
    reader.limits = GatherSettings(per_host=1)
    first = server.on("/a", answer("429 Too Many", retry_after="3600"))
    second = server.on("/b", answer("200 OK", rss(1)))
    results = reader.gather(first, second)
    assert all(isinstance(one, FeedFailure) for one in results)
    assert [len(server.hits(path)) for path in ("/a", "/b")] == [1, 0]
    early = reader.one(first, NOW + timedelta(minutes=50))
    assert isinstance(early, Unchanged)
    assert not early.asked
    reader.one(first, NOW + timedelta(minutes=61))
    assert len(server.hits("/a")) == 2


@pytest.mark.parametrize(
    "value", ["\u00b2", "9" * 5000, "-1", "Mon, 99 Foo 2026", "Mon, 09 Mar 2026 11:00:00 GMT", "1e9", ""]
)
def test_an_odd_retry_after_is_no_reason_to_wait_for_ever(server: Server, reader: Reader, value: str) -> None:
    url = server.on("/f", answer("429 Too Many", retry_after=value))
    failure = reader.one(url)
    assert isinstance(failure, FeedFailure)
    assert failure.state.next_due is None or failure.state.next_due <= NOW + DAY


def test_a_short_retry_after_is_waited_for(server: Server, reader: Reader) -> None:
    def script(_: Request) -> list[Step]:
        return answer("200 OK", rss(1)) if len(server.asked) > 1 else answer("503 Busy", retry_after="1")

    assert titles(reader.one(server.on("/f", script)))


# ---------------------------------------------------------------- redirects


def test_a_temporary_redirect_is_followed_and_forgotten(server: Server, reader: Reader) -> None:
    server.on("/new", answer("200 OK", rss(1)))
    url = server.on("/old", answer("307 Temporary", location="/new"))
    result = reader.one(url)
    assert isinstance(result, Fetched)
    assert not result.state.moved_to


@pytest.mark.parametrize("status", ["301 Moved Permanently", "308 Permanent Redirect"])
def test_a_permanent_redirect_is_believed_after_three_days_and_told(
    server: Server, reader: Reader, status: str
) -> None:
    server.on("/new", lambda _: answer("200 OK", rss(len(server.asked))))
    url = server.on("/old", answer(status, location="/new"))
    for hour in range(3):  # often on one day is not often enough
        assert not any("moved" in note for note in reader.one(url, NOW + timedelta(hours=hour)).notes)  # type: ignore[union-attr]  # fetched: the body differs
    reader.one(url, NOW + DAY)
    third = reader.one(url, NOW + 2 * DAY)
    assert isinstance(third, Fetched)
    assert f"url: {server.url('/new')}" in " ".join(third.notes)
    before = len(server.hits("/old"))
    assert isinstance(reader.one(url, NOW + 3 * DAY), Fetched)
    assert len(server.hits("/old")) == before
    server.on("/new", answer("404 Not Found"))  # the new address was no good after all
    assert isinstance(reader.one(url, NOW + 4 * DAY), FeedFailure)
    reader.one(url, NOW + 5 * DAY)
    assert len(server.hits("/old")) == before + 1


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/f", "javascript:1", "http://[::bad", "/loop"]
)
def test_bad_redirects_end_in_a_failure(server: Server, reader: Reader, location: str) -> None:
    failure = reader.one(server.on("/loop", answer("302 Found", location=location)))
    assert isinstance(failure, FeedFailure)
    assert failure.stage in ("http", "address")
    assert len(server.asked) <= 12


def test_a_cookie_wall_ends(server: Server, reader: Reader) -> None:
    url = server.on("/wall", answer("302 Found", location="/wall", set_cookie="a=1"))
    assert isinstance(reader.one(url), FeedFailure)

    def polite(request: Request) -> list[Step]:
        passed = "a=1" in request.get("cookie", "")
        return answer("200 OK", rss(1)) if passed else answer("302 Found", location="/p", set_cookie="a=1")

    assert titles(reader.one(server.on("/p", polite)))


def test_a_public_host_may_not_lead_to_a_private_one(server: Server, reader: Reader) -> None:
    reader.public = ("127.0.0.1",)
    server.on("/inside", answer("200 OK", rss(1)))
    led = reader.one(server.on("/out", answer("302 Found", location=server.url("/inside", "127.0.0.2"))))
    assert isinstance(led, FeedFailure)
    assert "private" in led.reason
    assert not server.hits("/inside")
    assert titles(reader.one(server.url("/inside", "127.0.0.2")))  # what the user wrote may be anywhere


def test_a_page_may_not_name_a_feed_in_a_private_network(server: Server, reader: Reader) -> None:
    reader.public = ("127.0.0.1",)
    inside = server.url("/inside", "127.0.0.2")
    server.on("/inside", answer("200 OK", rss(1)))
    page = f'<html><head><link rel="alternate" type="application/rss+xml" href="{inside}"></head></html>'.encode()
    assert isinstance(reader.one(server.on("/page", answer("200 OK", page))), FeedFailure)
    assert not server.hits("/inside")


@pytest.mark.parametrize(
    "header",
    [
        b'ETag: "\xc3\xa9\xe2\x98\x83"',
        b"ETag: \xe9",
        b"Last-Modified: \xe9t\xe9",
        b'ETag: "a\tb"',
        b"ETag: " + b"x" * 5000,
        b"Expires: \xff",
        b"Cache-Control: max-age=99999999999999999999",
        b"Age: \xb2\r\nCache-Control: max-age=1",
        b"Age: " + b"9" * 5000 + b"\r\nCache-Control: max-age=9",
        b"Content-Type: text/xml; charset=\xe9",
        b"Content-Type: text/xml; charset=" + b"x" * 5000,
    ],
)
def test_no_header_of_a_server_stops_a_gather(server: Server, reader: Reader, header: bytes) -> None:
    good = server.on("/good", lambda _: answer("200 OK", rss(len(server.asked))))
    odd = server.on("/f", [b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n" + rss(1)])
    for n in range(2):
        first, second = reader.gather(odd, good, now=NOW + n * DAY)
        assert not isinstance(first, FeedFailure)
        assert isinstance(second, Fetched)


@pytest.mark.parametrize(
    "header",
    [
        b"Location: http://127.0.0.1:99999/",
        b"Location: http://127.0.0.1:0/",
        b"Location: //",
        b"Location: \xe9",
        b"Location: http://\xe9\x7f/",
        b"Location: http://" + b"a" * 300 + b"/",
        b"Location: mailto:x",
        b"Location: /f\r\nSet-Cookie: a=\xc3\xa9\xe2\x98\x83",
        b"Location: /f\r\nSet-Cookie: a=\xe9",
        b'Location: /f\r\nSet-Cookie: a="x\ty"',
        b"Location: /f\r\nSet-Cookie: =",
        b"Location: /f\r\nSet-Cookie: a=b; expires=\xff; domain=.; path=\xe9",
    ],
)
def test_no_redirect_stops_a_gather(server: Server, reader: Reader, header: bytes) -> None:
    good = server.on("/good", answer("200 OK", rss(1)))
    server.on("/f", answer("200 OK", rss(2)))
    odd = server.on("/r", [b"HTTP/1.1 302 Found\r\n" + header + b"\r\n\r\n"])
    first, second = reader.gather(odd, good)
    assert isinstance(first, Fetched if b"Cookie" in header else FeedFailure)
    assert isinstance(second, Fetched)


def test_what_the_user_wrote_beside_a_feed_is_sent_or_refused_in_words(server: Server, reader: Reader) -> None:
    good = server.on("/good", answer("200 OK", rss(1)))
    url = server.on("/f", answer("200 OK", rss(1)))
    sent = FeedSource(url, user_agent="Täglich ☃", headers=(("X", "é☃"),), cookies=(("a", "é☃"),), auth=("é", "☃"))
    assert all(isinstance(one, Fetched) for one in reader.gather(sent, good))
    assert server.hits("/f")[0]["x"].encode("latin-1").decode() == "é☃"
    for wrong in (
        FeedSource(url, headers=(("X-Ä", "1"),)),
        FeedSource(url, headers=(("X Y", "1"),)),
        FeedSource(url, headers=(("X", "1\r\nY: 2"),)),
        FeedSource(url, cookies=(("a", "1\r\nY: 2"),)),
        FeedSource(url, user_agent="a\nb"),
    ):
        failure, fine = reader.gather(wrong, good)
        assert isinstance(failure, FeedFailure)
        assert "cannot be sent" in failure.reason
        assert not isinstance(fine, FeedFailure)


@pytest.mark.parametrize(
    "url", ["http://", "http://[", "http://a b/", "http://127.0.0.1:99999/", "http://%zz/", "http://./"]
)
def test_no_address_stops_a_gather(server: Server, reader: Reader, url: str) -> None:
    failure, fine = reader.gather(url, server.on("/good", answer("200 OK", rss(1))))
    assert isinstance(failure, FeedFailure)
    assert isinstance(fine, Fetched)


# ---------------------------------------------------------------- bodies


def test_a_wrong_media_type_and_a_wrong_charset_do_no_harm(server: Server, reader: Reader) -> None:
    body = rss(1, title="Café €")
    url = server.on("/f", answer("200 OK", body, content_type="text/html; charset=ISO-8859-1"))
    assert titles(reader.one(url)) == ["1 story of Café €"]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
        ("", gzip.compress),  # gzip that no header speaks of
    ],
)
def test_compressed_bodies(server: Server, reader: Reader, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    url = server.on("/f", answer("200 OK", pack(rss(1)), content_encoding=encoding))
    assert titles(reader.one(url)) == ["1 story of A feed"]


def _ten_gigabytes() -> bytes:
    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 1_000_000
    return b"".join([*(squeezed.compress(block) for _ in range(200)), squeezed.flush()])


@pytest.mark.parametrize(
    ("body", "headers", "word"),
    [
        (_ten_gigabytes(), {"content_encoding": "gzip"}, "larger than"),
        (gzip.compress(gzip.compress(b" " * 60_000_000)), {"content_encoding": "gzip, gzip"}, "larger than"),
        (gzip.compress(rss(1)), {"content_encoding": "gzip, gzip, gzip, gzip"}, "many times"),
        (b"\x1b" * 50, {"content_encoding": "br"}, "not asked for"),
        (b"garbage", {"content_encoding": "gzip"}, "damaged"),
        (b"x", {"content_length": "99999999999"}, "larger than"),
        (b"", {}, "empty"),
        (b"\0\1\2\3 nonsense", {}, "not a feed"),
        (b'{"error": "no"}', {"content_type": "application/json"}, "JSON"),
    ],
)
def test_bodies_that_are_no_feed_cost_only_themselves(
    server: Server, reader: Reader, body: bytes, headers: dict[str, str], word: str
) -> None:
    good = server.on("/good", answer("200 OK", rss(1)))
    failure, fine = reader.gather(server.on("/f", answer("200 OK", body, **headers)), good)
    assert isinstance(failure, FeedFailure)
    assert word in failure.reason
    assert isinstance(fine, Fetched)


def test_an_endless_body_ends(server: Server, reader: Reader) -> None:
    reader.limits = GatherSettings(max_bytes=1_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    failure = reader.one(server.on("/f", [head, *[b" " * 65536] * 400]))
    assert isinstance(failure, FeedFailure)
    assert "larger than 1 MB" in failure.reason


def test_a_cut_body_is_used_told_and_fetched_again(server: Server, reader: Reader) -> None:
    whole = rss(1, 2, 3)
    head = f"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: {len(whole)}\r\n\r\n".encode()
    url = server.on("/f", [head, whole[:-60]])
    result = reader.one(url)
    assert titles(result)[:2] == ["1 story of A feed", "2 story of A feed"]
    assert isinstance(result, Fetched)
    assert any("cut" in note for note in result.notes)
    assert not result.state.etag
    assert not result.state.body_hash


# ---------------------------------------------------------------- silence, slowness, TLS


def test_dead_and_slow_servers_are_given_up_in_time_and_the_rest_is_stored(server: Server, reader: Reader) -> None:
    reader.limits = GatherSettings(timeout=timedelta(seconds=1.5), connect_timeout=timedelta(seconds=1))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    trickle: list[Step] = [b"<", 0.2] * 100
    silent = server.on("/silent", [30.0])
    slow = server.on("/slow", [head, *trickle])
    reset = server.on("/reset", [None])
    good = [server.on(f"/good{n}", answer("200 OK", rss(n))).replace("127.0.0.1", "127.0.0.2") for n in range(5)]
    started = time.monotonic()
    results = reader.gather(silent, slow, reset, "http://127.0.0.1:1/closed", *good)
    assert time.monotonic() - started < 3.5
    assert [type(one) for one in results] == [FeedFailure] * 4 + [Fetched] * 5
    reasons = [one.reason for one in results if isinstance(one, FeedFailure)]
    assert "did not finish" in reasons[0]
    assert "did not finish" in reasons[1]
    assert "lost" in reasons[2] or "cut" in reasons[2] or "no connection" in reasons[2]
    assert "no connection" in reasons[3]


def test_a_host_that_answers_nobody_is_not_asked_for_each_of_its_feeds(server: Server, reader: Reader) -> None:
    reader.limits = GatherSettings(timeout=timedelta(seconds=1), per_host=2)
    feeds = [server.on(f"/{n}", [30.0]) for n in range(12)]
    started = time.monotonic()
    assert all(isinstance(one, FeedFailure) for one in reader.gather(*feeds))
    assert time.monotonic() - started < 4


def test_few_at_once_to_a_host_and_many_in_all(server: Server, reader: Reader) -> None:
    feeds = []
    for n in range(12):
        server.on(f"/{n}", [0.1, *answer("200 OK", rss(n))])
        feeds += [server.url(f"/{n}", host) for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3")]
    assert all(isinstance(one, Fetched) for one in reader.gather(*feeds))
    assert max(server.most.values()) <= 2
    assert sum(server.most.values()) >= 4


def test_certificates_are_verified_and_a_ca_file_is_believed(reader: Reader, tmp_path: Path) -> None:
    import ssl

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with running(context) as server:
        url = server.on("/f", answer("200 OK", rss(1)))
        failure = reader.one(url)
        assert isinstance(failure, FeedFailure)
        assert "certificate" in failure.reason
        assert "ca_file" in failure.advice
        assert titles(reader.one(FeedSource(url, ca_file=str(tmp_path / "ca.pem"))))


def test_a_proxy_from_the_environment_is_used(server: Server, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url("/"))
    monkeypatch.setenv("no_proxy", "")
    server.on("http://feeds.example/f", answer("200 OK", rss(1)))
    assert titles(reader.one("http://feeds.example/f"))
    server.on("http://feeds.example/r", answer("302 Found", location="http://192.168.1.1/f"))
    failure = reader.one("http://feeds.example/r")
    assert isinstance(failure, FeedFailure)
    assert not server.hits("http://192.168.1.1/f")


def test_https_goes_through_its_proxy_and_some_hosts_past_it(
    server: Server, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://me:pass@127.0.0.1:{server.port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.on("feeds.example:443", answer("403 Forbidden"))
    failure = reader.one("https://feeds.example/f")
    assert isinstance(failure, FeedFailure)
    assert "proxy" in failure.reason
    assert server.hits("feeds.example:443")[0]["proxy-authorization"] == "Basic bWU6cGFzcw=="
    assert titles(reader.one(server.on("/f", answer("200 OK", rss(1)))))


LINES = st.tuples(
    st.sampled_from(
        ["Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "ETag", "Last-Modified", "Cache-Control",
         "Expires", "Date", "Age", "Retry-After", "Location", "Set-Cookie", "Connection", "Upgrade", "X"]
    ),
    st.sampled_from(
        [b"", b"0", b"10", b"-1", b"9" * 5000, b"text/xml; charset=utf-7", b"text/html", b"gzip", b"br", b"chunked", b'W/"\xff"',
         b"Fri, 31 Dec 9999 23:59:59 GMT", b"Sun, 99 Foo 9999 99:99:99", b"max-age=3600", b"max-age=x, s-maxage=1", b"/0", b"//x",
         b"http://[::1]:1/", b"\xe9\xff", b"a=b; path=/; domain=127.0.0.1", b"close", b"h2c", b"0,0", b"a\x01b", b"1e3", b"\xb2"]
    ) | st.binary(max_size=12).map(lambda one: one.replace(b"\n", b"")),
)  # fmt: skip
ANSWERS = st.tuples(
    st.sampled_from([b"HTTP/1.1 ", b"HTTP/1.0 ", b"HTTP/2 ", b"ICY ", b""]),
    st.sampled_from([b"200 OK", b"200", b"200 \xff", b"204 x", b"206 x", b"300 x", b"301 x", b"302 x", b"304 x", b"308 x", b"401 x",
                     b"403 x", b"410 x", b"451 x", b"600 x", b"099 x", b"100 Continue", b"101 x", b"abc"]),
    st.lists(LINES, max_size=5),
    st.sampled_from([b"", rss(1), rss(1)[:200], gzip.compress(rss(1)), b"\0" * 100, b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n",
                     b"<html><link rel=alternate type=application/rss+xml href=/0>", b"\xff\xfe<\0"]),
)  # fmt: skip


@pytest.mark.acceptance
@given(st.lists(ANSWERS, min_size=8, max_size=8))
def test_no_answer_at_all_stops_a_gather(answers: list[tuple[bytes, bytes, list[tuple[str, bytes]], bytes]]) -> None:
    reader = Reader(GatherSettings(timeout=timedelta(seconds=4), read_timeout=timedelta(seconds=2), per_host=8))
    with running() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetch, "PAUSE", 0.001)  # hundreds of answers, many of them worth a second try
        good = server.on("/good", answer("200 OK", rss(1)))
        urls = []
        for number, (version, status, lines, body) in enumerate(answers):
            head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in lines)
            urls.append(server.on(f"/{number}", [version + status + b"\r\n" + head + b"\r\n" + body]))
        for n in range(3):
            results = reader.gather(good, *urls, now=NOW + n * DAY)
            assert not isinstance(results[0], FeedFailure)
            for one in results:
                assert isinstance(one, Fetched | Unchanged) or (one.reason and "\n" not in one.reason + one.advice)


# ---------------------------------------------------------------- pages and files


def test_a_page_in_place_of_a_feed_is_answered_by_the_feed_it_names(server: Server, reader: Reader) -> None:
    page = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/real"></head></html>'
    server.on("/real", answer("200 OK", rss(1)))
    result = reader.one(server.on("/", answer("200 OK", page, content_type="text/html")))
    assert titles(result)
    assert isinstance(result, Fetched)
    assert any(server.url("/real") in note for note in result.notes)


def test_a_page_without_a_feed_says_so(server: Server, reader: Reader) -> None:
    failure = reader.one(server.on("/", answer("200 OK", b"<html><body>Checking your browser</body></html>")))
    assert isinstance(failure, FeedFailure)
    assert failure.stage == "parse"
    assert "web page" in failure.reason


def test_the_same_feed_at_two_addresses_gives_equal_keys(server: Server, reader: Reader) -> None:
    first, second = reader.gather(*(server.on(path, answer("200 OK", rss(1, 2))) for path in ("/a", "/b")))
    assert isinstance(first, Fetched)
    assert isinstance(second, Fetched)
    assert [entry.url_key for entry in first.entries] == [entry.url_key for entry in second.entries]


def test_files_are_feeds_too(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(1))
    assert titles(reader.one(str(path)))
    assert isinstance(reader.one(str(path), NOW + DAY), Unchanged)
    assert isinstance(reader.one(str(tmp_path / "none.xml")), FeedFailure)
    assert isinstance(reader.one(str(tmp_path)), FeedFailure)


def test_files_that_are_none_or_too_large_are_told(reader: Reader, tmp_path: Path) -> None:
    reader.limits = GatherSettings(max_bytes=10_000)
    large, pipe, odd = tmp_path / "large.xml", tmp_path / "pipe", tmp_path / ("n" * 300)
    large.write_bytes(rss(*range(100)))
    os.mkfifo(pipe)
    wanted = {
        str(large): "larger than 0.01 MB",
        str(pipe): "not a file",
        "/dev/zero": "not a file",
        str(odd): "too long",
    }
    for path, words in wanted.items():
        failure = reader.one(path)
        assert isinstance(failure, FeedFailure)
        assert words in failure.reason
        assert failure.advice


def test_a_feeds_own_timeout_counts(server: Server, reader: Reader) -> None:
    url = server.on("/slow", [1.2, *answer("200 OK", rss(1))])
    assert isinstance(reader.one(FeedSource(url, timeout=0.5)), FeedFailure)
    reader.limits = GatherSettings(timeout=timedelta(seconds=0.5))
    assert titles(reader.one(FeedSource(url, timeout=5)))


def test_a_long_retry_after_of_a_troubled_server_is_kept_to(server: Server, reader: Reader) -> None:
    url = server.on("/f", answer("503 Busy", retry_after="3600"))
    reader.one(url)
    assert len(server.asked) == 1
    assert not getattr(reader.one(url, NOW + timedelta(minutes=59)), "asked", True)
    reader.one(url, NOW + timedelta(minutes=61))
    assert len(server.asked) == 2


def test_what_was_lost_between_two_visits_is_told(server: Server, reader: Reader) -> None:
    url = server.on("/f", answer("200 OK", rss(1, 2, date="Sun, 08 Mar 2026 08:00:00 GMT")))
    reader.one(url, NOW - DAY)
    server.on("/f", answer("200 OK", rss(8, 9, date="Mon, 09 Mar 2026 08:00:00 GMT")))
    result = reader.one(url)
    assert isinstance(result, Fetched)
    assert "more often" in " ".join(result.notes)
    assert result.state.overrun == NOW
    assert "more often" in result.state.advice


def test_a_flood_is_held_back_and_told_until_the_next_visit(server: Server, reader: Reader) -> None:
    url = server.on("/f", answer("200 OK", rss(1)))
    reader.one(url)
    server.on("/f", answer("200 OK", rss(*range(1000, 1400))))
    flood = reader.one(url, NOW + DAY)
    assert isinstance(flood, Fetched)
    assert sum(one.held for one in flood.entries) > 300
    assert "held back" in " ".join(flood.notes)
    assert "held back" in flood.state.advice
    later = reader.one(url, NOW + 2 * DAY)
    assert not isinstance(later, FeedFailure)
    assert not later.state.advice


def test_a_feed_that_calls_everything_new_sends_nothing_again(server: Server, reader: Reader) -> None:
    first = rss(*range(50))
    url = server.on("/f", answer("200 OK", first))
    assert len(titles(reader.one(url))) == 50
    for changed in (
        first.replace(b">g", b">tag:feed.example,2026:"),  # other guids
        first.replace(b"https://feed.example/", b"http://www.feed.example/"),  # other addresses
        first.replace(b"</link><guid", b"?utm_source=rss</link><guid"),
    ):
        server.on("/f", answer("200 OK", changed))
        reader.one(url, NOW + DAY)
        assert len(reader.entries[url]) == 50


def test_no_secret_of_an_address_reaches_a_reason(server: Server, reader: Reader) -> None:
    scripts: list[list[Step]] = [[None], answer("404 Not Found"), answer("200 OK", b"<html>")]
    for script in (*scripts, answer("302 Found", location="ftp://x")):
        server.on("/f?token=s3cr3t", script)
        failure = reader.one(f"http://user:s3cr3t@127.0.0.1:{server.port}/f?token=s3cr3t")
        assert isinstance(failure, FeedFailure)
        assert "s3cr3t" not in failure.reason + failure.advice + failure.state.last_error
