"""A package of an extra that is not installed is named with its install line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Runs the command line in a Python that finds no package with one of the given names.
WITHOUT = """
import sys
missing, *words = sys.argv[1:]
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in missing.split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Finder())
sys.argv = ["tinwatch", *words]
from tinwatch.commands.app import main
main()
"""
PACKAGES = {
    "web": ("fastapi", "starlette", "jinja2", "uvicorn", "python_multipart"),
    "alerts": ("apprise",),
    "parquet": ("pyarrow",),
    "bulk": ("bokeh", "distributed", "fastwarc", "fsspec"),
    "backfill": ("cdx_toolkit",),  # urllib3 comes with the base, too
    "notebook": ("pandas", "matplotlib"),
}
ALL = ",".join(package for packages in PACKAGES.values() for package in packages)


def run(missing: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, missing, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def of_each(packages: Sequence[str]) -> list[Any]:
    """One process each: all but the first of an extra are slow tests."""
    return [
        pytest.param(package, marks=[pytest.mark.slow] * (place > 0))
        for place, package in enumerate(packages)
    ]


@pytest.mark.parametrize("package", of_each(PACKAGES["web"]))
def test_serve_names_its_extra(package: str, demo_home: Path) -> None:
    done = run(package, "serve", "--home", str(demo_home))
    assert done.returncode == 2
    assert 'pip install "tinwatch[web]"' in " ".join(done.stderr.split())


def test_parquet_names_its_extra(demo_home: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "out")
    done = run("pyarrow", "export", "parquet", "--output", output, "--home", str(demo_home))
    assert done.returncode == 2
    assert 'pip install "tinwatch[parquet]"' in " ".join(done.stderr.split())


@pytest.mark.parametrize("package", PACKAGES["backfill"])
def test_backfill_names_its_extra(package: str, tmp_path: Path) -> None:
    done = run(package, "backfill", "haugiang", "--dry-run", "--home", str(tmp_path / "home"))
    assert done.returncode == 2
    assert 'pip install "tinwatch[backfill]"' in " ".join(done.stderr.split())


@pytest.mark.parametrize("package", of_each(["distributed", "fastwarc", "fsspec"]))
def test_bulk_names_its_extra(package: str, tmp_path: Path) -> None:
    done = run(package, "bulk", "extract", "a.warc.gz", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert 'pip install "tinwatch[bulk]"' in " ".join(done.stderr.split())


def test_alerts_name_their_extra(demo_home: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_home, tmp_path, dirs_exist_ok=True)
    (tmp_path / "alerts.toml").write_text(
        '[[subscription]]\nname = "all"\nto = ["json://localhost/x"]\n', "utf-8"
    )
    done = run("apprise", "alert", "--test", "all", "--home", str(tmp_path))
    assert done.returncode == 2
    assert 'pip install "tinwatch[alerts]"' in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ("sites",), ("events",), ("articles",), ("search", "dang"), ("export", "csv"), ("runs",),
        ("report",), ("health",), ("schedule",), ("verify",), ("alert", "--list"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.slow
def test_other_commands_need_no_extra(words: tuple[str, ...], demo_home: Path) -> None:
    home = () if words == ("sites",) else ("--home", str(demo_home))
    done = run(ALL, *words, *home)
    assert done.returncode == 0, done.stderr


def test_crawl_needs_no_extra(demo_home: Path, tmp_path: Path) -> None:
    file = next((demo_home / "captures" / "backan").glob("*.warc.gz"))
    done = run(ALL, "crawl", "backan", "--replay", str(file), "--home", str(tmp_path))
    assert done.returncode == 0, done.stderr
