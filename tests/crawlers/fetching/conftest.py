"""Crawls of a real host on 127.0.0.1 that has every fault (tests/crawlers/faulty_site)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.reasons import Reason


@dataclass(frozen=True)
class Crawled:
    """What one scenario left: the host's own log, and a home with database and captures."""

    home: Path
    report: dict[str, Any]

    def log(self, batch: int) -> list[dict[str, Any]]:
        return [seen for seen in self.report["log"] if seen["batch"] == batch]

    def paths(self, batch: int) -> list[str]:
        return [seen["path"] for seen in self.log(batch)]

    def articles_requested(self, batch: int) -> list[int]:
        return [int(p.split("-bai")[1].split(".")[0]) for p in self.paths(batch) if "-bai" in p]

    def rows(self, sql: str, *values: Any) -> list[Any]:
        db = sqlite3.connect(self.home / "tinwatch.db")
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def stats(self, run: int) -> dict[str, Any]:
        [(text,)] = self.rows("SELECT stats FROM runs WHERE id = ?", run)
        found: dict[str, Any] = json.loads(text)
        return found

    def reason(self, run: int) -> Reason:
        """Why a run did not pass."""
        [(text,)] = self.rows("SELECT reason FROM runs WHERE id = ?", run)
        return Reason.from_json(text)

    def problems(self, run: int) -> dict[str, Reason]:
        """Reasons by article key, or by path where the page is no article."""
        found = {}
        for problem in self.stats(run).get("problems", []):
            path = "/" + problem["url"].split("/", 3)[3]
            found[path.split("-bai")[-1].removesuffix(".html")] = Reason.of(problem["reason"])
        return found

    def keys(self) -> set[int]:
        return {int(key) for (key,) in self.rows("SELECT key FROM articles")}

    def records(self) -> Iterator[tuple[str, str, int]]:
        """(kind, path, status) of every response; a wrong digest of any record raises."""
        for file in sorted(self.home.glob("captures/*/*.warc.gz")):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    record.content_stream().read()
                    if record.rec_type in ("warcinfo", "request"):
                        continue
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    status = int(record.http_headers.get_statuscode())
                    yield record.rec_type, "/" + url.split("/", 3)[3], status


@pytest.fixture(scope="session")
def crawls(faulty_crawls: Path) -> dict[str, Crawled]:
    """All scenarios by name; to be read only."""
    return {
        file.parent.name: Crawled(file.parent, json.loads(file.read_text("utf-8")))
        for file in faulty_crawls.glob("*/report.json")
    }


@pytest.fixture(scope="session")
def faults(crawls: dict[str, Crawled]) -> Crawled:
    return crawls["faults"]
