"""Imported by every Python process with this folder on its path: pauses a crawl.

HOLD_SITE: the site whose crawl waits before it records its first page, in a process that crawls
one site or is forked for it. HOLD_UNTIL: the file whose existence lets it continue.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any


def hold(site: str, until: Path) -> None:
    import pipelines.recording.recorder

    record = pipelines.recording.recorder.Recorder.record

    def waiting(self: Any, observation: Any) -> None:
        while self.site == site and not until.exists():
            time.sleep(0.02)
        record(self, observation)

    pipelines.recording.recorder.Recorder.record = waiting  # type: ignore[method-assign]


SERVER = "from multiprocessing.forkserver import main"  # how its command line begins

if "HOLD_SITE" in os.environ and any(word.startswith(SERVER) for word in sys.orig_argv):
    hold(os.environ["HOLD_SITE"], Path(os.environ["HOLD_UNTIL"]))
