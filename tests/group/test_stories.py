"""How stories are made: pairs and their reasons, rubrics and live pages, large days, stability; real weights, made-up
words, and one real day where ../shared stands beside the checkout."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.grouping_speed import made_up
from digest.gather.parse import parse
from digest.group import stories
from digest.group.continuing import continued
from digest.group.meaning.vectors import default, unpack, vectors_of
from digest.group.pairs import candidates
from digest.group.pairs.candidates import Vectors
from digest.group.pairs.coherence import coherence
from digest.group.pairs.likeness import FEATURES, circumstances, features
from digest.group.pairs.linkage import average_linkage, tightened
from digest.group.pairs.rubrics import ROLLING, headlines
from digest.group.pairs.sparse import bags
from digest.group.text.words import bag, stem
from digest.model import Entry, FeedSource, Issue, Story, Topic

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "../shared/data/feeds/sameday"


def entry(feed: str, title: str, teaser: str = "", **more: object) -> Entry:
    """An entry of a made-up feed, an hour old."""
    made = Entry(
        feed=f"https://{feed}.example/rss", ident=title, title=title, teaser=teaser, published=NOW - timedelta(hours=1)
    )
    return replace(made, **more)  # type: ignore[arg-type]  # field names are checked by replace itself


def told(*entries: Entry) -> stories.Groups:
    """Their stories."""
    return stories.group(entries, vectors_of(entries, {}, default()))


DAM = (
    entry(
        "north", "Dam at Lake Orrin gives way after days of rain", "Two villages below the Orrin dam were evacuated."
    ),
    entry("south", "Orrin dam gives way: two villages evacuated", "Days of rain broke the dam at Lake Orrin."),
)


def test_reasons_name_what_two_entries_share() -> None:
    """Words as written, not their stems; the probability is the weight."""
    groups = told(*DAM)
    (why,) = groups.evidence[groups.clusters.index((0, 1))]
    assert why.about == "story"
    assert 0.5 < why.weight <= 1
    assert "Orrin" in why.text
    assert "villages" in why.text


def test_one_person_in_two_events_is_two_stories() -> None:
    """The same name, nothing else in common, in teasers of a usual length."""
    bridge = (
        "Thousands walked over the new harbour bridge on Sunday morning after a brass band and a choir of schoolchildren "
        "had opened it. Engineers needed six years and forty thousand tonnes of steel. Okafor called it a gift to both banks."
    )
    court = (
        "A judge set a penalty of eighty euros because a private car blocked the ambulance entrance for an hour last spring. "
        "Okafor had argued that no sign was visible in the dark. Witnesses from the night shift told the hearing otherwise."
    )
    groups = told(
        entry("north", "Harbour bridge opens with a brass band", bridge),
        entry("south", "Okafor fined for parking at a hospital", court),
        *DAM,
    )
    assert (2, 3) in groups.clusters
    assert (0, 1) not in groups.clusters


def test_a_makers_name_in_its_own_posts_is_no_shared_event() -> None:
    """Who follows a maker's blog reads its name every day, in other outlets' posts too, and on days it is silent."""
    titles = "How a bank moved its ledgers to Temporix", "Choosing a Temporix plan for small teams"
    assert len(told(*(entry("temporix", title) for title in titles)).clusters) == 2
    others = [entry("partner", title) for title in titles]
    vectors = vectors_of(others, {}, default())
    followed, not_followed = (
        stories.group(others, vectors, feeds=feeds).pairs.get((0, 1), 0.0)
        for feeds in (["https://temporix.example/rss"], [])
    )
    assert followed < not_followed - 0.3


def test_two_live_pages_of_unlike_events_stand_alone() -> None:
    """Sharing "live updates" makes no event."""
    groups = told(
        entry("north", "Storm live updates: ferries stay in harbour", "All ferries are cancelled today."),
        entry("south", "Budget live updates: chancellor raises fuel duty", "The house votes on Tuesday."),
    )
    assert groups.clusters == ((0,), (1,))


def test_a_blurb_under_every_title_makes_no_story() -> None:
    """A channel's clips bear its name, its sponsors and nothing of their own; an article under two headlines keeps a word."""
    blurb = "From Harbour Talk with Abel Tarrow and Zadie Quill, number {}. Ropes and sails of Norwick Chandlers."
    clips = [
        entry("channel", title, blurb.format(641 + i // 2))
        for i, title in enumerate(("The creepy fan", "What is prose?", "Mirrors again", "Who surprises whom"))
    ]
    assert len(told(*clips).clusters) == 4
    text = "The dam at Lake Orrin gave way on Monday after days of rain, and two villages below it were evacuated."
    assert (
        len(told(entry("paper", "Dam gives way", text), entry("paper", "Villages below the dam flee", text)).clusters)
        == 1
    )


def test_the_same_address_is_one_story() -> None:
    """Whatever the words."""
    first = entry("north", "Alpha beta gamma", url_key="https://x.example/1")
    assert told(first, entry("south", "Delta epsilon zeta", url_key="https://x.example/1")).clusters == ((0, 1),)


def test_a_programme_named_in_all_titles_is_no_headline() -> None:
    """Set off by a bar in many titles of the feed; a title of nothing else is left."""
    made = [entry("tv", f"Report number {word} | Evening Patrol") for word in ("one", "two", "three")]
    other = entry("other", "A bridge opens | Evening Patrol")
    assert headlines([*made, other])[0] == "Report number one"
    assert headlines([*made, other])[3] == other.title
    assert headlines([entry("tv", "Evening Patrol")] * 4) == ["Evening Patrol"] * 4


def test_a_column_named_in_brackets_in_some_titles_is_no_headline() -> None:
    """Square ones of any script, in front or behind, once three titles of the feed have them; of one title, they stay."""
    made = [entry("paper", f"Report number {word} [Harbour walks 2026]") for word in ("one", "two", "three")]
    made += [entry("paper", f"【速報】Report number {word} [of {word}]") for word in ("four", "five", "six")]
    assert headlines(made)[0] == "Report number one"
    assert headlines(made)[3] == "Report number four [of four]"
    assert headlines(made[:2]) == [one.title for one in made[:2]]


@pytest.mark.parametrize(
    ("title", "rolling"),
    [
        ("Live updates: the storm reaches the coast", True),
        ("Ukraine-Liveblog: Nacht ohne Angriffe", True),
        ("The morning briefing: five things to know", True),
        ("Ferry season: the highlights", True),
        ("A new ferry in Norwick: a timeline", True),
        ("How elephants live and die", False),
        ("Storm highlights how thin the dam is", False),
        ("Council rejects the four-month timeline", False),
        ("Police tracking lost hikers find two", False),
        ("Билеты на паром теперь продают только онлайн", False),
        ("Alive after three days under the snow", False),
    ],
)
def test_pages_that_go_on_are_known_by_their_title(title: str, rolling: bool) -> None:
    assert bool(ROLLING.search(title)) is rolling


def test_linkage_knows_how_many_an_item_was_compared_with() -> None:
    """Four that resemble their two nearest at 0.9 are one cluster if no more could be known, else two."""
    ring = [(0, 1, 0.9), (2, 3, 0.9), (0, 2, 0.5), (1, 3, 0.5)]
    assert len(average_linkage(4, ring, cut=0.4)) == 2
    assert average_linkage(4, ring, cut=0.4, known=1) == [[0, 1, 2, 3]]


def test_a_theme_falls_into_the_stories_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each near enough to the next, few near to each other: what shares a name (a games, an epidemic) is not one event.
    The two events in it stay whole, what belongs to neither stands alone, and they are told side by side."""
    across = {(a, b): 0.34 for a in range(5) for b in range(a + 1, 5)}
    pairs = across | {(0, 1): 0.9, (2, 3): 0.85}
    monkeypatch.setattr(stories, "_probable", lambda _day, _model: pairs)
    groups = told(*(entry(f"north{i}", f"Event {i} at the games of Lake Orrin") for i in range(5)))
    assert set(groups.clusters) == {(0, 1), (2, 3), (4,)}
    assert len(groups.related) == 3


def test_what_one_outlet_tells_is_one_story_only_if_surely_of_one_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """A town's paper names the town in all it writes: what is not surely one event stands side by side. Three papers' pieces,
    as near to each other, are one story."""
    pairs = {(a, b): 0.45 for a in range(3) for b in range(a + 1, 3)} | {(0, 1): 0.85}
    pairs |= {(a, b): 0.6 for a in range(3, 6) for b in range(a + 1, 6)} | {(3, 4): 0.85}
    monkeypatch.setattr(stories, "_probable", lambda _day, _model: pairs)
    papers = ("east", "east", "east", "north", "south", "west")
    groups = told(*(entry(paper, f"Event {i} at Lake Orrin") for i, paper in enumerate(papers)))
    assert set(groups.clusters) == {(0, 1), (2,), (3, 4, 5)}
    assert groups.related


def test_what_no_two_surely_tell_is_no_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five features on the games, each rather likely about what the next is; beside two reports of one final, and two that
    are like nothing else of the day."""
    pairs = {(a, b): 0.26 for a in range(5) for b in range(a + 1, 5)}
    pairs |= {(0, 1): 0.7, (2, 3): 0.7, (2, 4): 0.7, (3, 4): 0.7, (5, 6): 0.85, (0, 5): 0.3, (7, 8): 0.6, (0, 7): 0.1}
    monkeypatch.setattr(stories, "_probable", lambda _day, _model: pairs)
    groups = told(*(entry(f"paper{i}", f"Event {i} at the games of Lake Orrin") for i in range(9)))
    assert set(groups.clusters) == {(0,), (1,), (2,), (3,), (4,), (5, 6), (7, 8)}


def test_what_holds_together_is_not_taken_apart() -> None:
    """A pair, however loose; a story of three whose mean is high enough, though two of them are far apart; one too large
    to be known whole."""
    pairs = {(0, 1): 0.35, (2, 3): 0.9, (3, 4): 0.7}
    whole = [[0, 1], [2, 3, 4]]
    assert tightened(whole, pairs, least=0.5, largest=9) == whole
    assert tightened([[2, 4, 3]], {**pairs, (3, 4): 0.1}, least=0.5, largest=9) == [[2, 3], [4]]
    assert tightened([[2, 3, 4]], {**pairs, (3, 4): 0.1}, least=0.5, largest=2) == [[2, 3, 4]]


def test_a_large_day_says_so_and_keeps_its_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bounds each entry is compared with its nearest, then by words alone: near the same stories."""
    made, vectors = made_up(300)
    entries = [one for one in made if isinstance(one, Entry)]
    whole = stories.group(entries, vectors)
    assert whole.note == ""
    for module in (candidates, stories):
        monkeypatch.setattr(module, "SMALL", 100)
    some = stories.group(entries, vectors)
    assert "nearest" in some.note
    assert len(set(whole.clusters) ^ set(some.clusters)) <= 0.05 * len(whole.clusters)
    for module in (candidates, stories):
        monkeypatch.setattr(module, "WITH_VECTORS", 200)
    assert "rare words" in stories.group(entries, vectors).note


def test_a_story_of_more_entries_than_each_is_compared_with_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry cannot resemble more of a large story than it was compared with, and is not asked to."""
    made, vectors = made_up(300)
    entries = [one for one in made if isinstance(one, Entry)]
    whole = stories.group(entries, vectors)
    monkeypatch.setattr(candidates, "NEAR", 20)
    some = stories.group(entries, vectors)
    assert max(map(len, some.clusters)) > 20
    assert len(some.pairs) < len(whole.pairs)
    assert set(some.clusters) == set(whole.clusters)


def test_looking_at_the_best_of_groups_first_loses_no_near_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which pairs are looked at does not depend on the shortcut that finds an entry's nearest."""
    made, vectors = made_up(400)
    entries = [one for one in made if isinstance(one, Entry)]
    for module in (candidates, stories):
        monkeypatch.setattr(module, "SMALL", 100)
        monkeypatch.setattr(module, "NEAREST", 8)
    quick = stories.group(entries, vectors)
    monkeypatch.setattr(candidates, "_GROUP", 10**6)  # no groups: every score is looked at
    assert stories.group(entries, vectors) == quick


def test_a_name_in_entries_of_any_kind_means_less_than_one_in_entries_alike() -> None:
    """Two names that the background has never met: the event's stands in three entries alike, the town's in three that
    have nothing to do with each other. The pair in question is not its own witness."""
    texts = ["Quorvath", "Quorvath", "Quorvath Zimbleton", "Zimbleton", "Zimbleton"]
    rows = bags([bag(text, "") for text in texts], stories.shipped_background())
    there = np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 2]]
    known = Vectors(there, there, np.ones(5, np.bool_))
    together = coherence(rows, known)
    event, town = (np.array([rows.vocabulary.index(stem(name))]) for name in ("quorvath", "zimbleton"))
    assert together.without(event, np.ones(1, np.float32))[0] == pytest.approx(1)
    assert together.without(town, np.zeros(1, np.float32))[0] == pytest.approx(0)
    first, second = np.array([0, 2]), np.array([1, 3])
    made = [entry(f"f{i}", text) for i, text in enumerate(texts)]
    found = features(rows, circumstances(made), together, known.cosines(first, second), first, second)
    assert found[:, FEATURES.index("coherence")].tolist() == pytest.approx([1, 0])
    unread = Vectors(there, there, np.zeros(5, np.bool_))
    none = features(rows, circumstances(made), coherence(rows, unread), unread.cosines(first, second), first, second)
    assert not none[:, FEATURES.index("coherence")].any()


words = st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=12), max_size=12).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=8))
def test_any_text_gives_finite_features_and_each_entry_one_story(texts: list[tuple[str, str]]) -> None:
    """Hostile words: no crash, no NaN, nothing lost, nothing twice."""
    made = [entry(f"f{i}", title, teaser, ident=str(i)) for i, (title, teaser) in enumerate(texts)]
    rows = bags([bag(title, teaser) for title, teaser in texts], stories.shipped_background())
    first, second = (np.array(side, np.int64) for side in np.triu_indices(len(texts), 1))
    rng = np.random.default_rng(len(texts))
    vectors = rng.standard_normal((len(texts), 4)).astype(np.float32)
    known = Vectors(vectors, vectors, rng.random(len(texts)) < 0.8)
    around, alike = circumstances(made), known.cosines(first, second)
    none = np.zeros((0, len(FEATURES)))
    found = features(rows, around, coherence(rows, known), alike, first, second) if len(first) else none
    assert np.isfinite(found).all()
    clusters = stories.group(made, np.zeros((len(made), 600), np.float32)).clusters
    assert sorted(i for cluster in clusters for i in cluster) == list(range(len(made)))


def test_a_daily_feature_continues_nothing() -> None:
    """Yesterday's horoscope is no news, however alike."""
    old = Story("s1", (entry("paper", "Your horoscope for Thursday, May 28", ident="a"),), "t")
    issue = Issue("d", "t", date(2026, 2, 28), NOW, NOW, "en", "UTC", topics=(Topic("Life", (old,)),))
    assert continued([Story("a", (entry("paper", "Your horoscope for Friday, May 29"),), "t")], [issue]) == {}


def test_of_two_that_could_continue_a_story_the_larger_does() -> None:
    """Two of today's stories on one dam: the one that two outlets tell."""
    issue = Issue(
        "d", "t", date(2026, 2, 28), NOW, NOW, "en", "UTC", topics=(Topic("World", (Story("s1", DAM[:1], "Dam"),)),)
    )
    again = entry("west", "Dam at Lake Orrin gives way: rain, and two villages evacuated")
    today = [Story("small", (again,), "t"), Story("large", DAM, "t")]
    assert set(continued(today, [issue])) == {"large"}


def _changed(before: set[frozenset[str]], after: set[frozenset[str]]) -> float:
    home = {ident: cluster for cluster in after for ident in cluster}
    moved = [ident for cluster in before for ident in cluster if home[ident] != cluster]
    return len(moved) / sum(map(len, before))


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared")
def test_a_real_day_is_stable() -> None:
    """Shuffled: the same stories. With a twentieth of another year's entries among them: fewer than 2 % move."""

    def read(day: str, of: str) -> list[Entry]:
        start, end = (datetime.fromisoformat(f"{of}T{time}Z") for time in ("00:00:00", "23:59:59"))
        found = [
            replace(e, feed=path.name, ident=f"{path.name} {e.ident}")
            for path in sorted((SHARED / day).iterdir())
            for e in parse(path.read_bytes(), FeedSource(url=path.name), now=end).entries
        ]
        return [e for e in {e.ident: e for e in found}.values() if e.published and start <= e.published <= end]

    def clusters(entries: list[Entry], but: frozenset[str] = frozenset()) -> set[frozenset[str]]:
        groups = stories.group(entries, vectors_of(entries, {}, default(), at_once=0))
        return {frozenset(entries[i].ident for i in c) - but for c in groups.clusters} - {frozenset()}

    day = read("2026-02-17-world-en", "2026-02-17")
    assert len(day) > 200
    before = clusters(day)
    shuffled = [day[i] for i in np.random.default_rng(3).permutation(len(day))]
    assert clusters(shuffled) == before
    strange = read("2017-01-07-multilingual", "2017-01-07")[: len(day) // 20]
    assert _changed(before, clusters([*strange, *day], frozenset(e.ident for e in strange))) < 0.02


def test_events_in_a_script_without_spaces_are_told_apart_by_their_words() -> None:
    """Two announcements of one day sound alike; what they share in characters is too little."""
    groups = told(
        entry(
            "north", "上海浦东机场因大雾取消百余航班", "周一清晨能见度不足两百米，旅客滞留航站楼，铁路部门加开列车。"
        ),
        entry("south", "浦东机场大雾 百余航班取消", "上海浦东机场周一清晨大雾，能见度不足两百米，百余航班取消。"),
        entry(
            "east",
            "教育部调整高考时间 六月七日开考",
            "教育部周二宣布今年高考时间调整，全国统一于六月七日开考，并公布乡村学校考生的报名办法。",
        ),
        entry(
            "west",
            "交通部宣布春运加开列车三百列",
            "交通部周二宣布，春运期间全国加开列车三百列，车票从下周一开始发售。",
        ),
    )
    assert groups.clusters == ((0, 1), (2,), (3,))


def test_stories_do_not_hang_on_the_last_digits_of_vectors() -> None:
    """What another processor or library of products rounds otherwise (some 1e-7) changes no story."""
    entries, vectors = made_up(400)
    given = [e for e in entries if isinstance(e, Entry)]
    noise = np.random.default_rng(5).uniform(-1e-6, 1e-6, vectors.shape).astype(np.float32)
    assert stories.group(given, vectors + noise).clusters == stories.group(given, vectors).clusters


def test_a_vector_depends_on_its_text_alone() -> None:
    """To the last digits that are kept: texts of one length and of others beside it, or none."""
    texts = [f"{e.title}. {e.teaser}"[: 40 + 9 * i] for i, e in enumerate(made_up(12)[0]) if isinstance(e, Entry)]
    together = unpack(default().embed(texts))
    alone = np.vstack([unpack(default().embed([text])) for text in texts])
    assert np.abs(together - alone).max() < 1e-3
