"""The task of a bulk job: from the records of a piece to rows of the dataset.

What a record shows is decided as in an import (crawlers/reprocess/past.py), of a site of which
nothing is stored: a task knows no other one.
"""

from __future__ import annotations

import hashlib
import json
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
from storage.archive.reader import Record, StoredRecord, parse_warc_date
from storage.archive.writer import Capture
from storage.articles.record_json import warning_fields
from storage.bulk.dataset import DatasetFolder, FinishedTask, TaskWriter
from storage.bulk.pieces import Piece
from storage.bulk.records import Entry, PieceReader
from storage.bulk.tables import NO_SITE, REVISITS, number_of
from storage.db.connection import utc_text
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


def check_rules(selection: ArchiveSelection, rules: str) -> None:
    """Raise OtherRules in a process whose rules are not those of the client."""
    if selection.rules != rules:
        raise OtherRules(Reason(BulkReason.OTHER_RULES))


def extract_piece(
    folder: str, selection: ArchiveSelection, rules: str, piece: Piece
) -> FinishedTask:
    """Extract a piece into the dataset in `folder`. Raise OSError or OtherRules."""
    check_rules(selection, rules)
    dataset = DatasetFolder(folder)
    task = FinishedTask(piece.name, piece.identity(rules), piece.file, piece.start, piece.end)
    writer = TaskWriter(dataset, piece.name)
    reader = PieceReader(piece, lambda url: selection.site_of(url) is not None)
    extraction = PieceExtraction(piece.file, selection, writer, task)
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


class PieceExtraction:
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
            self.damaged(entry, site, None)
            return
        site = self.selection.site_of(entry.record.url)
        assert site is not None, "the reader yields wanted records only"
        if not self.selection.includes_day(entry.record.captured_at):
            return
        if entry.record.kind == "revisit":  # its bytes may be in any file: see resolve_revisits.py
            self._revisit(entry, entry.record, site)
        else:
            self._stored(entry, entry.record, site)

    def _stored(self, entry: Entry, stored: StoredRecord, site: type[SiteSpider]) -> None:
        capture = capture_of(stored, stored.payload, site, entry.offset, self.file)
        try:
            record = stored.record(stored.decoded())
        except DecodingError as error:
            self.capture(entry, stored, site, capture, DAMAGED, error.reason)
            self.damaged(entry, site, stored, error.reason)
            return
        self.observed(entry, stored, record, capture, site)

    def observed(
        self, entry: Entry, stored: StoredRecord, record: Record, capture: Capture,
        site: type[SiteSpider], original: int | None = None,
    ) -> None:  # fmt: skip
        """Add what a decoded record shows. `original`: see the column of captures."""
        if not is_relevant(record, site):
            self.capture(entry, stored, site, capture, OTHER, original=original)
            return
        observation = observe_record(record, capture, site)
        outcome, reason = outcome_of(observation)
        self.capture(entry, stored, site, capture, outcome, reason, original)
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

    def capture(
        self, entry: Entry, stored: StoredRecord, site: type[SiteSpider], capture: Capture,
        outcome: str, reason: Reason | None = None, original: int | None = None,
    ) -> None:  # fmt: skip
        place = self._place(entry, stored, site)
        counts = self.task.counts
        counts[f"outcome_{outcome}"] = counts.get(f"outcome_{outcome}", 0) + 1
        row = place.columns | {
            "kind": stored.kind, "http_status": stored.status,
            "content_type": capture.content_type, "digest": stored.digest or None,
            "sha256": capture.sha256 or None, "length": capture.length, "original": original,
            "outcome": outcome,
            "reason_code": str(reason.code) if reason else None,
            "reason": describe(reason) if reason else None,
        }  # fmt: skip
        self.writer.add("captures", place.site, place.year, row)

    def _revisit(self, entry: Entry, stored: StoredRecord, site: type[SiteSpider]) -> None:
        place = self._place(entry, stored, site)
        named = self.selection.site_of(stored.refers_to_url)
        row = place.columns | {
            "url": stored.url, "http_status": stored.status,
            "headers": json.dumps(stored.headers), "digest": stored.digest or None,
            "refers_to_url": named.canonical(stored.refers_to_url) if named else None,
            "refers_to_at": _stated_moment(stored.refers_to_date),
            "not_modified": stored.not_modified, "source_url": stored.source_url,
        }  # fmt: skip
        self.writer.add(REVISITS, place.site, place.year, row, len(row["headers"]))

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
        record = article.to_dict() | warning_fields(article.warnings)
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

    def damaged(
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
            self.task.problems.append((url or "", entry.offset, reason.to_dict()))


def capture_of(
    stored: StoredRecord, payload: bytes, site: type[SiteSpider], offset: int, file: str
) -> Capture:
    """Return the coordinates of a record. `payload`: its bytes, wherever they are stored."""
    digest = hashlib.sha256(payload).hexdigest()
    return Capture(
        site.name, site.canonical(stored.url), stored.captured_at, stored.status,
        next(iter(stored.values("content-type")), None), digest, len(payload), file, offset,
        source_url=stored.source_url,
    )  # fmt: skip


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


def _stated_moment(stated: str) -> str | None:
    """Return the time of WARC-Refers-To-Date, or None if it cannot be read."""
    try:
        return _moment(parse_warc_date(stated).astimezone(UTC))
    except ValueError:
        return None


def _moment(moment: datetime | None) -> str | None:
    """Return a time as the tables take it: whole seconds in UTC."""
    return utc_text(moment) if moment else None
