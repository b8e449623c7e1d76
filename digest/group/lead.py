"""Within a story: which entry leads, in which order the others follow, what is a mere copy, and the headline. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from digest.group.pairs.rubrics import ROLLING
from digest.group.stories import outlet, title_key
from digest.group.text.language import primary
from digest.group.text.letters import beginnings
from digest.group.text.words import body
from digest.model import Entry, FeedSource, Outcome, Settled

_COLUMN = r"(?-i:^[A-ZÀ-Ý][A-ZÀ-Ý'’-]+(?: [A-ZÀ-Ý][A-ZÀ-Ý'’-]+){1,2}: (?=.*[a-z]))"  # a columnist's name in capitals
_ASIDE = re.compile(  # what a title itself calls no report
    r"(?i)^\W*(?:live|live ?blog|live updates?|watch|video|listen|in pictures|photos?|gallery|replay|podcast|opinion|analysis|explainer|briefing"
    r"|newsletter|kommentar|analyse|opinión|opinião|opinione|fotos|vidéos?|en direct|en vivo|diretta)\b\s*[:|–—-]"
    r"|^(?:\S+\s){1,3}updates?:|\blive (?:updates?|blog|ticker)\b|(?-i:\bLIVE\b)|\b(?:live-?ticker|newsblog)\b"
    r"|^\W*(?:video|vidéos?|en images|en imágenes|in bildern|diaporama|infographie)\.\s|" + _COLUMN
)
_ELSEWHERE = re.compile(  # an address of pictures, sound or a rolling page, not for reading over coffee; or of comment
    r"(?i)^https?://(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com|dailymotion\.com|tiktok\.com|twitch\.tv)/"
    r"|/(?:videos?|av|watch|galler(?:y|ies)|photos?|pictures|podcasts?|audio|interactives?|live)(?:[/-]|$)"
    r"|[-/]live-?(?:updates?|blog|ticker)(?:[-/]|$)"
    r"|/(?:opinions?|commentisfree|commentary|columnists?|columns|editorials?|op-?eds?|explainers?|kommentare?|meinung|kolumnen?|leitartikel"
    r"|debats|tribunes|opinião|opiniao|colunas|colunistas|opinioni|editoriali|mneni[ey])(?:/|$)"
)
_NAMES = r"(?:[A-ZÀ-Þ][\w’'-]+(?:\s+|\W*$)){2,3}$"
_SIGNED = re.compile(  # what a text says of itself that is somebody's view
    rf"\b(?:kommentiert|meint|findet)\s+{_NAMES}"
    r"|(?i:\b(?:ein|eine) (?:kommentar|kolumne|glosse|gastbeitrag|leitartikel) von\b"
    r"|\b(?:an?|this) (?:opinion piece|commentary|column|op-ed|editorial) by\b)"
)
_WORD = re.compile(r"[^\W_]+")
_OVERTAKEN = timedelta(hours=18)  # how much older than the newest costs a point: news is what has come of it since
_SAMPLE = 60  # entries of a story with which each of its entries is compared
_COMPANIONS = 8  # entries whose headlines are compared
_MARGIN = 0.7
_TEASES = 0.8
_TEASING = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (  # rolling pages, pictures, sound, comment, letters
            (
                r"(?i)^\W*(?:live|live(?:blog| updates?)?|breaking|updated?|watch|video|in pictures|pictures?|photos?|gallery|podcast|listen|opinion|editorial|column|comment"
                r"|analysis|explainer|explained|briefing|newsletter|quiz|replay|liveblog|newsblog|kommentar|analyse|podcast|faq|fotos|bilder|en direct|direct|vidéos?|opinión|en vivo|vivo|opinião|opinione|diretta)\b\s*[:|–—-]"
            ),
            1.5,
        ),
        (
            r"(?i)^(?:photos?|pictures|images|scenes|video) (?:of|from|show)\b|\b(?:in pictures|in photos|as it happened|live updates?|live ?blog|live ticker|newsletter)\b|(?-i:\bLIVE\b)",
            1.5,
        ),
        (
            r"(?i)\b(?:shock(?:ing|er)?|slam(?:s|med)?|blast(?:s|ed)?|you won['’]t believe|must[- ]see|insane|epic|jaw-dropping|stunning|bombshell|heartbreaking)\b|[!?]{2,}|!$",
            1.0,
        ),
        (_COLUMN, 0.8),
        (r"[?？؟](?:\W*$|\W*\s)", 1.0),  # asks, be it that it goes on after the question
        (r"^\W*[“\"„«「『‘][^”\"“»」』’]{8,}[”\"“»」』’]\W*$", 1.2),  # nothing but a quote
        (r"^[^:“\"„«「『]{3,40}:\s*[“\"„«「『][^”\"“»」』]{8,}[”\"“»」』]\W*$", 0.8),  # a name and nothing but a quote
        (r"^\W*[“\"„«「『‘]", 0.3),
        (  # promises instead of telling
            (
                r"(?:^|[:–—] )(?:Why|How|What|Inside|Meet|See|Find out|Check out|Take a look|Look inside|Here['’]?s|Here (?:is|Is|are|Are)|This is|This Is|These are|When|Where|Who|why|how|Wie|Warum|Was|Wer|Das ist|So (?:ist|geht|lief)|Hier|Pourquoi|Comment|Voici|Por qué|Cómo|Así|Por que|Como|Perché|Ecco|Почему|Как|Что|Чому|Як|Що)\b"
                r"|(?i:\b(?:explained|(?:kurz|einfach) erklärt)\W*$|\b(?:what (?:to know|we know|you need|it means|happens next)|need to know|things (?:to|you)|here['’]s (?:why|what|how)|was (?:wir wissen|bekannt ist)|ce que l['’]on sait)\b|^\d+ (?:things|reasons|ways|takeaways|facts)\b)"
            ),
            0.8,
        ),
        (
            (
                r"(?i)^the (?:purpose|reasons?|secrets?|truth|story|mystery|science|meaning) (?:of|behind|why|about|to)\b"
                r"|^(?:the|a|an|one|der|die|das|le|la|el) (?:[\w’'-]+ ){1,3}(?:that|who|which|whose|der|die|das|qui|que)\b(?! (?:Senate|House|US|EU|UN)\b)"
            ),
            1.0,
        ),
        (r"(?i)\b(?:you|your|yours|we|our|i|my)\b", 0.4),
        (r"(?:…|\.\.\.)", 0.5),
    )
)


def nearness(members: Sequence[int], pairs: Mapping[tuple[int, int], float]) -> dict[int, float]:
    """How surely each entry of a story belongs to it, 0 to 1: the mean probability that it tells of one event with each
    of the others (of a sample of them in a large story); 1.0 for an entry that stands alone."""
    found = {}
    sample = members[:: 1 + len(members) // _SAMPLE]
    for one in members:
        sure = [pairs.get((min(one, other), max(one, other)), 0.0) for other in sample if other != one]
        found[one] = round(sum(sure) / len(sure), 4) if sure else 1.0
    return found


def lead_first(
    entries: Sequence[Entry],
    sources: Mapping[str, FeedSource],
    near: Mapping[tuple[str, str], float] = {},
    language: str = "",
) -> tuple[tuple[Entry, ...], list[Settled]]:
    """The story's entries, leader first, the others by the same measure, copies at the end with their settlement: an
    entry of the same outlet with the same title or address as a better one stands for nothing of its own.

    `near` says of entries, by feed and ident, how surely they belong to the story; `language` is the edition's.
    """
    kept: list[Entry] = []
    dropped: list[Entry] = []
    copies: list[Settled] = []
    seen: dict[tuple[str, str], Entry] = {}
    sample = sorted(entries, key=lambda e: (e.feed, e.ident))[:: 1 + len(entries) // _SAMPLE]
    told = {(entry.feed, entry.ident): _content(entry.title) for entry in sample}
    newest = max((entry.dated for entry in entries), default=None)
    nearest = max((near.get((entry.feed, entry.ident), 1.0) for entry in entries), default=1.0)

    def worth(entry: Entry) -> tuple[float, float, str, str]:
        late = (newest - entry.dated) / _OVERTAKEN if newest else 0.0
        central = near.get((entry.feed, entry.ident), 1.0) / max(nearest, 1e-6)
        value = _worth(entry, sources.get(entry.feed), central, language) - min(0.8, late)
        others = [words for ident, words in told.items() if ident != (entry.feed, entry.ident)]
        value += 0.8 * max(-1.5, _plainness(entry.title, others))
        return (-round(value, 3), -entry.dated.timestamp(), entry.feed, entry.ident)

    for entry in sorted(entries, key=worth):
        marks = [(outlet(entry), title_key(entry.title))]
        if entry.url_key:
            marks.append((outlet(entry), entry.url_key))
        twin = next((seen[m] for m in marks if m in seen), None)
        if twin:
            why = f"the same as “{twin.title}” of the same outlet, which is shown once"
            dropped.append(entry)
            copies.append(Settled(entry.feed, entry.ident, Outcome.DUPLICATE, why))
        else:
            kept.append(entry)
        for mark in marks:
            seen.setdefault(mark, twin or entry)
    return (*kept, *dropped), copies


def _worth(entry: Entry, source: FeedSource | None, central: float, language: str) -> float:
    """What speaks for an entry as the leader: the user's weight, what the story is about rather than its edge, a text to
    read, fuller rather than shorter, in the edition's language; reporting before live pages, pictures and comment."""
    value = 2.0 * (source.weight if source else 1.0) + 2.0 * central
    value += 0.7 * min(1.0, len(body(entry).split()) / 40) + 0.7 * min(1.0, entry.words / 400)
    value += 0.0 if entry.image is None else 0.1
    value -= 2.0 if _ASIDE.search(entry.title) or ROLLING.search(entry.title) or _SIGNED.search(body(entry)) else 0.0
    value -= 1.0 if _ELSEWHERE.search(entry.url) else 0.0
    value -= 1.5 if language and primary(entry.language) not in ("", primary(language)) else 0.0
    return value


def neutral_title(entries: Sequence[Entry]) -> str:
    """The headline of a story: the leader's, unless a companion in its language says much more plainly what happened.

    Plain is what names and counts, in words that the other headlines share; teasing, asking, shouting, rolling, a gallery's,
    a newsletter's or a mere quote is not. A little plainer is not enough: the leader was chosen for a reason.
    """
    leader = entries[0]
    near = [e for e in entries[:_COMPANIONS] if e is leader or primary(e.language) in ("", primary(leader.language))]
    told = [_content(e.title) for e in near]
    plain = [_plainness(e.title, [w for k, w in enumerate(told) if k != n]) for n, e in enumerate(near)]
    best = max(range(len(near)), key=lambda n: (plain[n], -n))
    return near[best].title if plain[best] >= plain[0] + _MARGIN else leader.title


def headed(entries: Sequence[Entry], sure: Sequence[Entry] | None = None) -> tuple[Entry, ...]:
    """The entries, first the one whose headline the story bears: headline, outlet, link and summary belong together.

    `sure` are the leader and those that surely tell of its event (all, if it is not given): how plainly somebody tells
    of another one is nothing to the story.
    """
    title = neutral_title(entries if sure is None else sure)
    first = next(entry for entry in entries if entry.title == title)
    return (first, *(entry for entry in entries if entry is not first))


def _plainness(title: str, others: Sequence[frozenset[str]]) -> float:
    """How plainly a headline speaks: about 0 to 2 for a good one, below 0 for one that does not tell what happened."""
    value = -_held_back(title)
    letters = [c for c in title if c.isalpha()]
    if len(letters) > 10 and sum(c.isupper() for c in letters) > 0.7 * len(letters):
        value -= 1.5
    mine = _content(title)
    value -= 1.0 if len(title) < 20 or len(mine) < 3 else 0.0
    value -= 0.3 if len(title) > 120 else 0.0
    value -= 0.7 if title.rstrip().endswith(("…", "...")) else 0.0  # the rest is missing
    value += 0.2 if re.search(r"\d", title) else 0.0
    if others and mine:  # what the other headlines are about, too
        value += sum(min(1.0, len(mine & other) / 3) for other in others) / len(others)
    return value


def teasing(title: str) -> float:
    """How far a headline asks, promises, quotes, exclaims or talks to the reader instead of telling: 0 for one that
    tells, 1 and more for one that does not."""
    return _held_back(title) / _TEASES


def _held_back(title: str) -> float:
    return sum(weight for pattern, weight in _TEASING if pattern.search(title))


def _content(title: str) -> frozenset[str]:
    """The beginnings of a headline's longer words, and its figures; pairs of characters where words have no spaces."""
    if title.lower() == title.upper() and not title.isascii():
        bare = re.sub(r"[\W_]+", "", title)
        return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))
    return frozenset(beginnings(_WORD.findall(title.casefold()), figures=True))
