"""The craft of an HTML email as rules that need no outside tool: what tests hold and the preview shows.

The identifiers are those of the acceptance checker that brings browsers, validators and mail systems to bear; what is
judged here is judged alike there.
"""

from digest.render.rules import links, markup, message, plaintext, style
from digest.render.rules.document import Document, Finding

__all__ = ["Finding", "check"]


def check(html: str, text: str, data: bytes = b"") -> tuple[Finding, ...]:
    """Every rule's finding on the two parts of a mail, and on the whole message where its bytes are given."""
    document = Document(html, text)
    found = list(message.findings(data)) if data else []
    if document.root is None or not document.body:
        return (*found, Finding("H00", "FAIL", "there is no HTML to look at"))
    for room in (style, markup, links, plaintext):
        found += room.findings(document)
    return tuple(sorted(found, key=lambda finding: ("MHT".find(finding.id[0]), finding.id)))
