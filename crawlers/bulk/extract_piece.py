"""The task of a bulk job: from the records of a piece to rows of the dataset.

What a record shows is decided as in an import (crawlers/reprocess/past.py), of a site of which
nothing is stored: a task knows no other one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawlers.bulk.selection import ArchiveSelection
from crawlers.reprocess.past import is_relevant, observe_record
from crawlers.spider import SiteSpider
from pipelines.items import ArticleRead, FetchFailed, Observation, PageUnreadable, PastMiss
from pipelines.recording.prepared import normalised
from pipelines.stories.wide_sketch import wide_sketch
from storage.archive.decoding import DecodingError
from storage.archive.reader import StoredRecord
from storage.archive.writer import Capture
from storage.articles.record_json import warning_fields
from storage.bulk.dataset import DatasetFolder, FinishedTask, TaskWriter
from storage.bulk.pieces import Piece
from storage.bulk.records import Entry, PieceReader
from storage.bulk.tables import NO_SITE, number_of
from storage.messages import ReasonError, describe
from storage.messages.reasons_bulk import BulkReason
from storage.models import Article
from storage.reasons import Reason

MAX_LISTED_PROBLEMS = 100  # in a task's JSON; the table of problems has all
NO_YEAR = 0
ARTICLE, MISSING, REPEATED, OTHER = "article", "missing", "repeated", "other"
UNREADABLE, FAILED, DAMAGED = "unreadable", "failed", "damaged"  # outcomes with a reason


class OtherRules(ReasonError, RuntimeError):
    """A worker would extract by other rules than the client."""


def extract_piece(
    folder: str, selection: ArchiveSelection, rules: str, piece: Piece
) -> FinishedTask:
    """Extract a piece into the dataset in `folder`. Raise OSError or OtherRules."""
    if selection.rules != rules:
        raise OtherRules(Reason(BulkReason.OTHER_RULES))
    dataset = DatasetFolder(folder)
    task = FinishedTask(piece.name, piece.identity(rules), piece.file, piece.start, piece.end)
    writer = TaskWriter(dataset, piece.name)
    reader = PieceReader(piece, lambda url: selection.site_of(url) is not None)
    extraction = _Extraction(piece.file, selection, writer, task)
    for entry in reader.entries():
        extraction.add(entry)
    writer.flush()
    task.first, task.next, task.files = reader.first, reader.next, writer.files
    task.counts |= {**writer.counts, "records": reader.seen}
    dataset.finish(task)
    return task


@dataclass(frozen=True, slots=True)
class _Place:
    """A record in the dataset: its partition, and the columns that all tables have."""

    site: str
    year: int
    columns: dict[str, Any]


class _Extraction:
    """Writes what the records of one piece show."""

    def __init__(
        self, file: str, selection: ArchiveSelection, writer: TaskWriter, task: FinishedTask
    ) -> None:
        self.file = file
        self.selection = selection
        self.writer = writer
        self.task = task

    def add(self, entry: Entry) -> None:
        site = self.selection.site_of(entry.url) if entry.url else None
        if entry.record is None:
            self._damaged(entry, site, None)
            return
        site = self.selection.site_of(entry.record.url)
        assert site is not None, "the reader yields wanted records only"
        if self.selection.includes_day(entry.record.captured_at):
            self._stored(entry, entry.record, site)

    def _stored(self, entry: Entry, stored: StoredRecord, site: type[SiteSpider]) -> None:
        digest = hashlib.sha256(stored.payload).hexdigest()
        capture = Capture(
            site.name, site.canonical(stored.url), stored.captured_at, stored.status,
            next(iter(stored.values("content-type")), None), digest, len(stored.payload),
            self.file, entry.offset, source_url=stored.source_url,
        )  # fmt: skip
        if stored.kind == "revisit":  # the bytes are elsewhere, perhaps in a file that is not read
            self._capture(entry, stored, site, capture, REPEATED)
            return
        try:
            record = stored.record(stored.decoded())
        except DecodingError as error:
            self._capture(entry, stored, site, capture, DAMAGED, error.reason)
            self._damaged(entry, site, stored, error.reason)
            return
        if not is_relevant(record, site):
            self._capture(entry, stored, site, capture, OTHER)
            return
        observation = observe_record(record, capture, site)
        outcome, reason = outcome_of(observation)
        self._capture(entry, stored, site, capture, outcome, reason)
        if isinstance(observation, ArticleRead):
            self._article(entry, observation, capture, site)
        elif isinstance(observation, PageUnreadable | FetchFailed):
            self._problem(entry, stored, site, observation.reason)

    def _place(
        self, entry: Entry, stored: StoredRecord | None, site: type[SiteSpider] | None
    ) -> _Place:
        moment = stored.captured_at.astimezone(UTC) if stored else None
        url = stored.url if stored else entry.url
        columns = {
            "capture": number_of(self.file, entry.offset),
            "key": site.key_of(url) if site and url else None,
            "url": site.canonical(url) if site and url else url,
            "captured_at": _moment(moment),
            "warc": self.file,
            "warc_offset": entry.offset,
        }
        name = site.name if site else NO_SITE
        return _Place(name, moment.year if moment else NO_YEAR, columns)

    def _capture(
        self, entry: Entry, stored: StoredRecord, site: type[SiteSpider], capture: Capture,
        outcome: str, reason: Reason | None = None,
    ) -> None:  # fmt: skip
        place = self._place(entry, stored, site)
        counts = self.task.counts
        counts[f"outcome_{outcome}"] = counts.get(f"outcome_{outcome}", 0) + 1
        row = place.columns | {
            "kind": stored.kind, "http_status": stored.status,
            "content_type": capture.content_type, "digest": stored.digest or None,
            "sha256": None if stored.kind == "revisit" else capture.sha256,
            "length": capture.length, "outcome": outcome,
            "reason_code": str(reason.code) if reason else None,
            "reason": describe(reason) if reason else None,
        }  # fmt: skip
        self.writer.add("captures", place.site, place.year, row)

    def _article(
        self, entry: Entry, read: ArticleRead, capture: Capture, site: type[SiteSpider]
    ) -> None:
        prepared = normalised(read.page)
        article, sketch = prepared.article, wide_sketch(prepared.article)
        moment = capture.captured_at.astimezone(UTC)
        number, of_capture = (
            number_of(article.site, article.key),
            number_of(self.file, entry.offset),
        )
        record = article.as_json() | warning_fields(article.warnings)
        del record["site"]
        record["published_on"] = article.published[:10] if article.published else None
        self.writer.add(
            "articles", site.name, moment.year,
            record | {
                "capture": of_capture, "article": number, "captured_at": _moment(moment),
                "fingerprint": prepared.fingerprint, "reader": read.page.extractor_version,
                "sha256": capture.sha256, "length": capture.length, "warc": self.file,
                "warc_offset": entry.offset,
            },
            _text_chars(article),
        )  # fmt: skip
        self.writer.add(
            "shingles", site.name, moment.year,
            {
                "capture": of_capture, "article": number, "captured_at": _moment(moment),
                "shingles": sketch.shingles,
                "indexed": sketch.indexed,
            },
            len(sketch.shingles),
        )  # fmt: skip

    def _problem(
        self, entry: Entry, stored: StoredRecord | None, site: type[SiteSpider] | None,
        reason: Reason,
    ) -> None:  # fmt: skip
        place = self._place(entry, stored, site)
        row = place.columns | {
            "http_status": stored.status if stored else None, "reason_code": str(reason.code),
            "reason": describe(reason), "reason_json": reason.to_json(),
        }  # fmt: skip
        self.writer.add("problems", place.site, place.year, row)

    def _damaged(
        self, entry: Entry, site: type[SiteSpider] | None, stored: StoredRecord | None,
        reason: Reason | None = None,
    ) -> None:  # fmt: skip
        """Add a record that cannot be read to the problems of the task, too: they are named."""
        reason = reason or entry.reason
        assert reason is not None
        self._problem(entry, stored, site, reason)
        self.task.counts["damaged"] = self.task.counts.get("damaged", 0) + 1
        if len(self.task.problems) < MAX_LISTED_PROBLEMS:
            url = stored.url if stored else entry.url
            self.task.problems.append((url or "", entry.offset, reason.to_data()))


def outcome_of(observation: Observation) -> tuple[str, Reason | None]:
    """Return what a capture shows, as the column `outcome` of captures, and why."""
    match observation:
        case ArticleRead():
            return ARTICLE, observation.problem
        case PastMiss():
            return MISSING, observation.reason
        case PageUnreadable():
            return UNREADABLE, observation.reason
        case FetchFailed():
            return FAILED, observation.reason
    return OTHER, None


def _text_chars(article: Article) -> int:
    return sum(len(block.text) for block in article.body) + len(article.lead or "")


def _moment(moment: datetime | None) -> str | None:
    """Return a time as the tables take it: whole seconds in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment else None
