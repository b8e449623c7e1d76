"""The rules see what is wrong: a good mail passes each of them, and each defect is found by the rule made for it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.model import Delivery, DeliveryState, Rendition
from digest.render.newsletter import render
from digest.render.rules import check
from digest.send.message import MailSettings, build, message_id
from tests.render.issues import VIEW, ordinary

GOOD = render(ordinary(), replace(VIEW, images="remote"))


def message(rendition: Rendition) -> bytes:
    """The rendition as it is sent."""
    mail = MailSettings(
        title="Morning Digest",
        sender_name="Morning Digest",
        sender="digest@example.com",
        unsubscribe_url="https://example.org/unsubscribe",
        unsubscribe_key=lambda: b"k" * 32,
    )
    day = ordinary().day
    ident = message_id("morning", day, "reader@example.org", "example.com")
    now = datetime(2026, 3, 14, 6, 30, tzinfo=UTC)
    delivery = Delivery(1, "morning", day, "reader@example.org", "", ident, DeliveryState.PENDING, now)
    return build(rendition, delivery, mail=mail).data


def test_a_good_mail_passes_every_rule() -> None:
    """Each rule has its say, once, and none has anything to say against it."""
    found = check(GOOD.html, GOOD.text, message(GOOD))
    assert [f for f in found if f.level != "PASS"] == []
    names = [f.id for f in found]
    assert len(names) == len(set(names))
    expected = {f"H{n:02}" for n in range(1, 25)} | {"H28"} | {f"T{n:02}" for n in range(1, 5)}
    assert expected | {f"M{n:02}" for n in range(1, 20) if n != 5} == set(names)


DEFECTS = [
    ("H01", "</body>", "<p>" + "x" * 103_000 + "</p></body>"),
    ("H02", "<style>", "<style>" + ".x:hover{color:red}" * 500),
    ("H03", "<!DOCTYPE html>", ""),
    ("H03", '<html lang="en" dir="ltr"', '<html dir="ltr"'),
    ("H04", 'class="page" lang="en"', 'class="page"'),
    ("H05", r"<title>.*?</title>", "<title></title>"),
    ("H06", '<meta name="viewport".*?>', ""),
    ("H06", '<meta name="format-detection".*?>', ""),
    ("H07", "</body>", "<script>1</script></body>"),
    ("H07", "<h1 ", '<h1 onclick="x" '),
    ("H08", 'href="https://courier', 'href="javascript:courier'),
    ("H08", 'src="https:', 'src="http:'),
    ("H09", "<style>", "<style>@font-face{font-family:x}"),
    ("H09", "<style>", "<style>.x{background:url(https://x.example/)}"),
    ("H10", r"\.title\{font-size:32px!important", ".title{font-size:32px"),
    ("H11", "prefers-color-scheme", "prefers-contrast"),
    ("H12", " style=(\"[^\"]*\"|'[^']*')", ""),
    ("H13", 'role="presentation" align', "align"),
    ("H14", 'cellpadding="0"', 'cellpadding="2"'),
    ("H15", 'width="536" ', ""),
    ("H16", "</body>", '<img src="https://x.example/p" alt="" width="1" height="1"></body>'),
    ("H17", "<h1", "<h4"),
    ("H17", "</body>", "<h2></h2></body>"),
    ("H18", ">Signal &amp; Noise</a>", ">Read more</a>"),
    ("H18", ">Signal &amp; Noise</a>", ">https://signal.example/</a>"),
    ("H19", ">Signal &amp; Noise</a>", ">www.bank.example</a>"),
    ("H20", "unsubscribe|Unsubscribe", "stop"),
    ("H21", 'style="display:none"', 'style="color:red"'),
    ("H22", "font-size:14px", "font-size:11px"),
    ("H23", '<p class="meta" style="', '<p class="meta" style="padding:4px;'),
    ("H24", "<!--\\[if mso", "<!--[if x"),
    ("H28", "Top stories", "{{ page.title }}"),
]


@pytest.mark.parametrize(("rule", "pattern", "instead"), DEFECTS)
def test_each_defect_in_markup_is_found(rule: str, pattern: str, instead: str) -> None:
    """By its rule, and by no rule before it was put in."""
    broken, count = re.subn(pattern, lambda _: instead, GOOD.html, flags=re.DOTALL)
    assert count
    assert rule in {f.id for f in check(broken, GOOD.text) if f.level != "PASS"}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("T01", "too short https://unsubscribe.invalid/"),
        ("T02", GOOD.text.replace("https://courier.example/", "https://other.example/")),
        ("T03", GOOD.text + "&nbsp;<br>"),
        ("T04", GOOD.text + "x" * 79),
    ],
)
def test_each_defect_in_text_is_found(rule: str, text: str) -> None:
    """The plain-text part has rules of its own."""
    assert rule in {f.id for f in check(GOOD.html, text) if f.level != "PASS"}


@pytest.mark.parametrize(
    ("rule", "pattern", "instead"),
    [
        ("M01", b"\r\nTo:", b"\nTo:"),
        ("M02", b"\r\n\r\n", b"\r\nX-Long: " + b"x" * 1000 + b"\r\n\r\n"),
        ("M03", b"\r\n\r\n", b"\r\nX-Long: " + b"x" * 90 + b"\r\n\r\n"),
        ("M04", b"To: ", b"To: \xc3\xa4"),
        ("M06", b"\r\nDate:", b"\r\nX-Date:"),
        ("M07", b"Date: Sat, 14 Mar 2026 06:30:00 \\+0000", b"Date: yesterday"),
        ("M08", b"Message-ID: <", b"Message-ID: "),
        ("M09", b"From: Morning Digest <digest@example.com>", b"From: digest@example.com"),
        ("M10", b"@example.com>\r\nList-Id", b"@other.example>\r\nList-Id"),
        ("M11", b"Subject: ", b"Subject: WOW!! "),
        ("M12", b"multipart/alternative", b"multipart/mixed"),
        ("M13", b"text/html; charset=utf-8", b"text/html; charset=latin-1"),
        ("M14", b"quoted-printable", b"8bit"),
        ("M15", b"List-Id:", b"X-Id:"),
        ("M16", b"List-Unsubscribe:", b"X-Unsubscribe:"),
        ("M17", b"List-Unsubscribe-Post:", b"X-Post:"),
        ("M18", b"Auto-Submitted:", b"X-Auto:"),
        ("M19", b"$", b"\r\n" + b"x\r\n" * 140_000),
    ],
)
def test_each_defect_of_a_message_is_found(rule: str, pattern: bytes, instead: bytes) -> None:
    """Headers, structure and wire."""
    broken, count = re.subn(pattern, lambda _: instead, message(GOOD), count=1)
    assert count
    assert rule in {f.id for f in check(GOOD.html, GOOD.text, broken) if f.level != "PASS"}


def test_rubbish_is_judged_not_raised() -> None:
    """Whatever is handed in."""
    for html in ("", " ", "<", "\0", "text", "<html></html>", "<a href='http://[x'>www.x.example</a>"):
        assert any(f.level == "FAIL" for f in check(html, "", b"\xff\0: x"))
