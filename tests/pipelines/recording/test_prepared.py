"""What is worked out of a page before the database is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipelines.changes.fingerprint import fingerprint
from pipelines.recording import prepared
from pipelines.recording.prepared import prepare_article
from pipelines.stories.precompute import shingle_positions
from storage.articles.revisions import last_revision

if TYPE_CHECKING:
    from tests.conftest import Watcher


def test_a_new_article_has_its_passages(watcher: Watcher) -> None:
    found = prepare_article(watcher.db, watcher.read().page)
    assert found.shingle_positions
    assert found.shingle_positions == shingle_positions(found.article)


def test_a_known_one_needs_none(watcher: Watcher) -> None:
    watcher.night(watcher.read())
    assert prepare_article(watcher.db, watcher.read().page).shingle_positions is None


def test_its_fingerprint_is_the_revisions(watcher: Watcher) -> None:
    found = prepare_article(watcher.db, watcher.read().page)
    watcher.night(watcher.read())
    stored = last_revision(watcher.db, 1)
    assert found.fingerprint == stored.fingerprint == fingerprint(stored.record)


@pytest.mark.parametrize("work", ["normalise", "fingerprint", "shingle_positions"])
def test_other_crawls_may_write_meanwhile(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    locked: list[bool] = []
    done = getattr(prepared, work)

    def watched(what: Any) -> Any:
        locked.append(watcher.db.conn.in_transaction)
        return done(what)

    monkeypatch.setattr(prepared, work, watched)
    watcher.night(watcher.read(), watcher.read(key="2"))
    assert locked == [False, False]


def test_the_same_page_twice_in_a_batch_is_one_article(watcher: Watcher) -> None:
    watcher.night(watcher.read(), watcher.read())
    assert watcher.kinds() == ["new"]
    assert last_revision(watcher.db, 1).number == 1
