"""A site's first run is looked at: does its module read it? Quietly, and without a request.

What is found is kept in the run's stats under `first_look`; the report says what to mend.
"""

from __future__ import annotations

import logging
from typing import Any

from crawlers.inspection.diagnosis import findings
from crawlers.inspection.inspect_site import built_on, look_at
from crawlers.inspection.pages import HomePages
from crawlers.spider import SiteSpider
from storage.db.connection import Database
from storage.home import Home
from storage.runs.repository import first_runs, keep_first_look

logger = logging.getLogger(__name__)


def look_at_first_runs(db: Database, home: Home, sites: list[type[SiteSpider]]) -> None:
    """Looks at those of these sites that were crawled for the first time just now.

    A look is a service and no part of the crawl: where it fails, the night goes on.
    """
    known = {site.name: site for site in sites}
    for name, run in first_runs(db, list(known)).items():
        try:
            keep_first_look(db, run, _look(db, home, known[name]))
        except Exception:
            logger.exception("the first look at %s failed", name)


def _look(db: Database, home: Home, site: type[SiteSpider]) -> dict[str, Any]:
    look = look_at(site, HomePages(home, db, site), compare=False)
    return {
        "pages": len(look.pages),
        "coverage": look.coverage,
        "platform": built_on(site),
        "guess": look.guess,
        "robots": look.robots.to_data(),
        "mend": [reason.to_data() for reason in findings(site, look).mend],
    }
