"""Which countries a text names, in many languages and scripts, and what looks like one and is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.filing.countries import countries
from digest.group.filing.features import counted
from digest.model import Entry


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Iran and the United States meet in Geneva", {"IR", "US", "CH"}),
        ("Macron empfängt den ukrainischen Präsidenten in Paris", {"UA", "FR"}),
        ("Le Premier ministre italien en visite à Tokyo", {"IT", "JP"}),
        ("Москва и Пекин подписали договор", {"RU", "CN"}),
        ("Corea del Sur y Corea del Norte", {"KR", "KP"}),
        ("中国与俄罗斯签署协议", {"CN", "RU"}),
        ("한국과 일본, 정상회담", {"KR", "JP"}),
        ("בישראל ובאיראן", {"IL", "IR"}),
        ("ولبنان وإيران", {"LB", "IR"}),
        ("Parliament passes the pension law", set()),
    ],
)
def test_names_peoples_and_capitals(text: str, named: set[str]) -> None:
    assert countries(text) == named


def test_capitals_and_several_words_tell_names_from_other_words() -> None:
    assert countries("They told us to go") == frozenset()
    assert countries("Court tells US to go") == {"US"}
    assert countries("South Korea's new president") == {"KR"}  # and not the North
    assert countries("Farmers in New England and New Mexico") == frozenset()


def test_a_country_counts_once_however_it_is_called() -> None:
    assert countries("Germany: Berlin says German firms may wait") == {"DE"}


def test_an_entry_tells_how_many_its_title_and_its_whole_name() -> None:
    one = Entry(feed="f", ident="1", title="Budget passed in Warsaw", teaser="Poland borrows more than Germany.")
    assert counted(one) == ["k 2", "kt 1"]
    crowd = Entry(feed="f", ident="2", title="France, Spain, Italy and Greece agree")
    assert counted(crowd) == ["k 3", "kt 2"]


@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    assert "-" not in countries(text)
