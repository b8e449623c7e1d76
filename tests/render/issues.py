"""Builds fictional issues: many languages, any size, hostile words. Everything here is invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from digest.model import Earlier, Entry, FeedReport, Image, Issue, Shown, Story, Topic, View

DAY = date(2026, 3, 14)
END = datetime(2026, 3, 14, 6, 30, tzinfo=UTC)
OUTLETS = {
    "https://courier.example/feed": "The Harbour Courier",
    "https://signal.example/rss": "Signal & Noise",
    "https://ledger.example/atom": "Northern Ledger",
    "https://orbit.example/feed.xml": "Orbit Weekly",
    "https://tagblatt.example/rss": "Elbtaler Tagblatt",
    "https://visnyk.example/rss": "Вісник Подолу",
    "https://sabah.example/rss": "صحيفة الميناء",
    "https://gang.example/rss": "港口日报",
}
HOME = {
    "de": "https://tagblatt.example/rss",
    "uk": "https://visnyk.example/rss",
    "ar": "https://sabah.example/rss",
    "zh": "https://gang.example/rss",
}
TOLD = {
    "en": [
        (
            "Harbour bridge reopens after a winter of repairs",
            (
                "The bridge over the Lune carries traffic again from Monday. Engineers replaced 1,400 "
                "rivets and the council expects the ferry to stop in April."
            ),
        ),
        (
            "Small press wins the national prize for a book about lighthouses",
            (
                "Ada Quill's account of nine keepers and their logbooks beat five novels. The jury called "
                "it a quiet book that refuses to be hurried."
            ),
        ),
        (
            "Open-source mapping project passes ten million footpaths",
            (
                "Volunteers added the last thousand in one weekend. The data is free to use, and three "
                "mountain rescue teams already rely on it."
            ),
        ),
        (
            "Regulator asks battery makers to publish repair manuals",
            (
                "From next year every pack above two kilowatt-hours must come with a manual. Makers have "
                "six months to object."
            ),
        ),
        (
            "Drought ends in the western valleys as reservoirs fill",
            (
                "Three weeks of steady rain brought the level to 94 per cent. Restrictions on watering "
                "are lifted on Friday."
            ),
        ),
        (
            "Night bus to the valley gets a second year",
            (
                "Ridership doubled since autumn, and the council voted nine to four to keep it. A stop at "
                "the hospital is added in June."
            ),
        ),
        (
            "Archivists find a lost opera in a biscuit tin",
            (
                "The score was filed under recipes. A student orchestra will play the second act in "
                "October, a hundred and two years late."
            ),
        ),
        (
            "Compiler for a forgotten computer boots again after forty years",
            (
                "Three retired engineers rebuilt the tape drive from photographs. The first program they "
                "ran prints a tide table."
            ),
        ),
        (
            "Beekeepers count the mildest losses in a decade",
            (
                "Nine colonies in ten came through the winter. The association credits late frosts and a "
                "mite that did not come."
            ),
        ),
        (
            "Ferry company orders its first battery ship",
            (
                "It will carry ninety cars across the sound and charge in eleven minutes. The old diesel "
                "ship goes to a museum."
            ),
        ),
        (
            "Village school wins a prize for its weather station",
            (
                "Pupils have measured rain every morning since 1998. The national service will add their "
                "series to its archive."
            ),
        ),
        (
            "Free typeface for road signs is easier to read at night",
            (
                "Drivers recognised place names nine metres earlier in tests. Two counties want it on "
                "their roads by spring."
            ),
        ),
        (
            "Harvest of blue apples breaks a record",
            ("Growers brought in 4,100 tonnes. Rain in August helped, and so did a new way to store them."),
        ),
        (
            "Court lets the river run through its old bed",
            ("Farmers and anglers had argued for eleven years. Diggers start in September, and the dam goes last."),
        ),
        (
            "Spreadsheet error cost the theatre a season",
            (
                "A missing row hid the heating bill. The board has published the file, and a volunteer "
                "found the fault in an hour."
            ),
        ),
        (
            "A comet may be visible to the naked eye by June",
            ("It brightens faster than expected. The best view is low in the north-west an hour after sunset."),
        ),
    ],
    "de": [
        (
            "Elbtal bekommt eine zweite Nachtbuslinie",
            (
                "Ab Mai fährt die Linie N2 stündlich bis vier Uhr morgens. Der Stadtrat "
                "stimmte mit einer Stimme Mehrheit zu."
            ),
        )
    ],
    "uk": [
        (
            "На Подолі відкрили бібліотеку в старому трамвайному депо",
            "У читальній залі зберегли рейки й оглядову яму. Перші відвідувачі прийшли ще до світанку.",
        )
    ],
    "ar": [
        (
            "الميناء القديم يستقبل أول عبّارة كهربائية",
            "بدأت العبّارة رحلاتها صباح السبت وتقطع المسافة في اثنتي عشرة دقيقة. تقول البلدية إن الأسعار لن ترتفع هذا العام.",
        ),
        (
            "مكتبة متنقلة تصل إلى قرى الوادي",
            "تزور الحافلة اثنتي عشرة قرية كل أسبوعين. على رفوفها ثلاثمئة كتاب للأطفال.",
        ),
        (
            "مهندسون متقاعدون يعيدون تشغيل حاسوب عمره أربعون عامًا",
            "أعادوا بناء قارئ الأشرطة اعتمادًا على صور قديمة. أول برنامج شغّلوه يطبع جدول المد والجزر.",
        ),
        (
            "مصنّعو البطاريات ملزمون بنشر أدلة الإصلاح",
            "ابتداءً من العام المقبل تُباع كل بطارية كبيرة مع دليل. أمام المصنّعين ستة أشهر للاعتراض.",
        ),
        (
            "العثور على أوبرا مفقودة في علبة بسكويت",
            "كانت النوتة محفوظة بين وصفات الطعام. ستعزف فرقة الطلاب الفصل الثاني في أكتوبر.",
        ),
        (
            "الحافلة الليلية إلى الوادي تستمر عامًا آخر",
            "تضاعف عدد الركاب منذ الخريف. تُضاف محطة قرب المستشفى في يونيو.",
        ),
        (
            "سباق القوارب السنوي يعود إلى النهر",
            "سُجّل أربعون قاربًا. اختُصر المسار بسبب منسوب المياه.",
        ),
        (
            "الدراجات المشتركة تصل إلى كل حي",
            "تُفتح المحطات الأولى في الصيف.",
        ),
        (
            "انتهاء الجفاف في الوديان الغربية",
            "الخزانات ممتلئة تقريبًا.",
        ),
        (
            "شركة العبّارات تطلب سفينة ثانية",
            "تُشحن في إحدى عشرة دقيقة.",
        ),
        (
            "مدرسة قروية تفوز بجائزة عن محطة الطقس",
            "يقيس التلاميذ المطر كل صباح منذ عام 1998.",
        ),
        (
            "خط جديد للوحات الطرق أوضح في الليل",
            "تعرّف السائقون على الأسماء من مسافة أبعد.",
        ),
        (
            "محصول قياسي من التفاح الأزرق",
            "جمع المزارعون 4100 طن.",
        ),
        (
            "النهر يعود إلى مجراه القديم",
            "تبدأ الأعمال في سبتمبر.",
        ),
        (
            "خطأ في جدول حسابات يكلّف المسرح موسمًا كاملًا",
            "أخفى سطر ناقص فاتورة التدفئة.",
        ),
        (
            "مذنّب قد يُرى بالعين المجردة في يونيو",
            "يزداد سطوعًا أسرع من المتوقع.",
        ),
    ],
    "he": [
        (
            "הנמל הישן נפתח מחדש לשחייה",
            "בדיקות המים בשלושת החודשים האחרונים היו תקינות. העירייה תציב מצילים החל ביום ראשון.",
        ),
        (
            "ספרייה ניידת תגיע לכפרי הגליל",
            "הרכב יבקר בשנים־עשר יישובים בכל שבועיים. על המדפים שלוש מאות ספרי ילדים.",
        ),
        (
            "מהנדסים בדימוס החזירו לחיים מחשב בן ארבעים",
            "הם בנו מחדש את כונן הסרטים לפי תצלומים. התוכנית הראשונה שרצה הדפיסה לוח גאות ושפל.",
        ),
        (
            "יצרני סוללות יחויבו לפרסם הוראות תיקון",
            "מהשנה הבאה כל סוללה גדולה תימכר עם חוברת. ליצרנים יש חצי שנה להתנגד.",
        ),
        (
            "ארכיון העיר מצא אופרה אבודה בקופסת עוגיות",
            "התווים תויקו בין מתכונים. תזמורת הסטודנטים תנגן את המערכה השנייה באוקטובר.",
        ),
        (
            "קו הלילה לעמק ימשיך לפעול שנה נוספת",
            "מספר הנוסעים הוכפל מאז הסתיו. ביוני תתווסף תחנה ליד בית החולים.",
        ),
        (
            "המשט השנתי חוזר אל הנהר",
            "ארבעים סירות נרשמו. המסלול קוצר בגלל מפלס המים.",
        ),
        (
            "אופניים משותפים יגיעו לכל שכונה",
            "התחנות הראשונות ייפתחו בקיץ.",
        ),
        (
            "הבצורת בעמקים המערביים הסתיימה",
            "המאגרים מלאים כמעט עד שפתם.",
        ),
        (
            "חברת המעבורות הזמינה ספינה חשמלית ראשונה",
            "היא תיטען באחת־עשרה דקות.",
        ),
        (
            "בית ספר כפרי זכה בפרס על תחנת מזג האוויר",
            "התלמידים מודדים גשם בכל בוקר מאז 1998.",
        ),
        (
            "גופן חדש לשלטי דרכים נקרא טוב יותר בלילה",
            "הנהגים זיהו שמות ממרחק גדול יותר.",
        ),
        (
            "יבול שיא של תפוחים כחולים",
            "המגדלים אספו 4,100 טונות.",
        ),
        (
            "הנהר יחזור לאפיקו הישן",
            "העבודות יתחילו בספטמבר.",
        ),
        (
            "טעות בגיליון עלתה לתיאטרון בעונה שלמה",
            "שורה חסרה הסתירה את חשבון החימום.",
        ),
        (
            "כוכב שביט ייראה ביוני בעין בלתי מזוינת",
            "הוא מתבהר מהר מן הצפוי.",
        ),
    ],
    "zh": [
        (
            "老港口的夜市周末重新开放",
            "经过八个月的修缮，两百多个摊位回到了码头。市政府表示，噪音限制将从晚上十一点开始执行。",
        )
    ],
    "ja": [
        ("旧灯台が図書館として生まれ変わる", "地元の住民が三年かけて改修した。らせん階段に沿って一万冊の本が並ぶ。")
    ],
}


def story(
    number: int,
    *,
    language: str = "en",
    shown: Shown = Shown.FULL,
    title: str | None = None,
    summary: str | None = None,
    url: str | None = None,
    outlets: int = 1,
    image: Image | None = None,
    continues: Earlier | None = None,
    content: str = "",
    hours: float | None = None,
) -> Story:
    """One story; `number` decides everything that is not given."""
    told = TOLD[language]
    words, text = told[number % len(told)]
    title = f"{words}" if title is None else title
    summary = text if summary is None else summary
    feeds = list(OUTLETS)[:4] if language not in HOME else [HOME[language], *list(OUTLETS)[:4]]
    entries = tuple(
        Entry(
            feed=feeds[step % len(feeds) if language in HOME else (number + step) % len(feeds)],
            ident=f"{number}-{step}",
            title=title,
            url=url or f"https://{['courier', 'signal', 'ledger', 'orbit'][step % 4]}.example/2026/03/{number}-{step}",
            language=language,
            published=END - timedelta(hours=number % 23 + 0.3 if hours is None else hours),
            seen=END,
            summary=summary,
            content=content,
        )
        for step in range(outlets)
    )
    return Story(
        id=f"s{number}",
        entries=entries,
        title=title,
        summary=summary,
        image=image,
        language=language,
        score=100.0 - number,
        shown=shown,
        continues=continues,
    )


def issue(*topics: Topic, top: tuple[str, ...] = (), language: str = "en", **more: object) -> Issue:
    """An issue of these topics."""
    values: dict[str, object] = {
        "digest": "morning",
        "title": "Morning Digest",
        "day": DAY,
        "start": END - timedelta(hours=24),
        "end": END,
        "language": language,
        "timezone": "Europe/Kyiv",
        "feeds": tuple(FeedReport(url, name, "ok") for url, name in OUTLETS.items()),
    }
    return Issue(topics=topics, top=top, **(values | more))  # type: ignore[arg-type]  # a builder for tests takes anything


HEADINGS = {
    "en": ("Morning Digest", "World", "Technology", "Culture", "Sport", "Gardening", "Council votes on the night bus"),
    "he": ("תקציר הבוקר", "עולם", "טכנולוגיה", "תרבות", "ספורט", "גינון", "המועצה מצביעה על קו הלילה"),
    "ar": ("موجز الصباح", "العالم", "التقنية", "الثقافة", "الرياضة", "البستنة", "المجلس يصوّت على الحافلة الليلية"),
}


def ordinary(language: str = "en") -> Issue:
    """A morning as most are: four top stories, three topics, headlines, an update, a quiet topic, a sick feed."""
    title, *names, voted = HEADINGS.get(language, HEADINGS["en"])
    picture = Image("https://courier.example/bridge.jpg", "The bridge at dawn, its arches lit from below", 1200, 800)
    small = Image("https://signal.example/quill.jpg", "Ada Quill at her desk", 640, 480)
    world = [
        story(0, outlets=4, image=picture, language=language),
        story(1, outlets=2, image=small, language=language),
        story(
            5,
            outlets=1,
            language=language,
            continues=Earlier(date(2026, 3, 10), voted, "https://ledger.example/n2"),
        ),
        story(108, language="de"),
        *(story(n, shown=Shown.HEADLINE, language=language) for n in (25, 10, 11, 12)),
        *(story(n, shown=Shown.CUT, language=language) for n in range(40, 52)),
    ]
    technology = [
        story(2, outlets=3, language=language),
        story(3, outlets=1, language=language),
        story(101, language="uk"),
        *(story(n, shown=Shown.HEADLINE, language=language) for n in (23, 29, 30, 31)),
    ]
    culture = [
        story(104, language="ar"),
        story(4, language=language),
        story(103, language="zh"),
        story(102, language="he"),
    ]
    sick = FeedReport(
        "https://gone.example/feed?token=secret",
        "Valley Weather",
        "failed",
        reason="HTTP 404: not found",
        advice="Look for its new address, or remove it.",
        since=END,
        lasting=True,
    )
    feeds = tuple(FeedReport(url, name, "ok") for url, name in OUTLETS.items())
    return issue(
        Topic(names[0], tuple(world)),
        Topic(names[1], tuple(technology)),
        Topic(names[2], tuple(culture)),
        top=("s0", "s1", "s2"),
        language=language,
        quiet=tuple(names[3:]),
        title=title,
        feeds=(*feeds, sick),
    )


def many(number: int, *, language: str = "en", topics: int = 6, shown: Shown = Shown.FULL) -> Issue:
    """An issue of so many stories in a few topics."""
    stories = [story(n, language=language, shown=shown, outlets=1 + n % 3) for n in range(number)]
    return issue(
        *(Topic(f"Topic {t + 1}", tuple(stories[t::topics])) for t in range(topics)),
        top=tuple(f"s{n}" for n in range(min(4, number))),
        language=language,
    )


VIEW = View(timezone="Europe/Kyiv", sender="Morning Digest <digest@example.com>", unsubscribe=True)

ARTICLE = (
    '<style>p{color:red}</style><p class="x" id="y" style="color:red">The bridge over the '
    '<a href="https://en.example/lune">Lune</a> carries traffic again.</p><h2>What was done</h2><p>Engineers replaced '
    '1,400 rivets and found a <b>time capsule</b>. Read more <a href="https://x.example/more">here</a>.</p><ul><li>New '
    "deck<li>New lights</ul><blockquote><p>It was like dentistry on a whale.</p></blockquote><pre>load = 40 t\n"
    "  span = 212 m</pre><table><tr><td>Length</td><td>212 m</td></tr></table><script>alert(1)</script>"
    '<img src="https://courier.example/deck.jpg" width="800" height="500" alt="The deck">'
)


ARTICLES = {
    "en": ARTICLE,
    "he": "<p>המזח הצפוני נסגר לפני עשרים שנה, אחרי שנמצאו במים שאריות של דלק. מאז נוקה הקרקעית, ו"
    '<a href="https://he.example/namal">תחנת הניטור</a> בודקת את המים בכל שעה.</p><h2>מה השתנה</h2>'
    "<p>שלוש בריכות מגודרות, מקלחות ומדרגות רחבות אל המים. אפשר להגיע <b>ברגל או באופניים</b>; חניה אין.</p>"
    "<ul><li>כניסה חופשית<li>מצילים משש בבוקר</ul><blockquote><p>למדתי כאן לשחות. עכשיו ילמדו הנכדים שלי.</p></blockquote>"
    "<p>בסתיו ייבנה בית קפה קטן במחסן הישן.</p>",
}


def whole(issue: Issue, language: str = "en") -> Issue:
    """The same issue with an article in every story."""
    return replace(
        issue,
        topics=tuple(
            replace(
                topic,
                stories=tuple(
                    replace(one, entries=(replace(one.lead, content=ARTICLES[language]), *one.entries[1:]))
                    for one in topic.stories
                ),
            )
            for topic in issue.topics
        ),
    )
