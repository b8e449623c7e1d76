"""T01 to T04: a plain-text part that says as much as the other."""

import re
from collections.abc import Iterator

from digest.render.rules.document import Document, Finding, hidden, judged, words_of


def findings(document: Document) -> Iterator[Finding]:
    """One finding a rule."""
    text = document.text
    shown = " ".join(
        words_of(e)
        for e in document.body
        if e.tag in ("p", "td", "h1", "h2", "h3", "li", "a") and not hidden(e) and not e.findall(".//td")
    )
    said = set(re.findall(r"\w{4,}", text.lower()))
    words = re.findall(r"\w{4,}", shown.lower())
    share = sum(word in said for word in words) / max(1, len(words))
    bad = [] if text.strip() and share >= 0.9 else [f"only {share:.0%} of the words"]
    yield judged("T01", f"holds {share:.0%} of the words", bad)
    lost = [url for url, _, _ in document.links if url.startswith("http") and url not in text]
    yield judged("T02", "holds every link", [url[:60] for url in lost])
    tags = re.findall(r"&(?:nbsp|amp|lt|gt|#\d+);|</?(?:p|div|td|a|br)\b", text)
    yield judged("T03", "no markup", tags, soft=True)
    wide = [line for line in text.splitlines() if len(line) > 78 and not re.search("https?://", line)]
    yield judged("T04", "at most 78 columns", [f"{len(line)} columns" for line in wide], soft=True)
