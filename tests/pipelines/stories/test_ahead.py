"""What a crawl works out of a new article's text before its night ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.stories.clusterer import StoryClusterer
from pipelines.stories.sentences import SHINGLE_RULES_VERSION, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.articles.repository import last_revision
from storage.articles.rollback import Undoing, undo
from storage.db.connection import transaction
from storage.run_stats import RunStats
from storage.stories.pending_shingles import held_places, hold_places, let_go

if TYPE_CHECKING:
    from tests.conftest import Watcher

PLACES = ((7, 0), (2**26 - 1, 3), (7, 4))


def begun(watcher: Watcher) -> int:
    """A run that has read one new article and is not published; returns the article."""
    recorder = watcher.begin()
    recorder.record(watcher.read())
    recorder.finish(RunStats(), swept=True)
    return 1


def held(watcher: Watcher) -> int:
    return int(watcher.db.execute("SELECT count(*) FROM held_passages").fetchone()[0])


def test_the_crawl_holds_what_the_text_gives(watcher: Watcher) -> None:
    article = begun(watcher)
    record = last_revision(watcher.db, article).record
    worked_out = shingle_text(record, stock_phrase_shingles()).sketch.places
    assert worked_out
    assert held_places(watcher.db, article, SHINGLE_RULES_VERSION) == worked_out


def test_what_is_let_go_is_held_no_longer(watcher: Watcher) -> None:
    article = begun(watcher)
    let_go(watcher.db, [article])
    assert held(watcher) == 0
    assert held_places(watcher.db, article, SHINGLE_RULES_VERSION) is None


def test_nothing_is_held_once_the_night_has_ended(watcher: Watcher) -> None:
    watcher.night(watcher.read())
    assert watcher.kinds() == ["new"]
    assert held(watcher) == 0


@pytest.mark.parametrize("places", [(), PLACES])
def test_places_come_back_as_they_were(
    watcher: Watcher, places: tuple[tuple[int, int], ...]
) -> None:
    article = begun(watcher)
    hold_places(watcher.db, article, 1, SHINGLE_RULES_VERSION, places)
    assert held_places(watcher.db, article, SHINGLE_RULES_VERSION) == places


def test_the_places_of_an_older_revision_are_of_no_use(watcher: Watcher) -> None:
    article = begun(watcher)
    hold_places(watcher.db, article, 0, SHINGLE_RULES_VERSION, PLACES)
    assert held_places(watcher.db, article, SHINGLE_RULES_VERSION) is None


def test_those_that_older_rules_found_are_of_no_use(watcher: Watcher) -> None:
    article = begun(watcher)
    hold_places(watcher.db, article, 1, SHINGLE_RULES_VERSION - 1, PLACES)
    assert held_places(watcher.db, article, SHINGLE_RULES_VERSION) is None


def test_nor_are_they_held_once_the_article_is_placed(watcher: Watcher) -> None:
    article = begun(watcher)
    hold_places(watcher.db, article, 0, SHINGLE_RULES_VERSION, PLACES)
    clusterer = StoryClusterer(watcher.db)
    clusterer.place(article)
    clusterer.close()
    assert held(watcher) == 0


def test_a_discarded_article_leaves_nothing(watcher: Watcher) -> None:
    begun(watcher)
    assert held(watcher) == 1
    with transaction(watcher.db):
        undo(watcher.db, Undoing.of(watcher.db, watcher.runs))
    assert held(watcher) == 0
