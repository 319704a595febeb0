"""Articles as JSON and back, and the times that an article carries."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.articles.record_json import output_record
from storage.db.connection import open_database
from storage.messages.reasons_lookups import LookupReason
from storage.models import Article, Author, Block, Caption, FieldState, RevisionCause, Source
from storage.reasons import Reason
from storage.runs.repository import start_run
from storage.runs.sites import SiteFacts, register_site
from storage.search.indexer import remove_revisions
from tests.sentences import has_code

NIGHT = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
some = st.none() | words


def tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=3).map(tuple)


KINDS = ("paragraph", "subhead", "quote", "list item", "table row")
ROLES = ("text", "photo", "video", "translation", "compilation", "graphics")
records = st.builds(
    Article,
    site=words, key=words, url=some, title=words, title_folded=words, lead=some, dateline=some,
    body=tuples(st.builds(Block, st.sampled_from(KINDS), words)),
    captions=tuples(st.builds(Caption, words, some)),
    published=some, published_as_printed=some, updated=some, updated_as_printed=some,
    time_known=st.none() | st.booleans(),
    authors=tuples(
        st.builds(
            Author, words, st.sampled_from(["person", "organisation"]),
            tuples(st.sampled_from(ROLES)),
        )
    ),
    byline_as_printed=some, source=st.none() | st.builds(Source, words, some),
    source_as_printed=some, section=some, tags=tuples(words), images=tuples(words),
    language=st.sampled_from(["vi", "en", "km"]),
    fields=st.dictionaries(
        words, st.builds(FieldState, st.sampled_from(["value", "absent", "broken"]), some),
        max_size=3,
    ),
    warnings=tuples(words.map(lambda text: Reason("legacy_text", text=text))),
)  # fmt: skip


@given(records)
def test_article_survives_json(article: Article) -> None:
    text = json.dumps(article.to_dict(), ensure_ascii=False)
    assert Article.from_dict(json.loads(text)) == article
    assert set(json.loads(text)) == {f.name for f in fields(Article)}


@given(record=records)
def test_revision_stores_the_complete_record(
    tmp_path_factory: pytest.TempPathFactory, record: Article
) -> None:
    db = open_database(tmp_path_factory.getbasetemp() / "revisions.db")
    register_site(db, SiteFacts("alpha", "t", "p", "newspaper", "P", "live", "1"))
    run = start_run(db, "alpha", "crawl", NIGHT, None)
    remove_revisions(db, [row[0] for row in db.execute("SELECT id FROM revisions")])
    db.execute("DELETE FROM revisions")
    db.execute("DELETE FROM articles")
    one = Article.from_dict({**record.to_dict(), "site": "alpha"})
    identity = articles.add_article(db, one, run, NIGHT, checked=NIGHT)
    article_revisions.add_revision(
        db, identity, one, cause=RevisionCause.SITE, observed=NIGHT, run=run, capture=None,
        extractor_version="1", fingerprint="f",
    )  # fmt: skip
    assert article_revisions.last_revision(db, identity).record == one
    (row,) = articles.articles_as_json(db, article=identity)
    expected = output_record(json.loads(json.dumps(one.to_dict())))
    assert {**row, **expected} == row
    db.close()


def test_dates_of_an_article_never_decrease(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    register_site(db, SiteFacts("alpha", "t", "p", "newspaper", "P", "live", "1"))
    run = start_run(db, "alpha", "crawl", NIGHT, None)
    record = Article.from_dict({
        **dict.fromkeys(f.name for f in fields(Article)),
        "site": "alpha", "key": "1", "title": "t", "title_folded": "t", "language": "vi",
        "body": (), "captions": (), "authors": (), "tags": (), "images": (), "fields": {},
        "warnings": (),
    })  # fmt: skip
    identity = articles.add_article(db, record, run, NIGHT, checked=NIGHT)
    articles.touch_article(db, identity, NIGHT - timedelta(days=400))
    articles.set_status(db, identity, "suspect", "2020-01-01T00:00:00Z")
    known = articles.get_article(db, str(identity))
    assert known.status == "suspect"
    assert known.first_seen == known.last_seen == known.last_checked == "2025-04-07T18:30:00Z"


@pytest.mark.parametrize("wanted", ["5", "99999999999999999999999", "²", "https://a.vn/x", ""])
def test_missing_article_is_an_error(tmp_path: Path, wanted: str) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    with pytest.raises(KeyError, check=has_code(LookupReason.NO_ARTICLE)):
        articles.get_article(db, wanted)
