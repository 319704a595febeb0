"""Looking something up is quick: listing the sites loads no more of the crawler than it must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Of processor time, without pandas, which sqlite-utils imports if it is installed (the
# notebook extra): it takes 0.3 s more.
MAX_LIST_SECONDS = 1.0
SCRAPY_ALONE = 0.34  # seconds that `import scrapy` takes on the machine the bound was set on
HEAVY = ("bs4", "apscheduler", "dateparser", "trafilatura", "holidays", "rapidfuzz")


def best_of_three(*commands: tuple[str, ...]) -> list[float]:
    """Seconds of processor time, which others on the machine lengthen less than they do a wait.

    The commands take turns, so that a busy minute falls on all of them.
    """
    turns = [[_seconds(command) for command in commands] for _ in range(3)]
    return [min(times) for times in zip(*turns, strict=True)]


def _seconds(arguments: tuple[str, ...]) -> float:
    before = os.times()
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return min(used, time.perf_counter() - started)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("-m", "scrapy", "list"), id="scrapy"),
        pytest.param(("-m", "tinwatch", "sites"), id="tinwatch"),
    ],
)
@pytest.mark.slow
def test_a_list_of_all_sites_starts_quickly(arguments: tuple[str, ...]) -> None:
    """A slower machine is given the time that it needs more for Scrapy alone."""
    scrapy_alone, listing = best_of_three(("-c", "import scrapy"), arguments)
    assert listing < MAX_LIST_SECONDS * max(1.0, scrapy_alone / SCRAPY_ALONE)


def test_a_list_of_sites_loads_nothing_that_reads_pages() -> None:
    script = (
        "import json, sys; from crawlers.registry import all_sites; import tinwatch.commands.app; "
        "import tinwatch.commands.sites; all_sites(); print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & {
        *HEAVY,
        "crawlers.extraction.article",
        "crawlers.extraction.generic.article",
        "pipelines.recording.recorder",
    }
    assert {"crawlers.spider", "crawlers.sites.gialai"} <= loaded


def test_looking_into_a_home_loads_nothing_that_crawls() -> None:
    """Scrapy alone takes longer to load than all the rest."""
    script = (
        "import json, sys; import tinwatch.commands.app, tinwatch.commands.events; "
        "assert not {'lxml', 'warcio', 'rapidfuzz'} & sys.modules.keys(); "
        "import tinwatch.commands.diff, tinwatch.commands.search, tinwatch.commands.export, "
        "tinwatch.commands.stories, tinwatch.commands.health, tinwatch.commands.archive; "
        "from crawlers.registry import check_site; check_site('gialai'); "
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"scrapy", "twisted", "crawlers.spider"}
    assert "tinwatch.commands.archive" in loaded


def test_both_lists_name_the_same_sites() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    shown = subprocess.run(
        [sys.executable, "-m", "tinwatch", "sites", "--json"], cwd=ROOT, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    names = [json.loads(line)["site"] for line in shown.stdout.splitlines()]
    assert sorted(listed.stdout.split()) == names
    assert len(names) >= 80
