"""The network of the stories in which chosen articles stand, as a format of tinwatch export."""

from __future__ import annotations

from typing import BinaryIO

from pipelines.stories.keeper import story_in_order
from pipelines.stories.network import edges, gexf
from storage.exports.rows import Chosen


def write(chosen: Chosen, to: BinaryIO) -> int:
    """Returns the number of edges. A story counts with all its articles, chosen or not."""
    rows = chosen.db.execute(
        "SELECT DISTINCT story FROM temp.chosen JOIN story_members USING (article) ORDER BY story"
    ).fetchall()
    found = edges(story_in_order(chosen.db, story) for (story,) in rows)
    sites = chosen.db.execute("SELECT name, title, province FROM sites").fetchall()
    titles = {name: title for name, title, _ in sites}
    to.write(gexf(found, titles, {name: province for name, _, province in sites}))
    return len(found)
