"""The wheel holds every file of the packages, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from storage.version import VERSION, user_agent

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("storage", "pipelines", "crawlers", "schedules", "tinwatch")
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "*.mo")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=folder, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(folder / done.stdout.splitlines()[-1])


def test_every_file_of_the_packages_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if name.split("/")[0] in ROOMS}
    files = {
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix not in (".mo", ".pot")
    }
    assert packed == files
    assert {f"{room}/py.typed" for room in ROOMS} <= packed


def test_the_version_is_that_of_the_code(wheel: zipfile.ZipFile) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = wheel.read(name).decode()
    assert f"\nVersion: {VERSION}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\n## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert user_agent().startswith(f"tinwatch/{VERSION.rpartition('.')[0]} (")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_holds_names_versions_and_hashes_only(lock: str) -> None:
    allowed = re.compile(
        r"([a-z0-9.-]+(\[[a-z,]+\])?==\S+( ; .*)? \\|    --hash=sha256:\w{64}( \\)?|# .*|)"
    )
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if not allowed.fullmatch(line)] == []
    assert not [line for line in lines if "://" in line or line.startswith("-")]
