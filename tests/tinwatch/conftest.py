"""Reading the pages that tinwatch writes, and text that tries to be more."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=y> [red]Đỏ \u202eđảo &amp; \x1b[31m'


class Page(HTMLParser):
    """The tags of a page, and what stands in ins and del."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.said: dict[str, list[str]] = {"ins": [], "del": []}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] in self.said:
            self.said[self.inside[-1]].append(data)
        if "style" not in self.inside:
            self.text += data

    def assert_harmless(self) -> None:
        assert {"script", "img", "iframe", "link", "form"}.isdisjoint(t for t, _ in self.tags)
        for tag, attrs in self.tags:
            assert not any(name.startswith("on") or name == "src" for name in attrs), tag
            assert (attrs.get("href") or "https://").startswith(("https://", "http://"))
        policies = [a["content"] for _, a in self.tags if "http-equiv" in a]
        assert policies
        assert "default-src 'none'" in (policies[0] or "")


@pytest.fixture
def parsed() -> type[Page]:
    """Called with a page's text, gives its tags and what it says."""
    return Page


@pytest.fixture
def hostile() -> str:
    return HOSTILE
