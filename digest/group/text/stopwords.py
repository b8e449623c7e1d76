"""The commonest small words of each language: they tell languages apart, and open sentences.

Written down from grammar (articles, pronouns, prepositions, conjunctions, auxiliaries), not counted from a corpus.
"""

_LISTS = {
    # ---- Latin
    "en": "the of and to in is that for it with as was on are by this be at from or have an but not they which you we had"
    " his her their has will its he she were been would there what when who can more if about said than after into",
    "de": "der die das und ist in den von zu mit sich des auf für nicht ein eine dem im es an als auch er sie wie nach aus"
    " bei werden wird hat haben einer um am sind noch dass zum zur einem über so nur oder aber vor durch wurde",
    "fr": "le la les de des et en un une du est que dans pour qui sur au par plus avec ce il elle ne pas se sont aux son sa"
    " ses mais ou cette ces nous vous leur été être ont comme tout après d'un qu'il c'est l'on",
    "es": "el la los las de que y en un una del se por con para es al lo como más su sus pero no le ya este esta entre"
    " cuando muy sin sobre también hasta hay donde quien desde todo nos durante ha fue son según",
    "pt": "o os as de que e do da em um uma para com não por mais dos das no na se ao à como mas foi ele ela são seu sua ou"
    " quando muito nos já está eu também só pelo pela até isso entre era depois sem mesmo aos",
    "it": "il lo la i gli le di che e in un una del della dei delle per con non si è da al alla come più sono ma anche nel"
    " nella dal ha questo questa suo sua ci su se dopo tra fra era essere gli degli sul cui",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er die om ook als bij maar naar uit door over ze hij was"
    " worden wordt nog wel dan werd heeft hebben deze dit geen meer zich tot omdat",
    "sv": "och att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när eller ska"
    " efter vid nu också under där hade alla detta hon sin över mot kommer",
    "da": "og at det er en den til på af for med der ikke de som har et han men var jeg sig fra vi så kan når eller skal"
    " efter ved også hvor hun sin over mod bliver blev havde nu",
    "nb": "og at det er en den til på av for med som ikke de har et han men var jeg seg fra vi så kan når eller skal"
    " etter ved også hvor hun sin over mot blir ble hadde nå",
    "fi": "ja on ei että se oli joka myös mutta kun hän ovat sen mukaan tai kuin niin jo voi sekä vain ole mitä jos"
    " nyt joka vielä olisi tämä sitten kanssa jälkeen",
    "pl": "i w na z do się nie że to jest jak o po od za dla przez są ale tym czy był była ich jego jej już co tak oraz"
    " może być które który która ze przed także tego został",
    "cs": "a v na se že je to s z do o k i pro za jsou ve by ale jako jeho po od podle který která také byl bude co už své"
    " než jen nebo při jsem až však",
    "sk": "a v na sa že je to s z do o k i pre za sú vo by ale ako jeho po od podľa ktorý ktorá tiež bol bude čo už"
    " svoje než len alebo pri som až však ktoré",
    "hu": "a az és hogy nem is egy ez meg csak de volt már el mint ha még vagy kell lesz azt után szerint ami aki van"
    " amely között nagyon ki ezt fog sem",
    "ro": "și de în la cu a pe care un o din nu pentru să că mai este au fost ce sau după prin dar lui al ale fi sunt fost"
    " acest această între se când său",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi en ne kadar sonra ise ancak her o var olduğu göre ama mi"
    " değil dedi tarafından oldu",
    "id": "yang dan di dari untuk dengan ini itu pada tidak dalam adalah akan ke oleh juga sebagai telah ada bisa karena"
    " atau mereka saat kata dia tersebut",
    "tl": "ang ng sa mga na ay si kay ni nang at para hindi ito ko mo siya sila kung dahil mula rin din lang pa noong"
    " kanyang kaniyang niya nila isang ayon matapos may nasa upang habang bago",
    "vi": "và của là có được trong cho không với các này người một đã những để khi đến từ về ở cũng nhiều như tại ra năm"
    " theo",
    "hr": "i u je na se da su za od s o kako koji ne će nije a što to bi iz ali kao po do koja samo još više nakon",
    "sl": "in v je na se da so za od s o kako ki ne bo ni a kar to bi iz pa tudi po do kot še več pri ter",
    "lt": "ir į yra iš kad su apie bet tai kaip ne už po nuo iki dėl jau buvo jo jos tik dar arba taip pat prie",
    "lv": "un ir no uz ar par ka kas tas pēc bet kā arī nav pie tika gan lai vai viņš jau tā bija līdz",
    "et": "ja on ei et see oli mis ka kui aga oma siis või kes ta nii välja pole veel olid sest juba mida",
    "ca": "el la els les de que i en un una del es per amb no al com més però són ha va aquest aquesta també sobre entre"
    " dels després fins ser",
    "af": "die en van in is dat 'n het nie wat om te met vir op sy aan as ook by hy was se maar word uit sal deur na hulle"
    " ons oor",
    "sq": "dhe të në e një për me që është nga se ka si nuk do i kjo por janë më ai edhe",
    # ---- Cyrillic
    "ru": "и в не на что с по как это из к от за но для о до при у его также если же или был было были только все после"
    " со во она они он мы который которые которая более том",
    "uk": "і в не на що з та у як до за про це від по для але його також якщо є був було були тільки всі після зі й або"
    " який які вона вони він ми яка більше під із",
    "be": "і ў не на што з у як да за пра гэта ад па для але яго таксама калі ён быў было былі пасля які якія яна",
    "bg": "и в на се че да за от с не по са като до е ще при но към той след беше или това които който със тя за",
    "sr": "и у је на се да су за од са о како који не ће није а што то би из али као по до која још",
    "mk": "и во на се дека да за од со не по како што но е ќе при или ова кои кој беше таа тој",
    # ---- Arabic
    "ar": "في من على إلى أن عن التي الذي هذا هذه ما كان لا مع بعد قد بين كما أو لم ذلك وقال كل هو هي",
    "fa": "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز شد می های اما بود شده",
    "ur": "کے کی میں ہے اور سے کا کو کہ نے پر یہ ہیں اس نہیں بھی تھا ایک کر جو لیے ان گیا",
    # ---- Devanagari
    "hi": "के में की है और से का को कि ने पर यह हैं इस नहीं भी था एक कर जो लिए थे हो गया",
    "mr": "आहे आणि या च्या ते तर हे की व केली मध्ये करण्यात होते असून त्यांनी झाली",
    "ne": "र छ को मा ले भएको छन् गर्न हो यो पनि का लागि गरेको थियो",
}

STOP_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}
"""BCP 47 primary tag -> case-folded words."""
STOP_WORDS["no"] = STOP_WORDS["nn"] = STOP_WORDS["nb"]
STOP_WORDS["bs"] = STOP_WORDS["hr"]
