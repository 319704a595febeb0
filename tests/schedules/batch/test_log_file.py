"""The log of a home."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schedules.batch.log_file import log_to_file
from schedules.publishing.log_lines import log_run
from schedules.publishing.publish import publish
from storage.home import open_home

if TYPE_CHECKING:
    from tests.conftest import Watcher


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_a_line_for_each_run_and_event(watcher: Watcher, root: logging.Logger) -> None:
    watcher.batch(watcher.read(key="1", url="https://alpha.vn/1 \n2.html"))
    (watcher.home.path / "settings.toml").write_text('log_format = "json"\n')
    home = open_home(watcher.home.path)
    log_to_file(home)
    publish(watcher.db, home, ["alpha"])
    log_run(watcher.db, watcher.runs[-1], 1)
    logging.getLogger("scrapy.core").info("noise")
    lines = [json.loads(line) for line in home.log_file.read_text("utf-8").splitlines()]
    assert [line["what"] for line in lines] == ["run", "event"]
    run, event = lines
    assert (run["site"], run["run"], run["read"]) == ("alpha", watcher.runs[-1], 1)
    assert (event["kind"], event["article"]) == ("new", 1)


def test_text_is_the_default_and_has_no_noise(tmp_path: Path, root: logging.Logger) -> None:
    home = open_home(tmp_path)
    log_to_file(home)
    logging.getLogger("scrapy.core").info("noise")
    logging.getLogger("scrapy.core").warning("trouble")
    logging.getLogger("tinwatch").info("run site=alpha")
    text = home.log_file.read_text("utf-8")
    assert "noise" not in text
    assert "trouble" in text
    assert "INFO tinwatch: run site=alpha" in text
