"""Headlines without their site's name and without shouting; the right picture or none; minutes to read."""

from collections import Counter

import pytest

from digest.group.clean import clean, fingerprints
from digest.group.text.blocks import RawImage
from digest.group.text.images import choose
from digest.group.text.reading import count, minutes
from digest.group.text.title import clean_title, segments
from digest.model import Block, Entry, Image

TEXT = (Block("paragraph", "In the town, NASA and Jo Doe met the mayor of Norwick on Monday, as Norwick said."),)


@pytest.mark.parametrize(
    ("title", "times", "clean"),
    [
        ("Harbour closed in Norwick - BBC News", 20, "Harbour closed in Norwick"),
        ("Harbour closed in Norwick | Reuters", 20, "Harbour closed in Norwick"),
        ("Mail server of the house - Up", 8, "Mail server of the house - Up"),
        ("Harbour closed in Norwick - BBC News", 1, "Harbour closed in Norwick - BBC News"),
        ("Opinion | Harbour closed in Norwick", 20, "Opinion | Harbour closed in Norwick"),
        ("All the puzzles - February 27, 2026", 20, "All the puzzles - February 27, 2026"),
        ("인공지능 AI로 CEO와 IBK 목소리까지 속인다 주의", 0, "인공지능 AI로 CEO와 IBK 목소리까지 속인다 주의"),
        ("Tom &amp; Jerry <b>return</b> to &#8220;TV&#8221;", 0, "Tom & Jerry return to “TV”"),
        ("HARBOUR CLOSED AS NORWICK AND NASA MEET JO DOE", 0, "Harbour closed as Norwick and NASA meet Jo Doe"),
        ("The <dialog> element & you", 0, "The <dialog> element & you"),
        ('Read <a href="x">this</a><br/>now', 0, "Read this now"),
        ("NASA, ESA, JAXA", 0, "NASA, ESA, JAXA"),
        ("Live - now", 20, "Live - now"),
    ],
)
def test_titles(title: str, times: int, clean: str) -> None:
    assert clean_title(title, TEXT, dict.fromkeys(segments(title), times), 20) == clean


def raw(url: str, width: int | None = None, height: int | None = None, marks: str = "") -> RawImage:
    return RawImage(url, "", width, height, marks)


@pytest.mark.parametrize(
    ("title", "text", "clean"),
    [
        (
            "Shipwright spent four YEARS on a boat",
            "She needed four years for it.",
            "Shipwright spent four years on a boat",
        ),
        (
            "TOMORROW the ferries sail again",
            "They sail at noon tomorrow, said NOAA.",
            "Tomorrow the ferries sail again",
        ),
        ("NOAA warns of a STORM", "The storm, said NOAA, comes by sea.", "NOAA warns of a storm"),
        ("NOAA warns of a STORM", "It comes by sea.", "NOAA warns of a STORM"),
        ("KANU wins the vote", "The party of KANU wins.", "KANU wins the vote"),
    ],
)
def test_a_word_is_not_shouted_where_the_text_says_it_quietly(title: str, text: str, clean: str) -> None:
    """An acronym is never written small in the text, and stays; where the text says nothing, so does any word."""
    assert clean_title(title, [Block("paragraph", text)], {}, 1) == clean


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("World › Ferries stay in port for a second day", "Ferries stay in port for a second day"),
        ("Wirtschaft | Werft baut zwei neue Fähren", "Werft baut zwei neue Fähren"),
        ("Opinion | Ferries should stay in port", "Opinion | Ferries should stay in port"),
        ("World | Cup", "World | Cup"),
        ("Harbour | Ferries stay in port again", "Harbour | Ferries stay in port again"),
    ],
)
def test_a_sections_name_before_a_title_goes(title: str, clean: str) -> None:
    """Under its heading it is said twice; what kind of piece it is stays, and so does a name that is no section's."""
    assert clean_title(title, [], {}, 1) == clean


@pytest.mark.parametrize(
    ("title", "section", "layout", "clean"),
    [
        ("May 4, 2026Red TeamPatterns in ferries", 2, 2, "Patterns in ferries"),
        ("May 4, 2026Red TeamPatterns in ferries", 1, 3, "Patterns in ferries"),
        ("May 4, 2026Red TeamPatterns in ferries", 1, 1, "Red TeamPatterns in ferries"),
        ("4 May 2026ScienceHow ferries float", 1, 1, "How ferries float"),
        ("2026-05-04How YouTube grew in Norwick", 1, 1, "How YouTube grew in Norwick"),
        ("HarbourMay 4, 2026Ferries stay in port", 1, 1, "Ferries stay in port"),
        ("2026-05-04 Ferries stay in port", 1, 1, "2026-05-04 Ferries stay in port"),
        ("All the puzzles of May 4, 2026", 1, 1, "All the puzzles of May 4, 2026"),
    ],
)
def test_a_date_and_a_section_run_into_a_title_go(title: str, section: int, layout: int, clean: str) -> None:
    """A program that made the feed of a page joined its parts. Whether a capital within a word begins the headline or
    belongs to a name is told from how often the feed has the section, or titles of that make."""
    counts = dict(zip(segments(title), (section, layout), strict=False))
    assert clean_title(title, [], counts, 20) == clean


@pytest.mark.parametrize(
    ("title", "times", "again", "clean"),
    [
        ("OpinionScience", 3, 1, "Ferries stay in port because of the ice"),
        ("МнениеОбщество", 9, 2, "Ferries stay in port because of the ice"),
        ("СюжетыВыборы-2026", 9, 2, "Ferries stay in port because of the ice"),
        ("YouTube", 2, 2, "YouTube"),  # once or twice it may be a name
        ("BondiBlock", 9, 1, "BondiBlock"),  # among others of that make, none of which begins in the same way
        ("Opinion Science", 9, 9, "Opinion Science"),
        ("Ferries", 9, 9, "Ferries"),
    ],
)
def test_labels_in_the_place_of_headlines_give_way_to_the_text(title: str, times: int, again: int, clean: str) -> None:
    """A program that made the feed of a page took two labels, joined, for the headline. The text's first sentence tells more."""
    blocks = [Block("paragraph", "Ferries stay in port because of the ice. Buses run instead.")]
    counts = dict(zip(segments(title), (times, again), strict=False))
    assert clean_title(title, blocks, counts, 10) == clean
    assert clean_title(title, [], counts, 10) == title
    long = clean_title(title, [Block("paragraph", "Ferries stay " * 20)], counts, 10)
    assert (long == title) == (clean == title)
    assert long == title or (len(long) < 112 and long.startswith("Ferries stay Ferries"))


def test_three_hyphens_are_a_dash() -> None:
    assert clean_title("Council took a big step---now comes the bill", [], {}, 1) == (
        "Council took a big step — now comes the bill"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/logo.png",
        "https://a.example/img/avatar-200x200.jpg",
        "https://pixel.example/pixel.gif",
        "https://a.example/spacer.gif",
        "https://www.gravatar.com/avatar/x?s=400",
        "https://a.example/photo-60x60.jpg",
        "https://a.example/drawing.svg",
        "https://a.example/img/NorwickLogo.jpg",
        "https://a.example/newsletter-illustration.png",
        "https://a.example/film.mp4",
        "https://a.example/placeholder.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "http://[broken/x.jpg",
        "",
    ],
)
def test_what_is_no_picture_never_wins(url: str) -> None:
    assert choose([Image(url)], [raw(url)]) is None


def test_the_feeds_own_picture_comes_first_then_the_first_real_one() -> None:
    inside = [
        raw("https://a.example/one.jpg", 1, 1),
        raw("https://a.example/two.jpg"),
        raw("https://a.example/three.jpg"),
    ]
    own = Image("https://a.example/own.jpg", width=800, height=450)
    best = choose([own], inside)
    assert best is not None
    assert best.url.endswith("own.jpg")
    second = choose([], inside)
    assert second is not None
    assert second.url.endswith("two.jpg")


def test_the_larger_of_several_sizes() -> None:
    sizes = [Image(f"https://a.example/p-{w}x{w // 2}.jpg", width=w, height=w // 2) for w in (300, 1200, 600)]
    best = choose(sizes, [])
    assert best is not None
    assert best.width == 1200


def test_sizes_are_read_out_of_addresses_and_relative_ones_are_made_absolute() -> None:
    assert choose([], [raw("/img/p-800x400.jpg")], base="https://a.example/n/1") == Image(
        "https://a.example/img/p-800x400.jpg", "", 800, 400
    )
    assert choose([Image("/img/p.jpg")], []) is None


def test_a_picture_that_a_feed_shows_again_and_again_is_none() -> None:
    entries = [
        Entry(
            "f",
            str(n),
            f"Note {n}",
            content=f'<img src="https://a.example/p{n}.jpg"><p>Words of {n}.</p>',
            images=(Image("https://a.example/emblem.jpg?n=1", width=900, height=600),),
        )
        for n in range(6)
    ]
    counts: Counter[str] = Counter()
    for entry in entries:
        counts.update(fingerprints(entry))
    shown = [clean(entry, boilerplate=counts).image for entry in entries]
    assert [image.url if image else "" for image in shown] == [f"https://a.example/p{n}.jpg" for n in range(6)]
    alone = clean(entries[0]).image
    assert alone is not None
    assert "emblem" in alone.url


def test_marked_and_misshapen_ones_do_not_win() -> None:
    assert choose([], [raw("https://a.example/x.jpg", marks="author-box avatar")]) is None
    assert choose([Image("https://a.example/strip.jpg", width=1200, height=150)], []) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [("one two, three", 3), ("今天是好天气。", 6), ("日本語 and English", 5), ("", 0), ("Привіт, світе", 2)],
)
def test_words(text: str, words: int) -> None:
    assert count(text) == words


def test_minutes_follow_the_language() -> None:
    assert minutes(228, "en") == 1.0
    assert minutes(255, "zh") == 1.0
    assert minutes(0, "xx") == 0.0
