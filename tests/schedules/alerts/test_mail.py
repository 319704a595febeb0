"""Mail, through a local SMTP server."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread

import pytest

from schedules.alerts.delivery import deliver
from storage.messages.reasons_alerts import AlertsReason

HOSTILE = "<b>đậm</b> &amp; <script>x</script>\n.\n[-875-] [+857+]"


class MailServer(socketserver.ThreadingTCPServer):
    """An SMTP server without encryption. `refuses`: its answer to every recipient."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refuses = b""
        self.got: list[EmailMessage] = []

    @property
    def hosts(self) -> list[str]:
        return [f"127.0.0.1:{self.server_address[1]}"]

    @property
    def address(self) -> str:
        port = self.server_address[1]
        return f"mailto://127.0.0.1:{port}?mode=insecure&from=tinwatch@example.org&to=a@example.org"


class _Handler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._take()
            elif verb == b"RCPT" and self.server.refuses:
                self.wfile.write(self.server.refuses + b"\r\n")
                continue
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 well\r\n")

    def _take(self) -> None:
        lines: list[bytes] = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.got.append(message)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("asked", ["", "&format=html"])
def test_mail_is_plain_text_and_complete(mail: MailServer, asked: str) -> None:
    title = "edited · laocai · Tên <b>"
    answer = deliver(mail.address + asked, title, HOSTILE, allow_private_hosts=mail.hosts)
    assert answer.arrived, answer.reason
    [message] = mail.got
    assert [part.get_content_type() for part in message.walk()] == ["text/plain"]
    assert message["Subject"] == "edited · laocai · Tên <b>"
    assert message["To"] == "a@example.org"
    assert message.get_content().strip().splitlines() == HOSTILE.splitlines()


def test_refused_recipient_is_reported(mail: MailServer) -> None:
    mail.refuses = b"550 no such person"
    answer = deliver(mail.address, "Tên", "Lời", allow_private_hosts=mail.hosts)
    assert not answer.arrived
    assert answer.reason.code in (AlertsReason.SERVICE_ANSWER, AlertsReason.REFUSED)
    assert mail.got == []
