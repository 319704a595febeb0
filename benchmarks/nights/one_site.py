"""The crawl of one synthetic site, in the process that a night starts for it."""

from __future__ import annotations

import schedules.batch.preload  # noqa: F401
from nights import sites
from schedules.batch import isolated_worker

MOST = 200
sites.register(MOST)


def crawl_in_this_process(folder: str, name: str, minutes: str, options: str) -> str:
    return isolated_worker.crawl_in_this_process(folder, name, minutes, options)
