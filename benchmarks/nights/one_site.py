"""The crawl of one synthetic site, in the process that a night starts for it."""

from __future__ import annotations

import schedules.service.imported  # noqa: F401
from nights import sites
from schedules.service import one_site

MOST = 200
sites.register(MOST)


def crawl_here(folder: str, name: str, minutes: str, options: str) -> str:
    return one_site.crawl_here(folder, name, minutes, options)
