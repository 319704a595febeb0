"""Delivery to local servers: arrival, errors, and plain text."""

from __future__ import annotations

import json
import logging
import socket
import time
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from schedules.alerts import delivery
from schedules.alerts.delivery import (
    WORD_JOINER,
    DeliveryResult,
    deliver,
    mask_address,
    split_text,
)
from storage.events.alert_outbox import waiting
from storage.messages.reasons_alerts import AlertsReason
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.schedules.alerts.conftest import Desk, Service

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/12315544/"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/"
HOSTILE = "<b>đậm</b> & <script>x</script> <!channel> @here *sao* [nhấn](http://evil.example) &amp;"
MESSAGE = ("Tên & <b>tên</b>", f"{HOSTILE}\n  body: [-875-] [+857+]\nhttps://a.vn/?a=1&b=2")


def refused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def deliver_to(service: Service, query: str = "", **options: Any) -> DeliveryResult:
    address = service.address() + query
    return deliver(address, *MESSAGE, allow_private_hosts=[service.host], **options)


def test_webhook_gets_the_text_unchanged(service: Service) -> None:
    answer = deliver_to(service)
    assert answer.arrived
    answer_text = "Sent JSON POST notification."
    assert answer.reason == Reason(AlertsReason.SERVICE_ANSWER, answer=answer_text)
    [(path, got)] = service.got
    assert path == "/hook"
    assert (got["title"], got["message"]) == MESSAGE


def test_an_address_from_the_environment(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = deliver("env:TEAM_HOOK", *MESSAGE)
    assert not missing.arrived
    assert missing.reason == Reason(AlertsReason.VARIABLE_NOT_SET, name="TEAM_HOOK")
    monkeypatch.setenv("TEAM_HOOK", service.address())
    assert deliver("env:TEAM_HOOK", *MESSAGE, allow_private_hosts=[service.host]).arrived
    assert len(service.got) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_refusal_is_reported(service: Service, status: int) -> None:
    service.answers = [status]
    answer = deliver_to(service)
    assert not answer.arrived
    assert answer.reason.code == AlertsReason.SERVICE_ANSWER
    assert f"error={status}" in answer.reason.params["answer"]
    assert deliver_to(service).arrived


def test_unreachable_server() -> None:
    host = f"127.0.0.1:{refused_port()}"
    answer = deliver(f"json://user:secret@{host}/token", *MESSAGE, allow_private_hosts=[host])
    assert not answer.arrived
    assert "onnection error" in answer.reason.params["answer"]
    assert "secret" not in answer.reason.to_json()
    assert "token" not in answer.reason.to_json()


@pytest.mark.parametrize("query", ["", "?redirect=yes"])
@pytest.mark.parametrize("status", [302, 307])
def test_redirect_is_not_followed(service: Service, status: int, query: str) -> None:
    service.answers = [status]
    answer = deliver_to(service, query)
    assert not answer.arrived
    assert service.got == []


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("json://127.0.0.1/hook", "127.0.0.1:80"),
        ("jsons://user:secret@10.1.2.3/hook", "10.1.2.3:443"),
        ("json://[::1]:8080/hook", "[::1]:8080"),
        ("json://localhost:8080/hook", "localhost:8080"),
        ("mailto://user:secret@192.168.1.9?to=a@example.org", "192.168.1.9:25"),
        ("mailto://user:secret@example.org?smtp=10.0.0.1&to=a@example.org", "10.0.0.1:25"),
    ],
)
def test_private_host_is_asked_only_if_it_is_listed(
    address: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(delivery, "_notify", lambda *_: asked.append(1) or delivered)
    delivered = DeliveryResult(True, Reason(AlertsReason.SENT))
    other_port = f"{host.rpartition(':')[0]}:1"
    for allowed in ([], [other_port]):
        answer = deliver(address, *MESSAGE, allow_private_hosts=allowed)
        assert answer == DeliveryResult(False, Reason(AlertsReason.PRIVATE_HOST, host=host))
    assert asked == []
    assert deliver(address, *MESSAGE, allow_private_hosts=[host]) == delivered


def test_server_that_does_not_answer(service: Service) -> None:
    service.answers = ["hang"]
    answer = deliver_to(service, "?rto=0.3")
    assert not answer.arrived
    assert answer.reason.code in (AlertsReason.SERVICE_ANSWER, AlertsReason.REFUSED)


def test_delivery_times_out(service: Service) -> None:
    service.answers = ["hang"]
    began = time.monotonic()
    answer = deliver_to(service, limit=0.3)
    assert time.monotonic() - began < 10
    assert answer == DeliveryResult(False, Reason(AlertsReason.TIMEOUT, seconds=0.3))


@pytest.mark.parametrize("address", ["nosuch://x", "slack://only", "tgram://"])
def test_unknown_address(address: str) -> None:
    answer = deliver(address, *MESSAGE)
    assert not answer.arrived
    assert answer.reason == Reason(AlertsReason.UNKNOWN_ADDRESS, scheme=address.partition(":")[0])


def test_masked_address_holds_no_secret() -> None:
    assert mask_address("env:TEAM") == "env:TEAM"
    for address, secret in (
        ("mailtos://user:pass-word@mail.example.org?to=a@example.org", "pass-word"),
        (SLACK, "TIiajkdnlazkcOXrIdevi7FQ"),
        (TELEGRAM, "abcdefg_hijklmnop"),
        ("slack://secret", "secret"),
    ):
        assert secret not in mask_address(address)
        assert mask_address(address).startswith(address.partition(":")[0])


def test_broken_plugin_is_a_failed_delivery(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("https://token@example.org")

    monkeypatch.setattr(NotifySlack, "send", broken)
    answer = deliver(SLACK, *MESSAGE)
    assert not answer.arrived
    assert "token" not in answer.reason.to_json()


@pytest.fixture
def chats(monkeypatch: pytest.MonkeyPatch, service: Service) -> Service:
    """Slack, Telegram and Discord, all served by the local server."""
    base = f"http://127.0.0.1:{service.server_port}"
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{base}/services")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{base}/bot")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{base}/discord")
    return service


def sent(service: Service) -> tuple[str, Any]:
    [(_, payload)] = service.got
    service.got.clear()
    return json.dumps(payload, ensure_ascii=False), payload


@pytest.mark.parametrize("asked", ["", "?format=markdown", "?format=html"])
def test_slack_gets_no_mention_and_no_markup(chats: Service, asked: str) -> None:
    assert deliver(SLACK + asked, *MESSAGE).arrived
    whole, payload = sent(chats)
    assert payload["mrkdwn"] is False
    [attachment] = payload["attachments"]
    assert "&lt;!channel&gt; @here" in attachment["text"]
    assert attachment["title"] == "Tên &amp; &lt;b&gt;tên&lt;/b&gt;"
    assert "<" not in whole
    assert "https://a.vn/?a=1&amp;b=2" in attachment["text"]


def test_blocks_of_slack_are_plain_text(chats: Service) -> None:
    assert deliver(f"{SLACK}?blocks=yes", *MESSAGE).arrived
    _, payload = sent(chats)
    texts = [b["text"] for b in payload["attachments"][0]["blocks"] if "text" in b]
    assert {text["type"] for text in texts} == {"plain_text"}
    assert HOSTILE in texts[-1]["text"]


@pytest.mark.parametrize("asked", ["", "?format=markdown", "?format=text"])
def test_telegram_gets_all_markup_escaped(chats: Service, asked: str) -> None:
    assert deliver(TELEGRAM + asked, *MESSAGE).arrived
    _, payload = sent(chats)
    assert payload["parse_mode"] == "HTML"
    text = payload["text"]
    assert text.startswith("<b>Tên &amp; &lt;b&gt;tên&lt;/b&gt;</b>")  # the title, set by apprise
    assert text.count("<") == 2
    assert "&lt;b&gt;đậm&lt;/b&gt; &amp; &lt;script&gt;x&lt;/script&gt;" in text
    assert "[-875-] [+857+]" in text


@pytest.mark.parametrize("asked", ["", "?format=markdown"])
def test_markdown_chat_gets_no_mention_and_no_link(chats: Service, asked: str) -> None:
    assert deliver(DISCORD + asked, *MESSAGE).arrived
    whole, payload = sent(chats)
    assert "embeds" not in payload
    assert "@here" not in whole
    assert "](" not in whole
    assert HOSTILE in payload["content"].replace(WORD_JOINER, "")


@pytest.mark.parametrize(
    ("address", "key", "limit"), [(TELEGRAM, "text", 4096), (DISCORD, "content", 2000)]
)
def test_long_text_arrives_complete(chats: Service, address: str, key: str, limit: int) -> None:
    """A long text is split, not truncated; no HTML entity is split."""
    words = [f"<chữ{n}>" for n in range(600)]
    assert deliver(address, "Dài", " ".join(words)).arrived
    texts = [unescape(payload[key]).replace(WORD_JOINER, "") for _, payload in chats.got]
    assert len(texts) > 1
    assert max(len(payload[key]) for _, payload in chats.got) <= limit
    assert [w for text in texts for w in text.split() if w.startswith("<chữ")] == words


@pytest.mark.parametrize(
    ("text", "room", "found"),
    [
        ("", 10, [""]),
        ("một hai", 10, ["một hai"]),
        ("một hai ba", 8, ["một hai ", "ba"]),
        ("một\n\nhai", 5, ["một\n\n", "hai"]),
        ("x" * 20, 16, ["x" * 16, "x" * 4]),
    ],
)
def test_text_is_split_between_words(text: str, room: int, found: list[str]) -> None:
    assert split_text(text, room, len) == found


def test_apprise_logs_stay_out_of_our_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """apprise's debug messages contain addresses with passwords."""
    with caplog.at_level(logging.INFO):
        address = service.address().replace("://", "://user:secret@")
        assert deliver(address, *MESSAGE, allow_private_hosts=[service.host]).arrived
    assert "secret" not in caplog.text


def test_every_event_arrives_once_despite_faults(desk: Desk, service: Service) -> None:
    """The server refuses, hangs, fails, then accepts: every event arrives once."""
    desk.subscribe(f'[[subscription]]\nname = "a"\nto = ["{service.address()}?rto=0.3"]\n')
    send = partial(deliver, allow_private_hosts=[service.host])
    desk.put()
    service.answers = [500, "hang", 404, 503]
    for number in range(6):
        desk.batch(title=f"Tên {number}")
        desk.put()
        desk.send(send)
        desk.later(minutes=5)
    for _ in range(60):
        desk.send(send)
        desk.later(minutes=30)
    assert service.answers == []
    assert waiting(desk.watcher.db) == []
    titles = [got["title"].partition("laocai · ")[2] for _, got in service.got]
    assert sorted(titles) == [f"Tên {number}" for number in range(6)]
