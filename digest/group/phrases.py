"""What publishers put around their articles, by its words, in the languages seen most.

Three strengths: `LABEL` is the whole of a short block; `OPENING` begins a block that is short or full of links; `ANYWHERE`
gives a block away wherever it stands. What lists cannot know is learned from each feed (see `clean`).
"""

import re

_NAME = r"[^\W\d_][\w.'’-]*"

LABEL = re.compile(
    r"(?ix)^[\s\W]*(?:"
    # ---- go and read it elsewhere
    r"(?:continue|keep)\ reading.{0,60} | (?:please\ )?(?:read|view|see|get|click|visit|find)\ (?:it|the|this|more|full|rest|on|original|entire|whole|here|all)\b.{0,70}"
    r" | read\ (?:more|on|full|rest).{0,80} | (?:click|tap)\ here.{0,80} | full\ (?:story|article|post|report).{0,40} | learn\ more.{0,40} | more\ (?:here|info|information|details)"
    r" | (?:hier\ )?(?:weiterlesen|weiter\ lesen|mehr\ lesen|jetzt\ lesen|mehr\ dazu|zum\ artikel|zum\ beitrag|den\ vollständigen\ artikel|ganzen\ artikel|alles\ lesen|mehr\ erfahren|details).{0,60}"
    r" | (?:lire\ la\ suite|lire\ (?:plus|l.article|aussi)|en\ savoir\ plus|la\ suite).{0,60} | (?:seguir\ leyendo|leer\ m[aá]s|sigue\ leyendo|ver\ m[aá]s|m[aá]s\ informaci[oó]n).{0,60}"
    r" | (?:leia\ mais|continue\ lendo|ler\ mais|saiba\ mais|veja\ (?:mais|também)|continuar\ (?:lendo|a\ ler)).{0,60} | (?:leggi\ (?:tutto|anche|di\ più|l.articolo)|continua\ (?:a\ leggere|la\ lettura)).{0,60}"
    r" | (?:lees\ (?:meer|verder|ook)|läs\ (?:mer|vidare|hela).{0,20}|les\ (?:mer|også|hele)|læs\ (?:mere|også)|lue\ lisää|lue\ myös|czytaj\ (?:dalej|więcej|także|też)|celý\ článek|devamını\ oku|čítať\ ďalej).{0,60}"
    r" | (?:читать\ (?:далее|дальше|полностью|также|ещё|еще|всю|новость)|читати\ далі|подробнее|докладніше|далее|смотрите\ также|читайте\ (?:также|також|ещё|далее|подробнее)).{0,80}"
    r" | (?:阅读(?:全文|更多|原文)|查看全文|閱讀(?:全文|更多)|全文(?:链接|阅读)?|続きを(?:読む|見る)|もっと(?:読む|見る)|全文を読む|記事全文|더\ ?보기|기사\ ?보기|전체\ ?기사|קרא\ עוד|לקריאה|המשך\ קריאה|اقرأ\ (?:المزيد|أيضا|أيضًا)|ادامه\ مطلب).{0,40}"
    # ---- headings of what is related
    r" | (?:related|recommended|popular|trending|featured|latest|top|most\ read|more|editor.?s.?\ picks?|see\ also|also\ (?:read|see|on|in|from)|further\ reading|previously|elsewhere|you\ (?:may|might)\ (?:also\ )?(?:like|enjoy))"
    r"(?:\ (?:from|in|on|about|articles?|stories|posts?|links?|reading|content|coverage|news|topics?|videos?|products?|episodes?|this|to|of|by|for).{0,40})?\s*[:：]?"
    r" | (?:verwandte|ähnliche|weitere|mehr)\ (?:artikel|themen|beiträge|zum\ thema|links|nachrichten|infos|informationen).{0,40} | (?:lesen|sehen|hören)\ sie\ (?:auch|hier|dazu|mehr)\b.{0,40} | zum\ thema | mehr\ zum\ thema.{0,40} | auch\ interessant.{0,20}"
    r" | (?:articles?\ (?:liés|similaires|connexes)|à\ lire\ (?:aussi|également)|voir\ aussi|sur\ le\ même\ (?:sujet|thème)|lire\ aussi).{0,60}"
    r" | (?:noticias\ relacionadas|artículos\ relacionados|también\ (?:te\ puede\ interesar|lee)|te\ puede\ interesar|más\ sobre|lee\ también|relacionad[oa]s?).{0,60} | (?:leia\ também|notícias\ relacionadas).{0,60} | (?:leggi\ anche|potrebbe\ interessarti).{0,60}"
    r" | (?:по\ теме|материалы\ по\ теме|на\ эту\ тему|другие\ новости|похожие|связанные|за\ темою|схожі|новости\ по\ теме).{0,40} | (?:相关(?:文章|报道|阅读|新闻|链接)|相關(?:文章|報導|閱讀|新聞)|延伸(?:阅读|閱讀)|関連(?:記事|リンク|ニュース)|관련\ ?(?:기사|뉴스)).{0,30}"
    # ---- share, discuss, subscribe
    r" | (?:share|tweet|pin|print|e-?mail|like|save|bookmark|facebook|twitter|x|whatsapp|telegram|linkedin|reddit|instagram|youtube|pinterest|tumblr|flipboard|rss|threads|bluesky|mastodon|tiktok|pocket|digg|delicious|stumbleupon|vk|viber|messenger)"
    r"(?:\ (?:this|it|on|to|via|with|by|a|the|article|story|post|link|page|facebook|twitter|x|whatsapp|friend|share|tweet|print|email).{0,40})?"
    r" | (?:\d[\d.,]*\+?\ )?(?:comments?|replies|reactions|likes|shares|views|retweets|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|kommentarer|комментари\w+|комментарі\w+|коментар\w+|评论|コメント|댓글)(?:\ ?(?:\(\d*\)|:?\ ?\d+|off|closed))?"
    r" | \d+\ (?:points?|posts?|participants?|min(?:ute)?s?(?:\ read)?|views|просмотр\w*|переглядів).{0,40} | (?:leave|post|write|add|view|read|see|join)\ (?:a|your|all|the|\d+)?\ ?(?:comments?|reply|response|conversation|discussion).{0,60} | no\ comments(?:\ yet)?"
    r" | (?:discuss|comment)\ (?:this|on|in|it|here)\b.{0,60} | reply\ (?:to|via|by)\b.{0,60} | (?:∞\ )?perma(?:nent\ )?link | link | \W*\#\ ?\W* | source | via | comments? | discuss(?:ion)?"
    r" | (?:abonnieren|jetzt\ abonnieren|newsletter|s.abonner|abonnez-vous|suscríbete|suscribirse|iscriviti|assine|prenumerera|подпис\w+|підпис\w+|订阅|購読|구독)(?:\W.{0,80})?"
    # ---- advertising and rights
    r" | (?:advert(?:isement|ising|orial)?|ad|ads|sponsored?|promoted|promotion|paid\ (?:content|post)|story\ continues\ (?:below|after).{0,40}|article\ continues.{0,40}|scroll\ (?:down\ )?(?:to|for).{0,40}|anzeige|werbung|publicit[eé]|publicidad|publicidade|pubblicità|advertentie|annons|annonse|реклама|广告|廣告|広告|광고)\s*[:：]?"
    r" | (?:©|\(c\)|copyright|all\ rights\ reserved|alle\ rechte|tous\ droits|todos\ los\ derechos).{0,120}"
    # ---- who, when, where filed
    r" | (?:tags?|tagged|topics?|categor(?:y|ies)|filed\ (?:under|in)|labels?|keywords|schlagw[oö]rter|themen|mots[- ]clés|etiquetas|теги|метки)\s*(?:[:：]|\b(?:in|with|as)\b).{0,200}"
    r" | (?:posted|published|written|updated|last\ (?:updated|modified)|first\ published|created|veröffentlicht|publié|mis\ à\ jour|publicado|pubblicato|опубликовано|опубліковано|оновлено|обновлено)\ ?(?:on|by|in|at|am|le|el|il|:|\d)[^.!?]{0,80}"
    r" | \d+\s(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\ ago"
    r")[\s\W]*$"
)

OPENING = re.compile(
    r"(?ix)^[\s\W]*(?:"
    r"(?:read|see|watch|listen|view)\ (?:more|also|next|now|this|the\ full|here|on)\b | also\ (?:read|see|watch)\b | (?:more|related|recommended|further|previously|next|sponsored|advertisement|opinion|analysis|explainer|watch|video|gallery|photos?|pictures?|live|quiz|podcast|don.t\ miss|editor.s\ note)\s*[:：|]"
    r" | (?:lesen|sehen)\ sie\ (?:auch|hier|dazu|mehr)\b | mehr\ (?:zum|dazu|zu)\b | lire\ (?:aussi|également|la\ suite)\b | à\ lire\b | (?:lea|lee|leia|leggi)\ (?:también|também|anche|mais|más)\b | veja\ (?:também|mais)\b"
    r" | (?:читайте|смотрите|слушайте|дивіться)\ (?:также|також|ещё|еще)\b | (?:материал|новость)\ по\ теме\b | 相关(?:文章|阅读)?[:：] | 延伸阅读 | 関連記事"
    r" | follow\ (?:us|me|him|her|@|the|our|[A-Z]) | (?:sign\ up|subscribe|register|join)\b | (?:like|find|connect\ with|reach)\ (?:us|me)\b | (?:click|tap)\ (?:here|on|the|to)\b | (?:get|download|install)\ (?:the|our|your)\b"
    r" | (?:support|donate|become|upgrade|unlock|start|try|help\ us|buy\ me|tip\ me|sign\ in|log\ in)\b | (?:thanks|thank\ you)\ (?:for|to)\b | (?:share|tweet|e-?mail|contact|write\ to|send)\b"
    r" | (?:folgen\ sie|abonnieren\ sie|hier\ (?:geht|finden|können)|suivez|abonnez|inscrivez|sígue|suscr[ií]b|segui(?:ci)?\b|iscriviti|siga\b|inscreva|assine|подпис\w+|підпис\w+|следите|стежте|присоедин\w+|приєдн\w+|关注|扫码|长按)"
    r")"
)

ANYWHERE = re.compile(
    r"(?ix)"
    r"\b(?:first\ appeared|appeared\ first|was\ (?:originally|first)\ published|originally\ appeared|originally\ published|cross-?posted)\ (?:on|in|at|by|from|here)\b"
    r" | \berschien\ zuerst\ (?:auf|bei|in)\b | \best\ apparu\ en\ premier\ sur\b | \bse\ public[oó]\ primero\ en\b | \bapareceu\ primeiro\ em\b | \bproviene\ da\b.{0,60}$ | \bверсия\ записи\b | \bвпервые\ появилась\b | \bапис\ .{0,80}\ спершу\ з.явився\b | \bfirst\ on\ [A-Z][\w.]+\.?$"
    r" | \b(?:sign\ up|subscribe)\ (?:to|for|here|now|today)\b.{0,80}\b(?:newsletter|briefing|updates?|podcast|channel|inbox|e-?mail|app)\b | \bget\ (?:our|the)\b.{0,60}\b(?:newsletter|inbox|app|briefing)\b"
    r" | \b(?:follow|like|join)\ us\ on\b | \bread\ more\ of\ this\ story\ at\b | \bthis\ (?:post|article|page)\ (?:may\ )?contains?\ affiliate\b | \baffiliate\ (?:links?|commission)\b | \bearn\ (?:a\ )?(?:small\ )?commission\b | \bif\ you\ (?:buy|purchase|click)\b.{0,80}\b(?:commission|link)"
    r" | \bview\ (?:this|the)\ (?:post|e-?mail)\ on\ | \bformatting\ looks\ odd\b | \breading\ this\ (?:post\ )?(?:via|in)\ (?:rss|an?\ feed)\b | \bvia\ rss\b"
    r" | \bthe\ (?:remainder|rest)\ of\ this\ (?:article|post)\ is\b | \bsubmitted\ by\ +/u/ | \[link\]\ +\[comments\]"
)

TAIL = re.compile(
    r"(?ix)[\s\[(]*(?:"
    r"(?:the|this|dieser?|der)\s(?:post|article|entry|beitrag|artikel)\b.{0,300}\b(?:appeared\ first\ on|first\ appeared\ on|erschien\ zuerst\ auf)\b.{0,120}"
    r" | (?:l.article|la\ entrada|o\ post|la\ noticia|l.articolo)\s.{0,300}\b(?:est\ apparu\ en\ premier\ sur|se\ public[oó]\ primero\ en|apareceu\ primeiro\ em|proviene\ da)\b.{0,120}"
    r" | (?<![\w-])(?:continue\ reading|read\ (?:more|the\ (?:full|rest|entire)\b|full\b|on\b(?=\W*$))|keep\ reading|view\ (?:article|full)|click\ here\ to\ (?:read|continue|view)|full\ story|(?:jetzt\ |hier\ )?weiterlesen|mehr\ lesen|mehr(?=\s*(?:»|\.\.\.|…)\W*$)|lire\ la\ suite|lire\ plus|seguir\ leyendo|leer\ m[aá]s|leia\ mais|continua\ a\ leggere|leggi\ tutto|lees\ (?:meer|verder)|läs\ (?:mer|vidare)|les\ mer|læs\ mere|czytaj\ (?:dalej|więcej)|(?:читать|читайте)\ (?:далее|дальше|полностью|подробнее)|подробнее(?=\W*$)|читати\ далі|阅读全文|阅读更多|続きを読む)(?:\ (?:on|at|of|this|here|about|in|auf|sur|at)\b.{0,80}|.{0,30})"
    r" | comments?\s*\(\d+\) | \[?link\]?\s+\[?comments\]?"
    r")[\s\W]*$"
)
"""The end of a block that is no part of its text."""

CREDIT = re.compile(
    r"(?ix)^[\s\W]*(?:"
    r"(?:(?:lead|header|cover|top|main|feature[d]?|banner|hero)\ )?(?:photos?|photograph[sy]?|photographer|images?|pictures?|illustrations?|artwork|graphics?|video|foto[s]?|fotograf\w*|bild(?:er|quelle|rechte)?|abbildung|imagen(?:es)?|imagem|crédits?|credits?|screenshot|фото|зображення|иллюстрация|图片?|圖|图源|图片来源|写真|画像|사진)"
    r"(?:\ ?(?:credit|courtesy|source|by|from|of|via|copyright|quelle|nachweis|:))?\s*[:：/|©]"
    r" | (?:photos?|photographs?|images?|pictures?|illustrations?|artwork|graphics?)\ (?:by|courtesy|via|credit|from)\b | credits?\s*[:：] | ©\ | \(?(?:getty\ images|shutterstock|istock|unsplash|pexels|ap\ photo|reuters/|afp/|epa/|dpa/)"
    r")"
)
AGENCY_CREDIT = re.compile(
    r"(?i)(getty images|shutterstock|istockphoto|\bap photo\b|/(?:ap|afp|reuters|epa|epa-efe|dpa|getty|shutterstock|ap images|zuma|tass)\b|picture[ -]alliance|\bimago\b|alamy|via (?:ap|getty|reuters|afp)\b|wikimedia commons)[^.!?]{0,60}$"
)

BYLINE = re.compile(
    rf"^(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Aa]v|Text|Words|Author|Autor|Story|Written by|Ein Kommentar von|Автор|Текст|Reported by)\s*[:：]?\s+(?:{_NAME})(?:\s+(?:{_NAME}|and|und|et|y|/|,|&))"
    + r"{0,8}(?:\s+(?:in|for)\s+.{2,40})?[\s,|.]*$"
)
DATE_LINE = re.compile(
    r"(?ix)^[\s\W]*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?[.\s]+)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)\w*\.?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s*)?(?:\d{4})?"
    r"(?:[\s,|@-]*(?:at\s+)?\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:[a-z]{2,5}|[+-]\d{4})?)?[\s\W]*$"
    r" | ^[\s\W]*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[\sT]+\d{1,2}:\d{2}(?::\d{2})?)?[\s\W]*$ | ^[\s\W]*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:[\s,|-]+\d{1,2}:\d{2})?[\s\W]*$"
)

CONTAINER = re.compile(
    r"(?x)(?:^|[\s_-])(?:"
    r"related(?:[_-]?(?:posts?|articles?|stories|content|links?|news))? | jp-relatedposts | yarpp(?:-related)? | recirc\w* | recommend(?:ed|ations?)? | outbrain | taboola | read-?more | readmore | more-?link | more-?stories | see-?also | also-?read"
    r" | share(?:daddy|bar|buttons?|links?|this|tools?)? | sharing | sd-sharing\w* | social(?:-?(?:share|links?|media|bar|icons?|buttons?))? | addtoany\w* | a2a\w* | feedflare | wp-embedded-content | post-?views | sociable"
    r" | newsletter\w* | subscri(?:be|ption)\w* | sign-?up | mc_embed\w* | optin | promo(?:tion|box)?s? | cta | call-?to-?action | donat(?:e|ion)\w* | membership | patreon | kofi | paywall\w* | piano\w*"
    r" | ad | ads | adv | advert\w* | adsbygoogle | ad-?(?:unit|slot|container|banner|block) | sponsor(?:ed|s|ship)?\w* | affiliate\w* | banner"
    r" | author-?(?:bio|box|info|card|desc\w*) | about-?(?:the-)?author | bio(?:graphy|box)? | byline | dateline | post-?meta | entry-?meta | postmeta\w* | article-?meta | meta-?data | published | pubdate | timestamp"
    r" | comments?(?:-?(?:list|count|section|link))? | disqus\w* | respond | trackbacks?\w* | pingbacks? | breadcrumbs? | tags? | tag-?(?:list|links|cloud) | post-?tags | categor(?:y|ies) | cat-links | entry-footer | post-footer\w* | blogger-post-footer | article-footer"
    r" | toc | ez-toc\w* | table-of-contents | lwptoc\w* | nav(?:igation|bar)? | pagination | pager | skip-?link | screen-reader-\w* | sr-only | visually-?hidden | print-?only | copyright | disclaimer | cookie\w* | gdpr | popup | modal"
    r" | poll | quiz | survey | rating | stars | review-?box | download-?(?:box|link) | podcast-?(?:player|subscribe)\w* | powerpress_\w+ | mejs-\w+ | wp-playlist | photo-?credit | credit | source-?link | via | app-?promo | apple-news | whatsapp\w* | telegram\w* | medium-feed-\w+"
    r")(?=$|[\s_-])"
)
"""Class names of containers that hold no article text; judged together with how much of the entry they hold."""
