"""Export format gexf, read back by networkx."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import networkx
import pytest

from pipelines.stories.gexf import write
from storage.exports.selection import select_articles

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]


@pytest.fixture
def home(watcher: Watcher, day: Day) -> Watcher:
    """A text that alpha publishes and beta and gamma reprint."""
    for number, site in enumerate(("alpha", "beta", "gamma")):
        at = day(number)
        watcher.batch(
            watcher.read(site=site, at=at, published=f"{7 + number:02}/04/2025 08:15"),
            site=site, at=at, title=f"Báo <{site}> & bạn",
        )  # fmt: skip
    return watcher


def network(watcher: Watcher, **choice: object) -> tuple[networkx.DiGraph, int]:
    stream = io.BytesIO()
    with select_articles(watcher.db, watcher.home.captures, **choice) as articles:  # type: ignore[arg-type]
        written = write(articles, stream)
    stream.seek(0)
    return networkx.read_gexf(stream), written


def test_edges_lead_from_the_first_publisher_to_each_reprint(home: Watcher) -> None:
    graph, written = network(home)
    assert sorted(graph.edges) == [("alpha", "beta"), ("alpha", "gamma")]
    assert written == 2
    assert graph.nodes["alpha"] == {"label": "Báo <alpha> & bạn", "province": "lao-cai"}


def test_story_counts_if_one_of_its_articles_is_selected(home: Watcher) -> None:
    graph, _ = network(home, sites=["gamma"])
    assert sorted(graph.edges) == [("alpha", "beta"), ("alpha", "gamma")]
    none, written = network(home, sites=["delta"])
    assert (len(none), written) == (0, 0)
