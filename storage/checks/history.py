"""What checks of known articles found, counted by the article's age: what its site's rhythm is.

A run keeps its counts in `runs.stats` under "checks", so that the counts of a run that was never
believed, or was discarded, are never used. A cell is named "EDITS/FROM/TO": edits seen before the
check (the highest counts all above it), then the bands of the article's age at the check before
and at this one.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.articles.repository import Known
from storage.db.connection import from_utc_text, utc_text

MOST_EDITS = 4
FIRST_BAND = 0.125  # hours; what is younger is in band 0
BANDS_A_DOUBLING = 3
HOUR = 3600.0
CHECKED, CHANGED = "checked ", "changed "


@dataclass(frozen=True, slots=True)
class Cell:
    """Checks of one kind: edits seen before, the two ages in hours, how many found an edit."""

    edits: int
    before: float
    after: float
    checks: int
    changed: int


def count(counts: Counter[str], known: Known, at: datetime, edits: int) -> None:
    """One check of an article that was live, and whether it found an edit.

    Ages run from the moment at which the article was found.
    """
    name = cell_name(known, at)
    if known.status != "live" or name is None:
        return
    counts[CHECKED + name] += 1
    counts[CHANGED + name] += edits > 0


def cell_name(known: Known, at: datetime) -> str | None:
    """The cell of a check; None where no time passed since the check before it."""
    first, last = from_utc_text(known.first_seen), from_utc_text(known.last_checked)
    before, after = (last - first).total_seconds() / HOUR, (at - first).total_seconds() / HOUR
    if after <= before:
        return None
    return f"{edits_seen(known)}/{_band(before)}/{_band(after)}"


def edits_seen(known: Known) -> int:
    return max(0, min(known.revision - 1, MOST_EDITS))


def take(counts: Counter[str]) -> dict[str, list[int]]:
    """Moves the cells out of a run's counts: name -> checks, checks that found an edit."""
    names = [key.removeprefix(CHECKED) for key in counts if key.startswith(CHECKED)]
    return {name: [counts.pop(CHECKED + name), counts.pop(CHANGED + name, 0)] for name in names}


def history(db: Database, site: str, since: datetime) -> tuple[Cell, ...]:
    """The cells of the site's believed runs that looked at it after `since`."""
    rows = db.execute(
        "SELECT cell.key, sum(json_extract(cell.value, '$[0]')), "
        "sum(json_extract(cell.value, '$[1]')) FROM runs, json_each(stats, '$.checks') AS cell "
        "WHERE site = ? AND coalesce(clock, started_at) >= ? AND verdict IN ('passed', 'released') "
        "GROUP BY cell.key ORDER BY cell.key",
        [site, utc_text(since)],
    )
    return cells({name: [checks, changed] for name, checks, changed in rows})


def cells(counted: dict[str, list[int]]) -> tuple[Cell, ...]:
    return tuple(_cell(name, *numbers) for name, numbers in counted.items())


def _cell(name: str, checks: int, changed: int) -> Cell:
    edits, before, after = (int(part) for part in name.split("/"))
    return Cell(edits, _hours(before), max(_hours(after), _hours(before) * 1.12), checks, changed)


def _band(hours: float) -> int:
    if hours < FIRST_BAND:
        return 0
    return 1 + int(BANDS_A_DOUBLING * math.log2(hours / FIRST_BAND))


def _hours(band: int) -> float:
    """The middle of a band."""
    if band == 0:
        return FIRST_BAND / 4
    return float(FIRST_BAND * 2 ** ((band - 0.5) / BANDS_A_DOUBLING))
