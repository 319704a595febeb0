"""A home on a read-only mount: commands that read work, those that write name the remedy.

The mount is in a namespace of its own, which needs root or user namespaces.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("run_on_read_only_home.py")
ROOT = Path(__file__).parents[3]
MOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
TIME_LIMIT = 300

READING = (
    "events", "report", "articles", "show 1", "search nước", "count nước", "cite 1", "runs", "pins",
    "stories", "story 1", "health", "metrics --textfile {out}/metrics.prom", "schedule", "verify",
    "alert --list", "alert --dry-run", "prune --dry-run", "evidence 1 -o {out}/evidence",
    "network -o {out}/network.gexf", "feed -o {out}/feed.xml", "export csv -o {out}/a.csv",
    "export warc -o {out}/a.warc.gz", "export wacz -o {out}/a.wacz", "export sqlite -o {out}/a.db",
    "dataset name --author A -o {out}/dataset", "backup -o {out}/backup.tar",
    "rebuild --from {home} --home {out}/rebuilt",
)  # fmt: skip
WRITING = (
    "nightly backan", "crawl laocai", "import --site haugiang {out}/a.warc.gz", "backup", "pin 1",
    "unpin 1", "recluster", "reindex", "watch", "alert", "backfill haugiang",
    "export csv -o {home}/a.csv", "dataset name --author A -o {home}/dataset",
)  # fmt: skip


def run_mounted(home: Path, commands: list[str]) -> dict[str, tuple[int, str]]:
    """Command -> its exit code and output; skips the test without the right to mount."""
    namespace = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "-r"]
    program = [sys.executable, str(PROGRAM), str(home), *commands]
    try:
        command = [*namespace, "sh", "-c", MOUNT, str(home)]
        subprocess.run([*command, "true"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no read-only mount: {getattr(error, 'stderr', error)}")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [*command, *program], cwd=ROOT, env=environment,
        capture_output=True, text=True, timeout=TIME_LIMIT, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (code, text) for name, (code, text) in zip(commands, lines, strict=True)}


@pytest.mark.slow
def test_read_only_mount_is_read_and_not_written(demo_home: Path, tmp_path: Path) -> None:
    home, out = Path(shutil.copytree(demo_home, tmp_path / "home")), tmp_path / "out"
    out.mkdir()
    subscription = '[[subscription]]\nname = "a"\nto = ["json://127.0.0.1:9/"]\n'
    (home / "alerts.toml").write_text(subscription, "utf-8")
    before = sorted(home.rglob("*"))
    reading, writing = (
        [command.format(home=home, out=out) for command in commands]
        for commands in (READING, WRITING)
    )
    done = run_mounted(home, [*reading, *writing])
    assert {name: text for name, (code, text) in done.items() if code and name in reading} == {}
    remedy = "copy it to a writable disk"
    wrong = {
        name: done[name]
        for name in writing
        if done[name][0] != 3 or remedy not in " ".join(done[name][1].split())
    }
    assert wrong == {}
    assert sorted(home.rglob("*")) == before
