"""Feeds in trouble, in the newsletter's language: English as gather says it, other languages by kind and with a remedy."""

import re

import pytest

from digest.render.ailments import in_words, kind_of
from digest.render.words import words

# what gather says, as it says it
REASONS = {
    "is gone for good (410)": "gone",
    "is not there (404)": "missing",
    "HTTP 404: not found": "missing",
    "the file cannot be read (no such name)": "missing",
    "asks for a login (401)": "login",
    "refuses to answer us (403)": "refused",
    "was asked too often (429)": "often",
    "its server asked for a pause": "often",
    "its TLS certificate is not accepted (certificate has expired)": "certificate",
    "its host name does not resolve": "address",
    "is an address in a private network, which a public site may not lead to": "address",
    "did not accept a connection within 5 s": "slow",
    "sent nothing for 20 s": "slow",
    "did not finish within 60 s": "slow",
    "has trouble of its own (503)": "trouble",
    "no connection (connection refused)": "unreachable",
    "the connection was lost before an answer came": "unreachable",
    "its server did not answer for other feeds a moment ago": "unreachable",
    "is a web page, not a feed": "strange",
}


@pytest.mark.parametrize(("reason", "kind"), REASONS.items())
def test_each_reason_is_of_a_kind(reason: str, kind: str) -> None:
    """And so can be said in any language."""
    assert kind_of(reason) == kind


@pytest.mark.parametrize("language", ["ar", "de", "es", "fr", "he", "ja", "ru", "uk", "zh"])
def test_no_english_is_left(language: str) -> None:
    """Whatever the reason, one that nobody foresaw included; codes stay."""
    say = words(language)
    for reason in (*REASONS, "fell into a well"):
        told = in_words(say, reason, "check its spelling in config.yaml")
        assert told
        assert not re.search(r"\b(?:is|it|its|the|check|config)\b", told, re.IGNORECASE), told
    assert len({in_words(say, reason, "") for reason in REASONS}) == len(set(REASONS.values()))


def test_english_keeps_every_detail() -> None:
    """Reason and advice as sentences; a language without a catalogue has its words in English too, by their kind."""
    told = in_words(words("en-GB"), "is not there (404)", "if that lasts, look for it")
    assert told == "is not there (404). if that lasts, look for it."
    assert in_words(words("en"), "", "") == ""
    assert in_words(words("pl"), "is not there (404)", "").startswith("It is no longer there")
