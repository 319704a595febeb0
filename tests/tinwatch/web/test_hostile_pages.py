"""What a site wrote stays text on every page."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

PATHS = (
    "/?since=0", "/?since=0&kind=edited", "/articles/1", "/articles/1?revision=1",
    "/articles/1/diff", "/articles/1/diff?view=inline", "/articles/1/evidence", "/takedowns",
    "/takedowns?show=suspect", "/review", "/changes", "/changes?site=alpha&sort=priority",
    "/sites", "/sites/alpha", "/provinces/lao-cai", "/health", "/search?q=alert",
)  # fmt: skip
BROKEN = "Đ\ufffd\ufffdng b\ufffd"


@pytest.fixture
def attacked(watcher: Any, day: Any, hostile: str, text: Any) -> Any:
    """Every field that a page may print holds an attack; it was edited and taken down."""
    stated = {
        "title": hostile, "lead": hostile, "byline": hostile, "published": hostile,
        "url": 'javascript:alert("1")//', "section": hostile, "source": hostile,
    }  # fmt: skip
    watcher.add_site("alpha", hostile)
    watcher.batch(watcher.read(body=(hostile, BROKEN, *text), **stated), title=hostile)
    changed = stated | {"title": hostile + " =1+1", "byline": BROKEN}
    body = (hostile + " 99", *text)
    watcher.batch(watcher.read(at=day(1), body=body, **changed), at=day(1), title=hostile)
    for number in (2, 4, 6):
        watcher.batch(
            watcher.missed("1", at=day(number)), at=day(number), title=hostile, stats={"read": 9}
        )
    assert watcher.kinds() == ["new", "edited", "removed"]
    return watcher


def is_own_script(attributes: dict[str, str | None]) -> bool:
    """Whether a script element is the dashboard's file, or data that no browser runs."""
    src = attributes.get("src") or ""
    return src.startswith("/static/") or attributes.get("type") == "application/ld+json"


@pytest.mark.parametrize("path", PATHS)
def test_hostile_text_is_escaped(
    attacked: Any, client: TestClient, parsed: Any, path: str, hostile: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    page = parsed(answer.text)
    assert {"img", "iframe", "red"}.isdisjoint(tag for tag, _ in page.tags)
    for tag, attributes in page.tags:
        assert tag != "script" or is_own_script(attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        assert (attributes.get("href") or "/").startswith(("/", "#", "http://", "https://"))
    assert not set(answer.text) & set("\u202e\u2066\x1b\x00")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_hostile_text_is_on_the_page(attacked: Any, client: TestClient) -> None:
    """Or the test above would prove nothing."""
    for path in PATHS:
        if path not in ("/takedowns?show=suspect", "/articles/1/evidence"):
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get(path).text, path


def test_hostile_parameters_are_escaped(client: TestClient, parsed: Any) -> None:
    attack = '"><script>alert(1)</script>'
    for path in ("/", "/takedowns", "/review", "/login", f"/{attack}"):
        answer = client.get(path, params={"q": attack, "site": attack, "kind": "", "to": attack})
        scripts = [found for tag, found in parsed(answer.text).tags if tag == "script"]
        assert all(map(is_own_script, scripts))
