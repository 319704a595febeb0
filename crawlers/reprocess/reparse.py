"""Reading the whole archive again with today's rules, in parallel over the cores.

Differences that come from our own rules are kept as revisions with the cause "reader"; nothing is
published (rule 5 of docs/architecture.md).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from crawlers.crawl.from_capture import read_capture, reading_today
from crawlers.extraction.html import UnreadablePage
from crawlers.registry import get_site
from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from pipelines.changes import pending_edits
from pipelines.changes.fingerprint import differing_fields, fingerprint
from pipelines.changes.pending_edits import Refreshed
from pipelines.record.normalise import normalise
from pipelines.site_store import SiteStore
from storage.archive.reader import CaptureError
from storage.articles.repository import (
    Reading,
    Revision,
    add_revision,
    newest_readings,
    replace_record,
)
from storage.db.connection import Database, from_utc_text, transaction
from storage.home import Home
from storage.models import Article

CHUNK = 50  # captures a worker reads at a time
FEW = 200  # captures; below it starting workers takes longer than the reading


@dataclass(slots=True)
class Reread:
    """What a rereading did. `fields` counts the articles on which a field changed.

    `held` counts the edits that wait for a person: dropped as our rules' doing, or restated.
    """

    articles: int = 0
    changed: int = 0
    unreadable: int = 0
    held: Refreshed = field(default_factory=Refreshed)
    fields: Counter[str] = field(default_factory=Counter)


Place = tuple[tuple[str, int], str | None]  # where a capture lies, and its article's URL
Read = tuple[str, Article | None]  # version of the reader, what it read
Progress = Callable[[int, int], None]  # (done, of how many)


def reread(
    home: Home, sites: list[str], progress: Progress = lambda done, total: None
) -> dict[str, Reread]:
    """Reads the newest capture of every article of these sites again; returns what changed.

    Raises SiteBusy where a site is being crawled.
    """
    done: dict[str, Reread] = {}
    for name in sites:
        with home.site_lock(name), closing(home.database()) as db:
            done[name] = _reread_site(home, db, name, progress)
    return done


def _reread_site(home: Home, db: Database, name: str, progress: Progress) -> Reread:
    with transaction(db):
        held = refresh_held(home, db, name)
    readings = newest_readings(db, name)
    template = current_boilerplate(db, name)
    counts = Reread(articles=len(readings), held=held)
    place = 0
    for chunk in _read_all(home.captures, name, template, readings):
        with transaction(db):
            for version, article in chunk:
                _keep(db, readings[place].revision, version, article, counts)
                place += 1
        progress(place, len(readings))
    with transaction(db):
        pending_edits.retitle(db, name)
    return counts


def refresh_held(home: Home, db: Database, name: str) -> Refreshed:
    """Reads the ends of a site's waiting edits again: what only our rules made is dropped."""
    store = SiteStore(home, db, name)
    return pending_edits.refresh(db, name, partial(reading_today, store, get_site(name)))


def _read_all(
    folder: Path, name: str, template: Boilerplate, readings: list[Reading]
) -> Iterator[list[Read]]:
    """What each capture says today, in the order of `readings`, a chunk at a time."""
    places = [((r.warc, r.offset), r.revision.record.url) for r in readings]
    chunks = [places[i : i + CHUNK] for i in range(0, len(places), CHUNK)]
    cores = len(os.sched_getaffinity(0))
    if len(places) < FEW or cores == 1:
        for chunk in chunks:
            yield _read_chunk(folder, name, template, chunk)
        return
    with ProcessPoolExecutor(cores) as workers:
        waiting = iter(chunks)
        running = [
            workers.submit(_read_chunk, folder, name, template, c)
            for c in islice(waiting, 4 * cores)
        ]
        while running:  # bounded: what is read and not yet written never grows
            yield running.pop(0).result()
            for chunk in islice(waiting, 1):
                running.append(workers.submit(_read_chunk, folder, name, template, chunk))


def _read_chunk(folder: Path, name: str, template: Boilerplate, chunk: list[Place]) -> list[Read]:
    site = get_site(name)
    found: list[Read] = []
    for place, url in chunk:
        try:
            page = read_capture(folder, place, site, url, template)
        except (CaptureError, UnreadablePage):
            found.append(("", None))
        else:
            found.append((page.extractor_version, normalise(page)))
    return found


def _keep(
    db: Database, before: Revision, version: str, article: Article | None, counts: Reread
) -> None:
    if article is None:
        counts.unreadable += 1
        return
    if article == before.record:
        if version != before.reader:
            replace_record(db, before.id, version, article)
        return
    counts.changed += 1
    counts.fields.update(differing_fields(before.record, article))
    if fingerprint(article) == before.fingerprint:
        replace_record(db, before.id, version, article)
        return
    add_revision(
        db,
        before.article,
        article,
        cause="reader",
        observed=from_utc_text(before.observed_at),  # the page is the same, so is its time
        run=None,
        capture=before.capture,
        reader=version,
        fingerprint=fingerprint(article),
    )
