"""Text of a config.yaml -> Settings; every problem of the file told at once, with its line."""

import difflib
import os
import re
import stat
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from digest.config.parts import Dkim, Feed, GatherSettings, Llm, Recipient, Sendmail, Smtp, Theme, TopicSetting
from digest.config.settings import Settings
from digest.errors import ConfigError


def load(path: Path) -> Settings:
    """Read one config file. Raises `ConfigError` with one line a problem."""
    path = path.resolve()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such file; copy the example config.yaml, or name yours with --config"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Settings:
    """The same for a text already read; `path` names it and anchors its relative paths."""
    root = _compose(text, path)
    if not isinstance(root, MappingNode):
        raise ConfigError(f"{path.name}:1: expected keys such as feeds: and recipients:, found something else")
    lines: dict[tuple[object, ...], int] = {}
    problems: list[tuple[int, str]] = []
    data = _plain(root, (), lines, problems, path)
    data.setdefault("name", re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.") or "digest")
    data["path"] = path
    problems += _readable_by_others(path, root)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        found: list[dict[str, Any]] = [dict(i) for i in error.errors(include_url=False, include_input=False)]
        inside = {tuple(item["loc"][:n]) for item in found for n in range(len(item["loc"]))}
        # pydantic counts only valid items: "too short" says nothing where an item has its own complaint
        problems += [_complaint(i, lines) for i in found if i["type"] != "too_short" or tuple(i["loc"]) not in inside]
    if problems:
        raise ConfigError("\n".join(f"{path.name}:{line}: {words}" for line, words in sorted(set(problems))))
    return settings


def _compose(text: str, path: Path) -> Node | None:
    yaml = YAML(typ="rt", pure=True)
    try:
        root: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path.name}:{line}: not valid YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError) as error:
        raise ConfigError(f"{path.name}:1: not valid YAML: {str(error).splitlines()[0]}") from None
    return root


def _plain(
    node: Node,
    at: tuple[object, ...],
    lines: dict[tuple[object, ...], int],
    problems: list[tuple[int, str]],
    path: Path,
) -> Any:
    """Plain Python values of a node tree; remembers each value's line under its pydantic location."""
    lines[at] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        result: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in result:
                problems.append((key.start_mark.line + 1, f"{_place(at)}{name!r} stands here twice"))
            lines[(*at, name)] = key.start_mark.line + 1
            result[name] = _plain(value, (*at, name), lines, problems, path)
            lines[(*at, name)] = key.start_mark.line + 1
        return result
    if isinstance(node, SequenceNode):
        return [_plain(value, (*at, number), lines, problems, path) for number, value in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node, at, problems)


def _scalar(node: ScalarNode, at: tuple[object, ...], problems: list[tuple[int, str]]) -> Any:
    text, kind = str(node.value), str(node.tag).rpartition(":")[2]
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" | "float":
            try:
                return int(text, 0) if kind == "int" else float(text)
            except ValueError:
                return text

    def variable(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if match[1] not in os.environ:
            problems.append((node.start_mark.line + 1, f"{_place(at)}the environment has no variable {match[1]}"))
        return os.environ.get(match[1], "")

    return re.sub(r"\$\$|\$\{(\w+)\}", variable, text)


def _place(at: tuple[object, ...]) -> str:
    words = ""
    for part in at:
        words += f"[{part}]" if isinstance(part, int) else (f".{part}" if words else str(part))
    return f"{words}: " if words else ""


def _complaint(error: dict[str, Any], lines: dict[tuple[object, ...], int]) -> tuple[int, str]:
    at = tuple(error["loc"])
    line = next((lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in lines), 1)
    match error["type"]:
        case "extra_forbidden":
            known = list(_fields_at(at[:-1]))
            close = difflib.get_close_matches(str(at[-1]), known, 1, 0.6)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known keys: {', '.join(sorted(known))}"
            return line, f"{_place(at[:-1])}unknown key {str(at[-1])!r}{hint}"
        case "too_short":
            return line, f"{_place(at)}is empty; at least one is needed"
        case "missing":
            return line, f"{_place(at[:-1])}the key {str(at[-1])!r} is missing"
        case _:
            words = str(error["msg"]).removeprefix("Value error, ")
            return line, f"{_place(at)}{words[:1].lower() + words[1:]}"


def _fields_at(at: tuple[object, ...]) -> list[str]:
    """The keys allowed at a place of the file."""
    inside: dict[str, type[BaseModel]] = {
        "feeds": Feed, "topics": TopicSetting, "recipients": Recipient, "smtp": Smtp, "sendmail": Sendmail,
        "dkim": Dkim, "summariser": Llm, "gather": GatherSettings, "theme": Theme,
    }  # fmt: skip
    model = inside.get(str(at[0])) if at else Settings
    return [name for name in (model.model_fields if model else {}) if name != "path"]


def _readable_by_others(path: Path, root: MappingNode) -> list[tuple[int, str]]:
    """A secret written out in a file that other users can read is refused, with the command that mends it."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return []
    if not mode & (stat.S_IRGRP | stat.S_IROTH) or os.name != "posix":
        return []
    found = []
    for at, node in _scalars(root):
        secret = at[-1] in ("password", "api_key", "unsubscribe_key", "auth") or (
            len(at) > 1
            and at[-2] in ("headers", "cookies")
            and re.search(r"(?i)auth|token|key|cookie|session", str(at[-1]))
        )
        if secret and node.value and "${" not in str(node.value):
            found.append(
                (
                    node.start_mark.line + 1,
                    f"{_place(at)}others can read this secret: run  chmod 600 {path}  or write ${{VARIABLE}} here",
                )
            )
    return found


def _scalars(node: Node, at: tuple[object, ...] = ()) -> list[tuple[tuple[object, ...], ScalarNode]]:
    if isinstance(node, MappingNode):
        return [leaf for key, value in node.value for leaf in _scalars(value, (*at, str(key.value)))]
    if isinstance(node, SequenceNode):
        return [leaf for number, value in enumerate(node.value) for leaf in _scalars(value, (*at, number))]
    return [(at, node)] if isinstance(node, ScalarNode) and at else []
