"""Imports that every crawl needs; the fork server loads this module before it forks.

It must not install Twisted's reactor: each crawl installs its own.
"""

from __future__ import annotations

import gc

from scrapy.utils.misc import load_object

import crawlers.crawl.from_capture  # noqa: F401
import schedules.batch.isolated_worker  # noqa: F401
from crawlers.middlewares.politeness import project_settings
from crawlers.registry import all_sites
from pipelines.text.syllables import legal_syllables
from storage.config import settings_adapter
from storage.db.connection import Database

COMPONENT_SETTINGS = (
    "DOWNLOADER_MIDDLEWARES",
    "SPIDER_MIDDLEWARES",
    "EXTENSIONS",
    "ITEM_PIPELINES",
)
CLASS_SETTINGS = (
    "DUPEFILTER_CLASS", "LOG_FORMATTER", "RECHECK_PLANNER", "REQUEST_FINGERPRINTER_CLASS",
    "ROBOTSTXT_PARSER", "SCHEDULER", "SCHEDULER_MEMORY_QUEUE", "SCHEDULER_PRIORITY_QUEUE",
    "STATS_CLASS",
)  # fmt: skip


def import_all() -> None:
    settings = project_settings()
    for part in COMPONENT_SETTINGS:
        for name in settings.getwithbase(part):  # Scrapy also loads the disabled ones
            load_object(name)
    for name in CLASS_SETTINGS:
        load_object(settings[name])
    all_sites()
    Database(memory=True).close()  # the first connection loads sqlite-utils' plugins
    settings_adapter()
    legal_syllables()  # building the set takes longer than extracting ten pages


import_all()
# Imported objects live as long as the process. Freezing them keeps the garbage collector from
# writing to their memory pages, which the forked crawls share (copy on write).
gc.freeze()
gc.set_threshold(20_000, 20, 20)
