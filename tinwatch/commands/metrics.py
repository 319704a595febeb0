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

from schedules.monitoring.facts import facts_of_site
from schedules.monitoring.findings import Severity
from schedules.monitoring.report import findings, room
from storage.db.connection import from_utc_text
from storage.disk_space import MEGABYTE, free_mb
from storage.events.alert_outbox import waiting
from storage.events.daily_counts import site_sums
from storage.events.paging import Window, newest_event
from storage.events.paging import counts as event_counts
from storage.events.pending import held_counts
from storage.home import Home
from storage.runs.sites import crawled_sites
from tinwatch.commands.options import HomeOption
from tinwatch.terminal.console import err, errors_in_words, existing_home


class HomeMetrics(Collector):
    """Reads the database whenever it is asked; asks no site."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def collect(self) -> Iterator[Metric]:
        with closing(self.home.database()) as db:
            articles = {site: total.articles for site, total in site_sums(db).items()}
            yield _by_site("tinwatch_articles", "Articles.", articles)
            said = "Events that wait for a verdict or a person."
            yield _by_site("tinwatch_held_events", said, held_counts(db))
            published = CounterMetricFamily("tinwatch_events", "Events.", labels=["site", "kind"])
            for labels, number in event_counts(db, Window(0, newest_event(db))).items():
                published.add_metric(labels, number)
            yield published
            said = "Alerts that are not sent yet."
            yield GaugeMetricFamily("tinwatch_outbox_messages", said, len(waiting(db)))
            now = datetime.now(UTC)
            facts = [facts_of_site(db, s.name, now, live=s.live) for s in crawled_sites(db)]
        found = [*room(self.home), *(one for about in facts for one in findings(about))]
        success = GaugeMetricFamily(
            "tinwatch_last_success_timestamp_seconds", "End of the last good run.", labels=["site"]
        )
        lasted = GaugeMetricFamily(
            "tinwatch_run_duration_seconds", "How long the newest run took.", labels=["site"]
        )
        counts = {
            name: GaugeMetricFamily(f"tinwatch_run_{name}", said, labels=["site"])
            for name, said in (("read", "Pages that the newest run read."),
                               ("failed", "Pages that it could not fetch."))
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
                    lasted.add_metric([about.site], took.total_seconds())
        yield from (success, lasted, *counts.values())
        levels = GaugeMetricFamily("tinwatch_findings", "Findings of health.", labels=["level"])
        for severity in Severity:
            levels.add_metric([severity], sum(one.severity == severity for one in found))
        yield levels
        yield GaugeMetricFamily(
            "tinwatch_captures_bytes", "Bytes of the captures.", _size(self.home.captures)
        )
        free = free_mb(self.home) * MEGABYTE
        yield GaugeMetricFamily("tinwatch_free_bytes", "Free on the home's disk.", free)


def _by_site(name: str, said: str, numbers: dict[str, int]) -> Metric:
    metric = GaugeMetricFamily(name, said, labels=["site"])
    for site, number in numbers.items():
        metric.add_metric([site], number)
    return metric


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*/*.warc.gz"))


def metrics(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1 to answer at.")
    ] = 9108,
    textfile: Annotated[
        Path | None, typer.Option(help="Write this file for node_exporter instead, and end.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Prometheus metrics of the home, over HTTP or as a file."""
    with errors_in_words():
        place = existing_home(home)
        registry = CollectorRegistry()
        registry.register(HomeMetrics(place))
        if textfile is not None:
            write_to_textfile(str(textfile), registry)
            return
        _, thread = start_http_server(port, "127.0.0.1", registry)
        err.print(f"metrics at http://127.0.0.1:{port}/metrics; Ctrl-C ends it")
        thread.join()
