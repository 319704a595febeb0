"""`tinwatch backfill` from an archive that is busy and breaks answers off: nothing is lost."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from typer.testing import CliRunner

from crawlers.backfill import client
from storage.archive.reader import Record, read_records
from storage.home import open_home
from tests.crawlers.backfill.archived_site import SITE, archived_site, histories, imported
from tinwatch.commands.app import app

TIMESTAMP = "%Y%m%d%H%M%S"


class BusyArchive(BaseHTTPRequestHandler):
    """An archive of the records of a WARC file. The answers to each address are first those of
    `faults`, one after another, then the right one.
    """

    records: ClassVar[list[Record]] = []
    faults: ClassVar[tuple[str, ...]] = ()
    seen: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        number = self.seen[self.path]
        self.seen[self.path] += 1
        fault = self.faults[number] if number < len(self.faults) else ""
        if fault.startswith(("429", "503")):
            status, _, wait = fault.partition(" ")
            self.answer(int(status), b"later", {"Retry-After": wait} if wait else {})
        elif "/cdx?" in self.path:
            is_asked = self.records[0].url.split("/")[2] in parse_qs(self.path)["url"]
            self.answer(200, self.cut(self.index(), fault) if is_asked else b"", {})
        else:
            self.replay(broken=fault == "broken")

    def index(self) -> bytes:
        lines = [
            {
                "url": r.url, "timestamp": f"{r.captured_at:{TIMESTAMP}}", "mime": "text/html",
                "status": str(r.status), "digest": sha1(r.body).hexdigest(), "length": "900",
            }
            for r in self.records
        ]  # fmt: skip
        return "".join(json.dumps(line) + "\n" for line in lines).encode()

    def cut(self, index: bytes, fault: str) -> bytes:
        """Return the index without its end, or with a damaged line."""
        lines = index.splitlines(keepends=True)
        if fault == "in a line":
            return index[:-50]
        if fault == "behind a bracket":
            return b"".join(lines[: len(lines) // 2]).rstrip()
        return index.replace(lines[3], lines[3][:30] + b"\n") if fault == "damaged" else index

    def replay(self, *, broken: bool) -> None:
        time_and_url = self.path.removeprefix("/home/")
        found = [
            r for r in self.records if f"{r.captured_at:{TIMESTAMP}}id_/{r.url}" == time_and_url
        ]
        headers = {"Memento-Datetime": "x", "Content-Type": "text/html; charset=utf-8"}
        self.answer(found[0].status, found[0].body, headers, broken=broken)

    def answer(
        self, status: int, body: bytes, headers: dict[str, str], *, broken: bool = False
    ) -> None:
        self.send_response(status)
        if "/cdx?" not in self.path or status != 200:  # an index ends where the connection does
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if broken else body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(client, "RETRIES", client.RETRIES.new(backoff_factor=0.01))
    monkeypatch.setattr(BusyArchive, "seen", Counter())
    records = list(read_records(archived_site(tmp_path / "archive", articles=2)))
    monkeypatch.setattr(BusyArchive, "records", records)
    with ThreadingHTTPServer(("127.0.0.1", 0), BusyArchive) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def backfill(home: Path, archive: str) -> tuple[int, dict[str, Any]]:
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(f'allow_private_hosts = ["{archive}"]\n', "utf-8")
    words = ["backfill", SITE, "--from", f"http://{archive}/home", "--pause", "0", "--json"]
    done = CliRunner().invoke(app, [*words, "--home", str(home)])
    return done.exit_code, json.loads(done.stdout)


def direct(tmp_path: Path) -> dict[str, list[Any]]:
    [file] = (tmp_path / "archive").glob("*/*.warc.gz")
    with closing(imported(tmp_path / "direct", file).database()):
        return histories(open_home(tmp_path / "direct"))


def test_busy_archive_slows_a_backfill_down_and_loses_nothing(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = direct(tmp_path)
    assert len(expected["articles"]) == 2
    faults = ("429 0", "503", "broken", "in a line", "behind a bracket", "429 0")
    monkeypatch.setattr(BusyArchive, "faults", faults)
    code, row = backfill(tmp_path / "home", archive)
    assert (code, row["problems"]) == (0, [])
    assert histories(open_home(tmp_path / "home")) == expected
    assert row["listed"] == len(BusyArchive.records)
    assert row["captures"] == row["listed"] - 2  # the second of three equal ones in a row
    assert all(number > 2 for number in BusyArchive.seen.values())


def test_retry_after_is_waited_for(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BusyArchive, "records", BusyArchive.records[:1])
    monkeypatch.setattr(BusyArchive, "faults", ("429 1",))
    started = time.monotonic()
    assert backfill(tmp_path / "home", archive)[0] == 0
    assert time.monotonic() - started > 2  # index and capture


def test_archive_that_gives_up_loses_nothing_either(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses in the middle, and a line of its index stays damaged: run again, all is there."""
    expected = direct(tmp_path)
    monkeypatch.setattr(client, "RETRIES", client.RETRIES.new(total=1))
    monkeypatch.setattr(BusyArchive, "faults", ("damaged", *["429 0"] * 5, "damaged"))
    home = tmp_path / "home"
    for _ in range(2 * len(BusyArchive.records)):
        code, row = backfill(home, archive)
        if code == 0:
            break
        assert row["problems"]
    assert histories(open_home(home)) == expected
