"""Export format gexf: the reprint network of the stories that contain selected articles."""

from __future__ import annotations

from typing import BinaryIO

from pipelines.stories.clusterer import ordered_members
from pipelines.stories.network import edges, gexf
from storage.exports.selection import Selection
from storage.runs.sites import site_provinces, site_titles


def write(selection: Selection, to: BinaryIO) -> int:
    """Write the network and return the number of edges. A story counts with all its articles."""
    found = edges(ordered_members(selection.db, story) for story in selection.stories())
    to.write(gexf(found, site_titles(selection.db), site_provinces(selection.db)))
    return len(found)
