"""Nights in which a site comes to be trusted: its validators, and the dates of its sitemap."""

from __future__ import annotations

from pathlib import Path

from crawlers import conditional as conditional_requests
from faulty_site.scene import Scene
from faulty_site.stories import Story
from pipelines import honesty, recorder


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


async def indexed(folder: Path) -> Scene:
    """The site's sitemap is an index of packed ones.

    Nights: 1 finds, 2 audits, 3 spares, 4 checks all (so that a day that never passed is
    forgotten).
    """
    honesty.LEAST_AUDITED, honesty.WHOLE_SHARE = 10, 0.0
    scene = Scene(folder, [Story(key, dated="honestly") for key in range(101, 113)], SITEMAP=True)
    scene.site.indexed = True
    await scene.night()
    await scene.night(recheck="all")
    scene.story(107).edited = True
    scene.a_day_later()
    await scene.night()
    await scene.night(recheck="all")
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
