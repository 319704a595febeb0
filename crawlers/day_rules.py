"""Day rules, for platforms whose date has no class of its own:

    day below h1 above .editor-content

matches the first element between title and text that prints a day (DD/MM/YYYY). The page's clock
above the title and lists of other articles below the text print days in the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from crawlers.document_order import elements_between

DAY_RULE = re.compile(r"day below (?P<title>\S.*?) above (?P<text>\S.*)")
DAY = re.compile("[0-9]{2}/[0-9]{2}/[0-9]{4}")


def day_between(titles: list[_Element], texts: list[_Element]) -> list[_Element]:
    """Return the first element with a day between the first title and the last text element.

    On some pages the text's selector matches several elements; the last one is the text.
    """
    if not titles or not texts:
        return []
    between = elements_between(titles[0], texts[-1])
    return [e for e in between if any(map(DAY.search, _own_text(e)))][:1]


def _own_text(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield child.tail or ""
