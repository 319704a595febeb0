"""A scene: a home, the faulty host and its site, for the batches of a scenario."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawlers.spider import SiteSpider
from faulty_site.server import Host
from faulty_site.stories import Site, Story
from schedules.batch.nightly import BatchResult, CrawlOptions, run_batch
from storage.home import Home, open_home

SETTINGS = 'contact = "toasoan@thu-nghiem.example"\ndelay = 0.06\n'
POLITE: dict[str, Any] = {"DOWNLOAD_TIMEOUT": 3, "RETRY_TIMES": 1}

connected: set[str] = set()
resolved: set[str] = set()


def listen(event: str, args: tuple[Any, ...]) -> None:
    """Audit hook: record every address that this process connects to or resolves."""
    if event == "socket.connect" and isinstance(args[1], tuple):
        connected.add(f"{args[1][0]}:{args[1][1]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        resolved.add(str(args[0]))


def watched(domain: str, settings: dict[str, Any]) -> type[SiteSpider]:
    class ThuNghiem(SiteSpider):
        name = "thu_nghiem"
        title = "Báo Thử Nghiệm"
        province = "hau-giang"
        kind = "newspaper"
        domains = [domain]
        scheme = "http"
        sections = ["thoi-su", "hong"] if "HONG" in settings else ["thoi-su"]
        listing_url = "{root}/{section}/"
        next_listing = "{root}/{section}/trang-{page}"
        feeds = ["sitemap.xml"] if "SITEMAP" in settings else ["rss/tin-moi.rss"]
        article_url = r"-bai(?P<key>\d+)\.html$"
        select = {
            "title": ["h1.tit"], "published": [".ngay"], "lead": [".sapo"],
            "body": [".noi-dung"], "byline": [".tac-gia"],
        }  # fmt: skip
        absent = {"updated", "source", "section", "tags"}
        custom_settings = {k: v for k, v in settings.items() if k not in ("HONG", "SITEMAP")}

    return ThuNghiem


def write_settings(folder: Path, host: Host | None) -> None:
    """Write settings.toml, which admits the faulty host on loopback."""
    allowed = [f"127.0.0.1:{host.port}"] if host is not None else []
    text = f"{SETTINGS}allow_private_hosts = {json.dumps(allowed)}\n"
    (folder / "settings.toml").write_text(text, encoding="utf-8")


class Scene:
    """A home, a host and the site that is watched."""

    def __init__(self, folder: Path, stories: list[Story], **settings: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.site = Site(stories)
        self.host = Host(self.site)
        write_settings(folder, self.host if settings.pop("ALLOWED", True) else None)
        self.home: Home = open_home(folder)
        self.other = Host(Site([]))
        self.site.elsewhere = f"http://127.0.0.1:{self.other.port}"
        self.batches: list[BatchResult] = []
        domain = settings.pop("DOMAIN", "127.0.0.1")
        self.watched = watched(f"{domain}:{self.host.port}", {**POLITE, **settings})

    async def batch(self, **options: Any) -> None:
        self.batches.append(await run_batch(self.home, [self.watched], CrawlOptions(**options)))
        self.site.batch += 1

    def age(self, *keys: int) -> None:
        """Make the recheck of these articles due."""
        with sqlite3.connect(self.home.path / "tinwatch.db") as db:
            for key in keys:
                db.execute(
                    "UPDATE articles SET last_checked = '2025-01-01T00:00:00Z' WHERE key = ?",
                    [str(key)],
                )
        db.close()

    def a_day_later(self) -> None:
        """Each article was checked a day ago, and is due."""
        with sqlite3.connect(self.home.path / "tinwatch.db") as db:
            db.execute(
                "UPDATE articles SET last_checked = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')"
            )
        db.close()

    def story(self, key: int) -> Story:
        return next(s for s in self.site.stories if s.key == key)

    def report(self) -> dict[str, Any]:
        return {
            "log": [asdict(seen) for seen in self.site.log],
            "other_log": [asdict(seen) for seen in self.other.site.log],
            "port": self.host.port,
            "connected": sorted(connected),
            "resolved": sorted(resolved),
            "batches": [
                {
                    "healthy": batch.healthy,
                    "errors": {site: reason.code for site, reason in batch.errors.items()},
                    "verdicts": [
                        [p.verdict.status, p.verdict.reason and p.verdict.reason.code]
                        for p in batch.published
                    ],
                }
                for batch in self.batches
            ],
        }
