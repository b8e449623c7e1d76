"""Changes to config.yaml that leave everything else in it as it was: comments, order, spacing, quotes.

A YAML library that writes a file back rewrites it; so items are put in and taken out as text, at the places which the
parser's marks show, and the result is read again before anything is written.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from digest.config import Settings, parse
from digest.errors import ConfigError

_SIMPLE_URL = re.compile(r"https?://[A-Za-z0-9/._~?&=+%@,;:-]*[A-Za-z0-9/=_-]")
_SIMPLE_WORDS = re.compile(r"(?!(?i:true|false|yes|no|on|off|null|y|n)$)[^\W\d_][\w.&'/ -]*[\w.]")


def with_items(text: str, key: str, items: Sequence[Mapping[str, str]]) -> str:
    """The file's text with items appended to the list under a top-level key; an item of one value is written bare."""
    where, end = _list(text, key), _line_end(text)
    if where is None:
        rendered = "\n".join(_rendered(item, 2) for item in items)
        return text.rstrip() + f"\n\n{key}:\n{rendered}\n".replace("\n", end)
    if where.flow_style:
        added = ", ".join(json.dumps(_bare(item), ensure_ascii=False) for item in items)
        at = where.value[-1].end_mark.index if where.value else where.end_mark.index - 1  # before a comment, if any
        return text[:at] + (", " if where.value else "") + added + text[at:]
    lines = text.splitlines(keepends=True)
    last = _last_line(where.value[-1])
    lines[last] = lines[last].rstrip("\r\n") + end
    indent = where.start_mark.column
    lines[last + 1 : last + 1] = [_rendered(item, indent).replace("\n", end) + end for item in items]
    return "".join(lines)


def without_item(text: str, key: str, number: int) -> str:
    """The file's text without one item of the list under a top-level key."""
    where = _list(text, key)
    assert where is not None
    if where.flow_style:
        return _without_inline(text, where, number)
    lines = text.splitlines(keepends=True)
    item = where.value[number]
    first = item.start_mark.line
    while "-" not in lines[first][: item.start_mark.column] and first > 0 and not lines[first].lstrip().startswith("-"):
        first -= 1
    del lines[first : _last_line(item) + 1]
    return "".join(lines)


def _without_inline(text: str, where: SequenceNode, number: int) -> str:
    """Up to where the next item begins; of the last one, the comma before it goes instead."""
    item, after = where.value[number], where.value[number + 1 : number + 2]
    if after:
        return text[: item.start_mark.index] + text[after[0].start_mark.index :]
    before = where.value[number - 1].end_mark.index if number else item.start_mark.index
    return text[:before] + text[before : item.start_mark.index].replace(",", "", 1) + text[item.end_mark.index :]


def checked(text: str, path: Path) -> Settings:
    """The changed file as settings; raises `ConfigError` (and so keeps the file as it is) where it would be refused."""
    return parse(text, path)


def read(path: Path) -> str:
    """The file's text with the line ends that it has."""
    return path.read_bytes().decode("utf-8")


def write(text: str, path: Path) -> None:
    """Replace the file in one step, with the rights it had. Raises `ConfigError` where it cannot be written."""
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o777
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=target.parent, delete=False) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary = Path(file.name)
        temporary.chmod(mode)
        temporary.replace(target)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def _list(text: str, key: str) -> SequenceNode | None:
    root = YAML(typ="rt", pure=True).compose(text)
    if not isinstance(root, MappingNode):
        return None
    found = next((value for name, value in root.value if name.value == key), None)
    return found if isinstance(found, SequenceNode) and (found.value or found.flow_style) else None


def _last_line(node: Node) -> int:
    """The number of the last line that belongs to a node; the mark of a block's end stands somewhere behind it."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    end = node.end_mark
    ends_behind = isinstance(node, ScalarNode) and end.column == 0 and end.line > node.start_mark.line
    return int(end.line - 1 if ends_behind else end.line)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _bare(item: Mapping[str, str]) -> object:
    values = {name: value.replace("$", "$$") for name, value in item.items() if value}
    return next(iter(values.values())) if len(values) == 1 else values


def _rendered(item: Mapping[str, str], indent: int) -> str:
    bare = _bare(item)
    if isinstance(bare, str):
        return f"{' ' * indent}- {_scalar(bare)}"
    assert isinstance(bare, dict)
    pairs = [f"{name}: {_scalar(value)}" for name, value in bare.items()]
    return f"\n{' ' * (indent + 2)}".join([f"{' ' * indent}- {pairs[0]}", *pairs[1:]])


def _scalar(value: str) -> str:
    """A YAML scalar: bare where nobody could misread it, else quoted as JSON, which YAML reads too."""
    simple = _SIMPLE_URL.fullmatch(value) or _SIMPLE_WORDS.fullmatch(value)
    return value if simple else json.dumps(value, ensure_ascii=False)
