"""tinwatch explain: the rule of each field of a page, and the text excluded from the article."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.extraction.trace import ExclusionKind
from crawlers.inspection.explain import (
    GENERIC_ORIGIN,
    LINES_ORIGIN,
    Explanation,
    FieldExplanation,
    RuleResult,
    explain,
)
from crawlers.inspection.file_site import site_of_file
from crawlers.inspection.pages import StoredPage, from_text_file, site_of
from crawlers.registry import get_site
from crawlers.reprocess.archive_files import TEXT_NAMES
from pipelines.record.normalise import STRUCTURED_DATA_RULE
from storage.articles.record_json import warning_fields
from storage.articles.source_counts import SiteSources, SourceCount
from storage.db.connection import utc_text
from storage.messages import describe
from storage.reasons import gettext_noop
from tinwatch.commands.options import HomeOption, JsonOption, PageOption, PageReplayOption
from tinwatch.commands.page_source import boilerplate_of, page_at, sources_of
from tinwatch.terminal.console import Exit, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled

MAX_QUOTED_CHARS = 100
COLOURS = {
    "site": "green", "platform": "cyan", STRUCTURED_DATA_RULE: "yellow", GENERIC_ORIGIN: "magenta",
    LINES_ORIGIN: "blue",
}  # fmt: skip
# Values of --json, as they are printed.
ORIGINS = {
    "site": gettext_noop("site"),
    STRUCTURED_DATA_RULE: gettext_noop("structured data"),
    GENERIC_ORIGIN: gettext_noop("generic extractor"),
    LINES_ORIGIN: gettext_noop("lines of the body"),
}
KINDS = {
    ExclusionKind.EXCLUDE_RULE: gettext_noop("exclude rule"),
    ExclusionKind.POSTING_ACCOUNT: gettext_noop("posting account"),
    ExclusionKind.BOILERPLATE_ELEMENT: gettext_noop("boilerplate element"),
    ExclusionKind.BOILERPLATE_LINE: gettext_noop("boilerplate line"),
    ExclusionKind.SKIPPED_TAG: gettext_noop("no text"),
    ExclusionKind.RELATED: gettext_noop("related articles"),
    ExclusionKind.REPEATED_TITLE: gettext_noop("repeated title"),
    ExclusionKind.CRUFT: gettext_noop("cruft"),
    ExclusionKind.CAPTION: gettext_noop("caption"),
    ExclusionKind.BYLINE: gettext_noop("byline"),
    ExclusionKind.SOURCE: gettext_noop("source"),
    ExclusionKind.LEAD: gettext_noop("lead"),
}
STATES = {"absent": "dim", "broken": "bold red", "unread": "bold red"}


def explain_command(
    url: Annotated[str, typer.Argument(help="URL of an article, or a text file.")],
    page: PageOption = None,
    replay: PageReplayOption = None,
    site_name: Annotated[
        str | None, typer.Option("--site", help="The site of a text file.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the rule of each field of a page, what other rules find, and the excluded text."""
    with exit_on_error(home):
        if url.lower().endswith(TEXT_NAMES) and Path(url).is_file():
            site = get_site(site_name) if site_name else site_of_file(Path(url))
            stored_page = from_text_file(Path(url))
        else:
            site = site_of(url)
            stored_page = page_at(url, site, page=page, replay=replay, home=home, text=True)
        explanation = explain(stored_page, site, boilerplate_of(site, home))
        sources = sources_of(site, home)
        if as_json:
            print_json(as_row(explanation, stored_page, sources))
        else:
            _print(explanation, stored_page, sources)
        if explanation.problem or explanation.rejection:
            raise typer.Exit(Exit.PROBLEMS)


def as_row(found: Explanation, stored_page: StoredPage, sources: SiteSources) -> dict[str, Any]:
    return {
        "site": found.site,
        "url": found.url,
        "captured_at": utc_text(found.captured_at),
        "origin": stored_page.origin,
        "reader": found.extractor_version,
        "trouble": describe(found.problem) if found.problem else None,
        "trouble_code": found.problem.code if found.problem else None,
        "sign": describe(found.rejection) if found.rejection else None,
        "sign_code": found.rejection.code if found.rejection else None,
        "fields": [asdict(story) for story in found.fields],
        "counted": asdict(sources),
        "left_out": [
            asdict(piece) | {"why": describe(piece.why), "why_code": piece.why.code}
            for piece in found.excluded
        ],
        **warning_fields(found.warnings),
    }


def _print(found: Explanation, stored_page: StoredPage, sources: SiteSources) -> None:
    out.print(f"[bold]{safe(found.url)}[/]")
    extractor = gettext("extractor {name}", name=found.extractor_version or gettext("none"))
    out.print(f"[dim]{found.site} · {safe(stored_page.origin)} · {extractor}[/]")
    if found.problem:
        out.print(f"[bold red]{safe(reason_text(found.problem))}[/]")
    if found.rejection:
        rejected = gettext(
            "a crawl rejects this page: {reason}", reason=safe(reason_text(found.rejection))
        )
        out.print(f"[bold red]{rejected}[/]")
    for story in found.fields:
        _print_field(story, sources)
    if found.article is not None:
        excluded = gettext("excluded from the text")
        pieces = ngettext("{number} piece", "{number} pieces", len(found.excluded))
        out.print(f"\n{styled('bold', excluded)} ({pieces})")
    for piece in found.excluded:
        why = safe(reason_text(piece.why))
        out.print(f"  [yellow]{gettext(KINDS[piece.kind])}[/] {_quoted(piece.text)} [dim]{why}[/]")
    for warning in found.warnings:
        out.print(styled("yellow", gettext("warning:")), safe(reason_text(warning)))


def counts_text(count: SourceCount) -> str:
    """Return on how many pages a source was confirmed, without a witness, and disputed."""
    parts = [
        gettext("confirmed on {number}", number=count.confirmed),
        gettext("no witness on {number}", number=count.unknown),
        gettext("disputed on {number}", number=count.disputed),
    ]
    return ", ".join(parts)


def _print_field(story: FieldExplanation, sources: SiteSources) -> None:
    out.print(f"\n[bold]{story.field}[/] {_read(story)}")
    if story.origin is not None:
        rule = f": {safe(story.rule)}" if story.rule else ""
        verb = (
            gettext("extracted by")
            if story.state == "value"
            else gettext("no text in what was selected by")
        )
        out.print(f"  {verb} [{_colour(story.origin)}]{origin_text(story.origin)}[/]{rule}")
    for count in sources.of(story.field):
        on_site = gettext("{source} on the site's pages:", source=count.source)
        out.print(f"  [dim]{safe(on_site)} {counts_text(count)}[/]")
    others = [f for f in story.findings if not f.chosen]
    for finding in others:
        out.print(f"  [dim]{_other(finding)}[/]")


def _read(story: FieldExplanation) -> str:
    if story.state != "value":
        return f"[{STATES[story.state]}]{story.state}[/]"
    if isinstance(story.value, str):
        return _quoted(story.value)
    pieces = story.value or []
    if story.field == "tags":
        return safe(", ".join(pieces))
    letters = sum(len(piece) for piece in pieces)
    size = ", ".join(
        [
            ngettext("{number} piece", "{number} pieces", len(pieces)),
            ngettext("{number} character", "{number} characters", letters),
        ]
    )
    return f"{size}: {_quoted(pieces[0])}" if pieces else size


def _other(finding: RuleResult) -> str:
    text = gettext("finds nothing")
    if finding.text:
        text = gettext("finds {text}", text=_quoted(finding.text))
        if finding.more:
            text += " " + gettext("and {number} more", number=finding.more)
    return f"{origin_text(finding.origin)}: {safe(finding.rule)} {text}"


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"“{safe(short if len(short) <= MAX_QUOTED_CHARS else short[:MAX_QUOTED_CHARS] + '…')}”"


def origin_text(origin: str) -> str:
    """Return the name of a rule's origin in the language of the terminal."""
    if origin in ORIGINS:
        return gettext(ORIGINS[origin])
    return gettext("platform {name}", name=origin.removeprefix("platform "))


def _colour(origin: str) -> str:
    return COLOURS[origin.split(" ")[0] if origin.startswith("platform") else origin]
