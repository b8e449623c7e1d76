"""The demo's two servers, spoken to by clients that are not ours: httpx over HTTP, smtplib over SMTP."""

import smtplib
import socket
from datetime import UTC, datetime

import httpx
import pytest

from digest.demo import Received, serve, sink
from digest.demo.outlets import outlets

NOW = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)


def test_each_outlet_is_served_and_an_unchanged_one_costs_a_304() -> None:
    with serve(NOW) as base_url, httpx.Client(base_url=base_url, trust_env=False) as client:
        for outlet in outlets():
            first = client.get(f"/{outlet.slug}")
            assert first.status_code == 200
            assert all(item.guid in first.text for item in outlet.items)
            again = client.get(f"/{outlet.slug}", headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b"")


def test_the_feeds_are_the_same_for_the_same_moment_but_for_the_port() -> None:
    def courier(moment: datetime) -> str:
        with serve(moment) as base_url:
            return httpx.get(f"{base_url}/courier", trust_env=False).text.replace(base_url, "")

    assert courier(NOW) == courier(NOW)
    assert courier(NOW) != courier(NOW.replace(hour=7))


def test_pictures_are_served_and_everything_else_is_not_there() -> None:
    with serve(NOW) as base_url, httpx.Client(base_url=base_url, trust_env=False) as client:
        shown = client.get("/pictures/train.png")
        assert shown.headers["Content-Type"] == "image/png"
        assert shown.content.startswith(b"\x89PNG")
        for path in ("/bellhouse", "/pictures/none.png", "/pictures/..%2fconfig.yaml", "/"):
            assert client.get(path).status_code == 404


def test_the_servers_are_gone_after_their_block() -> None:
    with serve(NOW) as base_url, sink() as inbox:
        ports = [int(base_url.rpartition(":")[2]), inbox.port]
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=2)


def test_the_sink_keeps_messages_in_order_as_they_were_sent() -> None:
    bodies = [b"Subject: one\r\n\r\n.leading dot\r\n..two dots\r\n.\r\nend\r\n", "Subject: ґ\r\n\r\nїжак\r\n".encode()]
    with sink() as inbox, smtplib.SMTP("127.0.0.1", inbox.port, timeout=5) as client:
        client.sendmail("a@example.org", ["b@example.org", "c@example.org"], bodies[0])
        client.sendmail("a@example.org", ["d@example.org"], bodies[1], mail_options=["BODY=8BITMIME"])
    assert inbox.messages == [
        Received("a@example.org", ("b@example.org", "c@example.org"), bodies[0]),
        Received("a@example.org", ("d@example.org",), bodies[1]),
    ]


def test_the_sink_answers_what_it_does_not_do() -> None:
    with sink() as inbox, smtplib.SMTP("127.0.0.1", inbox.port, timeout=5) as client:
        assert client.helo()[0] == 250
        assert client.docmd("VRFY", "b@example.org")[0] == 502
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("MAIL", "FROM:<a@example.org>")[0] == 250
        assert client.docmd("RCPT", "TO:<b@example.org>")[0] == 250
        assert client.rset()[0] == 250
        assert client.docmd("DATA")[0] == 503
        assert client.noop()[0] == 250
    assert inbox.messages == []


def test_a_message_cut_off_before_its_end_is_none() -> None:
    with sink() as inbox:
        with socket.create_connection(("127.0.0.1", inbox.port), timeout=5) as line:
            reader = line.makefile("rb")
            for words in (b"EHLO x", b"MAIL FROM:<a@example.org>", b"RCPT TO:<b@example.org>", b"DATA"):
                line.sendall(words + b"\r\n")
                while reader.readline()[3:4] != b" ":
                    pass
            reader.readline()
            line.sendall(b"Subject: half\r\n\r\nand th")
            reader.close()
        with smtplib.SMTP("127.0.0.1", inbox.port, timeout=5) as client:
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: whole\r\n\r\nthing\r\n")
    assert [message.data for message in inbox.messages] == [b"Subject: whole\r\n\r\nthing\r\n"]
