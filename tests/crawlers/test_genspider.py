"""`scrapy genspider -t site NAME DOMAIN` writes a site module with FILL IN comments."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("storage", "pipelines", "crawlers", "schedules")
FILLED = {
    'title = ""': 'title = "Báo Hòa Bình"',
    'province = ""': 'province = "hoa-binh"',
    'kind = ""': 'kind = "newspaper"',
    "sections = []": 'sections = ["chinh-tri"]',
    'article_url = r""': r'article_url = r"-(?P<key>\d+)\.htm$"',
    "absent = set()": 'absent = {"source"}',
}
ASKED = """
from crawlers.registry import get_site
site = get_site("thumau")
print(site.name, site.domains, site.title, site.key_of("https://thu-mau.example/bai-12.htm"))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the project with a single site."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room)
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    for module in (tmp_path / "crawlers" / "sites").glob("*.py"):
        if module.name not in ("__init__.py", "gialai.py"):
            module.unlink()
    return tmp_path


def filled_in(line: str) -> str:
    """Return the line with a value and without the comment."""
    for blank, filled in FILLED.items():
        line = line.replace(blank, filled) if f"{blank}  # FILL IN" in line else line
    return line.split("  # FILL IN")[0]


def run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=checkout, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
def test_module_is_written_and_its_error_names_missing_attributes(checkout: Path) -> None:
    done = run(checkout, "-m", "scrapy", "genspider", "-t", "site", "thumau", "thu-mau.example")
    assert done.returncode == 0, done.stderr
    module = checkout / "crawlers" / "sites" / "thumau.py"
    text = module.read_text("utf-8")
    compile(text, module.name, "exec")
    assert 'domains = ["thu-mau.example"]' in text
    assert all(f"{blank}  # FILL IN" in text for blank in FILLED)

    asked = run(checkout, "-c", ASKED)
    assert asked.returncode != 0
    assert "(name = 'thumau') does not set: title, province, kind, article_url" in asked.stderr

    text = "\n".join(filled_in(line) for line in text.splitlines()) + "\n"
    module.write_text(text, "utf-8")
    asked = run(checkout, "-c", ASKED)
    assert asked.stdout == "thumau ['thu-mau.example'] Báo Hòa Bình 12\n", asked.stderr
    assert "thumau" in run(checkout, "-m", "scrapy", "list").stdout.split()
    checks = ("-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml"), str(module))
    assert run(checkout, *checks).returncode == 0
    style = ("-m", "ruff", "format", "--check", "--config", str(ROOT / "pyproject.toml"))
    assert run(checkout, *style, str(module)).returncode == 0


def test_existing_site_is_not_overwritten(checkout: Path) -> None:
    before = (checkout / "crawlers" / "sites" / "gialai.py").read_bytes()
    run(checkout, "-m", "scrapy", "genspider", "-t", "site", "gialai", "baogialai.com.vn")
    assert (checkout / "crawlers" / "sites" / "gialai.py").read_bytes() == before
