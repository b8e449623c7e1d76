"""Rank and selection: sure outlets count, topics share the edition, what is related stands together, fillers wait."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.group.rank import importance, independent
from digest.group.selection import Limits, select
from digest.model import Entry, Shown, Story

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)


def entry(feed: str, title: str) -> Entry:
    """An entry of a made-up feed, an hour old."""
    return Entry(
        feed=f"https://{feed}.example/rss",
        ident=title,
        title=title,
        url=f"https://{feed}.example/x",
        seen=NOW - timedelta(hours=1),
    )


def story(ident: str, topic: str, score: float, *feeds: str, **more: object) -> Story:
    """A story of the feeds given, of one of its own if none is."""
    entries = tuple(entry(feed, f"{ident} as {feed} tells it") for feed in feeds or (f"only-{ident}",))
    made = Story(id=ident, entries=entries, title=ident, topic=topic, score=score)
    return replace(made, **more)  # type: ignore[arg-type]  # field names are checked by replace itself


def unlike(_: Story, __: Story) -> float:
    """Stories that have nothing in common."""
    return 0.0


def shown(marked: dict[str, list[Story]], topic: str) -> list[str]:
    """The stories of a topic that stand in the edition, in reading order."""
    return [s.id for s in marked[topic] if s.shown is not Shown.CUT]


def test_an_outlet_counts_as_far_as_it_surely_tells_of_the_event() -> None:
    """Five that share a theme's name do not outrank three that report one thing."""
    theme, event = story("theme", "A", 0, *"abcde"), story("event", "A", 0, *"fgh")
    near = {(e.feed, e.ident): 0.2 for e in theme.entries} | {(e.feed, e.ident): 0.8 for e in event.entries}
    assert sum(independent(event, {}, near)) == 3
    assert sum(independent(theme, {}, near)) < 3
    score, why = importance(theme, {}, now=NOW, near=near)
    assert score < importance(event, {}, now=NOW, near=near)[0]
    assert "told by 5 outlets, not all of them surely" in why[0].text
    assert "surely" not in importance(event, {}, now=NOW, near=near)[1][0].text


def test_fillers_and_teasers_rank_below_news_and_say_why() -> None:
    """Of two stories that one outlet each tells at the same hour."""
    plain = story("Dam at Lake Orrin gives way", "A", 0)
    teasing = replace(plain, title="Is the dam at Lake Orrin safe?")
    lottery = importance(plain, {}, now=NOW, filler=True)
    asked = importance(teasing, {}, now=NOW)
    assert importance(plain, {}, now=NOW)[0] > asked[0] > lottery[0]
    assert any("regular feature" in e.text for e in lottery[1])
    assert any("asks or promises" in e.text for e in asked[1])


def test_to_who_reads_once_a_week_mondays_news_is_news() -> None:
    """What two outlets told on Monday ranks above what one tells on Friday; to who reads every day it is old."""
    friday = story("friday", "A", 0)
    monday = story("monday", "A", 0, "a", "b")
    monday = replace(
        monday,
        entries=tuple(
            replace(e, published=NOW - timedelta(days=4), seen=NOW - timedelta(days=4)) for e in monday.entries
        ),
    )
    week = timedelta(days=7)
    assert importance(monday, {}, now=NOW, covered=week)[0] > importance(friday, {}, now=NOW, covered=week)[0]
    day = timedelta(days=1)
    assert importance(monday, {}, now=NOW, covered=day)[0] < importance(friday, {}, now=NOW, covered=day)[0]
    assert importance(friday, {}, now=NOW, covered=day) == importance(friday, {}, now=NOW)


def test_the_more_a_headline_teases_the_lower_it_ranks() -> None:
    """One that only talks to the reader loses less than one that asks."""
    made = [
        replace(story("s", "A", 0), title=title)
        for title in (
            "Dam at Lake Orrin gives way",
            "Dam at Lake Orrin and your garden",
            "Is the dam at Lake Orrin safe?",
        )
    ]
    scores = [importance(one, {}, now=NOW)[0] for one in made]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_a_round_up_ranks_below_a_report() -> None:
    """It is about no one thing, whoever else has one."""
    plain = story("Dam at Lake Orrin gives way", "A", 0)
    for title in ("Live: dam at Lake Orrin", "Tracking the floods of Lake Orrin", "Floods: what happened on 28 May"):
        score, why = importance(replace(plain, title=title), {}, now=NOW)
        assert score < importance(plain, {}, now=NOW)[0]
        assert any("round-up" in e.text for e in why)


def test_what_outlets_come_back_to_outranks_what_they_tell_once() -> None:
    """Entries of their own, as far as they are sure; one outlet's series is no story of several."""
    once, often = story("once", "A", 0, "a", "b"), story("often", "A", 0, "a", "b")
    more = [replace(entry(feed, f"More on it, {n}"), ident=f"{feed}{n}") for feed in "ab" for n in range(3)]
    often = replace(often, entries=(*often.entries, *more))
    score, why = importance(often, {}, now=NOW)
    assert score > importance(once, {}, now=NOW)[0]
    assert any("come back" in e.text for e in why)
    unsure = {(e.feed, e.ident): 0.05 for e in more}
    assert importance(often, {}, now=NOW, near=unsure)[0] < score
    copied = replace(once, entries=(*once.entries, *(replace(e, ident=f"{e.feed}2") for e in once.entries)))
    assert importance(copied, {}, now=NOW)[0] == importance(once, {}, now=NOW)[0]
    series = replace(once, entries=(once.entries[0], *(e for e in more if e.feed == once.entries[0].feed)))
    assert not any("come back" in e.text for e in importance(series, {}, now=NOW)[1])


def test_a_topic_that_has_much_gives_way_to_one_that_has_little() -> None:
    """Told by a few more outlets, twenty stories of one topic do not leave the other its floor alone; the best stay."""
    world = [story(f"w{i:02}", "World", 2.6 - i / 100) for i in range(20)]
    sport = [story(f"s{i:02}", "Sport", 2.2 - i / 100) for i in range(20)]
    marked, _ = select({"World": world, "Sport": sport}, Limits(12), {}, unlike)
    assert len(shown(marked, "World")) > len(shown(marked, "Sport")) > 2
    cut = next(s for s in marked["World"] if s.shown is Shown.CUT)
    assert f"{len(shown(marked, 'World'))} of them in World already" in cut.reason
    strong = [replace(s, score=s.score + 3) for s in world]
    marked, _ = select({"World": strong, "Sport": sport}, Limits(12), {}, unlike)
    assert len(shown(marked, "Sport")) == 2


def test_a_full_topic_still_takes_what_several_outlets_report() -> None:
    """Before what one alone has in a topic with room; each topic keeps its floor all the same."""
    world = [story(f"w{i:02}", "World", 2.4 - i / 100, f"x{i}", f"y{i}") for i in range(10)]
    life = [story(f"l{i:02}", "Life", 1.85 - i / 100) for i in range(10)]
    marked, _ = select({"World": world, "Life": life}, Limits(12), {}, unlike)
    assert len(shown(marked, "World")) == 10
    alone = [replace(s, entries=s.entries[:1]) for s in world]
    marked, _ = select({"World": alone, "Life": life}, Limits(12), {}, unlike)
    assert len(shown(marked, "World")) < 10
    marked, _ = select({"World": world, "Life": life}, Limits(8), {}, unlike)
    assert len(shown(marked, "Life")) == 2


def test_one_affair_does_not_fill_the_edition() -> None:
    """On its great day it has its story and the next best; other news of less weight has a place too."""
    kin = tuple(f"k{i}" for i in range(8))
    affair = [story("hub", "A", 4.0, *"abc", related=kin)]
    affair += [story(k, "A", 2.4 - i / 100, f"x{i}", f"y{i}", related=("hub",)) for i, k in enumerate(kin)]
    rest = [story(f"r{i}", "A", 1.9 - i / 100) for i in range(9)]
    marked, _ = select({"A": [*affair, *rest]}, Limits(9), {}, unlike)
    told = shown(marked, "A")
    assert (
        f"{1 + sum(i in kin for i in told)} of them on its affair"
        in next(s for s in marked["A"] if s.id == "k7").reason
    )
    assert told[:2] == ["hub", "k0"]
    assert 3 <= sum(i in kin for i in told) <= 4
    apart = [replace(s, related=()) for s in affair]
    told = shown(select({"A": [*apart, *rest]}, Limits(9), {}, unlike)[0], "A")
    assert sum(i in kin for i in told) == 8


def test_what_fits_no_topic_has_no_floor_and_is_not_told_for_its_topics_sake() -> None:
    """Left-overs compete; where there is room they are headlines."""
    world = [story(f"w{i:02}", "World", 2.6 - i / 100) for i in range(20)]
    rest = [story("rest", "Other", 2.0)]
    marked, _ = select({"World": world, "Other": rest}, Limits(10), {}, unlike)
    assert shown(marked, "Other") == []
    marked, _ = select({"World": world, "Other": rest}, Limits(40), {}, unlike)
    assert marked["Other"][0].shown is Shown.HEADLINE


def test_related_stories_stand_side_by_side() -> None:
    """Behind the better one of them, within what is told and within what is only named."""
    made = [story(f"s{i}", "A", 3 - i / 10) for i in range(6)]
    made[0] = replace(made[0], related=("s4",))
    made[4] = replace(made[4], related=("s0", "s5"))
    made[5] = replace(made[5], related=("s4",))
    marked, _ = select({"A": made}, Limits(5), {}, unlike)
    assert shown(marked, "A") == ["s0", "s4", "s1", "s2", "s3"]
    assert [s.id for s in marked["A"]][-1] == "s5"


def test_the_second_story_of_the_day_leads_whichever_feed_tells_it_best() -> None:
    """One feed may lead two of the top stories when others tell them too, not when it alone does."""
    several = [story(f"m{i}", "A", 4 - i, "agency", f"x{i}", f"y{i}") for i in range(2)]
    alone = [story(f"a{i}", "A", 1.5 - i / 10, "diary") for i in range(2)]
    rest = [story(f"r{i}", "A", 0.5 - i / 10) for i in range(3)]
    _, top = select({"A": [*several, *alone, *rest]}, Limits(20), {}, unlike)
    assert top == ("m0", "m1", "a0")


def test_of_stories_told_alike_the_earlier_topic_opens_the_edition() -> None:
    """The reader set the order; a story that far more outlets tell leads wherever it is filed."""
    by_topic = {
        topic: [story(f"{topic}{i}", topic, score - i / 100, *"abc") for i in range(4)]
        for topic, score in (("World", 2.7), ("Business", 2.6), ("Sport", 2.8))
    }
    _, top = select(by_topic, Limits(20), {}, unlike)
    assert top.count("Sport0") == 0
    assert {"World0", "World1"} <= set(top)
    by_topic["Sport"][0] = replace(by_topic["Sport"][0], score=3.6)
    assert select(by_topic, Limits(20), {}, unlike)[1][0] == "Sport0"


def test_a_small_edition_of_what_one_outlet_each_tells_opens_with_none() -> None:
    """Nine posts of nine blogs are read as they come; once two outlets tell of one thing, that opens it."""
    posts = [story(f"p{i}", "A", 1.8 - i / 100, f"blog{i}") for i in range(9)]
    assert select({"A": posts}, Limits(20), {}, unlike)[1] == ()
    assert len(select({"A": [*posts, *(replace(p, id=f"q{p.id}") for p in posts)]}, Limits(20), {}, unlike)[1]) == 3
    news = story("news", "A", 2.4, "blog1", "blog2")
    assert select({"A": [news, *posts]}, Limits(20), {}, unlike)[1][0] == "news"


def test_the_top_stories_are_about_different_things() -> None:
    """A second story of one affair waits for its topic's page if another story is nearly as good."""
    made = [story(f"m{i}", "A", 4 - i / 10, f"x{i}", f"y{i}") for i in range(7)]

    def alike(a: Story, b: Story) -> float:
        return 0.6 if {a.id, b.id} == {"m0", "m1"} else 0.0

    _, top = select({"A": made}, Limits(20), {}, alike)
    assert top == ("m0", "m2", "m3", "m4", "m5")


def test_one_affair_opens_the_edition_once() -> None:
    """Its second story waits for its topic's page, unless nothing else weighs nearly as much."""
    made = [story(f"m{i}", "A", 4 - i / 10, f"x{i}", f"y{i}") for i in range(8)]
    made[1] = replace(made[1], related=("m0",))
    marked, top = select({"A": made}, Limits(20), {}, unlike)
    assert top == ("m0", "m2", "m3", "m4", "m5")
    assert shown(marked, "A")[:2] == ["m0", "m1"]
    made[1] = replace(made[1], score=5.5)
    made[0] = replace(made[0], score=5.6)
    assert "m1" in select({"A": made}, Limits(20), {}, unlike)[1]


def test_what_many_outlets_tell_opens_beside_what_it_is_related_to() -> None:
    """Two rounds of talks in one town on one day are both the day's news."""
    made = [
        story(f"m{i}", "A", 4 - i / 10, *(f"{word}{i}" for word in "uvwxyz"[: 6 if i < 2 else 2])) for i in range(8)
    ]
    made[1] = replace(made[1], related=("m0",))
    assert select({"A": made}, Limits(20), {}, unlike)[1][:2] == ("m0", "m1")


def test_the_edition_opens_in_its_own_language_where_it_can() -> None:
    """Of stories told alike; where all are in another, nothing changes."""
    made = [story(f"m{i}", "A", 4 - i / 20, f"x{i}", f"y{i}", language="fil" if i == 1 else "en") for i in range(7)]

    def top(language: str) -> tuple[str, ...]:
        return select({"A": made}, Limits(20), {}, unlike, language=language)[1]

    assert top("en") == ("m0", "m2", "m3", "m4", "m5")
    assert top("he") == top("") == ("m0", "m1", "m2", "m3", "m4")
    made[0] = replace(made[0], score=4.1, language="fil")
    assert top("en")[:2] == ("m2", "m3")
    assert top("fil")[0] == top("")[0] == "m0"


def test_each_topic_tells_a_story_of_its_own_though_its_best_leads_the_edition() -> None:
    """A page of headlines alone would look like a topic without news."""
    sport = [story("final", "Sport", 3.5, *"abc"), story("race", "Sport", 1.9), story("cup", "Sport", 1.8)]
    world = [story(f"w{i:02}", "World", 3 - i / 100, f"x{i}", f"y{i}") for i in range(30)]
    marked, top = select({"World": world, "Sport": sport}, Limits(20), {}, unlike)
    assert "final" in top
    assert {s.id: s.shown for s in marked["Sport"]}["race"] is Shown.FULL


def test_a_full_edition_stops_looking() -> None:
    """Thousands of stories beyond the last place cost nothing: nobody compares them any more."""
    made = [story(f"s{i}", "A", 3 - i / 10_000) for i in range(3_000)]
    compared = 0

    def counting(_: Story, __: Story) -> float:
        nonlocal compared
        compared += 1
        return 0.0

    marked, _ = select({"A": made}, Limits(5), {}, counting)
    assert len(shown(marked, "A")) == 5
    assert compared < 6 * len(made)
