"""The report of a nightly batch, as data and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.rule import Rule

from crawlers.registry import all_sites
from schedules.monitoring.findings import Finding, FindingCode, Severity
from schedules.monitoring.report import site_findings
from storage.articles.repository import article_title
from storage.checks.suspects import Suspect, suspects
from storage.db.connection import Database, from_utc_text, utc_text
from storage.events.ledger import (
    ARTICLE_KINDS,
    EVENT_KINDS,
    SITE_KINDS,
    STORY_KINDS,
    Event,
    events,
    pending_count,
)
from storage.messages import describe, reason_fields
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason
from storage.run_stats import Problem, RunStats
from storage.runs.batches import batch_runs, get_batch
from storage.runs.repository import Run, RunKind, get_run
from storage.runs.verdicts import ACCEPTED
from tinwatch.terminal.console import local_time, out, safe
from tinwatch.terminal.event_style import EVENT_COLOURS, priority_text
from tinwatch.terminal.messages import (
    gettext,
    label,
    ngettext,
    reason_text,
    row_event,
    row_reason,
    styled,
)

REPORTED_KINDS = (*SITE_KINDS, *ARTICLE_KINDS, *STORY_KINDS)
FINDINGS_OF_VERDICT = (FindingCode.HELD, FindingCode.FAILING, FindingCode.FIELDS)
FINDINGS_OF_EVENTS = {FindingCode.SILENT: "silent", FindingCode.DOMAIN: "domain_moved"}
MAX_LISTED_EVENTS = 6  # of one kind and site, else the first SHORTENED_EVENTS
SHORTENED_EVENTS = 2
MAX_LISTED_PROBLEMS = 6
MAX_LISTED_SKIPPED = 6


def batch_report(
    db: Database, batch: str, *, provinces: frozenset[str] | None = None
) -> dict[str, Any]:
    """Return the report of a batch: {night, observed_at, totals, sites, suspects, ...}.

    provinces: only sites of these former provinces; the report names them.
    """
    runs = [get_run(db, run) for run in batch_runs(db, batch, provinces)]
    notes = get_batch(db, batch)
    skipped = _of(notes.skipped if notes else {}, provinces)
    errors = _of(notes.errors if notes else {}, provinces)
    report = _report(db, batch, runs, skipped, errors)
    if provinces is not None:
        whole = [get_run(db, run) for run in batch_runs(db, batch)]
        report |= {"observed_at": _observed_at(batch, whole), "provinces": sorted(provinces)}
    return report | {"findings": _findings(db, report)}


def _findings(db: Database, report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the errors of the batch's sites (docs/health.md), as of the batch.

    Errors that a verdict or an event of the report states already are left out.
    """
    sites = {site["site"]: site for site in report["sites"]}  # of two runs of a site the newer one
    found = site_findings(db, from_utc_text(report["observed_at"]), sites=sites)
    unreported = [
        one
        for one in found
        if one.severity == Severity.ERROR and not _is_reported(sites[one.site], one)
    ]
    return [one.to_dict() for one in unreported]


def _is_reported(site: dict[str, Any], finding: Finding) -> bool:
    if finding.code in FINDINGS_OF_VERDICT:
        return site["verdict"] not in ACCEPTED
    return FINDINGS_OF_EVENTS.get(finding.code) in {event["kind"] for event in site["events"]}


def _of(reasons: dict[str, Reason], provinces: frozenset[str] | None) -> dict[str, Reason]:
    """Return the reasons of sites of these provinces."""
    if provinces is None:
        return reasons
    sites = {name for name, site in all_sites().items() if site.province in provinces}
    return {name: reason for name, reason in reasons.items() if name in sites}


def restricted(
    report: dict[str, Any], chosen: frozenset[int], sites: frozenset[str] | None
) -> dict[str, Any]:
    """Return the report with these events and sites only; None for all sites."""
    rows = [
        one | {"events": [event for event in one["events"] if event["id"] in chosen]}
        for one in report["sites"]
        if sites is None or one["site"] in sites
    ]
    return report | {
        "filtered": True,
        "sites": rows,
        "totals": kind_totals(event["kind"] for one in rows for event in one["events"]),
        "suspects": [one for one in report["suspects"] if sites is None or one["site"] in sites],
    }


def kind_totals(kinds: Iterable[str]) -> dict[str, int]:
    """Return the number of events of each kind, in the order in which kinds are listed."""
    totals = Counter(kinds)
    return {kind: totals[kind] for kind in EVENT_KINDS if totals[kind]}


def run_report(db: Database, run: int) -> dict[str, Any]:
    """Return the report of one run, with the same keys. Raise KeyError."""
    one = get_run(db, run)
    return _report(db, one.batch, [one], {}, {})


def _events_of(db: Database, run: Run) -> Iterator[Event]:
    """Yield the events of a run; of a crawl, which may join histories, none of the past."""
    for event in events(db, run=run.id):
        if run.kind == RunKind.IMPORT or not event.detail.get("historical"):
            yield event


def _report(
    db: Database,
    batch: str,
    runs: list[Run],
    skipped: dict[str, Reason],
    errors: dict[str, Reason],
) -> dict[str, Any]:
    found = {run.id: [*_events_of(db, run)] for run in runs}
    return {
        "night": batch,
        "observed_at": _observed_at(batch, runs),
        "totals": kind_totals(event.kind for group in found.values() for event in group),
        "sites": [_site(db, run, found[run.id]) for run in runs],
        "suspects": [_suspect(s) for s in suspects(db, [run.site for run in runs])],
        "passed_over": {site: describe(reason) for site, reason in skipped.items()},
        "passed_over_reasons": {site: reason.to_dict() for site, reason in skipped.items()},
        "errors": {site: describe(reason) for site, reason in errors.items()},
        "error_reasons": {site: reason.to_dict() for site, reason in errors.items()},
        "findings": [],
    }


def _observed_at(batch: str, runs: list[Run]) -> str:
    clocks = [run.clock or run.started_at for run in runs]
    return max(clocks) if clocks else utc_text(datetime.fromisoformat(batch))


def _site(db: Database, run: Run, found: list[Event]) -> dict[str, Any]:
    counted = run.stats.counts()
    named = ("listings", "read", "unchanged", "missing", "failed", "quarantined", "generic")
    counts = {name: counted[name] for name in named if name in counted}
    return {
        "site": run.site,
        "run": run.id,
        "kind": run.kind,
        "verdict": run.verdict or run.state,
        **reason_fields(run.reason),
        "held": pending_count(db, run.id),
        "counts": counts,
        "events": [event_row(db, event) for event in found],
        "problems": [_problem(p) for p in _problems(run.stats)],
        "answered_again": run.stats.answered_again,
        "first_look": _first_look(run.stats.first_look),
    }


def event_row(db: Database, event: Event) -> dict[str, Any]:
    """Return an event as reports list it: with `title`, the newest one of its article or null."""
    return event.to_dict() | {"title": article_title(db, event.article)}


def _problems(stats: RunStats) -> list[Problem]:
    return [*stats.unknown_forms, *stats.cut_listings, *stats.collisions, *stats.problems]


def _first_look(look: dict[str, Any] | None) -> dict[str, Any] | None:
    if look is None:
        return None
    fixes = [Reason.of(found) for found in look["mend"]]
    return look | {
        "robots": describe(Reason.of(look["robots"])),
        "mend": [describe(fix) for fix in fixes],
        "mend_reasons": [fix.to_dict() for fix in fixes],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"url": problem.url, **reason_fields(problem.reason)}


def _suspect(suspect: Suspect) -> dict[str, Any]:
    row = asdict(suspect)
    del row["reason"]
    fields = reason_fields(suspect.reason)
    return row | {"detail": fields.pop("reason"), **fields}


def print_report(report: dict[str, Any]) -> None:
    title = gettext("Nightly batch of {when}", when=local_time(report["observed_at"]))
    out.print(Rule(styled("bold", title), align="left"))
    if "provinces" in report:
        provinces = ", ".join(report["provinces"])
        out.print(styled("dim", gettext("only sites of the former {names}", names=provinces)))
    out.print(_totals(report))
    for kind in REPORTED_KINDS:
        print_events(kind, report["sites"])
    _print_suspects(report["suspects"])
    _print_answered_again(report["sites"])
    _print_health(report)
    _print_smoke_checks(report["sites"])


def _totals(report: dict[str, Any]) -> str:
    read = sum(site["counts"].get("read", 0) for site in report["sites"])
    sites = len({site["site"] for site in report["sites"]})  # an interrupted site has two runs
    nothing = gettext("nothing changed") if sites else gettext("no site was read")
    if report.get("filtered"):
        nothing = gettext("no events match")
    elif report["errors"]:
        nothing = gettext("the batch is incomplete")
    of_sites = ngettext("{number} site", "{number} sites", sites)
    pages = ngettext("{number} page read", "{number} pages read", read)
    return f"{totals_text(report['totals']) or nothing}   ({of_sites}, {pages})"


def totals_text(totals: dict[str, int]) -> str:
    """Return "3 new · 2 edited", with markup."""
    return " · ".join(
        styled(EVENT_COLOURS.get(kind, "bold"), f"{number} {label('event_kind', kind).lower()}")
        for kind, number in totals.items()
    )


def print_events(kind: str, sites: list[dict[str, Any]], period: str = "") -> None:
    """Print the events of a kind by site. `period`: options of a report that is of no batch."""
    groups = [(s, [e for e in s["events"] if e["kind"] == kind]) for s in sites]
    groups = [(one, found) for one, found in groups if found]
    if not groups:
        return
    title = styled(f"bold {EVENT_COLOURS.get(kind, 'white')}", label("event_kind", kind))
    out.print(f"\n{title}")
    for one, found in groups:
        site = one["site"]
        found.sort(key=lambda event: -event.get("priority", 0))  # edits: the highest priority first
        shown = found if len(found) <= MAX_LISTED_EVENTS else found[:SHORTENED_EVENTS]
        for event in shown:
            text = row_event(event)
            out.print(f"  [bold]{site}[/] {safe(text)}{priority_text(event)}")
            if event["title"] and event["title"] not in text:
                out.print(f"    {safe(event['title'])}")
            if event["url"]:
                number = gettext("article {number}", number=event["article"])
                out.print(f"    [dim]{safe(event['url'])} ({number})[/]")
        if len(found) > len(shown):
            left = len(found) - len(shown)
            more = gettext("and {number} more", number=left)
            which = f"{period} --site {site}" if period else f"--run {one['run']}"
            command = f"tinwatch events {which} --kind {kind}"
            out.print(f"  [bold]{site}[/] [dim]{more}: {command}[/]")


def _print_suspects(found: list[dict[str, Any]]) -> None:
    if not found:
        return
    out.print("\n" + styled("bold", gettext("suspects, not yet counted as removed")))
    for one in found:
        checks = ngettext(
            "{number} failed check since {when}",
            "{number} failed checks since {when}",
            one["checks"],
            when=local_time(one["since"]),
        )
        out.print(f"  [bold]{one['site']}[/] {safe(one['title'])}")
        out.print(f"    [dim]{safe(row_reason(one))}; {checks}[/]")


def _print_answered_again(sites: list[dict[str, Any]]) -> None:
    """Print the suspects of earlier runs that this batch read."""
    found = [(one["site"], url) for one in sites for url in one["answered_again"]]
    if found:
        out.print("\n" + styled("bold", gettext("suspects that answer again")))
    for site, url in found:
        out.print(f"  [bold]{site}[/] {safe(url)}")


def _print_health(report: dict[str, Any]) -> None:
    with_problems = [
        s
        for s in report["sites"]
        if s["verdict"] != "passed" or s["problems"] or s["counts"].get("generic")
    ]
    if with_problems or report["errors"] or report["findings"]:
        out.print("\n" + styled("bold", gettext("health")))
    for site in with_problems:
        reason = f": {safe(row_reason(site))}" if site["reason"] else ""
        pending = ngettext("{number} pending event", "{number} pending events", site["held"])
        pending = f"; {pending}" if site["held"] else ""
        verdict = label("verdict", site["verdict"])
        out.print(f"  [bold]{site['site']}[/] {verdict}{reason}{pending}")
        if site["counts"].get("generic"):
            degraded = ngettext(
                "degraded: {number} page read by the generic extractor",
                "degraded: {number} pages read by the generic extractor",
                site["counts"]["generic"],
            )
            out.print(f"    {styled('yellow', degraded)}")
        for problem in site["problems"][:MAX_LISTED_PROBLEMS]:
            out.print(f"    [dim]{safe(problem['url'])}: {safe(row_reason(problem))}[/]")
        if len(site["problems"]) > MAX_LISTED_PROBLEMS:
            more = gettext("and {number} more", number=len(site["problems"]) - MAX_LISTED_PROBLEMS)
            out.print(f"    {styled('dim', more)}")
    for name, error in report["error_reasons"].items():
        text = safe(reason_text(error))
        out.print(f"  [bold]{name}[/]", styled("red", gettext("aborted")) + f": {text}")
    for one in report["findings"]:
        remedy = safe(row_reason(one, "remedy"))
        out.print(f"  [bold]{one['site']}[/] {safe(row_reason(one))} [dim]({remedy})[/]")
    _print_skipped(report["passed_over_reasons"])


def _print_skipped(reasons: dict[str, Any]) -> None:
    """List a few skipped sites by name; count many by reason (`tinwatch sites` lists archives)."""
    if len(reasons) <= MAX_LISTED_SKIPPED:
        for name, reason in reasons.items():
            text = safe(reason_text(reason))
            out.print(styled("dim", gettext("skipped {site}: {reason}", site=name, reason=text)))
        return
    archives = sum(reason["code"] == BatchReason.ARCHIVE for reason in reasons.values())
    for number, kind in (
        (archives, gettext("archives")),
        (len(reasons) - archives, gettext("the replay files hold no page of them")),
    ):
        if number:
            skipped = ngettext("skipped {number} site", "skipped {number} sites", number)
            out.print(styled("dim", f"{skipped}: {kind}"))


def _print_smoke_checks(sites: list[dict[str, Any]]) -> None:
    """A site's first run shows whether its module fits the site."""
    checks = {site["site"]: site["first_look"] for site in sites if site["first_look"]}
    for name, check in checks.items():
        for problem in check["mend_reasons"]:
            title = styled("bold", gettext("smoke check of {sites}", sites=name))
            out.print(title, styled("yellow", gettext("fix:")), safe(reason_text(problem)))
    ok = [name for name, check in checks.items() if not check["mend"]]
    if ok:
        title = gettext("smoke check of {sites}", sites=", ".join(ok))
        result = gettext("nothing to fix")
        out.print(styled("dim", f"{title}: {result}"))
