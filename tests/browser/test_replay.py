"""ReplayWeb.page, as it comes from npm, shows what `tinwatch export wacz` writes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from typer.testing import CliRunner

from storage.home import Home
from tinwatch.commands.app import app

REPLAYWEB = Path(__file__).resolve().parents[1] / ".programs" / "replaywebpage" / "package"
WAITED = 500  # milliseconds between two looks
MAX_LOOKS = 240
pytestmark = [pytest.mark.browser, pytest.mark.slow]
# The program's documentation: an element of the page, and its service worker below /replay/.
PLAYER = """<!doctype html><meta charset="utf-8">
<replay-web-page source="/files/{file}" url="{url}" ts="{time}" embed="replayonly">
</replay-web-page><script src="/replay/ui.js"></script>"""


@pytest.fixture
def wacz(demo_home: Home, tmp_path: Path) -> Path:
    file = tmp_path / "demo.wacz"
    arguments = ["export", "wacz", "--revisions", "--checks", "-o", str(file)]
    done = CliRunner().invoke(app, [*arguments, "--home", str(demo_home.path)])
    assert done.exit_code == 0, done.output
    return file


def player(wacz: Path, url: str, time: str) -> Starlette:
    page = PLAYER.format(file=wacz.name, url=url, time=time)
    return Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(page)),
            Mount("/replay", StaticFiles(directory=REPLAYWEB)),
            Mount("/files", StaticFiles(directory=wacz.parent)),
        ]
    )


def replayed(page: Page) -> Frame:
    """The frame with the archived page."""
    for _ in range(MAX_LOOKS):
        for frame in page.frames:
            if "mp_/" in frame.url:
                frame.wait_for_selector("h1")
                return frame
        page.wait_for_timeout(WAITED)
    raise AssertionError([frame.url for frame in page.frames])


@pytest.mark.skipif(not REPLAYWEB.is_dir(), reason="no ReplayWeb.page: tests/install_programs.sh")
def test_replayweb_page_shows_both_revisions_of_an_edited_article(
    wacz: Path, open_page: Callable[..., Page], serve_app: Callable[[Starlette], object]
) -> None:
    with zipfile.ZipFile(wacz) as archive:
        lines = archive.read("pages/pages.jsonl").decode().splitlines()[1:]
    pages = [line for line in map(json.loads, lines) if "long-my-142041" in line["url"]]
    assert len(pages) == 2
    for one, number in zip(sorted(pages, key=lambda each: each["ts"]), ("875", "857"), strict=True):
        time = "".join(filter(str.isdigit, one["ts"]))
        with serve_app(player(wacz, one["url"], time)) as address:  # type: ignore[attr-defined]
            page = open_page()
            page.goto(address)
            text = replayed(page).inner_text("body")
            assert "Long Mỹ" in text
            assert f"nộp {number} hồ sơ" in text
