"""Replay: answers requests from WARC files instead of the network.

If a URL has several records, the newest one not after `as_of` answers. http and https count as
one scheme. A URL without a record is a 404. The clock of a replay is `as_of`, or the time of the
newest record.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.settings import BaseSettings

from crawlers.settings import DOWNLOAD_HANDLERS
from pipelines.text.urls import canonical_url
from storage.archive.errors import CaptureError, UnreadableRecord
from storage.archive.reader import Record, read_body, read_records
from storage.messages.reasons_archive import ArchiveReason
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

logger = logging.getLogger(__name__)
MAX_CACHED_BYTES = 32_000_000  # of bodies kept from indexing; others are read from the file again


class Replay:
    """An index of WARC files: the offset of the newest record of each URL.

    Attributes:
        clock: the time of the replay
        hosts: hosts that have a record
    """

    def __init__(self, files: tuple[str, ...], as_of: str | None) -> None:
        limit = as_utc(as_of) if as_of else None
        self._offsets: dict[str, tuple[datetime, str, int]] = {}
        self._urls: dict[str, str] = {}
        self._cache: dict[str, Record] = {}
        self._cache_bytes_left = MAX_CACHED_BYTES
        self.hosts: set[str] = set()
        newest: datetime | None = None
        for name in files:
            for record in read_records(Path(name), on_error=partial(self._add_unreadable, limit)):
                if limit is not None and record.captured_at > limit:
                    continue
                self._add(name, record)
                newest = max(newest or record.captured_at, record.captured_at)
        if newest is None:
            if as_of:
                code = ArchiveReason.NO_RESPONSE_UNTIL
                raise CaptureError(Reason(code, files=[*files], time=as_of))
            raise CaptureError(Reason(ArchiveReason.NO_RESPONSE, files=[*files]))
        self.clock = limit or newest

    def _add(self, name: str, record: Record) -> None:
        if self._index(record.url, record.captured_at, name, record.offset):
            self._cache_body(_key(record.url), record)

    def _add_unreadable(self, limit: datetime | None, error: UnreadableRecord) -> None:
        """Index a record whose body cannot be decoded: its URL fails instead of an older body."""
        logger.warning("%s", error)
        if error.url is None or error.captured_at is None:
            return
        if limit is None or error.captured_at <= limit:
            self._index(error.url, error.captured_at, str(error.path), error.offset)

    def _index(self, url: str, captured_at: datetime, name: str, offset: int) -> bool:
        """Index a record. Return False if there is a newer one of its URL."""
        key = _key(url)
        host = urlsplit(url).hostname
        if host:
            self.hosts.add(host)
        indexed = self._offsets.get(key)
        if indexed is not None and captured_at < indexed[0]:
            return False
        self._offsets[key] = (captured_at, name, offset)
        self._urls[key] = url
        replaced = self._cache.pop(key, None)
        self._cache_bytes_left += len(replaced.body) if replaced else 0
        return True

    def _cache_body(self, key: str, record: Record) -> None:
        if len(record.body) <= self._cache_bytes_left:
            self._cache[key] = record
            self._cache_bytes_left -= len(record.body)

    def urls(self) -> list[str]:
        """Return the URLs of the files, newest record first."""
        newest = sorted(self._offsets.items(), key=lambda item: item[1], reverse=True)
        return [self._urls[key] for key, _ in newest]

    def find(self, url: str) -> Record | None:
        """Return the newest record of a URL. Raise CaptureError if it cannot be read."""
        key = _key(url)
        if key not in self._offsets:
            return None
        if key in self._cache:
            return self._cache[key]
        _, name, offset = self._offsets[key]
        return read_body(Path(name).parent, Path(name).name, offset, url=self._urls[key])


@lru_cache(maxsize=4)
def open_replay(files: tuple[str, ...], as_of: str | None) -> Replay:
    """Index WARC files. Raise CaptureError for a broken file, ValueError for an invalid time."""
    return Replay(files, as_of)


def as_utc(text: str) -> datetime:
    """Parse an ISO 8601 time that a user gave; UTC if it has no zone. Raise ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(Reason(InputReason.INVALID_TIME, text=text)) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _key(url: str) -> str:
    return canonical_url(url, scheme="any")


class ReplayHandler(BaseDownloadHandler):
    """Scrapy download handler of a replay, used for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.replay = open_replay(
            tuple(settings.getlist("REPLAY_FILES")), settings.get("REPLAY_AS_OF")
        )

    async def download_request(self, request: Request) -> Response:
        record = self.replay.find(request.url)
        if record is None:
            request.meta["not_in_replay"] = True
            return Response(request.url, status=404, request=request)
        request.meta["captured_at"] = record.captured_at
        headers = Headers()
        for name, value in record.headers:
            headers.appendlist(name, value)
        return Response(
            request.url, status=record.status, headers=headers, body=record.body, request=request
        )


# Middlewares that only network requests and responses need: a replay asks no host.
NETWORK_MIDDLEWARES = (
    "crawlers.middlewares.private_network.PrivateNetworkMiddleware",
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware",
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware",
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware",
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware",
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware",
)


def use_replay(settings: BaseSettings) -> None:
    """Change a spider's settings to a replay without the network middlewares."""
    layers = {**settings["DOWNLOADER_MIDDLEWARES"], **dict.fromkeys(NETWORK_MIDDLEWARES)}
    # Set the whole value: a runner applies the project's settings again over changes inside it.
    settings.setdict({**replay_settings(), "DOWNLOADER_MIDDLEWARES": layers}, priority="spider")


def replay_settings() -> dict[str, Any]:
    """Return settings with the replay handler and no delay, because no host is asked."""
    handler = "crawlers.crawl.replay.ReplayHandler"
    return {
        "DOWNLOAD_HANDLERS": {**DOWNLOAD_HANDLERS, "http": handler, "https": handler},
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,
    }
