"""Signs of trouble in what a site's runs found, each a function of the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from schedules.gate.coverage import GONE, drops
from schedules.gate.holidays import is_quiet
from schedules.gate.models import Case
from schedules.gate.silence import silence
from schedules.monitoring.findings import Facts, Finding, Level
from storage.db.connection import from_utc_text
from storage.runs.repository import Run, Volume
from storage.runs.verdicts import BELIEVED
from storage.timezone import VIETNAM

UNREAD, LONG_UNREAD = timedelta(hours=50), timedelta(days=4)  # since the last run that was believed
FAILED, OFTEN_FAILED = 2, 4  # runs in a row that were not believed
WAITING = timedelta(days=3)  # a held run that nobody looked at for so long is trouble
LATELY = 3  # runs that show how a site does now, beside those before
FEWER_PAGES = 20  # of such runs together say nothing of shares
RARE_FIELD = 0.65  # a field on fewer pages than this is worth a look
FEW, VERY_FEW = 0.5, 0.2  # parts of the usual number of new articles in a week
LEAST_A_WEEK = 10  # articles; a site that brings fewer may bring none
LEAST_WEEKS = 3
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
        yield _finding(facts, "last_success", "warning", "no run of it was ever believed",
                       f"tinwatch verify-site {facts.site}")  # fmt: skip
        return
    age = facts.now - from_utc_text(facts.last_success)
    if age > UNREAD:
        level: Level = "trouble" if age > LONG_UNREAD else "warning"
        words = f"the last good run ended {_ago(age)} ago, on {_day(facts.last_success)}"
        yield _finding(facts, "last_success", level, words, f"tinwatch crawl {facts.site}")


def failing(facts: Facts) -> Iterator[Finding]:
    """Runs in a row that failed; held ones are told by `waiting`."""
    row: list[Run] = []
    for run in facts.runs:
        if run.verdict in (*BELIEVED, "held"):
            break
        if run.verdict in ("failed", "outage") or run.state == "interrupted":
            row.append(run)
    if len(row) < FAILED:
        return
    level: Level = "trouble" if len(row) >= OFTEN_FAILED else "warning"
    last = f"{row[0].verdict or row[0].state}, {row[0].reason or 'its process was ended'}"
    words = f"{len(row)} runs in a row did not end well; the last one: {last}"
    yield _finding(facts, "failing", level, words, f"tinwatch runs --site {facts.site}")


def waiting(facts: Facts) -> Iterator[Finding]:
    """Held runs, whose events nobody has let out or dropped."""
    if not facts.held:
        return
    oldest, newest = facts.held[0], facts.held[-1]
    age = facts.now - from_utc_text(oldest.ended_at or oldest.started_at)
    runs = "1 held run waits" if len(facts.held) == 1 else f"{len(facts.held)} held runs wait"
    words = f"{runs} for a person since {_ago(age)}: {newest.reason}"
    remedy = f"tinwatch publish-run {newest.id}, or tinwatch retract-run {oldest.id}"
    yield _finding(facts, "held", "trouble" if age > WAITING else "warning", words, remedy)


def silent(facts: Facts) -> Iterator[Finding]:
    """Nothing new for longer than the site's own habit."""
    found = silence(facts.volumes) if facts.live else None
    if found is not None:
        remedy = f"look at its front page; then tinwatch verify-site {facts.site}"
        yield _finding(facts, "silent", "trouble", str(found), remedy)


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
    words = f"{now} new articles in 7 days; {usual:g} are usual"
    level: Level = "trouble" if now < VERY_FEW * usual else "warning"
    yield _finding(facts, "fewer_articles", level, words, f"tinwatch verify-site {facts.site}")


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
    runs = [run for run in facts.runs if run.stats.get("read")]
    if not runs:
        return
    past = tuple(run.stats for run in runs[1:] if run.verdict in BELIEVED)
    case = Case(runs[0].stats, generic_site=facts.generic_site, past=past)
    found = drops(case, RARE_FIELD)
    if found:
        level: Level = "trouble" if found[0].after < GONE else "warning"
        words = "; ".join(map(str, found))
        remedy = f"tinwatch verify-site {facts.site} (docs/when-a-site-changes.md)"
        yield _finding(facts, "fields", level, words, remedy)


def template_drift(facts: Facts) -> Iterator[Finding]:
    """Pages that are read otherwise than before: the template changes under the rules."""
    lately, before = _lately(facts)
    generic = _share(lately, "generic", "read")
    if (
        not facts.generic_site
        and generic > GENERIC
        and generic > 2 * _share(before, "generic", "read")
    ):
        words = f"the generic reader had to read {generic:.0%} of the last pages"
        yield _drift(facts, words)
    edited, usual = (_share(runs, "edited", "rechecked") for runs in (lately, before))
    if before and edited > MANY_EDITS and edited > USUAL_EDITS * usual:
        words = f"{edited:.0%} of the last rechecks read otherwise; {usual:.0%} did before"
        yield _drift(facts, words)
    learnt = _template_changes(facts)
    if learnt >= LEARNT:
        words = f"the lines of its template changed {learnt} times in the last 7 runs"
        yield _drift(facts, words)


def _template_changes(facts: Facts) -> int:
    """Changes in the last 7 runs, where the 7 before had none: a young memory changes often."""
    versions = [run.stats["template"] for run in facts.runs if "template" in run.stats]
    if len(versions) < 14 or versions[7] != versions[13]:
        return 0
    return int(versions[0] - versions[7])


def _drift(facts: Facts, words: str) -> Finding:
    return _finding(facts, "template", "warning", words, f"tinwatch verify-site {facts.site}")


def quarantined(facts: Facts) -> Iterator[Finding]:
    """Pages that came and could not be read, more of them than before."""
    lately, before = _lately(facts)
    count = _sum(lately, "quarantined")
    share = _quarantine_share(lately)
    if share > UNREADABLE and share > 2 * _quarantine_share(before):
        words = f"{count} of the last pages ({share:.0%}) could not be read"
        yield _finding(facts, "quarantine", "warning", words,
                       f"tinwatch report --run {facts.runs[0].id}")  # fmt: skip


def _quarantine_share(runs: list[Run]) -> float:
    unreadable = _sum(runs, "quarantined")
    pages = unreadable + _sum(runs, "read")
    return unreadable / pages if pages >= FEWER_PAGES else 0.0


def _lately(facts: Facts) -> tuple[list[Run], list[Run]]:
    """The newest runs that read pages, whatever their verdict, and the believed ones before."""
    runs = [run for run in facts.runs if run.stats.get("read") or run.stats.get("quarantined")]
    return runs[:LATELY], [run for run in runs[LATELY:] if run.verdict in BELIEVED]


def _share(runs: list[Run], part: str, *whole: str) -> float:
    pages = _sum(runs, *whole)
    return _sum(runs, part) / pages if pages >= FEWER_PAGES else 0.0


def _sum(runs: list[Run], *names: str) -> int:
    return sum(run.stats.get(name, 0) for run in runs for name in names)


def _finding(facts: Facts, sign: str, level: Level, words: str, remedy: str) -> Finding:
    return Finding(facts.site, sign, level, words, remedy)


def _ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours < 48:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{hours // 24} days"


def _day(utc: str) -> str:
    return f"{from_utc_text(utc).astimezone(VIETNAM):%d/%m/%Y}"


SIGNS = (
    unread, failing, waiting, silent, fewer_articles, fields_gone, template_drift, quarantined,
)  # fmt: skip
