"""The articles that each listing showed in the last finished run that read it, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlite_utils import Database


def listing_positions(db: Database, site: str) -> dict[str, list[str]]:
    """Return listing URL -> keys of its articles, from the top."""
    keys: dict[str, list[str]] = {}
    for listing, key in db.execute(
        "SELECT listing, key FROM listing_positions WHERE site = ? ORDER BY listing, position",
        [site],
    ):
        keys.setdefault(listing, []).append(key)
    return keys


def save_listing_positions(db: Database, site: str, listings: Mapping[str, Sequence[str]]) -> None:
    """Replace the positions of these listings; those of other listings stay."""
    for listing, keys in listings.items():
        db.execute("DELETE FROM listing_positions WHERE site = ? AND listing = ?", [site, listing])
        db.conn.executemany(
            "INSERT INTO listing_positions (site, listing, position, key) VALUES (?, ?, ?, ?)",
            [(site, listing, position, key) for position, key in enumerate(keys)],
        )
