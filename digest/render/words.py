"""The newsletter's own words: gettext catalogues, dates, times and numbers of one language.

Catalogues are the `.po` files beside this module: one file to read and to mend, no build step, parsed once a language
and process (some 5 ms). What a catalogue does not hold falls back to English, which is what stands in the templates.
"""

import gettext
import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent / "locale"
_COMMAS = {"ar": "، ", "fa": "، ", "ja": "、", "ur": "، ", "yue": "、", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Words:
    """One language: `language` is its BCP 47 tag, `direction` ltr or rtl."""

    language: str
    direction: str
    locale: Locale = field(repr=False)
    catalogue: gettext.NullTranslations = field(repr=False)

    def say(self, message: str, **values: str) -> str:
        """The message in this language, its `%(name)s` filled; a translation that is damaged falls back to English."""
        return _fill(self.catalogue.gettext(message), message, values)

    def count(self, one: str, many: str, number: int, **values: str) -> str:
        """The right plural of a message, with `%(num)s` as this language writes numbers."""
        values = {"num": self.number(number), **values}
        return _fill(self.catalogue.ngettext(one, many, number), one if number == 1 else many, values)

    @property
    def comma(self) -> str:
        """What stands between the names of a list, its space included."""
        return _COMMAS.get(self.locale.language, ", ")

    def number(self, number: int) -> str:
        """A whole number with this language's grouping."""
        return format_decimal(number, locale=self.locale)

    def language_of(self, tag: str) -> str:
        """What a language is called: German; "" where it has no name in this one."""
        return str(self.locale.languages.get(tag.partition("-")[0], ""))

    def full_date(self, day: date) -> str:
        """The day in full: Saturday, November 9, 2024."""
        return _capital(format_date(day, format="full", locale=self.locale))

    def short_date(self, day: date) -> str:
        """The day for a subject line: Sat, Nov 9."""
        return _capital(format_skeleton("MMMEd", day, locale=self.locale))

    def day_of(self, day: date) -> str:
        """A day further back: November 4."""
        return format_skeleton("MMMMd", day, locale=self.locale)

    def weekday(self, day: date) -> str:
        """The name of the day of the week as it stands alone."""
        return str(get_day_names("wide", "stand-alone", self.locale)[day.weekday()])

    def when(self, instant: datetime, today: date, zone: ZoneInfo, *, date_only: bool = False) -> str:
        """When something happened as a reader in `zone` writes it on `today`: 06:12 · Fri 22:40 · Nov 4.

        A clock time stays true however late the mail is read; "3 hours ago" would not.
        """
        local = instant.astimezone(zone)
        if not today - timedelta(days=6) <= local.date() <= today + timedelta(days=1):
            return format_skeleton("MMMd", local, locale=self.locale)
        if date_only:
            return format_skeleton("MMMd", local, locale=self.locale)
        clock = format_time(local, format="short", tzinfo=zone, locale=self.locale)
        if local.date() == today:
            return clock
        return f"{get_day_names('abbreviated', 'stand-alone', self.locale)[local.weekday()]} {clock}"


@lru_cache(maxsize=64)
def words(language: str) -> Words:
    """The words of a language tag (`en`, `pt-BR`, `zh_Hant`); a language nobody knows is English."""
    tag = language.replace("_", "-")
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        tag = tag.split("-")[0]
        try:
            locale = Locale.parse(tag)
        except (UnknownLocaleError, ValueError):
            tag, locale = "en", Locale("en")
    return Words(tag, locale.text_direction, locale, _catalogue(locale.language))


@lru_cache(maxsize=64)
def _catalogue(language: str) -> gettext.NullTranslations:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _capital(text: str) -> str:
    """As a line begins: many languages write their days small inside one."""
    return text[:1].upper() + text[1:]


def _fill(translated: str, message: str, values: dict[str, str]) -> str:
    try:
        return translated % values
    except (KeyError, ValueError, TypeError):
        return message % values
