"""The table of where retired domains led, week by week."""

DOMAINS = """
CREATE TABLE domain_checks (      -- one row for as long as a domain leads to one place
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL, domain TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('redirects', 'elsewhere', 'parked', 'answers', 'dead', 'unknown')),
  host TEXT NOT NULL,              -- where it leads; empty: nowhere else
  detail TEXT NOT NULL,            -- of the newest check
  since TEXT NOT NULL, checked_at TEXT NOT NULL  -- the first and the newest check that found it
) STRICT;
CREATE INDEX domain_checks_domain ON domain_checks(site, domain, id);
"""
