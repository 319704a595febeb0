"""Line counts from which the lines of a site's template are told from its articles."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE templates (          -- what was learned of a site's template: pages counted, version
  site TEXT PRIMARY KEY REFERENCES sites(name), pages INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;

CREATE TABLE template_lines (     -- lines by their form (digits folded), where and how often
  site TEXT NOT NULL, form INTEGER NOT NULL, head INTEGER NOT NULL, middle INTEGER NOT NULL,
  tail INTEGER NOT NULL, sample TEXT NOT NULL, active INTEGER NOT NULL,
  PRIMARY KEY (site, form)
) STRICT, WITHOUT ROWID;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
