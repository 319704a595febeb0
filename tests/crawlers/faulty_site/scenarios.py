"""Scenarios: batches with faults, with missing articles, and with hosts that ask to wait."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path

from faulty_site.scene import Scene
from faulty_site.stories import Story
from schedules.batch.nightly import CrawlOptions, run_batch
from storage.home import open_home

FAULTS = {
    201: "slow", 202: "error_500", 203: "error_503", 204: "later_in_seconds",
    205: "later_at_a_date", 206: "reset", 207: "says_latin1", 208: "says_tcvn",
    209: "in_windows_1258", 210: "circle", 211: "empty", 212: "huge", 213: "broken_off",
    214: "malformed", 215: "zipped", 216: "to_other_host", 217: "to_metadata",
    218: "to_other_port", 219: "pdf", 220: "gone", 222: "to_a_file",
}  # fmt: skip
BROKEN = {
    103: "gzip_ends_early", 104: "brotli_ends_early", 105: "damaged_gzip", 106: "unknown_coding",
    107: "bomb", 108: "short", 109: "cut_at_its_length", 110: "cut_without_length",
    111: "twice_zipped", 112: "falsely_zipped",
}  # fmt: skip
FORBIDDEN = Story(221, section="noi-bo")
HEALED = ("slow", "error_500", "reset", "huge", "empty")


async def faults(folder: Path) -> Scene:
    """Every fault in one batch; then some are fixed, one article is edited, one is missing."""
    plain = [Story(key) for key in range(101, 121)]
    broken = [Story(key, fault) for key, fault in FAULTS.items()]
    fed = [Story(301, where="feed"), Story(302, where="feed")]
    scene = Scene(folder, [*plain, *broken, FORBIDDEN, *fed], HONG=True)
    scene.site.robots = "User-agent: tinwatch\nDisallow: /noi-bo/\n\nUser-agent: *\nAllow: /\n"
    await scene.batch()
    for story in broken:
        if story.fault in HEALED:
            story.fault = ""
    scene.story(103).edited = True
    scene.story(104).fault = "gone"
    scene.age(103, 104)
    await scene.batch()
    return scene


async def incremental(folder: Path) -> Scene:
    """A quiet site: the second batch reads what is new, the third checks everything."""
    scene = Scene(folder, [Story(key) for key in range(120, 99, -1)])
    await scene.batch()
    scene.site.stories.insert(0, Story(121))
    scene.age(105, 119)
    await scene.batch()
    await scene.batch(recheck="all")
    return scene


async def vanished(folder: Path) -> Scene:
    """In the second batch one article is gone, from between its neighbours on the listing.

    On the third the oldest one has aged off the first page. No article is due by its age.
    """
    scene = Scene(folder, [Story(key) for key in range(112, 99, -1)])
    await scene.batch()
    scene.story(106).fault = "gone"
    scene.story(106).where = ""
    await scene.batch()
    scene.site.stories.insert(0, Story(113))
    await scene.batch()
    return scene


async def limited(folder: Path) -> Scene:
    scene = Scene(folder, [Story(key) for key in range(112, 99, -1)])
    await scene.batch(limit=3)
    await scene.batch()
    return scene


async def much_later(folder: Path) -> Scene:
    """A host whose Retry-After is a day: the run stops, the next one continues."""
    stories = [Story(key) for key in range(101, 111)]
    stories[2].fault = "much_later"
    scene = Scene(folder, stories)
    await scene.batch()
    stories[2].fault = ""
    await scene.batch()
    return scene


async def stopped(folder: Path) -> Scene:
    """Interrupted while a host's Retry-After is minutes."""
    scene = Scene(folder, [Story(101), Story(102, "a_while_later"), Story(103)])

    def stop() -> None:
        while not any("bai102" in seen.path for seen in scene.site.log):
            threading.Event().wait(0.05)
        threading.Event().wait(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop, daemon=True).start()
    await scene.batch()
    scene.story(102).fault = ""
    await scene.batch()
    return scene


ABSENT = {
    101: "gone", 102: "says_gone", 103: "hollow", 104: "login", 105: "to_home", 106: "to_error",
    107: "to_other_host", 108: "to_new_address", 109: "well", 110: "well", 111: "well",
}  # fmt: skip


async def absent(folder: Path) -> Scene:
    """In the second batch some articles are not where they were; the third finds them again.

    In the fourth the page is gone that 108 had moved to, which is at its old address again.
    109 names a new address as canonical; 110 and 111 name each other; 112 names the front page.
    """
    scene = Scene(folder, [Story(key) for key in range(101, 131)])
    await scene.batch()
    for key, fault in ABSENT.items():
        scene.story(key).fault = fault
    scene.site.stories += [Story(608, where="", like=108), Story(609, where="", like=109)]
    for key, other in ((109, 609), (110, 111), (111, 110)):
        scene.story(key).canonical = scene.story(other).path
    scene.story(112).canonical = "/"
    await scene.batch(recheck="all")
    for story in scene.site.stories:
        story.fault = ""
    await scene.batch(recheck="all")
    scene.story(608).fault = "gone"
    await scene.batch(recheck="all")
    return scene


ELSEWHERE = {
    102: ("to_other_path", "/chuyen/102/"),
    103: ("refreshes", "/chuyen/103/"),
    104: ("script_leads_away", "/xa-hoi/chuyen-cua-xa-bai104.html"),
    105: ("to_other_path", "/thoi-su/chuyen-cua-xa-bai105.html?AspxAutoDetectCookieSupport=1"),
    106: ("to_other_path", "/(S(lit3py55))/thoi-su/chuyen-cua-xa-bai106.html"),
    107: ("to_other_path", "/xa-hoi/chuyen-cua-xa-bai107.html"),
    108: ("challenge", ""),
    109: ("user_error", ""),
}


async def elsewhere(folder: Path) -> Scene:
    """In the second batch articles answer at other addresses, the third asks there.

    101 is missing at its old address, and the listing has another one with the same id.
    110 names an address as canonical that article_url does not match.
    """
    scene = Scene(folder, [Story(key) for key in range(101, 131)])
    await scene.batch()
    scene.story(101).section = "xa-hoi"
    for key, (fault, path) in ELSEWHERE.items():
        scene.story(key).fault, scene.story(key).other = fault, path
    scene.story(110).canonical = scene.story(110).other = "/chuyen/110/"
    await scene.batch(recheck="all")
    for key in (108, 109):
        scene.story(key).fault = ""
    await scene.batch(recheck="all")
    return scene


async def down(folder: Path) -> Scene:
    """Every page is missing, then a database error, then a challenge; then all is well again."""
    scene = Scene(folder, [Story(key) for key in range(101, 111)], RETRY_TIMES=0)
    await scene.batch()
    for fault in ("gone", "gone", "user_error", "challenge", ""):
        scene.site.everywhere = fault
        await scene.batch(recheck="all")
    return scene


async def databases_down(folder: Path) -> Scene:
    """Two CMS with one database that is down: one answers 200, the other 500. Later it is up again.

    The listings have a base element.
    """
    scene = Scene(folder, [Story(key) for key in range(101, 111)], RETRY_TIMES=0)
    scene.site.base = "/thoi-su/"
    await scene.batch()
    for fault in ("database_down", "database_down", ""):
        scene.site.everywhere = fault
        await scene.batch(recheck="all")
    return scene


async def robots_down(folder: Path) -> Scene:
    """In the second batch robots.txt answers 503, on the third 404."""
    scene = Scene(folder, [Story(key) for key in range(101, 106)], RETRY_TIMES=0)
    await scene.batch()
    scene.site.robots_status = 503
    for story in scene.site.stories:
        story.fault = "gone"
    await scene.batch(recheck="all")
    scene.site.robots_status = 404
    await scene.batch(recheck="all")
    return scene


async def broken_transfers(folder: Path) -> Scene:
    """Bodies that break off or cannot be decoded, of known articles and of new ones."""
    scene = Scene(folder, [Story(key) for key in range(101, 121)])
    await scene.batch()
    for key, fault in reversed(BROKEN.items()):
        scene.story(key).fault = fault
        scene.site.stories.insert(0, Story(key + 100, fault))
    await scene.batch(recheck="all")
    for story in scene.site.stories:
        story.fault = ""
    await scene.batch(recheck="all")
    return scene


async def coded(coding: str, folder: Path) -> Scene:
    """A host that sends everything in one coding; in the second batch an article is edited.

    The captures are then replayed into the home "replayed" below the first one.
    """
    scene = Scene(folder, [Story(key) for key in range(101, 113)])
    scene.site.coding = coding
    scene.site.robots = "User-agent: tinwatch\nDisallow: /noi-bo/\n"
    scene.site.stories.append(Story(221, section="noi-bo"))
    await scene.batch()
    scene.story(103).edited = True
    await scene.batch(recheck="all")
    files = tuple(str(file) for file in sorted(folder.glob("captures/*/*.warc.gz")))
    await run_batch(open_home(folder / "replayed"), [scene.watched], CrawlOptions(replay=files))
    return scene


async def coded_br(folder: Path) -> Scene:
    return await coded("br", folder)


async def coded_zstd(folder: Path) -> Scene:
    return await coded("zstd", folder)


async def slowly(folder: Path) -> Scene:
    """robots.txt has a Crawl-delay longer than our own delay."""
    scene = Scene(folder, [Story(key) for key in range(101, 104)])
    scene.site.robots = "User-agent: *\nCrawl-delay: 1.5\n"
    await scene.batch()
    return scene


async def private_host(folder: Path) -> Scene:
    """Loopback without allow_private_hosts: refused by address."""
    scene = Scene(folder, [Story(101)], ALLOWED=False)
    await scene.batch()
    return scene


async def private_name(folder: Path) -> Scene:
    """Loopback without allow_private_hosts, behind a name that resolves to it."""
    socket.gethostbyname = lambda name: "127.0.0.1"  # type: ignore[assignment]
    scene = Scene(folder, [Story(101)], ALLOWED=False, DOMAIN="noi-bo.example")
    await scene.batch()
    return scene


async def indexed(folder: Path) -> Scene:
    """The site's sitemap is an index of packed ones; an article comes in the second batch."""
    scene = Scene(folder, [Story(key, where="sitemap") for key in range(101, 113)], SITEMAP=True)
    scene.site.indexed = True
    await scene.batch()
    scene.site.stories.append(Story(113, where="sitemap"))
    await scene.batch(recheck="all")
    return scene
