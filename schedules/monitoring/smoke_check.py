"""Smoke check: inspect a site's first run to see whether its module extracts the pages.

It sends no request. The result is stored in the run's statistics as `first_look`, and the report
names what to fix.
"""

from __future__ import annotations

import logging
from typing import Any

from crawlers.inspection.diagnosis import diagnose
from crawlers.inspection.inspect_site import inspect_site, platform_name
from crawlers.inspection.pages import HomePages
from crawlers.spider import SiteSpider
from storage.db.connection import Database
from storage.home import Home
from storage.runs.history import first_runs
from storage.runs.repository import save_smoke_check

logger = logging.getLogger(__name__)


def check_first_runs(db: Database, home: Home, sites: list[type[SiteSpider]]) -> None:
    """Inspect those of these sites whose newest run is their first.

    An inspection that fails is logged and does not fail the batch.
    """
    by_name = {site.name: site for site in sites}
    for name, run in first_runs(db, list(by_name)).items():
        try:
            save_smoke_check(db, run, _inspect(db, home, by_name[name]))
        except Exception:
            logger.exception("the smoke check of %s failed", name)


def _inspect(db: Database, home: Home, site: type[SiteSpider]) -> dict[str, Any]:
    inspection = inspect_site(site, HomePages(home, db, site), compare=False)
    return {
        "pages": len(inspection.pages),
        "coverage": inspection.coverage,
        "platform": platform_name(site),
        "guess": inspection.platform_guess,
        "robots": inspection.robots.to_dict(),
        "mend": [fix.to_dict() for fix in diagnose(site, inspection).fixes],
    }
