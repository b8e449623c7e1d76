"""What can go wrong on the way to an answer, in the words of somebody who wants to read a feed."""

import os
import socket
import ssl

import httpx

from digest.web.transport import Refused


class WebError(Exception):
    """No answer. `stage`: address, connect, http or read; `str(error)` is plain words without URL or secret.

    `passing` says that trying again soon may help.
    """

    def __init__(self, stage: str, reason: str, advice: str = "", *, passing: bool = False) -> None:
        super().__init__(reason)
        self.stage, self.advice, self.passing = stage, advice, passing


def led_inside(redirected: bool) -> str:
    """The refusal of a private address, in words."""
    way = "redirects to" if redirected else "is"
    return f"{way} an address in a private network, which a public site may not lead to"


def in_words(error: Exception, *, redirected: bool, connect: float, read: float) -> WebError:
    """A transport's error in the words of somebody who wants to read a feed."""
    cause = _deepest(error)
    if isinstance(error, Refused):
        return WebError("address", led_inside(redirected))
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = (cause.verify_message or "not valid").rstrip(".")
        return WebError("connect", f"its TLS certificate is not accepted ({words})", _certificate_advice(words))
    if isinstance(cause, ssl.SSLError):
        return WebError("connect", f"TLS failed ({cause.reason or 'handshake'})", passing=True)
    if isinstance(cause, socket.gaierror):
        return WebError(
            "address", "its host name does not resolve", "check the spelling; the site may be gone", passing=True
        )
    if isinstance(error, httpx.ConnectTimeout):
        return WebError("connect", f"did not accept a connection within {connect:g} s", passing=True)
    if isinstance(error, httpx.RemoteProtocolError) and "location header" in str(error):  # httpx looks ahead
        return WebError("http", "redirects to something that is no address")
    if isinstance(error, httpx.TimeoutException):
        return WebError("read", f"sent nothing for {read:g} s", passing=True)
    if isinstance(error, httpx.ProxyError):
        return WebError("connect", f"the proxy refused ({str(error)[:80]})")
    if isinstance(error, httpx.ConnectError):
        return WebError("connect", f"no connection ({_os_words(cause)})", passing=True)
    if isinstance(error, httpx.InvalidURL | UnicodeEncodeError):  # its own address was sound: httpx looks ahead again
        return WebError("http", "redirects to something that is no web address")
    if isinstance(error, httpx.LocalProtocolError):
        advice = "check headers:, cookies: and user_agent: beside it in config.yaml"
        return WebError("address", "has a header or a cookie beside it that cannot be sent", advice)
    if isinstance(error, UnicodeError | httpx.UnsupportedProtocol):
        return WebError("address", "is not an address that can be asked for", "check its spelling in config.yaml")
    return WebError("read", "the connection was lost before an answer came", passing=True)


def _deepest(error: BaseException) -> BaseException:
    seen = {id(error)}
    while (inner := error.__cause__ or error.__context__) is not None and id(inner) not in seen:
        seen.add(id(inner))
        error = inner
    return error


def _os_words(error: BaseException) -> str:
    """The system's own words; asyncio's name the call that failed, with address and port."""
    return os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else "refused"


def _certificate_advice(words: str) -> str:
    if "self-signed" in words or "self signed" in words or "unable to get local issuer" in words:
        return "if it is your own server, name its certificate with ca_file: beside the feed"
    return "tell the site's owner; nothing is wrong here"
