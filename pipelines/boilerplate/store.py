"""Load and save the state of a site's boilerplate detector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipelines.boilerplate.detector import Boilerplate, BoilerplateDetector, Zone, ZoneCounts
from pipelines.boilerplate.rechecked import RecheckedLines
from storage.articles.boilerplate import load_boilerplate, save_boilerplate
from storage.db.connection import Database


def current_boilerplate(db: Database, site: str) -> Boilerplate:
    """Return what earlier runs found. It stays the same during a run."""
    _, version, active, _ = load_boilerplate(db, site)
    return Boilerplate(version, frozenset(active))


def update_boilerplate(
    db: Database,
    site: str,
    pages: Iterable[list[tuple[Zone, str]]],
    rechecked: RecheckedLines | None = None,
) -> Boilerplate:
    """Count the new pages and the rechecks of a run; return the boilerplate for the next run.

    The version increases if the lines change. It is part of the extractor version, so a page that
    is extracted differently for this reason is not taken for an edited one.
    """
    counted_pages, version, active, rows = load_boilerplate(db, site)
    lines = {row[0]: ZoneCounts(*row[1:]) for row in rows}
    detector = BoilerplateDetector(counted_pages, version, lines)
    for page in pages:
        detector.add_page(page)
    if rechecked is not None:
        detector.add_varied(rechecked.template_lines())
    found = detector.boilerplate()
    if found.line_hashes != active:
        found = replace(found, version=version + 1)
    counted = [
        (hashed, c.head, c.middle, c.tail, c.sample, c.varied)
        for hashed, c in detector.lines.items()
    ]
    save_boilerplate(db, site, detector.pages, found.version, set(found.line_hashes), counted)
    return found
