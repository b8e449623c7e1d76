"""What a model wrote is printed only where its sources say the same figures, names and dates."""

import pytest

from digest.group.text.grounded import accept, strangers

TOLD = "The ministry in Oslo said on 3 May that 1,200 people, among them Kari Nordmann, left the U.S.-run camp near Bergen."


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("Kari Nordmann left the camp.", ()),
        ("On 3 May 1200 people left.", ()),
        ("On 4 May people left.", ("4",)),
        ("In June people left.", ("June",)),
        ("The Oslo ministry spoke.", ()),
        ("Bergen's camp was left.", ()),
        ("The Stavanger camp was left.", ("Stavanger",)),
        ("Twelve people left.", ("Twelve",)),
        ("Yesterday people left.", ("Yesterday",)),
    ],
)
def test_strangers_are_named(said: str, missing: tuple[str, ...]) -> None:
    assert strangers(said, TOLD, language="en") == missing


def test_endings_change_but_names_do_not() -> None:
    told = "Президент України Володимир Зеленський прибув до Києва 5 листопада."
    assert strangers("Зеленського зустріли в Києві.", told, language="uk") == ()
    assert strangers("Порошенка зустріли в Києві.", told, language="uk") == ("Порошенка",)


def test_scripts_without_capitals_are_compared_by_their_characters() -> None:
    told = ("東京都は月曜日、新しい橋の建設を承認したと発表した。",)
    assert accept("東京都は新しい橋の建設を承認した。", told, language="ja", limit=280)
    assert accept("大阪府の知事が辞任すると語った。", told, language="ja", limit=280) == ""


@pytest.mark.parametrize("text", [None, "", "The ministry “said so on 3 May.", "**The ministry** said so.", "x" * 300])
def test_what_is_not_plain_and_whole_is_refused(text: str | None) -> None:
    assert accept(text, (TOLD,), language="en", limit=280) == ""
