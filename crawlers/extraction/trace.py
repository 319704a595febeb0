"""Trace: collects the text that an extraction leaves out of the article, and why.

The extracted article is the same with and without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from lxml.etree import _Element

from crawlers.extraction.lines import SKIPPED_TAGS, PageLine, inner_text

Kind = Literal[
    "drop rule", "posted by", "furniture", "no text", "related", "repeated", "cruft", "template",
    "caption", "byline", "source", "lead",
]  # fmt: skip
INVISIBLE_TAGS = frozenset((
    "script", "style", "noscript", "template", "head", "link", "meta", "title",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExcludedText:
    """Text of the page that is no block of the body. `why` is an English phrase for people."""

    text: str
    kind: Kind
    why: str


@dataclass(slots=True)
class Trace:
    """Filled by extract_article and extract_generic_article."""

    left_out: list[ExcludedText] = field(default_factory=list)
    _added: set[_Element] = field(default_factory=set)

    def add_element(self, element: _Element, kind: Kind, why: str) -> None:
        """Add an element that is left out as a whole, unless it is inside one added before."""
        if element in self._added or any(
            ancestor in self._added for ancestor in element.iterancestors()
        ):
            return
        self._added.add(element)
        text = " ".join(inner_text(element).split())
        if text:
            self.left_out.append(ExcludedText(text, kind, why))

    def add_skipped_elements(self, container: _Element) -> None:
        """Add buttons, forms, frames and the like under the body."""
        for element in container.iterdescendants(*(SKIPPED_TAGS - INVISIBLE_TAGS)):
            self.add_element(element, "no text", f"<{element.tag}> is never read as text")

    def add_lines(
        self,
        before: Iterable[PageLine],
        after: Iterable[PageLine],
        reason: Callable[[PageLine], tuple[Kind, str]],
    ) -> None:
        """Add the lines that a step of the extraction removed."""
        remaining = {id(line) for line in after}
        for line in before:
            if id(line) not in remaining:
                kind, why = reason(line)
                self.left_out.append(ExcludedText(line.text, kind, why))
