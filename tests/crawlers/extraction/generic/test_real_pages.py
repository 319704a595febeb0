"""The generic extractor on real pages, compared with gold data and with the sites' rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.extraction.article import extract_article
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean
from storage.archive.reader import Record, read_records
from storage.models import Article, Block

WithoutRules = Callable[[str], type[SiteSpider]]
Alike = Callable[[Iterable[Block], Iterable[Block]], float]
CAPTURES = Path(__file__).resolve().parents[5] / "shared" / "captures"
GOLD_FILE = CAPTURES / "gold.jsonl"
PAPERS = ("baochinhphu.vn", "tuoitre.vn", "vietnamnet.vn")

on_real_pages = pytest.mark.skipif(
    not GOLD_FILE.exists(), reason="the real pages (../shared/captures) are not here"
)


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def gold_rows() -> list[dict[str, Any]]:
    if not GOLD_FILE.exists():
        return []
    return [json.loads(line) for line in GOLD_FILE.read_text("utf-8").splitlines()]


GOLD = [
    pytest.param(row, id=host_of(row["url"]))
    for row in gold_rows()
    if host_of(row["url"]) in PAPERS
]


@cache
def real_records() -> dict[str, Record]:
    files = sorted(CAPTURES.glob("*.warc.gz"))
    return {record.url: record for file in files for record in read_records(file)}


@cache
def read_real(url: str, without_rules: WithoutRules) -> tuple[RawArticle, Article]:
    record = real_records()[url]
    page = extract_article(
        record.body,
        url,
        without_rules(host_of(url)),
        record.captured_at,
        record.header("Content-Type"),
    )
    return page, normalise(page)


def same(texts: Iterable[str]) -> list[str]:
    return [clean(text) for text in texts]


@on_real_pages
@pytest.mark.parametrize("gold", GOLD)
def test_generic_extraction_equals_the_gold(
    gold: dict[str, Any], without_rules: WithoutRules
) -> None:
    page, article = read_real(gold["url"], without_rules)
    assert article.title == clean(gold["title"])
    assert article.published_as_printed == clean(gold["published_printed"])
    assert (article.published or "")[:16] == gold["published_iso"][:16]
    assert [author.name for author in article.authors] == gold["authors"]
    assert clean(page.lead or "") == clean(gold["sapo"] or "")
    text = " ".join(block.text for block in article.body)
    assert text.startswith(clean(gold["body_first80"]))
    assert text.endswith(clean(gold["body_last80"]))
    assert len(article.body) == gold["body_paragraphs"]
    assert [caption.text for caption in article.captions] == same(gold["captions"])
    assert [cruft for cruft in same(gold["cruft"]) if cruft in text] == []


@on_real_pages
def test_generic_extraction_equals_extraction_by_rules(
    alike: Alike, without_rules: WithoutRules
) -> None:
    compared = 0
    for url, record in real_records().items():
        site = next((site for site in all_sites().values() if site.key_of(url)), None)
        if site is None:
            continue
        kind = record.header("Content-Type")
        by_rules = normalise(extract_article(record.body, url, site, record.captured_at, kind))
        article = read_real(url, without_rules)[1]
        assert article.title == by_rules.title, url
        assert article.published == by_rules.published, url
        assert alike(article.body, by_rules.body) >= 0.95, url
        compared += 1
    assert compared >= 30
