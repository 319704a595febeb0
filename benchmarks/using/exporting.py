"""What an export of everything costs: seconds, and the memory of the process that does it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GOALS = {"jsonl_mb": 300.0, "parquet_mb": 300.0, "csv_mb": 300.0}
FORMATS = ("jsonl", "parquet", "csv")
# A process of its own for each, so that its peak is that of one export.
SCRIPT = """
import json, resource, sys
from tinwatch.cli import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    code = end.code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
json.dump({"code": code, "peak": peak}, sys.stdout)
"""


def measure(home: Path) -> dict[str, Any]:
    """FORMAT_s: seconds; FORMAT_mb: peak of the resident memory in MB; FORMAT_gb: what came out."""
    figures: dict[str, Any] = {}
    for form in FORMATS:
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
            figures[f"{form}_mb"] = ended["peak"] / 1024  # Linux says it in KB
            figures[f"{form}_gb"] = _size(made) / 1e9
    return figures


def _size(made: Path) -> int:
    files = made.rglob("*") if made.is_dir() else [made]
    return sum(file.stat().st_size for file in files if file.is_file())
