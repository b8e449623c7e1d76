"""What publishers put around their articles, by its words, in the languages seen most.

`LABEL` is the whole of a short block; `CALL` begins a block that is short and leads elsewhere; `NOTICES` give a block away
wherever they stand in it; `TAILS` end a block that is otherwise text. What lists cannot know is learned from each
feed (see `clean`).

Patterns in small letters are asked of texts in small letters, several times quicker than a pattern that does not mind.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def _join(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


_ELSEWHERE = _join(  # go and read it there
    r"(?:continue|keep) reading.{0,60}",
    r"read (?:more|on|full|rest|here|the (?:full|rest|whole|entire|original|complete|article|story|post)).{0,80}",
    r"(?:view|see|visit|get) (?:the )?(?:full|original|entire|whole|complete|web|browser)\b.{0,60}",
    r"(?:click|tap) here.{0,80}|full (?:story|article|post|report).{0,40}|(?:learn|find out|discover) more.{0,40}",
    r"more (?:here|info|information|details)|go to (?:article|story|source)|view (?:article|post|online|comments)",
    r"(?:jetzt |hier )?(?:weiterlesen|weiter lesen|mehr lesen|mehr dazu|zum (?:artikel|beitrag)|ganzen artikel).{0,60}",
    r"(?:den vollständigen artikel|alles lesen|mehr erfahren|mehr (?:infos|informationen)).{0,60}",
    r"lire (?:la suite|plus|l.article|aussi).{0,60}|en savoir plus.{0,40}|la suite",
    r"(?:seguir|sigue) leyendo.{0,60}|leer m[aá]s.{0,60}|ver m[aá]s|m[aá]s informaci[oó]n.{0,40}",
    r"(?:leia|saiba|ler) mais.{0,60}|continu(?:e|ar) (?:lendo|a ler).{0,60}|veja (?:mais|também).{0,60}",
    r"leggi (?:tutto|anche|di più|l.articolo).{0,60}|continua (?:a leggere|la lettura).{0,60}",
    r"lees (?:meer|verder|ook).{0,60}|läs (?:mer|vidare|hela).{0,40}|les (?:mer|også|hele).{0,40}|læs (?:mere|også).{0,40}",
    r"lue (?:lisää|myös).{0,40}|czytaj (?:dalej|więcej|także|też).{0,60}|celý článek.{0,40}|devamını oku.{0,40}",
    r"(?:читать|читайте) (?:далее|дальше|полностью|также|ещё|еще|всю|подробнее|новость).{0,80}|подробнее|далее",
    r"(?:читати|читайте) (?:далі|також|більше).{0,80}|докладніше.{0,40}|(?:смотрите|дивіться) (?:также|також).{0,80}",
    r"(?:阅读|閱讀|查看)(?:全文|更多|原文).{0,20}|全文(?:链接|阅读)?|続きを(?:読む|見る)|もっと(?:読む|見る)|全文を読む|記事全文",
    r"더 ?보기|기사 ?(?:보기|원문)|전체 ?기사|קרא עוד|לקריאה.{0,40}|המשך קריאה|.{0,4}קרא את הכתבה.{0,30}|اقرأ (?:المزيد|أيضا|أيضًا).{0,40}|ادامه مطلب",
)  # fmt: skip

_RELATED = _join(  # headings of what is related, with nothing else in the block
    r"(?:related|recommended|popular|trending|featured|latest|more|further|suggested|similar)"
    r" (?:articles?|stories|posts?|links?|reading|content|coverage|news|topics?|videos?|products?|episodes?)(?: .{0,40})?",
    r"more .{1,40} (?:pics|pictures|photos|images|videos|screenshots)|show ?notes|glossary?",
    r"related|recommended|trending|most (?:read|popular|viewed)|editor.?s.? picks?|see also|also (?:read|see|on)|read (?:also|next|this)",
    r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in).{0,20}|more (?:from|on|in|about) .{1,40}|don.t miss|further reading",
    r"(?:verwandte|ähnliche|weitere) (?:artikel|themen|beiträge|links|nachrichten).{0,40}|lesen sie (?:auch|hier|dazu|mehr).{0,40}",
    r"(?:mehr )?zum thema.{0,40}|auch interessant.{0,20}|das könnte (?:sie|dich) auch interessieren",
    r"articles? (?:liés|similaires|connexes)|à lire (?:aussi|également).{0,60}|(?:voir|lire) aussi.{0,60}|sur le même (?:sujet|thème)",
    r"(?:noticias|artículos|notícias|artigos) relacionad[oa]s|(?:también )?te puede interesar.{0,30}|lee también.{0,60}|leia também.{0,60}",
    r"potrebbe interessarti.{0,30}|articoli correlati|(?:материалы |новости )?по теме|на эту тему|похожие (?:новости|записи)|другие новости",
    r"за темою|схожі (?:новини|записи)|相关(?:文章|报道|阅读|新闻|链接)|相關(?:文章|報導|閱讀|新聞)|延伸(?:阅读|閱讀)|関連(?:記事|リンク|ニュース)|관련 ?(?:기사|뉴스)",
)  # fmt: skip

_TALK = _join(  # share, count, discuss
    r"(?:share|tweet|pin|print|e-?mail|save|bookmark)(?: (?:this|it|on|to|via|with|by)\b.{0,40})?",
    r"(?:share on |follow on )?(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|instagram|youtube|pinterest|tumblr|flipboard"
    r"|threads|bluesky|mastodon|tiktok|pocket|digg|delicious|stumbleupon|vk|viber|messenger|rss|email|e-mail|print)",
    r"(?:\d[\d.,]*\+? )?(?:comments?|replies|reactions|likes|shares|views|retweets|kommentare?|commentaires?|comentarios?|comentários?"
    r"|commenti|reacties|kommentarer|комментари\w+|коментар\w+|评论|コメント|댓글)(?: ?(?:\(\d*\)|:? ?\d+|off|closed))?",
    r"\d+ (?:points?|posts?|participants?|min(?:ute)?s?(?: read)?|views|просмотр\w*|переглядів)\b.{0,40}",
    r"(?:leave|post|write|add|view|read|see|join)(?: (?:a|your|all|the|\d+))? (?:comments?|reply|response|conversation|discussion).{0,60}",
    r"no comments(?: yet)?|(?:discuss|comment) (?:this|on|in|it|here)\b.{0,60}|reply (?:to this|via|by)\b.{0,60}|ツッコミを入れる",
    r"(?:thanks|thank you|cheers)(?: so much| very much)? for (?:reading|watching|listening).{0,60}",
    r"submitted by ?\S{2,40}(?: to \S+)?",
    r"(?:∞ )?perma(?:nent )?link|link|source|via|discuss(?:ion)?",
)  # fmt: skip

_SELLING = _join(  # advertising and rights
    r"(?:advert(?:isement|ising|orial)?|ads?|sponsored?|promoted|promotion|paid (?:content|post)|anzeige|werbung|publicit[eé]|publicidad"
    r"|publicidade|pubblicità|advertentie|annons|annonse|реклама|广告|廣告|広告|광고)\s*[:：]?(?: https?://\S+)?",
    r"(?:story|article) continues.{0,40}|scroll (?:down )?(?:to|for).{0,40}",
    r"(?:©|\(c\)|copyright|all rights reserved|alle rechte|tous droits|todos los derechos)\b.{0,120}",
    r"(?:abonnieren|jetzt abonnieren|newsletter|s.abonner|abonnez-vous|suscr[ií]bete|suscribirse|iscriviti|assine|prenumerera|подпис\w+"
    r"|підпис\w+|订阅|購読|구독)(?:\W.{0,80})?",
    r"subscribe(?: (?:now|today|here|to .{1,60}))?|sign (?:up|in)(?: .{1,60})?|log in.{0,30}|become an? .{1,60}|donate(?: .{1,40})?",
)  # fmt: skip

_FILED = _join(  # who, when, where filed
    r"(?:tags?|tagged|categor(?:y|ies)|filed (?:under|in)|labels?|keywords|topics|products|schlagw[oö]rter|mots[- ]clés|etiquetas|теги|метки)"
    r"\s*[:：].{0,400}",
    r"(?:tagged|filed under|filed in|posted in) .{0,200}",
    r"(?:posted|published|written|updated|last (?:updated|modified)|first published|created)(?: on| by| in| at|:) ?[^.!?]{0,140}",
    r"(?:veröffentlicht|publié|mis à jour|publicado|pubblicato|опубликовано|опубліковано|оновлено|обновлено)(?: am| le| el| il| em|:)? ?\d[^.!?]{0,60}",
    r"\d+\s(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?) ago",
    r"(?:翻译|译者|编辑|责编|责任编辑|校对|记者|撰文|作者|来源|摄影|文|출처|출처 ?[:：]|מקור|מאת)\s*[:：/].{1,60}",
)  # fmt: skip

LABEL = re.compile(rf"^[\s\W]*(?:{_ELSEWHERE}|{_RELATED}|{_TALK}|{_SELLING}|{_FILED})[\s\W]*$")
ABOUT = re.compile(
    r"^\W*(?:about (?:the )?(?:authors?|writer|reviewer|editor)s?|author.s? (?:bio|note)|(?:a )?note from the (?:author|editor|newsroom)|(?:über|zum) (?:den )?(?:autor|die autorin)(?:en)?"
    r"|à propos de l.auteur|sobre (?:el|la|o|a) aut[ho]*ra?|об авторе|про автора|作者简介|关于作者|著者について)\W*$"
)
"""A heading after which nothing is article."""

CALL = re.compile(
    r"^[\s\W]*(?:please |also,? |ps:? |🙏 )?"
    + _join(
        r"(?:read|see|watch|listen|view|find)(?: (?:more|also|next|now|this|the (?:full|rest|series|whole)|all|here|on|it))\b",
        r"also (?:read|see|watch)\b",
        r"(?:more|related|recommended|previously|next|sponsored|advertisement|opinion|analysis|explainer|watch|video|gallery|photos?"
        r"|pictures?|live|quiz|podcast|don.t miss|editor.s note|read|see|listen)\s*[:：|]",
        r"(?:lesen|sehen) sie (?:auch|hier|dazu|mehr)\b|siehe auch\b|mehr (?:zum|dazu|zu)\b|klicke? hier\b|klicken sie\b",
        r"(?:lire|voir) (?:aussi|également|la suite)\b|à lire\b|(?:lea|lee|leia|leggi) (?:también|também|anche|mais|más)\b|veja (?:também|mais)\b",
        r"(?:читайте|смотрите|слушайте|дивіться) (?:также|також|ещё|еще)\b|(?:материал|новость) по теме\b|相关(?:文章|阅读)?[:：]|延伸阅读|関連記事",
        r"(?:follow|like|find|join|reach|connect with) (?:us|me|him|her|@|our)\b|follow .{0,40} on (?:twitter|facebook|instagram|x|youtube)\b",
        r"(?:sign up|subscribe|register|join|donate|upgrade|unlock|sign in|log in)\b",
        r"(?:click|tap) (?:here|on|the|to)\b|(?:get|download|install) (?:the|our|your)\b|(?:help us|buy me|tip me|support (?:us|our|me|my|this))\b",
        r"become an?\b|(?:thanks|thank you) (?:for|to) (?:reading|watching|listening|subscribing|your support)|(?:share|e-?mail|contact|write to|send)\b",
        r"(?:to (?:watch|see|read|hear)|for) (?:more|the latest|further|additional)\b|to (?:watch|see|read|hear) .{1,60}\bclick\b|(?:check out|catch up|learn more|visit|watch|get more)\b",
        r"(?:folgen sie|abonnieren sie|hier (?:geht|finden|können)|suivez|abonnez|inscrivez|sígue|suscr[ií]b|segui(?:ci)?\b|iscriviti|siga\b"
        r"|inscreva|assine|подпис\w+|підпис\w+|следите|стежте|присоедин\w+|приєдн\w+|мы в соц|关注|扫码|长按)",
    )
)


@dataclass(frozen=True, slots=True)
class Rules:
    """Patterns, each with words of which one stands in every text that has it: they are looked for at a tenth of the cost."""

    pairs: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]
    any: re.Pattern[str]  # one of all these words

    def likely(self, text: str) -> Sequence[re.Pattern[str]]:
        """The patterns that may be found in a text, in order."""
        low = text.casefold()
        if not self.any.search(low):
            return ()
        return [pattern for words, pattern in self.pairs if any(word in low for word in words)]


def rules(*pairs: tuple[str, str]) -> Rules:
    """Rules of words, in small letters, a bar between, and a pattern, which does not mind capitals."""
    known = tuple((tuple(words.split("|")), re.compile(f"(?i){pattern}")) for words, pattern in pairs)
    return Rules(known, _one_of(word for words, _ in known for word in words))


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of words, those with one first letter taken together: most are passed over with it."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items()))


def told(known: Rules, text: str) -> bool:
    """Whether one of the patterns is found in the text."""
    return any(pattern.search(text) for pattern in known.likely(text))


NOTICES = rules(
    ("appear|published|cross", r"\b(?:first appeared|appeared first|originally appeared|(?:was |is )?(?:originally|first) published|cross-?posted)\b.{0,12} (?:on|in|at|by|from|here)\b"),
    ("erschien zuerst|en premier sur|primero en|primeiro em|proviene da|il primo su|pochodzi z", r"\berschien zuerst (?:auf|bei|in)\b|\best apparu en premier sur\b|\bse public[oó] primero en\b|\bapareceu primeiro em\b|\bproviene da\b|\bsembra essere il primo su\b|\bpochodzi z serwisu\b"),
    ("версия записи|впервые|спершу", r"\bверсия записи\b|\bвпервые появилась\b|\bзапис .{0,80} спершу з.явився\b"),
    ("article original", r"\barticle original (?:de|sur)\b"),
    ("sign up|subscribe", r"\b(?:sign up|subscribe) (?:to|for) (?:the|our|my|this|your)\b.{0,60}\b(?:newsletter|briefing|channel|e-?mails?|mailing list|podcast)|\bsign up today by clicking\b"),
    (" us on", r"\b(?:follow|like|join) us on\b"),
    ("read more of|read th", r"\bread more of this story at\b|\bread (?:this|the) (?:full )?(?:article|story|post) (?:on|at)\b"),
    ("affiliate|commission", r"\bcontains? affiliate\b|\baffiliate (?:links?|commission)\b|\bearn (?:a )?(?:small )?commission\b|\b(?:small|little bit of) affiliate\b"),
    ("formatting looks| rss| feed", r"\bformatting looks odd\b|\b(?:reading|read) (?:this |the )?(?:post |feed )?(?:via|in|by) (?:rss|an?\ feed)\b"),
    ("[link]|comments]", r"\bsubmitted by ?/?u?/?\w+.{0,40}\[link\]|\[link\] *\[\d* ?comments\]"),
    ("sponsored by|brought to you|supported by|made possible", r"\b(?:episode|post|show|article|podcast|newsletter|video|week.s \w+|site)\b.{0,40} (?:is|was|are) (?:made possible|sponsored|brought to you|supported) by\b"),
    ("podcasts|spotify|itunes|overcast", r"\b(?:listen|subscribe|find (?:us|it)|available|watch|follow)\b.{0,60}\b(?:apple podcasts|spotify|itunes|overcast|google podcasts)\b"),
    ("podcast", r"\b(?:available|listen(?: to this)?) as a podcast\b|\bin your podcast (?:player|app)\b"),
    ("consider ", r"\bconsider (?:joining|supporting|becoming|subscribing|donating)\b"),
    ("as seen on|also posted|mirrored| reports", r"^\W*(?:as seen on|also posted (?:on|at)|mirrored (?:on|from|at))\b|^[A-ZÀ-Þ][\w.’' ]{2,40} reports\.*$"),
    ("available", r"\bis (?:now |also )?available (?:on|at|from) (?:google play|itunes|amazon|the app store|spotify|apple music|bandcamp|steam)\b|\bunlocked and available to all\b|\bavailable to medium members\b"),
    (" code|% off|checkout|% discount", r"\b(?:promo|discount|coupon|offer) code\b|\b\d+ ?% (?:off|discount)\b.{0,160}\b(?:codes?|orders?|checkout)\b|\buse (?:the |our )?code [A-Z\d]|\bat checkout\b"),
    ("edited for|sponsor", r"\bhas been edited for (?:clarity|length)\b|\bfor sponsoring\b|\bthis week.s sponsor\b"),
    ("contributed|provided re|贡献|貢獻", r"\b(?:contributed|provided) (?:research|reporting)\b|\b(?:research|reporting) was contributed\b|对本文(?:亦)?有.{0,8}贡献|對本文(?:亦)?有.{0,8}貢獻"),
    ("copied|reposted|re-posted|republished|reprinted|syndicated|adapted|translated|published", r"^\W*(?:copied|reposted|re-posted|republished|reprinted|syndicated|adapted|translated) (?:from|with permission|courtesy)\b|\bpublished (?:here )?(?:courtesy of|with (?:kind )?permission)\b"),
    ("après l|traduit de|source de l|aus dem engl|übersetzt|traducido|tradotto|перевод", r"^\W*(?:d.après l.article|traduit de|source de l.article|aus dem englischen|übersetzt (?:aus|von)|traducido (?:de|por)|tradotto da|перевод (?:с|из)|источник перевода)\b"),
    ("click the link|paid subscriber", r"\bclick the links? below\b|\b(?:become|as) a paid subscriber\b"),
)  # fmt: skip

DISCLAIMER = re.compile(
    r"^\W*(?:disclaimer|disclosure|full disclosure|affiliate disclosure|haftungsausschluss)\s*[:：—–-]"
)
_TO_THE_END = r"[\s\W]*$"
TAILS = rules(
    ("appeared|erschien zuerst", r"[\s\[(]*(?:the|this|dieser?|der) (?:post|article|entry|beitrag|artikel)\b.{0,300}\b(?:appeared first on|first appeared on|erschien zuerst auf)\b.{0,120}" + _TO_THE_END),
    ("en premier sur|primero en|primeiro em|proviene da|il primo su|pochodzi z", r"[\s\[(]*(?:l.article|la entrada|o post|la noticia|l.articolo|artykuł) .{0,300}\b(?:est apparu en premier sur|se public[oó] primero en|apareceu primeiro em|proviene da|sembra essere il primo su|pochodzi z serwisu)\b.{0,120}" + _TO_THE_END),
    ("reading|read|view|click here|full story|lesen|mehr|lire|leyendo|leer|leia|legg|lees|läs |les mer|læs|czytaj|читать|читайте|подробнее|читати|阅读|続きを|קרא", r"[\s\[(]*(?<![\w-])(?:continue reading|keep reading|read more|read (?:the )?(?:full|rest|entire)\b|read on(?=\W*$)|view (?:article|full)|click here to (?:read|continue|view)|full story|(?:jetzt |hier )?weiterlesen|mehr lesen|mehr(?=\s*(?:»|\.\.\.|…)\W*$)|\[mehr(?=\]\W*$)|lire la suite|lire plus|seguir leyendo|leer m[aá]s|leia mais|continua a leggere|leggi tutto|lees (?:meer|verder)|läs (?:mer|vidare)|les mer|læs mere|czytaj (?:dalej|więcej)|(?:читать|читайте) (?:далее|дальше|полностью|подробнее)|подробнее(?=\W*$)|читати далі|阅读全文|阅读更多|続きを読む|קרא עוד)(?: (?:on|at|of|this|here|about|in|auf|sur)\b.{0,80}|.{0,30})" + _TO_THE_END),
    ("comment", r"[\s\[(]*(?:comments?\s*\(\d+\)|\[?link\]?\s+\[?comments\]?)" + _TO_THE_END),
    ("subscribe|follow us", r"[\s\[(]*(?:- )?(?:subscribe|follow us)[^.!?]{0,60}(?:https?://\S+\s*)+" + _TO_THE_END),
)  # fmt: skip
"""What a block may end in that is none of it."""

CREDIT = re.compile(
    r"^[\s\W]*"
    + _join(
        r"(?:(?:lead|header|cover|top|main|featured?|banner|hero) )?(?:photos?|photograph[sy]?|photographer|images?|pictures?|illustrations?"
        r"|artwork|graphics?|ph|foto[s]?|fotograf\w*|bild(?:er|quelle|rechte)?|abbildung|imagen(?:es)?|imagem|crédits?|credits?|screenshot"
        r"|фото|зображення|иллюстрация|图片?|圖|图源|图片来源|写真|画像|사진)(?: ?(?:credit|courtesy|source|by|from|of|via|copyright|quelle|nachweis))?\s*[:：/|©]",
        r"(?:photos?|photographs?|images?|pictures?|illustrations?|artwork|graphics?) (?:by|courtesy|via|credit)\b",
        r"© |\(?(?:getty images|shutterstock|istock|unsplash|pexels|ap photo|reuters/|afp/|epa/|dpa/)",
    )
)
_SHORT_END = r"[^.!?]{0,60}$"
CREDIT_ENDS = rules(
    ("getty images|shutterstock|istockphoto|ap photo|picture|imago|alamy|wikimedia commons", r"(?:getty images|shutterstock|istockphoto|\bap photo\b|picture[ -]alliance|\bimago\b|alamy|wikimedia commons)" + _SHORT_END),
    ("/|via ", r"(?:/(?:ap|afp|reuters|epa|epa-efe|dpa|getty|shutterstock|ap images|zuma|tass)\b|via (?:ap|getty|reuters|afp)\b)" + _SHORT_END),
    ("photo|courtesy", r"(?:\bphotos? by [A-Z][^.!?]{2,60}|courtesy (?:of )?[A-Z][^.!?]{2,60})" + _SHORT_END),
)  # fmt: skip

_NAME = r"[^\W\d_][\w.'’-]*"
BYLINE = re.compile(
    r"^(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|[Aa]v|Text|Words|Author|Autor|Story|Written by|Ein Kommentar von|Автор|Текст|Reported by|[Bb]y [Gg]uest [Bb]logger)"
    rf"\s*[:：]?\s+(?:{_NAME})(?:\s+(?:{_NAME}|and|und|et|y|/|,|&)|/)" + r"{0,8}(?:\s+(?:in|for)\s+.{2,40})?"
    r"(?:[\s|,•·-]*(?:[Pp]osted|[Pp]ublished|[Uu]pdated)[^.!?]{0,40}|,?\s*\d{4}-\d{2}-\d{2})?[\s,|.]*$"
)  # fmt: skip
AGENCIES = re.compile(r"^[A-ZÀ-ÞА-ЯЁІЇЄҐ][A-ZÀ-ÞА-ЯЁІЇЄҐ .,&'’-]{3,60}/\s?[A-ZÀ-ÞА-ЯЁІЇЄҐ][A-ZÀ-ÞА-ЯЁІЇЄҐ .&-]{1,30}$")
"""Names before an agency's, all in capitals."""
CREDITS = re.compile(
    r"^\W*(?:credits?|crew|cast|soundtrack|music|song|theme music|original music|artwork|art|editing|edited|camera|production|produced|producers?|musik|redaktion|kamera|schnitt|musique|música|музыка)\s*(?:[:：]|is\b|by\b|from\b|von\b)"
)
"""What a film's or a broadcast's closing lines begin with."""
AUTHORS = re.compile(
    r"^[^\W\d_a-zß-öø-ÿа-яёіїєґ][\w.'’-]+(?: [^\W\d_a-zß-öø-ÿа-яёіїєґ][\w.'’-]+){0,3}(?:,? (?:and|und|et|y|e|i|и|та|&) | im Gespräch mit |[;,] )[^\W\d_a-zß-öø-ÿа-яёіїєґ][\w.'’-]+(?:[;,]? (?:and |und |et |y |& )?[^\W\d_a-zß-öø-ÿа-яёіїєґ][\w.'’-]+){0,6}$"
)
"""Names joined, and nothing else."""
SIGNED = re.compile(
    r"^(?:[-–—~\s]*(?:The|Your|Das|Ihr|L.)\s[^.!?]{2,40}\s(?:[Tt]eam|Foundation|[Cc]rew|équipe)|[-–—~]+\s?[A-ZÀ-ÞА-ЯЁІЇЄҐ][^.!?\d]{1,30}"
    r"|\(?(?:La Redazione|Die Redaktion|Redaktion|La [Rr]édaction|La [Rr]edacción|A [Rr]edação|The [Ee]ditors|Редакция|Редакція|Fine|Fin|Ende|The [Ee]nd|Конец)\)?\.?"
    r"|[A-ZÀ-ÞА-ЯЁІЇЄҐ][\w'’-]{1,14}(?: [A-ZÀ-ÞА-ЯЁІЇЄҐ][\w'’-]{1,14})?)$"
)
"""The last line of a letter."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)"
DATE_LINE = re.compile(
    r"^[\s\W]*"
    + _join(
        rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?[.\s]+)?{_MONTH}\w*\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s*)?(?:\d{{4}})?"
        r"(?:[\s,|@-]*(?:at\s+)?\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:[a-z]{2,5}|[+-]\d{4})?)?",
        r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[\st]+\d{1,2}:\d{2}(?::\d{2})?)?",
        r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:[\s,|-]+\d{1,2}:\d{2})?",
    )
    + r"[\s\W]*$"
)

STYLE_SHEET = re.compile(r"[.#]?[\w-]+(?:\s[\w.#-]+)*\s*\{[^{}]{0,400}:[^{}]{0,400};?[^{}]{0,400}\}")
"""Style rules that stand as text because their element was taken away."""

CONTAINER = re.compile(
    r"(?:^|[\s_-])"
    + _join(
        r"related(?:[_-]?(?:posts?|articles?|stories|content|links?|news))?|jp-relatedposts|yarpp(?:-related)?|recirc\w*|recommend(?:ed|ations?)?",
        r"outbrain|taboola|read-?more|more-?link|more-?stories|see-?also|also-?read|aside|pull-?quotes?|featured-posts",
        r"share(?:daddy|bar|buttons?|links?|this|tools?)?|sharing|sd-sharing\w*|social(?:-?(?:share|links?|media|bar|icons?|buttons?))?|addtoany\w*|a2a\w*|feedflare|sociable",
        r"newsletter\w*|subscri(?:be|ption)\w*|sign-?up|mc_embed\w*|optin|promo(?:tion|box)?s?|cta|call-?to-?action|donat(?:e|ion)\w*|membership|patreon|kofi|paywall\w*|piano\w*",
        r"ads?|adv|advert\w*|adsbygoogle|ad-?(?:unit|slot|container|banner|block)|sponsor(?:ed|s|ship)?\w*|affiliate\w*|banner",
        r"author-?(?:bio|box|info|card|desc\w*)|about-?(?:the-)?author|bio(?:graphy|box)?|byline|dateline|post-?meta|entry-?meta|postmeta\w*|article-?meta|pubdate|timestamp",
        r"comments?(?:-?(?:list|count|section|link))?|disqus\w*|respond|trackbacks?\w*|pingbacks?|breadcrumbs?|tag-?(?:list|links|cloud)|post-?tags|cat-links",
        r"entry-footer|post-footer\w*|blogger-post-footer|article-footer|toc|ez-toc\w*|table-of-contents|lwptoc\w*|nav(?:igation|bar)?|pagination|pager|skip-?link|screen-reader-\w*|sr-only|visually-?hidden",
        r"copyright|cookie\w*|gdpr|popup|modal|poll|rating|download-?(?:box|link)|podcast-?(?:player|subscribe)\w*|powerpress_\w+|mejs-\w+|wp-playlist|source-?link|app-?promo|medium-feed-\w+",
    )
    + r"(?=$|[\s_-])"
)
"""Class names of containers that hold no article text; judged together with how much of the entry they hold."""
