"""Who may ask the preview, and what a browser may do with its answers.

The page shows feed text, which is hostile, on an address that every site in the same browser can reach. So: nothing
but GET and HEAD; the `Host` must be loopback's own name (a foreign name that resolves here is DNS rebinding); another
site's page may link here but not embed or load anything (`Sec-Fetch-Site`, Fetch Metadata); and each answer carries a
policy that lets no script run but the page's own files, and no request leave.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Content-Security-Policy of everything but the edition's frame."""

FRAME_SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
"""The edition's sandbox: no scripts, no forms, no navigation of the page. Same origin, so that the page can measure
it and point at places in it: that is safe exactly because no script runs inside. Its links open in tabs of their
own."""


def frame_policy(*, images: str) -> str:
    """The Content-Security-Policy of the edition's frame; `images`: embedded (those in the mail), remote (https too)
    or off."""
    sources = {"embedded": "data:", "remote": "data: https:", "off": "'none'"}[images]
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            f"img-src {sources}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            f"sandbox {FRAME_SANDBOX}",
        )
    )


_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?", re.IGNORECASE)


class Guard:
    """ASGI middleware around the whole application. A header that an answer sets itself is left as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is refused; pass on the rest, with the headers added. There are no WebSockets."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = _refusal(scope)
        await (refused or self._app)(scope, receive, guarded)


def _refusal(scope: Scope) -> PlainTextResponse | None:
    headers = Headers(scope=scope)
    if scope["method"] not in ("GET", "HEAD"):
        return PlainTextResponse("The preview changes nothing: GET and HEAD only.\n", 405, {"Allow": "GET, HEAD"})
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0]):
        return PlainTextResponse("The preview answers to 127.0.0.1 and localhost only.\n", 421)
    followed_link = scope["path"] == "/" and headers.get("sec-fetch-dest") == "document"
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not followed_link:
        return PlainTextResponse("Another site's page may not load the preview.\n", 403)
    return None
