"""`tinwatch watch` with an overdue nightly batch that replays a WARC file.

python scheduler_over_replay.py HOME FILE SITE...
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from schedules.batch.log_file import log_to_file
from schedules.batch.signals import run_until_stopped
from schedules.service.jobs import JOBS, utc_now
from schedules.service.scheduler import JobScheduler
from storage.home import open_home
from storage.runs.job_history import done_up_to, set_done_up_to
from tinwatch.commands.service import in_process

if __name__ == "__main__":
    home = open_home(sys.argv[1])
    replay = ("--replay", sys.argv[2])
    night = replace(JOBS[0], command=("nightly", *sys.argv[3:], "--isolate", "--resume", *replay))
    assert night.name == "night"
    log_to_file(home)
    with home.work_lock("watch"):
        with closing(home.database()) as db:
            if done_up_to(db, "night") is None:
                set_done_up_to(db, "night", utc_now() - timedelta(days=1))
        run_until_stopped(JobScheduler(home, [night], in_process(home)).serve)
