"""What news agencies set before their first sentence: place, date and agency, a series, a reporter, who passed it on."""

import re

_DATELINE = re.compile(
    r"^(?:[\[(][^\])]{2,40}[\])]\s*)?"
    r"(?:(?:[A-ZÀ-ÞА-ЯҐЄІЇ][\w.'’-]*,?\s+(?:[A-ZÀ-ÞА-Я(][\w.'’-]*,?\s+|(?:de|la|le|du|di|am|an|der|upon|of|and)\s+){0,4}|[A-ZÀ-ÞА-ЯҐЄІЇ][A-ZÀ-ÞА-ЯҐЄІЇ .'’/-]{2,40}(?:,\s[\w. /]{2,30}){0,2},?\s*)"
    r"(?:[^\s–—:.(]{2,12}\.?\s\d{1,2}(?:,?\s\d{4})?\s*|\d{1,2}\.?\s[^\s–—:.(]{2,12}\.?\s*(?:\d{4}\s*)?)?"
    r"(?:\((?:AP|AFP|Reuters|REUTERS|Thomson Reuters Foundation|UPI|Bloomberg|CNN|BBC|dpa(?:/\w+)?|APA|SDA|KNA|epd|sda|ots|TASS|ANI|PTI|IANS|Xinhua|Kyodo|Yonhap|ANSA|EFE|Europa Press|LUSA|Belga|ANP|NTB|TT|CTK|PAP|MTI|AA|WAM|CP|The Canadian Press|AAP|PA|StudyFinds)\)\s*[-–—:.]*\s*|\([A-Z][\w.]+(?: News| Press| Wire)?\)\s*[-–—]\s+)"
    r"|[A-ZÀ-ÞА-ЯҐЄІЇ][A-ZÀ-ÞА-ЯҐЄІЇ .'’/-]{3,40}(?:,\s[A-Z][\w. ]{2,24}){0,2}(?:,\s[^\s–—:.(]{2,12}\.?\s\d{1,2}(?:,\s\d{4})?|,\s\d{1,2}\.?\s[^\s–—:.(]{2,12}\.?)?\s*[–—:]\s*(?:РИА Новости(?:,\s[^.]{2,30})?\.\s*|ТАСС\s*[.:]\s*|Reuters\s*[.:]\s*)?"
    r"|[A-ZÀ-ÞА-ЯҐЄІЇ][\w.'’-]+(?:\s[A-ZÀ-Þ][\w.'’-]+)?\.?\s\d{1,2}\s[^\s.]{3,10}\.?\s(?:INTERFAX\.RU|ИНТЕРФАКС)\s*[-–—]\s*"
    r"|(?:新华社|中新社|中新网|本报|人民网|央视网|据新华社)?[\u4e00-\u9fff]{1,8}\d{1,2}月\d{1,2}日(?:电|讯|消息)\s*(?:（[^）]{1,40}）|\([^)]{1,40}\))?\s*"
    r"|\[[A-Z][^\]]{2,40}\]\s+(?:[A-ZÀ-Þ][\w.' -]{2,30}?\s(?:--|—|–)\s)?"  # [Outlet] Place --
    r"|【[^】]{2,30}】\s*"
    r"|[A-ZÀ-ÞА-ЯҐЄІЇ]{4,}(?: [A-ZÀ-ÞА-ЯҐЄІЇ]{2,}){0,2}\s[-–—|]\s+"  # a kicker: DOSSIER -, VIDEO |
    r"|(?:L[AE]S?|DER|DIE|DAS|THE|EL|LOS|L['’])\s?[A-ZÀ-Þ]{4,}(?:[ '’][A-ZÀ-Þ]{1,20}){0,6}\s[-–—|:]\s+"  # … a longer one: LA CHRONIQUE DE JO DOE -
    r"|(?:Summary|Abstract|Zusammenfassung|Résumé|Resumen|Resumo|Riassunto|Kurzfassung|Аннотация):\s+|(?:Introduction|Background|Abstract|Overview)\s(?=(?:As|In|The|This|When|We|I|It|If|For|A|An|Since|After)\s)"
    r")"
)
_BYLINE_BEFORE = re.compile(r"^By [A-Z][^()]{4,120}?(?=\b[A-Z]{4,}[A-Z/ ]*, )")  # By Jo Doe WASHINGTON/GENEVA, Feb 17 …
_QUOTING = re.compile(
    r"^(?:An anonymous reader|[A-Z][\w.'-]{2,24}(?: [A-Z][\w.'-]+)?)(?: \([^)]{1,30}\))? (?:quotes|shares|writes|submits|submitted|summarizes)\b[^.:]{0,70}: (?=\S.{30})"
)  # an aggregator's "A reader quotes a report from …: "
_EAST = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_SERIES = re.compile(
    r"^(?:\s*[\[【〔][^\]】〕]{1,40}[\]】〕])+\s*(?=.{30})"
)  # [series][column] in front of East Asian texts
_REPORTER = re.compile(
    r"^(?:[(\[【][^)\]】]{2,40}[)\]】]\s*)?(?:[가-힣]{2,4}\s)?(?:기자|특파원|통신원)\s*=\s*|^[(\[][^)\]]{1,30}=[^)\]]{1,20}[)\]]\s*(?:[가-힣]{2,4}\s(?:기자|특파원)\s*=\s*)?"
)


def strip_dateline(text: str) -> str:
    """The text without place, date and agency in front ("KYIV, Nov 8 (Reuters) — ")."""
    text = _BYLINE_BEFORE.sub("", text)
    if ": " in text[:140]:
        text = _QUOTING.sub("", text)
    if not text.isascii():
        text = _REPORTER.sub("", _SERIES.sub("", text) if _EAST.search(text) else text)
    match = _DATELINE.match(text)
    rest = text[match.end() :] if match else text
    return rest if len(rest) >= 30 else text
