"""What a reading tells besides its article, when asked: what it left out of the text, and why.

A reading without a trace does none of this; with one it reads the same article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from lxml.etree import _Element

from crawlers.extraction.lines import SKIP, Line, inner_text

Kind = Literal[
    "drop rule", "posted by", "furniture", "no text", "related", "repeated", "cruft", "template",
    "caption", "byline", "source", "lead",
]  # fmt: skip
SILENT = frozenset((
    "script", "style", "noscript", "template", "head", "link", "meta", "title",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A piece of the page that is no block of the body. `why` is for a person."""

    text: str
    kind: Kind
    why: str


@dataclass(slots=True)
class Trace:
    """Filled by crawlers.extraction.article.read_page and
    crawlers.extraction.generic.article.read_generic."""

    left_out: list[LeftOut] = field(default_factory=list)
    _seen: set[_Element] = field(default_factory=set)

    def element(self, element: _Element, kind: Kind, why: str) -> None:
        """An element that is left out as a whole; those inside one that was told are not told."""
        if element in self._seen or any(above in self._seen for above in element.iterancestors()):
            return
        self._seen.add(element)
        text = " ".join(inner_text(element).split())
        if text:
            self.left_out.append(LeftOut(text, kind, why))

    def unread_in(self, container: _Element) -> None:
        """Buttons, forms, frames and the like under the body: their text is nobody's article."""
        for element in container.iterdescendants(*(SKIP - SILENT)):
            self.element(element, "no text", f"<{element.tag}> is never read as text")

    def lines(
        self,
        before: Iterable[Line],
        after: Iterable[Line],
        reason: Callable[[Line], tuple[Kind, str]],
    ) -> None:
        """The lines that were there before a step of the reading and are not after it."""
        kept = {id(line) for line in after}
        for line in before:
            if id(line) not in kept:
                kind, why = reason(line)
                self.left_out.append(LeftOut(line.text, kind, why))
