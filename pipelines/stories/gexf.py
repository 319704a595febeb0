"""The network of the stories in which chosen articles stand, as a format of tinwatch export."""

from __future__ import annotations

from typing import BinaryIO

from pipelines.stories.clusterer import ordered_members
from pipelines.stories.network import edges, gexf
from storage.exports.selection import Chosen
from storage.runs.sites import site_provinces, site_titles


def write(chosen: Chosen, to: BinaryIO) -> int:
    """Returns the number of edges. A story counts with all its articles, chosen or not."""
    found = edges(ordered_members(chosen.db, story) for story in chosen.stories())
    to.write(gexf(found, site_titles(chosen.db), site_provinces(chosen.db)))
    return len(found)
