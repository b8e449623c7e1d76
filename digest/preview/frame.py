"""The edition as different mail programs show it: a copy of its HTML, made for the frame.

The copy differs from the mail only in what a mail program would do to it. Dark and light are forced by answering the
`prefers-color-scheme` question in the style sheet itself, so they do not depend on the reader's own system.
"""

import base64
import re
from collections.abc import Iterable
from typing import Literal

from digest.model import Picture

Scheme = Literal["light", "dark"]

_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
_QUESTION = re.compile(r"\(\s*prefers-color-scheme\s*(?::\s*(light|dark)\s*)?\)", re.IGNORECASE)
_MEDIA = re.compile(r"""(<[a-z][^<>]*?\smedia\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_CID = re.compile(r"""(\bsrc\s*=\s*["']?)cid:([^"'\s>]+)""", re.IGNORECASE)
_LINK = re.compile(r"<link\b", re.IGNORECASE)
_WINDOW = re.compile(r"(</?)(?=(?:iframe|frame|frameset|object|embed|fencedframe)\b)", re.IGNORECASE)
_TARGET = re.compile(
    r"""(<(?:a|area)\b(?:[^<>"']|"[^"]*"|'[^']*')*?)\starget\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE
)
_HEAD = re.compile(r"<head\b[^>]*>|<html\b[^>]*>|<!doctype\b[^>]*>", re.IGNORECASE)

_YES, _NO = "(min-width: 0)", "(min-width: 1000000px)"  # media features that always hold, and never


def framed(html: str, *, scheme: Scheme, style: bool, pictures: Iterable[Picture]) -> str:
    """The copy of `html` to show.

    `scheme` is what `prefers-color-scheme` answers inside; without `style` every `<style>` element is taken out, as
    Gmail's app does for accounts of other providers (dark rules go with them, so it is light then). Embedded pictures
    become data URLs: the frame fetches nothing from here. Links open in tabs of their own. `<link>`, and what would
    open a window within the mail, become elements that do nothing: browsers connect for those even where the policy
    forbids to load them. Everything else stays as it is.
    """
    if style:
        html = _STYLE.sub(lambda found: found[1] + _answered(found[2], scheme) + found[3], html)
        html = _MEDIA.sub(lambda found: found[1] + _answered(found[2], scheme), html)
    else:
        html = _STYLE.sub("", html)
    html = _TARGET.sub(r"\1", _WINDOW.sub(r"\1x-", _LINK.sub("<meta", html)))
    embedded = {picture.cid: _data_url(picture) for picture in pictures}
    html = _CID.sub(lambda found: found[1] + embedded.get(found[2], f"cid:{found[2]}"), html)
    canvas = scheme if style else "light"
    ours = f'<base target="_blank"><style>:root{{color-scheme:only {canvas}!important}}</style>'
    heads = list(_HEAD.finditer(html[:20_000]))  # the last of doctype, <html> and <head>: where our lines may stand
    place = max((found.end() for found in heads), default=0)
    return html[:place] + ours + html[place:]


def _answered(css: str, scheme: Scheme) -> str:
    return _QUESTION.sub(lambda found: _YES if (found[1] or scheme).lower() == scheme else _NO, css)


def _data_url(picture: Picture) -> str:
    return f"data:image/{picture.subtype};base64,{base64.b64encode(picture.data).decode('ascii')}"
