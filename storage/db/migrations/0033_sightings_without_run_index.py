"""No index of sightings by run: it took a quarter of what a recheck adds to the database.

Only the rollback of a run looks for them by run, and it knows the run's site.
"""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute("DROP INDEX sightings_run")
