"""docs/add-a-site.md, followed from its beginning to its end, for a site that has no module."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tinwatch.demo import sample_sites

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("storage", "pipelines", "crawlers", "schedules", "tinwatch")
SITE, ADDRESS = "gialai", "https://baogialai.com.vn/"
WHO = ("--province", "gia-lai", "--kind", "newspaper", "--title", "Báo Gia Lai")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program in which the site is unknown, with three fixtures of others."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    for room in (*ROOMS, "docs"):
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    shutil.copytree(ROOT / "tests" / "crawlers", folder / "tests" / "crawlers", ignore=ignored)
    shutil.copy(ROOT / "tests" / "each.py", folder / "tests")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    for module in (folder / "crawlers" / "sites").glob("*.py"):
        if module.name not in ("__init__.py", "laocai.py"):
            module.unlink()
    shutil.copytree(ROOT / "tests" / "sites" / "laocai", folder / "tests" / "sites" / "laocai")
    sample_sites.pack(1, folder)
    return folder


def run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=checkout, capture_output=True, text=True, timeout=300
    )


@pytest.mark.slow
def test_steps_of_add_a_site_give_a_tested_site(checkout: Path) -> None:
    warc = str(checkout / "batch-1.warc.gz")
    url = next(entry.url for entry in sample_sites.load(SITE).entries if entry.batch == 1)

    done = run(checkout, "tinwatch", "explain", url, "--replay", warc)
    assert done.returncode == 2
    assert "no site has the host baogialai.com.vn: tinwatch add" in done.stderr

    done = run(checkout, "tinwatch", "add", ADDRESS, "--replay", warc, "--yes", *WHO)
    assert done.returncode == 0, done.stderr
    assert (checkout / "crawlers" / "sites" / f"{SITE}.py").exists()

    done = run(checkout, "tinwatch", "verify-site", SITE, "--replay", warc)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing to fix" in done.stdout
    assert "title     5 of 5" in done.stdout

    fixtures = sorted((checkout / "tests" / "sites" / SITE).iterdir())
    assert len(fixtures) >= 3
    done = run(checkout, "tinwatch", "fixture", SITE, url, "--replay", warc, "--yes")
    assert done.returncode == 0, done.stderr

    tests = ("pytest", "-q", "-p", "no:cacheprovider", "tests/crawlers/test_site_fixtures.py")
    done = run(checkout, *tests, "-k", f"{SITE} and reviewed")
    assert done.returncode == 1
    assert "nobody has reviewed this fixture" in done.stdout

    for case in (checkout / "tests" / "sites" / SITE).iterdir():
        stated = json.loads((case / "expected.json").read_text("utf-8"))
        stated["reviewed"] = "2026-01-31"
        (case / "expected.json").write_text(json.dumps(stated, ensure_ascii=False), "utf-8")
    done = run(checkout, *tests, "-k", SITE)
    assert done.returncode == 0, done.stdout[-3000:]
