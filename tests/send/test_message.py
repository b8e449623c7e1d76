"""Messages: the headers of a digest, the same bytes each time, and nothing hostile that gets through."""

import email
import re
from dataclasses import replace
from datetime import date
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Delivery, DeliveryState, Envelope, Picture
from digest.send import headers, unsubscribe
from digest.send.message import MailSettings, build, message_id
from tests.send.conftest import DAY, MAIL, NOW, rendition

KEY = b"0123456789abcdef0123456789abcdef"
ONE_CLICK = replace(MAIL, unsubscribe_url="https://example.org/unsubscribe", unsubscribe_key=lambda: KEY)


def delivery(recipient: str = "reader@example.org", name: str = "") -> Delivery:
    identity = message_id("morning", DAY, recipient, "example.org")
    return Delivery(1, "morning", DAY, recipient, name, identity, DeliveryState.PENDING, created=NOW)


def parse(envelope: Envelope) -> EmailMessage:
    message = email.message_from_bytes(envelope.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [defect for part in message.walk() for defect in part.defects] == []
    assert [defect for value in message.values() for defect in value.defects] == []
    return message


def sane(envelope: Envelope) -> EmailMessage:
    """What holds for every message, however hostile its parts were."""
    head, _, body = envelope.data.partition(b"\r\n\r\n")
    assert b"\r" not in envelope.data.replace(b"\r\n", b"")
    assert b"\n" not in envelope.data.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    assert all(re.match(rb"[A-Za-z-]+: ?|[ ]\S", line) for line in head.split(b"\r\n"))
    assert b"\0" not in envelope.data
    message = parse(envelope)
    once = ["from", "to", "subject", "date", "message-id", "mime-version", "list-id", "list-unsubscribe"]
    names = [name.lower() for name in message]
    assert all(names.count(name) == 1 for name in once)
    assert set(names) <= {
        *once, "list-unsubscribe-post", "auto-submitted", "content-language", "content-type", "reply-to",
    }  # fmt: skip
    assert len(message["To"].addresses) == 1
    assert len(message["From"].addresses) == 1
    return message


def test_the_headers_of_a_digest() -> None:
    message = sane(build(rendition(), delivery(name="Ann Reader"), mail=ONE_CLICK))
    assert message["From"] == "Morning Digest <digest@example.org>"
    assert message["To"] == "Ann Reader <reader@example.org>"
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", message["Message-ID"])
    assert message["List-Id"] == "Morning Digest <morning.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    stop = re.findall("<([^>]+)>", message["List-Unsubscribe"])
    assert stop[0] == "mailto:digest@example.org?subject=unsubscribe%20morning"
    assert stop[1].startswith("https://example.org/unsubscribe?token=")


def test_without_an_https_address_there_is_no_one_click() -> None:
    message = sane(build(rendition(), delivery(), mail=MAIL))
    assert message["List-Unsubscribe-Post"] is None
    assert "https" not in message["List-Unsubscribe"]
    html = message.get_body(("html",))
    assert html is not None
    assert 'href="mailto:digest@example.org?subject=unsubscribe%20morning"' in html.get_content()


def test_the_body_names_nobody_and_its_link_carries_no_token() -> None:
    envelope = build(rendition(), delivery(), mail=ONE_CLICK)
    _, _, body = envelope.data.partition(b"\r\n\r\n")
    assert b"token" not in body
    assert b"reader" not in body
    assert b"unsubscribe.invalid" not in body
    assert body == build(rendition(), delivery("other@example.org"), mail=ONE_CLICK).data.partition(b"\r\n\r\n")[2]
    html, text = (sane(envelope).get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    assert 'href="https://example.org/unsubscribe"' in html.get_content()
    assert "https://example.org/unsubscribe" in text.get_content()


def test_the_same_delivery_is_the_same_bytes() -> None:
    assert build(rendition(), delivery(), mail=ONE_CLICK) == build(rendition(), delivery(), mail=ONE_CLICK)


def test_alternative_of_plain_and_html_and_with_pictures_the_html_is_related_to_them() -> None:
    types = [part.get_content_type() for part in sane(build(rendition(), delivery(), mail=MAIL)).walk()]
    assert types == ["multipart/alternative", "text/plain", "text/html"]
    picture = Picture("top.1@digest", b"\xff\xd8 a picture" * 30, "jpeg", 60, 40)
    message = sane(build(rendition(pictures=(picture,)), delivery(), mail=MAIL))
    types = [part.get_content_type() for part in message.walk()]
    assert types == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/jpeg"]
    image = list(message.walk())[-1]
    assert image["Content-ID"] == "<top.1@digest>"
    assert image.get_content_disposition() == "inline"
    assert image.get_payload(decode=True) == picture.data


@pytest.mark.parametrize(
    "text",
    [
        "From here\nFrom there\n", ".\n..\n.end\n", "trailing \t\nspace ", "x" * 2000, "дуже " * 400, "=3D= =\n=",
        "a\r\nb\rc\nd", "From " + "x" * 200, "",
    ],
)  # fmt: skip
def test_bodies_come_back_as_they_went_in(text: str) -> None:
    envelope = build(rendition(text=text, html=text), delivery(), mail=MAIL)
    assert envelope.data.isascii()
    assert not re.search(rb"(?m)^From ", envelope.data.partition(b"\r\n\r\n")[2])
    for part in parse(envelope).iter_parts():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        assert data.decode().replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


def test_message_ids_are_stable_distinct_and_give_no_address_away() -> None:
    ids = {
        message_id(digest, day, address, "example.org", again=again)
        for digest in ("morning", "evening")
        for day in (DAY, date(2026, 2, 19))
        for address in ("a@example.org", "b@example.org")
        for again in (0, 1)
    }
    assert len(ids) == 16
    assert "a@" not in "".join(ids)
    assert message_id("m", DAY, "A@Example.org", "x.org") == message_id("m", DAY, "a@example.org", "x.org")
    assert message_id("morning", DAY, "reader@example.org", "example.org") == (
        "<00c0e8804a9b4f0fe46afdfefd7c7012@example.org>"
    ), "changing this would let a retry after an upgrade arrive twice"


# ---------------------------------------------------------------- what is hostile

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("\r\n\t\0\x0b\x0c\x1b\x7f\x85\u2028\u2029\u202e\u2066\ufeff<>\"'@,;:()[]\\=?_. "),
        st.characters(codec=None),
        st.sampled_from("abcПриветמעניין中文🎉"),
    ),
    max_size=200,
)
INJECTED = st.sampled_from(
    ["\r\nBcc: victim@example.net", "\nTo: two@example.net", "\r\n\r\nbody", " =?utf-8?q?x=0D=0ABcc:_v@example.net?= "]
)


@given(st.tuples(NASTY, INJECTED, NASTY).map("".join), st.tuples(NASTY, INJECTED, NASTY).map("".join))
def test_no_title_or_name_adds_a_header_or_a_recipient(subject: str, name: str) -> None:
    mail = replace(ONE_CLICK, title=name or "x", sender_name=name)
    envelope = build(rendition(subject=subject, html=subject, text=name), delivery(name=name), mail=mail)
    message = sane(envelope)
    assert message["To"].addresses[0].addr_spec == "reader@example.org"
    assert message["From"].addresses[0].addr_spec == "digest@example.org"
    assert envelope.recipient == "reader@example.org"
    head = envelope.data.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    # an old parser that decodes words before it looks for addresses must see one address too
    raw_to = re.search(rb"(?m)^To: (.*(?:\r\n .*)*)", head)
    assert raw_to is not None
    assert len(getaddresses([raw_to[1].decode().replace("\r\n", "")])) == 1


@given(NASTY)
def test_a_subject_reads_as_it_was_written(subject: str) -> None:
    message = sane(build(rendition(subject=subject), delivery(), mail=MAIL))
    assert " ".join(str(message["Subject"]).split()) == headers.one_line(subject)
    head = build(rendition(subject=subject), delivery(), mail=MAIL).data.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))


@given(NASTY, NASTY)
def test_whatever_is_accepted_as_an_address_is_one_address(local: str, domain: str) -> None:
    try:
        wire = headers.wire_address(f"{local}@{domain}")
    except ValueError:
        return
    assert not re.search(r"[\r\n\0<>\s]", wire.rpartition("@")[2])
    assert not re.search(r"[\r\n\0]", wire)
    parsed = email.message_from_string(f"To: <{wire}>\r\n\r\n", policy=policy.SMTPUTF8)["To"]
    assert len(parsed.addresses) == 1


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("reader@straße.example", "reader@xn--strae-oqa.example"),
        ("reader@ПРИКЛАД.укр", "reader@xn--80aikifvh.xn--j1amh"),
        ('"quoted local"@example.org', '"quoted local"@example.org'),
        ('"a\\"b@c"@example.org', '"a\\"b@c"@example.org'),
        ("Ünï.cöde@example.org", "Ünï.cöde@example.org"),
        ("o'neil+news@example.org", "o'neil+news@example.org"),
        ("reader@[192.0.2.1]", "reader@[192.0.2.1]"),
    ],
)
def test_addresses_that_are_odd_and_right(address: str, wire: str) -> None:
    assert headers.wire_address(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "a(comment)@example.org",
        "@relay:a@example.org", "a@b@example.org", "a b@example.org", ".a@example.org", "a..b@example.org",
        "a@exa mple.org", "a@", "@example.org", "a\u200b@ex\u200bample.org", "a@example.org>", "<a@example.org>",
        "a@[192.0.2.1", '"a\r\n"@example.org', "x" * 65 + "@example.org", "a\u202eb@example.org",
        "a@" + "x" * 64 + ".org",
    ],
)  # fmt: skip
def test_addresses_that_are_tricks(address: str) -> None:
    with pytest.raises(ValueError):
        headers.wire_address(address)


def test_a_name_in_another_script_and_an_address_in_unicode() -> None:
    envelope = build(rendition(), delivery("Ünï@bücher.example", "Зоряна, «Ранок»"), mail=MAIL)
    message = email.message_from_bytes(envelope.data, policy=policy.SMTPUTF8)
    assert message["To"].addresses[0].display_name == "Зоряна, «Ранок»"
    assert envelope.recipient == "Ünï@xn--bcher-kva.example"


# ---------------------------------------------------------------- tokens


def test_a_token_is_verified_with_the_key_alone_and_names_its_reader() -> None:
    token = unsubscribe.token("morning", "Reader@example.org", KEY)
    assert unsubscribe.genuine(token, KEY)
    assert not unsubscribe.genuine(token, b"another key, as long as the other")
    people = ["a@example.org", "reader@example.org"]
    assert unsubscribe.whose(token, "morning", people, KEY) == "reader@example.org"
    assert unsubscribe.whose(token, "evening", people, KEY) is None
    assert "reader" not in token


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    assert not unsubscribe.genuine(text, KEY)
    assert unsubscribe.whose(text, "morning", ["reader@example.org"], KEY) is None


@given(st.integers(0, 23), st.integers(1, 255))
def test_a_token_changed_in_one_place_is_none(place: int, step: int) -> None:
    token = unsubscribe.token("morning", "reader@example.org", KEY)
    changed = token[:place] + chr((ord(token[place]) + step) % 256) + token[place + 1 :]
    assert not unsubscribe.genuine(changed, KEY)


def test_settings_show_no_key() -> None:
    mail = MailSettings("t", "n", "a@example.org", unsubscribe_key=lambda: b"canary")
    assert "canary" not in repr(mail)
