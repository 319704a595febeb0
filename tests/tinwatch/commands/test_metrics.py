"""Metrics of a played home, as a Prometheus reader reads them."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from tinwatch.commands.app import app


def test_textfile_is_valid_prometheus_text(watcher: Any, tmp_path: Path, day: Any) -> None:
    first: datetime = day(0)
    watcher.batch(watcher.read(key="1", at=first), watcher.read(key="2", at=first), at=first)
    watcher.batch(at=day(1), stats={"listings": 0, "links": 0})
    file = tmp_path / "tinwatch.prom"
    asked = ["metrics", "--textfile", str(file), "--home", str(watcher.home.path)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    found = samples(file.read_text("utf-8"))
    assert found["tinwatch_articles", "alpha"] == 2
    assert found["tinwatch_events_total", "new", "alpha"] == 2
    assert found["tinwatch_last_success_timestamp_seconds", "alpha"] > 0
    assert found["tinwatch_run_read", "alpha"] == 0
    assert found[("tinwatch_outbox_messages",)] == 0
    assert found[("tinwatch_free_bytes",)] > 0


def test_each_scrape_reads_the_database(watcher: Any, day: Any) -> None:
    watcher.batch(watcher.read())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tinwatch", "metrics", "--port", str(port)]
    command += ["--home", str(watcher.home.path)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts
    ) as server:
        try:
            assert server.stderr is not None
            assert f"http://127.0.0.1:{port}/metrics" in server.stderr.readline()
            assert asked(port)["tinwatch_articles", "alpha"] == 1
            watcher.batch(watcher.read(key="2", at=day(1)), at=day(1))
            assert asked(port)["tinwatch_articles", "alpha"] == 2
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
    with pytest.raises(URLError):
        asked(port)


def heed_interrupts() -> None:
    """What a shell starts in the background ignores them, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def asked(port: int) -> dict[tuple[str, ...], float]:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        return samples(answer.read().decode())


def samples(text: str) -> dict[tuple[str, ...], float]:
    """(name, values of the labels) -> value, as Prometheus reads them."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
