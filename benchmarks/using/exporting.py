"""What an export of everything costs: seconds, and the memory of the process that does it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.db.connection import open_database
from using.home import home_of

FORMATS = ("jsonl", "parquet", "csv", "4cat", "sqlite")
OF_CAPTURES = ("warc", "wacz")
CAPTURED = 20_000  # articles of the home with captures, at most: it is made anew each time
GOALS = {f"{form}_mb": 300.0 for form in (*FORMATS, *OF_CAPTURES)}
# A process of its own for each, so that its peak is that of one export. It is read from /proc:
# what getrusage says is never less than the process that started it.
SCRIPT = r"""
import json, os, re, sys
from pathlib import Path
from tinwatch.commands.app import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    code = end.code
peak = int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
cpu = sum(os.times()[:2])
json.dump({"code": code, "peak": peak, "cpu": cpu}, sys.stdout)
"""


def measure(home: Path) -> dict[str, Any]:
    """FORMAT_s: seconds; FORMAT_cpu_s: of the processor; FORMAT_mb: peak of the resident memory
    in MB; FORMAT_gb: what came out."""
    figures = _measured(home, FORMATS)
    with closing(open_database(home / "tinwatch.db")) as db:
        articles = min(CAPTURED, db["articles"].count)
    with tempfile.TemporaryDirectory() as folder:
        home_of(Path(folder), articles, captured=True)
        return {**figures, "captured": articles, **_measured(Path(folder), OF_CAPTURES)}


def _measured(home: Path, formats: tuple[str, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for form in formats:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / f"made.{form}"
            arguments = ["export", form, "-o", str(made), "--home", str(home)]
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT, *arguments],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            figures[f"{form}_s"] = time.perf_counter() - began
            ended = json.loads(done.stdout)
            if ended["code"]:
                raise RuntimeError(done.stderr)
            figures[f"{form}_cpu_s"] = ended["cpu"]
            figures[f"{form}_mb"] = ended["peak"] / 1024
            figures[f"{form}_gb"] = _size(made) / 1e9
    return figures


def _size(made: Path) -> int:
    files = made.rglob("*") if made.is_dir() else [made]
    return sum(file.stat().st_size for file in files if file.is_file())
