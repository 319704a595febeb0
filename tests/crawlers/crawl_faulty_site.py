"""Crawls the faulty site, one scenario a process, and prints what the host saw.

    python crawl_faulty_site.py HOME SCENARIO

Twisted's reactor starts once in a process, so the tests run this as a program. Standard output is
one JSON object: the host's log, the hosts that were connected to, the batches.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from faulty_site import scenarios
from faulty_site.scene import Scene, listen

from schedules.batch import reactor

SCENARIOS: dict[str, Callable[[Path], Coroutine[Any, Any, Scene]]] = {
    made.__name__: made
    for made in (
        scenarios.faults, scenarios.incremental, scenarios.vanished, scenarios.limited,
        scenarios.much_later, scenarios.stopped, scenarios.absent, scenarios.robots_down,
        scenarios.elsewhere, scenarios.down,
        scenarios.broken_transfers, scenarios.coded_br, scenarios.coded_zstd, scenarios.slowly,
        scenarios.private_host, scenarios.private_name, scenarios.indexed,
    )
}  # fmt: skip


def main() -> None:
    folder, scenario = Path(sys.argv[1]), sys.argv[2]
    if scenario not in SCENARIOS:  # the reactor would wait for ever
        sys.exit(f"no scenario {scenario!r}; there are {', '.join(SCENARIOS)}")
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(filename=folder / "crawl.log", level=logging.INFO)
    sys.addaudithook(listen)
    scene = reactor.run(lambda: SCENARIOS[scenario](folder))
    json.dump(scene.report(), sys.stdout)


if __name__ == "__main__":
    main()
