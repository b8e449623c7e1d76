"""The newsletter as a whole: what a reader must find in it, whatever the day."""

from dataclasses import replace

from digest.model import UNSUBSCRIBE_URL
from digest.render.budget import AIM, size
from digest.render.newsletter import render
from tests.render.issues import VIEW, many, ordinary


def test_every_headline_is_in_both_parts() -> None:
    """Each shown story stands in the HTML and in its plain-text twin."""
    issue = ordinary()
    rendition = render(issue, VIEW)
    flat = " ".join(rendition.text.split())
    for story in issue.stories:
        if story.shown != "cut":
            assert story.title in rendition.html
            assert story.title in flat


def test_unsubscribe_placeholder_and_mailto() -> None:
    """The placeholder stands in both parts; without an https address a mailto one does."""
    rendition = render(ordinary(), VIEW)
    assert UNSUBSCRIBE_URL in rendition.html
    assert UNSUBSCRIBE_URL in rendition.text
    by_mail = render(ordinary(), replace(VIEW, unsubscribe=False))
    assert "mailto:digest@example.com?subject=unsubscribe" in by_mail.html
    assert UNSUBSCRIBE_URL not in by_mail.html + by_mail.text


def test_a_full_day_fits() -> None:
    """A day of 3,000 stories stays within the budget and says what it left out."""
    rendition = render(many(3000), VIEW)
    assert size(rendition.html) <= AIM
    assert "This was a full day" in rendition.html
    assert "more stories" in rendition.html
