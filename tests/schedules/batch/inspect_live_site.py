"""Inspect a site on 127.0.0.1 as tinwatch explain and verify-site --live do; print the result.

    python inspect_live_site.py HOME (article | gone | site | command | forbidden)

Twisted's reactor starts once in a process, so test_dry_run.py runs this as a program.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "crawlers"))

from faulty_site.scene import POLITE, watched, write_settings
from faulty_site.server import Host
from faulty_site.stories import Site, Story

from crawlers.inspection.explain import explain
from crawlers.inspection.inspect_site import MAX_ARTICLES, inspect_site
from crawlers.inspection.pages import HomePages
from crawlers.spider import SiteSpider
from schedules.batch.dry_run import dry_run_home, fetch_article, fetch_site
from tinwatch.commands.page_source import page_at


def through_the_command(team_home: Path, site: type[SiteSpider], url: str) -> dict[str, str]:
    """The page as tinwatch explain and fixture get it, or the error."""
    try:
        kept = page_at(url, site, page=None, replay=None, home=team_home)
    except ValueError as error:
        return {"error": str(error)}
    return {"url": kept.url, "title": str(explain(kept, site).fields[0].value)}


def main() -> None:
    team_home, what = Path(sys.argv[1]), sys.argv[2]
    team_home.mkdir(parents=True)
    stories = [Story(key) for key in range(120, 100, -1)]
    if what == "gone":
        stories[2].fault = "gone"
    if what == "forbidden":
        stories[2].section = "noi-bo"
    server = Site(stories)
    server.robots = "User-agent: *\nDisallow: /noi-bo/\n"
    host = Host(server)
    write_settings(team_home, host)
    site = watched(f"127.0.0.1:{host.port}", POLITE)
    url = f"{site.root()}{stories[2].path}"
    if what in ("command", "forbidden"):
        json.dump(through_the_command(team_home, site, url), sys.stdout)
        return
    with dry_run_home(team_home, site) as home:
        temporary_folder = home.path
        if what == "site":
            fetch_site(home, site, MAX_ARTICLES)
        else:
            fetch_article(home, site, url)
        with closing(home.database()) as db:
            pages = HomePages(home, db, site)
            found = pages.find(url)
            look = inspect_site(site, pages) if what == "site" else None
    result = {
        "paths": [seen.path for seen in server.log],
        "agents": sorted({seen.agent for seen in server.log}),
        "status": found.status if found is not None else None,
        "read": look.pages_read if look is not None else 0,
        "robots": str(look.robots.code) if look is not None else "",
        "links": [listing.links for listing in look.listings] if look is not None else [],
        "left": [str(p.relative_to(team_home)) for p in team_home.rglob("*") if p.is_file()],
        "gone": not temporary_folder.exists(),
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
