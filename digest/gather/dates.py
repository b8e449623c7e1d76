"""Dates as publishers write them -> aware UTC datetimes.

A date without a zone is taken as UTC, unless its script tells the zone (Korean, Japanese, Chinese); two-digit years as
20xx; a date that says nothing (year 1, 1970, far ahead) as no date. What is read here in the first place are the forms
of RFC 822, RFC 3339, asctime, JavaScript, epoch seconds and CJK dates, with month names in some thirty languages;
feedparser's reading and python-dateutil come after.
"""

import re
from calendar import monthrange
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

OLDEST = 1995  # RSS began in 1999; what claims to be older is a default value
AHEAD = timedelta(days=2)  # no time zone explains more: a calendar's events, or a mistake

_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "ist": 330, "cet": 60, "cest": 120,
    "met": 60, "mest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "trt": 180, "pkt": 300,
    "sgt": 480, "hkt": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "ast": -240, "at": -240, "adt": -180, "est": -300, "edt": -240, "et": -300, "cst": -360,
    "ct": -360, "cdt": -300, "mst": -420, "mt": -420, "mdt": -360, "pst": -480, "pdt": -420, "pt": -480, "akst": -540, "akdt": -480,
    "hst": -600, "brt": -180,
}  # fmt: skip
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_LONG = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "ru", "uk", "pl", "cs", "sk", "sv", "da", "nb", "fi", "hu", "ro", "bg", "sr",
    "hr", "sl", "el", "tr", "ca", "lt", "lv", "et", "id", "vi", "he", "ar", "fa", "hi",
)  # fmt: skip

_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|(?:gmt|utc)?\s*[+-]\d{1,2}:?\d{0,2}|[a-z]{1,5})?(?:\s*\(.*\))?"
)
_NOON = r"(?P<noon>上午|下午|오전|오후|午前|午後)?\s*"
_WEEKDAY = r"(?:[^\W\d_]{2,14}\.?,?\s+)?"
_FORMS = tuple(
    re.compile(rf"(?i)^{form}$")
    for form in (
        rf"(?P<year>\d{{4}})-(?:(?P<month>\d\d?)|(?P<name>[^\W\d_]{{3,14}}))-(?P<day>\d\d?)(?:[t\s,]+{_NOON}{_TIME})?",
        (
            rf"{_WEEKDAY}(?P<day>\d\d?)(?:\.|st|nd|rd|th)?[\s-]+(?:de\s)?(?P<name>[^\W\d_]{{3,14}})\.?,?[\s-]+(?:de\s)?"
            rf"(?P<year>\d{{4}}|\d\d)(?:\s?г\.)?(?:,?\s+(?:at\s+|um\s+|à\s+|в\s+)?{_TIME})?"
        ),
        (
            rf"{_WEEKDAY}(?P<name>[^\W\d_]{{3,14}})\.?\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
            rf"(?:,?\s+(?:at\s+)?{_TIME})?"
        ),
        (
            rf"{_WEEKDAY}(?P<name>[^\W\d_]{{3}})\s+(?P<day>\d\d?)\s+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\s+"
            rf"(?P<zone>[a-z]{{1,5}}\s+)?(?P<year>\d{{4}})"
        ),
        (
            r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:t?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"
            r"(?P<zone>z|[+-]\d{4})?)?"
        ),
        (
            rf"(?P<year>\d{{4}})\s?[年년/.]\s?(?P<month>\d\d?)\s?[月월/.]\s?(?P<day>\d\d?)\s?[日일.]?,?"
            rf"\s*(?:{_NOON}{_TIME})?"
        ),
    )
)
# What nine dates of ten look like, RFC 822 and RFC 3339: read in a third of the time, to the same instant.
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)"
_SHIFT = r"([+-])(0\d|1[0-3]):?([0-5]\d)"
_MAIL = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d\d?) ({'|'.join(map(str.title, _ENGLISH))}) (\d{{4}}) {_CLOCK} (?:GMT|Z|{_SHIFT})",
    re.ASCII,
)
_ATOM = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)T{_CLOCK}(?:\.\d+)?(?:Z|{_SHIFT})", re.ASCII)
_SLASHED = re.compile(rf"(?i)^(?P<first>\d\d?)[/.-](?P<second_>\d\d?)[/.-](?P<year>\d{{4}}|\d\d)(?:,?\s+{_TIME})?$")
_EPOCH = re.compile(r"^(\d{9,10})(?:\.\d+|\d{3})?$")


def read(raw: str, now: datetime, language: str = "") -> tuple[datetime | None, bool]:
    """A publisher's date as an instant, and whether it names a day without a time.

    (None, False) for what is no date, or cannot be meant. `now` bounds the future, and chooses between day and month
    where both readings are possible. Never raises.
    """
    text = " ".join(raw[:120].split())
    if not text:
        return None, False
    try:
        found, day_only = _read(text, now, language)
    except (ValueError, OverflowError, ArithmeticError):
        return None, False
    if found is None or found.year < OLDEST or found > now + AHEAD:
        return None, False
    return found, day_only


def _read(text: str, now: datetime, language: str) -> tuple[datetime | None, bool]:
    if match := _MAIL.fullmatch(text):
        day, name, year, *rest = match.groups()
        return _exactly(int(year), _ENGLISH.index(name.lower()) + 1, int(day), *rest)
    if match := _ATOM.fullmatch(text):
        year, month, day, *rest = match.groups()
        return _exactly(int(year), int(month), int(day), *rest)
    for form in _FORMS:
        if match := form.match(text):
            parts = match.groupdict()
            month = _month(parts["name"], language) if parts.get("name") else int(parts["month"])
            if month:
                return _instant(_year(match["year"]), month, int(parts["day"]), parts, _home(text, language))
    if match := _EPOCH.match(text):
        return datetime.fromtimestamp(int(match[1]), UTC), False
    if match := _SLASHED.match(text):
        return _slashed(match, now)
    found = _iso_calendar(text)
    return (found, True) if found is not None else _by_others(text)


def _exactly(
    year: int,
    month: int,
    day: int,
    hour: str,
    minute: str,
    second: str,
    sign: str | None,
    hours: str | None,
    minutes: str | None,
) -> tuple[datetime, bool]:
    local = datetime(year, month, day, int(hour), int(minute), int(second), tzinfo=UTC)
    offset = int(hours or 0) * 60 + int(minutes or 0)
    if not offset:
        return local, not (local.hour or local.minute or local.second)
    return local - timedelta(minutes=-offset if sign == "-" else offset), False


def _instant(year: int, month: int, day: int, parts: dict[str, str | None], home: int = 0) -> tuple[datetime, bool]:
    """`home` stands in for a missing zone, in minutes east of Greenwich; a day without a time needs none."""
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or parts.get("noon") or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(("p", "下", "午後", "오후")) else 0)
    offset = _offset((parts.get("zone") or "").strip())
    if offset is None and parts.get("hour"):
        offset = home
    midnight = datetime(year, month, day, tzinfo=timezone(timedelta(minutes=offset or 0)))
    if hour > 24 or minute > 59 or second > 61 or (hour == 24 and minute + second):
        raise ValueError("no such time")
    found = midnight + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return found.astimezone(UTC), not offset and not (hour or minute or second)


def _home(text: str, language: str) -> int:
    """The zone that the script of a date without one tells: Korea and Japan have one each, China and Taiwan the same."""
    if text.isascii():
        return 0
    if re.search("[\uac00-\ud7a3]|午前|午後", text) or ("年" in text and language.startswith("ja")):
        return 540
    return 480 if re.search("上午|下午", text) or ("年" in text and language.startswith("zh")) else 0


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _offset(zone: str) -> int | None:
    """Minutes east of Greenwich; None where nothing (that makes sense) is said."""
    zone = zone.lower()
    if zone in _ZONES:
        return _ZONES[zone]
    match = re.fullmatch(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d\d)?", zone)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return None if minutes > 14 * 60 else (-minutes if match[1] == "-" else minutes)


def _month(name: str, language: str) -> int:
    """The number of a month called by name in English or any language known, else 0."""
    short = name[:3].lower()
    if short in _ENGLISH and name.isascii() and _month_is_english(name.lower()):
        return _ENGLISH.index(short) + 1
    folded = name.casefold().rstrip(".")
    for one in dict.fromkeys((language.partition("-")[0].lower(), *_LANGUAGES)):
        if found := _months(one).get(folded):
            return found
    return _ENGLISH.index(short) + 1 if short in _ENGLISH else 0


def _month_is_english(name: str) -> bool:
    return len(name) == 3 or name == "sept" or any(month.startswith(name) for month in _ENGLISH_LONG)


@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, int]:
    """Month names of a language as CLDR has them, long and short, inside a date and alone."""
    from babel import Locale, UnknownLocaleError

    try:
        months = Locale.parse(language).months
    except (UnknownLocaleError, ValueError, TypeError):
        return {}
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                word = name.casefold().rstrip(".")
                found.setdefault(word, number)
                if width == "wide" and len(word) > 3:
                    found.setdefault(word[:3], number)
                    found.setdefault(word[:4], number)
    return found


def _slashed(match: re.Match[str], now: datetime) -> tuple[datetime | None, bool]:
    """Day and month are told apart by what is possible; else the reading nearest to now, and not after it, is meant."""
    first, second, year = int(match["first"]), int(match["second_"]), _year(match["year"])
    readings: list[tuple[datetime, bool]] = []
    orders = ((first, second),) if "." in match[0][:6] and second <= 12 else ((first, second), (second, first))
    if "-" in match[0] and len(match["year"]) == 2 and 1 <= second <= 12:  # ISO 8601 of 1988: 03-12-31
        with suppress(ValueError):
            readings.append(_instant(2000 + first, second, int(match["year"]), match.groupdict()))
    for day, month in orders:
        if 1 <= month <= 12 and 1 <= day <= monthrange(max(year, 1), month)[1]:
            readings.append(_instant(year, month, day, match.groupdict()))
    past = [one for one in readings if one[0] <= now + timedelta(days=1)]
    if past:
        return max(past)
    return min(readings) if readings else (None, False)


def _iso_calendar(text: str) -> datetime | None:
    """Weeks and days of the year (ISO 8601): 2026-W11-1, 2026-068."""
    if re.fullmatch(r"\d{4}-W\d\d-\d", text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    if re.fullmatch(r"\d{4}-\d{3}", text):
        return datetime.strptime(text, "%Y-%j").replace(tzinfo=UTC)
    return None


def _by_others(text: str) -> tuple[datetime | None, bool]:
    """feedparser knows Korean, Greek and Hungarian blogs; dateutil whatever else names a year, a month and a day."""
    from feedparser.datetimes import _parse_date as parse_date  # the only place that exports it

    parsed = parse_date(text)
    if parsed and str(parsed[0]) in text and parsed[1:3] != (1, 1):
        year, month, day, hour, minute, second = parsed[:6]
        found = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return found, found.hour == found.minute == found.second == 0
    if not re.search(r"\d{4}", text) or not re.search(r"\d\D+\d|[^\W\d_]{3}", text):
        return None, False
    from dateutil import parser

    one, two = (
        parser.parse(text, default=datetime(1, part, part, tzinfo=UTC), tzinfos=lambda _, offset: offset or 0)
        for part in (1, 2)
    )
    if one != two:  # a month or a day came from the default
        return None, False
    return one.astimezone(UTC), one.hour == one.minute == one.second == 0
