"""What the crawl of any site imports: the server from which crawls are forked begins with it.

No reactor is among it: each crawl installs its own.
"""

from __future__ import annotations

import gc

from scrapy.utils.misc import load_object

import crawlers.crawl.from_capture  # noqa: F401
import schedules.batch.isolated_worker  # noqa: F401
from crawlers.middlewares.politeness import project_settings
from crawlers.registry import all_sites
from pipelines.text.syllables import legal_syllables
from storage.db.connection import Database

PARTS = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES")
CLASSES = (
    "DUPEFILTER_CLASS", "LOG_FORMATTER", "RECHECK_PLANNER", "REQUEST_FINGERPRINTER_CLASS",
    "ROBOTSTXT_PARSER", "SCHEDULER", "SCHEDULER_MEMORY_QUEUE", "SCHEDULER_PRIORITY_QUEUE",
    "STATS_CLASS",
)  # fmt: skip


def import_all() -> None:
    settings = project_settings()
    for part in PARTS:
        for name in settings.getwithbase(part):  # Scrapy loads those that are left out as well
            load_object(name)
    for name in CLASSES:
        load_object(settings[name])
    all_sites()
    Database(memory=True).close()  # the first one loads sqlite-utils' plugins
    legal_syllables()  # takes longer to make than ten pages to read


import_all()
# What was imported lives as long as the process: nothing to look through, or to write marks on
# that would make a crawl's own copy of the pages it shares.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
