"""Every row of the hostile corpus: what its index asks for is what comes out, file by file.

`hostile.tsv` holds our own line for each file: what it asks (`asked`), what becomes of it, and why where that is not what
the tests it was taken from wanted. `python -m tests.gather.test_hostile_rows` writes the observed columns anew.
"""

import ast
import csv
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType

import pytest

from digest.gather import encoding
from digest.gather.identity import recognise
from digest.gather.markup import plain
from digest.gather.reading import Parsed
from digest.group.clean import clean
from digest.model import Entry, FeedState
from digest.render.article import article
from tests.conftest import SHARED
from tests.gather.conftest import known
from tests.gather.test_hostile import NOW, read

TABLE = Path(__file__).with_name("hostile.tsv")
FIELDS = ("file", "asked", "outcome", "entries", "total", "hash", "differs")
FOLDER = "data/feeds/hostile"


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def index(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def served_as(row: dict[str, str]) -> str:
    """The Content-Type that the row wants the file served with."""
    text = f"{row['what_is_wrong']} {row['what_a_good_program_should_do']}"
    found = re.search(r"(?i)Content-type:\s*([^\]()]+)", text)
    return found[1].strip() if found else ""


def outcome(parsed: Parsed) -> str:
    """What became of a document, in a word or two."""
    if parsed.problem:
        return {"html": "web page", "empty": "nothing there"}.get(parsed.kind, "no feed")
    said = " ".join(parsed.notes)
    how = "cut" if "end of the feed" in said else "damaged" if "damaged" in said else "partly" if said else "feed"
    return how if parsed.total else f"{how} without entries"


def observed(parsed: Parsed) -> dict[str, str]:
    """The columns that are looked at. The hash is over the feed's title and every entry's ident, title, link and date."""
    said = "\n".join([parsed.title, *(f"{one.ident}|{one.title}|{one.url}|{one.published}" for one in parsed.entries)])
    return {
        "outcome": outcome(parsed),
        "entries": str(len(parsed.entries)),
        "total": str(parsed.total),
        "hash": blake2b(said.encode(), digest_size=6).hexdigest(),
    }


# ---------------------------------------------------------------- what must hold of each kind of row


def decoded(parsed: Parsed, _: dict[str, str]) -> None:
    """It is text that came out, and it is no feed damaged beyond use."""
    assert not parsed.problem or parsed.problem == "it is not a feed"


def kept(parsed: Parsed, row: dict[str, str]) -> None:
    """At least the entries that feedparser finds and that say something; what is damaged is said to be."""
    if not (found := re.match(r"(\d+) entries", row["feedparser_6.0.14_baseline"])) or parsed.problem:
        assert parsed.problem or parsed.entries
        return
    assert parsed.total >= int(found[1]) or "cut" in outcome(parsed)
    if expected(row) == "bozo":
        assert parsed.notes


def reported(parsed: Parsed, _: dict[str, str]) -> None:
    """The user is told that this is no feed."""
    assert parsed.problem
    assert not parsed.entries


def harmless(parsed: Parsed, _: dict[str, str]) -> None:
    """What `safe` checks of every row is what the row is about."""
    assert not parsed.problem


RULES: dict[str, Callable[[Parsed, dict[str, str]], None]] = {
    "decode": decoded,
    "keep what can be read": kept,
    "report": reported,
    "make harmless": harmless,
    "its own": lambda *_: None,  # stands in OWN
}


class _Markup(HTMLParser):
    """Which tags, attributes and addresses a mail's markup holds."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.found |= {
            f"@{name}" for name, value in attrs if (name, value) != ("class", "accent")
        }  # the template's own
        for name, value in attrs:
            if name in ("href", "src"):
                assert re.match(r"(?:https?://|mailto:)", value or ""), value


PASSING = frozenset({"p", "h4", "ul", "ol", "li", "blockquote", "a", "b", "i", "code", "pre", "sub", "sup", "s", "br", "img",
                     "table", "tr", "td", "@href", "@src", "@alt", "@dir", "@lang", "@style", "@width", "@height"})  # fmt: skip


def safe(entry: Entry) -> None:
    """No active content is left of an entry, neither in its plain blocks nor where its whole text is shown."""
    cleaned = clean(entry)
    text = "\n".join([cleaned.title, cleaned.summary, *(block.text for block in cleaned.blocks)])
    assert not re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "\n" not in cleaned.title
    assert "location.href" not in text
    whole = "".join(piece.html for piece in article(cleaned, styles={}))
    assert _Markup(whole).found <= PASSING, whole[:300]
    assert "location.href" not in whole


# ---------------------------------------------------------------- what the suites that the files come from expect


def expected(row: dict[str, str]) -> str:
    """The expression after "suite expects"."""
    found = re.search(r"\(suite expects: (?:not )?(?:bozo and )?(.*)\)$", row["what_a_good_program_should_do"])
    return found[1] if found else ""


def agrees(parsed: Parsed, row: dict[str, str], body: bytes) -> None:
    """The suite's expectation, where the index tells it whole. A title is compared as text, a body as the text it shows."""
    wanted = re.sub(r"^ord\((.*)\) == (\d+)$", lambda match: f"{match[1]} == {chr(int(match[2]))!r}", expected(row))
    match = re.match(r"(encoding|feed|entries\[0\])(?:\['(\w+)'\]|\.(\w+))?(?:\[0\]\['value'\])? == (.+)$", wanted)
    try:
        value = ast.literal_eval(match[4]) if match else None
    except (ValueError, SyntaxError):
        return  # cut short in the index, or put together from pieces
    if match is None or not isinstance(value, str):
        return
    field = match[2] or match[3] or ""
    if match[1] == "encoding":
        name = {"us-ascii": "utf-8"}.get(value, value)
        read_as = encoding.read(body, served_as(row)).data.decode()
        assert read_as == body.decode(name).removeprefix("\ufeff")
    elif match[1] == "feed":
        if field == "title":
            assert parsed.title == plain(value, markup=True)
    elif field == "link":
        assert parsed.entries[0].url == value
    elif not plain(value, markup=True):
        pictures = re.findall(r'src="(http[^"]+)"', value)
        assert [image.url for image in parsed.entries[0].images][: len(pictures)] == pictures
    else:
        (entry,) = parsed.entries
        texts = {plain(text, markup=True) for text in (entry.content, entry.teaser)} | {entry.title}
        assert plain(value, markup=True) in texts or plain(value, markup=False) in texts


# ---------------------------------------------------------------- rows that ask for something of their own


def urls(parsed: Parsed) -> list[str]:
    return [entry.url for entry in parsed.entries]


def titles(parsed: Parsed) -> list[str]:
    return [entry.title for entry in parsed.entries]


def first(parsed: Parsed) -> Entry:
    return parsed.entries[0]


def undated(parsed: Parsed) -> bool:
    return bool(parsed.entries) and not any(entry.published for entry in parsed.entries)


CAFE = "Café à Zürich – prix 5 €"
TEN = [f"Story {n}" for n in range(1, 11)]
OWN: MappingProxyType[str, Callable[[Parsed], bool]] = MappingProxyType(
    {
        "fastfeedparser/utf16_encoded.xml": lambda one: first(one).published == datetime(2024, 1, 3, 12, tzinfo=UTC),
        "feedjira/AtomEscapedHTMLInPreTag.xml": lambda one: "<pre>&lt;b&gt;test&lt;b&gt;</pre>" in first(one).content,
        "feedjira/AtomFeedWithSpacesAroundEquals.xml": lambda one: bool(first(one).url and first(one).published),
        "feedjira/FeedBurnerUrlNoAlternate.xml": lambda one: urls(one) == ["http://example.com/QQQQ.html"],
        "feedjira/InvalidDateFormat.xml": lambda one: [bool(entry.published) for entry in one.entries] == [True, True],
        "gofeed/issue_320_legacy_entity_prefix.xml": lambda one: one.title == "?page=1&copy=2;mode=x & done",
        "made/billion-laughs.xml": lambda one: titles(one) == ["ok"] and len(one.title) < 100,
        "made/control-characters.xml": lambda one: titles(one) == ["Title with [31m controls"],
        "made/cp1252-declared-utf8.xml": lambda one: titles(one) == [CAFE],
        "made/data-uri-image.xml": lambda one: not first(one).images and len(first(one).content) < 1000,
        "made/dates-zoo.xml": lambda one: sum(entry.published is None for entry in one.entries) == 8,
        "made/deep-html.xml": lambda one: titles(one) == ["deep"],
        "made/deep-xml.xml": lambda one: titles(one) == ["T"],
        "made/double-encoded-utf8.xml": lambda one: len(one.entries) == 1,
        "made/double-escaped-titles.xml": lambda one: titles(one) == ["AT&T ’s plan bold"],
        "made/empty.xml": lambda one: one.problem == "the answer was empty",
        "made/entries-3000.xml": lambda one: len(one.entries) == 3000,
        "made/future-dates.xml": lambda one: max(entry.dated for entry in one.entries) <= NOW,
        "made/guid-same-for-all.xml": lambda one: len({entry.ident for entry in told_apart(one)}) == 5,
        "made/gzip-bomb-100mb.xml.gz": lambda one: "unpacks" in one.problem,
        "made/header-injection.xml": lambda one: not any("\n" in text for text in (one.title, *titles(one))),
        "made/html-challenge-page.html": lambda one: "web page" in one.problem,
        "made/html-entities-undeclared.xml": lambda one: titles(one) == ["Café & bar — …"],
        "made/html-with-autodiscovery.html": lambda one: "web page" in one.problem and len(one.alternates) == 2,
        "made/json-not-a-feed.json": lambda one: "JSON" in one.problem,
        "made/jsonfeed-broken.json": lambda one: titles(one) == ["ok", "text not html"],
        "made/jsonfeed-truncated.json": lambda one: "JSON" in one.problem,
        "made/junk-after-root.xml": lambda one: titles(one) == TEN,
        "made/leading-newlines-and-bom.xml": lambda one: titles(one) == TEN,
        "made/missing-everything.xml": lambda one: (
            len(one.entries) == 3 and urls(one)[2] == "https://feed.example/permalink"
        ),
        "made/no-dates.xml": lambda one: undated(one) and all(entry.dated == NOW for entry in one.entries),
        "made/nul-bytes.xml": lambda one: titles(one) == ["Title with NUL"],
        "made/numeric-entities-bad.xml": lambda one: titles(one) == ["Bad – – ref"],
        "made/php-warning-before-xml.xml": lambda one: titles(one) == TEN,
        "made/quadratic-blowup.xml": lambda one: titles(one) == ["T"] and len(first(one).content) < 100_000,
        "made/relative-links.xml": lambda one: all(url.startswith("https://") for url in urls(one)),
        **{
            f"made/same-story/feed{n}.xml": lambda one: first(one).url_key == "news.example/2026/03/09/quake.html"
            for n in range(1, 5)
        },
        "made/snapshots/backfill-1.xml": lambda one: titles(one) == ["New today"],
        "made/snapshots/backfill-2.xml": lambda one: held(one, "made/snapshots/backfill-1.xml") > 300,
        "made/snapshots/edited-1.xml": lambda one: len(one.entries) == 1,
        "made/snapshots/edited-2.xml": lambda one: new(one, "made/snapshots/edited-1.xml") == 0,
        "made/snapshots/guid-changes-1.xml": lambda one: len(one.entries) == 1,
        "made/snapshots/guid-changes-2.xml": lambda one: new(one, "made/snapshots/guid-changes-1.xml") == 0,
        "made/tracking-and-boilerplate.xml": lambda one: urls(one) == ["https://feed.example/t?id=7"],
        "made/truncated-in-cdata.xml": lambda one: titles(one) == ["A"] and not one.whole,
        "made/truncated-mid-item.xml": lambda one: titles(one) == TEN[:5] and not one.whole,
        "made/two-declarations.xml": lambda one: titles(one) == TEN,
        "made/unicode-tricks.xml": lambda one: len(one.entries) == 8,
        "made/utf16le-declared-utf8.xml": lambda one: titles(one) == TEN,
        "made/utf8-declared-latin1.xml": lambda one: titles(one) == [CAFE],
        "made/utf8-no-declaration-header-latin1.xml": lambda one: titles(one) == [CAFE],
        "made/very-long-values.xml": lambda one: (
            max(map(len, titles(one))) <= 500 and max(len(entry.categories) for entry in one.entries) <= 20
        ),
        "made/whitespace-only.xml": lambda one: one.problem == "the answer was empty",
        "made/wrong-extension-rss-in-json.json": lambda one: titles(one) == TEN,
        "made/xml-base.xml": lambda one: urls(one) == ["https://feed.example/blog/2026/post.html"],
        "made/xss-titles-links-bodies.xml": lambda one: len(one.entries) == 12 and "{{7*7}}" in titles(one)[10],
        "made/xxe-file.xml": lambda one: titles(one) == ["host is &x;"],
        "made/xxe-http-dtd.xml": lambda one: titles(one) == ["T"],
        "miniflux/iso88591_utf8_mismatch.xml": lambda one: one.problem == "it is not a feed",
        "miniflux/koi8r.xml": lambda one: one.title == "Пример RSS ленты",
        "miniflux/utf8-incorrect-prolog.xml": lambda one: titles(one) == ["Café"],
        "miniflux/invalid-prolog.xml": lambda one: titles(one) == ["Café"],
        "miniflux/windows-1252-incorrect-prolog.xml": lambda one: one.title == "Euro €",
        "node-feedparser/atom-with-tag-uri-links.xml": lambda one: urls(one) == [""],
        "node-feedparser/compressed.xml": lambda one: len(one.entries) == 10 and all(urls(one)),
        "node-feedparser/guid-dupes.xml": lambda one: bool(first(one).guid),
        "node-feedparser/invalid-characters-gzipped.xml": lambda one: len(one.entries) == 25,
        "node-feedparser/mediacontent-dupes.xml": lambda one: (
            len({image.url for image in first(one).images}) == len(first(one).images)
        ),
        "node-feedparser/non-text-alternate-links.xml": lambda one: urls(one)[0].endswith("%280%2C1%29-category"),
        "node-feedparser/notafeed.html": lambda one: "web page" in one.problem,
        "node-feedparser/rss-with-trailing-meta.xml": lambda one: urls(one) == ["https://example.com/items/1"],
        "node-feedparser/saxerror.xml": lambda one: len(one.entries) == 3 and "bad?foo=1&bar=2" in urls(one)[1],
        "node-feedparser/tpm-with-empty-base.atom": lambda one: len(one.entries) == 20 and all(urls(one)),
        "node-feedparser/unknown-namespace.atom": lambda one: len(one.entries) == 1,
        "reader/invalid.json": lambda one: titles(one) == ["float id"],
        **{
            f"readrops/{name}_items_no_date.{end}": lambda one: undated(one)
            for name, end in (("atom", "xml"), ("json", "json"), ("rss1", "xml"), ("rss", "xml"))
        },
        **{
            f"readrops/{name}_items_no_link.{end}": lambda one: len(one.entries) == 1
            for name, end in (("atom", "xml"), ("json", "json"), ("rss1", "xml"), ("rss", "xml"))
        },
        **{
            f"readrops/{name}_items_no_title.{end}": lambda one: 3 < len(first(one).title) <= 100
            for name, end in (("atom", "xml"), ("json", "json"), ("rss1", "xml"), ("rss", "xml"))
        },
        "real-broken/de-spiegel-double-encoded.xml": lambda one: len(one.entries) == 17,
        "real-broken/fr-lemonde-double-encoded.xml": lambda one: len(one.entries) == 18,
        "real-broken/ru-yandex-double-encoded.xml": lambda one: len(one.entries) == 15,
        "yarr/atom-doesnt-escape-html.xml": lambda one: titles(one) == ["<script>alert(1);</script>"],
        "yarr/atom-html-title.xml": lambda one: titles(one) == ["say what?"],
        "yarr/atom-link-in-id.xml": lambda one: (
            urls(one) == ["https://example.com/posts/1", "", "https://example.com/posts/1"]
        ),
        "yarr/atom-xhtml-nested-title.xml": lambda one: titles(one) == ["Link to Example"],
        "yarr/feed-bom.xml": lambda one: not one.problem and not one.entries,
        "yarr/feed-missing-guid.xml": lambda one: len({entry.ident for entry in one.entries}) == 2,
        "yarr/rss-default-namespace.xml": lambda one: urls(one) == ["https://example.com/news/1"],
        "yarr/rss-lots-of-spaces.xml": lambda one: one.title == "finally",
        "yarr/rss-title-html-tags.xml": lambda one: titles(one) == ["title in p", "very strong title"],
    }
)


def told_apart(parsed: Parsed) -> tuple[Entry, ...]:
    return recognise(parsed.entries, (), FeedState("u"), NOW, max_entries=500).entries


def after(parsed: Parsed, before: str) -> tuple[int, int]:
    """How many entries are new, and how many of them held back, where another document was read the day before."""
    earlier = read((SHARED / FOLDER / before).read_bytes())
    state = FeedState("u", first_ok=NOW, last_ok=NOW)
    found = recognise(parsed.entries, [known(one) for one in earlier.entries], state, NOW, max_entries=500)
    return found.new, found.held


def new(parsed: Parsed, before: str) -> int:
    return after(parsed, before)[0]


def held(parsed: Parsed, before: str) -> int:
    return after(parsed, before)[1]


# ---------------------------------------------------------------- the rows


@pytest.mark.parametrize("line", table(), ids=lambda line: line["file"])
def test_what_the_row_asks_for_is_what_comes_out(shared: Path, line: dict[str, str]) -> None:
    folder = shared / FOLDER
    row, body = index(folder)[line["file"]], (folder / line["file"]).read_bytes()
    parsed = read(body, served_as(row))
    RULES[line["asked"]](parsed, row)
    if line["asked"] == "its own":
        assert OWN[line["file"]](parsed), (parsed.title, titles(parsed)[:3], parsed.problem)
    if not line["differs"]:
        agrees(parsed, row, body)
    for entry in parsed.entries[:100]:
        safe(entry)
    assert observed(parsed) == {name: line[name] for name in observed(parsed)}


def test_no_row_is_left_out(shared: Path) -> None:
    lines = {line["file"]: line for line in table()}
    assert sorted(lines) == sorted(index(shared / FOLDER))
    assert len(lines) == 257
    assert {name for name, line in lines.items() if line["asked"] == "its own"} == set(OWN)


def main() -> None:
    """Write the observed columns anew; what a row asks stays as it stands."""
    folder = SHARED / FOLDER
    lines = {line["file"]: line for line in table()}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writeheader()
        for name, row in index(folder).items():
            parsed = read((folder / name).read_bytes(), served_as(row))
            mine = {"file": name, "asked": lines[name]["asked"], "differs": lines[name]["differs"]}
            writer.writerow(mine | observed(parsed))
    sys.stdout.write(f"{TABLE} written\n")


if __name__ == "__main__":
    main()
