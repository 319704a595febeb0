"""Replay: requests are answered from WARC files instead of the network.

Of several records of one URL the newest that is not after `as_of` answers; http and https are
one; what no file holds is a 404. The clock of a replay is `as_of`, or else the newest record.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
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
from storage.archive.writer import CaptureError, Record, read_body, read_records

HELD = 32_000_000  # bytes of bodies that are kept from the first reading; the rest is read again


class Replay:
    """An index of WARC files: where the record of each URL lies, by time."""

    def __init__(self, files: tuple[str, ...], as_of: str | None) -> None:
        limit = as_utc(as_of) if as_of else None
        self._places: dict[str, tuple[datetime, str, int]] = {}
        self._urls: dict[str, str] = {}
        self._held: dict[str, Record] = {}
        self._room = HELD
        self.hosts: set[str] = set()
        newest: datetime | None = None
        for name in files:
            for record in read_records(Path(name)):
                if limit is not None and record.captured_at > limit:
                    continue
                self._add(name, record)
                newest = max(newest or record.captured_at, record.captured_at)
        if newest is None:
            raise CaptureError(
                f"no response in {', '.join(files) or 'no file'}"
                + (f" up to {as_of}" if as_of else "")
            )
        self.clock = limit or newest

    def _add(self, name: str, record: Record) -> None:
        key = _key(record.url)
        host = urlsplit(record.url).hostname
        if host:
            self.hosts.add(host)
        held = self._places.get(key)
        if held is None or record.captured_at >= held[0]:
            self._places[key] = (record.captured_at, name, record.offset)
            self._urls[key] = record.url
            self._hold(key, record)

    def _hold(self, key: str, record: Record) -> None:
        before = self._held.pop(key, None)
        self._room += len(before.body) if before else 0
        if len(record.body) <= self._room:
            self._held[key] = record
            self._room -= len(record.body)

    def urls(self) -> list[str]:
        """The URLs that the files hold, newest record first."""
        newest = sorted(self._places.items(), key=lambda place: place[1], reverse=True)
        return [self._urls[key] for key, _ in newest]

    def find(self, url: str) -> Record | None:
        key = _key(url)
        place = self._places.get(key)
        if place is None:
            return None
        if key in self._held:
            return self._held[key]
        _, name, offset = place
        return read_body(Path(name).parent, Path(name).name, offset)


@lru_cache(maxsize=4)
def open_replay(files: tuple[str, ...], as_of: str | None) -> Replay:
    """Raises CaptureError for a file that is no WARC, ValueError for a time that is none."""
    return Replay(files, as_of)


def as_utc(text: str) -> datetime:
    """A time given by a person: ISO 8601; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _key(url: str) -> str:
    return canonical_url(url, scheme="any")


class ReplayHandler(BaseDownloadHandler):
    """Scrapy's download handler for a replay; it stands in for http and https."""

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


# What makes a request fit for a host, or its answer fit to be read: a file needs neither.
FOR_HOSTS = (
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware",
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware",
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware",
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware",
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware",
)


def play_files(settings: BaseSettings) -> None:
    """Has a spider's settings take files for hosts, and leave out what only hosts need."""
    layers = {**settings["DOWNLOADER_MIDDLEWARES"], **dict.fromkeys(FOR_HOSTS)}
    # As one value: a runner sets those of the project again, whatever was changed within them.
    settings.setdict({**replay_settings(), "DOWNLOADER_MIDDLEWARES": layers}, priority="spider")


def replay_settings() -> dict[str, Any]:
    """No host is asked, so nobody needs to be spared."""
    handler = "crawlers.crawl.replay.ReplayHandler"
    return {
        "DOWNLOAD_HANDLERS": {**DOWNLOAD_HANDLERS, "http": handler, "https": handler},
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,
    }
