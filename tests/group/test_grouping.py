"""Stories, topics, filters, ranking: through their public functions, with the shipped weights."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from digest.group import stories, topics
from digest.group.continuing import continued
from digest.group.filing.general import log_probabilities
from digest.group.filing.lexicon import BUILT_IN, built_in
from digest.group.filters import matching, refused
from digest.group.lead import headed, lead_first, neutral_title
from digest.group.meaning.vectors import content_key, default, vectors_of
from digest.group.pairs.linkage import average_linkage
from digest.group.rank import importance, independent
from digest.group.selection import Limits, select
from digest.group.text.words import content, stem
from digest.model import Entry, FeedSource, Issue, Outcome, Shown, Story, Topic, TopicSpec

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)


def entry(feed: str, title: str, teaser: str = "", **more: object) -> Entry:
    """An entry of a made-up feed, an hour old."""
    made = Entry(
        feed=f"https://{feed}.example/rss", ident=title, title=title, teaser=teaser, seen=NOW - timedelta(hours=1)
    )
    return replace(made, **more)  # type: ignore[arg-type]  # field names are checked by replace itself


FLOOD = [
    entry(
        "north", "Dam at Lake Orrin gives way after days of rain", "Two villages below the Orrin dam were evacuated."
    ),
    entry("south", "Orrin dam gives way: two villages evacuated", "Days of rain broke the dam at Lake Orrin."),
    entry("east", "Chess champion Vasquez keeps her title", "Vasquez drew the last game and keeps the crown."),
]


def test_one_event_is_one_story_and_another_stands_alone() -> None:
    """Two outlets' words for one event meet; a third entry does not."""
    groups = stories.group(FLOOD, vectors_of(FLOOD, {}, default()))
    assert sorted(map(len, groups.clusters)) == [1, 2]
    assert (0, 1) in groups.clusters


def test_order_of_entries_does_not_matter() -> None:
    """The same stories whatever the order."""
    turned = FLOOD[::-1]
    there = {
        frozenset(FLOOD[i].ident for i in c) for c in stories.group(FLOOD, vectors_of(FLOOD, {}, default())).clusters
    }
    back = {
        frozenset(turned[i].ident for i in c) for c in stories.group(turned, vectors_of(turned, {}, default())).clusters
    }
    assert there == back


def test_nothing_is_no_story() -> None:
    """An empty day."""
    assert stories.group([], np.zeros((0, 576), np.float32)).clusters == ()


def test_average_linkage_does_not_chain() -> None:
    """A–B and B–C alike, A–C not: single linkage would join all three."""
    assert average_linkage(3, [(0, 1, 0.9), (1, 2, 0.8)], cut=0.5) == [[0, 1], [2]]


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Arsenal beat Chelsea 3-1 to win the FA Cup final", "Sport"),
        ("Central bank raises interest rates as inflation climbs", "Business"),
        ("Parliament passes the election bill after a long debate among lawmakers", "Politics"),
    ],
)
def test_general_model_knows_plain_cases(title: str, topic: str) -> None:
    """Headlines that nobody would file elsewhere."""
    one = [entry("wire", title)]
    logs = log_probabilities(one, vectors_of(one, {}, default()), ["Wire"])
    assert BUILT_IN[int(logs[0].argmax())] == topic
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-3)


def test_pinned_feed_wins() -> None:
    """The user's own word for a feed outweighs what the model thinks."""
    source = FeedSource("https://club.example/rss", topic="Chess")
    filed = topics.file_entry(entry("club", "Budget passed"), source, [TopicSpec("Chess"), TopicSpec("World")], {})
    assert filed.topic == "Chess"
    assert "pinned" in filed.evidence[0].text


@pytest.mark.parametrize(
    ("name", "topic"), [("Sports", "Sport"), ("Wirtschaft", "Business"), ("Наука", "Science"), ("Rust", "")]
)
def test_names_in_many_languages(name: str, topic: str) -> None:
    """What a user calls a topic."""
    assert built_in(name) == topic


def test_words_match_whole_words_and_their_plural() -> None:
    """ "war" spares software; "horoscope" finds horoscopes."""
    assert not matching(["war"], entry("a", "Software news"))
    assert matching(["horoscope"], entry("a", "Your horoscopes for today"))
    assert matching(["re:^podcast:"], entry("a", "Podcast: a chat"))


def test_excluding_wins_over_including() -> None:
    """A feed that includes and excludes the same entry."""
    source = FeedSource("https://a.example/rss", include=("dam",), exclude=("rain",))
    assert "excludes" in refused(FLOOD[0], source)
    assert "include" in refused(FLOOD[2], source)


def test_copies_of_one_outlet_are_settled_as_duplicates() -> None:
    """The same title twice from one outlet."""
    twin = replace(FLOOD[0], ident="again")
    kept, copies = lead_first([FLOOD[0], twin], {})
    assert [c.outcome for c in copies] == [Outcome.DUPLICATE]
    assert len(kept) == 2


def test_a_plain_headline_is_preferred_to_a_shouting_one() -> None:
    """The leader shouts, a companion says it plainly."""
    loud, plain = entry("a", "SHOCK AS DAM COLLAPSES!!!"), entry("b", "Dam at Lake Orrin collapses after rain")
    assert neutral_title([loud, plain]) == plain.title


@pytest.mark.parametrize(
    "loud",
    [
        "The reef that was not supposed to be there",
        "Why a reef off Norwick is turning heads",
        "Is this the reef of the century?",
        "Live updates: the reef off Norwick, as it happened",
        "“We could not believe what we were seeing down there”",
        "Photos of the reef divers found off Norwick",
        "Here’s what we know about the reef off Norwick",
        "REEF OFF NORWICK STUNS DIVERS OF SURVEY SHIP",
    ],
)
def test_a_plain_headline_is_preferred_to_a_teasing_one(loud: str) -> None:
    """Whatever the way in which the leader holds back what happened."""
    plain = entry("b", "Divers of a survey ship find a 30-kilometre reef off Norwick")
    assert neutral_title([entry("a", loud), plain]) == plain.title
    assert neutral_title([plain, entry("a", loud)]) == plain.title
    assert [e.title for e in headed([entry("a", loud), plain])] == [plain.title, loud]


def test_the_leaders_headline_stays_when_others_are_hardly_plainer() -> None:
    """Two plain ones; and one in another language."""
    first, second = (
        entry("a", "Dam collapses at Lake Orrin after rain"),
        entry("b", "Dam at Lake Orrin collapses, 12 hurt"),
    )
    assert neutral_title([first, second]) == first.title
    foreign = replace(entry("c", "Damm am Orrinsee bricht nach Regen"), language="de")
    asking = replace(entry("a", "Why did the dam at Lake Orrin break?"), language="en")
    assert neutral_title([asking, foreign]) == asking.title


def test_more_outlets_rank_higher_and_mutes_sink() -> None:
    """Importance by independent outlets."""
    two = Story(id="s1", entries=tuple(FLOOD[:2]), title="t")
    one = Story(id="s2", entries=(FLOOD[2],), title="t")
    assert (
        importance(two, {}, now=NOW)[0]
        > importance(one, {}, now=NOW)[0]
        > importance(one, {}, now=NOW, mute=["chess"])[0]
    )


def test_one_feed_is_one_voice() -> None:
    """A feed that links some of its own entries by a shortened address is not two outlets."""
    short = replace(FLOOD[1], feed=FLOOD[0].feed, url="https://sho.rt/x1")
    told = Story(id="s1", entries=(FLOOD[0], short), title="t")
    assert len(independent(told, {})) == 1
    assert len(independent(replace(told, entries=tuple(FLOOD[:2])), {})) == 2


def test_a_full_edition_says_why_a_story_is_cut() -> None:
    """max_stories holds, each topic has its floor, and the reason is in words."""
    made = [
        Story(id=f"s{i}", entries=(entry(f"f{i}", f"title {i}"),), title="t", topic="A", score=9 - i) for i in range(5)
    ]
    weak = Story(id="w", entries=(entry("w", "weak"),), title="t", topic="B", score=0.1)
    marked, _ = select({"A": made, "B": [weak]}, Limits(3), {}, lambda *_: 0.0)
    shown = [s for chosen in marked.values() for s in chosen if s.shown is not Shown.CUT]
    assert len(shown) == 3
    assert marked["B"][0].shown is not Shown.CUT
    assert "full at 3 stories" in marked["A"][-1].reason


def test_vectors_are_cached_by_content() -> None:
    """A changed title is another key; what is cached is not computed again."""
    embedder = default()
    assert content_key("n", FLOOD[0]) != content_key("n", replace(FLOOD[0], title="Other"))
    cached = dict(zip([content_key(embedder.name, FLOOD[0])], embedder.embed([content(FLOOD[0])]), strict=True))
    assert np.allclose(vectors_of(FLOOD[:1], cached, embedder), vectors_of(FLOOD[:1], {}, embedder), atol=1e-3)
    assert stem("villages") == stem("village")


def _filed(one: Entry, *names: str) -> str:
    logs = log_probabilities([one], vectors_of([one], {}, default()), [""])[0].tolist()
    return topics.file_entry(one, None, topics.specs_for([TopicSpec(name) for name in names]), {}, logs).topic


def test_what_nobody_asked_for_is_other() -> None:
    """Sport has no place where only World and Technology are asked for; politics then runs under World."""
    match = entry("wire", "Arsenal beat Chelsea 3-1 to win the FA Cup final")
    assert _filed(match, "World", "Technology") == "Other"
    bill = entry("wire", "Parliament passes the election bill after a long debate among lawmakers")
    assert _filed(bill, "World", "Technology") == "World"


def test_a_narrow_topic_takes_only_its_own() -> None:
    """ "Formula 1" beside "Sport" takes the races, not the football."""
    race = entry("wire", "Formula 1: Okafor wins the Monaco grand prix in the rain")
    match = entry("wire", "Arsenal beat Chelsea 3-1 to win the FA Cup final")
    assert _filed(race, "Sport", "Formula 1") == "Formula 1"
    assert _filed(match, "Formula 1", "Sport") == "Sport"


def test_a_story_continues_yesterdays() -> None:
    """By its headlines' words; an unrelated story continues nothing, and what was cut was never read."""
    day = NOW - timedelta(days=1)
    old = Story(id="s1", entries=(FLOOD[0],), title=FLOOD[0].title)
    issue = Issue("d", "t", day.date(), day, day, "en", "UTC", topics=(Topic("World", (old,)),))
    today = [Story(id="a", entries=(FLOOD[1],), title=""), Story(id="b", entries=(FLOOD[2],), title="")]
    found = continued(today, [issue])
    assert {key: one.title for key, one in found.items()} == {"a": old.title}
    unread = replace(issue, topics=(Topic("World", (replace(old, shown=Shown.CUT),)),))
    assert continued(today, [unread]) == {}
