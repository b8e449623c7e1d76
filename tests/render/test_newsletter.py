"""The newsletter as a whole: what a reader must find in it, whatever the day, the language and the template."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import TemplateError
from digest.model import UNSUBSCRIBE_URL, Image, Issue, Picture, Shown, Topic, View
from digest.render.budget import AIM, LIMIT, size
from digest.render.newsletter import render, select, selection, wanted
from digest.render.rules import check
from tests.render.issues import ARTICLE, END, VIEW, issue, many, ordinary, story, whole

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
REMOTE = replace(VIEW, images="remote")
EMBED = replace(VIEW, images="embed")
KEPT: dict[str, tuple[Issue, View]] = {
    "morning": (ordinary(), REMOTE),
    "morning-he": (ordinary("he"), replace(VIEW, language="he", timezone="Asia/Jerusalem")),
    "morning-one": (issue(Topic("World", (story(0),)), top=("s0",)), VIEW),
    "morning-empty": (issue(quiet=("World",)), VIEW),
    "brief": (ordinary(), replace(VIEW, template="brief")),
    "full": (whole(ordinary()), replace(VIEW, template="full")),
}


def failures(html: str, text: str) -> list[str]:
    """What the rules hold against a mail, warnings included."""
    return [f"{f.id} {f.text} {f.where}" for f in check(html, text) if f.level != "PASS"]


@pytest.mark.parametrize("name", KEPT)
def test_snapshots(name: str) -> None:
    """Whole mails, byte for byte, and no rule broken; `UPDATE_SNAPSHOTS=1` rewrites them for a look at the difference."""
    rendition = render(*KEPT[name])
    assert failures(rendition.html, rendition.text) == []
    for suffix, got in (("html", rendition.html), ("txt", f"Subject: {rendition.subject}\n\n{rendition.text}")):
        path = SNAPSHOTS / f"{name}.{suffix}"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.write_text(got, encoding="utf-8")
        assert got == path.read_text(encoding="utf-8"), f"{path.name} differs"


@pytest.mark.parametrize("language", ["en", "uk", "de", "fr", "es", "ru", "zh", "ja", "ar", "he"])
def test_every_language_breaks_no_rule(language: str) -> None:
    """The newsletter's own words, dates and direction in each language."""
    rendition = render(ordinary(), replace(REMOTE, language=language))
    assert failures(rendition.html, rendition.text) == []
    assert f'<html lang="{language}" dir="{"rtl" if language in ("ar", "he") else "ltr"}"' in rendition.html
    assert len(rendition.subject) <= 78
    assert ("Top stories" in rendition.html) == (language == "en")


@pytest.mark.parametrize("number", [1, 2, 40, 100, 300, 3000, 5000])
def test_any_day_fits_and_says_what_it_leaves_out(number: int) -> None:
    """From one story to five thousand: within the aim, every link in the text, and the rest counted."""
    rendition = render(many(number), VIEW)
    assert size(rendition.html) <= AIM
    assert failures(rendition.html, rendition.text) == []
    assert ("This was a full day" in rendition.html) == (number > 90)
    assert ("more stories" in rendition.html) == (number >= 300)
    if number >= 100:
        assert size(rendition.html) >= 0.85 * AIM  # as much as fits, not merely little


@pytest.mark.parametrize("template", ["morning", "brief", "full"])
def test_the_worst_day_fits(template: str) -> None:
    """Four-byte scripts, addresses of 1,900 bytes, six outlets each, articles of 100 KB: the limit holds."""
    long = "https://example.com/" + "%F0%9F%A6%8A" * 150
    stories = tuple(
        story(n, title="🦊" * 400, summary="𐌰𐌱𐌲 " * 400, url=f"{long}{n}", outlets=4, content=ARTICLE * 40)
        for n in range(120)
    )
    day = issue(
        Topic("🦊" * 200, stories), top=("s0", "s1", "s2", "s3"), opening="🦊" * 5000, notices=("🦊" * 999,) * 30
    )
    rendition = render(day, replace(VIEW, template=template))
    assert size(rendition.html) <= AIM
    assert [f for f in failures(rendition.html, rendition.text) if f[0] in "HT"] == []


def test_no_feed_text_is_markup_and_none_is_lost() -> None:
    """Titles, summaries, outlets, topics and advice are text: escaped in HTML, as they are in plain text."""
    nasty = '"><script>alert(1)</script><b onmouseover=x>&amp;'
    day = issue(Topic(nasty, (story(0, title=nasty, summary=nasty),)), title=nasty, opening=nasty, quiet=(nasty,))
    rendition = render(day, VIEW)
    assert "<script>" not in rendition.html
    assert "<b onmouseover" not in rendition.html
    assert nasty in rendition.text


ANY = st.text(st.characters(exclude_categories=()), max_size=120) | st.sampled_from(
    ["<b>", "{{ x }}", "&amp;", "www.x.example", "https://x.example", "\ud800", "שלום", "\u2067", "a" * 400]
)


@given(title=ANY, summary=ANY, url=ANY, topic=ANY, name=ANY, language=ANY)
@settings(max_examples=25)
def test_whatever_a_feed_says_the_mail_is_sound(
    title: str, summary: str, url: str, topic: str, name: str, language: str
) -> None:
    """Hostile words in every place: no rule fails, and both parts can be encoded."""
    one = replace(story(0, title=title, summary=summary, url=url, outlets=2), language=language)
    day = issue(Topic(topic, (one, story(1))), top=("s0",), title=name or "T", quiet=(topic,), notices=(summary,))
    names = tuple(replace(report, name=name, lasting=True, reason=summary) for report in day.feeds)
    rendition = render(replace(day, feeds=names), VIEW)
    found = check(rendition.html, rendition.text)
    assert [f for f in found if f.level == "FAIL" and f.id != "T01"] == []  # an endless word is torn in the text
    assert (rendition.subject + rendition.html + rendition.text).encode()


def test_what_cannot_be_a_link_is_none() -> None:
    """Only http and https lead anywhere; credentials never do."""
    bad = ["javascript:alert(1)", "data:text/html,x", "https://u:p@example.com/", "//x", "http://", "ftp://x.example/"]
    for url in bad:
        rendition = render(issue(Topic("T", (story(0, url=url),))), VIEW)
        assert f'href="{url}' not in rendition.html
        assert rendition.html.count("href=") == 1  # the one to unsubscribe


def test_a_title_that_shows_an_address_or_nothing() -> None:
    """A link never shows an address, another domain, or a word that says nothing."""
    titles = ["https://bank.example/login", "www.bank.example", "here", "Read more", "", "…", "!!!"]
    stories = tuple(story(n, title=title) for n, title in enumerate(titles))
    rendition = render(issue(Topic("T", stories)), VIEW)
    assert failures(rendition.html, rendition.text) == []


def test_subject_is_one_quiet_line() -> None:
    """No line end, no shouting, balanced isolates, at most 78 characters, the day and the headline in it."""
    for title in ["Two\r\nBcc: x@example.com", "DON'T SHOUT!!!", "عنوان " * 30, "\u202eevil\u202c", "a" * 500, ""]:
        subject = render(issue(Topic("T", (story(0, title=title), story(1, title=title)))), VIEW).subject
        assert 0 < len(subject) <= 78
        assert subject.isprintable() or "\u2068" in subject
        assert not set(subject) & set("\r\n\u202e\u202a\u202b\u202d")
        assert subject.count("\u2068") == subject.count("\u2069")
        assert "!!" not in subject
        assert not subject.isupper()
        assert "Mar 14" in subject


def test_a_title_of_another_direction_keeps_its_order() -> None:
    """What ends a Latin title stays at its end in a Hebrew newsletter."""
    made = replace(ordinary("he"), title="News (24/7)!")
    rendition = render(made, replace(VIEW, language="he"))
    assert ">\u2068News (24/7)!\u2069</h1>" in rendition.html
    assert rendition.text.startswith("\u2068News (24/7)!\u2069\n")
    assert rendition.html.count("\u2068News (24/7)!\u2069") == rendition.text.count("\u2068News (24/7)!\u2069") == 2


def test_unsubscribe() -> None:
    """The placeholder stands in both parts; without an https address a mailto one does."""
    rendition = render(ordinary(), VIEW)
    assert UNSUBSCRIBE_URL in rendition.html
    assert UNSUBSCRIBE_URL in rendition.text
    by_mail = render(ordinary(), replace(VIEW, unsubscribe=False))
    assert "mailto:digest@example.com?subject=unsubscribe" in by_mail.html
    assert UNSUBSCRIBE_URL not in by_mail.html + by_mail.text


def test_what_surrounds_the_stories() -> None:
    """Updates, other outlets, quiet topics, counts, and sick feeds by name with advice: never their address."""
    rendition = render(ordinary(), replace(VIEW, archive_url="https://example.com/past/"))
    text = " ".join(rendition.text.split())
    assert re.search(r'href="https://example.com/past/2026-03-14.html"[^>]*>and 12 more stories</a>', rendition.html)
    assert re.search(r'href="https://example.com/past/2026-03-14.html"[^>]*>view in browser</a>', rendition.html)
    order = [rendition.html.index(f">{name}</h2>") for name in ("Top stories", "World", "Technology", "Culture")]
    assert order == sorted(order)
    assert "Update on Tuesday’s story: Council votes on the night bus" in text
    assert re.search(r"also: Signal & Noise \[1\]", text)
    assert re.search(r"Links \[1\] https://signal\.example/\S+ \[2\] https://", text)
    assert "and 12 more stories" in text
    assert "Quiet today: Sport, Gardening" in text
    assert "Valley Weather: HTTP 404: not found. Look for its new address" in text
    assert "https://example.com/past/2026-03-14.html" in text
    assert "secret" not in text


def test_times_are_the_readers() -> None:
    """06:12 in UTC is 08:12 in Kyiv and the evening before in Honolulu."""
    day = issue(Topic("T", (story(0, hours=0.3),)))
    assert "08:12" in render(day, replace(VIEW, language="de")).text
    assert "Fr 20:12" in render(day, replace(VIEW, language="de", timezone="Pacific/Honolulu")).text


def test_images_by_policy() -> None:
    """None by default; remote ones over https alone; embedded ones by Content-ID, only those that stand in the mail."""
    assert "<img" not in render(ordinary(), VIEW).html
    assert 'src="https://courier.example/bridge.jpg" width="536"' in render(ordinary(), REMOTE).html
    plain = issue(Topic("T", (story(0, image=Image("http://x.example/a.jpg", "A", 600, 400)),)), top=("s0",))
    assert "<img" not in render(plain, REMOTE).html
    pictures = {
        image.url: Picture(f"c{n}@digest", b"x", "jpeg", 1072, 600) for n, image in enumerate(wanted(ordinary(), EMBED))
    }
    assert list(pictures) == ["https://courier.example/bridge.jpg", "https://signal.example/quill.jpg"]
    rendition = render(
        ordinary(), EMBED, pictures={**pictures, "https://x.example/": Picture("no@digest", b"", "png", 1, 1)}
    )
    assert 'src="cid:c0@digest" width="536" height="300"' in rendition.html
    assert rendition.pictures == tuple(pictures.values())
    assert wanted(ordinary(), VIEW) == ()


def test_selection_is_stable_and_tells_views_apart() -> None:
    """The same view has the same hash; another topic, template or language another one."""
    day = ordinary()
    views = [
        VIEW,
        *(replace(VIEW, **change) for change in ({"topics": ("World",)}, {"template": "brief"}, {"language": "de"})),
    ]
    hashes = [selection(day, view) for view in views]
    assert len(set(hashes)) == len(views)
    assert hashes == [render(day, view).selection for view in views]


def test_select() -> None:
    """Topics and feeds by folded name, numbers of stories and minutes; what is beyond is cut with its reason."""
    day = ordinary()
    assert [t.name for t in select(day, replace(VIEW, topics=("culture", "WORLD"))).topics] == ["World", "Culture"]
    assert [t.name for t in select(day, replace(VIEW, exclude_topics=("World",))).topics] == ["Technology", "Culture"]
    few = select(day, replace(VIEW, max_stories=5))
    assert sum(s.shown is not Shown.CUT for s in few.stories) == 5
    assert set(day.top) <= {s.id for s in few.stories if s.shown is not Shown.CUT}
    assert any(s.reason == "beyond max_stories: 5" for s in few.stories)
    quick = select(day, replace(VIEW, read_minutes=0.5))
    assert 1 <= sum(s.shown is not Shown.CUT for s in quick.stories) < 6
    ledger = select(day, replace(VIEW, feeds=("northern ledger",)))
    assert {e.feed for s in ledger.stories for e in s.entries} == {"https://ledger.example/atom"}
    promoted = select(many(30), replace(VIEW, topics=("Topic 6",)))
    assert promoted.top == ()  # five stories: nothing to lead with
    assert len(select(many(60), replace(VIEW, topics=("Topic 6",))).top) == 3
    assert select(replace(many(60), top=()), VIEW).top == ()  # it opens with none


def test_brief_is_a_minute() -> None:
    """However many stories there were."""
    rendition = render(many(200), replace(VIEW, template="brief"))
    assert "1-minute read" in rendition.text
    assert "more stories" in rendition.text


def test_feeds_shown_in_full_stand_whole_in_any_template() -> None:
    """`show: full` of a feed, beside others told in short."""
    one = replace(story(1, content=ARTICLE), whole=True)
    rendition = render(issue(Topic("T", (one, story(2, content=ARTICLE)))), VIEW)
    assert rendition.html.count("What was done") == 1


def test_the_same_input_gives_the_same_bytes() -> None:
    """Rendering keeps nothing from one mail to the next."""
    first = render(many(150), VIEW)
    render(many(90, language="zh"), replace(VIEW, language="zh"))
    assert render(many(150), VIEW) == first


def own(folder: Path, **files: str) -> View:
    """A template of the user's own."""
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return replace(VIEW, template=str(folder))


def test_a_user_overrides_single_files(tmp_path: Path) -> None:
    """A folder with one file; by path, and by name beside the config, over the shipped one of that name."""
    rendition = render(ordinary(), own(tmp_path, subject_txt="{{ page.title }} for you"))
    assert rendition.subject == "Morning Digest for you"
    assert "Harbour bridge" in rendition.html
    beside = tmp_path / "templates" / "brief"
    beside.mkdir(parents=True)
    own(beside, style_css='{% include "morning/style.css" %} .title { color: #123456; }')
    styled = render(ordinary(), replace(VIEW, template="brief"), folder=tmp_path)
    assert "color:#123456" in styled.html
    assert "1-minute read" in styled.text


def test_theme_colours() -> None:
    """Colours and fonts of the config, over the template's own, in light and dark."""
    theme = (("accent", "#aa0000"), ("accent_dark", "#ffaaaa"), ("heading_font", "Palatino, serif"))
    html = render(ordinary(), replace(VIEW, theme=theme)).html
    assert "color:#aa0000" in html
    assert "color:#ffaaaa!important" in html
    assert "font-family:Palatino,serif" in html


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("body_html", "<p>\n{% if %}</p>", "body.html:2: "),
        ("body_html", "<p>\n\n{{ page.titel }}</p>", "body.html:3: "),
        ("body_txt", "{{ nothing }}", "body.txt:1: "),
        ("subject_txt", "{{ 1 / 0 }}", "subject.txt:1: "),
        ("style_css", ".a { color: {{ theme.colour }} }", "style.css:1: "),
        ("body_html", "{% include 'gone.html' %}", "includes 'gone.html'"),
        ("body_html", "\n{% set summary_length = 'long' %}", "body.html:2: summary_length"),
        ("body_html", "<p>" + "x" * 103_000, "without a single story"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, file: str, text: str, says: str) -> None:
    """What a user's template does wrong is told as file:line."""
    with pytest.raises(TemplateError) as error:
        render(ordinary(), own(tmp_path, **{file: text}))
    assert says in str(error.value)


@pytest.mark.parametrize("name", ["nowhere", "../morning", "/nowhere/at/all", ""])
def test_a_template_that_is_nowhere(name: str) -> None:
    """The message lists those that ship."""
    with pytest.raises(TemplateError, match="morning"):
        render(ordinary(), replace(VIEW, template=name))


def test_an_update_from_yesterday_and_from_long_ago() -> None:
    """The words for when."""
    from digest.model import Earlier

    for days, words in ((1, "Update on yesterday’s story: X"), (30, "Update on our story of February 12: X")):
        earlier = Earlier((END - timedelta(days=days)).date(), "X")
        assert words in render(issue(Topic("T", (story(0, continues=earlier),))), VIEW).text


def test_nothing_is_over_the_limit_by_much() -> None:
    """The reserve for each recipient's own address keeps the sent mail under Gmail's limit."""
    html = render(many(3000), VIEW).html.replace(UNSUBSCRIBE_URL, "https://example.org/u?" + "t" * 600)
    assert len(html.encode()) + html.count("\n") <= LIMIT


def test_a_top_story_names_all_its_outlets_others_six() -> None:
    """A story of nine outlets, once as a top story and once in its topic; `brief` only counts the others."""
    nine = story(0, outlets=4)
    extra = tuple(
        replace(nine.lead, feed=f"https://outlet{n}.example/rss", ident=f"x{n}", url=f"https://outlet{n}.example/0")
        for n in range(5)
    )
    nine = replace(nine, entries=(*nine.entries, *extra))
    leading = render(issue(Topic("World", (nine,)), top=("s0",)), VIEW).html
    within = render(issue(Topic("World", (nine, story(1), story(2))), top=("s1",)), VIEW).html
    assert all(f">outlet{n}.example</a>" in leading for n in range(5))
    assert "and 2 more" in within
    assert ">outlet4.example</a>" not in within
    brief = render(issue(Topic("World", (nine,)), top=("s0",)), replace(VIEW, template="brief"))
    assert "The Harbour Courier and 8 more" in re.sub("<[^>]*>", "", brief.html)
    assert "The Harbour Courier and 8 more" in brief.text


def test_markup_and_text_show_addresses_in_pairs() -> None:
    """Filters count them (rspamd's URI_COUNT_ODD): with pictures embedded, remote or not there."""
    bridge = ordinary().topics[0].stories[0].image
    assert bridge is not None
    for template in ("morning", "brief"):
        for how in (VIEW, REMOTE, EMBED):
            got = render(
                whole(ordinary()),
                replace(how, template=template),
                pictures={bridge.url: Picture("a@b", b"x", "png", 9, 6)},
            )
            shown = re.findall(r'(?:href|src)="(https?:[^"]+)"', got.html) + re.findall(r"https?:\S+", got.text)
            assert len(shown) % 2 == 0, (template, how.images)


def test_a_subject_holds_whole_headlines_and_the_preheader_goes_on_from_there() -> None:
    """The first is cut if it must be; the next stands only if all of it fits."""
    short = [
        story(n, title=title) for n, title in enumerate(("Rain at last", "Ferry sails", "A long way to the sea " * 3))
    ]
    got = render(issue(Topic("World", tuple(short)), top=("s0", "s1")), VIEW)
    assert got.subject == "Sat, Mar 14: Rain at last · Ferry sails"
    assert '<div class="hidden" aria-hidden="true"' not in got.html  # its rule is inlined
    assert re.search(r'aria-hidden="true"[^>]*>A long way to the sea', got.html)
    long = render(issue(Topic("World", (story(0, title="A long way to the sea " * 5), story(1))), top=("s0",)), VIEW)
    assert len(long.subject) <= 78
    assert long.subject.endswith("…")
