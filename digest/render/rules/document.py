"""What the rules look at: the two parts of a mail, parsed once; and what they say."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from digest.render.stylesheet import Rule, parse


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says. `level` is PASS, WARN or FAIL; `where` is a piece of the HTML to point at, or ""."""

    id: str
    level: str
    text: str
    where: str = ""


@dataclass(frozen=True)
class Document:
    """The HTML and the plain text of a mail."""

    html: str
    text: str

    @cached_property
    def root(self) -> Any:
        """The <html> element, None where there is nothing."""
        from lxml import etree

        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
        try:
            return etree.fromstring(self.html.encode("utf-8", "replace"), parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            return None

    @cached_property
    def body(self) -> list[Any]:
        """The elements inside <body>, in order."""
        body = self.root.find("body")
        return [] if body is None else [element for element in body.iter() if isinstance(element.tag, str)]

    @cached_property
    def style(self) -> str:
        """All that stands in <style>."""
        return "\n".join("".join(element.itertext()) for element in self.root.iter("style"))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The style sheet's rules."""
        return parse(self.style)

    @cached_property
    def links(self) -> list[tuple[str, str, Any]]:
        """Address, words (else the alternative text of its images) and element of every link."""
        found = []
        for element in self.body:
            if element.tag == "a" and element.get("href"):
                words = words_of(element) or " ".join(image.get("alt") or "" for image in element.iter("img"))
                found.append((element.get("href"), words, element))
        return found


def judged(ident: str, good: str, bad: list[str], *, soft: bool = False, where: Any = None) -> Finding:
    """PASS with what was seen; else FAIL (WARN where the rule is soft) with the first offenders, and one's markup."""
    if not bad:
        return Finding(ident, "PASS", good)
    more = f", … {len(bad)} in all" if len(bad) > 4 else ""
    return Finding(ident, "WARN" if soft else "FAIL", ", ".join(bad[:4]) + more, "" if where is None else markup(where))


def markup(element: Any) -> str:
    """An element's own tag as it stands in the source, as far as lxml tells, to point at."""
    attributes = "".join(f' {name}="{value}"' for name, value in element.attrib.items())
    return f"<{element.tag}{attributes}>"[:200]


def words_of(element: Any) -> str:
    """An element's text, white space and invisible characters collapsed."""
    return re.sub(r"[\s\u034f\u200b-\u200f\u00ad\ufeff]+", " ", "".join(element.itertext())).strip()


def hidden(element: Any) -> bool:
    """Whether the element, or one it is in, is not displayed."""
    while element is not None:
        if re.search(r"display\s*:\s*none", element.get("style") or ""):
            return True
        element = element.getparent()
    return False
