"""What is the matter with a feed, in the newsletter's language.

Gather says it in English, with every detail. In another language a mail says which kind of trouble it is, and what to do.
"""

import re

from digest.render.words import Words

_KINDS = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"\b410\b|gone for good", "gone"),
        (r"\b404\b|not there|not found|no such name|is not a file", "missing"),
        (r"\b40[17]\b|asks for a login", "login"),
        (r"\b403\b|refuses to answer|the proxy refused", "refused"),
        (r"\b429\b|asked too often|asked for a pause", "often"),
        (r"certificate|\bTLS\b", "certificate"),
        (r"does not resolve|no(?:t an?)? (?:web |https? or https )?address|private network", "address"),
        (r"within [\d.,]+ s|sent nothing for|did not finish", "slow"),
        (r"\b5\d\d\b|trouble of its own", "trouble"),
        (r"no connection|not answer|connection was lost", "unreachable"),
        (r"no feed|not a feed|web page|empty|XML|JSON|HTML", "strange"),
    )
)


def kind_of(reason: str) -> str:
    """Which kind of trouble a reason of gather's is; "" for one that is like none of them."""
    return next((kind for pattern, kind in _KINDS if pattern.search(reason)), "")


def in_words(say: Words, reason: str, advice: str) -> str:
    """The trouble and what to do about it, as sentences: English ones as they came, others by their kind."""
    if say.locale.language == "en" or not reason:
        parts = [part for part in (reason, advice) if part]
        return " ".join(part if part[-1] in ".!?" else part + "." for part in parts)
    return " ".join(filter(None, (_trouble(say, reason), _remedy(say, kind_of(reason)))))


def _trouble(say: Words, reason: str) -> str:
    match kind_of(reason):
        case "gone":
            return say.say("It is gone for good (410).")
        case "missing":
            return say.say("It is no longer there (404).")
        case "login":
            return say.say("It asks for a login.")
        case "refused":
            return say.say("It refuses to answer us (403).")
        case "often":
            return say.say("It was asked too often (429).")
        case "certificate":
            return say.say("The certificate of its server is not accepted.")
        case "address":
            return say.say("Its address leads nowhere.")
        case "slow":
            return say.say("It does not answer in time.")
        case "trouble":
            return say.say("Its server has trouble of its own.")
        case "unreachable":
            return say.say("Its server cannot be reached.")
        case "strange":
            return say.say("What stands at its address is no feed.")
        case _:
            return say.say("It cannot be read.")


def _remedy(say: Words, kind: str) -> str:
    match kind:
        case "gone":
            return say.say("Remove it from the list.")
        case "missing" | "address" | "strange":
            return say.say("Look for its new address, or remove it from the list.")
        case "login":
            return say.say("Check the login given beside the feed.")
        case "often":
            return say.say("Ask it less often.")
        case "slow" | "trouble" | "unreachable":
            return say.say("It may pass by itself.")
        case "certificate":
            return say.say("Tell the owner of the site.")
        case _:
            return ""
