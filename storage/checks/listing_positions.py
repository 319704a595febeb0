"""Which articles each listing of a site showed in the last run that finished, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlite_utils import Database


def listing_positions(db: Database, site: str) -> dict[str, list[str]]:
    """Listing URL -> article keys, from the top."""
    found: dict[str, list[str]] = {}
    for listing, key in db.execute(
        "SELECT listing, key FROM listing_positions WHERE site = ? ORDER BY listing, position",
        [site],
    ):
        found.setdefault(listing, []).append(key)
    return found


def save_listing_positions(db: Database, site: str, listings: Mapping[str, Sequence[str]]) -> None:
    """Replaces what these listings showed; others stay as they were."""
    for listing, keys in listings.items():
        db.execute("DELETE FROM listing_positions WHERE site = ? AND listing = ?", [site, listing])
        db.conn.executemany(
            "INSERT INTO listing_positions (site, listing, position, key) VALUES (?, ?, ?, ?)",
            [(site, listing, position, key) for position, key in enumerate(keys)],
        )
