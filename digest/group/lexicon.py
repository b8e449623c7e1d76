"""What the built-in topics are called, in the languages feeds and their readers use.

`names` are those a person, a category or a section of an address may give a topic, case-folded, without accents.
They decide what a user's own topic name means to the general model, and are evidence for single entries.
"""

import unicodedata
from functools import lru_cache
from importlib import resources

WORLD, POLITICS, BUSINESS, TECHNOLOGY, SCIENCE = "World", "Politics", "Business", "Technology", "Science"
HEALTH, SPORT, CULTURE, LIFE, OTHER = "Health", "Sport", "Culture", "Life", "Other"
BUILT_IN = (WORLD, POLITICS, BUSINESS, TECHNOLOGY, SCIENCE, HEALTH, SPORT, CULTURE, LIFE, OTHER)


def folded(name: str) -> str:
    """A name for comparing: case-folded, accents dropped, `&` and punctuation as spaces."""
    text = unicodedata.normalize(
        "NFKD", name.casefold().replace("ß", "ss").replace("ı", "i").replace("ł", "l").replace("ø", "o")
    )
    kept = "".join(
        c if c.isalnum() or (unicodedata.category(c) in {"Mc", "Mn"} and not "\u0300" <= c <= "\u036f") else " "
        for c in text
        if not "\u0300" <= c <= "\u036f"
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Folded name -> built-in topic, from `models/names.txt`; the first mention of a name counts."""
    found: dict[str, str] = {}
    text = resources.files("digest.group").joinpath("models/names.txt").read_text(encoding="utf-8")
    for part in text.split("# ")[1:]:
        topic, _, listed = part.partition("\n")
        for name in listed.replace("\n", " ").split(";"):
            found.setdefault(folded(name), topic.strip())
    return found


def built_in(name: str) -> str:
    """The built-in topic that a name stands for in some language, or ""; "Sports & Games" stands for Sport."""
    whole = folded(name)
    if whole in names():
        return names()[whole]
    for part in (
        p for word in (" and ", " und ", " et ", " y ", " e ", " i ", " и ", " та ") for p in whole.split(word)
    ):
        if part in names():
            return names()[part]
    first, _, rest = name.partition("&")
    return names().get(folded(first), "") if rest else ""
