"""Delivery by apprise: mail, Slack, Telegram, webhooks and the other services that it supports.

Text of web pages must arrive as plain text. Services interpret markup, mentions and links, so each
gets the text in the format that its plugin passes on unchanged
(tests/schedules/alerts/test_delivery.py). No redirect is followed, and no host in a private network
is requested that the settings do not list.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import escape
from socket import gaierror
from typing import Any

from storage.extras import optional_extra
from storage.messages import ReasonError
from storage.messages.reasons_alerts import AlertsReason
from storage.network import host_and_port, may_connect
from storage.reasons import Reason

DELIVERY_TIMEOUT_SECONDS = 60.0  # for a whole delivery
READ_TIMEOUT_SECONDS = 20.0  # without receiving a byte
MAX_ANSWER_CHARS = 300  # of a service's answer
# Services that take plain text, or HTML in which apprise has escaped all markup.
PLAIN_TEXT_SCHEMES = frozenset(
    ("mailto", "mailtos", "json", "jsons", "form", "forms", "xml", "xmls", "tgram", "slack")
)
WORD_JOINER = "\u2060"  # invisible; breaks up what a chat would interpret as a mention or a link


class InvalidAddress(ReasonError, ValueError):
    """An address that apprise cannot use. The message does not contain it: it holds secrets."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """Whether a message arrived, and the answer of the service or the error.

    `reason` never contains the address, which holds secrets.
    """

    arrived: bool
    reason: Reason


def deliver(
    address: str,
    title: str,
    body: str,
    *,
    allow_private_hosts: Collection[str] = (),
    limit: float = DELIVERY_TIMEOUT_SECONDS,
) -> DeliveryResult:
    """Send a message to an address: an apprise URL or "env:NAME". Raises only MissingExtra.

    allow_private_hosts: HOST:PORT of servers in a private network that may be requested
    A delivery that takes longer than `limit` seconds counts as failed, but may still arrive.
    """
    try:
        service = open_service(address)
    except InvalidAddress as error:
        return DeliveryResult(False, error.reason)
    results: list[DeliveryResult] = []

    # A daemon thread: one that hangs is abandoned and ends with the process.
    def send() -> None:
        refusal = _refusal(service, allow_private_hosts)
        results.append(refusal or _notify(service, title, body))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(limit)
    if results:
        return results[0]
    return DeliveryResult(False, Reason(AlertsReason.TIMEOUT, seconds=limit))


def open_service(address: str) -> Any:
    """Return apprise's plugin for an address. Raises InvalidAddress and MissingExtra."""
    with optional_extra("alerts"):
        from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode

    url = _resolved(address)
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    asset = AppriseAsset(app_id="tinwatch", app_desc="tinwatch", app_url="", image_url_mask="")
    service = Apprise.instantiate(url, asset=asset)
    scheme = url.partition(":")[0]
    if service is None:
        raise InvalidAddress(Reason(AlertsReason.UNKNOWN_ADDRESS, scheme=one_line(scheme)))
    # Telegram's plugin has no plain text mode; apprise escapes all markup when it makes HTML.
    html = scheme.lower() == "tgram"
    service.notify_format = NotifyFormat.HTML if html else NotifyFormat.TEXT
    service.overflow_mode = OverflowMode.UPSTREAM  # split_text() splits it, so no entity is cut
    service.redirects = False  # an answer may lead anywhere
    if "rto=" not in url:
        service.socket_read_timeout = READ_TIMEOUT_SECONDS
    return service


def mask_address(address: str) -> str:
    """Return an address without passwords and tokens, for display."""
    if address.lower().startswith("env:"):
        return address
    try:
        url: str = open_service(address).url(privacy=True)
    except InvalidAddress:
        return f"{address.partition(':')[0]}://..."
    return url.partition("?")[0]


def _resolved(address: str) -> str:
    if not address.lower().startswith("env:"):
        return address
    name = address[4:]
    value = os.environ.get(name, "").strip()
    if not value:
        raise InvalidAddress(Reason(AlertsReason.VARIABLE_NOT_SET, name=name))
    return value


def _refusal(service: Any, allow_private_hosts: Collection[str]) -> DeliveryResult | None:
    """Refuse an address whose server, as the address names it, is in a private network."""
    if not any("{host}" in template for template in service.templates):
        return None  # a service with a host of its own, such as Slack
    host = str(getattr(service, "smtp_host", None) or service.host).strip("[]")
    port = service.port or (443 if service.secure else 80)
    try:
        if may_connect(host, port, allow_private_hosts):
            return None
    except gaierror as error:
        return DeliveryResult(False, Reason(AlertsReason.SERVICE_ANSWER, answer=str(error)))
    reason = Reason(AlertsReason.PRIVATE_HOST, host=host_and_port(host, port))
    return DeliveryResult(False, reason)


def _notify(service: Any, title: str, body: str) -> DeliveryResult:
    from apprise import Apprise, NotifyFormat

    sender = Apprise()
    sender.add(service)
    arrived = True
    with _LogCapture() as log:
        try:
            max_size = _max_body_chars(service, title)
            for part in split_text(body, max_size, lambda text: _size(service, text)):
                arrived = arrived and bool(sender.notify(
                    title=escape_for(service, title), body=escape_for(service, part, body=True),
                    body_format=NotifyFormat.TEXT,
                ))  # fmt: skip
        except Exception as error:  # a broken plugin must not stop other deliveries
            reason = Reason(AlertsReason.PLUGIN_FAILED, type=type(error).__name__)
            return DeliveryResult(False, reason)
    answer = log.text()
    if answer:
        return DeliveryResult(arrived, Reason(AlertsReason.SERVICE_ANSWER, answer=answer))
    return DeliveryResult(arrived, Reason(AlertsReason.SENT if arrived else AlertsReason.REFUSED))


def escape_for(service: Any, text: str, *, body: bool = False) -> str:
    """Escape text so that the service shows it as plain text, without mentions or links."""
    scheme = service.secure_protocol or service.protocol
    schemes = {scheme} if isinstance(scheme, str) else set(scheme or ())
    if "slack" in schemes and body and not service.use_blocks:
        return escape(text, quote=False)  # required by Slack; its plugin escapes only the title
    if schemes & PLAIN_TEXT_SCHEMES:
        return text
    text = re.sub(r"@(?=\S)", f"@{WORD_JOINER}", text)
    text = re.sub(r"\](?=\()", f"]{WORD_JOINER}", text)
    return re.sub(r"<(?=\S)", f"<{WORD_JOINER}", text)


def split_text(text: str, max_size: int, size: Callable[[str], int]) -> list[str]:
    """Split text into as few parts of at most `max_size` as possible, between words if possible.

    size: returns the size of a piece of text; at most 8 per character
    """
    parts, used = [""], 0
    for word in re.findall(r"\S+\s*|\s+", text):
        width = len(word) if size(word) <= max_size else max(1, max_size // 8)
        for start in range(0, len(word), width):
            piece = word[start : start + width]
            if parts[-1] and used + size(piece) > max_size:
                parts.append("")
                used = 0
            parts[-1] += piece
            used += size(piece)
    return parts


def _max_body_chars(service: Any, title: str) -> int:
    """The size limit of a body part, less the title, which some services put into the body."""
    return max(40, int(service.body_maxlen) - _size(service, title) - 20)


def _size(service: Any, text: str) -> int:
    """The length of the text as the service receives it."""
    if service.notify_format == "html":
        return len(service.escape_html(text, convert_new_lines=True))
    return len(escape_for(service, text, body=True))


def one_line(text: str) -> str:
    """Return text as one line of at most MAX_ANSWER_CHARS printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_ANSWER_CHARS]


class _LogCapture(logging.Handler):
    """Captures what apprise logs in this thread: its warnings, or its other messages."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []
        self.thread = threading.get_ident()
        self.logger = logging.getLogger("apprise")

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.records.append(record)

    def __enter__(self) -> _LogCapture:
        if self.logger.getEffectiveLevel() > logging.INFO:
            self.logger.setLevel(logging.INFO)
        self.logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.logger.removeHandler(self)

    def text(self) -> str:
        records = [r for r in self.records if r.levelno >= logging.WARNING] or self.records
        return one_line("; ".join(r.getMessage() for r in records))
