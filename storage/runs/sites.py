"""The sites of a home, by what lists of them need: names, titles, provinces."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from storage.provinces.lookup import IN_PROVINCES, sql_provinces


@dataclass(frozen=True, slots=True)
class CrawledSite:
    """A site that a crawl or a replay has requested. `live`: its status is "live"."""

    name: str
    live: bool


def site_names(db: Database, provinces: frozenset[str] | None = None) -> list[str]:
    """Every site of the home by name; with `provinces`, those of these former provinces."""
    rows = db.execute(
        f"SELECT name FROM sites WHERE {IN_PROVINCES.format(site='name')} ORDER BY name",
        {"provinces": sql_provinces(provinces)},
    )
    return [name for (name,) in rows]


def site_titles(db: Database) -> dict[str, str]:
    """Site -> its title, by name."""
    return dict(db.execute("SELECT name, title FROM sites ORDER BY name").fetchall())


def site_provinces(db: Database) -> dict[str, str]:
    """Site -> the slug of its former province, by name."""
    return dict(db.execute("SELECT name, province FROM sites ORDER BY name").fetchall())


def crawled_sites(db: Database) -> list[CrawledSite]:
    """The sites that have a run which is not an import, by name."""
    rows = db.execute(
        "SELECT name, status = 'live' FROM sites WHERE EXISTS "
        "(SELECT 1 FROM runs WHERE site = name AND kind <> 'import') ORDER BY name"
    )
    return [CrawledSite(name, bool(live)) for name, live in rows]
