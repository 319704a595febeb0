"""The item pipeline that records what the spider yields."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.items import Observation
from pipelines.recording.recorder import Recorder
from pipelines.site_store import SiteStore
from storage.archive.writer import CaptureWriter, known_captures
from storage.home import open_home
from storage.messages.reasons_crawl import RunEnd
from storage.reasons import Reason
from storage.runs.repository import register_site


class StorePipeline:
    """Opens home, lock, archive and run with the spider, and closes them with it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.open = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        """Raises SiteBusy where another process crawls the site."""
        spider: Any = self.crawler.spider
        home = open_home(self.crawler.settings["TINWATCH_HOME"])
        self.open.enter_context(home.site_lock(spider.name))
        db = home.database()
        self.open.callback(db.close)
        register_site(db, spider.facts())
        captures = CaptureWriter(home.captures, spider.name, known_captures(db, spider.name))
        self.open.callback(captures.close)
        store = SiteStore(home, db, spider.name)
        replaying = bool(self.crawler.settings.getlist("REPLAY_FILES"))
        self.recorder = Recorder(
            db,
            spider.name,
            "replay" if replaying else "crawl",
            captures,
            clock=spider.replay_time(),
            night=self.crawler.settings["TINWATCH_NIGHT"],
            reread=spider.rereader(store),
        )
        spider.begin(captures, store, self.recorder.run)

    def process_item(self, item: Observation) -> Observation:
        with self._told():
            self.recorder.record(item)
        return item

    def close_spider(self) -> None:
        spider: Any = self.crawler.spider
        with self.open:
            if hasattr(self, "recorder"):
                with self._told():
                    self.recorder.finish(
                        spider.own_stats(),
                        swept=spider.swept,
                        listings=spider.listings_to_keep(),
                    )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Scrapy logs what an item pipeline raises and goes on; a crawl that cannot store ends."""
        try:
            yield
        except Exception as error:
            spider: Any = self.crawler.spider
            text = str(error) or type(error).__name__
            spider.break_off(Reason(RunEnd.NOT_STORED, error=text))
            raise
