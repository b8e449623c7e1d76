"""What bears its own day's date in its title is a regular feature, in a feed of news."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from digest.group.day import Day
from digest.group.stories import Groups
from digest.group.text.dated import dated
from digest.model import Entry

ON = datetime(2026, 5, 28, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "regular"),
    [
        ("Sagittarius horoscope today, May 28, 2026", True),
        ("Evening Patrol (28 May 2026)", True),
        ("Wetter am Donnerstag, 28.05.2026: Aussichten", True),
        ("Wetter am 28. Mai: Aussichten", True),
        ("Gewinnzahlen vom 27.5.26", True),
        ("Le programme du jeudi 28 mai", True),
        ("Гороскоп на 29 мая", True),
        ("5月28日の運勢", True),
        ("2026-05-28 harbour notes", True),
        ("Target and superquiz, Friday, May 29", True),
        ("Schools reopen on June 15", False),
        ("In the Herald: May 8, 1966", False),
        ("Maybe 28 ferries will sail", False),
        ("28 mayors meet in Norwick", False),
        ("Council votes 28:5 for the dam", False),
        ("", False),
    ],
)
def test_a_title_with_its_days_date(title: str, regular: bool) -> None:
    assert dated(title, ON) is regular


def test_a_daily_feature_is_filler_where_others_bear_no_date() -> None:
    """A diary that begins each title with the date is what its reader chose; so is a feed of a few entries."""

    def filler(*titles: str) -> set[str]:
        made = Entry("https://a.example/rss", "", "", seen=ON, published=ON)
        entries = tuple(replace(made, ident=title, title=title) for title in titles)
        rows = len(entries)
        groups = Groups(tuple((i,) for i in range(rows)), (), {})
        day = Day(entries, np.zeros((rows, 1), np.float32), np.full((rows, 10), np.log(0.1), np.float32), groups)
        return {ident for _, ident in day.filler}

    news = ("Dam gives way", "Ferries stay in port", "Mayor resigns", "Bridge opens")
    assert filler(*news, "Horoscope for May 28") == {"Horoscope for May 28"}
    assert filler(*news, "[부고] 나루 항구 소장 모친상", "[속보] 나루 항구 댐 붕괴") == {"[부고] 나루 항구 소장 모친상"}
    assert filler(*(f"2026-05-28 {title}" for title in news)) == set()
    assert filler("Horoscope for May 28", "Dam gives way") == set()
