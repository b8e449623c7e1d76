"""Who may ask the preview: nothing that changes, no foreign host, no other site's page; and what answers allow."""

import socket

import httpx
import pytest

from digest.preview.guard import frame_policy

PATHS = [
    "/",
    "/preview.json",
    "/editions.json",
    "/edition.html",
    "/edition.txt",
    "/source.txt",
    "/message.txt",
    "/message.eml",
    "/static/app.js",
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_nothing_but_reading_is_answered(page: httpx.Client, method: str) -> None:
    """Whatever could change something is refused everywhere, and says what is allowed."""
    for path in [*PATHS, "/events", "/nowhere"]:
        answer = page.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD"), path


@pytest.mark.parametrize("path", PATHS)
def test_reading_is_answered_in_full_and_as_head(page: httpx.Client, path: str) -> None:
    """GET gives content, HEAD the same headers without it."""
    whole, head = page.get(path), page.head(path)
    assert whole.status_code == head.status_code == 200
    assert whole.content
    assert head.content == b""
    assert whole.headers["content-type"] == head.headers["content-type"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:1"])
def test_loopback_names_are_answered(page: httpx.Client, host: str) -> None:
    """The names a browser on this machine uses."""
    assert page.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "evil.example:127.0.0.1",
        "127.0.0.1@evil.example",
        "127.0.0.1:80:80",
        "0.0.0.0",
        "[::1]",
        "",
    ],
)
def test_a_foreign_host_is_refused(page: httpx.Client, host: str) -> None:
    """A name that resolves here but is not ours is DNS rebinding; so is anything that merely looks like loopback."""
    for path in ("/", "/preview.json", "/events"):
        assert page.get(path, headers={"Host": host}).status_code == 421


def test_no_host_or_two_hosts_are_refused(page: httpx.Client) -> None:
    """HTTP/1.0 without a Host, and a request that names two."""
    for head in (
        b"GET /preview.json HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    ):
        with socket.create_connection((page.base_url.host, page.base_url.port or 80), timeout=5) as connection:
            connection.sendall(head)
            status = connection.recv(200).split()[1]
        assert status in (b"400", b"421")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_may_not_load_anything(page: httpx.Client, site: str) -> None:
    """What a browser marks as coming from elsewhere is refused, but for following a link to the page itself."""
    for path in PATHS:
        for dest in ("image", "script", "iframe", "empty"):
            assert page.get(path, headers={"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest}).status_code == 403
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
    assert page.get("/", headers=link).status_code == 200
    assert page.get("/message.txt", headers=link).status_code == 403


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/preview.json?day=never"])
def test_every_answer_carries_the_policy(page: httpx.Client, path: str) -> None:
    """No script but the page's own files, no framing by others, nothing kept, sniffed or told to others."""
    headers = page.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    if not path.startswith("/edition.html"):
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "script-src 'self'" in policy


def test_the_frame_runs_no_script_and_loads_nothing(page: httpx.Client) -> None:
    """The edition's own policy: a sandbox without scripts, and images only from within the mail."""
    policy = page.get("/edition.html").headers["content-security-policy"]
    sandbox = next(part for part in policy.split("; ") if part.startswith("sandbox"))
    assert "allow-scripts" not in sandbox
    assert "allow-forms" not in sandbox
    assert "allow-top-navigation" not in sandbox
    assert "script-src" not in policy  # default-src 'none' holds
    assert "img-src data:;" in policy


def test_remote_images_are_let_in_only_when_asked_for() -> None:
    """Each choice of images has its own policy; only one names the network, and only over https."""
    assert "https:" not in frame_policy(images="embedded")
    assert "img-src 'none'" in frame_policy(images="off")
    assert "img-src data: https:" in frame_policy(images="remote")
    assert "http:" not in frame_policy(images="remote").replace("https:", "")


def test_static_files_do_not_leave_their_folder(page: httpx.Client) -> None:
    """No way up and out of the page's own files."""
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fconfig.py", "/static//etc/passwd"):
        assert page.get(path).status_code == 404
