"""tinwatch explain: the rule of each field of a page, and the text excluded from the article."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from crawlers.inspection.explain import Explanation, FieldExplanation, RuleResult, explain
from crawlers.inspection.pages import StoredPage, site_of
from storage.articles.record_json import warning_fields
from storage.db.connection import utc_text
from storage.messages import describe
from tinwatch.commands.options import HomeOption, JsonOption, PageOption, PageReplayOption
from tinwatch.commands.page_source import page_at, template_of
from tinwatch.terminal.console import Exit, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled

MAX_QUOTED_CHARS = 100
COLOURS = {
    "site": "green", "platform": "cyan", "structured data": "yellow", "generic reader": "magenta",
    "body's lines": "blue",
}  # fmt: skip
STATES = {"absent": "dim", "broken": "bold red", "unread": "bold red"}


def explain_command(
    url: Annotated[str, typer.Argument(help="URL of an article.")],
    page: PageOption = None,
    replay: PageReplayOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the rule of each field of a page, what other rules find, and the excluded text."""
    with exit_on_error():
        site = site_of(url)
        kept = page_at(url, site, page=page, replay=replay, home=home)
        explanation = explain(kept, site, template_of(site, home))
        if as_json:
            print_json(as_row(explanation, kept))
        else:
            _print(explanation, kept)
        if explanation.problem or explanation.rejection:
            raise typer.Exit(Exit.PROBLEMS)


def as_row(found: Explanation, kept: StoredPage) -> dict[str, Any]:
    return {
        "site": found.site,
        "url": found.url,
        "captured_at": utc_text(found.captured_at),
        "origin": kept.origin,
        "reader": found.extractor_version,
        "trouble": reason_text(found.problem) if found.problem else None,
        "trouble_code": found.problem.code if found.problem else None,
        "sign": describe(found.rejection) if found.rejection else None,
        "sign_code": found.rejection.code if found.rejection else None,
        "fields": [asdict(story) for story in found.fields],
        "left_out": [
            asdict(piece) | {"why": describe(piece.why), "why_code": piece.why.code}
            for piece in found.excluded
        ],
        **warning_fields(found.warnings),
    }


def _print(found: Explanation, kept: StoredPage) -> None:
    out.print(f"[bold]{safe(found.url)}[/]")
    extractor = gettext("extractor {name}", name=found.extractor_version or gettext("none"))
    out.print(f"[dim]{found.site} · {safe(kept.origin)} · {extractor}[/]")
    if found.problem:
        out.print(f"[bold red]{safe(reason_text(found.problem))}[/]")
    if found.rejection:
        rejected = gettext(
            "a crawl rejects this page: {reason}", reason=safe(reason_text(found.rejection))
        )
        out.print(f"[bold red]{rejected}[/]")
    for story in found.fields:
        _print_field(story)
    if found.article is not None:
        excluded = gettext("excluded from the text")
        pieces = ngettext("{number} piece", "{number} pieces", len(found.excluded))
        out.print(f"\n{styled('bold', excluded)} ({pieces})")
    for piece in found.excluded:
        why = safe(reason_text(piece.why))
        out.print(f"  [yellow]{piece.kind}[/] {_quoted(piece.text)} [dim]{why}[/]")
    for warning in found.warnings:
        out.print(styled("yellow", gettext("warning:")), safe(reason_text(warning)))


def _print_field(story: FieldExplanation) -> None:
    out.print(f"\n[bold]{story.field}[/] {_read(story)}")
    if story.origin is not None:
        rule = f": {safe(story.rule)}" if story.rule else ""
        verb = (
            gettext("extracted by")
            if story.state == "value"
            else gettext("no text in what was selected by")
        )
        out.print(f"  {verb} [{_colour(story.origin)}]{story.origin}[/]{rule}")
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
    said = ", ".join(
        [
            ngettext("{number} piece", "{number} pieces", len(pieces)),
            ngettext("{number} character", "{number} characters", letters),
        ]
    )
    return f"{said}: {_quoted(pieces[0])}" if pieces else said


def _other(finding: RuleResult) -> str:
    text = gettext("finds nothing")
    if finding.text:
        text = gettext("finds {text}", text=_quoted(finding.text))
        if finding.more:
            text += " " + gettext("and {number} more", number=finding.more)
    return f"{finding.origin}: {safe(finding.rule)} {text}"


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"“{safe(short if len(short) <= MAX_QUOTED_CHARS else short[:MAX_QUOTED_CHARS] + '…')}”"


def _colour(origin: str) -> str:
    return COLOURS[origin.split(" ")[0] if origin.startswith("platform") else origin]
