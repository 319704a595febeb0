"""Metrics of a played home, as a Prometheus reader reads them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from tinwatch.cli import app


def test_a_file_that_prometheus_reads(watcher: Any, tmp_path: Path, day: Any) -> None:
    first: datetime = day(0)
    watcher.night(watcher.read(key="1", at=first), watcher.read(key="2", at=first), at=first)
    watcher.night(at=day(1), stats={"listings": 0, "links": 0})
    file = tmp_path / "tinwatch.prom"
    asked = ["metrics", "--textfile", str(file), "--home", str(watcher.home.path)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(file.read_text("utf-8"))
        for sample in family.samples
    }
    assert found["tinwatch_articles", "alpha"] == 2
    assert found["tinwatch_events_total", "new", "alpha"] == 2
    assert found["tinwatch_last_success_timestamp_seconds", "alpha"] > 0
    assert found["tinwatch_run_read", "alpha"] == 0
    assert found[("tinwatch_outbox_messages",)] == 0
    assert found[("tinwatch_free_bytes",)] > 0
