"""Raw articles: the strings of a page as printed, before normalisation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipelines.boilerplate.detector import Zone
from storage.messages.reasons_warnings import WarningCode
from storage.models import Block
from storage.reasons import Reason


class Verdict(StrEnum):
    """What the witnesses of a page say of a value (crawlers/extraction/witnesses.py)."""

    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"  # no witness says anything
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class StructuredData:
    """Metadata of a page (JSON-LD, OpenGraph, meta): a check on printed values and a fallback."""

    title: str | None = None
    lead: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    section: str | None = None


@dataclass(slots=True)
class RawArticle:
    """The strings of one page as printed.

    Attributes:
        base: URL that the page's relative links are resolved against (<base href>)
        captured_at: time of the capture (aware, UTC); relative times count back from it
        rules: field -> the name of the rule that found its value
        verdicts: title and date -> what the witnesses say of the value
        zones: body lines for the boilerplate detector, each with its zone
    """

    site: str
    key: str
    url: str | None
    captured_at: datetime
    extractor_version: str
    title: str | None = None
    published: str | None = None
    published_stamp: str | None = None  # machine-readable date beside the printed one
    updated: str | None = None
    lead: str | None = None
    blocks: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    byline: str | None = None
    source: str | None = None
    posting_account: str | None = None
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    language: str = "vi"
    canonical: str | None = None
    base: str = ""
    structured: StructuredData = StructuredData()
    rules: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    warnings: list[Reason] = field(default_factory=list)
    legacy_encoding: str | None = None  # such as TCVN3, if the text was not converted
    zones: list[tuple[Zone, str]] = field(default_factory=list)

    @property
    def rules_version(self) -> str:
        """The extractor version without the parts that differ among the pages of a site."""
        return ".".join(self.extractor_version.split(".")[:2])

    def disputed_fields(self) -> set[str]:
        """Return the fields for which the page contradicts what a rule of the module finds."""
        disputed = (w for w in self.warnings if w.code == WarningCode.VALUE_DISPUTED)
        return {warning.params["field"] for warning in disputed}
