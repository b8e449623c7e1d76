"""Sentences of many languages: abbreviations, initials, ordinals, quotes, scripts without spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.group.text.sentences import ends_open, open_quote, split


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Mr. Smith met Sen. Jones at 5 p.m. on Jan. 5.", "It rained."]),
        ("en", ["The U.S. economy grew 3.5 percent.", "It was the best year in the U.S.", "The next one was not."]),
        ("en", ["J. R. R. Tolkien wrote it.", "A. A. Milne did not."]),
        ("en", ["Apple Inc. said so.", "It did not say more."]),
        ("en", ["“We will win. We must,” he said.", "Then he left."]),
        ("en", ['She asked: "Why? How?" and left.', "Nobody knew."]),
        ("en", ["Yahoo! announced it.", "Really?", "Yes..."]),
        ("en", ["Version 2.0 is at example.com now.", "The old one is not."]),
        ("de", ["Am 3. Oktober wird gefeiert, z. B. in Ulm.", "Prof. Dr. Weiß kommt auch."]),
        ("de", ["Das war 2024.", "Die Wahl kam später."]),
        ("de", ["„Wir gehen. Jetzt.“", "Dann ging sie."]),
        ("fr", ["M. Durand est arrivé le 3 mars.", "Il a dit : « Oui. Non. »", "Puis il est parti."]),
        ("es", ["¿Quién lo sabe?", "El Sr. Pérez no.", "¡Nadie!"]),
        ("it", ["Il sig. Rossi è arrivato.", "Poi è partito."]),
        ("nl", ["Dhr. de Vries kwam om 10 u.", "Hij bleef kort."]),
        ("sv", ["Det kostar 3 milj. kr. om året, bl.a. för skolan.", "Det är mycket."]),
        ("pl", ["Prof. Nowak przyjechał 3 maja.", "Potem wyjechał."]),
        ("ru", ["В 2024 г. это стоило 5 тыс. руб. за тонну.", "Потом цена упала."]),
        ("uk", ["У 2024 р. президент В. О. Петренко прибув до м. Київ.", "Потім він поїхав."]),
        ("zh", ["今天是好天气。", "他说：“我们走吧。”", "真的吗？", "是的！"]),
        ("ja", ["「行こう。」と彼は言った。", "そして出た。"]),
        ("ko", ["그는 말했다.", "“가자.”", "그리고 떠났다."]),
        ("hi", ["यह पहला वाक्य है।", "यह दूसरा है।"]),
        ("ar", ["هل هذا صحيح؟", "نعم، هذا صحيح."]),
        ("he", ["הוא הגיע אתמול.", "היא לא."]),
        ("hy", ["Սա առաջինն է։", "Սա երկրորդն է։"]),
        ("el", ["Ήρθε χθες.", "Έφυγε σήμερα."]),
    ],
)
def test_languages(language: str, sentences: list[str]) -> None:
    glue = "" if language in ("zh", "ja") else " "
    assert split(glue.join(sentences), language) == sentences


def test_a_lost_space_between_korean_sentences() -> None:
    assert split("그는 도착했다.그리고 떠났다.", "ko") == ["그는 도착했다.", "그리고 떠났다."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The crane fell.The ferry sails.", ["The crane fell.", "The ferry sails."]),
        ("Кран впав.Пором іде далі.", ["Кран впав.", "Пором іде далі."]),
        ("Node.js and Booking.com and ASP.NET are names.", ["Node.js and Booking.com and ASP.NET are names."]),
        (
            "Call java.util.List or Console.WriteLine(x) for it.",
            ["Call java.util.List or Console.WriteLine(x) for it."],
        ),
        ("It was Prof.Weiss who came.", ["It was Prof.Weiss who came."]),
    ],
)
def test_a_lost_space_between_sentences_and_dots_within_names(text: str, sentences: list[str]) -> None:
    assert split(text, "en") == sentences


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("Three groups have sued Gov.", True),
        ("He lives in the U.S.", False),
        ("She is a Prof.", True),
        ("Yes.", False),
        ("", False),
    ],
)
def test_an_end_that_waits_for_a_name(text: str, waits: bool) -> None:
    assert ends_open(text) is waits


@given(st.text(max_size=400), st.sampled_from(["", "en", "de", "zh", "ja", "ar"]))
def test_nothing_is_lost(text: str, language: str) -> None:
    assert "".join("".join(split(text, language)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("plain", ""),
        ("“open", "”"),
        ("“a” b", ""),
        ('"a', '"'),
        ("(a", ")"),
        ("„a“", ""),
        ("«a", "»"),
        ("»a«", ""),
        ("it’s", ""),
    ],
)
def test_open_quotes(text: str, waiting: str) -> None:
    assert open_quote(text) == waiting
