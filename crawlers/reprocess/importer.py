"""Import of existing files: saved HTML, WARC and WACZ files, and plain text captures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from crawlers.crawl.from_capture import reparse_revision
from crawlers.crawl.state import CrawlState, lacks_html_end
from crawlers.extraction.article import extract_article
from crawlers.extraction.html import MAX_PAGE_BYTES, UnreadablePage, canonical_of
from crawlers.extraction.plaintext import extract_plain_text
from crawlers.reprocess.archive_files import TEXT_NAMES, is_archive, is_warc, warc_files
from crawlers.reprocess.parallel import CHUNK_CAPTURES, in_processes
from crawlers.reprocess.past import HTTP_OK, Captured, PastReader, is_relevant
from crawlers.spider import SiteSpider
from pipelines.items import ArticleRead, FetchFailed, PageUnreadable
from pipelines.recording.identity import update_keys
from pipelines.recording.recorder import Recorder
from pipelines.site_store import SiteStore
from storage.archive.captures import newest_captures
from storage.archive.errors import CaptureError, UnreadableRecord
from storage.archive.originals import Originals
from storage.archive.reader import Record, read_records
from storage.archive.writer import CaptureWriter
from storage.db.connection import utc_text
from storage.disk_space import BYTES_PER_MB
from storage.home import Home
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import RunKind
from storage.runs.sites import register_site

SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(\S+) -->")
MAX_CHUNK_BYTES = 4 << 20
EARLIEST_CAPTURE = datetime(1990, 1, 1, tzinfo=UTC)
MAX_CLOCK_ERROR = timedelta(days=1)  # of a capture that seems to be of the future


@dataclass(slots=True)
class Imported:
    """The result of an import: articles read, and files or pages that could not be read."""

    run: int = 0
    read: int = 0
    problems: list[tuple[str, Reason]] = field(default_factory=list)  # (file or URL, reason)


def import_files(
    home: Home,
    site: type[SiteSpider],
    files: list[Path],
    *,
    url: str | None = None,
    captured_at: datetime | None = None,
) -> Imported:
    """Read files into a run of kind "import". A file that cannot be read does not stop the others.

    `url` and `captured_at` belong to a single HTML or text file; without them the page's own
    canonical link and the file's date are used. Raise SiteBusy, and InputError if `url` is not of
    an article of the site.
    """
    if url is not None and site.key_of(url) is None:
        raise InputError(Reason(InputReason.NOT_AN_ARTICLE, url=url, site=site.name))
    archives = [file for file in files if is_archive(file)]
    originals = Originals(file for file in archives if is_warc(file.name))
    with _importer(home, site, url, captured_at) as (importer, recorder):
        for file in files:
            if not is_archive(file):
                importer.record_file(file)
        importer.record_all(
            record for file in archives for record in importer.records(file, originals)
        )
        recorder.finish(RunStats(files=len(files)), listings_complete=False)
    return importer.result


def import_records(home: Home, site: type[SiteSpider], records: Iterable[Record]) -> Imported:
    """Import the relevant ones of the records of an archive into a run. Raise SiteBusy."""
    with _importer(home, site) as (importer, recorder):
        importer.record_all(record for record in records if is_relevant(record, site))
        recorder.finish(RunStats(), listings_complete=False)
    return importer.result


@contextmanager
def _importer(
    home: Home,
    site: type[SiteSpider],
    url: str | None = None,
    captured_at: datetime | None = None,
) -> Iterator[tuple[_Importer, Recorder]]:
    """Begin a run of kind "import". Raise SiteBusy."""
    with home.site_lock(site.name):
        db = home.database()
        register_site(db, site.facts())
        today = datetime.now(UTC).date()
        captures = CaptureWriter(home.captures, site.name, newest_captures(db, site.name), today)
        store = SiteStore(home, db, site.name)
        reparse = partial(reparse_revision, store, site)
        recorder = Recorder(
            db, site.name, RunKind.IMPORT, captures, reparse=reparse, settings=home.settings
        )
        result = Imported(recorder.run)
        try:
            for problem in update_keys(recorder.past, site.key_of, recorder.past.started):
                result.problems.append((problem.url, problem.reason))
            state = CrawlState.load(store)
            yield _Importer(site, recorder, state, url, captured_at, result), recorder
        finally:
            captures.close()
            db.close()
    result.read = recorder.stats.read


@dataclass(slots=True)
class _Importer:
    site: type[SiteSpider]
    recorder: Recorder
    state: CrawlState
    url: str | None
    captured_at: datetime | None
    result: Imported

    def record_file(self, file: Path) -> None:
        with self._reporting(file):
            self.recorder.record(self._from_file(file))

    def record_all(self, records: Iterable[Record]) -> None:
        """Store the captures of relevant records, and record what they show."""
        reader = PastReader(self.site.name, self.state.boilerplate)
        timed = (record for record in records if self._has_time(record))
        for chunk in in_processes(reader.observe_chunk, chunks(map(self._captured, timed))):
            for observation, prepared in chunk:
                if isinstance(observation, PageUnreadable | FetchFailed):
                    self.result.problems.append((observation.url, observation.reason))
                self.recorder.record(observation, prepared)

    def records(self, file: Path, originals: Originals) -> Iterator[Record]:
        """Yield the relevant records of a WARC or WACZ file, revisits with their bytes.

        `originals`: of all WARC files of this import. Those of a WACZ file are within it.
        """
        found = False
        problems = len(self.result.problems)
        least_free = self.recorder.past.settings.least_free_mb * BYTES_PER_MB
        with self._reporting(file), warc_files(file, least_free) as parts:
            originals = originals if parts == [file] else Originals(parts)
            for part in parts:
                for record in read_records(
                    part, on_error=self._report_unreadable, originals=originals
                ):
                    if is_relevant(record, self.site):
                        found = True
                        yield record
            if not found and len(self.result.problems) == problems:
                raise UnreadablePage(Reason(Unread.FILE_WITHOUT_ARTICLES, site=self.site.name))

    @contextmanager
    def _reporting(self, file: Path) -> Iterator[None]:
        try:
            yield
        except (UnreadablePage, CaptureError) as error:
            self.result.problems.append((str(file), error.reason))
        except OSError as error:
            text = error.strerror or str(error)
            self.result.problems.append((str(file), Reason(CrawlReason.ERROR, error=text)))

    def _report_unreadable(self, error: UnreadableRecord) -> None:
        """Report a record that cannot be read, unless it is one of no article of the site."""
        if error.url is None:
            reason = Reason(CrawlReason.ERROR, error=str(error))
            self.result.problems.append((str(error.path), reason))
        elif self.site.key_of(error.url) is not None and (
            error.status == HTTP_OK or error.reason.code == CrawlReason.ORIGINAL_LOST
        ):
            self.result.problems.append((error.url, error.reason))

    def _has_time(self, record: Record) -> bool:
        """Whether a record states a possible time; else report it.

        One of the future would be newer than all that crawls read of the article.
        """
        problem = _clock_problem(record.captured_at)
        if problem is not None:
            self.result.problems.append((record.url, problem))
        return problem is None

    def _captured(self, record: Record) -> Captured:
        """Store the capture of a relevant record, under the address at which it was made."""
        capture = self.recorder.captures.write_response(
            record.url, record.captured_at, record.status, "", record.headers, record.body,
            source_url=record.source_url,
        )  # fmt: skip
        return record, capture

    def _from_file(self, file: Path) -> ArticleRead:
        if file.stat().st_size > MAX_PAGE_BYTES:
            raise UnreadablePage(Reason(Unread.FILE_TOO_LARGE, limit=MAX_PAGE_BYTES))
        body = file.read_bytes()
        captured_at = self.captured_at or datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
        problem = _clock_problem(captured_at)
        if problem is not None:
            raise UnreadablePage(problem)
        url = self.site.canonical(self.url) if self.url else None
        if file.name.lower().endswith(TEXT_NAMES):
            page = extract_plain_text(body, self.site, captured_at, url)
            name = url or f"urn:sha256:{sha256(body).hexdigest()}"
            capture = self.recorder.captures.write_resource(name, captured_at, "text/plain", body)
            return ArticleRead(page, capture, captured_at)
        url = url or _source_url(self.site, body)
        if url is None:
            raise UnreadablePage(Reason(Unread.FILE_WITHOUT_URL))
        page = extract_article(
            body, url, self.site, captured_at, boilerplate=self.state.boilerplate
        )
        capture = self.recorder.captures.write_resource(url, captured_at, "text/html", body)
        return ArticleRead(page, capture, captured_at, lacks_end=lacks_html_end(body))


def _clock_problem(captured_at: datetime) -> Reason | None:
    """Return why a capture cannot be of this time, or None."""
    if EARLIEST_CAPTURE <= captured_at <= datetime.now(UTC) + MAX_CLOCK_ERROR:
        return None
    return Reason(Unread.WRONG_CLOCK, when=utc_text(captured_at))


def chunks(captured: Iterable[Captured]) -> Iterator[list[Captured]]:
    """Yield the captures in lists that take a process neither long nor much memory."""
    chunk: list[Captured] = []
    size = 0
    for record, capture in captured:
        chunk.append((record, capture))
        size += len(record.body)
        if len(chunk) == CHUNK_CAPTURES or size > MAX_CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def stated_urls(body: bytes) -> list[str]:
    """Return the URLs that a saved page states: the browser's comment, the canonical link."""
    comment = SAVED_FROM.search(body)
    candidates = (
        comment.group(1).decode("ascii", "replace") if comment else None, canonical_of(body),
    )  # fmt: skip
    return [url for url in candidates if url]


def _source_url(site: type[SiteSpider], body: bytes) -> str | None:
    """Return the first URL that a saved page states and that is an article of the site."""
    urls = (url for url in stated_urls(body) if site.key_of(url) is not None)
    return next(map(site.canonical, urls), None)
