"""Real captured pages (not part of the project) compared with gold data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.article import extract_article
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean
from storage.archive.reader import Record, read_records
from storage.models import Article

CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "captures"
GOLD_FILE = CAPTURES / "gold.jsonl"

pytestmark = pytest.mark.skipif(
    not GOLD_FILE.exists(), reason="the real pages (../shared/captures) are not here"
)


def site_of(url: str) -> type[SiteSpider] | None:
    return next((site for site in all_sites().values() if site.key_of(url)), None)


def _gold() -> list[dict[str, Any]]:
    if not GOLD_FILE.exists():
        return []
    rows = [json.loads(line) for line in GOLD_FILE.read_text("utf-8").splitlines()]
    return [row for row in rows if site_of(row["url"])]


GOLD = [pytest.param(row, id=row["url"].rsplit("/", 1)[-1][:48]) for row in _gold()]
each_page = pytest.mark.parametrize("gold", GOLD)


@cache
def records() -> dict[str, Record]:
    records_by_url: dict[str, Record] = {}
    for file in sorted(CAPTURES.glob("*.warc.gz")):
        for record in read_records(file):
            if site_of(record.url):
                records_by_url.setdefault(record.url, record)
    return records_by_url


@cache
def read(url: str) -> tuple[RawArticle, Article]:
    record, site = records()[url], site_of(url)
    assert site is not None
    kind = record.header("Content-Type")
    page = extract_article(record.body, url, site, record.captured_at, kind)
    return page, normalise(page)


def same(text: str | None) -> str:
    return clean(text or "")


def body_text(article: Article) -> str:
    return " ".join(block.text for block in article.body)


def lead_in_body(gold: dict[str, Any]) -> bool:
    """The gold counts a lead that is printed as first paragraph in the body too."""
    return bool(gold["sapo"]) and same(gold["sapo"]).startswith(same(gold["body_first80"]))


def test_there_are_pages() -> None:
    assert len(GOLD) >= 10
    assert {row["url"] for row in _gold()} <= set(records())


@each_page
def test_title(gold: dict[str, Any]) -> None:
    assert read(gold["url"])[1].title == same(gold["title"])


@each_page
def test_published(gold: dict[str, Any]) -> None:
    article = read(gold["url"])[1]
    assert article.published_as_printed == same(gold["published_printed"])
    assert (article.published or "")[:16] == gold["published_iso"][:16]
    assert (article.published or "").endswith("+07:00") == article.time_known
    assert article.time_known == gold.get("time_known", True)


@each_page
def test_authors(gold: dict[str, Any]) -> None:
    article = read(gold["url"])[1]
    assert [author.name for author in article.authors] == gold["authors"]
    assert same(article.byline_as_printed) == same(gold["byline_printed"])


@each_page
def test_source(gold: dict[str, Any]) -> None:
    source = read(gold["url"])[1].source
    assert (source.name if source else None) == gold.get("source")


@each_page
def test_lead(gold: dict[str, Any]) -> None:
    """The gold has the dateline in the lead; we store it in `dateline`."""
    page, article = read(gold["url"])
    assert same(page.lead) == same(gold["sapo"])
    if article.dateline:
        assert same(gold["sapo"]).lstrip("(").startswith(article.dateline)
    assert same(gold["sapo"]).endswith(article.lead or "")
    assert bool(article.lead) == bool(gold["sapo"])


@each_page
def test_beginning_and_end_of_the_body(gold: dict[str, Any]) -> None:
    page, article = read(gold["url"])
    text = body_text(article)
    first = same(page.lead) if lead_in_body(gold) else text
    assert first.startswith(same(gold["body_first80"]))
    assert text.endswith(same(gold["body_last80"]))


@each_page
def test_paragraphs(gold: dict[str, Any]) -> None:
    paragraphs = len(read(gold["url"])[1].body) + lead_in_body(gold)
    assert paragraphs == gold["body_paragraphs"]


@each_page
def test_captions_are_separate(gold: dict[str, Any]) -> None:
    article = read(gold["url"])[1]
    assert [caption.text for caption in article.captions] == [same(c) for c in gold["captions"]]
    assert {same(c) for c in gold["captions"]}.isdisjoint(block.text for block in article.body)


@each_page
def test_no_cruft_in_the_body(gold: dict[str, Any]) -> None:
    article = read(gold["url"])[1]
    text = body_text(article) + " " + " ".join(caption.text for caption in article.captions)
    assert [cruft for cruft in gold["cruft"] if same(cruft) in text] == []


@each_page
def test_posting_account_is_no_author(gold: dict[str, Any]) -> None:
    page, article = read(gold["url"])
    assert same(page.posting_account) == same(gold["posted_by_printed"])
    posting_account = same(gold["posted_by_printed"])
    if posting_account and posting_account not in gold["authors"]:
        assert posting_account not in [author.name for author in article.authors]


def test_every_captured_article_is_complete() -> None:
    """All pages have a title, a date in the past and a body."""
    for url in records():
        page, article = read(url)
        broken = {f for f, state in article.fields.items() if state.state == "broken"}
        assert broken == set(), url
        assert article.published <= page.captured_at.isoformat(), url  # type: ignore[operator]
        assert not page.warnings, (url, page.warnings)
