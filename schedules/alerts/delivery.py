"""Delivery by apprise: mail, Slack, Telegram, web hooks and whatever else it knows.

What pages say must arrive as text. Services differ in what they make of text, so each gets it in
the one form in which its plugin hands text on unharmed; tests/schedules/alerts/test_deliver.py
holds that against servers that note what they are sent.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from storage.extras import optional_extra

DELIVERY_TIMEOUT_SECONDS = 60.0  # seconds that one delivery may take, whatever the service does
READ_TIMEOUT_SECONDS = 20.0  # seconds without a byte
MAX_ANSWER_CHARS = 300  # characters of a service's answer that are kept
# Services that take text as it is, or as HTML that apprise makes of it with everything escaped.
PLAIN_TEXT_SCHEMES = {
    "mailto",
    "mailtos",
    "json",
    "jsons",
    "form",
    "forms",
    "xml",
    "xmls",
    "tgram",
    "slack",
}
WORD_JOINER = "\u2060"  # takes no room, and parts what a chat would read as a mention or a link


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """Whether a message arrived, and what the service said, without the address."""

    arrived: bool
    said: str


def deliver(
    address: str, title: str, body: str, *, limit: float = DELIVERY_TIMEOUT_SECONDS
) -> DeliveryResult:
    """Sends a message to an address (apprise URL or "env:NAME"). Raises nothing but MissingExtra.

    Where it takes longer than `limit` seconds it counts as failed, though it may yet arrive.
    """
    try:
        service = open_service(address)
    except ValueError as error:
        return DeliveryResult(False, str(error))
    answers: list[DeliveryResult] = []
    # A daemon: one that hangs is left behind, and ends with the process.
    thread = threading.Thread(
        target=lambda: answers.append(_notify(service, title, body)), daemon=True
    )
    thread.start()
    thread.join(limit)
    return answers[0] if answers else DeliveryResult(False, f"no answer within {limit:g} seconds")


def open_service(address: str) -> Any:
    """apprise's plugin for an address. Raises ValueError (without the address, which is secret) and
    MissingExtra.
    """
    with optional_extra("alerts"):
        from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode

    url = _resolved(address)
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    asset = AppriseAsset(app_id="tinwatch", app_desc="tinwatch", app_url="", image_url_mask="")
    service = Apprise.instantiate(url, asset=asset)
    scheme = url.partition(":")[0]
    if service is None:
        raise ValueError(
            f"apprise cannot read this {one_line(scheme)}:// address: see its page on that service"
        )
    # Telegram's plugin has no plain text; what apprise makes into HTML has all markup escaped.
    html = scheme.lower() == "tgram"
    service.notify_format = NotifyFormat.HTML if html else NotifyFormat.TEXT
    service.overflow_mode = OverflowMode.UPSTREAM  # parts() splits, and cuts no entity in two
    if "rto=" not in url:
        service.socket_read_timeout = READ_TIMEOUT_SECONDS
    return service


def mask_address(address: str) -> str:
    """An address as it may be shown: without passwords and tokens."""
    if address.lower().startswith("env:"):
        return address
    try:
        shown: str = open_service(address).url(privacy=True)
    except ValueError:
        return f"{address.partition(':')[0]}://..."
    return shown.partition("?")[0]


def _resolved(address: str) -> str:
    if not address.lower().startswith("env:"):
        return address
    name = address[4:]
    value = os.environ.get(name, "").strip()
    if not value:
        raise ValueError(f"the environment variable {name} is not set for this process")
    return value


def _notify(service: Any, title: str, body: str) -> DeliveryResult:
    from apprise import Apprise, NotifyFormat

    sender = Apprise()
    sender.add(service)
    arrived = True
    with _LogCapture() as heard:
        try:
            for part in split_text(
                body, _max_body_chars(service, title), lambda text: _size(service, text)
            ):
                arrived = arrived and bool(
                    sender.notify(
                        title=escape_for(service, title),
                        body=escape_for(service, part, body=True),
                        body_format=NotifyFormat.TEXT,
                    )
                )
        except Exception as error:  # a plugin's mistake must not cost other subscriptions theirs
            return DeliveryResult(False, f"its plugin failed: {type(error).__name__}")
    return DeliveryResult(
        arrived, heard.said() or ("sent" if arrived else "the service refused it")
    )


def escape_for(service: Any, text: str, *, body: bool = False) -> str:
    """The text so that this service shows it as text: no mention, no link of its own making."""
    scheme = service.secure_protocol or service.protocol
    schemes = {scheme} if isinstance(scheme, str) else set(scheme or ())
    if "slack" in schemes and body and not service.use_blocks:
        return escape(text, quote=False)  # as Slack asks; its plugin escapes the title only
    if schemes & PLAIN_TEXT_SCHEMES:
        return text
    text = re.sub(r"@(?=\S)", f"@{WORD_JOINER}", text)
    text = re.sub(r"\](?=\()", f"]{WORD_JOINER}", text)
    return re.sub(r"<(?=\S)", f"<{WORD_JOINER}", text)


def split_text(text: str, room: int, size: Callable[[str], int]) -> list[str]:
    """The text in as few parts as have this much room each, cut between words where that can be.

    size: the room that a piece of text takes; at most 8 for a character.
    """
    found, used = [""], 0
    for word in re.findall(r"\S+\s*|\s+", text):
        width = len(word) if size(word) <= room else max(1, room // 8)
        for start in range(0, len(word), width):
            piece = word[start : start + width]
            if found[-1] and used + size(piece) > room:
                found.append("")
                used = 0
            found[-1] += piece
            used += size(piece)
    return found


def _max_body_chars(service: Any, title: str) -> int:
    """What a part of the body may take, where a service puts the title into the body as well."""
    return max(40, int(service.body_maxlen) - _size(service, title) - 20)


def _size(service: Any, text: str) -> int:
    """How long the text is by the time that the service gets it."""
    if service.notify_format == "html":
        return len(service.escape_html(text, convert_new_lines=True))
    return len(escape_for(service, text, body=True))


def one_line(text: str) -> str:
    """One line of what may be anything, short."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_ANSWER_CHARS]


class _LogCapture(logging.Handler):
    """What apprise says while this thread sends: its warnings, else its reports of success."""

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

    def said(self) -> str:
        loud = [r for r in self.records if r.levelno >= logging.WARNING] or self.records
        return one_line("; ".join(r.getMessage() for r in loud))
