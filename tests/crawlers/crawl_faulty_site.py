"""Crawls the faulty site, one scenario a process, and stores what the host saw.

    python crawl_faulty_site.py FOLDER SCENARIO...

Each scenario has a home FOLDER/SCENARIO. Its report.json is one JSON object: the host's log, the
hosts that were connected to, the batches. Twisted's reactor starts once in a process, so each
scenario has a fork of this program, which has imported what a crawl needs.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Coroutine
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from faulty_site import scenarios
from faulty_site.scene import Scene, listen

import schedules.batch.preload  # noqa: F401  # so that the forks need not import it
from schedules.batch import reactor

AT_ONCE = 8  # they wait more than they work; more would disturb the delay that is measured
SCENARIOS: dict[str, Callable[[Path], Coroutine[Any, Any, Scene]]] = {
    made.__name__: made
    for made in (
        scenarios.faults, scenarios.incremental, scenarios.vanished, scenarios.limited,
        scenarios.much_later, scenarios.stopped, scenarios.absent, scenarios.robots_down,
        scenarios.elsewhere, scenarios.down, scenarios.databases_down,
        scenarios.broken_transfers, scenarios.coded_br, scenarios.coded_zstd, scenarios.slowly,
        scenarios.private_host, scenarios.private_name, scenarios.indexed,
    )
}  # fmt: skip


def crawl(folder: Path) -> None:
    """Play the scenario that the folder is named after."""
    folder.mkdir(parents=True)
    logging.basicConfig(filename=folder / "crawl.log", level=logging.INFO)
    sys.addaudithook(listen)
    scene = reactor.run(lambda: SCENARIOS[folder.name](folder))
    (folder / "report.json").write_text(json.dumps(scene.report()), "utf-8")


def main() -> None:
    folder, *names = sys.argv[1:]
    for name in set(names) - set(SCENARIOS):  # the reactor would wait for ever
        sys.exit(f"no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    with get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        pool.map(crawl, [Path(folder, name) for name in names], chunksize=1)


if __name__ == "__main__":
    main()
