"""Takes the captures of a bulk dataset into a home, with the bytes of their records.

The dataset says what is worth reading: of captures with equal bytes in a row the first and the
last, as in a backfill. The records themselves are read from the archive, so that the home keeps the
bytes that its revisions are made of and can be verified and rebuilt. What is stored is not read
again.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.backfill.selection import ArchivedCapture, select, stored_captures
from crawlers.bulk.extract_piece import ARTICLE, MISSING
from crawlers.reprocess.importer import Imported, import_records
from crawlers.spider import SiteSpider
from storage.archive.decoding import DecodingError
from storage.archive.reader import CaptureError, Record
from storage.bulk.dataset import DatasetFolder
from storage.bulk.pieces import BadInput
from storage.bulk.records import record_at
from storage.home import Home
from storage.reasons import Reason

BATCH_CAPTURES = 500  # a run each


def import_dataset(
    home: Home, site: type[SiteSpider], dataset: DatasetFolder
) -> Iterator[Imported]:
    """Import the captures of a site that show an article or its absence. Raise SiteBusy.

    Each batch is a run, to be published before the next one.
    """
    rows = (
        row for row in dataset.captures(site.name)
        if row["outcome"] in (ARTICLE, MISSING) and row["kind"] != "revisit"
    )  # fmt: skip
    listed = (
        ArchivedCapture(
            row["url"], row["captured_at"], str(row["http_status"]), row["sha256"], row["length"],
            (row["warc"], row["warc_offset"]),
        )
        for row in rows
    )  # fmt: skip
    chosen = select(listed, site, stored_captures(home, site)).captures
    for start in range(0, len(chosen), BATCH_CAPTURES):
        problems: list[tuple[str, Reason]] = []
        records = _records(chosen[start : start + BATCH_CAPTURES], problems)
        done = import_records(home, site, records)
        done.problems += problems
        yield done


def _records(
    captures: list[ArchivedCapture], problems: list[tuple[str, Reason]]
) -> Iterator[Record]:
    for capture in captures:
        assert capture.place is not None
        try:
            stored = record_at(*capture.place)
            yield stored.record(stored.decoded())
        except (BadInput, CaptureError, DecodingError) as error:
            problems.append((capture.url, error.reason))
