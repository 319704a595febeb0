"""Preparation of articles outside the write transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.changes.fingerprint import fingerprint
from pipelines.recording import prepared
from pipelines.recording.prepared import normalised, prepare_new_article
from pipelines.stories.precompute import shingle_positions
from storage.articles.revisions import last_revision

if TYPE_CHECKING:
    from tests.conftest import Watcher


def test_new_article_has_shingle_positions(watcher: Watcher) -> None:
    found = prepare_new_article(watcher.read().page)
    assert found.shingle_positions
    assert found.shingle_positions == shingle_positions(found.article)


def test_shingle_positions_of_a_stored_article_are_not_computed(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher.batch(watcher.read())
    monkeypatch.setattr(prepared, "shingle_positions", None)
    watcher.batch(replace(watcher.read(), is_stored=True))
    assert watcher.kinds() == ["new"]


def test_fingerprint_is_that_of_the_revision(watcher: Watcher) -> None:
    found = normalised(watcher.read().page)
    watcher.batch(watcher.read())
    stored = last_revision(watcher.db, 1)
    assert found.fingerprint == stored.fingerprint == fingerprint(stored.record)


@pytest.mark.parametrize("work", ["normalise", "fingerprint", "shingle_positions"])
def test_other_crawls_can_write_meanwhile(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    locked: list[bool] = []
    done = getattr(prepared, work)

    def watched(what: Any) -> Any:
        locked.append(watcher.db.conn.in_transaction)
        return done(what)

    monkeypatch.setattr(prepared, work, watched)
    watcher.batch(watcher.read(), watcher.read(key="2"))
    assert locked == [False, False]


def test_repeated_page_in_a_batch_is_one_article(watcher: Watcher) -> None:
    watcher.batch(watcher.read(), watcher.read())
    assert watcher.kinds() == ["new"]
    assert last_revision(watcher.db, 1).number == 1
