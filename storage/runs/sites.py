"""The sites of a home: facts copied from the site modules, and lists of names and titles."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlite_utils import Database

from storage.db.connection import transaction
from storage.messages.reasons_input import InputReason
from storage.messages.reasons_lookups import NotFound
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A row of `sites`: copied from the site module at the start of each run."""

    name: str
    title: str
    province: str
    kind: str
    platform: str
    status: str
    extractor_version: str

    def to_dict(self) -> dict[str, str]:
        """The facts as lines of the journal hold them."""
        facts = asdict(self)
        facts["reader"] = facts.pop("extractor_version")
        return facts

    @classmethod
    def from_dict(cls, facts: dict[str, str]) -> SiteFacts:
        names = {"reader": "extractor_version"}
        return cls(**{names.get(key, key): value for key, value in facts.items()})


COLUMNS = ", ".join(SiteFacts.__slots__)
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in SiteFacts.__slots__[1:])


def register_site(db: Database, site: SiteFacts) -> None:
    """Store the facts about a site in place of those it had."""
    with transaction(db):
        db.execute(
            f"INSERT INTO sites ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) "
            f"ON CONFLICT (name) DO UPDATE SET {_UPDATES}",
            [getattr(site, name) for name in SiteFacts.__slots__],
        )


def site_facts(db: Database, site: str) -> SiteFacts:
    """Return what is stored about a site. Raise KeyError if it was never crawled."""
    row = db.execute(f"SELECT {COLUMNS} FROM sites WHERE name = ?", [site]).fetchone()
    if row is None:
        raise NotFound(Reason(InputReason.SITE_NOT_CRAWLED, site=site))
    return SiteFacts(*row)


@dataclass(frozen=True, slots=True)
class HomeSite:
    """A site of which the home has a run.

    Attributes:
        live: its status is "live"
        crawled: a crawl or a replay has requested it; False if it was only imported
    """

    name: str
    live: bool
    crawled: bool


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


def home_sites(db: Database) -> list[HomeSite]:
    """The sites that have a run, by name."""
    rows = db.execute(
        "SELECT name, status = 'live', EXISTS "
        "(SELECT 1 FROM runs WHERE site = name AND kind <> 'import') FROM sites "
        "WHERE EXISTS (SELECT 1 FROM runs WHERE site = name) ORDER BY name"
    )
    return [HomeSite(name, bool(live), bool(crawled)) for name, live, crawled in rows]
