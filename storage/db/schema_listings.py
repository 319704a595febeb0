"""What each listing showed in the last run: an article that vanishes between two others is due."""

LISTINGS = """
CREATE TABLE listing_positions (  -- of the last finished run that read the listing
  site TEXT NOT NULL REFERENCES sites(name),
  listing TEXT NOT NULL,           -- URL of a section's first page, or of a feed
  position INTEGER NOT NULL,       -- from the top, 0 first
  key TEXT NOT NULL,               -- of the article
  PRIMARY KEY (site, listing, position)
) STRICT, WITHOUT ROWID;
"""
