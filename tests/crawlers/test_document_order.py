from __future__ import annotations

import pytest
from lxml.etree import HTMLParser, fromstring

from crawlers.document_order import elements_between

PAGE = (
    "<body><header><i id=menu></i></header><main><div id=head><h1 id=title><b id=word></b></h1>"
    "<p id=date></p></div><p id=lead></p><section id=around><i id=tools></i><div id=text>"
    "<p id=first></p></div><p id=below></p></section></main></body>"
)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("title", "text", ["date", "lead", "tools"]),
        ("word", "text", ["date", "lead", "tools"]),
        ("first", "below", []),
        ("text", "title", []),
        ("text", "first", []),
        ("first", "text", []),
        ("title", "title", []),
    ],
)
def test_elements_between(start: str, end: str, expected: list[str]) -> None:
    page = fromstring(PAGE, HTMLParser())
    first, last = (page.find(f".//*[@id='{name}']") for name in (start, end))
    assert first is not None
    assert last is not None
    assert [e.get("id") for e in elements_between(first, last)] == expected
