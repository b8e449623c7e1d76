"""The newsletter's own words: every message of templates and code stands in every catalogue, with its placeholders."""

import ast
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from digest.model import Topic
from digest.render.newsletter import render
from digest.render.notices import given_up
from digest.render.templates import shipped
from digest.render.words import CATALOGUES, words
from tests.render.issues import VIEW, issue, story

LANGUAGES = ["ar", "de", "es", "fr", "he", "ja", "ru", "uk", "zh"]
ZONE = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 3, 14, 6, 12, tzinfo=UTC)


def said() -> set[str]:
    """Every message that a template or a module says."""
    found: set[str] = set()
    for path in [*shipped().rglob("*.html"), *shipped().rglob("*.txt"), *shipped().rglob("*.xml")]:
        found |= set(re.findall(r'\b_n?\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")))
    for path in CATALOGUES.parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("say", "count")
            ):
                found |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    found -= {"\n", "\u2068", "\u2069"}  # str.count
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_complete(language: str) -> None:
    """No message is missing, none is left over, and every translation has the placeholders of the English one."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    messages = {(m.id[0] if isinstance(m.id, tuple) else m.id): m for m in catalogue if m.id}
    assert set(messages) == said()
    for key, message in messages.items():
        forms = [str(s) for s in message.string] if isinstance(message.string, tuple | list) else [str(message.string)]
        assert all(forms), key
        names = set(re.findall(r"%\((\w+)\)s", str(key)))
        for form in forms:
            assert set(re.findall(r"%\((\w+)\)s", form)) <= names
            assert names - set(re.findall(r"%\((\w+)\)s", form)) <= {"num"}  # "two stories" is a word in Arabic


def test_plurals() -> None:
    """The forms of languages that have more than two."""
    uk, ar = words("uk"), words("ar")
    assert [uk.count("%(num)s story", "%(num)s stories", n) for n in (1, 2, 5, 21, 1342)] == [
        "1 новина",
        "2 новини",
        "5 новин",
        "21 новина",
        "1\u00a0342 новини",
    ]
    assert ar.count("%(num)s story", "%(num)s stories", 2) == "خبران"
    assert ar.count("%(num)s story", "%(num)s stories", 11) == "11 خبرًا"


def test_unknown_languages_fall_back() -> None:
    """A region nobody knows is its language; a language nobody knows is English; a missing catalogue is English."""
    assert words("de-XX").language == "de"
    assert words("xx").language == "en"
    assert words("").language == "en"
    assert words("pt_BR").say("Top stories") == "Top stories"
    assert "março" in words("pt_BR").full_date(NOW.date())
    assert words("zh_Hant").say("Top stories") == "要闻"


def test_when() -> None:
    """A clock time today, with its weekday this week, a date before; a day without a time is a day."""
    en, today = words("en"), date(2026, 3, 14)
    assert en.when(NOW, today, ZONE).replace("\u202f", " ") == "8:12 AM"
    assert en.when(NOW - timedelta(days=1), today, ZONE).replace("\u202f", " ") == "Fri 8:12 AM"
    assert en.when(NOW - timedelta(days=9), today, ZONE) == "Mar 5"
    assert en.when(NOW, today, ZONE, date_only=True) == "Mar 14"


def test_a_damaged_translation_does_not_stop_the_mail() -> None:
    """Wrong placeholders in a catalogue fall back to English."""
    from dataclasses import replace
    from gettext import NullTranslations

    class Damaged(NullTranslations):
        def gettext(self, message: str) -> str:  # noqa: ARG002  the base class's
            return "%(nothing)s %s %"

    assert replace(words("en"), catalogue=Damaged()).say("The rest is at %(outlet)s", outlet="X") == "The rest is at X"


def test_a_delivery_given_up_is_told_in_the_newsletters_language() -> None:
    """To a single reader, and to one of several: with the day and the numbers as the language writes them."""
    day = date(2026, 2, 17)
    assert given_up("en", day, 1, 1) == "The edition of February 17 could not be delivered to you."
    assert given_up("en", day, 2, 1500).endswith("to 2 of 1,500 recipients.")
    assert given_up("de", day, 1, 3) == "Die Ausgabe vom 17. Februar konnte 1 von 3 Empfängern nicht zugestellt werden."
    assert given_up("fr", day, 1, 3).endswith("à 1 destinataire sur 3.")
    assert given_up("fr", day, 2, 3).endswith("à 2 destinataires sur 3.")
    assert all("17" in given_up(language, day, 2, 5) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("language", "comma"), [("en", ", "), ("de", ", "), ("ar", "، "), ("ja", "、"), ("zh-TW", "、")]
)
def test_names_are_listed_as_the_language_does(language: str, comma: str) -> None:
    assert words(language).comma == comma


def test_french_colons_stand_after_a_space_that_does_not_break() -> None:
    text = (CATALOGUES / "fr.po").read_text(encoding="utf-8")
    assert not [line for line in text.splitlines() if line.startswith("msgstr") and " :" in line]


def test_built_in_topics_are_said_in_the_readers_language() -> None:
    """Where the reader named none; a name that somebody chose is theirs, in whatever language."""
    day = issue(Topic("World", (story(0),)), Topic("Rowing", (story(1),)), quiet=("Health",))
    german = replace(VIEW, language="de")
    ours = render(replace(day, named=False), german).text
    assert re.search(r"^Welt$", ours, re.MULTILINE)
    assert re.search(r"^Rowing$", ours, re.MULTILINE)
    assert "Gesundheit" in ours
    assert re.search(r"^World$", render(day, german).text, re.MULTILINE)
    assert re.search(r"^World$", render(replace(day, named=False), VIEW).text, re.MULTILINE)
