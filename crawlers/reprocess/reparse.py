"""Parsing all stored captures again with the current extraction rules, in parallel over the cores.

Differences that come from our own rules are stored as revisions with the cause "extractor";
nothing is published (rule 5 of docs/architecture.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from crawlers.crawl.from_capture import extract_record, reparse_revision
from crawlers.extraction.html import UnreadablePage
from crawlers.registry import get_site
from crawlers.reprocess.parallel import CHUNK_CAPTURES, in_processes
from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from pipelines.changes import pending_edits
from pipelines.changes.fingerprint import differing_fields, fingerprint
from pipelines.changes.pending_edits import RefreshResult
from pipelines.record.normalise import normalise
from pipelines.recording.source_counts import (
    RunSources,
    SourceVerdict,
    add_run,
    source_verdicts,
)
from pipelines.site_store import SiteStore
from storage.archive.captures import captured_then
from storage.archive.errors import CaptureError
from storage.archive.reader import CaptureLocation, read_body
from storage.articles.revisions import (
    CapturedRevision,
    Revision,
    add_revision,
    newest_captured_revisions,
    replace_record,
)
from storage.db.connection import Database, from_utc_text, transaction
from storage.home import Home
from storage.models import Article, RevisionCause
from storage.reasons import LEGACY_TEXT


@dataclass(slots=True)
class ReparseResult:
    """The outcome of reparsing one site.

    Attributes:
        unreadable: captures that the rules cannot read, or that are lost
        lost: those that are missing or damaged
        pending: pending edits, dropped because our rules caused them, or restated
        fields: field -> number of articles on which it changed
    """

    articles: int = 0
    changed: int = 0
    unreadable: int = 0
    lost: int = 0
    pending: RefreshResult = field(default_factory=RefreshResult)
    fields: Counter[str] = field(default_factory=Counter)


CaptureSource = tuple[CaptureLocation, str | None, str]  # the article's URL, UTC text


@dataclass(frozen=True, slots=True)
class Parsed:
    """A capture with the current rules. `article` is None if it cannot be read.

    `is_lost`: its bytes are missing or damaged.
    """

    article: Article | None = None
    extractor_version: str = ""
    rules_version: str = ""
    verdicts: tuple[SourceVerdict, ...] = ()
    is_lost: bool = False


Progress = Callable[[int, int], None]  # (articles done, total)


def reparse_sites(
    home: Home, sites: list[str], progress: Progress = lambda done, total: None
) -> dict[str, ReparseResult]:
    """Parse the newest capture of every article of these sites again and store differences.

    Raise SiteBusy if a site is being crawled.
    """
    results: dict[str, ReparseResult] = {}
    for name in sites:
        with home.site_lock(name), closing(home.database()) as db:
            results[name] = _reparse_site(home, db, name, progress)
    return results


def _reparse_site(home: Home, db: Database, name: str, progress: Progress) -> ReparseResult:
    with transaction(db):
        pending = refresh_pending(home, db, name)
    captures = newest_captured_revisions(db, name)
    boilerplate = current_boilerplate(db, name)
    result = ReparseResult(articles=len(captures), pending=pending)
    sources = RunSources()
    done = 0
    for chunk in _parse_all(home.captures, name, boilerplate, captures):
        with transaction(db):
            for parsed in chunk:
                if parsed.article is not None:
                    sources.add(parsed.rules_version, parsed.verdicts)
                _store(db, captures[done].revision, parsed, result)
                done += 1
        progress(done, len(captures))
    with transaction(db):
        add_run(db, name, sources, replace=True)
        pending_edits.refresh_pending_titles(db, name)
    return result


def refresh_pending(home: Home, db: Database, name: str) -> RefreshResult:
    """Parse the captures of a site's pending edits again; drop edits that only our rules caused."""
    store = SiteStore(home, db, name)
    return pending_edits.refresh_pending_edits(
        db, name, partial(reparse_revision, store, get_site(name))
    )


def _parse_all(
    folder: Path, name: str, boilerplate: Boilerplate, captures: list[CapturedRevision]
) -> Iterator[list[Parsed]]:
    """Yield the current record of each capture in the order of `captures`, a chunk at a time."""
    sources = [
        (CaptureLocation(r.warc, r.offset, r.sha256, r.url), r.revision.record.url, r.captured_at)
        for r in captures
    ]
    chunks = [sources[i : i + CHUNK_CAPTURES] for i in range(0, len(sources), CHUNK_CAPTURES)]
    yield from in_processes(partial(_parse_chunk, folder, name, boilerplate), chunks)


def _parse_chunk(
    folder: Path, name: str, boilerplate: Boilerplate, chunk: list[CaptureSource]
) -> list[Parsed]:
    site = get_site(name)
    parsed: list[Parsed] = []
    for location, url, captured_at in chunk:
        try:
            record = captured_then(read_body(folder, *location), captured_at)
            page = extract_record(record, site, url, boilerplate)
        except CaptureError:
            parsed.append(Parsed(is_lost=True))
        except UnreadablePage:
            parsed.append(Parsed())
        else:
            article = normalise(page)
            verdicts = tuple(source_verdicts(page, article))
            versions = (page.extractor_version, page.rules_version)
            parsed.append(Parsed(article, *versions, verdicts))
    return parsed


def _store(db: Database, before: Revision, parsed: Parsed, result: ReparseResult) -> None:
    article, version = parsed.article, parsed.extractor_version
    if article is None:
        result.unreadable += 1
        result.lost += parsed.is_lost
        return
    old = before.record
    if any(warning.code == LEGACY_TEXT for warning in old.warnings):
        # Release 0.1 stored sentences, which cannot be compared with codes.
        old = replace(old, warnings=article.warnings)
    if article == old:
        if version != before.extractor_version or old is not before.record:
            replace_record(db, before.id, version, article, fingerprint(article))
        return
    result.changed += 1
    result.fields.update(differing_fields(old, article))
    if fingerprint(article) == before.fingerprint:
        replace_record(db, before.id, version, article, before.fingerprint)
        return
    add_revision(
        db,
        before.article,
        article,
        cause=RevisionCause.EXTRACTOR,
        observed=from_utc_text(before.observed_at),  # the page is the same, and so is its time
        run=None,
        capture=before.capture,
        extractor_version=version,
        fingerprint=fingerprint(article),
    )
