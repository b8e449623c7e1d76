"""Which language a text is in: by script, by small words, by the feed's word, last by a model."""

import subprocess
import sys

import pytest

from digest.group.text.language import detect, direction, primary


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council of the town has decided that the bridge will be built after all.", "en"),
        ("Der Rat der Stadt hat beschlossen, dass die Brücke nun doch gebaut wird.", "de"),
        ("Le conseil de la ville a décidé que le pont sera construit dans les années à venir.", "fr"),
        ("El consejo de la ciudad ha decidido que el puente se construirá en los próximos años.", "es"),
        ("O conselho da cidade decidiu que a ponte será construída nos próximos anos, mas não já.", "pt"),
        ("Il consiglio della città ha deciso che il ponte sarà costruito nei prossimi anni.", "it"),
        ("De raad van de stad heeft besloten dat de brug er toch komt en niet later.", "nl"),
        ("Stadens råd har beslutat att bron ska byggas och att den inte får vänta.", "sv"),
        ("Rada miasta zdecydowała, że most zostanie zbudowany, ale nie jest to pewne.", "pl"),
        ("Городской совет решил, что мост всё же будет построен после выборов.", "ru"),
        ("Міська рада вирішила, що міст усе ж буде збудовано після виборів та свят.", "uk"),
        ("市議会は橋を建設することを決めた。", "ja"),
        ("市议会决定建造这座桥。", "zh"),
        ("시의회는 다리를 건설하기로 했다.", "ko"),
        ("מועצת העיר החליטה לבנות את הגשר.", "he"),
        ("قرر مجلس المدينة بناء الجسر في هذا العام بعد أن كان قد رفض ذلك.", "ar"),
        ("สภาเมืองตัดสินใจสร้างสะพาน", "th"),
        ("", ""),
        ("12345", ""),
    ],
)
def test_without_a_hint(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("Bridge!", "de-AT", "de"),  # too short to know better
        ("Der Rat der Stadt hat beschlossen, dass die Brücke nun doch gebaut wird.", "en-us", "de"),
        ("Nagpasya ang konseho ng bayan na itayo ang tulay sa susunod na taon, ayon sa alkalde.", "en-US", "tl"),
        ("Nagpasya ang konseho ng bayan na itayo ang tulay sa susunod na taon, ayon sa alkalde.", "fil", "tl"),
        ("It's 2am here. I'll post some news in some time. Okay, I’m back… at 2am. A different 2am.", "en", "en"),
        ("Rådet har vedtatt at broen skal bygges, men ikke før neste år.", "no", "nb"),
        ("市议会决定建造这座桥。", "en", "zh"),
        ("The council of the town has decided that it will be built.", "en_GB", "en"),
        ("", "uk", "uk"),
    ],
)
def test_a_feeds_word_counts_unless_plainly_wrong(text: str, hint: str, language: str) -> None:
    assert detect(text, hint) == language


def test_tags_as_feeds_write_them() -> None:
    assert [primary(tag) for tag in ("en-US", "EN_gb", "zh-Hans", " de ", "iw", "english", "")] == [
        "en",
        "en",
        "zh",
        "de",
        "he",
        "",
        "",
    ]


def test_direction() -> None:
    assert [direction(tag) for tag in ("ar", "he-IL", "fa", "en", "")] == ["rtl", "rtl", "rtl", "ltr", "ltr"]


def test_the_model_is_not_loaded_for_what_words_decide() -> None:
    code = (
        "import sys; from digest.group.text.language import detect;"
        "detect('The council of the town has decided that the bridge will be built.');"
        "detect('Kurz', 'de'); sys.exit('py3langid' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
