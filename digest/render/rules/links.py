"""H08, H18 to H20: links that say where they lead, and lead there."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from digest.render.plain import is_generic
from digest.render.rules.document import Document, Finding, judged


def findings(document: Document) -> Iterator[Finding]:
    """One finding a rule."""
    yield from _addresses(document)
    bad = [
        (w or "(empty)", e) for _, w, e in document.links if not w.strip() or is_generic(w) or re.match("https?://", w)
    ]
    yield judged(
        "H18",
        f"{len(document.links)} links say what they are",
        [w[:60] for w, _ in bad],
        where=bad[0][1] if bad else None,
    )
    fake = [(words, e) for url, words, e in document.links if _shows_another(url, words)]
    said = [words[:60] for words, _ in fake]
    yield judged("H19", "no link shows another domain", said, soft=True, where=fake[0][1] if fake else None)
    stop = any(re.search("unsubscribe", url + words, re.IGNORECASE) for url, words, _ in document.links)
    yield judged("H20", "a link to unsubscribe", [] if stop else ["no visible link to unsubscribe"])


def _addresses(document: Document) -> Iterator[Finding]:
    bad, plain, count = [], [], 0
    for element in document.root.iter("*"):
        for name in ("href", "src", "background", "action"):
            url = (element.get(name) or "").strip()
            if element.get(name) is None:
                continue
            count += 1
            if not re.match(r"https?://|mailto:|cid:|tel:", url) or (name == "src" and url.startswith("http:")):
                bad.append((url[:60], element))
            elif url.startswith("http:"):
                plain.append(url[:60])
    yield judged("H08", f"{count} addresses", [url for url, _ in bad], where=bad[0][1] if bad else None)
    if plain:
        yield Finding("H08", "WARN", f"{len(plain)} plain http links, the publisher's own: {plain[0]}")


def _shows_another(url: str, words: str) -> bool:
    shown = re.search(r"(?:https?://|www\.)([\w.-]+)", words)
    try:
        return bool(shown) and shown[1] not in (urlsplit(url).hostname or "")  # type: ignore[index]  # bool() saw it
    except ValueError:
        return True
