"""Checks before the first crawl."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from crawlers.site_config import SiteConfig
from schedules.service.preflight import Check, Outcome, check_home, check_hosts
from storage.home import open_home
from storage.messages import describe
from storage.messages.reasons_preflight import PreflightReason


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def site_of(domain: str) -> type[SiteConfig]:
    return type("Tested", (), {
        "name": "tested", "domains": [domain], "scheme": "http", "legacy_tls": False,
    })  # fmt: skip


def found(outcomes: Iterator[Outcome]) -> dict[Check, tuple[bool, str]]:
    return {one.check: (one.ok, one.reason.code) for one in outcomes}


def test_a_new_home_lacks_a_contact(tmp_path: Path) -> None:
    checks = found(check_home(open_home(tmp_path)))
    assert checks[Check.CONTACT] == (False, PreflightReason.NO_CONTACT)
    assert checks[Check.SETTINGS][0]
    assert checks[Check.ALERTS] == (True, PreflightReason.NO_ALERTS)
    (tmp_path / "settings.toml").write_text('contact = "the library"\n')
    checks = found(check_home(open_home(tmp_path)))
    assert checks[Check.CONTACT] == (False, PreflightReason.NOT_A_CONTACT)


def test_full_disk_and_missing_variable_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text('contact = "a@b.vn"\nleast_free_mb = 1000000\n')
    (tmp_path / "alerts.toml").write_text('[[subscription]]\nname = "a"\nto = ["env:TEAM"]\n')
    monkeypatch.delenv("TEAM", raising=False)
    checks = found(check_home(open_home(tmp_path)))
    assert checks[Check.CONTACT][0]
    assert checks[Check.ALERTS] == (False, PreflightReason.VARIABLE_MISSING)
    monkeypatch.setattr("storage.disk_space.free_mb", lambda _: 1)
    assert not found(check_home(open_home(tmp_path)))[Check.DISK][0]


def test_host_answers_and_the_clock_is_compared(tmp_path: Path, host: str) -> None:
    (tmp_path / "settings.toml").write_text(f'allow_private_hosts = ["{host}"]\n')
    home = open_home(tmp_path)
    checks = found(check_hosts(home, [site_of(host)]))
    assert checks[Check.HOST] == (True, PreflightReason.HOST_ANSWERS)
    assert checks[Check.CLOCK] == (True, PreflightReason.CLOCK_RIGHT)
    late = datetime.now(UTC) + timedelta(hours=7)
    assert found(check_hosts(home, [site_of(host)], late))[Check.CLOCK] == (
        False, PreflightReason.CLOCK_WRONG,
    )  # fmt: skip


def test_network_that_is_down_is_reported_once(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(f'allow_private_hosts = ["{host}"]\n')
    home = open_home(tmp_path)

    def no_name(*_: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("storage.network.getaddrinfo", no_name)
    silent = [site_of("mot.test"), site_of("hai.test")]
    (one,) = check_hosts(home, silent)
    assert (one.check, one.ok, one.site) == (Check.HOST, False, "")
    assert "none of 2 hosts answers" in describe(one.reason, "en")
    assert "name resolution" in describe(one.reason, "vi")
    codes = [each.reason.code for each in check_hosts(home, silent[:1])]
    assert codes == [PreflightReason.HOST_SILENT]
    some = [each.reason.code for each in check_hosts(home, [*silent, site_of(host)])]
    assert some.count(PreflightReason.HOST_SILENT) == 2
    assert PreflightReason.HOST_ANSWERS in some


def test_private_address_is_not_asked(tmp_path: Path, host: str) -> None:
    checks = found(check_hosts(open_home(tmp_path), [site_of(host)]))
    assert checks == {Check.HOST: (False, PreflightReason.HOST_SILENT)}
