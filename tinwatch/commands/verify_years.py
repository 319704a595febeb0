"""tinwatch verify-site --by-year: a site module against the captures of every year of a site."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from crawlers.inspection.explain import FIELDS
from crawlers.inspection.inspect_site import SiteInspection, inspect_site
from crawlers.inspection.pages import YearPages
from crawlers.spider import SiteSpider
from pipelines.boilerplate.store import current_boilerplate
from storage.archive.captures import YearOfCaptures, captures_by_year
from storage.home import Home
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.terminal.console import err, out, print_rows, safe
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled

MAX_CAPTURES = 20  # that are read again of each year
MIN_READ_SHARE = 0.8  # of a year's captures
REQUIRED = ("title", "body")


@dataclass(frozen=True, slots=True)
class YearResult:
    """How the module reads the captures of a year. `tried`: captures that were read again."""

    of: YearOfCaptures
    inspection: SiteInspection

    @property
    def tried(self) -> int:
        return len(self.inspection.pages) + len(self.inspection.missing)

    @property
    def read(self) -> int:
        """Return the number of captures that have what every article has."""
        complete = (
            all(f.value is not None for f in page.fields if f.field in REQUIRED)
            for page in self.inspection.pages
            if page.article is not None
        )
        return sum(complete)

    @property
    def problems(self) -> dict[str, Reason]:
        """Return URL -> why it was not read."""
        unread = {page.url: page.problem for page in self.inspection.pages}
        found = {url: reason for url, reason in unread.items() if reason is not None}
        return {**found, **self.inspection.missing}

    @property
    def ok(self) -> bool:
        return self.read >= MIN_READ_SHARE * self.tried


def verify_years(site: type[SiteSpider], home: Home, *, as_json: bool) -> bool:
    """Print how the module reads each year. Return False if it does not read one."""
    with closing(home.database()) as db:
        boilerplate = current_boilerplate(db, site.name)
        years = captures_by_year(db, site.name, MAX_CAPTURES)
        results = []
        for year in years:
            pages = YearPages(home, site, year.captures)
            inspection = inspect_site(
                site, pages, boilerplate=boilerplate, compare=False, most=MAX_CAPTURES
            )
            results.append(YearResult(year, inspection))
    if not print_rows(results, as_json, partial(_as_row, site.name), _print):
        err.print(
            gettext("no captures of {site}: import some, or use tinwatch backfill", site=site.name)
        )
    return all(result.ok for result in results)


def _as_row(site: str, result: YearResult) -> dict[str, Any]:
    return {
        "site": site,
        "year": result.of.year,
        "captures": result.of.total,
        "tried": result.tried,
        "read": result.read,
        "coverage": result.inspection.coverage,
        "problems": [
            {"url": url, "reason": describe(reason), "reason_code": reason.code}
            for url, reason in result.problems.items()
        ],
    }


def _print(result: YearResult) -> None:
    captures = ngettext("{number} capture", "{number} captures", result.of.total)
    share = gettext("{number} of {total} read", number=result.read, total=result.tried)
    coverage = result.inspection.coverage
    fields = " ".join(f"{name} {coverage[name]}" for name in FIELDS)
    out.print(
        f"[bold]{result.of.year}[/] {captures}: {styled('green' if result.ok else 'red', share)}"
        f" [dim]{fields}[/]"
    )
    for url, reason in list(result.problems.items())[:3]:
        out.print(f"  [dim]{safe(url)}[/] {safe(reason_text(reason))}")
