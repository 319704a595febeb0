"""tinwatch metrics: the state of a home as Prometheus metrics, to a file or over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry, start_http_server, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from schedules.monitoring.findings import Severity
from schedules.monitoring.report import disk_findings, findings, site_histories
from storage.db.connection import from_utc_text
from storage.disk_space import BYTES_PER_MB, free_mb
from storage.events.alert_outbox import waiting
from storage.events.daily_counts import site_totals
from storage.events.ledger import newest_event
from storage.events.paging import Window
from storage.events.paging import counts as event_counts
from storage.events.pending import pending_counts
from storage.home import Home
from tinwatch.commands.options import HomeOption
from tinwatch.terminal.console import err, existing_home, exit_on_error
from tinwatch.terminal.messages import gettext


class HomeMetrics(Collector):
    """Metrics of a home, read from its database at each scrape."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def collect(self) -> Iterator[Metric]:
        with closing(self.home.database()) as db:
            articles = {site: total.articles for site, total in site_totals(db).items()}
            yield _by_site("tinwatch_articles", "Articles.", articles)
            pending = "Pending events: they wait for the verdict on their run, or for a person."
            yield _by_site("tinwatch_held_events", pending, pending_counts(db))
            published = CounterMetricFamily("tinwatch_events", "Events.", labels=["site", "kind"])
            for labels, number in event_counts(db, Window(0, newest_event(db))).items():
                published.add_metric(labels, number)
            yield published
            unsent = len(waiting(db))
            yield GaugeMetricFamily("tinwatch_outbox_messages", "Unsent alerts.", unsent)
            now = datetime.now(UTC)
            facts = site_histories(db, now)
        found = [*disk_findings(self.home), *(one for about in facts for one in findings(about))]
        success = GaugeMetricFamily(
            "tinwatch_last_success_timestamp_seconds",
            "End of the last run that passed.",
            labels=["site"],
        )
        duration = GaugeMetricFamily(
            "tinwatch_run_duration_seconds", "Duration of the newest run.", labels=["site"]
        )
        counts = {
            name: GaugeMetricFamily(f"tinwatch_run_{name}", text, labels=["site"])
            for name, text in (("read", "Pages read by the newest run."),
                               ("failed", "Pages that the newest run could not fetch."))
        }  # fmt: skip
        for about in facts:
            if about.last_success:
                moment = from_utc_text(about.last_success).timestamp()
                success.add_metric([about.site], moment)
            for run in about.runs[:1]:
                for name, metric in counts.items():
                    metric.add_metric([about.site], run.stats.counts().get(name, 0))
                if run.ended_at:
                    took = from_utc_text(run.ended_at) - from_utc_text(run.started_at)
                    duration.add_metric([about.site], took.total_seconds())
        yield from (success, duration, *counts.values())
        levels = GaugeMetricFamily(
            "tinwatch_findings", "Problems, as tinwatch health lists them.", labels=["level"]
        )
        for severity in Severity:
            levels.add_metric([severity], sum(one.severity == severity for one in found))
        yield levels
        yield GaugeMetricFamily(
            "tinwatch_captures_bytes", "Size of the captures.", _size(self.home.captures)
        )
        free = free_mb(self.home) * BYTES_PER_MB
        yield GaugeMetricFamily("tinwatch_free_bytes", "Free bytes on the disk of the home.", free)


def _by_site(name: str, text: str, numbers: dict[str, int]) -> Metric:
    metric = GaugeMetricFamily(name, text, labels=["site"])
    for site, number in numbers.items():
        metric.add_metric([site], number)
    return metric


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*/*.warc.gz"))


def metrics(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 9108,
    textfile: Annotated[
        Path | None, typer.Option(help="Write this file for node_exporter and exit.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Serve Prometheus metrics of the home over HTTP, or write them to a file."""
    with exit_on_error(home):
        opened = existing_home(home)
        registry = CollectorRegistry()
        registry.register(HomeMetrics(opened))
        if textfile is not None:
            write_to_textfile(str(textfile), registry)
            return
        _, thread = start_http_server(port, "127.0.0.1", registry)
        url = f"http://127.0.0.1:{port}/metrics"
        err.print(gettext("metrics: {url} (Ctrl-C stops it)", url=url))
        thread.join()
