"""What the built-in topics are called, in the languages feeds and their readers use.

`names` are those a person, a category or a section of an address may give a topic, case-folded, without accents.
They decide what a user's own topic name means to the general model, and are evidence for single entries.
"""

import re
import unicodedata
from functools import lru_cache
from importlib import resources

WORLD, POLITICS, BUSINESS, TECHNOLOGY, SCIENCE = "World", "Politics", "Business", "Technology", "Science"
HEALTH, SPORT, CULTURE, LIFE, OTHER = "Health", "Sport", "Culture", "Life", "Other"
BUILT_IN = (WORLD, POLITICS, BUSINESS, TECHNOLOGY, SCIENCE, HEALTH, SPORT, CULTURE, LIFE, OTHER)


@lru_cache(maxsize=50_000)  # a day's categories and sections are few, and asked for with every topic
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


@lru_cache(maxsize=1)
def _subjects() -> dict[str, str]:
    found: dict[str, str] = {}
    text = resources.files("digest.group").joinpath("models/subjects.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        listed, _, told = line.partition(": ")
        if told and not line.startswith("#"):
            found.update((folded(name), told) for name in listed.split(";"))
    return found


def subject_of(name: str) -> str:
    """What entries under a name tell of, in English, from `models/subjects.txt`; "" where the name says it itself."""
    return _subjects().get(folded(name), "")


@lru_cache(maxsize=50_000)
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


NARROW = frozenset(
    folded(name)
    for name in """football; soccer; cricket; tennis; golf; rugby; basketball; baseball; hockey; nfl; nba; nhl; mlb; formula 1;
    formula one; f1; formula1; motorsport; cycling; olympics; athletics; boxing; mma; esports; premier league; champions league;
    fussball; bundesliga; futbol; baloncesto; calcio; futebol; voetbal; футбол; хоккей; теннис; כדורגל; 足球; 축구; क्रिकेट; linux; ai; programming;
    devops; cybersecurity; infosec; machine learning; open source; crypto; real estate; property; covid; covid 19; coronavirus; space; astronomy;
    physics; climate; climate change; archaeology; mathematics; math; games; gaming; video games; music; movies; film; films; books; anime; comics; travel; food; cooking;
    recipes; fashion; gardening; cars; religion; education; parenting; asia; africa; europe; middle east; crime; war; local news; jobs; energy; кино; музыка; книги; космос; kino; musik;
    musique; cinema; reise; klima; artificial intelligence; ki; ia; ии; law; courts; conflict; disasters; us; us news; uk news; latin america; americas; banking; stocks;
    energy business; personal finance; trade; startups; security; apps; hardware; gadgets; phones; smartphones; data; coding; environment; umwelt;
    environnement; medio ambiente; ambiente; экология; климат; nature; animals; wildlife; biology; chemistry; nutrition; fitness; mental health; tv;
    television; theatre; theater; stage; celebrity; celebrities; showbiz; literature; history; architecture; design; photography;
    podcasts; bollywood; hollywood; drink; wine; beauty; pets; family; faith; home; garden; diy; motoring; autos; auto; mode; moda; mat; essen;
    viajes; voyage; cocina; cuisine; gastronomia; tourism; turismo; туризм; путешествия; еда; мода; образование; bildung; immobilien""".replace(
        "\n", " "
    ).split(";")
)
"""Names that are a part of a built-in topic: proof of it as an entry's category, but not all of it as a user's topic."""


@lru_cache(maxsize=50_000)
def meaning_of(name: str) -> str:
    """The built-in topic that a user means by a topic's name, or "" where it is narrower or something else."""
    return "" if folded(name) in NARROW else built_in(name)


_JOINTS = re.compile(r"\s*(?:[/&,+|;]|\s(?:and|und|et|y|e|i|og|och|en|и|та|с)\s)\s*", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def phrases_of(name: str) -> tuple[str, ...]:
    """A name of several things as these things: "Science & technology" is science, and technology."""
    return tuple(dict.fromkeys(part.strip() for part in _JOINTS.split(name) if part.strip())) or (name,)


@lru_cache(maxsize=10_000)
def meanings_of(name: str) -> frozenset[str]:
    """The built-in topics that a user's topic takes in whole, none where it is narrower or something else.

    "Sci/Tech" and "Science & technology" take two; "Sports & Games" takes Sport, games being a part of another.
    """
    phrases = phrases_of(name)
    if len(phrases) > 1 and folded(name) not in names():
        return frozenset(meaning for part in phrases if (meaning := meaning_of(part)))
    return frozenset(meaning for part in (name, *phrases) if (meaning := meaning_of(part)))


@lru_cache(maxsize=10_000)
def around(name: str) -> frozenset[str]:
    """The built-in topics that a narrower one is a part of, as far as its name tells: "Formula 1" is Sport."""
    parts = (folded(part) for part in (name, *phrases_of(name)))
    return frozenset(topic for part in parts if part in NARROW and (topic := built_in(part)))
