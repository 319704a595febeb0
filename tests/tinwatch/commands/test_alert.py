"""tinwatch alert, as a team calls it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from typer.testing import CliRunner

from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
EDITS = '[[subscription]]\nname = "đội"\nto = ["{0}"]\nkinds = ["edited"]\n'
MORNING = '[[subscription]]\nname = "sáng"\nto = ["{0}"]\nwhen = "digest"\n'


def call(home: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(home)], env={"COLUMNS": "300"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def rows(home: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in call(home, "alert", *words, "--json")[1].splitlines()]


class Hook(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.got: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"json://user:secret@127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.status)
        self.end_headers()
        if self.server.status == 200:
            self.server.got.append(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def edited(watcher: Watcher, day: Day, hook: Hook) -> Path:
    """Two subscriptions that were there before an article was edited."""
    settings = f'allow_private_hosts = ["127.0.0.1:{hook.server_port}"]\n'
    (watcher.home.path / "settings.toml").write_text(settings, "utf-8")
    text = EDITS.format(hook.address) + MORNING.format(hook.address)
    watcher.batch(watcher.read(site="laocai"), site="laocai")
    (watcher.home.path / "alerts.toml").write_text(text, encoding="utf-8")
    assert call(watcher.home.path, "alert")[:2] == (0, "")
    read = watcher.read(site="laocai", at=day(1), title="[red]Tên khác[/red]")
    watcher.batch(read, site="laocai", at=day(1))
    return watcher.home.path


def test_due_alert_is_sent_once(edited: Path, hook: Hook) -> None:
    code, printed, _ = call(edited, "alert")
    assert (code, printed) == (0, "đội sent: edited · laocai · [red]Tên khác[/red]\n")
    assert call(edited, "alert")[:2] == (0, "")
    [got] = hook.got
    assert "[+[red]Tên khác[/red]+]" in got["message"]


def test_digest_is_sent_to_its_subscription(edited: Path, hook: Hook) -> None:
    [row] = rows(edited, "--digest")
    assert (row["subscription"], row["arrived"], len(row["events"])) == ("sáng", True, 1)
    assert len(hook.got) == 1
    assert rows(edited, "--digest") == []


def test_dry_run_prints_messages_and_sends_none(edited: Path, hook: Hook) -> None:
    for _ in range(2):
        code, printed, _ = call(edited, "alert", "--dry-run")
        assert code == 0
        assert "edited · laocai · [red]Tên khác[/red]" in printed
    [row] = rows(edited, "--dry-run", "--digest")
    assert row["subscription"] == "sáng"
    assert "EDITED" in row["body"]
    assert hook.got == []
    assert len(rows(edited)) == 1


def test_failed_delivery_is_listed_with_its_error(edited: Path, hook: Hook) -> None:
    hook.status = 500
    code, printed, _ = call(edited, "alert")
    assert code == 1
    assert "not sent, will be retried" in printed
    code, printed, _ = call(edited, "alert", "--list")
    assert code == 0
    assert "pending edited · laocai · [red]Tên khác[/red] (1 try, next " in printed
    assert "error=500" in printed
    assert "secret" not in printed
    one, other = rows(edited, "--list")
    assert (one["subscription"], len(one["waiting"]), one["given_up"]) == ("đội", 1, [])
    assert (other["waiting"], other["last_sent"]) == ([], None)


def test_test_message_prints_the_response_of_the_service(edited: Path, hook: Hook) -> None:
    code, printed, _ = call(edited, "alert", "--test", "đội")
    assert code == 0
    assert "/hook delivered: Sent JSON POST notification." in printed
    assert hook.got[0]["title"] == "tinwatch: a test for 'đội'"
    hook.status = 403
    code, printed, _ = call(edited, "alert", "--test", "đội")
    assert code == 1
    assert "not delivered: " in printed
    assert "error=403" in printed
    assert "secret" not in printed
    assert rows(edited, "--list")[0]["waiting"] == []


def test_wrong_calls_exit_with_their_code(edited: Path) -> None:
    code, _, err = call(edited, "alert", "--test", "nobody")
    assert code == 2
    assert "no subscription 'nobody'; there are: 'đội', 'sáng'" in err
    assert call(edited, "alert", "--list", "--digest")[0] == 2
    (edited / "alerts.toml").write_text("[[subscription]]\nnam = 1\n")
    code, _, err = call(edited, "alert")
    assert code == 3
    assert "alerts.toml, line 2" in err


def test_no_subscriptions_sends_nothing(watcher: Watcher) -> None:
    watcher.batch()
    code, printed, err = call(watcher.home.path, "alert", "--list")
    assert (code, printed) == (0, "")
    assert "no subscriptions in alerts.toml" in err
    assert call(watcher.home.path, "alert") == (0, "", "")


def test_alert_waits_for_the_lock_of_another_process(
    edited: Path, watcher: Watcher, hook: Hook
) -> None:
    """The digest and the five minutes' round come at the same moment."""
    with watcher.home.work_lock("alert"):
        waits = subprocess.Popen(
            [sys.executable, "-m", "tinwatch", "alert", "--home", str(edited)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(4)
        assert waits.poll() is None
        assert hook.got == []
    printed, _ = waits.communicate(timeout=60)
    assert waits.returncode == 0
    assert "đội sent" in printed
    assert len(hook.got) == 1


def test_feed_of_a_subscription(edited: Path) -> None:
    code, printed, _ = call(edited, "feed", "--subscription", "đội")
    assert code == 0
    found = feedparser.parse(printed.encode())
    assert found.feed.title == "tinwatch: đội"
    assert [entry.title[:15] for entry in found.entries] == ["edited · laocai"]
    assert call(edited, "feed", "--subscription", "đội", "--kind", "new")[0] == 2
    assert len(feedparser.parse(call(edited, "feed", "--query", "khác")[1]).entries) == 2
    assert call(edited, "feed", "--query", "(khác")[0] == 2
