"""An article that attacks whoever reads it executes nothing, and loads nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

ATTACK = (
    '<script>window.hit=1</script>"><img src=x onerror="window.hit=1">'
    "<svg onload=window.hit=1> \u202eđảo </bdi></textarea></title><iframe src=//tap.example>"
)
PATHS = ("/?since=0", "/articles/1", "/articles/1/diff", "/articles/1/diff?view=inline",
         "/takedowns", "/review", "/changes")  # fmt: skip

# The dashboard's own script, data for citation managers and charts are the only ones.
FOREIGN = (
    "script:not([src^='/static/'], [type='application/ld+json']), img, iframe, "
    "svg:not(.bars, .ticks, .strip, .volume, .tiles, .calendar)"
)


def test_hostile_text_runs_no_script(
    open_page: Callable[..., Page], serve_home: Any, watcher: Any, day: Any, text: Any
) -> None:
    stated = {"title": ATTACK, "lead": ATTACK, "byline": ATTACK, "url": "javascript:window.hit=1"}
    watcher.batch(watcher.read(body=(ATTACK, *text), **stated), title=ATTACK)
    again = watcher.read(at=day(1), body=(ATTACK + " 99", *text), **stated)
    watcher.batch(again, at=day(1), title=ATTACK)
    for number in (2, 4, 6):
        watcher.batch(watcher.missed("1", at=day(number)), at=day(number), stats={"read": 9})
    assert watcher.kinds() == ["new", "edited", "removed"]
    page = open_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    with serve_home(watcher.home) as address:
        for path in PATHS:
            page.goto(address + path)
            assert "window.hit=1" in page.inner_text("#content"), path
            assert page.evaluate("window.hit") is None, path
            assert page.locator(FOREIGN).count() == 0, path
            assert page.locator('a[href^="javascript"]').count() == 0, path
        assert all(url.startswith(address) for url in asked)
    assert not said


def test_content_security_policy_blocks_an_unescaped_script(
    open_page: Callable[..., Page], address: str
) -> None:
    """Were an attack to get through, the browser would refuse it."""
    page = open_page()
    page.goto(address)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit=1\">');"
        "const s = document.createElement('script'); s.textContent = 'window.hit=1';"
        "document.body.append(s)"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
