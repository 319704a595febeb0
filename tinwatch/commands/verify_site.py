"""tinwatch verify-site: check a site module against the site's pages, and say what to fix."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass
from difflib import unified_diff
from inspect import getsourcefile
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.inspection.diagnosis import Diagnosis, diagnose
from crawlers.inspection.evidence import HEAD_WITNESS, RULE_ORIGIN, FieldEvidence, gather_evidence
from crawlers.inspection.explain import Explanation
from crawlers.inspection.inspect_site import (
    MAX_ARTICLES,
    SiteInspection,
    inspect_site,
    platform_name,
)
from crawlers.inspection.module_fix import MIN_PAGES, propose_fix
from crawlers.inspection.pages import HomePages, ReplayPages
from crawlers.registry import all_sites, get_site
from crawlers.scaffold.module_edit import add_rules
from crawlers.scaffold.write import WriteError
from crawlers.spider import SiteSpider
from pipelines.boilerplate.store import current_boilerplate
from schedules.batch.dry_run import dry_run_home, fetch_site
from storage.articles.source_counts import NO_SOURCES, SiteSources
from storage.db.connection import utc_text
from storage.home import Home
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.commands.explain import counts_text, origin_text
from tinwatch.commands.options import HomeOption, IntoOption, JsonOption, PageReplayOption
from tinwatch.commands.page_source import sources_of
from tinwatch.commands.verify_years import verify_years
from tinwatch.terminal.console import (
    Exit,
    err,
    existing_home,
    exit_on_error,
    out,
    print_json,
    safe,
)
from tinwatch.terminal.messages import UsageError, gettext, ngettext, reason_text, styled


def verify_command(
    site: Annotated[str | None, typer.Argument(help="Name of the site (tinwatch sites).")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Check every site that has captures in the home.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the proposed change into the site module.")
    ] = False,
    into: IntoOption = None,
    live: Annotated[
        bool, typer.Option("--live", help="Fetch pages from the site instead of using captures.")
    ] = False,
    by_year: Annotated[
        bool,
        typer.Option("--by-year", help="Check up to 20 captures of each year, also imported ones."),
    ] = False,
    replay: PageReplayOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a site module with the newest listings and five articles, and propose its change."""
    with exit_on_error(home):
        if live and replay:
            raise UsageError(gettext("--live and --replay exclude each other"))
        if every == (site is not None) or (every and live):
            raise UsageError(gettext("name a site, or use --all without --live"))
        if by_year and (fix or live or replay or site is None):
            raise UsageError(gettext("--by-year needs a site, and captures in the home"))
        sites = [get_site(site)] if site is not None else list(all_sites().values())
        if by_year:
            if not verify_years(sites[0], existing_home(home), as_json=as_json):
                raise typer.Exit(Exit.PROBLEMS)
            return
        ok = [_verify(one, live, replay, home, fix, into, as_json, every) for one in sites]
        if not all(ok):
            raise typer.Exit(Exit.PROBLEMS)


def _verify(
    site: type[SiteSpider],
    live: bool,
    replay: list[Path] | None,
    home: Path | None,
    fix: bool,
    into: Path | None,
    as_json: bool,
    every: bool,
) -> bool:
    """Check one site. Return False if its module must be fixed and was not.

    Raise ValueError if there is no capture of it, unless `every` site is checked.
    """
    inspection = _inspect(site, live, replay, home)
    if inspection.empty:
        if every:
            return True
        if replay:
            message = gettext("no page of {site} in the files of --replay", site=site.name)
        else:
            message = gettext(
                "no captures of {site}: crawl it first, or use --live or --replay", site=site.name
            )
        raise UsageError(message)
    diagnosis, change = diagnose(site, inspection), None
    try:
        change = _change(site, inspection, into)
    except WriteError as error:  # a module of an unusual form is edited by hand
        if fix:
            raise
        err.print(safe(reason_text(error.reason)), style="yellow")
    sources = NO_SOURCES if live or replay else sources_of(site, home)
    if as_json:
        print_json(as_row(site, inspection, diagnosis, sources, change))
    else:
        _print(site, inspection, diagnosis, sources, change)
    if not fix or change is None:
        return not diagnosis.fixes
    change.file.write_text(change.after, "utf-8")
    if not as_json:
        out.print(styled("green", gettext("written to {file}", file=safe(str(change.file)))))
    return True


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """The proposed change of a site module: its text before and after."""

    file: Path
    before: str
    after: str

    @property
    def diff(self) -> str:
        name = f"crawlers/sites/{self.file.name}"
        before, after = (t.splitlines(keepends=True) for t in (self.before, self.after))
        return "".join(unified_diff(before, after, fromfile=name, tofile=name))


def _change(
    site: type[SiteSpider], inspection: SiteInspection, into: Path | None
) -> ModuleChange | None:
    rules = propose_fix(site, inspection)
    module = getsourcefile(site) or ""
    file = into / "crawlers" / "sites" / Path(module).name if into else Path(module)
    if not rules or not file.is_file():
        return None
    before = file.read_text("utf-8")
    return ModuleChange(file, before, add_rules(before, site, rules))


def _inspect(
    site: type[SiteSpider], live: bool, replay: list[Path] | None, home: Path | None
) -> SiteInspection:
    if replay:
        return inspect_site(site, ReplayPages(replay, site))
    if not live:
        return _inspect_home(existing_home(home), site)
    with dry_run_home(home, site) as dry_run:
        fetch_site(dry_run, site, MAX_ARTICLES)
        return _inspect_home(dry_run, site)


def _inspect_home(home: Home, site: type[SiteSpider]) -> SiteInspection:
    with closing(home.database()) as db:
        boilerplate = current_boilerplate(db, site.name)
        return inspect_site(site, HomePages(home, db, site), boilerplate=boilerplate)


def as_row(
    site: type[SiteSpider],
    inspection: SiteInspection,
    diagnosis: Diagnosis,
    sources: SiteSources,
    change: ModuleChange | None = None,
) -> dict[str, Any]:
    return {
        "site": site.name,
        "newest": utc_text(inspection.newest) if inspection.newest else None,
        "platform": platform_name(site),
        "guess": inspection.platform_guess,
        "robots": describe(inspection.robots),
        "listings": [
            {"url": x.url, "at_hand": x.available, "links": x.links, **_problem(x.problem)}
            for x in inspection.listings
        ],
        "articles": [_page(page) for page in inspection.pages],
        "coverage": inspection.coverage,
        "mend": [describe(one) for one in diagnosis.fixes],
        "advice": [describe(one) for one in diagnosis.advice],
        "counted": asdict(sources),
        "evidence": [asdict(evidence) for evidence in gather_evidence(inspection.pages)],
        "diff": change.diff if change is not None else None,
    }


def _problem(reason: Reason | None) -> dict[str, Any]:
    return {
        "trouble": describe(reason) if reason else None,
        "trouble_code": reason.code if reason else None,
    }


def _page(page: Explanation) -> dict[str, Any]:
    return {
        "url": page.url,
        "title": page.article.title if page.article else None,
        **_problem(page.problem),
        "fields": {field.field: field.state for field in page.fields},
    }


def _print(
    site: type[SiteSpider],
    inspection: SiteInspection,
    diagnosis: Diagnosis,
    sources: SiteSources,
    change: ModuleChange | None,
) -> None:
    newest = f"{inspection.newest:%d/%m/%Y}" if inspection.newest else gettext("unknown")
    newest = gettext("newest page: {day}", day=newest)
    out.print(f"[bold]{site.name}[/] {site.title} [dim]{newest}[/]")
    platform = gettext("platform: {platform}", platform=platform_name(site))
    if inspection.platform_guess:
        platform += "; " + gettext(
            "its pages look like {platform}", platform=inspection.platform_guess
        )
    out.print(f"{platform} · robots.txt: {reason_text(inspection.robots)}")
    for listing in inspection.listings:
        state = gettext("not captured")
        if listing.problem is not None:
            state = reason_text(listing.problem)
        elif listing.available:
            state = ngettext("{number} article link", "{number} article links", listing.links)
        out.print(f"  [dim]{safe(listing.url)}[/] {safe(state)}")
    _print_coverage(site, inspection)
    _print_evidence(gather_evidence(inspection.pages))
    _print_counts(sources)
    for problem in diagnosis.fixes:
        out.print(styled("bold red", gettext("fix:")), safe(reason_text(problem)))
    for advice in diagnosis.advice:
        out.print(styled("yellow", gettext("check:")), safe(reason_text(advice)))
    if change is not None:
        out.print(styled("bold", gettext("proposed change of the site module (--fix writes it):")))
        out.print(safe(change.diff), soft_wrap=True)
    elif diagnosis.fixes and len(inspection.article_pages) < MIN_PAGES:
        out.print(gettext("a change is proposed from {number} article pages on", number=MIN_PAGES))
    if not diagnosis.fixes:
        out.print(styled("green", gettext("nothing to fix")))


def _print_evidence(gathered: list[FieldEvidence]) -> None:
    """Print the source of most records for each field, and how many pages confirm it."""
    out.print(gettext("confirmed by other sources of the same page:"))
    for evidence in gathered:
        source = evidence.used or evidence.sources[0]
        colour = "green" if source.confirmed * 2 > source.found else "yellow"
        share = gettext("{number} of {total}", number=source.confirmed, total=source.found)
        by = ", ".join(f"{_witness_text(w)} {n}" for w, n in source.witnesses.items())
        name = " ".join(filter(None, (origin_text(source.origin), source.rule)))
        used = "" if evidence.used else " " + gettext("(not used)")
        if source.disputed:
            by += "; " + gettext("disputed on {number}", number=source.disputed)
        out.print(
            f"  {evidence.field:<10}{styled(colour, share)} {safe(name)}{used} [dim]{safe(by)}[/]"
        )


def _print_counts(sources: SiteSources) -> None:
    """Print what the runs have counted with the current rules."""
    if not sources.pages:
        return
    pages = gettext("on the last {number} pages that runs have read:", number=sources.pages)
    out.print(pages)
    for count in sources.counts:
        out.print(f"  {count.field:<10}{safe(count.source)} [dim]{counts_text(count)}[/]")


def _witness_text(witness: str) -> str:
    if witness == HEAD_WITNESS:
        return gettext("head and URL")
    return gettext("rule of the module") if witness == RULE_ORIGIN else origin_text(witness)


def _print_coverage(site: type[SiteSpider], inspection: SiteInspection) -> None:
    whole = len(inspection.pages)
    out.print(ngettext("fields on {number} article:", "fields on {number} articles:", whole))
    for name, number in inspection.coverage.items():
        missing = (
            styled("dim", gettext("absent by the site module"))
            if name in site.absent
            else styled("yellow", gettext("none"))
        )
        colour = "green" if number == whole else "yellow"
        result = (
            styled(colour, gettext("{number} of {total}", number=number, total=whole))
            if number
            else missing
        )
        out.print(f"  {name:<10}{result}")
