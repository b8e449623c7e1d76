"""Plain text -> sentences, for the languages that feeds come in.

A candidate is a run of sentence ends with its closing quotes; what stands before and after it decides: abbreviations,
initials, ordinals ("3. Oktober"), decimal points and quotes that go on are no ends. A sentence never breaks inside a pair of
quotes unless the quote itself is long.
"""

import re
from functools import lru_cache

from digest.group.text.stopwords import STOP_WORDS

_CLOSERS = "\"'”’»›“‘)\\]}」』】）〕》〉｣″"
_CLOSING = _CLOSERS.replace("\\", "")
_OPENERS = "—–\\-\"'“‘«‹„‚(\\[{「『【（〔《〈｢¿¡"
_END = re.compile(  # begins with one mark of any kind, which is quick to find; which kind it was is asked behind it
    r"[.!?…‼⁇⁈⁉。！？｡।॥؟۔։።፧၊။៕།](?:"
    r"(?<=[.!?…])[.!?…]* »(?=\s|$)"  # French sets its quotes off
    rf"|(?<=[.!?…‼⁇⁈⁉])[.!?…‼⁇⁈⁉]*[{_CLOSERS}]*(?=\s|$)"  # Latin, Cyrillic, Greek …: white space must follow
    r"|(?<=[\uac00-\ud7a3][.!?])(?=[\uac00-\ud7a3\d“‘\"\[(])"  # pages that lost their markup lost the space between paragraphs
    r"|(?<=[a-zß-öø-ÿа-яёіїєґ]{3}[.!?])(?=[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ][a-zß-öø-ÿа-яёіїєґ]*[ ,’'])"
    rf"|(?<=[.!?…])[.!?…]*[”»」』][{_CLOSERS}]*(?=[^\s.,;:!?)\]])"  # … unless a quote closes and the next word is stuck to it
    rf"|(?<=[。！？｡])[。！？｡]*[.!?…。！？]*[{_CLOSERS}]*|(?<=[।॥؟۔։።፧၊။៕།])[।॥؟۔։።፧၊။៕།]*[{_CLOSERS}]*(?=\s|$))"
)
_BEFORE_LAST_WORD = re.compile(r"(?s:.*[\s(\[“\"„«'‘—–/])?")
_CAMEL = re.compile(r"[a-z][A-Z]")
_NEXT_WORD = re.compile(rf"[{_OPENERS}\s]*([^\W_]+(?:['’][^\W\d_]+)?)")
_INITIAL = re.compile(r"^(?:[^\W\d_]\.)*[^\W\d_]$")  # A, J.R (the last dot is the candidate itself)
_DOTTED = re.compile(r"^(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}$")  # U.S, z.B, т.д, Ph.D
_NUMBER = re.compile(r"^[(\[]?\d{1,3}$")
_ROMAN = re.compile(r"^[IVX]{1,5}$")

# Before a name or a number: never an end.
_OPEN_ABBREVIATIONS = frozenset(
    "mr mrs ms mx dr prof rev hon st ste mt ft gen col maj capt cpt lt sgt cpl pvt adm cmdr gov sen rep reps sens pres supt insp"
    " messrs mme mlle mm no nos vol fig figs art nr núm nº ch sec pp p al ca cf cca bzw evtl ggf vgl sog inkl exkl abs bes geb gest hl"
    " hrsg ing dipl mag dkfm frl hr fr abt bd ziff tel str dra sra srta srs sr jr. ud uds dña gral lic arq av avda apdo exc exmo ilmo"
    " sig sigg dott avv on arch geom rag prof.ssa dott.ssa ten s d mons padre card tit op vs v approx est viz i.e e.g eg ie dept univ"
    " г ул пр пл стр им тов гр акад проф доц инж ген полк подполк майор кап лейт руб коп тыс млн млрд трлн кв см ср напр обл р"
    " вул просп буд кімн смт ім грн чл тел т.е т.н т.к т.зв напр. м ред nt tzn tzw np ul al pl os godz hab dr. inż mgr św ks gen płk mjr"
    " kpt por zob pt tj min mj mln mld mrd mio tis tys kap kl ev dvs bl.a t.ex s.k f.d o.s.v fr.o.m t.o.m resp bl.a. f.eks bl ang ca. mfl kr"
    " dhr mevr mw ir drs jhr nl bv blz jl ong resp. plm o.a d.w.z m.b.t n.a t.a.v incl excl min. max jap engl frz lat griech nat"
    " jan feb mar apr jun jul aug sep sept oct nov dec okt dez".split()
)  # fmt: skip
# … of which a sentence never ends in these, however it goes on.
_TITLES = frozenset(
    "mr mrs ms dr prof rev gov sen rep gen col capt lt sgt st vs mme mlle hr fr dra sra srta sig dott проф акад ген".split()
)
_BEFORE_NUMBERS = frozenset("no nos nr nro núm art fig figs vol ch sec pp par abs ziff tel".split())
_ALSO_WORDS = frozenset("al on fr est min or ten pl mar".split())  # abbreviations that are words too
# May close a sentence: an end where a small word or nothing known of the language follows.
_EITHER = frozenset(
    "inc ltd co corp bros llc plc jr sr esq etc ave blvd rd sq hwy bldg a.m p.m u.s u.k u.n e.u d.c b.c a.d ph.d m.d b.a m.a usw u.a"
    " ect др д т.д т.п тд тп лет год гг вв тощо ін атд apod aj atp itd itp osv mm etc. s.a s.r.l s.p.a a.s".split()
)  # fmt: skip
_ORDINALS = frozenset("de da nb no nn fi cs sk pl hu sl hr sr lt lv et tr is".split())
_JOINING = (
    "と",
    "との",
    "って",
    "という",
    "などと",
    "は",
    "が",
    "を",
    "に",
    "の",
    "、",
    "，",
    "と、",
    "라고",
    "라며",
    "고",
)
_PAIRS = {"“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", "»": "«", "‹": "›", "(": ")", "（": "）"}
_QUOTES = re.compile('["“”„«»‹›「」『』()（）]')
_LONGEST_WORD = 24  # characters in front of a dot that are looked at
_LONG_QUOTE = 420  # characters: beyond that a quote is split like any other text


def split(text: str, language: str = "") -> list[str]:
    """The sentences of one block of plain text, in order, white space around them removed; nothing is lost or changed.

    `language` is a BCP 47 primary tag ("" works with rules that hold everywhere).
    """
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if end < len(text) and not _ends(text, match, start, language):
            continue
        pieces.append(text[start:end].strip())
        start = end
    pieces.append(text[start:].strip())
    return _rejoin([piece for piece in pieces if piece], language)


def _ends(text: str, match: re.Match[str], start: int, language: str) -> bool:
    mark, end = match[0], match.end()
    rest = text[end : end + 60]
    if mark[0] in "。！？｡":
        closed = mark[-1] in "」』）)”】" and len(mark) > 1
        return not (closed and rest.lstrip().startswith(_JOINING)) and rest[:1] not in "」』）、，,"
    if mark[0] in "।॥؟۔։።፧၊။៕།":
        return True
    following = _NEXT_WORD.match(rest)
    word = following[1] if following else ""
    if word and word[0].islower() and not _CAMEL.match(word):
        return False  # the sentence goes on: "Yahoo! said", "etc. and"
    if mark[0] != "." or (mark != "." and len(mark.rstrip(_CLOSING)) > 1):
        return True  # ! ? … and "..." before a capital
    at = match.start()
    before = _last_word(text[max(start, at - _LONGEST_WORD) : at])
    if rest[:1].isalpha() and "." in before:
        return False  # java.util.List
    return _dot_ends(before, word, language, first=" " not in text[start:at].strip(" \t"))


def _last_word(text: str) -> str:
    found = _BEFORE_LAST_WORD.match(text)
    return text[found.end() :] if found else text


def _dot_ends(token: str, word: str, language: str, *, first: bool) -> bool:
    low = token.casefold()
    if low in _BEFORE_NUMBERS:
        return not word[:1].isdigit()
    if low in _OPEN_ABBREVIATIONS:
        return low in _ALSO_WORDS and token.islower() and not word[:1].isdigit() and _starter(word, language)
    if _NUMBER.match(token):
        if first:
            return False  # "1. First of all": a list's mark
        return language not in _ORDINALS or len(token) > 2 or _starter(word, language)
    if low in _EITHER or _DOTTED.match(token):
        return _starter(word, language)
    if len(token) == len(word) == 1 and token.isalpha():
        return False  # "z. B.", "J. R."
    if _INITIAL.match(token) and token[-1].isupper() and language not in ("ja", "zh", "ko"):
        return token[0] == "I" and _starter(word, language)
    return not (_ROMAN.match(token) and language in _ORDINALS and not _starter(word, language))


def _starter(word: str, language: str) -> bool:
    """A capitalised small word opens a sentence; a name or a number after an abbreviation does not."""
    if not word or not word[0].isupper():
        return not word
    words = STOP_WORDS.get(language)
    return word.casefold() in (words if words is not None else _anywhere())


@lru_cache(maxsize=1)
def _anywhere() -> frozenset[str]:
    return frozenset().union(*STOP_WORDS.values())


def ends_open(text: str) -> bool:
    """The last word is an abbreviation that waits for a name or a number ("… have sued Gov.")."""
    if not text.endswith("."):
        return False
    return _last_word(text[-_LONGEST_WORD:-1]).casefold() in _TITLES


def open_quote(text: str) -> str:
    """The closing mark a text still waits for ("" if its quotes and brackets are balanced)."""
    if not _QUOTES.search(text):
        return ""
    waiting: list[str] = []
    straight = False
    for match in _QUOTES.finditer(text):
        mark, position = match[0], match.start()
        if mark == '"':
            inches = position and text[position - 1].isdigit() and not straight
            straight = not straight and not inches
        elif waiting and mark in waiting[-1]:
            waiting.pop()
        elif mark in _PAIRS and not (mark == "»" and not text[position + 1 : position + 2].strip()):
            waiting.append(_PAIRS[mark])
    return waiting[-1][-1] if waiting else ('"' if straight else "")


def _rejoin(pieces: list[str], language: str) -> list[str]:
    """Put together what a quote or bracket holds together."""
    sentences: list[str] = []
    glue = "" if language in ("ja", "zh", "th") else " "
    held: list[str] = []
    for piece in pieces:
        held.append(piece)
        whole = glue.join(held)
        if not open_quote(whole):
            sentences.append(whole)
            held = []
        elif len(whole) > _LONG_QUOTE or len(held) >= 4:
            sentences += held
            held = []
    return sentences + held
