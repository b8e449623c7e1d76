"""A style sheet as rules: enough of CSS for our own sheets, and to see what is wrong with others."""

import re
from dataclasses import dataclass
from functools import lru_cache

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration; the value without `!important`."""

    name: str
    value: str
    important: bool = False

    def __str__(self) -> str:
        return f"{self.name}:{self.value}{'!important' if self.important else ''}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the selector, or the at-rule's beginning; its declarations, or the rules inside."""

    prelude: str
    declarations: tuple[Declaration, ...] = ()
    inner: tuple["Rule", ...] = ()

    @property
    def at(self) -> str:
        """The at-keyword in lower case, "" for a plain rule."""
        return self.prelude.split(None, 1)[0].split("(")[0].lower() if self.prelude.startswith("@") else ""


@lru_cache(maxsize=64)
def parse(css: str) -> tuple[Rule, ...]:
    """The rules of a style sheet in order, comments removed. At-rules without a block count, other rubbish does not."""
    found = []
    for prelude, body in _blocks(_COMMENT.sub("", css)):
        if prelude.startswith("@") and "{" in body:
            found.append(Rule(prelude, inner=parse(body)))
        else:
            found.append(Rule(prelude, declarations(body)))
    return tuple(found)


def declarations(body: str) -> tuple[Declaration, ...]:
    """The declarations of a block or of a style attribute."""
    found = []
    for declaration in re.split(r";(?![^(]*\))", body):
        name, colon, value = declaration.partition(":")
        value, important, _ = " ".join(value.split()).partition("!important")
        if colon and value:
            found.append(Declaration(name.strip().lower(), value.strip(), bool(important)))
    return tuple(found)


def _blocks(css: str) -> list[tuple[str, str]]:
    """The (prelude, body) pairs at the top level."""
    found, depth, start, prelude = [], 0, 0, ""
    for match in re.finditer(r"[{};]", css):
        sign = match[0]
        if sign == "{":
            depth += 1
            if depth == 1:
                prelude, start = " ".join(css[start : match.start()].split()), match.end()
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                found.append((prelude, css[start : match.start()]))
                start = match.end()
        elif depth == 0:  # @import, @charset
            found.append((" ".join(css[start : match.start()].split()), ""))
            start = match.end()
    return [(prelude, body) for prelude, body in found if prelude]
