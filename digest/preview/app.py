"""The routes of the preview page. Every answer is made from a `Preview`; nothing here changes anything."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from digest.preview.frame import Scheme, framed
from digest.preview.guard import Guard, frame_policy
from digest.preview.live import Live, State
from digest.preview.model import Edition, Preview
from digest.preview.page import edition, page

_STATIC = Path(__file__).parent / "static"
_HEARTBEAT = 15.0  # seconds: so that a page that has gone is noticed


def create(
    build: Callable[[], Preview],
    *,
    editions: Callable[[], Sequence[Edition]] = tuple,
    past: Callable[[date], Preview | None] = lambda _: None,
    watch: Sequence[Path] = (),
) -> Starlette:
    """The application.

    `build` gives the edition of now; it is called at the start, and again whenever one of `watch` (files; folders
    with all they hold) changes: it must read the configuration afresh, write nothing, and raise `DigestError` for
    what is wrong with it, which the page shows until the next save. `editions` lists the past ones, newest first;
    `past` gives one of them, or None. All three are called in one and the same thread, one call at a time.
    `app.state.live` is the `Live` behind it.
    """
    live = Live(build, editions=editions, past=past, watch=watch)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with live.running():
            yield

    app = Starlette(routes=_routes(live), middleware=[Middleware(Guard)], lifespan=lifespan)
    app.state.live = live
    return app


def _routes(live: Live) -> list[BaseRoute]:
    start = uuid4().hex  # tells an open page that the server behind it is another one now

    async def index(_: Request) -> Response:
        return FileResponse(_STATIC / "index.html")

    async def events(_: Request) -> Response:
        async def lines() -> AsyncIterator[str]:
            yield "retry: 500\n\n"
            async for state in live.states(heartbeat=_HEARTBEAT):
                yield f"data: {json.dumps(_status(state, start))}\n\n" if state else ": still here\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def whole(request: Request) -> Response:
        found, error = await _asked(live, request)
        if found is None:
            return JSONResponse({"error": error}, 404)
        return JSONResponse({**page(found), "error": error})

    async def past(_: Request) -> Response:
        found, error = await live.editions()
        return JSONResponse({"editions": [edition(one) for one in found], "error": error})

    async def frame(request: Request) -> Response:
        found, error = await _asked(live, request)
        ask = request.query_params
        images = ask.get("images", "embedded")
        scheme: Scheme = "dark" if ask.get("scheme") == "dark" else "light"
        if images not in ("embedded", "remote", "off"):
            return PlainTextResponse("images= is embedded, remote or off\n", 400)
        if found is None:
            return PlainTextResponse(error + "\n", 404)
        html = framed(found.html, scheme=scheme, style=ask.get("style") != "off", pictures=found.rendition.pictures)
        policy = {"Content-Security-Policy": frame_policy(images=images)}
        return Response(_bytes(html), headers=policy, media_type="text/html")

    async def part(request: Request) -> Response:
        found, error = await _asked(live, request)
        if found is None:
            return PlainTextResponse(error + "\n", 404)
        return _PARTS[request.url.path](found)

    return [
        Route("/", index),
        Route("/events", events),
        Route("/preview.json", whole),
        Route("/editions.json", past),
        Route("/edition.html", frame),
        *(Route(path, part) for path in _PARTS),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


async def _asked(live: Live, request: Request) -> tuple[Preview | None, str]:
    day = request.query_params.get("day")
    try:
        wanted = date.fromisoformat(day) if day else None
    except ValueError:
        return None, "day= is a date like 2026-02-17"
    found, error = await live.preview(wanted)
    return found, error or ("" if found else "the edition is not built yet")


def _status(state: State, start: str) -> Mapping[str, object]:
    return {
        "build": f"{start}-{state.version}",
        "ready": state.preview is not None,
        "building": state.building,
        "error": state.error,
        "seconds": round(state.seconds, 3),
    }


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _text(content: bytes) -> Response:
    return Response(content, media_type="text/plain; charset=utf-8")


def _download(found: Preview) -> Response:
    name = f"{found.issue.digest}-{found.issue.day}.eml"  # a digest's name is plain ASCII by configuration
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.message, headers=disposition, media_type="message/rfc822")


_PARTS: Mapping[str, Callable[[Preview], Response]] = {
    "/edition.txt": lambda found: _text(_bytes(found.text)),
    "/source.txt": lambda found: _text(_bytes(found.html)),
    "/message.txt": lambda found: _text(found.message),
    "/message.eml": _download,
}
