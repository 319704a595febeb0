"""Evidence: which source of each field is confirmed, on how many pages of a site, and by what.

A module's rules are hypotheses. A source (a rule of the site or of its platform, the page's
metadata, the generic extractor) is confirmed on a page if another source that is independent of it
finds the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from crawlers.inspection.explain import FIELDS, Explanation, RuleResult
from crawlers.scaffold.evaluation import text_overlap
from crawlers.scaffold.fields import date_in
from pipelines.record.raw_article import Verdict
from pipelines.text.normal_forms import comparison

MIN_OVERLAP = 0.9  # F1 of the syllables: a caption or a byline in a body may differ
DATE_FIELDS = ("published", "updated")
HEAD_WITNESS = "head and URL"
RULE_ORIGIN = "rule"  # site and platform: the rules of a module are one witness


@dataclass(slots=True)
class SourceEvidence:
    """What the pages say of one source of a field.

    Attributes:
        found: number of pages on which it finds text
        confirmed: number of these pages on which an independent source finds the same, or the
            page's head and URL confirm it
        disputed: number of these pages on which the page's head and URL dispute it
        used: number of pages of which the record has its value
        witnesses: origin of the confirming source -> number of pages
    """

    origin: str
    rule: str
    found: int = 0
    confirmed: int = 0
    used: int = 0
    disputed: int = 0
    witnesses: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """The sources of one field, the most often confirmed first; `pages` is the number of pages."""

    field: str
    pages: int
    sources: list[SourceEvidence]

    @property
    def used(self) -> SourceEvidence | None:
        """Return the source of most records, or None if no record has the field."""
        best = max(self.sources, key=lambda source: source.used, default=None)
        return best if best is not None and best.used else None


def gather_evidence(pages: list[Explanation]) -> list[FieldEvidence]:
    """Return the evidence of every field for which a source finds anything."""
    gathered = []
    for name in FIELDS:
        sources: dict[tuple[str, str], SourceEvidence] = {}
        for page in pages:
            results = list(_results(page, name))
            for result in results:
                key = (result.origin, _rule(result))
                source = sources.setdefault(key, SourceEvidence(*key))
                agree = partial(_agree, name, page.captured_at)
                _count(source, result, results, agree)
        ranked = sorted(sources.values(), key=lambda s: (-s.confirmed, -s.found))
        if ranked:
            gathered.append(FieldEvidence(name, len(pages), ranked))
    return gathered


def _results(page: Explanation, name: str) -> Iterator[RuleResult]:
    """Yield what each source finds; for a field of the record that no rule found, its own."""
    explained = next(explained for explained in page.fields if explained.field == name)
    findings = [result for result in explained.findings if result.text]
    yield from findings
    if explained.value and not any(result.chosen for result in findings):
        value = explained.value
        text = value if isinstance(value, str) else "\n".join(value)
        yield RuleResult(explained.origin or "", explained.rule or "", text, chosen=True)


def _rule(result: RuleResult) -> str:
    """Return the rule of a module; the rules of other sources differ from page to page."""
    return result.rule if _witness(result.origin) == RULE_ORIGIN else ""


def _witness(origin: str) -> str:
    return RULE_ORIGIN if origin == "site" or origin.startswith("platform ") else origin


def _count(
    source: SourceEvidence,
    result: RuleResult,
    others: Iterable[RuleResult],
    agree: Callable[[str, str], bool],
) -> None:
    source.found += 1
    source.used += result.chosen
    witnesses = {
        _witness(other.origin)
        for other in others
        if _witness(other.origin) != _witness(result.origin)
        and agree(result.text or "", other.text or "")
    }
    if result.verdict is Verdict.CONFIRMED:
        witnesses.add(HEAD_WITNESS)
    source.confirmed += bool(witnesses)
    source.disputed += result.verdict is Verdict.DISPUTED
    for witness in sorted(witnesses):
        source.witnesses[witness] = source.witnesses.get(witness, 0) + 1


def _agree(name: str, captured_at: datetime, one: str, other: str) -> bool:
    a, b = comparison(one).lower(), comparison(other).lower()
    if name not in DATE_FIELDS:
        return a == b or text_overlap(a, b) >= MIN_OVERLAP
    first, second = date_in(one, captured_at), date_in(other, captured_at)
    if not first or not second:
        return False
    common = min(len(first), len(second), len("2026-01-31T08:00"))
    return first[:common] == second[:common]
