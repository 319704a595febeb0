"""Cost of exporting everything: seconds, and peak memory of the exporting process."""

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
from usage.generated_home import generate_home

FORMATS = ("jsonl", "parquet", "csv", "4cat", "sqlite")
CAPTURE_FORMATS = ("warc", "wacz")
MAX_CAPTURED_ARTICLES = 20_000  # the home with captures is generated at each run
GOALS = {f"{form}_mb": 300.0 for form in (*FORMATS, *CAPTURE_FORMATS)}
# One process per export, so that the peak is that of one export. It is read from /proc, because
# getrusage never reports less than the peak of the parent process.
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
    """Return FORMAT_s (wall seconds), FORMAT_cpu_s, FORMAT_mb (peak RSS), FORMAT_gb (output)."""
    figures = _measure(home, FORMATS)
    with closing(open_database(home / "tinwatch.db")) as db:
        articles = min(MAX_CAPTURED_ARTICLES, db["articles"].count)
    with tempfile.TemporaryDirectory() as folder:
        generate_home(Path(folder), articles, captured=True)
        return {**figures, "captured": articles, **_measure(Path(folder), CAPTURE_FORMATS)}


def _measure(home: Path, formats: tuple[str, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for form in formats:
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / f"articles.{form}"
            arguments = ["export", form, "-o", str(output), "--home", str(home)]
            started = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT, *arguments],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            figures[f"{form}_s"] = time.perf_counter() - started
            result = json.loads(done.stdout)
            if result["code"]:
                raise RuntimeError(done.stderr)
            figures[f"{form}_cpu_s"] = result["cpu"]
            figures[f"{form}_mb"] = result["peak"] / 1024
            figures[f"{form}_gb"] = _size(output) / 1e9
    return figures


def _size(output: Path) -> int:
    files = output.rglob("*") if output.is_dir() else [output]
    return sum(file.stat().st_size for file in files if file.is_file())
