"""The JSON that the page draws: everything that is to be known of an edition, and no address that is not http(s)."""

import json
from dataclasses import replace
from datetime import date

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Outcome, Settled
from digest.preview.model import Edition
from digest.preview.page import edition, headers, page, snippet
from tests.preview.editions import HARBOUR, entry, preview


def test_every_story_says_why_it_stands_where_it_stands() -> None:
    """Reason, evidence with weights, sources, and whether it leads the edition; cut ones included."""
    shown = json.loads(json.dumps(page(preview())))
    stories = {story["title"]: story for topic in shown["topics"] for story in topic["stories"]}
    ferry = stories["Ferry line reopens after eleven years"]
    assert ferry["shown"] == "top"
    assert ferry["reason"] == "among the five best: three sources, new today"
    assert ferry["evidence"][0] == ["topic", "the word “ferry” stands near “transport” in the description", 0.62]
    assert [one["feed"] for one in ferry["entries"]] == ["The Harbour Post", "Field Notes", "Lantern"]
    assert ferry["continues"] == ["2026-02-16", "Ferry line to be tested"]
    assert stories["Lost parade banner found behind the organ"]["shown"] == "cut"
    assert all(story["reason"] for story in stories.values())


def test_every_settled_entry_is_somewhere() -> None:
    """Each entry the edition dealt with stands in a story or among those left aside, with its reason; none twice."""
    one = preview()
    shown = page(one)
    topics, aside = shown["topics"], shown["settled"]
    assert isinstance(topics, list)
    assert isinstance(aside, list)
    told = sum(len(story["entries"]) for topic in topics for story in topic["stories"])
    assert told + len(aside) == len(one.issue.settled)
    assert all(row["reason"] for row in aside)
    assert {row["outcome"] for row in aside} == {"filtered", "old", "duplicate"}
    assert aside[0]["title"] == "Horoscope for the week"


def test_an_entry_that_is_not_at_hand_goes_by_its_identifier() -> None:
    """A past edition may no longer know the titles of what it left aside."""
    one = preview()
    odd = Settled(HARBOUR, "https://harbour.example/?p=7", Outcome.OLD, "dated before the window")
    rows = page(replace(one, issue=replace(one.issue, settled=(odd,)), entries=()))["settled"]
    assert isinstance(rows, list)
    assert (rows[0]["title"], rows[0]["url"]) == (odd.ident, odd.ident)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "ftp://x.example",
        "http://[",
        "https://u:p@x.example/",
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    """Whatever else a feed calls a link is not one here; nor is one that carries credentials."""
    one = preview()
    story = replace(one.issue.topics[0].stories[0], entries=(entry(HARBOUR, "x", url=url),))
    topics = page(replace(one, issue=replace(one.issue, topics=(replace(one.issue.topics[0], stories=(story,)),))))[
        "topics"
    ]
    assert isinstance(topics, list)
    assert topics[0]["stories"][0]["url"] == ""
    assert topics[0]["stories"][0]["entries"][0]["url"] == ""


def test_the_budget_counts_what_is_sent() -> None:
    """The HTML's bytes against the limit; parts that add up to it; text and message beside it."""
    one = preview()
    size = page(one)["size"]
    assert isinstance(size, dict)
    assert size["html"] == len(one.rendition.html.encode())
    assert size["limit"] == 102_400
    assert sum(weight for _, weight in size["kinds"]) == sum(weight for _, weight in size["places"]) == size["html"]
    assert size["message"] == len(one.message)


def test_headers_are_decoded_in_order() -> None:
    """As a reader's mail program shows them."""
    pairs = headers(preview().message)
    assert pairs[0] == ["From", "Morning Digest <digest@example.org>"]
    assert ["To", "Zoë Ćirić <zoe@example.org>"] in pairs


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"Subject: {text}\nTo: {text}\n\n".encode("utf-8", "replace"))
)
def test_headers_of_anything_are_told(message: bytes) -> None:
    """A damaged message is shown as it stands; JSON can carry it."""
    assert json.loads(json.dumps(headers(message))) == headers(message)


def test_the_snippet_is_what_a_mailbox_shows() -> None:
    """The preheader first, without its invisible fillers; no style, no comment."""
    head = "<head><style>p{}</style></head>"
    html = f"{head}<body><div hidden>First &amp; second&#847;&zwnj;&nbsp;</div><!-- x --><h1>Title</h1>"
    assert snippet(html) == "First & second Title"
    assert snippet("") == ""


def test_past_editions_are_listed() -> None:
    """A day, a title, how much it told."""
    listed = edition(Edition(date(2026, 2, 16), "Morning", "Subject", 12))
    assert listed == {"day": "2026-02-16", "title": "Morning", "subject": "Subject", "stories": 12}


def test_what_is_served_is_that_json(page: httpx.Client) -> None:
    """The route gives it whole, with no error to tell."""
    answer = page.get("/preview.json").json()
    assert (answer["title"], answer["error"]) == ("Morning Digest", "")
    assert len(answer["topics"]) == 3


def test_texts_are_served_as_text(page: httpx.Client) -> None:
    """Source and message come as plain text, never as something a browser would run; the download as a message."""
    one = preview()
    for path, content in (("/source.txt", one.rendition.html), ("/edition.txt", one.rendition.text)):
        answer = page.get(path)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text == content
    assert page.get("/message.txt").headers["content-type"].startswith("text/plain")
    download = page.get("/message.eml")
    assert download.headers["content-type"] == "message/rfc822"
    assert download.headers["content-disposition"] == 'attachment; filename="morning-2026-02-17.eml"'


@pytest.mark.parametrize("query", ["day=never", "day=2026-02-30", "day=1999-01-01"])
def test_a_day_that_is_none_is_told(page: httpx.Client, query: str) -> None:
    """Not found, in words."""
    for path in ("/preview.json", "/edition.html", "/source.txt"):
        answer = page.get(f"{path}?{query}")
        assert answer.status_code == 404
        assert "day" in answer.text or "1999-01-01" in answer.text


def test_an_unknown_choice_of_images_is_refused(page: httpx.Client) -> None:
    """The policy of the frame hangs on it."""
    assert page.get("/edition.html?images=all").status_code == 400
