"""Which stories of an issue one reader sees: topics, feeds, a number of stories, minutes to read."""

import re
from collections.abc import Iterator
from dataclasses import replace

from digest.model import Issue, Shown, Story, Topic, View

WORDS_A_MINUTE = 230  # silent reading of English non-fiction: 238 (Brysbaert 2019), a little less on a phone
GLYPHS_A_MINUTE = 500  # Chinese and Japanese characters
PROMOTED = 3  # stories that lead when none of the issue's top stories is left
_GLYPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def select(issue: Issue, how: View) -> Issue:
    """The issue as `how` selects from it.

    Stories of other topics and feeds are gone; those beyond `max_stories` and `read_minutes` stay at their topic's end
    as cut, with the reason. Names compare case-folded. The order of what is left does not change.
    """
    topics = tuple(topic for topic in issue.topics if _asked(topic.name, how))
    if how.feeds:
        topics = tuple(replace(topic, stories=tuple(_of_feeds(topic, _addresses(issue, how)))) for topic in topics)
    kept = replace(
        issue,
        topics=tuple(topic for topic in topics if topic.stories),
        quiet=tuple(name for name in issue.quiet if _asked(name, how)),
    )
    return _led(_limited(kept, how))


def by_priority(issue: Issue) -> tuple[Story, ...]:
    """The stories that are shown, the one to keep longest first: top stories, then by rank, topics taking turns."""
    leading = {ident: place for place, ident in enumerate(issue.top)}
    tiers = {Shown.TOP: 0, Shown.FULL: 0, Shown.HEADLINE: 1}
    ranked: list[tuple[tuple[int, int, int], Story]] = []
    for number, topic in enumerate(issue.topics):
        for place, story in enumerate(story for story in topic.stories if story.shown is not Shown.CUT):
            key = (-1, leading[story.id], 0) if story.id in leading else (tiers[story.shown], place, number)
            ranked.append((key, story))
    return tuple(story for _, story in sorted(ranked, key=lambda pair: pair[0]))


def minutes(story: Story) -> float:
    """How long the story takes to read as the edition shows it, in minutes."""
    if story.minutes > 0:
        return story.minutes
    return reading_time(story.title if story.shown is Shown.HEADLINE else f"{story.title} {story.summary}")


def reading_time(text: str) -> float:
    """Minutes to read a text: words, and for Chinese and Japanese characters."""
    glyphs = len(_GLYPH.findall(text))
    return glyphs / GLYPHS_A_MINUTE + len(_GLYPH.sub(" ", text).split()) / WORDS_A_MINUTE


def _asked(topic: str, how: View) -> bool:
    name = topic.casefold()
    wanted = {asked.casefold() for asked in how.topics}
    return (not wanted or name in wanted) and name not in {refused.casefold() for refused in how.exclude_topics}


def _addresses(issue: Issue, how: View) -> frozenset[str]:
    asked = {name.casefold() for name in how.feeds}
    return frozenset(
        {feed.url for feed in issue.feeds if {feed.url.casefold(), feed.name.casefold()} & asked} | set(how.feeds)
    )


def _of_feeds(topic: Topic, addresses: frozenset[str]) -> Iterator[Story]:
    for story in topic.stories:
        entries = tuple(entry for entry in story.entries if entry.feed in addresses)
        if not entries:
            continue
        if entries[0] is story.lead:
            yield replace(story, entries=entries)
        else:  # the words must be those of a feed the reader asked for
            lead = entries[0]
            yield replace(
                story, entries=entries, title=lead.title, summary=lead.summary, image=lead.image, language=lead.language
            )


def _limited(issue: Issue, how: View) -> Issue:
    cut: dict[str, str] = {}
    spent = 0.0
    for count, story in enumerate(by_priority(issue), 1):
        spent += minutes(story)
        if how.max_stories is not None and count > how.max_stories:
            cut[story.id] = f"beyond max_stories: {how.max_stories}"
        elif how.read_minutes is not None and spent > how.read_minutes and count > 1:
            cut[story.id] = f"beyond read_minutes: {how.read_minutes:g}"
    if not cut:
        return issue
    topics = []
    for topic in issue.topics:
        stories = [
            replace(story, shown=Shown.CUT, reason=cut[story.id]) if story.id in cut else story
            for story in topic.stories
        ]
        topics.append(replace(topic, stories=tuple(sorted(stories, key=lambda story: story.shown is Shown.CUT))))
    return replace(issue, topics=tuple(topics))


def _led(issue: Issue) -> Issue:
    """The top stories that are left; where none of several is and there is enough to choose from, the best of the rest
    lead. An edition that opens with none opens with none for anybody."""
    shown = {story.id: story for story in issue.stories if story.shown is not Shown.CUT}
    top = tuple(ident for ident in issue.top if ident in shown)
    if issue.top and not top and len(shown) > 2 * PROMOTED:
        best = sorted(shown.values(), key=lambda story: -story.score)  # stable: reading order decides among equals
        top = tuple(story.id for story in best[:PROMOTED])
    return replace(issue, top=top)
