"""What the pages of a site say of the sources of each field, counted over its runs.

A source is what a value comes from: a rule of the module, the structured data, the generic
extractor or the lines of the body. The counts decide nothing; they show which rules hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.record.normalise import STRUCTURED_DATA_RULE
from pipelines.record.raw_article import RawArticle, Verdict
from pipelines.text.normal_forms import comparison
from storage.articles.source_counts import (
    SiteSources,
    SourceCount,
    save_site_sources,
    site_sources,
)
from storage.db.connection import Database
from storage.messages.reasons_warnings import WarningCode
from storage.models import Article

MAX_PAGES = 1000  # per site; beyond it all counts are halved, so that old pages count less
GENERIC = "generic"  # its rules differ from page to page
STATED = {"lead": "lead", "byline": "author", "section": "section"}  # field -> structured data
MIN_STATED_CHARS = 20  # of a description that is cut: the beginning of a lead

SourceVerdict = tuple[str, str, Verdict]  # field, source, what the witnesses say


def source_verdicts(page: RawArticle, article: Article) -> Iterator[SourceVerdict]:
    """Yield the source of each field of a record, and each rule that was disputed and given up."""
    for name, state in article.fields.items():
        if state.state == "value" and state.rule:
            verdict = page.verdicts.get(name) or _verdict_of_metadata(page, name)
            yield name, _source(state.rule), verdict
    for warning in page.warnings:
        if warning.code == WarningCode.VALUE_DISPUTED:
            yield warning.params["field"], _source(warning.params["rule"]), Verdict.DISPUTED


def _source(rule: str) -> str:
    return GENERIC if rule.startswith(GENERIC) else rule


def _verdict_of_metadata(page: RawArticle, name: str) -> Verdict:
    """Return whether the structured data state the same; a description may be another text."""
    stated = getattr(page.structured, STATED[name]) if name in STATED else None
    value = getattr(page, name) if stated else None
    if not stated or not value or page.rules.get(name) == STRUCTURED_DATA_RULE:
        return Verdict.UNKNOWN
    form, beginning = comparison(value).lower(), comparison(stated).lower().rstrip(".… ")
    is_same = form == beginning or (
        len(beginning) >= MIN_STATED_CHARS and form.startswith(beginning)
    )
    return Verdict.CONFIRMED if is_same else Verdict.UNKNOWN


@dataclass(slots=True)
class RunSources:
    """The counts of the pages of one run.

    Attributes:
        version: rules_version of the pages
        verdicts: number of pages by (field, source, verdict)
    """

    version: str = ""
    pages: int = 0
    verdicts: Counter[SourceVerdict] = field(default_factory=Counter)

    def add(self, version: str, verdicts: Iterable[SourceVerdict]) -> None:
        """Count a page. Pages of other rules than the last ones count no longer."""
        if version != self.version:
            self.version, self.pages = version, 0
            self.verdicts.clear()
        self.pages += 1
        self.verdicts.update(set(verdicts))

    def copy(self) -> RunSources:
        return RunSources(self.version, self.pages, Counter(self.verdicts))


def add_run(db: Database, site: str, run: RunSources, *, replace: bool = False) -> None:
    """Add the counts of a run to those of its site.

    The counts of other rules are dropped, with `replace` all: a reparse has read every article.
    """
    if not run.pages:
        return
    before = site_sources(db, site)
    if replace or before.version != run.version:
        before = SiteSources(run.version)
    pages, counts = before.pages + run.pages, _sums(before, run)
    while pages > MAX_PAGES:
        pages //= 2
        counts = [_halved(count) for count in counts]
    kept = tuple(count for count in counts if count.pages)
    save_site_sources(db, site, SiteSources(run.version, pages, kept))


def _sums(before: SiteSources, run: RunSources) -> list[SourceCount]:
    sums = Counter(run.verdicts)
    for count in before.counts:
        for verdict in Verdict:
            sums[count.field, count.source, verdict] += getattr(count, verdict)
    return [
        SourceCount(name, source, **{v: sums[name, source, v] for v in Verdict})
        for name, source in sorted({key[:2] for key in sums})
    ]


def _halved(count: SourceCount) -> SourceCount:
    halves = {verdict: getattr(count, verdict) // 2 for verdict in Verdict}
    return SourceCount(count.field, count.source, **halves)
