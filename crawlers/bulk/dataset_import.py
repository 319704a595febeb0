"""Takes the captures of a bulk dataset into a home, with the bytes of their records.

The dataset says what is worth reading, of captures with equal bytes in a row the first and the last
as in a backfill, and which record a revisit repeats. The records themselves are read from the
archive, so that the home keeps the bytes that its revisions are made of and can be verified and
rebuilt. What is stored is not read again.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.backfill.selection import ArchivedCapture, select, stored_captures
from crawlers.bulk.extract_piece import ARTICLE, MISSING
from crawlers.bulk.resolve_revisits import NO_ORIGINAL
from crawlers.reprocess.importer import Imported, import_records
from crawlers.spider import SiteSpider
from storage.archive.decoding import DecodingError
from storage.archive.errors import CaptureError
from storage.archive.reader import Record
from storage.bulk.dataset import DatasetFolder
from storage.bulk.pieces import BadInput
from storage.bulk.records import record_at
from storage.home import Home
from storage.reasons import Reason

BATCH_CAPTURES = 500  # a run each
Location = tuple[str, int]  # file and offset of a record


def import_dataset(
    home: Home, site: type[SiteSpider], dataset: DatasetFolder
) -> Iterator[Imported]:
    """Import the captures of a site that show an article or its absence. Raise SiteBusy.

    Each batch is a run, to be published before the next one.
    """
    listed, repeated = _captures(site, dataset)
    chosen = select(listed, site, stored_captures(home, site)).captures
    numbers = {repeated[c.location] for c in chosen if c.location in repeated}
    found = dataset.locations(numbers) if numbers else {}
    originals = {revisit: found.get(number) for revisit, number in repeated.items()}
    for start in range(0, len(chosen), BATCH_CAPTURES):
        problems: list[tuple[str, Reason]] = []
        records = _records(chosen[start : start + BATCH_CAPTURES], originals, problems)
        done = import_records(home, site, records)
        done.problems += problems
        yield done


def _captures(
    site: type[SiteSpider], dataset: DatasetFolder
) -> tuple[list[ArchivedCapture], dict[Location | None, int]]:
    """Return the captures worth reading, and for each revisit the capture that it repeats."""
    listed: list[ArchivedCapture] = []
    repeated: dict[Location | None, int] = {}
    for row in dataset.captures(site.name):
        if row["outcome"] not in (ARTICLE, MISSING):
            continue
        location = (row["warc"], row["warc_offset"])
        listed.append(
            ArchivedCapture(
                row["url"], row["captured_at"], str(row["http_status"]), row["sha256"],
                row["length"], location,
            )
        )  # fmt: skip
        if row["original"] is not None:
            repeated[location] = row["original"]
    return listed, repeated


def _records(
    captures: list[ArchivedCapture],
    originals: dict[Location | None, Location | None],
    problems: list[tuple[str, Reason]],
) -> Iterator[Record]:
    """Yield the records of captures, a revisit with the bytes of the one that it repeats."""
    for capture in captures:
        assert capture.location is not None
        try:
            stored = original = record_at(*capture.location)
            if capture.location in originals:
                location = originals[capture.location]
                if location is None:
                    problems.append((capture.url, NO_ORIGINAL))
                    continue
                original = record_at(*location)
                stored = stored.completed(original)
            yield stored.record(original.decoded())
        except (BadInput, CaptureError, DecodingError) as error:
            problems.append((capture.url, error.reason))
