"""Takes a site's captures in a web archive into the home, in batches.

A batch is an import (crawlers/reprocess/importer.py): a run, with the captures in our WARC files.
What is stored is not fetched again, so that a killed backfill continues where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from crawlers.backfill.client import Archive, ArchiveError
from crawlers.backfill.selection import ArchivedCapture, Selection, select, stored_captures
from crawlers.reprocess.importer import Imported, import_records
from crawlers.spider import SiteSpider
from storage.archive.decoding import DecodingError
from storage.archive.reader import Record
from storage.home import Home

BATCH_CAPTURES = 100
BATCH_BYTES = 32 << 20
REQUEST_SECONDS = 0.7  # that a public archive takes to answer, beside the pause


def find_captures(
    home: Home,
    site: type[SiteSpider],
    archive: Archive,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
) -> Selection:
    """Ask the archive for the site's domains, old and new. Raise ArchiveError."""
    hosts = dict.fromkeys(d.removeprefix("www.") for d in (*site.domains, *site.retired_domains))
    listed = (capture for host in hosts for capture in archive.captures(host, since, until))
    return select(listed, site, stored_captures(home, site), limit)


def expected_time(archive: Archive, selection: Selection) -> timedelta:
    return timedelta(seconds=round(len(selection.captures) * (archive.pause + REQUEST_SECONDS)))


def fetch_batches(
    home: Home, site: type[SiteSpider], archive: Archive, captures: list[ArchivedCapture]
) -> Iterator[tuple[int, Imported]]:
    """Fetch and import captures. Yield how many are done, and what the batch brought.

    The site is locked only while a batch is imported. Raise ArchiveError or SiteBusy.
    """
    problems: list[tuple[str, DecodingError | ArchiveError]] = []
    records: list[Record] = []
    size = 0
    for number, capture in enumerate(captures, start=1):
        try:
            records.append(archive.fetch(capture))
            size += len(records[-1].body)
        except (DecodingError, ArchiveError) as error:
            if isinstance(error, ArchiveError) and error.fatal:
                if records:
                    yield number - 1, _import(home, site, records, problems)
                raise
            problems.append((archive.replay_url(capture), error))
        if len(records) >= BATCH_CAPTURES or size >= BATCH_BYTES or number == len(captures):
            yield number, _import(home, site, records, problems)
            records, problems, size = [], [], 0


def _import(
    home: Home,
    site: type[SiteSpider],
    records: list[Record],
    problems: list[tuple[str, DecodingError | ArchiveError]],
) -> Imported:
    done = import_records(home, site, records)
    done.problems += [(url, error.reason) for url, error in problems]
    return done
