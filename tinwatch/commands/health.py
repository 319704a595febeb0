"""tinwatch health: problems of the sites and the disk."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import typer
from rich.markup import escape

from crawlers.registry import all_sites
from schedules.monitoring.findings import Finding, Severity
from schedules.monitoring.report import health_findings
from storage.runs.sites import home_sites
from tinwatch.commands.filter_options import SiteOptions
from tinwatch.commands.options import HomeOption, JsonOption, with_options
from tinwatch.terminal.console import Exit, home_and_database, out, print_rows, safe
from tinwatch.terminal.messages import gettext, label, ngettext, reason_text, styled

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@with_options(SiteOptions)
def health(
    chosen: SiteOptions,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List problems of the sites and the disk, the worst first. Exit code 1: there is an error."""
    with home_and_database(home) as (opened, db):
        names = _names(chosen.sites(), chosen.provinces())
        found = health_findings(db, opened, datetime.now(UTC), sites=names)
        sites = [s.name for s in home_sites(db) if names is None or s.name in names]
        print_rows(found, as_json, Finding.to_dict, print_finding)
        if not as_json:
            _print_summary(found, sites)
    if any(one.severity == Severity.ERROR for one in found):
        raise typer.Exit(Exit.PROBLEMS)


def _names(sites: list[str] | None, provinces: frozenset[str] | None) -> set[str] | None:
    """Return the names of the chosen sites, or None for all."""
    if not sites and provinces is None:
        return None
    names = {n for n, s in all_sites().items() if provinces is None or s.province in provinces}
    return names & set(sites) if sites else names


def print_finding(one: Finding) -> None:
    name = one.site or "home"
    severity = styled(COLOURS[one.severity], f"{label('severity', one.severity):<7}")
    out.print(f"{severity} [bold]{name:<13}[/] {one.code:<14} {safe(reason_text(one.reason))}")
    out.print(f"[dim]{'':<21} {safe(reason_text(one.remedy))}[/]")


def _print_summary(found: list[Finding], sites: list[str]) -> None:
    with_findings = {one.site for one in found}
    ok = [name for name in sites if name not in with_findings]
    severities = Counter(one.severity for one in found)
    parts = [
        ngettext("{number} site", "{number} sites", len(sites)),
        gettext("{number} ok", number=len(ok)),
        ngettext("{number} error", "{number} errors", severities[Severity.ERROR]),
        ngettext("{number} warning", "{number} warnings", severities[Severity.WARNING]),
    ]
    out.print(escape(", ".join(parts)))
    if not sites:
        out.print(gettext("no site that matches was crawled or imported yet"))
