"""Scrapy pipelines that the batch is compared with, over the same replay.

    python benchmarks/batch/scrapy_pipelines.py plain|naive|reposts WARCS FIRST STEP COUNT DATABASE

plain: Scrapy with its default settings fetches every page and extracts nothing. naive: a common
spider with BeautifulSoup, dateparser, one upsert and commit per row, and a full-text index. It
archives no page and compares nothing with earlier versions. reposts: the naive pipeline with repost
detection by datasketch's MinHash, one shingle at a time.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response

sys.path.insert(0, str(Path(__file__).parents[1]))

from batch import sites
from crawlers.crawl.replay import replay_settings
from crawlers.registry import get_site
from schedules.batch import reactor

SHINGLE_WORDS = 3  # usual in papers on news reuse
LINK = re.compile(rb'href="([^"]+)"')


class Plain(scrapy.Spider):
    name = "plain"

    def __init__(self, site: str, database: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.site = get_site(site)
        self.database = database

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(f"https://{self.site.domains[0]}/muc", self.parse_listing)

    def parse_listing(self, response: Response) -> Iterator[scrapy.Request]:
        for url in LINK.findall(response.body):
            yield scrapy.Request(url.decode(), self.parse_article)

    def parse_article(self, response: Response) -> dict[str, Any] | None:
        return None


class Naive(Plain):
    name = "naive"

    def parse_article(self, response: Response) -> dict[str, Any]:
        import dateparser
        from bs4 import BeautifulSoup

        tree = BeautifulSoup(response.body, "html.parser")

        def first(field: str) -> Any:
            for rule in self.site.select.get(field, []):
                found = None if rule.startswith("/") else tree.select_one(rule)
                if found is not None:
                    return found
            return None

        def text(field: str) -> str:
            found = first(field)
            return found.get_text(" ", strip=True) if found is not None else ""

        body = first("body")
        date = dateparser.parse(text("published"), languages=["vi"])
        return {
            "url": response.url,
            "title": text("title") or (tree.title.get_text() if tree.title else ""),
            "lead": text("lead"),
            "author": text("byline"),
            "published": date.isoformat() if date else None,
            "body": "\n".join(p.get_text(" ", strip=True) for p in body.find_all("p"))
            if body is not None
            else "",
        }


class RepostPipeline:
    """Finds articles with the same text, as datasketch's tutorial does."""

    def __init__(self) -> None:
        from datasketch import MinHashLSH

        self.index = MinHashLSH(threshold=0.5, num_perm=128)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        from datasketch import MinHash

        words = f"{item['lead']} {item['body']}".lower().split()
        sketch = MinHash(num_perm=128)
        for n in range(len(words) - SHINGLE_WORDS + 1):
            sketch.update(" ".join(words[n : n + SHINGLE_WORDS]).encode())
        self.index.query(sketch)
        self.index.insert(item["url"], sketch)
        return item


class UpsertPipeline:
    """Stores one row and its index entry per commit."""

    def __init__(self, database: str) -> None:
        self.db = sqlite3.connect(database, timeout=60)
        columns = "url PRIMARY KEY, title, lead, author, published, body"
        self.db.execute(f"CREATE TABLE IF NOT EXISTS articles ({columns})")
        self.db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, lead, body)")

    @classmethod
    def from_crawler(cls, crawler: Any) -> UpsertPipeline:
        return cls(crawler.spider.database)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        names = ", ".join(f":{name}" for name in item)
        cursor = self.db.execute(f"INSERT OR REPLACE INTO articles VALUES ({names})", item)
        found = {**item, "row": cursor.lastrowid}
        self.db.execute(
            "INSERT INTO words (rowid, title, lead, body) VALUES (:row, :title, :lead, :body)",
            found,
        )
        self.db.commit()
        return item

    def close_spider(self) -> None:
        self.db.close()


PIPELINES: dict[str, dict[type, int]] = {
    "plain": {},
    "naive": {UpsertPipeline: 300},
    "reposts": {RepostPipeline: 200, UpsertPipeline: 300},
}


def main(kind: str, warcs: str, first: str, step: str, count: str, database: str) -> None:
    """Crawl every `step`-th of `count` sites from `first` on, one after another."""
    names = sites.register(int(count))[int(first) :: int(step)]
    logging.getLogger().setLevel(logging.WARNING)
    runner = AsyncCrawlerRunner({"TELNETCONSOLE_ENABLED": False})
    spider = Plain if kind == "plain" else Naive

    async def all_of_them() -> None:
        for name in names:
            file = str(Path(warcs) / f"{name}.warc.gz")
            stated = {"REPLAY_FILES": [file], "ITEM_PIPELINES": PIPELINES[kind]}
            settings = {**replay_settings(), **stated}
            chosen = type(spider.__name__, (spider,), {"custom_settings": settings})
            await runner.crawl(chosen, site=name, database=database)

    reactor.run(all_of_them)


if __name__ == "__main__":
    main(*sys.argv[1:])
