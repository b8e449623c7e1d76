"""Does a sentence stand on its own beside a headline, and does it tell what the headline does not?

What hangs on words that were left out ("But then …", "These two …"), speaks to the reader instead of telling something
("Sign up here"), points elsewhere ("as listed below:"), or breaks off, makes no summary, however well it is written.

Patterns in small letters are asked of texts in small letters, several times quicker than a pattern that does not mind.
"""

import re
from functools import lru_cache

from digest.group.text import korean
from digest.group.text.phrases import rules, told
from digest.group.text.sentences import ends_open, open_quote
from digest.group.text.stopwords import STOP_WORDS

_DANGLING = re.compile(
    r"^[\"“„«'(\s]*(?:he|she|it|they|him|her|his|their|its|this(?! (?:week|weekend|month|year|morning|afternoon|evening|spring|summer|autumn|fall|winter|season|post|article|paper|tutorial|guide|course|book|episode|video|release|story|study|page)\b)|that|these|those|such|but|and|or|so|yet|however|instead|also|then|there|here(?! (?:is|are)\b|['’]s\b)|meanwhile|therefore|thus|hence|nevertheless|still|besides|moreover|furthermore|otherwise|similarly|likewise|finally|(?:second(?:ly)?|third(?:ly)?)(?=,)|in addition|as a result|for example|for instance|on the other hand|in other words|that said|the (?:latter|former|same|two|three|pair|duo|couple|other)|both|another|others|one of them|one other|none|(?:yes|no)(?=,)|in response|(?:well|look|ok(?:ay)?|sure|firstly|specifically|of course)(?=,)|anyway|oh|sorry|turns out|in that (?:spirit|case|sense|context|way)|after that|by then|at that time|afterwards?|later"
    r"|zum beispiel|beispielsweise|par exemple|por ejemplo|por exemplo|ad esempio|например|наприклад|bijvoorbeeld|till exempel|for eksempel"
    r"|er|sie|es|dies(?:e[rsnm]?)?|das|doch|aber|und|auch|zudem|außerdem|ansonsten|dabei|dagegen|deshalb|daher|damit|dennoch|jedoch|danach|dann|dort|dazu|darum|beide|ihr|sein|seine|ihre"
    r"|il|elle|ils|elles|ce|cela|cette|ces|mais|et|or|donc|ainsi|pourtant|cependant|en outre|de plus|leur|son|sa"
    r"|él|ella|ellos|esto|eso|este|esta|pero|y|además|sin embargo|también|así|por eso|su|sus|ele|ela|isso|mas|e|também|porém|seu|sua|lui|lei|loro|questo|questa|ma|inoltre|però|suo"
    r"|он|она|они|оно|это|эти|этот|эта|его|её|их|но|и|а|при этом|также|однако|поэтому|кроме того|затем|потом|там|тогда|він|вона|вони|це|цей|ця|ці|його|її|їх|але|й|також|однак|тому|крім того|потім"
    r"|hij|zij|ze|het|dit|dat|deze|maar|en|ook|daarom|echter|han|hun|hon|det|den|de|dette|detta|denna|men|och|og|också|også|dessutom|samtidig)\b"
    r"|^(?:他|她|它|他们|她们|这|那|但|但是|不过|然而|而|此外|同时|其|该|彼|彼女|これ|それ|この|その|しかし|また|そして|だが|一方|그는|그녀는|그들은|이는|이에|그러나|하지만|그 |그런|그래서|이런|이처럼|또한|한편|이어|그것도|הוא|היא|הם|זה|אבל|وقال|لكن|كما|هو|هي|هذا)"
)
_JOINING = re.compile(
    r"^[\"“„«'(\s]*(?:but|and|or|so|yet|however|instead|also|then|therefore|thus|hence|for example|for instance|in other words|zum beispiel|beispielsweise|par exemple|por ejemplo|por exemplo|ad esempio|например|наприклад|bijvoorbeeld|till exempel|for eksempel|doch|aber|und|denn|deshalb|daher|jedoch|mais|et|donc|pero|y|mas|e|porém|ma|però|но|и|а|однако|поэтому|але|й|однак|тому|maar|en|men|och|og)\b"
)
_LEANING = re.compile(
    r"\b(?:these|those|this (?:is|was|means|one|time)|though|however|instead|therefore|the former|the latter|as well|also|too[.!?]?$|do (?:that|this|so)\b|unfortunately|fortunately|(?:some|one|many|most|each|none|all|both|few) of (?:them|these|those|which|us)|allerdings|jedoch|dagegen|ebenfalls|ansonsten|nämlich|zudem|außerdem|diese[rsmn]?|solche[rsmn]?|cependant|toutefois|sin embargo|tuttavia|porém|однако|впрочем|поэтому|также|например|однак|проте|втім|також|наприклад)\b"
)

_WEAK = re.compile(
    r"^\W*(?:(?:photo|image|video|credit|source|by|updated?|published|note|disclaimer|disclosure|correction|editor.s note|transcript|listen|watch|read|click|subscribe|follow|sign up|join|download|share|check|tags?|via|hat tip|"
    r"hello|hi|hey|welcome|good morning|happy|thanks(?! to (?:an?|the|its|new)\b)|thank you|dear|if you|hallo|bonjour|hola|привет)\b|#)"
)
_NOTE = re.compile(
    r"^\W*(?:(?:photo|image|video|credit|source|tags?|via|transcript|updates?|updated?|note|correction)\s?(?:[:：–—]|\([^()]{4,30}\)\s?:)|(?:disclaimer|disclosure|correction|editor.s note|hat tip|h/t\b"
    r"|uppdatering|aktualisierung|mise à jour|actualización|aggiornamento|atualização|обновлен[оие]+|оновлен[оня]+|дополнено|исправлено|veuillez noter|bitte beachten|hinweis\s?:|nota\s?:|n\.b\."
    r"|hello|hi|hey|welcome|good morning|thanks(?! to (?:an?|the|its|new)\b)|thank you|hallo|(?:herzlich )?willkommen|bonjour|salut|bienvenue|hola|bienvenid[oa]s|benvenuti|привет|здравствуйте|добро пожаловать|witamy?|olá|ciao|hej|(?:ok(?:ay)?|alright|anyway|oh)(?=,))\b)"
)
_ASIDE = re.compile(
    r"^\W*(?:(?:via|h/t)\b|(?:注|编者按|編者按|按|原标题|原標題)[:：]|(?:photo|image|picture|video|illustration|credit|foto|фото)s? (?:by|courtesy|via|credit)\b"
    r"|(?:photo|image|illustration|source|credit|note|ps|p\.s\.)\s*[:：]"
    r"|(?:please )?(?:subscribe|sign up|join us|follow us|follow (?:me|our|along)|check (?:it|them|us|out)|stay tuned|read on|read more|read the|read our|see (?:the|our|more|all|also|here)|watch (?:the|our|now|live)|listen (?:to|now|here|on)|download (?:the|it|now|here)|buy (?:it|now|the)|get your|get (?:it|in touch)|contact us|enjoy[.!]|don.t (?:miss|forget)|let (?:me|us) know|tune in|catch up|learn more|find out|click|register|submit|vote|share (?:this|your)|tell us|have your say)\b"
    r"|the latest on\b|(?:get|book|buy) (?:your )?tickets\b|mark your calendars?\b|take a (?:minute|moment) (?:now )?to\b|pictured\b|\d{1,3}(?:\+\d)? min(?:\.|ute)?\s?[:：]|\d{1,2}[:.]\d{2}\s?(?:[ap]\.?m\.?|uhr)?\s?[:：–—-]\s"
    r"|here (?:are|is) (?:the|our|some|what|today)\b[^,;:]{0,80}\W*$|here.s (?:what|why|how|everything|all|the (?:full |complete |latest )?(?:list|latest|schedule|results?)|a (?:look|list|roundup))\b[^,;:]{0,140}\W*$"
    r"|(?:welcome (?:to|back)|thank(?:s|\ you) for|good morning|happy \w+day|(?:best |kind |warm )regards)\b|cheers[,.!]*$|(?:table of )?contents\b"
    r"|(?:hosted|produced|edited|narrated|written|reported) by\b|(?:posted|submitted|published|filed) (?:by|in|on|under)\b"
    r"|(?:if you|got|have) [^.!?]{3,80}\b(?:send (?:me|us)|let (?:me|us) know|get in touch|drop (?:me|us)|e-?mail (?:me|us)|contact (?:me|us)|write to)\b"
    r"|you can (?:get|find|download|read|watch|listen|see|view|check|follow|subscribe)\b"
    r"|if you (?:want to|would like to|.d like to|haven.t|missed|like (?:this|what))\b.{0,60}\b(?:check|read|see|previous|series|subscribe|support|earlier)\b)"
)
_ASIDES = rules(
    ("whatsapp|whats-app|sponsor|brought to you|supported", r"\bwhats-?app-?(?:nummer|number)|\b(?:for|by) sponsoring\b|\bsponsored by\b|\bbrought to you by\b|\bthis (?:episode|week.s podcast|newsletter) is (?:sponsored|supported)"),
    ("zusammen|überblick|auf einen blick|tour d'horizon|tour d’horizon|en bref", r"^\W*wir fassen\b[^.!?]{0,40}\bzusammen\W*$|^\W*(?:ein |der |im )?überblick\b[^.!?]{0,60}$|\bauf einen blick\W*$|^\W*tour d['’]horizon\b"),
    ("details|scroll on", r"^[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3} has (?:more|(?:the |more )?details)\W*$|\bscroll on\b"),
    (" below", r"\b(?:see|listed|shown|described|linked?|available|embedded|found|given|outlined|details|comments?|player|form|video|link) below\b"),
    ("in the comments|need to know|what to know about|everything you need|photo gallery|show notes|liveblog", r"\bin the comments\b|^\W*what to know about\b|\bwhat (?:else )?you need to know\b|\beverything you need\b|\bphoto gallery\b|\bshow notes\b|\bim liveblog\b"),
    ("click |tap ", r"\b(?:click|tap) (?:here|on|the)\b"),
    ("donate|tickets|subscri", r"\b(?:take a (?:minute|moment) (?:now )?to|please) (?:donate|subscribe)\b|\byou should get tickets\b"),
    ("newsletter|mailing list", r"\b(?:our|my|this|the|free|daily|weekly) (?:newsletter|mailing list)\b.{0,60}\b(?:sign|subscri|join|inbox)|\b(?:sign|subscri\w+|join)\b.{0,40}\b(?:newsletter|mailing list)\b"),
    (" information| details| info", r"\bfor (?:more|further|installation|additional|full) (?:information|details|info)\b"),
    (", left,|, right,|, cent|from left", r", (?:left|right|center|centre),|\bfrom left\b"),
    (" here| hier| ici| aquí| aqui| här|здесь|по ссылке", r"\b(?:find|see|read|watch|view|download|get|check|order|buy|listen|more|available|register|sign up|join)\b[^.!?]{0,80}\bhere\W*$|\b(?:here we go|more here|and here)\b|\b(?:findet|finden|lesen|ansehen|gibt es|geht es|mehr)\b[^.!?]{0,60}\bhier\W*$|\b(?:ici|aquí|aqui|здесь|по ссылке)\W*$"),
    ("unten|nachfolgend|nedan|länken|ci-dessous|a continuación|ниже|нижче", r"\b(?:weiter |hier )?unten (?:im artikel|ansehen|sehen|findet|finden|anschauen)\b|\bunten im artikel\b|\bnachfolgend für (?:euch|sie)\b|\b(?:genom|via) länken\b|\bhär nedan\b|\bci-dessous\b|\ba continuación\b|\b(?:смотрите|читайте|дивіться) н(?:иже|ижче)\b"),
    ("expressed|contributed|posted a", r"\b(?:opinions?|views?) expressed\b|\bcontributed (?:to|reporting)\b|\bposted a (?:photo|video)\b"),
    ("folge|abonn|jetzt anh|hier |mehr dazu|alle infos|zum artikel|finden sie|auf unserer", r"\b(?:folge[nt]? (?:sie )?uns|abonnier\w+|jetzt anhören|hier (?:geht.s|klicken|lesen|anmelden)|mehr dazu|alle infos|zum artikel|finden sie (?:auf|unter|hier|in)|auf unserer (?:website|seite|homepage))\b"),
    ("abonnez|inscrivez|cliquez|retrouvez|suscr|síguenos|haz clic|assine|inscreva|clique", r"\b(?:abonnez-vous|inscrivez-vous|cliquez|retrouvez|suscríbete|síguenos|haz clic|assine|inscreva-se|clique)\b"),
    ("подпис|подробнее|читайте|смотрите|ссылк|підпис|дивіться", r"\b(?:подпис(?:ывайтесь|аться)|подробнее|читайте|смотрите (?:также|видео|полн)|ссылк[аеу]|підпис(?:уйтесь|атися)|дивіться)\b"),
    ("전재|재배포|구독|点击|关注我们|扫码", r"무단 ?전재|재배포 ?금지|구독|点击|关注我们|扫码"),
)  # fmt: skip
_TALK = re.compile(
    r"^Here(?:[’']s| are| is)\b|^[A-Z][\w.’' ]{1,30} (?:speaks|talks|chats|sits down|catches up) (?:with|to) |^[A-Z][\w.’' -]{2,50} joins "
)
_CALL = re.compile(
    r"^(?:Learn|Join|Discover|Explore|Find|Try|Meet|Hear|See|Watch|Take a look|Come|Visit|Apply|Grab|Start|Check|Read|Listen|Get|Enjoy|Stay|Let us|Tell us|Click|Sign|Follow|Don.t miss|We.d love|Erfahren Sie|Lesen Sie|Hören Sie|Sehen Sie|Découvrez|Retrouvez|Descubra|Descubre|Scopri|Узнайте|Смотрите|Читайте|Слушайте)\b(?! (?:said|says|was|is|will|has|Group|Inc|News)\b)"
)
_BYLINE = re.compile(
    r"^(?:(?:By|Von|Par|Por)\s+[A-ZÀ-Þ][\w.'’-]+\s+[A-ZÀ-Þ][^!?]{1,60}|[A-ZÀ-Þ][\w.'’ -]{3,40}(?: reports| im Gespräch mit [^.!?]{3,50}| berichtet)\.?|Ein(?:e)? (?:Gast)?(?:kommentar|Kommentar|Analyse) von [^!?]{3,60})$"
)
_PRONOUN = re.compile(
    r"\b(?:it|them|they|this|that|these|those|he|she|him|her|his|their)\b(?! (?:year|week|month|morning|spring|summer|autumn|fall|winter)\b)"
)
_QUESTIONS = re.compile(
    r"(?i)(?:(?:you might be|you may be|are you|ever|if you.re) wonder[^.!?]{3,120}\.\s+)?(?:[^.!?。！？]+[?？][\"”’»]*\s*)+"
)
_TOLD_FIRST = re.compile(r"(?i)(?<=.{25})(?:(?:,| [-–—]) (?:but|yet|aber|doch|mais|pero|mas|ma|но|але)|:) ")
_ASKS = re.compile(r"[?？؟][\s\"'”’»›)\]」』】）]*$")
_CRIES = re.compile(r"[!！][\s\"'”’»›)\]」』】）]*$")
_IN_SMALL = re.compile(r"[a-zß-öø-ÿа-яёіїєґ][a-zß-öø-ÿа-яёіїєґ'’-]*[,;:]?\s")  # not iPhone, eBay or a.example
_TEASE = 220
_AGAINST = re.compile(
    r"\b(?:however|instead|therefore|though|nevertheless|allerdings|jedoch|cependant|sin embargo|однако)\b"
)
_TERMINAL = re.compile(r"[.!?…。！？।؟۔։።:：;][\s\"'”’»›)\]」』】）]*$")
_POINTS_ON = re.compile(r"[:：;,，、–—-]\W*$")
_WORD = re.compile(r"[^\W_]+")
_PLACE_AND_YEAR = re.compile(r"^(?:[^\W\d_][\w.'’-]*,? ){1,4}\d{4}\.?$")
_SUBORDINATE = re.compile(
    r"^(?:if|when|while|as|although|though|despite|because|since|after|before|with|on|in|at|by|for|from|during|under|amid|among|wenn|als|obwohl|während|weil|nachdem|trotz|lorsque|quand|si|malgré|alors|cuando|aunque|si|mientras|quando|embora|mentre|если|когда|хотя|якщо|коли|хоча)\b"
)
_CLOSING_ONLY = re.compile(r"[”»」』]")
_NEVER_LAST = {  # words that wait for another one
    "en": "the a an of and or with from as that their its my your to is are was were has have had will would can could this these our his",
    "de": "der die das den dem des ein eine einem einen einer und oder mit von für zu im am zum zur",
    "fr": "le la les de des du un une et ou dans pour avec sur au aux qui que",
    "es": "el la los las de del y o un una en con por para que",
    "pt": "o a os as de do da e um uma em com por para no na dos das ao",
    "it": "il lo la i gli di del della e un una in con per che",
    "nl": "de het een en van met voor dat",
    "sv": "och att i på en ett av för med",
    "da": "og at en et af for med",
    "nb": "og at en et av for med",
    "pl": "i w na z do od za dla o że",
    "ru": "и в на с по к из от за для о у при что",
    "uk": "і в на з та у до за про від для що",
}
_ENOUGH_NEW = 3  # words of weight that the headline does not have …
_PLENTY, _SHARE = 6, 0.45  # … and nearly half of all such words, unless there are so many
_UNCOUNTED = frozenset(
    "new news us one two three my me i am do does did how why where while just also all any some let lets per via etc 's t s re ll d ve m our your"
    " could would should might must can can't couldn wouldn shouldn won don doesn didn isn them they their these those who whom whose him her she he"
    " yet still now soon today week part first last other more most very much here there it's"
    " short look looks show shows photo photos image images picture pictures pics video videos watch read see full view post posts article story blog"
    " introduce introducing introduces announce announced announcing announces excited pleased happy available release released update updates updated feature features batch changelog"
    " get gets getting got make makes making take takes taking come comes coming go goes going become becomes becoming bring brings give gives want need use used"
    " answer answers question questions ask asks depends know knows reveals reason reasons truth tell tells told writes wrote thoughts"
    " issue issues problem facing due below above around world screen thing things something really big biggest great huge".split()
)  # words of the medium and of no weight


def leans(text: str) -> bool:
    """Hangs on a sentence before it, by its beginning or by a word within its first clause."""
    return dangles(text) or _LEANING.search(text[:90].lower()) is not None


def dangles(text: str) -> bool:
    """Begins as a sentence does that hangs on what stood before it."""
    return _DANGLING.match(text.lower()) is not None


def joins(text: str) -> bool:
    """… and cannot even follow a headline."""
    return _JOINING.match(text.lower()) is not None


def weak(text: str) -> bool:
    """Begins as a sentence does that opens no summary if there is another."""
    return _WEAK.match(text.lower()) is not None


def note(text: str) -> bool:
    """… and none whatever."""
    return _NOTE.match(text.lower()) is not None


def aside(text: str) -> bool:
    """Tells nothing of the matter: a call, a credit, a sponsor's line, a pointer to what stands elsewhere."""
    if (
        (len(text) <= 140 and _BYLINE.match(text))
        or (not _plainly_ended(text) and _POINTS_ON.search(text))
        or text.count("|") >= 2
        or text[0] in "(（[【"
    ):
        return True
    return _ASIDE.match(text.lower()) is not None or told(_ASIDES, text)


def ended(text: str) -> bool:
    """Carries the mark of a sentence's end, or of one that leads on."""
    return _plainly_ended(text) or _TERMINAL.search(text) is not None


def _plainly_ended(text: str) -> bool:
    """Ends in a letter and one mark, as most sentences do: quick to see."""
    return text[-1:] in ".!?" and text[-2:-1].isalnum()


def is_sentence(text: str, language: str) -> bool:
    """Not a mere caption; place and year, or Korean without the ending of a verb."""
    return (language != "ko" or korean.is_sentence(text)) and not _PLACE_AND_YEAR.match(text)


def half(text: str) -> bool:
    """A shortened text of which the main clause is gone, or that stops within an enumeration."""
    commas = text.count(", ")
    return commas >= 3 or (not commas and _SUBORDINATE.match(text.lower()) is not None)


def asks_only(text: str) -> bool:
    """Nothing but questions, as teasers are."""
    return len(text) <= _TEASE and _QUESTIONS.fullmatch(text) is not None and not _TOLD_FIRST.search(text)


def asks(text: str) -> bool:
    """A question."""
    return text[-1:] != "." and _ASKS.search(text) is not None


def cries(text: str) -> bool:
    """Ends with an exclamation mark: a tease more often than a fact."""
    return text[-1:] != "." and _CRIES.search(text) is not None


def mid_sentence(text: str) -> bool:
    """Begins with a small letter: with the rest of a sentence whose beginning is elsewhere."""
    return _IN_SMALL.match(text) is not None


def hangs(text: str) -> bool:
    """Sets itself against something said before ("…, however, …"), and could not open a text."""
    return _AGAINST.search(text[:90].lower()) is not None


def refers(text: str) -> bool:
    """Speaks of something by a pronoun: where a sentence before it is left out, nobody knows of what."""
    return leans(text) or _PRONOUN.search(text.lower()) is not None


def calls(text: str) -> bool:
    """Asks the reader to do something, or speaks of its own making: fit to open a notice ("Learn how …", "X speaks with
    Y"), not to stand behind what happened."""
    return bool(_CALL.match(text) or _TALK.match(text))


def whole(text: str) -> bool:
    """Nothing of it is missing: no quote without its other half, no end that waits for a word."""
    if open_quote(text) or (not text.isascii() and _CLOSING_ONLY.search(text) and _unopened(text)):
        return False
    return not ends_open(text)


def _unopened(text: str) -> bool:
    return any(
        text.count(closing) > sum(text.count(mark) for mark in opening)
        for closing, opening in (("”", "“„”"[:2]), ("」", "「"), ("』", "『"))
    )


_CUT_FROM, _FIELD_SIZES = 200, (255, 256)  # characters of a text that ends where a field of a database is full


def breaks_off(text: str, language: str) -> bool:
    """The end of a whole text that carries no sentence end: was it cut, mark or no mark?"""
    if not text or ended(text):
        return False
    if len(text) >= _CUT_FROM and (len(text) % 50 == 0 or len(text) in _FIELD_SIZES):
        return True
    last = _WORD.findall(text[-30:])
    waits = _NEVER_LAST.get(language, "").split()
    return bool(last) and (last[-1].casefold() in waits or (len(last[-1]) == 1 and last[-1].islower()))


def says_more(text: str, title: str, language: str) -> bool:
    """Has words of weight that the headline does not have, enough for one statement."""
    if not text.isascii() and text.lower() == text.upper():
        return True  # scripts without capitals, mostly without spaces: letters are compared elsewhere
    small = STOP_WORDS.get(language) or _english()
    heading = _words(title)
    known = {word[:5] for word in heading} | {word[:4] for word in heading}
    counted = {w for w in _words(text) if w not in small and w not in _UNCOUNTED}
    new = {w for w in counted if w[:5] not in known}
    if any(word[0].isdigit() for word in new):
        return len(new) >= _ENOUGH_NEW
    return len(new) >= _PLENTY or (len(new) >= _ENOUGH_NEW and len(new) >= _SHARE * len(counted))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return STOP_WORDS["en"]


def closed(text: str, language: str) -> str:
    """The text with the full stop that standfirsts go without."""
    last = text[-1:]
    if (
        not last
        or not (last.isalnum() or last in ")%’'€$£”»\"]")
        or ended(text)
        or language in ("th", "lo", "km", "my")
    ):
        return text
    if last in '”»"' and re.search(r"[.!?…]\W*$", text):
        return text
    return text + (
        "。"
        if language in ("ja", "zh")
        else "।"
        if language in ("hi", "mr", "ne", "bn")
        else "۔"
        if language == "ur"
        else "."
    )
