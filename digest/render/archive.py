"""The archive: every edition as a page of a static site that any web host, or a folder, can hold.

    index.html            the editions, and a search over all their stories in the browser
    2026-03-14.html       an edition with all its stories, those included that no mail had room for
    feed.xml              an Atom feed of editions (RFC 4287)
    editions.json         what the index was made of: the archive outlives what the store remembers
    stories-2026.js       what the search looks through, a file a year
    style.css search.js

Nothing is read or written here: `archive` is given the files it builds upon, and gives the files to write.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any

from digest.model import Issue, Shown, View
from digest.render.layout import Rung, draft
from digest.render.page import Item, Page, Section
from digest.render.templates import load_archive
from digest.render.words import Words, words

EDITIONS = "editions.json"


def built_upon(day: date) -> tuple[str, ...]:
    """The names of the files that `archive` needs to be given as they are, where they exist."""
    return EDITIONS, f"stories-{day.year}.js"


def archive(
    issue: Issue, how: View, known: Mapping[str, bytes] | None = None, *, folder: Path | None = None
) -> dict[str, bytes]:
    """The files that an edition adds to, or changes in, an archive: name -> bytes (UTF-8).

    `how` gives language, time zone, theme, sender and `archive_url`; its selection is not applied: the archive holds
    all stories. `known` are the files of `built_upon`; one that cannot be read counts as absent. Adding an edition
    twice gives the same files as adding it once. Raises `TemplateError`.
    """
    say = words(how.language or issue.language)
    page, sections = _edition(issue, how)
    editions = _editions(issue, page, (known or {}).get(EDITIONS, b""))
    stories = f"stories-{issue.day.year}.js"
    shown = [_shown(edition, say) for edition in editions]
    earlier = next((edition["day"] for edition in editions if edition["day"] < page.day), "")
    base = how.archive_url.rstrip("/") + "/" if how.archive_url else ""
    years = sorted({edition["day"][:4] for edition in editions}, reverse=True)
    template = load_archive(folder)
    return {
        f"{page.day}.html": template.page("archive/edition.html", page, sections=sections, earlier=earlier).encode(),
        "index.html": template.page("archive/index.html", page, editions=shown, years=years).encode(),
        "feed.xml": template.page(
            "archive/feed.xml", page, editions=shown, base=base, ident=f"tag:{_authority(how)},2026:{issue.digest}"
        ).encode(),
        "style.css": template.style(how, say.direction).encode(),
        "search.js": template.page("archive/search.js", page).encode(),
        EDITIONS: json.dumps(editions, ensure_ascii=False, indent=0).encode(),
        stories: _stories(page, sections, (known or {}).get(stories, b"")),
    }


def _edition(issue: Issue, how: View) -> tuple[Page, list[tuple[Section, tuple[Item, ...]]]]:
    """The page of all stories, and each topic with the stories that were cut from it."""
    shown = {story.id: story.shown for story in issue.stories}
    told = tuple(
        replace(topic, stories=tuple(replace(s, shown=Shown.FULL, whole=False) for s in topic.stories))
        for topic in issue.topics
    )
    everything = draft(
        replace(issue, topics=told), replace(how, images="none"), {}, styles={}, articles=False, most=None
    )
    page = everything.at(Rung())
    sections = []
    for section in page.sections:
        kept = tuple(item for item in section.items if shown[item.id] is not Shown.CUT)
        cut = tuple(item for item in section.items if shown[item.id] is Shown.CUT)
        sections.append((replace(section, items=kept), cut))
    return page, sections


def _editions(issue: Issue, page: Page, known: bytes) -> list[dict[str, Any]]:
    """What the index lists, newest first, this edition included."""
    this = {
        "day": page.day,
        "stories": page.stories,
        "summary": " · ".join(page.headlines[:4]),
        "updated": issue.end.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    others = [edition for edition in _read(known) if _is_edition(edition) and edition["day"] != page.day]
    return sorted([this, *others], key=lambda edition: str(edition["day"]), reverse=True)


def _is_edition(value: object) -> bool:
    if not isinstance(value, dict) or not all(isinstance(value.get(k), str) for k in ("day", "summary", "updated")):
        return False
    try:
        date.fromisoformat(value["day"])
    except ValueError:
        return False
    return isinstance(value.get("stories"), int)


def _shown(edition: Mapping[str, Any], say: Words) -> dict[str, Any]:
    return {**edition, "date": say.full_date(date.fromisoformat(edition["day"]))}


_HEAD, _TAIL = "(window.digest = window.digest || []).push(", ");\n"


def _stories(page: Page, sections: list[tuple[Section, tuple[Item, ...]]], known: bytes) -> bytes:
    """The year's stories for the search, this edition's first: JSON inside a script, so that a folder will do."""
    text = known.decode("utf-8", "replace")
    before = _read(text[len(_HEAD) : -len(_TAIL)].encode()) if text.startswith(_HEAD) and text.endswith(_TAIL) else []
    topics = [("", page.top), *((section.name, section.items + section.headlines + cut) for section, cut in sections)]
    now = [
        {
            "day": page.day,
            "title": item.title,
            "url": item.url,
            "summary": item.summary,
            "topic": topic,
            "sources": [item.source, *(source.name for source in item.also)],
        }
        for topic, items in topics
        for item in items
    ]
    kept = [story for story in before if isinstance(story, dict) and story.get("day") != page.day]
    data = json.dumps(now + kept, ensure_ascii=False, separators=(",", ":"))
    return (_HEAD + _in_script(data) + _TAIL).encode()


def _in_script(data: str) -> str:
    """JSON that stays data wherever it is put: no `</script>`, no comment, no line end that JavaScript sees."""
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    return data


def _read(data: bytes) -> list[Any]:
    try:
        value = json.loads(data) if data else []
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def _authority(how: View) -> str:
    """The domain in the feed's tag: URI (RFC 4151): the sender's."""
    domain = how.sender.rpartition("@")[2].strip("<> ").lower()
    return domain if domain and domain.isascii() else "localhost"
