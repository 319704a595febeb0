"""Counts of the sources of each field (see pipelines/recording/source_counts.py)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class SourceCount:
    """On how many pages of a site a source of a field was confirmed, not witnessed or disputed.

    Attributes:
        source: a rule of the module, "structured data", "generic" or part of the body
        unknown: pages that have no witness of the field
    """

    field: str
    source: str
    confirmed: int = 0
    unknown: int = 0
    disputed: int = 0

    @property
    def pages(self) -> int:
        return self.confirmed + self.unknown + self.disputed


@dataclass(frozen=True, slots=True)
class SiteSources:
    """The counts of one site. `version`: the rules_version of the extractions; "" if none."""

    version: str = ""
    pages: int = 0
    counts: tuple[SourceCount, ...] = ()

    def of(self, field: str) -> list[SourceCount]:
        """Return the sources of a field, that of most pages first."""
        return [count for count in self.counts if count.field == field]


NO_SOURCES = SiteSources()


def site_sources(db: Database, site: str) -> SiteSources:
    """Return the counts of a site: by field, the source of most pages first."""
    state = db.execute(
        "SELECT version, pages FROM source_counts_state WHERE site = ?", [site]
    ).fetchone()
    rows = db.execute(
        "SELECT field, source, confirmed, unknown, disputed FROM source_counts WHERE site = ? "
        "ORDER BY field, confirmed + unknown + disputed DESC, source",
        [site],
    )
    if state is None:
        return NO_SOURCES
    version, pages = state
    return SiteSources(version, pages, tuple(SourceCount(*row) for row in rows))


def save_site_sources(db: Database, site: str, sources: SiteSources) -> None:
    """Replace the counts of a site."""
    db.execute(
        "INSERT OR REPLACE INTO source_counts_state VALUES (?, ?, ?)",
        [site, sources.version, sources.pages],
    )
    db.execute("DELETE FROM source_counts WHERE site = ?", [site])
    db.conn.executemany(
        "INSERT INTO source_counts VALUES (?, ?, ?, ?, ?, ?)",
        [(site, c.field, c.source, c.confirmed, c.unknown, c.disputed) for c in sources.counts],
    )
