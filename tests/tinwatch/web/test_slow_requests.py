"""Connections that send their request slowly are closed; others are not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from tinwatch.web import slow_requests
from tinwatch.web.slow_requests import ArrivingRequest, ImpatientProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n"


async def slow_app(scope: Any, receive: Any, send: Any) -> None:
    """Answer later than a request may take to arrive."""
    while (await receive()).get("more_body"):
        pass
    time.sleep(0.8)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"xong"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(slow_requests, "REQUEST_SECONDS", 0.4)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(slow_app, http=ImpatientProtocol, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def answer_to(port: int, *parts: bytes, pause: float = 0.3) -> bytes:
    """Send the parts with pauses; return what arrives until the server closes or for 2 seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            return connection.recv(1000)
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "parts",
    [[HEAD], [b""], [HEAD, b"A: b\r\n", b"C: d\r\n", b"E: f\r\n", b"\r\n"], [POST, b"abc"]],
    ids=["no end", "nothing", "drop by drop", "half a body"],
)
def test_request_that_does_not_arrive_is_ended(port: int, parts: list[bytes]) -> None:
    assert answer_to(port, *parts) == b""


@pytest.mark.parametrize("parts", [[HEAD + b"\r\n"], [HEAD, b"\r\n"], [POST, b"abcdef"]])
def test_slow_answer_is_not_ended(port: int, parts: list[bytes]) -> None:
    assert b"200 OK" in answer_to(port, *parts)


@pytest.mark.parametrize(
    ("parts", "waiting"),
    [
        ([], True), ([HEAD], True), ([HEAD, b"\r\n"], False), ([POST], True),
        ([POST, b"abc"], True), ([POST, b"abc", b"def"], False), ([POST + b"abcdef"], False),
        ([POST + b"abcdef", HEAD], True), ([POST + b"abcdef", HEAD, b"\r\n"], False),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n"], True),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n0", b"\r\n\r\n"], False),
    ],
)  # fmt: skip
def test_end_of_a_request_is_found(parts: list[bytes], waiting: bool) -> None:
    request = ArrivingRequest()
    for part in parts:
        request.add(part)
    assert request.waiting is waiting
