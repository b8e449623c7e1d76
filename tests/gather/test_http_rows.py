"""Every row of the corpus's list of HTTP scenarios, played by a server on loopback."""

import csv
import gzip
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from digest.config import GatherSettings
from digest.model import FeedFailure, FeedSource, Fetched, FetchResult, Unchanged
from tests.gather.conftest import NOW, Reader
from tests.gather.server import Request, Server, Step, answer, rss, running

DAY = timedelta(days=1)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"


@dataclass
class Stage:
    """What a scenario has at hand."""

    server: Server
    reader: Reader
    folder: Path
    patch: pytest.MonkeyPatch


def titles(result: FetchResult) -> list[str]:
    assert isinstance(result, Fetched), result
    return [entry.title for entry in result.entries]


def failed(result: FetchResult, *words: str) -> FeedFailure:
    assert isinstance(result, FeedFailure), result
    for word in words:
        assert word in f"{result.reason}; {result.advice}"
    return result


ONE = ["1 story of A feed"]

# ---------------------------------------------------------------- the rows, in the order of the list


def wrong_media_type(at: Stage) -> None:
    assert titles(at.reader.one(at.server.on("/f", answer("200 OK", rss(1), content_type="text/html")))) == ONE


def wrong_charset(at: Stage) -> None:
    body = rss(1, title="Café à Zürich")
    url = at.server.on("/f", answer("200 OK", body, content_type="application/xml; charset=ISO-8859-1"))
    assert titles(at.reader.one(url)) == ["1 story of Café à Zürich"]


def moved_for_good(at: Stage) -> None:
    at.server.on("/new", lambda _: answer("200 OK", rss(len(at.server.asked))))
    url = at.server.on("/old", answer("301 Moved Permanently", location="/new"))
    results = [at.reader.one(url, NOW + n * DAY) for n in range(3)]
    assert all(titles(one) for one in results)
    said = [" ".join(one.notes) for one in results if isinstance(one, Fetched)]
    assert f"write in config.yaml:  url: {at.server.url('/new')}" in said[2]
    assert not any("url:" in words for words in said[:2])  # a captive portal does not last three days


def moved_for_now(at: Stage) -> None:
    at.server.on("/new", lambda _: answer("200 OK", rss(len(at.server.asked))))
    for status in ("302 Found", "303 See Other", "307 Temporary Redirect"):
        url = at.server.on(f"/{status[:3]}", answer(status, location="/new"))
        for n in range(4):
            result = at.reader.one(url, NOW + n * DAY)
            assert isinstance(result, Fetched)
            assert not result.state.moved_to
            assert not any("moved" in note for note in result.notes)
        assert len(at.server.hits(f"/{status[:3]}")) == 4


def redirect_loop(at: Stage) -> None:
    for n in range(20):
        at.server.on(f"/{n}", answer("302 Found", location=f"/{n + 1}"))
    at.server.on("/20", answer("200 OK", rss(1)))
    failed(at.reader.one(at.server.url("/0")), "redirect")
    assert len(at.server.asked) <= 11
    before = len(at.server.asked)
    failed(at.reader.one(at.server.on("/loop", answer("301 Moved", location="/loop"))), "redirect")
    assert len(at.server.asked) <= before + 11


def unsafe_redirect(at: Stage) -> None:
    secret = at.folder / "secret.xml"
    secret.write_bytes(rss(1, title="secret"))
    at.reader.public = ("127.0.0.1",)
    at.server.on("/inside", answer("200 OK", rss(1)))
    for number, location in enumerate(
        (
            secret.as_uri(),
            "ftp://127.0.0.1/f",
            "data:text/xml,x",
            at.server.url("/inside", "127.0.0.2"),
        )
    ):
        failed(at.reader.one(at.server.on(f"/{number}", answer("302 Found", location=location))), "redirects to")
    assert not at.server.hits("/inside")
    authority = trustme.CA()
    with encrypted(authority, at.folder) as (server, ca_file):  # to plain http: followed, and no secret goes along
        at.server.on("/plain", answer("200 OK", rss(1)))
        down = server.on("/f", answer("302 Found", location=at.server.url("/plain")))
        source = FeedSource(down, headers=(("X-Token", "s3cret"),), auth=("me", "pass"), ca_file=ca_file)
        assert titles(at.reader.one(source)) == ONE
    (request,) = at.server.hits("/plain")
    assert not {"x-token", "authorization"} & request.keys()


def not_modified(at: Stage) -> None:
    def script(request: Request) -> list[Step]:
        same = request.get("if-none-match") == '"1"' and request.get("if-modified-since") == STAMP
        return answer("304 Not Modified") if same else answer("200 OK", rss(1), etag='"1"', last_modified=STAMP)

    url = at.server.on("/f", script)
    assert titles(at.reader.one(url)) == ONE
    for n in (1, 2, 3):  # a 304 without validators does not make us forget them
        again = at.reader.one(url, NOW + n * DAY)
        assert isinstance(again, Unchanged)
        assert again.state.last_ok == NOW + n * DAY
        assert not again.state.failures


STAMP = "Mon, 09 Mar 2026 08:00:00 GMT"


def useless_validator(at: Stage) -> None:
    url = at.server.on("/f", lambda _: answer("200 OK", rss(1), etag=f'"{len(at.server.asked)}"'))
    assert titles(at.reader.one(url)) == ONE
    assert isinstance(at.reader.one(url, NOW + DAY), Unchanged)


def blocked(at: Stage) -> None:
    failed(at.reader.one(at.server.on("/401", answer("401 Unauthorized"))), "login", "auth:")
    assert len(at.server.hits("/401")) == 1
    failed(at.reader.one(at.server.on("/403", answer("403 Forbidden"))), "403", "user_agent:")
    first, second = at.server.hits("/403")
    assert first["user-agent"] == second["user-agent"]  # no disguise: only the Accept header changes
    assert first["user-agent"].startswith("digest/")
    assert first["accept"] != second["accept"]


def not_there(at: Stage) -> None:
    url = at.server.on("/f", answer("404 Not Found"))
    failed(at.reader.one(url), "404", "digest add")
    at.server.on("/f", answer("200 OK", rss(1)))
    assert titles(at.reader.one(url, NOW + DAY)) == ONE


def gone(at: Stage) -> None:
    url = at.server.on("/f", answer("410 Gone"))
    assert failed(at.reader.one(url), "gone for good", "digest remove").state.gone
    failed(at.reader.one(url, NOW + DAY), "gone for good", "digest remove")
    assert len(at.server.asked) == 1


def rate_limited(at: Stage) -> None:
    url = at.server.on("/f", answer("429 Too Many Requests", retry_after="7200"))
    failed(at.reader.one(url), "too often", "less often")
    early = at.reader.one(url, NOW + timedelta(hours=1))
    assert isinstance(early, Unchanged)
    assert not early.asked
    assert len(at.server.asked) == 1
    at.server.on("/f", answer("200 OK", rss(1)))
    assert titles(at.reader.one(url, NOW + timedelta(hours=2, minutes=1))) == ONE
    stamped = at.server.on("/g", answer("429 Too Many Requests", retry_after="Mon, 09 Mar 2026 14:00:00 GMT"))
    assert failed(at.reader.one(stamped)).state.next_due == NOW + timedelta(hours=2)


def server_fault(at: Stage) -> None:
    at.reader.limits = GatherSettings(per_host=8)
    good = at.server.on("/good", answer("200 OK", rss(1)))
    bad = [at.server.on(f"/{status[:3]}", answer(status)) for status in ("500 Oops", "502 Bad", "503 Busy", "504 Late")]
    *results, fine = at.reader.gather(*bad, good)
    for one, path in zip(results, ("/500", "/502", "/503", "/504"), strict=True):
        failed(one, path[1:])
        assert 1 < len(at.server.hits(path)) <= 3
    assert titles(fine) == ONE


def dead_server(at: Stage) -> None:
    at.reader.limits = GatherSettings(
        timeout=timedelta(seconds=4), connect_timeout=timedelta(seconds=0.5), read_timeout=timedelta(seconds=0.5)
    )
    good = at.server.on("/good", answer("200 OK", rss(1)))
    silent = at.server.on("/silent", [60.0]).replace("127.0.0.1", "127.0.0.2")
    with full() as address:
        started = time.monotonic()
        unanswered, mute, fine = at.reader.gather(f"http://{address}/f", silent, good)
        assert time.monotonic() - started < 6
    failed(unanswered, "did not accept a connection within 0.5 s")
    failed(mute, "sent nothing for 0.5 s")
    assert failed(at.reader.one("http://127.0.0.3:1/f")).reason == "no connection (connection refused)"
    assert titles(fine) == ONE


def slow_drip(at: Stage) -> None:
    at.reader.limits = GatherSettings(timeout=timedelta(seconds=1.5))
    started = time.monotonic()
    drip: list[Step] = [step for piece in rss(1) for step in (bytes([piece]), 0.3)]
    header: list[Step] = [b"X-A: b\r\n", 0.3]
    body = at.server.on("/f", [HEAD, *drip])
    head = at.server.on("/g", [b"HTTP/1.1 200 OK\r\n", *header * 100])
    for one in at.reader.gather(body, head):
        failed(one, "did not finish within 1.5 s")
    assert time.monotonic() - started < 5


def cut_short(at: Stage) -> None:
    whole = rss(1, 2, 3)
    head = f"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: {len(whole)}\r\n\r\n".encode()
    result = at.reader.one(at.server.on("/f", [head, whole[: whole.index(b"<title>3")]]))
    assert titles(result) == ["1 story of A feed", "2 story of A feed"]
    assert isinstance(result, Fetched)
    assert "cut" in " ".join(result.notes)
    assert (result.state.etag, result.state.body_hash) == ("", "")  # asked for again, whole
    at.server.on("/f", answer("200 OK", whole))
    again = at.reader.one(at.server.url("/f"), NOW + DAY)
    assert titles(again)[-1] == "3 story of A feed"
    assert len(at.reader.entries[at.server.url("/f")]) == 3


def endless(at: Stage) -> None:
    at.reader.limits = GatherSettings(max_bytes=500_000)
    body = rss(*range(1000))
    for number, head in enumerate((HEAD, HEAD.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"))):
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if number else body
        url = at.server.on(f"/{number}", [head, *[chunk] * 2000])
        failed(at.reader.one(url), "larger than 0.5 MB", "max_bytes")


def bomb(at: Stage) -> None:
    member = gzip.compress(b" " * 100_000_000)
    packed = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    inner = gzip.compress(member)
    tenfold: list[Step] = [member] * 100  # ten gigabytes in ten megabytes
    cases: list[list[Step]] = [
        [packed, member],
        [packed, *tenfold],
        [packed.replace(b"gzip", b"gzip, gzip"), inner],
        [packed, inner],  # the second layer without a header that tells of it
        [HEAD, member],
        [HEAD, *tenfold],
    ]
    tracemalloc.start()
    try:
        for number, steps in enumerate(cases):
            started = time.process_time()
            failed(at.reader.one(at.server.on(f"/{number}", steps)))
            assert time.process_time() - started < 5
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def certificates(at: Stage) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    believed = at.folder / "ca.pem"
    authority.cert_pem.write_to_path(str(believed))
    past = datetime.now(UTC) - timedelta(days=2)
    leaves = {
        "expired": (authority.issue_cert("127.0.0.1", not_before=past - DAY, not_after=past), "expired"),
        "another host's": (authority.issue_cert("other.example"), "mismatch"),
        "self-signed": (stranger.issue_cert("127.0.0.1"), "certificate"),
    }
    for what, (leaf, word) in leaves.items():
        with serving_tls(leaf) as server:
            url = server.on("/f", answer("200 OK", rss(1)))
            failure = failed(at.reader.one(FeedSource(url, ca_file=str(believed))), "TLS certificate", word)
            assert not server.asked, what
            assert failure.stage == "connect"
            failed(at.reader.one(url), "TLS certificate")  # nor without the file
    with serving_tls(authority.issue_cert("127.0.0.1")) as server:
        url = server.on("/f", answer("200 OK", rss(1)))
        failed(at.reader.one(url), "TLS certificate", "ca_file:")
        assert titles(at.reader.one(FeedSource(url, ca_file=str(believed)))) == ONE
        failed(at.reader.one(FeedSource(url, ca_file=str(at.folder / "none.pem"))), "ca_file")


def no_such_name(at: Stage) -> None:
    lookup = socket.getaddrinfo

    def resolver(host: str, *args: object, **options: object) -> object:
        if host in ("gone.example", b"gone.example"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return lookup(host, *args, **options)  # type: ignore[arg-type]  # handed on as it came

    at.patch.setattr(socket, "getaddrinfo", resolver)
    good = at.server.on("/good", answer("200 OK", rss(1)))
    lost, fine = at.reader.gather("http://gone.example/f", good)
    assert failed(lost, "does not resolve", "spelling").stage == "address"
    assert titles(fine) == ONE


def cookie_wall(at: Stage) -> None:
    def counted(_: Request) -> list[Step]:
        return answer("302 Found", location="/wall", set_cookie=f"n={len(at.server.asked)}")

    failed(at.reader.one(at.server.on("/wall", counted)), "redirect")
    assert len(at.server.asked) <= 11

    def passed(request: Request) -> list[Step]:
        open_ = "ok=1" in request.get("cookie", "")
        return answer("200 OK", rss(1)) if open_ else answer("302 Found", location="/p", set_cookie="ok=1")

    assert titles(at.reader.one(at.server.on("/p", passed))) == ONE
    at.reader.one(at.server.url("/p"), NOW + DAY)
    assert "cookie" not in at.server.hits("/p")[2]  # it did not outlive its chain


def subscribed_twice(at: Stage) -> None:
    results = at.reader.gather(*(at.server.on(path, answer("200 OK", rss(1, 2))) for path in ("/a", "/b.xml")))
    keys = [[entry.url_key for entry in one.entries] for one in results if isinstance(one, Fetched)]
    assert len(keys) == 2
    assert keys[0] == keys[1]  # what the edition shows once, with both sources, has one key


SCENARIOS: dict[str, Callable[[Stage], None]] = {
    "200 text/html + valid RSS body": wrong_media_type,
    "200 charset=ISO-8859-1 header, UTF-8 body": wrong_charset,
    "301 to new URL": moved_for_good,
    "302/307": moved_for_now,
    "redirect loop / 20 hops": redirect_loop,
    "redirect https to http, or to file:, or to 127.0.0.1": unsafe_redirect,
    "304 after ETag / Last-Modified": not_modified,
    "200 with ETag that never matches": useless_validator,
    "401 / 403": blocked,
    "404": not_there,
    "410": gone,
    "429 + Retry-After": rate_limited,
    "500 / 502 / 503": server_fault,
    "connect timeout / read timeout": dead_server,
    "slow drip: 1 byte a second": slow_drip,
    "Content-Length larger than the body": cut_short,
    "endless body": endless,
    "Content-Encoding: gzip with a bomb (made/gzip-bomb-100mb.xml.gz)": bomb,
    "TLS certificate expired / self-signed": certificates,
    "DNS failure": no_such_name,
    "Set-Cookie + redirect to itself": cookie_wall,
    "same feed at two URLs": subscribed_twice,
}


@pytest.mark.parametrize("row", SCENARIOS)
def test_scenario(row: str, server: Server, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SCENARIOS[row](Stage(server, reader, tmp_path, monkeypatch))


def test_every_row_of_the_list_is_played(shared: Path) -> None:
    with (shared / "data/feeds/hostile/http-scenarios.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row["status"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    assert rows == list(SCENARIOS)


# ---------------------------------------------------------------- servers of special kinds


@contextmanager
def serving_tls(leaf: trustme.LeafCert) -> Iterator[Server]:
    """A server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    with running(context) as server:
        yield server


@contextmanager
def encrypted(authority: trustme.CA, folder: Path) -> Iterator[tuple[Server, str]]:
    """A server of this authority, and the file to believe it by."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    with serving_tls(authority.issue_cert("127.0.0.1")) as server:
        yield server, str(path)


@contextmanager
def full() -> Iterator[str]:
    """The address of a server whose queue is full: it lets nobody connect, and turns nobody away."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.3", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        time.sleep(0.05)
        try:
            yield "{}:{}".format(*listening.getsockname())
        finally:
            for one in waiting:
                one.close()
