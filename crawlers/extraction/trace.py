"""Trace: collects the text that an extraction leaves out of the article, and why.

The extracted article is the same with and without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from lxml.etree import _Element

from crawlers.extraction.lines import SKIPPED_TAGS, PageLine, inner_text
from storage.messages.reasons_inspection import ExclusionReason
from storage.reasons import Reason


class ExclusionKind(StrEnum):
    """What a piece of text is, if it is no block of the body. The values are those of --json."""

    EXCLUDE_RULE = "drop rule"
    POSTING_ACCOUNT = "posted by"
    BOILERPLATE_ELEMENT = "furniture"
    BOILERPLATE_LINE = "template"
    SKIPPED_TAG = "no text"
    RELATED = "related"
    REPEATED_TITLE = "repeated"
    CRUFT = "cruft"
    CAPTION = "caption"
    BYLINE = "byline"
    SOURCE = "source"
    LEAD = "lead"


INVISIBLE_TAGS = frozenset((
    "script", "style", "noscript", "template", "head", "link", "meta", "title",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExcludedText:
    """Text of the page that is not a block of the body, and why (an ExclusionReason)."""

    text: str
    kind: ExclusionKind
    why: Reason


@dataclass(slots=True)
class Trace:
    """Filled by extract_article and extract_generic_article."""

    excluded: list[ExcludedText] = field(default_factory=list)
    _added: set[_Element] = field(default_factory=set)

    def add_element(self, element: _Element, kind: ExclusionKind, why: Reason) -> None:
        """Add an element that is left out as a whole, unless it is inside one added before."""
        if element in self._added or any(
            ancestor in self._added for ancestor in element.iterancestors()
        ):
            return
        self._added.add(element)
        text = " ".join(inner_text(element).split())
        if text:
            self.excluded.append(ExcludedText(text, kind, why))

    def add_skipped_elements(self, container: _Element) -> None:
        """Add buttons, forms, frames and the like under the body."""
        for element in container.iterdescendants(*(SKIPPED_TAGS - INVISIBLE_TAGS)):
            why = Reason(ExclusionReason.SKIPPED_TAG, tag=element.tag)
            self.add_element(element, ExclusionKind.SKIPPED_TAG, why)

    def add_lines(
        self,
        before: Iterable[PageLine],
        after: Iterable[PageLine],
        reason: Callable[[PageLine], tuple[ExclusionKind, Reason]],
    ) -> None:
        """Add the lines that a step of the extraction removed."""
        remaining = {id(line) for line in after}
        for line in before:
            if id(line) not in remaining:
                kind, why = reason(line)
                self.excluded.append(ExcludedText(line.text, kind, why))
