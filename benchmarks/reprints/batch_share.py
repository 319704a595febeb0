"""Share of story clustering in a nightly batch: the first batch of the sample sites, all new."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from crawlers.registry import get_site
from pipelines import reposts
from schedules.batch import reactor
from schedules.batch.nightly import CrawlOptions, run_batch
from storage.home import open_home
from tinwatch.demo import sample_sites


def share_of_batch() -> float:
    """Return clustering time / remaining time of the batch. Once per process (Twisted reactor)."""
    spent = 0.0
    mark = reposts.mark_reposts

    def timed(*arguments: object) -> int:
        nonlocal spent
        began = time.perf_counter()
        result = mark(*arguments)  # type: ignore[arg-type]
        spent += time.perf_counter() - began
        return result

    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        file = sample_sites.pack(1, Path(folder))
        sites = [get_site(name) for name in sample_sites.sites()]
        reposts.mark_reposts = timed
        try:
            began = time.perf_counter()
            reactor.run(partial(run_batch, home, sites, CrawlOptions(replay=(str(file),))))
            total = time.perf_counter() - began
        finally:
            reposts.mark_reposts = mark
    return spent / (total - spent)
