"""A home with subscriptions, and a clock that the test sets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from schedules.alerts.delivery import DeliveryResult
from schedules.alerts.dispatch import Delivery, Send, queue_alerts, send_due
from schedules.alerts.subscriptions import Subscription, read_subscriptions
from storage.messages.reasons_alerts import AlertsReason
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.conftest import Watcher

NOON = datetime(2025, 4, 9, 5, 0, tzinfo=UTC)  # in Vietnam


@dataclass
class Desk:
    """A home, its subscriptions, and services that answer as the test sets.

    `sent` holds (address, title, body) of what arrived; an address in `broken` takes nothing.
    """

    watcher: Watcher
    subscriptions: list[Subscription] = field(default_factory=list)
    now: datetime = NOON
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    nights: int = 0

    def subscribe(self, text: str) -> None:
        (self.watcher.home.path / "alerts.toml").write_text(text, encoding="utf-8")
        self.subscriptions = read_subscriptions(self.watcher.home.path)

    def listen(self, text: str) -> None:
        """Subscribe, and skip the events so far."""
        self.subscribe(text)
        self.round()

    def batch(self, site: str = "laocai", **fields: Any) -> None:
        """Run a batch with one article of this site: new, or edited by other `fields`."""
        self.nights += 1
        at = NOON - timedelta(days=2) + timedelta(hours=self.nights)
        self.watcher.batch(self.watcher.read(site=site, at=at, **fields), site=site, at=at)

    def put(self, *, digests: bool = False) -> None:
        queue_alerts(
            self.watcher.home, self.watcher.db, self.subscriptions, self.now, digests=digests
        )

    def send(self, send: Send | None = None) -> list[Delivery]:
        way = send or self.deliver
        return send_due(self.watcher.db, self.subscriptions, lambda: self.now, way)

    def round(self, *, digests: bool = False) -> list[Delivery]:
        self.put(digests=digests)
        return self.send()

    def deliver(self, address: str, title: str, body: str) -> DeliveryResult:
        self.asked.append(address)
        if address in self.broken:
            answer = self.broken[address]
            return DeliveryResult(False, Reason(AlertsReason.SERVICE_ANSWER, answer=answer))
        self.sent.append((address, title, body))
        return DeliveryResult(True, Reason(AlertsReason.SENT))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def desk(watcher: Watcher) -> Desk:
    return Desk(watcher)


class Service(ThreadingHTTPServer):
    """A webhook that answers with the next of `answers` (a status, or "hang"), then with 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int | str] = []
        self.got: list[tuple[str, Any]] = []
        self.closing = Flag()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def address(self, scheme: str = "json") -> str:
        return f"{scheme}://{self.host}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.got.append((self.path, None))
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        if answer == "hang":
            self.server.closing.wait(30)
            return
        self.send_response(int(answer))
        if answer in (302, 307):
            self.send_header("Location", f"http://{self.server.host}/elsewhere")
        self.end_headers()
        if answer == 200:
            self.server.got.append((self.path, json.loads(body)))
            self.wfile.write(b"ok" if "services" in self.path else b'{"ok": true}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()
