"""Decoding of HTTP bodies (Content-Encoding, chunks), for live responses and the archive alike.

Every stage is streamed and stops at a limit, so that no body, however densely packed, takes more
memory than the limit. gzip with several members, x-gzip, deflate (zlib or raw), br and zstd are
read, and several codings in a row (RFC 9110, section 8.4).
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import brotli

from storage.messages import ReasonError
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"  # of the requests of a crawl
MAX_BODY_BYTES = 10_000_000  # as received, and after each coding is undone
MAX_CODINGS = 5  # in a row; no server needs more
MAX_FRAMES = 10_000  # gzip members or zstd frames; a body of empty ones takes minutes
MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309, section 2.5: a crawler reads at least 500 KiB
CHUNK_BYTES = 1 << 16  # of decoded data
PIECE_BYTES = 1 << 14  # of coded data
ZSTD_WINDOW_LOG = 23  # 8 MiB, the largest window that RFC 9659 allows in HTTP

MAGIC_BYTES = 4  # the longest one below
GZIP_MAGIC = re.compile(rb"\x1f\x8b\x08")
ZSTD_MAGIC = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or one to skip
# Values of Content-Encoding that servers send for a body without a coding.
NO_CODINGS = frozenset(("", "identity", "none", "binary", "7bit", "8bit", "utf-8", "utf8"))
MARKUP_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|\?xml|html|head|rss|urlset)", re.IGNORECASE
)
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class DecodingError(ReasonError):
    """A body cannot be decoded; `reason` says why."""


class BrokenBodyError(DecodingError):
    """A body is damaged or ends early. Another attempt may bring it whole."""


def codings_of(values: Iterable[str]) -> list[str]:
    """Return the codings of Content-Encoding headers, in the order in which they were applied."""
    names = (name.strip().lower() for value in values for name in value.split(","))
    return [name for name in names if name not in NO_CODINGS]


def decode(body: bytes, codings: list[str], max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Undo the codings of a body. Raise DecodingError.

    A body that starts as markup although the header names a coding is returned as it is: some
    servers name a coding that they did not apply, and some archives store the decoded body
    under the header as it was received.
    """
    if len(body) > max_bytes:
        raise _too_large()
    try:
        return b"".join(_stream(body, codings, max_bytes))
    except DecodingError as error:
        if error.reason.code != CrawlReason.RESPONSE_TOO_LARGE and MARKUP_START.match(body):
            return body
        raise


def decode_start(body: bytes, codings: list[str], max_bytes: int) -> bytes:
    """Return the first `max_bytes` of a decoded body. What follows is not decoded."""
    start = bytearray()
    for chunk in _stream(body, codings, MAX_BODY_BYTES) if codings else [body[:max_bytes]]:
        start += chunk
        if len(start) >= max_bytes:
            break
    return bytes(start[:max_bytes])


def join_chunks(body: bytes) -> bytes:
    """Undo the chunked transfer coding (RFC 9112, section 7.1). Raise BrokenBodyError.

    A body that does not begin with a chunk size was stored without its chunks and is returned as
    it is.
    """
    if CHUNK_SIZE.match(body) is None:
        return body
    joined, position = bytearray(), 0
    while size := CHUNK_SIZE.match(body, position):
        length = int(size[1], 16)
        if length == 0:
            return bytes(joined)
        start = size.end()
        joined += body[start : start + length]
        position = start + length + 2
        if body[position - 2 : position] != b"\r\n":
            break
    raise _incomplete("chunked")


def _stream(body: bytes, codings: list[str], max_bytes: int) -> Iterator[bytes]:
    """Return the decoded chunks. The coding that was applied last is undone first."""
    if len(codings) > MAX_CODINGS:
        raise _unknown(", ".join(codings))
    unknown = [name for name in codings if name not in DECODERS]
    if unknown:
        raise _unknown(unknown[-1])
    if not body:  # a 204 or 304 names the coding of a body that it does not carry
        return iter(())
    chunks = iter((body,))
    for name in reversed(codings):
        chunks = _limited(DECODERS[name](chunks, name), max_bytes)
    return chunks


def _limited(chunks: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    count = 0
    for chunk in chunks:
        count += len(chunk)
        if count > max_bytes:
            raise _too_large()
        yield chunk


def _gzip(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    return _frames(chunks, name, lambda: zlib.decompressobj(wbits=31), GZIP_MAGIC, _inflate)


def _zstd(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    return _frames(chunks, name, _zstd_frame, ZSTD_MAGIC, _unpack_zstd)


def _frames(
    chunks: Iterator[bytes],
    name: str,
    open_frame: Callable[[], Any],
    magic: re.Pattern[bytes],
    unpack: Callable[[Any, bytes, str], Iterator[bytes]],
) -> Iterator[bytes]:
    """Decode gzip members or zstd frames one after another.

    What follows the last one, such as padding, is ignored as browsers ignore it. More than
    MAX_FRAMES are damage.
    """
    frame, rest, count = open_frame(), b"", 1
    for piece in _pieces(chunks):
        rest += piece
        while rest:
            if frame.eof:
                if len(rest) < MAGIC_BYTES:
                    break  # the next piece shows what begins here
                if not magic.match(rest):
                    return
                count += 1
                if count > MAX_FRAMES:
                    raise _broken(name)
                frame = open_frame()
            yield from unpack(frame, rest, name)
            rest = frame.unused_data
    if not frame.eof:
        raise _incomplete(name)


def _deflate(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Decode zlib data (RFC 9110, section 8.4.1.2), or raw deflate data that some servers send."""
    stream = None
    for piece in _pieces(chunks):
        if stream is None:
            stream = zlib.decompressobj(wbits=15 if _is_zlib(piece) else -15)
        yield from _inflate(stream, piece, name)
        if stream.eof:
            return
    raise _incomplete(name)


def _is_zlib(data: bytes) -> bool:
    """Whether data begins with a zlib header (RFC 1950, section 2.2)."""
    return len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _inflate(stream: Any, data: bytes, name: str) -> Iterator[bytes]:
    while True:
        try:
            decoded = stream.decompress(data, CHUNK_BYTES)
        except zlib.error as error:
            raise _broken(name) from error
        if decoded:
            yield decoded
        data = stream.unconsumed_tail
        if stream.eof or (not data and len(decoded) < CHUNK_BYTES):
            return


def _zstd_frame() -> ZstdDecompressor:
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})


def _unpack_zstd(frame: Any, data: bytes, name: str) -> Iterator[bytes]:
    while True:
        try:
            decoded = frame.decompress(data, CHUNK_BYTES)
        except ZstdError as error:
            raise _broken(name) from error
        if decoded:
            yield decoded
        data = b""
        if frame.eof or frame.needs_input:
            return


def _brotli(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Decode a brotli stream; anything behind its end is damage."""
    stream = brotli.Decompressor()
    for piece in _pieces(chunks):
        data = piece
        while True:
            try:
                decoded = stream.process(data, output_buffer_limit=CHUNK_BYTES)
            except brotli.error as error:
                raise _broken(name) from error
            if decoded:
                yield decoded
            if stream.is_finished():
                return
            if stream.can_accept_more_data() and len(decoded) < CHUNK_BYTES:
                break
            data = b""
    raise _incomplete(name)


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut chunks: what a decoder leaves of a piece is copied for each member in it."""
    for chunk in chunks:
        for start in range(0, len(chunk), PIECE_BYTES):
            yield chunk[start : start + PIECE_BYTES]


def _too_large() -> DecodingError:
    return DecodingError(Reason(CrawlReason.RESPONSE_TOO_LARGE))


def _broken(coding: str) -> DecodingError:
    return BrokenBodyError(Reason(CrawlReason.CODING_BROKEN, coding=coding))


def _incomplete(coding: str) -> DecodingError:
    return BrokenBodyError(Reason(CrawlReason.CODING_INCOMPLETE, coding=coding))


def _unknown(coding: str) -> DecodingError:
    return DecodingError(Reason(CrawlReason.CODING_UNKNOWN, coding=coding))


DECODERS: dict[str, Callable[[Iterator[bytes], str], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
