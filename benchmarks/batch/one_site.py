"""Crawl one synthetic site in the process that an isolated batch starts for it."""

from __future__ import annotations

import schedules.batch.preload  # noqa: F401
from batch import sites
from schedules.batch import isolated_worker

MAX_SITES = 200
sites.register(MAX_SITES)


def crawl_in_this_process(folder: str, name: str, minutes: str, options: str) -> str:
    return isolated_worker.crawl_in_this_process(folder, name, minutes, options)
