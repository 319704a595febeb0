"""Checks of a site's runs: each is a pure function of the site's history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median

from schedules.gate.coverage import GONE_SHARE, dropped_fields
from schedules.gate.holidays import is_quiet
from schedules.gate.models import GateInput
from schedules.gate.silence import silence
from schedules.monitoring.findings import Finding, FindingCode, Severity, run_command
from schedules.monitoring.site_history import SiteHistory
from storage.db.connection import from_utc_text
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.history import Volume
from storage.runs.repository import Run, RunState
from storage.runs.verdicts import ACCEPTED, VerdictStatus
from storage.timezone import VIETNAM, local_day

Count = Callable[[RunStats], int]

# Time since the last run that passed or was published
UNREAD_WARNING, UNREAD_ERROR = timedelta(hours=50), timedelta(days=4)
FAILED_RUNS_WARNING, FAILED_RUNS_ERROR = 2, 4  # consecutive runs
HELD_ERROR = timedelta(days=3)  # age of the oldest held run
RECENT_RUNS = 3  # compared with the runs before them
MIN_PAGES = 20  # of the compared runs together; shares of fewer pages are not evaluated
RARE_FIELD_SHARE = 0.65  # of pages
FEW_ARTICLES_WARNING, FEW_ARTICLES_ERROR = 0.5, 0.2  # parts of the usual number of a week
MIN_WEEKLY_ARTICLES = 10  # a site that usually publishes fewer may publish none
MIN_WEEKS = 3  # to compare with
FAILED_VERDICTS = (VerdictStatus.FAILED, VerdictStatus.OUTAGE)
MIN_BOILERPLATE_CHANGES = 3  # changes of the boilerplate detector in 7 runs
EDITS_MULTIPLIER = 4  # times the usual share of edited articles ...
MIN_EDITED_SHARE = 0.3  # ... and at least this share of the rechecked articles
MIN_GENERIC_SHARE = 0.2  # of pages extracted by the generic extractor
MIN_DISPUTED_SHARE = 0.1  # of pages
MIN_UNREADABLE_SHARE = 0.1  # of pages


def unread(history: SiteHistory) -> Iterator[Finding]:
    """No run passed or was published for too long. A site that is only imported has none."""
    if not (history.live and history.crawled):
        return
    if history.last_success is None:
        yield _warning(history, FindingCode.LAST_SUCCESS, Reason(MonitoringReason.NEVER_PASSED))
        return
    age = history.now - from_utc_text(history.last_success)
    if age > UNREAD_WARNING:
        severity = Severity.error_if(age > UNREAD_ERROR)
        reason = Reason(
            MonitoringReason.LAST_PASSED_RUN, age=_age(age), day=local_day(history.last_success)
        )
        remedy = run_command(f"tinwatch crawl {history.site}")
        yield Finding(history.site, FindingCode.LAST_SUCCESS, severity, reason, remedy)


def failing(history: SiteHistory) -> Iterator[Finding]:
    """Consecutive runs failed. Held runs are reported by `held_runs`."""
    failures: list[Run] = []
    for run in history.runs:
        if run.verdict in (*ACCEPTED, VerdictStatus.HELD):
            break
        if run.verdict in FAILED_VERDICTS or run.state == RunState.INTERRUPTED:
            failures.append(run)
    if len(failures) < FAILED_RUNS_WARNING:
        return
    severity = Severity.error_if(len(failures) >= FAILED_RUNS_ERROR)
    reason = Reason(
        MonitoringReason.RUNS_FAILING, number=len(failures), run=_run_outcome(failures[0])
    )
    remedy = run_command(f"tinwatch runs --site {history.site}")
    yield Finding(history.site, FindingCode.FAILING, severity, reason, remedy)


def _run_outcome(run: Run) -> Reason:
    codes: dict[str | None, MonitoringReason] = {
        VerdictStatus.FAILED: MonitoringReason.RUN_FAILED,
        VerdictStatus.OUTAGE: MonitoringReason.RUN_OUTAGE,
    }
    code = codes.get(run.verdict, MonitoringReason.RUN_INTERRUPTED)
    return Reason(code, reason=run.reason or Reason(MonitoringReason.PROCESS_ENDED))


def held_runs(history: SiteHistory) -> Iterator[Finding]:
    """Held runs that nobody has published or retracted."""
    if not history.held:
        return
    oldest, newest = history.held[0], history.held[-1]
    age = history.now - from_utc_text(oldest.ended_at or oldest.started_at)
    reason = Reason(
        MonitoringReason.RUNS_HELD, number=len(history.held), age=_age(age), reason=newest.reason
    )
    remedy = Reason(
        Remedy.EITHER_COMMAND,
        command=f"tinwatch publish-run {newest.id}",
        other=f"tinwatch retract-run {oldest.id}",
    )
    yield Finding(
        history.site, FindingCode.HELD, Severity.error_if(age > HELD_ERROR), reason, remedy
    )


def silent(history: SiteHistory) -> Iterator[Finding]:
    """No new articles for longer than is usual for the site."""
    silence_found = silence(history.volumes) if history.live else None
    if silence_found is not None:
        command = f"tinwatch verify-site {history.site}"
        remedy = Reason(Remedy.LOOK_AT_FRONT_PAGE, command=command)
        yield Finding(
            history.site, FindingCode.SILENT, Severity.ERROR, silence_found.reason(), remedy
        )


def fewer_articles(history: SiteHistory) -> Iterator[Finding]:
    """Fewer new articles in the last 7 days than in the weeks before.

    Skipped if a public holiday falls into the last 7 days.
    """
    read = [v for v in history.volumes if v.listings_complete and v.verdict in ACCEPTED]
    if not read or not history.live:
        return
    newest = max(from_utc_text(v.moment) for v in read)
    weeks = [_week(read, newest - timedelta(weeks=n)) for n in range(8)]
    now, before = weeks[0], [week for week in weeks[1:] if week is not None]
    if now is None or len(before) < MIN_WEEKS:
        return
    usual = median(before)
    if usual < MIN_WEEKLY_ARTICLES or now >= FEW_ARTICLES_WARNING * usual or _has_holiday(newest):
        return
    reason = Reason(MonitoringReason.FEWER_ARTICLES, number=now, usual=usual)
    severity = Severity.error_if(now < FEW_ARTICLES_ERROR * usual)
    yield Finding(history.site, FindingCode.FEWER_ARTICLES, severity, reason, _verify(history))


def _week(read: list[Volume], end: datetime) -> int | None:
    """New articles of the 7 days up to `end`; None if there was no successful run in them."""
    begin = end - timedelta(weeks=1)
    counts = [v.new for v in read if begin < from_utc_text(v.moment) <= end]
    return sum(counts) if counts else None


def _has_holiday(end: datetime) -> bool:
    day = end.astimezone(VIETNAM).date()
    return any(is_quiet(day - timedelta(days=n)) for n in range(8))


def fields_gone(history: SiteHistory) -> Iterator[Finding]:
    """Fields that were usual and became rare in the newest run with pages."""
    runs = [run for run in history.runs if run.stats.read]
    if not runs:
        return
    past = tuple(run.stats for run in runs[1:] if run.verdict in ACCEPTED)
    latest = GateInput(runs[0].stats, generic_site=history.generic_site, past=past)
    drops = dropped_fields(latest, RARE_FIELD_SHARE)
    if drops:
        severity = Severity.error_if(drops[0].after < GONE_SHARE)
        reason = Reason(MonitoringReason.FIELD_SHARES, fields=[drop.reason() for drop in drops])
        remedy = Reason(
            Remedy.RUN_COMMAND_AND_READ,
            command=f"tinwatch verify-site {history.site}",
            page="docs/when-a-site-changes.md",
        )
        yield Finding(history.site, FindingCode.FIELDS, severity, reason, remedy)


def disputed_values(history: SiteHistory) -> Iterator[Finding]:
    """Fields for which the pages contradict what the module's rules find."""
    recent = list(history.runs[:RECENT_RUNS])
    fields = {name for run in recent for name in run.stats.disputed_fields}
    read = _sum(recent, lambda s: s.read)
    for name in sorted(fields) if read >= MIN_PAGES else ():
        share = sum(run.stats.disputed_fields[name] for run in recent) / read
        if share > MIN_DISPUTED_SHARE:
            reason = Reason(MonitoringReason.VALUES_DISPUTED, field=name, share=round(share, 4))
            yield _warning(history, FindingCode.DISPUTED, reason)


def disputed_sources(history: SiteHistory) -> Iterator[Finding]:
    """Rules that the pages mostly contradict, over all pages that runs have read with them."""
    for count in history.sources.counts:
        pages = count.confirmed + count.disputed
        if pages >= MIN_PAGES and count.disputed > count.confirmed:
            reason = Reason(
                MonitoringReason.RULE_DISPUTED,
                field=count.field, rule=count.source, disputed=count.disputed, pages=pages,
            )  # fmt: skip
            yield _warning(history, FindingCode.DISPUTED, reason)


def template_drift(history: SiteHistory) -> Iterator[Finding]:
    """Pages are extracted differently than before: the site's template has changed."""
    recent, before = _recent_and_earlier(history)
    generic = _share(recent, lambda s: s.generic, lambda s: s.read)
    if (
        not history.generic_site
        and generic > MIN_GENERIC_SHARE
        and generic > 2 * _share(before, lambda s: s.generic, lambda s: s.read)
    ):
        yield _warning(
            history,
            FindingCode.TEMPLATE,
            Reason(MonitoringReason.READ_GENERICALLY, share=round(generic, 4)),
        )
    edited, usual = (
        _share(runs, lambda s: s.edited, lambda s: s.rechecked) for runs in (recent, before)
    )
    if before and edited > MIN_EDITED_SHARE and edited > EDITS_MULTIPLIER * usual:
        shares = {"share": round(edited, 4), "usual": round(usual, 4)}
        yield _warning(
            history, FindingCode.TEMPLATE, Reason(MonitoringReason.RECHECKS_EDITED, **shares)
        )
    changes = _boilerplate_changes(history)
    if changes >= MIN_BOILERPLATE_CHANGES:
        yield _warning(
            history, FindingCode.TEMPLATE, Reason(MonitoringReason.TEMPLATE_CHANGED, number=changes)
        )


def _boilerplate_changes(history: SiteHistory) -> int:
    """Changes in the last 7 runs if the 7 before had none: a new detector changes often."""
    versions = [v for run in history.runs if (v := run.stats.template) is not None]
    if len(versions) < 14 or versions[7] != versions[13]:
        return 0
    return versions[0] - versions[7]


def quarantined(history: SiteHistory) -> Iterator[Finding]:
    """More unreadable pages than before."""
    recent, before = _recent_and_earlier(history)
    count = _sum(recent, lambda s: s.quarantined)
    share = _quarantine_share(recent)
    if share > MIN_UNREADABLE_SHARE and share > 2 * _quarantine_share(before):
        reason = Reason(MonitoringReason.PAGES_QUARANTINED, number=count, share=round(share, 4))
        remedy = run_command(f"tinwatch report --run {history.runs[0].id}")
        yield Finding(history.site, FindingCode.QUARANTINE, Severity.WARNING, reason, remedy)


def unparsable_captures(history: SiteHistory) -> Iterator[Finding]:
    """Captures of ours could not be parsed again: an error of the archive or of our rules."""
    number = history.runs[0].stats.unparsable if history.runs else 0
    if number:
        reason = Reason(MonitoringReason.CAPTURES_UNPARSABLE, number=number)
        remedy = run_command("tinwatch verify")
        yield Finding(history.site, FindingCode.CAPTURES, Severity.WARNING, reason, remedy)


def unknown_addresses(history: SiteHistory) -> Iterator[Finding]:
    """In the newest run an article answered at, or a listing has, a URL that is no article's."""
    stats = history.runs[0].stats if history.runs else RunStats()
    problems = [*stats.unknown_forms, *stats.problems]
    found = (p.reason for p in problems if p.reason.code == PageReason.UNKNOWN_URL_FORM)
    if (reason := next(found, None)) is not None:
        yield Finding(
            history.site, FindingCode.ARTICLE_URL, Severity.ERROR, reason, _verify(history)
        )


def _quarantine_share(runs: list[Run]) -> float:
    unreadable = _sum(runs, lambda s: s.quarantined)
    pages = unreadable + _sum(runs, lambda s: s.read)
    return unreadable / pages if pages >= MIN_PAGES else 0.0


def _recent_and_earlier(history: SiteHistory) -> tuple[list[Run], list[Run]]:
    """The newest runs with pages, whatever their verdict, and the believed runs before them."""
    runs = [run for run in history.runs if run.stats.read or run.stats.quarantined]
    return runs[:RECENT_RUNS], [run for run in runs[RECENT_RUNS:] if run.verdict in ACCEPTED]


def _share(runs: list[Run], part: Count, whole: Count) -> float:
    pages = _sum(runs, whole)
    return _sum(runs, part) / pages if pages >= MIN_PAGES else 0.0


def _sum(runs: list[Run], count: Count) -> int:
    return sum(count(run.stats) for run in runs)


def _warning(history: SiteHistory, code: FindingCode, reason: Reason) -> Finding:
    return Finding(history.site, code, Severity.WARNING, reason, _verify(history))


def _verify(history: SiteHistory) -> Reason:
    return run_command(f"tinwatch verify-site {history.site}")


def _age(age: timedelta) -> Reason:
    """In hours if below two days, otherwise in days."""
    hours = int(age.total_seconds() // 3600)
    if hours < 48:
        return Reason(MonitoringReason.HOURS, number=hours)
    return Reason(MonitoringReason.DAYS, number=hours // 24)


CHECKS = (
    unread, failing, held_runs, silent, fewer_articles, fields_gone, disputed_values,
    disputed_sources, template_drift, quarantined, unparsable_captures, unknown_addresses,
)  # fmt: skip
