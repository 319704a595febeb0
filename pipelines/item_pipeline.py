"""The Scrapy item pipeline that records observations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.items import Observation
from pipelines.recording.identity import update_keys
from pipelines.recording.recorder import Recorder
from pipelines.site_store import SiteStore
from storage.archive.captures import newest_captures
from storage.archive.writer import CaptureWriter
from storage.home import open_home
from storage.messages.reasons_crawl import RunEnd
from storage.reasons import Reason
from storage.runs.repository import RunKind
from storage.runs.sites import register_site


class StorePipeline:
    """Opens home, site lock, archive and run with the spider, and closes them with it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.open = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        """Open everything. Raise SiteBusy if another process crawls the site."""
        spider: Any = self.crawler.spider
        home = open_home(self.crawler.settings["TINWATCH_HOME"])
        self.open.enter_context(home.site_lock(spider.name))
        db = home.database()
        self.open.callback(db.close)
        register_site(db, spider.facts())
        captures = CaptureWriter(home.captures, spider.name, newest_captures(db, spider.name))
        self.open.callback(captures.close)
        store = SiteStore(home, db, spider.name)
        is_replay = bool(self.crawler.settings.getlist("REPLAY_FILES"))
        self.recorder = Recorder(
            db,
            spider.name,
            RunKind.REPLAY if is_replay else RunKind.CRAWL,
            captures,
            clock=spider.replay_time(),
            batch=self.crawler.settings["TINWATCH_BATCH"],
            reparse=spider.reparser(store),
            settings=home.settings,
        )
        self.recorder.stats.problems += update_keys(self.recorder.past, spider.key_of, spider.now())
        spider.begin(captures, store, self.recorder.run)

    def process_item(self, item: Observation) -> Observation:
        with self._stopping_on_error():
            self.recorder.record(item)
        return item

    def close_spider(self) -> None:
        spider: Any = self.crawler.spider
        with self.open:
            if hasattr(self, "recorder"):
                with self._stopping_on_error():
                    self.recorder.finish(
                        spider.collect_stats(),
                        listings_complete=spider.listings_complete,
                        listings=spider.listings_to_store(),
                    )

    @contextmanager
    def _stopping_on_error(self) -> Iterator[None]:
        """Stop the crawl if an observation cannot be stored: Scrapy would log it and continue."""
        try:
            yield
        except Exception as error:
            spider: Any = self.crawler.spider
            text = str(error) or type(error).__name__
            spider.stop_unstored(Reason(RunEnd.NOT_STORED, error=text))
            raise
