"""Finds a template and renders its files; what goes wrong in one is a `TemplateError` with file and line.

A template is a folder: `body.html`, `body.txt`, `subject.txt`, `style.css`. A user's folder needs only the files it
changes; the others come from the shipped template of the same name, else from `morning`.
"""

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context
from markupsafe import Markup

from digest.errors import TemplateError
from digest.model import View
from digest.render.page import Item, Page, Source
from digest.render.plain import isolated
from digest.render.textwidth import wrap
from digest.render.words import Words, words

FILES = ("body.html", "body.txt", "subject.txt", "style.css")
BASE = "morning"
THEME = ("accent", "accent_dark", "background", "text", "font", "heading_font")
_BROKEN = (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def shipped() -> Path:
    """The folder of the templates that come with the program: the package's own, else the checkout's."""
    package = Path(__file__).parents[1]
    inside = package / "_templates"
    return inside if inside.is_dir() else package.parent / "templates"


def names() -> tuple[str, ...]:
    """The shipped templates."""
    return tuple(sorted(path.name for path in shipped().iterdir() if (path / "body.html").is_file()))


def find(template: str, folder: Path | None) -> tuple[Path, ...]:
    """Where the template's files are looked for, first place first. Raises `TemplateError` if it is nowhere.

    `template` is an absolute path, or a name under `folder`/templates and the shipped ones.
    """
    path = Path(template)
    if path.is_absolute():
        own = [path]
    elif path.name != template or template in ("", ".", ".."):
        raise TemplateError(f"template {template!r}: write a name ({', '.join(names())}) or the path of a folder")
    else:
        own = [place / template for place in ([folder / "templates"] if folder else [])]
    base = shipped() / (path.name if path.name in names() else BASE)
    places = [place for place in own if place.is_dir()]
    if places and not any((place / file).is_file() for place in places for file in FILES):
        raise TemplateError(f"{places[0]}: holds none of {', '.join(FILES)}; a template needs at least one of them")
    if (not places and path.name not in names()) or (path.is_absolute() and not places):
        where = f" in {folder / 'templates'}" if folder and not path.is_absolute() else ""
        raise TemplateError(f"template {template!r}: there is no such folder{where}; shipped are: {', '.join(names())}")
    return tuple(dict.fromkeys([*places, base, shipped() / BASE, shipped()]))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a template asks for, by assignments of constants in its body.html: `{% set summary_length = 110 %}`.

    `summary_length`: characters at most. `told`: "top" where only the top stories have more than a headline.
    `read_minutes`: how long reading may take, unless the config says so. `articles`: whole ones, as far as they fit.
    """

    summary_length: int = 600
    told: str = "all"
    read_minutes: float = 0
    articles: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """One template, ready to render pages."""

    name: str
    environment: jinja2.Environment
    wishes: Wishes = Wishes()
    style_file: str = "style.css"

    def page(self, file: str, page: Page, **more: object) -> str:
        """One of its files for a page. Raises `TemplateError`."""
        return self._render(file, page=page, words=words(page.lang), **more)

    def style(self, how: View, direction: str) -> str:
        """Its style sheet for a theme and a direction of reading. Raises `TemplateError`."""
        start, end = ("right", "left") if direction == "rtl" else ("left", "right")
        return self._render(self.style_file, theme=dict.fromkeys(THEME, "") | dict(how.theme), start=start, end=end)

    def _render(self, file: str, **context: Any) -> str:
        try:
            return self.environment.get_template(file).render(context)
        except _BROKEN as error:
            raise TemplateError(_complaint(error, file, self.environment)) from error


def load(template: str, folder: Path | None) -> Template:
    """The template by its name or path. Its files are read again when they change on disk."""
    environment = _environment(find(template, folder))
    return Template(template, environment, _wishes(environment, "body.html"))


def load_archive(folder: Path | None) -> Template:
    """The templates of the archive's pages; single files may be replaced under `folder`/templates/archive."""
    places = [folder / "templates"] if folder else []
    return Template("archive", _environment((*places, shipped())), style_file="archive/style.css")


def _wishes(environment: jinja2.Environment, file: str) -> Wishes:
    """The wishes of a body, over those of the one it extends."""
    assert environment.loader is not None
    try:
        source, path, _ = environment.loader.get_source(environment, file)
        base, wished = _constants(source, path or file)
    except jinja2.TemplateError as error:
        raise TemplateError(_complaint(error, file, environment)) from error
    known: dict[str, object] = asdict(_wishes(environment, base) if base and base != file else Wishes())
    for name, value, line in wished:
        if name in known:
            if not isinstance(value, int | float if name == "read_minutes" else type(known[name])):
                raise TemplateError(f"{path}:{line}: {name} must be a value like {known[name]!r}")
            known[name] = value
    return Wishes(**known)  # type: ignore[arg-type]  # each was compared with the type of its default


@lru_cache(maxsize=64)
def _constants(source: str, path: str) -> tuple[str, tuple[tuple[str, object, int], ...]]:
    """The template that a source extends, and the constants it assigns: name, value, line."""
    tree = jinja2.Environment().parse(source, filename=path)  # noqa: S701  read, never rendered
    base = next((e.template.value for e in tree.find_all(nodes.Extends) if isinstance(e.template, nodes.Const)), "")
    found = tuple(
        (assign.target.name, assign.node.value, assign.lineno)
        for assign in tree.find_all(nodes.Assign)
        if isinstance(assign.target, nodes.Name) and isinstance(assign.node, nodes.Const)
    )
    return base, found


@lru_cache(maxsize=16)
def _environment(places: tuple[Path, ...]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(place) for place in places]),
        autoescape=_escapes,  # noqa: S701  it is on for markup
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.globals.update({"_": _say, "_n": _count})
    environment.filters.update({"wrap": wrap, "isolated": isolated, "bands": _bands, "numbered": _numbered})
    return environment


def _numbered(sources: Iterable[Source], comma: str, around: str) -> str:
    """The outlets of a story in a line, each with its number among `Page.references`."""
    return comma.join(
        isolated(s.name, around) + (f" ({s.language})" if s.language else "") + (f" [{s.number}]" if s.number else "")
        for s in sources
    )


def _bands(items: Iterable[Item]) -> list[list[Item]]:
    """Stories in groups that make a table short enough for Outlook; one with an article stands alone."""
    bands: list[list[Item]] = []
    for item in items:
        if bands and not item.article and not bands[-1][-1].article and len(bands[-1]) < 7:
            bands[-1].append(item)
        else:
            bands.append([item])
    return bands


def _escapes(name: str | None) -> bool:
    """Everything is escaped but plain text, style sheets and scripts (which hold no words of others)."""
    return not (name or "").endswith((".txt", ".css", ".js"))


@jinja2.pass_context
def _say(context: Context, message: str, **values: object) -> str:
    return _spoken(context, context["words"].say(message, **_escaped(context, values)))


@jinja2.pass_context
def _count(context: Context, one: str, many: str, number: int, **values: object) -> str:
    speaker: Words = context["words"]
    return _spoken(context, speaker.count(one, many, number, **_escaped(context, values)))


def _escaped(context: Context, values: Mapping[str, object]) -> dict[str, Any]:
    """Values to fill in: escaped where the template escapes, since the whole sentence is then marked safe."""
    return {key: Markup.escape(value) if context.eval_ctx.autoescape else str(value) for key, value in values.items()}


def _spoken(context: Context, sentence: str) -> str:
    return Markup(sentence) if context.eval_ctx.autoescape else sentence  # noqa: S704  our own catalogue, values escaped


def _complaint(error: BaseException, file: str, environment: jinja2.Environment) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        loader = environment.loader
        places = loader.searchpath if isinstance(loader, jinja2.FileSystemLoader) else []
        return f"{file}: includes {error.name!r}, which is in none of {', '.join(places)}"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or file}:{error.lineno}: {error.message}; correct it there"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith((".html", ".txt", ".css"))]
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else file
    return f"{place}: {error}; the names a template may use are in digest/render/page.py"
