"""What stories add to a night: the sample sites' first night, where every article is new."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from crawlers.registry import get_site
from pipelines import reposts
from schedules.batch import reactor
from schedules.batch.nightly import Options, run_night
from storage.home import open_home
from tinwatch.demo import sample_sites


def share_of_night() -> float:
    """Time for stories as a share of the rest of the night. Once in a process (the reactor)."""
    spent = 0.0
    mark = reposts.mark

    def timed(*arguments: object) -> int:
        nonlocal spent
        began = time.perf_counter()
        found = mark(*arguments)  # type: ignore[arg-type]
        spent += time.perf_counter() - began
        return found

    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        file = sample_sites.pack(1, Path(folder))
        sites = [get_site(name) for name in sample_sites.sites()]
        reposts.mark = timed
        try:
            began = time.perf_counter()
            reactor.run(partial(run_night, home, sites, Options(replay=(str(file),))))
            total = time.perf_counter() - began
        finally:
            reposts.mark = mark
    return spent / (total - spent)
