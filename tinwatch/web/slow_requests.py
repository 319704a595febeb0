"""A limit on the time that a request takes to arrive (against Slowloris).

uvicorn limits the time between two requests only: a connection that sends half a request is kept
for ever.
"""

from __future__ import annotations

import asyncio
import re

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 20.0  # from connecting, or a request's first byte, to its last byte
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
HEAD_END, CHUNKS_END = b"\r\n\r\n", b"0\r\n\r\n"


class ArrivingRequest:
    """Follows the bytes of a connection from request to request."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.waiting = True  # a request is incomplete
        self._data = b""  # what has arrived of the head, or the last bytes of a chunked body
        self._body_left = 0
        self._chunked = False

    def add(self, data: bytes) -> None:
        """Take received bytes. Further requests in the same bytes are not followed."""
        if not self.waiting:
            self._begin()
        if self._body_left:
            self._body_left = max(0, self._body_left - len(data))
            self.waiting = self._body_left > 0
            return
        self._data += data
        if self._chunked:
            self.waiting = not self._data.endswith(CHUNKS_END)
            self._data = self._data[-len(CHUNKS_END) :]
            return
        head, end, body = self._data.partition(HEAD_END)
        if end:
            self._begin_body(head + end, body)

    def _begin_body(self, head: bytes, body: bytes) -> None:
        length = CONTENT_LENGTH.search(head)
        self._chunked = CHUNKED.search(head) is not None
        self._data = body
        if self._chunked:
            self.waiting = not body.endswith(CHUNKS_END)
            return
        self._body_left = max(0, int(length[1]) - len(body)) if length else 0
        self.waiting = self._body_left > 0


class ImpatientProtocol(H11Protocol):
    """uvicorn's HTTP protocol, which closes a connection whose request does not arrive in time."""

    _arriving: ArrivingRequest
    _time_limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arriving = ArrivingRequest()
        self._start(transport)

    def data_received(self, data: bytes) -> None:
        self._arriving.add(data)
        if not self._arriving.waiting:
            self._stop()
        elif self._time_limit is None:
            self._start(self.transport)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _start(self, transport: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        self._time_limit = loop.call_later(REQUEST_SECONDS, transport.abort)

    def _stop(self) -> None:
        if self._time_limit is not None:
            self._time_limit.cancel()
            self._time_limit = None
