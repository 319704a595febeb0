"""Checks of what a site's runs found, each a function of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median

from schedules.gate.coverage import GONE, drops
from schedules.gate.holidays import is_quiet
from schedules.gate.models import Case
from schedules.gate.silence import silence
from schedules.monitoring.findings import Facts, Finding, FindingCode, Severity, run_command
from storage.db.connection import from_utc_text
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import Run, Volume
from storage.runs.verdicts import BELIEVED, VerdictStatus
from storage.timezone import VIETNAM

Count = Callable[[RunStats], int]

UNREAD, LONG_UNREAD = timedelta(hours=50), timedelta(days=4)  # since the last run that was believed
FAILED, OFTEN_FAILED = 2, 4  # runs in a row that were not believed
WAITING = timedelta(days=3)  # an older held run is an error
LATELY = 3  # runs that show how a site does now, beside those before
FEWER_PAGES = 20  # of such runs together say nothing of shares
RARE_FIELD = 0.65  # a field on fewer pages than this is worth a look
FEW, VERY_FEW = 0.5, 0.2  # parts of the usual number of new articles in a week
LEAST_A_WEEK = 10  # articles; a site that brings fewer may bring none
LEAST_WEEKS = 3
UNBELIEVED = (VerdictStatus.FAILED, VerdictStatus.OUTAGE)
LEARNT = 3  # changes of the template memory in a week, on a site that it had learnt
USUAL_EDITS = 4  # times the usual share of edits ...
MANY_EDITS = 0.3  # ... and at least this share
GENERIC = 0.2  # share of pages that fell to the generic reader
UNREADABLE = 0.1  # share of pages that could not be read


def unread(facts: Facts) -> Iterator[Finding]:
    """Since when no run was believed."""
    if not facts.live:
        return
    if facts.last_success is None:
        reason = Reason(MonitoringReason.NEVER_PASSED)
        yield _finding(facts, FindingCode.LAST_SUCCESS, Severity.WARNING, reason, _verify(facts))
        return
    age = facts.now - from_utc_text(facts.last_success)
    if age > UNREAD:
        severity = Severity.error_if(age > LONG_UNREAD)
        reason = Reason(
            MonitoringReason.LAST_PASSED_RUN, age=_age(age), day=_day(facts.last_success)
        )
        remedy = run_command(f"tinwatch crawl {facts.site}")
        yield _finding(facts, FindingCode.LAST_SUCCESS, severity, reason, remedy)


def failing(facts: Facts) -> Iterator[Finding]:
    """Consecutive runs that failed. Held runs are reported by `waiting`."""
    row: list[Run] = []
    for run in facts.runs:
        if run.verdict in (*BELIEVED, VerdictStatus.HELD):
            break
        if run.verdict in UNBELIEVED or run.state == "interrupted":
            row.append(run)
    if len(row) < FAILED:
        return
    severity = Severity.error_if(len(row) >= OFTEN_FAILED)
    reason = Reason(MonitoringReason.RUNS_FAILING, number=len(row), run=_how_it_ended(row[0]))
    remedy = run_command(f"tinwatch runs --site {facts.site}")
    yield _finding(facts, FindingCode.FAILING, severity, reason, remedy)


def _how_it_ended(run: Run) -> Reason:
    codes: dict[str | None, MonitoringReason] = {
        VerdictStatus.FAILED: MonitoringReason.RUN_FAILED,
        VerdictStatus.OUTAGE: MonitoringReason.RUN_OUTAGE,
    }
    code = codes.get(run.verdict, MonitoringReason.RUN_INTERRUPTED)
    return Reason(code, reason=run.reason or Reason(MonitoringReason.PROCESS_ENDED))


def waiting(facts: Facts) -> Iterator[Finding]:
    """Held runs, whose events nobody has let out or dropped."""
    if not facts.held:
        return
    oldest, newest = facts.held[0], facts.held[-1]
    age = facts.now - from_utc_text(oldest.ended_at or oldest.started_at)
    reason = Reason(
        MonitoringReason.RUNS_HELD, number=len(facts.held), age=_age(age), reason=newest.reason
    )
    remedy = Reason(
        Remedy.EITHER_COMMAND,
        command=f"tinwatch publish-run {newest.id}",
        other=f"tinwatch retract-run {oldest.id}",
    )
    yield _finding(facts, FindingCode.HELD, Severity.error_if(age > WAITING), reason, remedy)


def silent(facts: Facts) -> Iterator[Finding]:
    """Nothing new for longer than the site's own habit."""
    found = silence(facts.volumes) if facts.live else None
    if found is not None:
        command = f"tinwatch verify-site {facts.site}"
        remedy = Reason(Remedy.LOOK_AT_FRONT_PAGE, command=command)
        yield _finding(facts, FindingCode.SILENT, Severity.ERROR, found.reason(), remedy)


def fewer_articles(facts: Facts) -> Iterator[Finding]:
    """The last 7 days beside the weeks before. Weeks with a public holiday are left out."""
    read = [v for v in facts.volumes if v.swept and v.verdict in BELIEVED]
    if not read or not facts.live:
        return
    newest = max(from_utc_text(v.moment) for v in read)
    weeks = [_week(read, newest - timedelta(weeks=n)) for n in range(8)]
    now, before = weeks[0], [week for week in weeks[1:] if week is not None]
    if now is None or len(before) < LEAST_WEEKS:
        return
    usual = median(before)
    if usual < LEAST_A_WEEK or now >= FEW * usual or _has_holiday(newest):
        return
    reason = Reason(MonitoringReason.FEWER_ARTICLES, number=now, usual=usual)
    severity = Severity.error_if(now < VERY_FEW * usual)
    yield _finding(facts, FindingCode.FEWER_ARTICLES, severity, reason, _verify(facts))


def _week(read: list[Volume], end: datetime) -> int | None:
    """New articles of the 7 days up to a moment; None where nothing was read in them."""
    begin = end - timedelta(weeks=1)
    found = [v.new for v in read if begin < from_utc_text(v.moment) <= end]
    return sum(found) if found else None


def _has_holiday(end: datetime) -> bool:
    day = end.astimezone(VIETNAM).date()
    return any(is_quiet(day - timedelta(days=n)) for n in range(8))


def fields_gone(facts: Facts) -> Iterator[Finding]:
    """Fields that the site's pages had and lack on the newest run that read some."""
    runs = [run for run in facts.runs if run.stats.read]
    if not runs:
        return
    past = tuple(run.stats for run in runs[1:] if run.verdict in BELIEVED)
    case = Case(runs[0].stats, generic_site=facts.generic_site, past=past)
    found = drops(case, RARE_FIELD)
    if found:
        severity = Severity.error_if(found[0].after < GONE)
        reason = Reason(MonitoringReason.FIELD_SHARES, fields=[one.reason() for one in found])
        remedy = Reason(
            Remedy.RUN_COMMAND_AND_READ,
            command=f"tinwatch verify-site {facts.site}",
            page="docs/when-a-site-changes.md",
        )
        yield _finding(facts, FindingCode.FIELDS, severity, reason, remedy)


def template_drift(facts: Facts) -> Iterator[Finding]:
    """Pages that are read otherwise than before: the template changes under the rules."""
    lately, before = _lately(facts)
    generic = _share(lately, lambda s: s.generic, lambda s: s.read)
    if (
        not facts.generic_site
        and generic > GENERIC
        and generic > 2 * _share(before, lambda s: s.generic, lambda s: s.read)
    ):
        yield _drift(facts, Reason(MonitoringReason.READ_GENERICALLY, share=round(generic, 4)))
    edited, usual = (
        _share(runs, lambda s: s.edited, lambda s: s.rechecked) for runs in (lately, before)
    )
    if before and edited > MANY_EDITS and edited > USUAL_EDITS * usual:
        shares = {"share": round(edited, 4), "usual": round(usual, 4)}
        yield _drift(facts, Reason(MonitoringReason.RECHECKS_EDITED, **shares))
    learnt = _template_changes(facts)
    if learnt >= LEARNT:
        yield _drift(facts, Reason(MonitoringReason.TEMPLATE_CHANGED, number=learnt))


def _template_changes(facts: Facts) -> int:
    """Changes in the last 7 runs, where the 7 before had none: a young memory changes often."""
    versions = [v for run in facts.runs if (v := run.stats.template) is not None]
    if len(versions) < 14 or versions[7] != versions[13]:
        return 0
    return versions[0] - versions[7]


def _drift(facts: Facts, reason: Reason) -> Finding:
    return _finding(facts, FindingCode.TEMPLATE, Severity.WARNING, reason, _verify(facts))


def quarantined(facts: Facts) -> Iterator[Finding]:
    """Pages that came and could not be read, more of them than before."""
    lately, before = _lately(facts)
    count = _sum(lately, lambda s: s.quarantined)
    share = _quarantine_share(lately)
    if share > UNREADABLE and share > 2 * _quarantine_share(before):
        reason = Reason(MonitoringReason.PAGES_QUARANTINED, number=count, share=round(share, 4))
        remedy = run_command(f"tinwatch report --run {facts.runs[0].id}")
        yield _finding(facts, FindingCode.QUARANTINE, Severity.WARNING, reason, remedy)


def _quarantine_share(runs: list[Run]) -> float:
    unreadable = _sum(runs, lambda s: s.quarantined)
    pages = unreadable + _sum(runs, lambda s: s.read)
    return unreadable / pages if pages >= FEWER_PAGES else 0.0


def _lately(facts: Facts) -> tuple[list[Run], list[Run]]:
    """The newest runs that read pages, whatever their verdict, and the believed ones before."""
    runs = [run for run in facts.runs if run.stats.read or run.stats.quarantined]
    return runs[:LATELY], [run for run in runs[LATELY:] if run.verdict in BELIEVED]


def _share(runs: list[Run], part: Count, whole: Count) -> float:
    pages = _sum(runs, whole)
    return _sum(runs, part) / pages if pages >= FEWER_PAGES else 0.0


def _sum(runs: list[Run], count: Count) -> int:
    return sum(count(run.stats) for run in runs)


def _finding(
    facts: Facts, code: FindingCode, severity: Severity, reason: Reason, remedy: Reason
) -> Finding:
    return Finding(facts.site, code, severity, reason, remedy)


def _verify(facts: Facts) -> Reason:
    return run_command(f"tinwatch verify-site {facts.site}")


def _age(age: timedelta) -> Reason:
    """In hours below two days, else in days."""
    hours = int(age.total_seconds() // 3600)
    if hours < 48:
        return Reason(MonitoringReason.HOURS, number=hours)
    return Reason(MonitoringReason.DAYS, number=hours // 24)


def _day(utc: str) -> str:
    """The day in Vietnam, as ISO text."""
    return from_utc_text(utc).astimezone(VIETNAM).date().isoformat()


SIGNS = (
    unread, failing, waiting, silent, fewer_articles, fields_gone, template_drift, quarantined,
)  # fmt: skip
