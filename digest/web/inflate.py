"""Compressed bodies, inflated under a limit: a bomb is stopped while it grows, not after.

61 KB of one encoding can stand for gigabytes, and libraries hand them over as one chunk; so only gzip and deflate are
asked for, and every layer of them is bounded.
"""

import zlib

GZIP_MAGIC = b"\x1f\x8b\x08"
LAYERS = 3  # of compression inside compression; more is nobody's honest mistake
_ENCODINGS = ("gzip", "x-gzip", "deflate")


class TooLargeError(ValueError):
    """More bytes than allowed came out."""


class NotInflatableError(ValueError):
    """The bytes are not what the server said they are, or in an encoding that nobody asked for."""


class Inflater:
    """Takes compressed bytes piece by piece. `encoding` is gzip or deflate (with or without zlib's wrapper)."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._deflate = encoding == "deflate"
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._left = limit
        self._begun = False

    @property
    def complete(self) -> bool:
        """Whether the compressed stream came to its own end."""
        return self._engine.eof or not self._begun

    def feed(self, data: bytes) -> bytes:
        """Inflate the next piece. Raises `TooLargeError` beyond the limit, `NotInflatableError` on damage."""
        pieces = []
        while data:
            if self._engine.eof:
                if not data.startswith(b"\x1f\x8b"):
                    break  # zero padding or garbage after the end: every other program ignores it too
                self._engine = zlib.decompressobj(zlib.MAX_WBITS | 32)  # a second gzip member (RFC 1952)
            pieces.append(self._step(data))
            data = self._engine.unconsumed_tail or (self._engine.unused_data if self._engine.eof else b"")
        return b"".join(pieces)

    def _step(self, data: bytes) -> bytes:
        try:
            piece = self._engine.decompress(data, self._left + 1)
        except zlib.error:
            if self._begun or not self._deflate:
                raise NotInflatableError("the compressed body is damaged") from None
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS)  # deflate without its wrapper, as some servers send it
            try:
                piece = self._engine.decompress(data, self._left + 1)
            except zlib.error:
                raise NotInflatableError("the compressed body is damaged") from None
        self._begun = True
        self._left -= len(piece)
        if self._left < 0:
            raise TooLargeError
        return piece


def inflaters(content_encoding: str, limit: int) -> list[Inflater]:
    """The chain that undoes a Content-Encoding header, outermost layer first."""
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    for name in names:
        if name not in _ENCODINGS:
            raise NotInflatableError(f"the body is compressed as {name[:20]!r}, which was not asked for")
    if len(names) > LAYERS:
        raise NotInflatableError("the body is compressed many times over")
    return [Inflater(name.removeprefix("x-"), limit) for name in reversed(names)]


def gunzip(body: bytes, limit: int) -> bytes:
    """Undo gzip that no header spoke of, up to three layers; a body that is not gzip comes back as it is.

    What can be read of a damaged stream is returned. Raises `TooLargeError`.
    """
    for _ in range(LAYERS):
        if not body.startswith(GZIP_MAGIC):
            break
        inflater, out = Inflater("gzip", limit), bytearray()
        try:
            for start in range(0, len(body), 65536):
                out += inflater.feed(body[start : start + 65536])
        except NotInflatableError:
            pass  # what came out before the damage is better than nothing
        body = bytes(out)
    return body
