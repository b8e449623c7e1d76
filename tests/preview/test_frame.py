"""The copy of the edition that the frame shows: dark and light forced, styles stripped, the rest untouched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Picture
from digest.preview.frame import Scheme, framed

PICTURE = Picture("a1@example.org", b"\x89PNG", "png", 10, 10)
MAIL = """<!DOCTYPE html>
<html lang="en"><head><style>a { color: red }</style>
<style data-premailer="ignore">:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) { a { color: pink !important } }
@media screen and ( PREFERS-COLOR-SCHEME :light ) and (max-width: 400px) { a { color: blue !important } }</style></head>
<body><p>About prefers-color-scheme: (prefers-color-scheme: dark) is text here.</p>
<img src="cid:a1@example.org" alt=""><img src='cid:unknown' alt=""></body></html>"""


def shown(html: str = MAIL, *, scheme: Scheme = "light", style: bool = True) -> str:
    """The copy, with one embedded picture."""
    return framed(html, scheme=scheme, style=style, pictures=[PICTURE])


@pytest.mark.parametrize(
    ("scheme", "dark", "light"), [("dark", "min-width: 0", "1000000px"), ("light", "1000000px", "min-width: 0")]
)
def test_the_question_is_answered_in_the_style_sheet(scheme: Scheme, dark: str, light: str) -> None:
    """Each `prefers-color-scheme` becomes a feature that always or never holds; the rest of the query stays."""
    css = "".join(re.findall(r"<style.*?</style>", shown(scheme=scheme), re.DOTALL))
    assert re.search(rf"@media \([^)]*{dark}\) {{ a {{ color: pink", css)
    assert re.search(rf"@media screen and \([^)]*{light}\) and \(max-width: 400px\)", css)
    assert "prefers-color-scheme" not in css.lower()


def test_text_that_speaks_of_it_is_left_alone() -> None:
    """Only style sheets are answered, never words."""
    assert "(prefers-color-scheme: dark) is text here." in shown()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_canvas_follows(scheme: Scheme) -> None:
    """What the mail leaves uncoloured takes the scheme's own colours, not those of the machine."""
    assert f":root{{color-scheme:only {scheme}!important}}" in shown(scheme=scheme)


def test_stripped_of_styles_there_is_no_dark() -> None:
    """No style sheet of the mail is left, and the canvas is light: nothing says otherwise any more."""
    html = shown(scheme="dark", style=False)
    assert re.findall(r"<style", html) == ["<style"]  # ours alone
    assert "color-scheme:only light" in html
    assert "pink" not in html


def test_media_attributes_are_answered_too() -> None:
    """A <source> or <meta> may ask as well."""
    html = '<html><head><meta name="theme-color" media="(prefers-color-scheme: dark)" content="#000"></head></html>'
    assert 'media="(min-width: 0)"' in shown(html, scheme="dark")


def test_pictures_are_put_in_and_unknown_ones_left() -> None:
    """A picture of the mail becomes a data URL; a dangling reference stays what it is, and loads nothing."""
    html = shown()
    assert 'src="data:image/png;base64,iVBORw=="' in html
    assert "src='cid:unknown'" in html


def test_links_open_in_tabs_of_their_own() -> None:
    """The frame itself never goes anywhere."""
    assert '<base target="_blank">' in shown()


def test_links_to_elsewhere_are_disarmed() -> None:
    """A preconnect would connect, whatever the policy says; the rest of the head stands."""
    html = shown(
        '<html><head><link rel=preconnect href="https://x.example"><LINK\nrel=x><title>t</title></head></html>'
    )
    assert "<link" not in html.lower()
    assert "<title>t</title>" in html


def test_windows_within_the_mail_are_disarmed() -> None:
    """Nor would a frame's policy keep a browser from connecting for a frame inside it."""
    html = shown("<body><iframe src=//x.example></IFRAME><object data=x></object><embed/src=x><p>framed objects")
    assert not re.search("<(iframe|object|embed)", html, re.IGNORECASE)
    assert "<p>framed objects" in html


def test_a_links_own_target_does_not_hold() -> None:
    """A link that would go off within the frame opens a tab like all others."""
    html = shown("<a class='a>b' target=_self href='https://x.example/?target=a'>x</a><a href=y TARGET = '_top'>y</a>")
    assert "<a class='a>b' href='https://x.example/?target=a'>x</a><a href=y>y</a>" in html


@pytest.mark.parametrize("html", ["", "just words", "<p>no head", "<!DOCTYPE html><title>x</title>", "<html><body>y"])
def test_any_html_gets_its_lines(html: str) -> None:
    """What has no head is shown all the same, the doctype still first."""
    made = shown(html)
    assert '<base target="_blank">' in made
    assert not html.startswith("<!DOCTYPE") or made.startswith("<!DOCTYPE html>")


@given(
    st.text(st.sampled_from("<>/=\"' \ncid:styleSTYLEhead!-ab()&;prefers-color-scheme"), max_size=300), st.booleans()
)
def test_nothing_is_lost(html: str, dark: bool) -> None:
    """With styles kept, the copy is the mail with our lines put in once, whatever the mail is; questions aside."""
    made = framed(html, scheme="dark" if dark else "light", style=True, pictures=())
    ours = re.search(r'<base target="_blank"><style>:root\{color-scheme:only \w+!important\}</style>', made)
    assert ours is not None
    rest = made[: ours.start()] + made[ours.end() :]
    if "prefers-color-scheme" not in html.lower():
        assert rest == html
