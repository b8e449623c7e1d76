"""A document as a tree, where it is plain: well-formed, and without a DOCTYPE.

What is well-formed is for expat to say, the parser that feedparser's strict path uses. ElementTree's parser is expat too, and
makes the tree in C; the namespaces' prefixes, which it does not keep, are read beside.
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.parsers import expat

_HEAD = 1024  # bytes: the root's tag ends within, nearly always


class OddError(Exception):
    """The document is not as plain as it must be."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The root element, and the namespaces that it declares as (prefix, URI), "" for no prefix. `based`: an xml:base may
    stand somewhere. Comments and processing instructions are left out.
    """

    root: Element
    spaces: tuple[tuple[str, str], ...]
    based: bool
    data: bytes

    def inner(self) -> frozenset[tuple[str, str]]:
        """The namespaces that elements within the root declare. Raises `OddError`."""
        return frozenset(_declared(self.data, to_end=True)[len(self.spaces) :])


def grow(data: bytes) -> Tree:
    """The tree of clean UTF-8 bytes. Raises `OddError`."""
    spaces = _declared(data)
    try:
        parser = ET.XMLParser(encoding="utf-8")  # noqa: S314  no DOCTYPE, no entities
        parser.feed(data)
        return Tree(parser.close(), tuple(spaces), b"base=" in data, data)
    except (ET.ParseError, ValueError) as error:
        raise OddError from error


def _declared(data: bytes, *, to_end: bool = False) -> list[tuple[str, str]]:
    """The namespaces that the root declares, and with `to_end` those that elements within do."""
    found: list[tuple[str, str]] = []
    begun: list[int] = []
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartNamespaceDeclHandler = lambda prefix, uri: found.append((prefix or "", uri or ""))
    parser.StartElementHandler = None if to_end else lambda *_: begun.append(len(found))
    parser.StartDoctypeDeclHandler = _doctype
    at = 0
    try:
        while not begun and at < len(data):
            parser.Parse(data[at : at + _HEAD], False)
            at += _HEAD
    except (expat.ExpatError, ValueError) as error:
        raise OddError from error
    return found[: begun[0]] if begun else found


def _doctype(*_: object) -> None:
    raise OddError  # its entities are not for expat to expand: see feedparser's replace_doctype
