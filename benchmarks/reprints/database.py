"""Store the texts of the benchmark and cluster them batch by batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlite_utils import Database

from pipelines.stories.clusterer import StoryClusterer
from reprints.texts import Text
from storage.articles.repository import add_article
from storage.articles.revisions import add_revision
from storage.db.connection import transaction
from storage.models import Article, Block, RevisionCause, Source
from storage.runs.repository import start_run
from storage.runs.sites import SiteFacts, register_site

START = datetime(2026, 3, 1, tzinfo=UTC)


def record(text: Text, key: str) -> Article:
    url = f"https://{text.site}.vn/bai-{key}.html"
    source = Source(text.source) if text.source else None
    return Article(
        site=text.site, key=key, url=url, title=text.title, title_folded="", lead=text.lead,
        dateline=None, body=tuple(Block("paragraph", p) for p in text.paragraphs), captions=(),
        published=text.published, published_as_printed=None, updated=None,
        updated_as_printed=None, time_known=text.time_known, authors=(), byline_as_printed=None,
        source=source, source_as_printed=text.source, section=None, tags=(), images=(),
        language="vi",
    )  # fmt: skip


def add(db: Database, run: int, text: Text, key: str) -> int:
    article = record(text, key)
    seen = START + timedelta(days=text.seen)
    identity = add_article(db, article, run, seen, checked=seen)
    add_revision(
        db, identity, article, cause=RevisionCause.SITE, observed=seen, run=run, capture=None,
        extractor_version="1", fingerprint=key,
    )  # fmt: skip
    return identity


def store_and_cluster(db: Database, texts: list[Text]) -> dict[int, Text]:
    """Store the texts by day, in the order in which they are seen; return article id -> text."""
    for site in sorted({t.site for t in texts}):
        facts = SiteFacts(site, f"Báo {site}", "ha-noi", "newspaper", "P", "live", "1")
        register_site(db, facts)
    run = start_run(db, texts[0].site, "crawl", START, START, None)
    stored: dict[int, Text] = {}
    ordered = sorted(enumerate(texts), key=lambda t: t[1].seen)
    for _, day_texts in groupby(ordered, key=lambda t: int(t[1].seen)):
        with transaction(db):
            clusterer = StoryClusterer(db)
            fresh = [(add(db, run, text, str(number)), text) for number, text in day_texts]
            for article, text in fresh:
                clusterer.assign(article)
                stored[article] = text
            clusterer.close()
    return stored
