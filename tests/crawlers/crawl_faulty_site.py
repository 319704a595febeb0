"""Crawls the faulty site of faulty_server.py, one scenario a process, and prints what the host saw.

    python crawl_faulty_site.py HOME SCENARIO

Twisted's reactor starts once in a process, so test_fetching.py runs this as a program. Standard
output is one JSON object: the host's log, the hosts that were connected to, the nights.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any

from faulty_server import Host, Site, Story

from crawlers import conditional as conditional_requests
from crawlers.spider import SiteSpider
from pipelines import honesty, recorder
from schedules import reactor
from schedules.nightly import Night, Options, run_night
from storage.home import Home, open_home

SETTINGS = 'contact = "toasoan@thu-nghiem.example"\ndelay = 0.06\n'
POLITE: dict[str, Any] = {"DOWNLOAD_TIMEOUT": 3, "RETRY_TIMES": 1, "ALLOW_PRIVATE_HOSTS": True}

FAULTS = {
    201: "slow", 202: "error_500", 203: "error_503", 204: "later_in_seconds",
    205: "later_at_a_date", 206: "reset", 207: "says_latin1", 208: "says_tcvn",
    209: "in_windows_1258", 210: "circle", 211: "empty", 212: "huge", 213: "broken_off",
    214: "malformed", 215: "zipped", 216: "to_other_host", 217: "to_metadata",
    218: "to_other_port", 219: "pdf", 220: "gone", 222: "to_a_file",
}  # fmt: skip
FORBIDDEN = Story(221, section="noi-bo")
HEALED = ("slow", "error_500", "reset", "huge", "empty")

connected: set[str] = set()
resolved: set[str] = set()


def listen(event: str, args: tuple[Any, ...]) -> None:
    """Every address that this process connects to, whoever asks."""
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


class Scene:
    """A home, a host and the site that is watched."""

    def __init__(self, folder: Path, stories: list[Story], **settings: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
        self.home: Home = open_home(folder)
        self.site = Site(stories)
        self.host = Host(self.site)
        self.other = Host(Site([]))
        self.site.elsewhere = f"http://127.0.0.1:{self.other.port}"
        self.nights: list[Night] = []
        domain = settings.pop("DOMAIN", "127.0.0.1")
        self.watched = watched(f"{domain}:{self.host.port}", {**POLITE, **settings})

    async def night(self, **options: Any) -> None:
        self.nights.append(await run_night(self.home, [self.watched], Options(**options)))
        self.site.night += 1

    def age(self, *keys: int) -> None:
        """Lets a day pass for these articles, so that their recheck is due."""
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

    def told(self) -> dict[str, Any]:
        return {
            "log": [asdict(seen) for seen in self.site.log],
            "other_log": [asdict(seen) for seen in self.other.site.log],
            "port": self.host.port,
            "connected": sorted(connected),
            "resolved": sorted(resolved),
            "nights": [
                {
                    "healthy": night.healthy,
                    "errors": night.errors,
                    "verdicts": [[p.verdict.name, p.verdict.reason] for p in night.published],
                }
                for night in self.nights
            ],
        }


async def faults(folder: Path) -> Scene:
    """Every fault on one night; on the next some are mended, one article changed, one is gone."""
    plain = [Story(key) for key in range(101, 121)]
    broken = [Story(key, fault) for key, fault in FAULTS.items()]
    fed = [Story(301, where="feed"), Story(302, where="feed")]
    scene = Scene(folder, [*plain, *broken, FORBIDDEN, *fed], HONG=True)
    scene.site.robots = "User-agent: tinwatch\nDisallow: /noi-bo/\n\nUser-agent: *\nAllow: /\n"
    await scene.night()
    for story in broken:
        if story.fault in HEALED:
            story.fault = ""
    scene.story(103).edited = True
    scene.story(104).fault = "gone"
    scene.age(103, 104)
    await scene.night()
    return scene


async def incremental(folder: Path) -> Scene:
    """A quiet site: the second night reads what is new, the third checks everything."""
    scene = Scene(folder, [Story(key) for key in range(120, 99, -1)])
    await scene.night()
    scene.site.stories.insert(0, Story(121))
    scene.age(105, 119)
    await scene.night()
    await scene.night(recheck="all")
    return scene


async def limited(folder: Path) -> Scene:
    scene = Scene(folder, [Story(key) for key in range(112, 99, -1)])
    await scene.night(limit=3)
    await scene.night()
    return scene


async def much_later(folder: Path) -> Scene:
    """A host that asks to come back tomorrow, and is left alone until then."""
    stories = [Story(key) for key in range(101, 111)]
    stories[2].fault = "much_later"
    scene = Scene(folder, stories)
    await scene.night()
    stories[2].fault = ""
    await scene.night()
    return scene


async def stopped(folder: Path) -> Scene:
    """Stopped by hand while a host has asked for minutes of patience."""
    scene = Scene(folder, [Story(101), Story(102, "a_while_later"), Story(103)])

    def stop() -> None:
        while not any("bai102" in seen.path for seen in scene.site.log):
            threading.Event().wait(0.05)
        threading.Event().wait(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop, daemon=True).start()
    await scene.night()
    scene.story(102).fault = ""
    await scene.night()
    return scene


ABSENT = {
    101: "gone", 102: "says_gone", 103: "hollow", 104: "login", 105: "to_home", 106: "to_error",
    107: "to_other_host", 108: "to_new_address", 109: "well", 110: "well", 111: "well",
}  # fmt: skip


async def absent(folder: Path) -> Scene:
    """On the second night some articles are not where they were; the third finds them again.

    109 names a new address as canonical; 110 and 111 name each other; 112 names the front page.
    """
    scene = Scene(folder, [Story(key) for key in range(101, 131)])
    await scene.night()
    for key, fault in ABSENT.items():
        scene.story(key).fault = fault
    scene.site.stories += [Story(608, where="", like=108), Story(609, where="", like=109)]
    for key, other in ((109, 609), (110, 111), (111, 110)):
        scene.story(key).canonical = scene.story(other).path
    scene.story(112).canonical = "/"
    await scene.night(recheck="all")
    for story in scene.site.stories:
        story.fault = ""
    await scene.night(recheck="all")
    return scene


async def robots_down(folder: Path) -> Scene:
    """On the second night robots.txt answers 503, on the third 404."""
    scene = Scene(folder, [Story(key) for key in range(101, 106)], RETRY_TIMES=0)
    await scene.night()
    scene.site.robots_status = 503
    for story in scene.site.stories:
        story.fault = "gone"
    await scene.night(recheck="all")
    scene.site.robots_status = 404
    await scene.night(recheck="all")
    return scene


async def slowly(folder: Path) -> Scene:
    """robots.txt asks for a pause that is longer than our own."""
    scene = Scene(folder, [Story(key) for key in range(101, 104)])
    scene.site.robots = "User-agent: *\nCrawl-delay: 1.5\n"
    await scene.night()
    return scene


async def conditional(folder: Path) -> Scene:
    """A site comes to be trusted, is asked whether pages changed, and lies about one.

    Nights: 1 finds, 2 audits, 3 and 4 ask, 5 reads whole and finds the lie, 6 trusts no longer.
    """
    honesty.LEAST_AUDITED, honesty.WHOLE_SHARE, honesty.WHOLE_EACH = 10, 0.0, 3
    faults = {**dict.fromkeys(range(101, 106), "tagged"), **dict.fromkeys(range(106, 110), "dated")}
    faults |= {110: "lying", 111: "", 112: "tagged"}
    scene = Scene(folder, [Story(key, fault) for key, fault in faults.items()])
    await scene.night()
    await scene.night(recheck="all")
    for key in (101, 106, 110):
        scene.story(key).edited = True
    scene.story(111).fault = "unasked_304"
    scene.story(112).fault = "gone"
    await scene.night(recheck="all")
    scene.story(111).fault = ""
    scene.story(112).fault = "tagged"
    for _ in range(3):
        await scene.night(recheck="all")
    return scene


async def caught(folder: Path) -> Scene:
    """A trusted site changed every page behind its validators. The first is read whole."""
    honesty.LEAST_AUDITED, recorder.BATCH = 10, 1
    conditional_requests.is_whole = lambda url, night, unread: "bai101" in url
    stories = [Story(key, "lying") for key in range(101, 131)]
    scene = Scene(folder, stories, CONCURRENT_REQUESTS=1)
    await scene.night()
    await scene.night(recheck="all")
    for story in stories:
        story.edited = True
    await scene.night(recheck="all")
    return scene


async def probed(folder: Path) -> Scene:
    """Nights: 1 finds, 2 audits, on 3 pages come changed and are asked for by their old names."""
    faults = {**dict.fromkeys(range(101, 106), "tagged"), 106: "deaf"}
    scene = Scene(folder, [Story(key, fault) for key, fault in faults.items()])
    await scene.night()
    await scene.night(recheck="all")
    for key in (101, 106):
        scene.story(key).edited = True
    await scene.night(recheck="all")
    scene.story(102).fault = "renamed"  # its text stays
    await scene.night(recheck="all")
    return scene


async def mapped(folder: Path) -> Scene:
    """A sitemap comes to be believed, spares what it says is unchanged, and lies.

    101 to 110 are dated honestly, 111 and 112 always now, 113 and 114 not at all. Nights: 1 finds,
    2 audits, 3 spares; on 4 a text changed and its lastmod did not, which is a lie on 5; 6 spares
    nothing. On 4 and 5 everything is checked.
    """
    honesty.LEAST_AUDITED, honesty.WHOLE_SHARE = 10, 0.0
    dated = {**dict.fromkeys(range(101, 111), "honestly"), 111: "now", 112: "now", 113: "", 114: ""}
    stories = [Story(key, dated=how) for key, how in dated.items()]
    scene = Scene(folder, stories, SITEMAP=True)
    await scene.night()
    await scene.night(recheck="all")
    scene.story(107).edited = True
    scene.a_day_later()
    await scene.night()
    scene.story(104).edited, scene.story(104).dated = True, "never"
    await scene.night(recheck="all")
    await scene.night(recheck="all")
    scene.a_day_later()
    await scene.night()
    return scene


async def mapped_late(folder: Path) -> Scene:
    """A sitemap that tells of an edit a night late; then one in which everything moves at once."""
    honesty.LEAST_AUDITED, honesty.WHOLE_SHARE = 10, 0.0
    scene = Scene(folder, [Story(key, dated="honestly") for key in range(101, 112)], SITEMAP=True)
    await scene.night()
    await scene.night(recheck="all")
    scene.story(104).edited, scene.story(104).dated = True, "never"
    await scene.night(recheck="all")
    scene.story(104).dated = "honestly"
    await scene.night(recheck="all")
    for story in scene.site.stories:
        story.dated = "now"
    await scene.night()
    return scene


async def fenced(folder: Path) -> Scene:
    """Loopback without leave: refused by address."""
    scene = Scene(folder, [Story(101)], ALLOW_PRIVATE_HOSTS=False)
    await scene.night()
    return scene


async def disguised(folder: Path) -> Scene:
    """Loopback without leave, behind a name that resolves to it."""
    socket.gethostbyname = lambda name: "127.0.0.1"  # type: ignore[assignment]
    scene = Scene(folder, [Story(101)], ALLOW_PRIVATE_HOSTS=False, DOMAIN="noi-bo.example")
    await scene.night()
    return scene


SCENARIOS: dict[str, Callable[[Path], Coroutine[Any, Any, Scene]]] = {
    made.__name__: made
    for made in (
        faults,
        incremental,
        limited,
        much_later,
        stopped,
        absent,
        robots_down,
        slowly,
        conditional,
        caught,
        probed,
        mapped,
        mapped_late,
        fenced,
        disguised,
    )
}


def main() -> None:
    folder, scenario = Path(sys.argv[1]), sys.argv[2]
    if scenario not in SCENARIOS:  # the reactor would wait for ever
        sys.exit(f"no scenario {scenario!r}; there are {', '.join(SCENARIOS)}")
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(filename=folder / "crawl.log", level=logging.INFO)
    sys.addaudithook(listen)
    scene = reactor.run(lambda: SCENARIOS[scenario](folder))
    json.dump(scene.told(), sys.stdout)


if __name__ == "__main__":
    main()
