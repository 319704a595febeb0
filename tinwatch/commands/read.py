"""Commands that only look: events, report, articles, show."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from storage.articles.repository import articles_as_json, get_article
from storage.events.ledger import EVENT_KINDS
from storage.events.ledger import events as read_events
from storage.runs.repository import latest_night
from tinwatch.commands.options import (
    ArticleArgument,
    FormerProvinceOption,
    HomeOption,
    JsonOption,
    ProvinceOption,
    SiteOption,
)
from tinwatch.reports.article_history import history
from tinwatch.reports.nightly_report import COLOURS, night_report, print_report, run_report, weight
from tinwatch.terminal.console import (
    count,
    database,
    local_time,
    out,
    print_json,
    safe,
)
from tinwatch.terminal.messages import event_text, gettext, label, styled

LARGEST = 2**63 - 1  # id that SQLite can hold


def events(
    since: Annotated[
        int, typer.Option(min=0, max=LARGEST, help="Only events with a higher id.")
    ] = 0,
    site: SiteOption = None,
    kind: Annotated[str | None, typer.Option(help="Only events of this kind.")] = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the events of the ledger, oldest first."""
    with database(home) as db:
        if kind is not None and kind not in EVENT_KINDS:
            kinds = ", ".join(EVENT_KINDS)
            raise ValueError(gettext("no event kind {kind}; use: {kinds}", kind=kind, kinds=kinds))
        if site is not None:
            check_site(site)
        chosen = chosen_provinces(province, former_province)
        for event in read_events(db, since=since, site=site, kind=kind, provinces=chosen):
            if as_json:
                print_json(event.as_json())
                continue
            colour = COLOURS.get(event.kind, "white")
            out.print(
                f"[dim]{event.id:>5} {local_time(event.observed_at)}[/] "
                f"[{colour}]{label('event_kind', event.kind):<9}[/] [bold]{event.site}[/] "
                f"{safe(event_text(event.kind, event.detail, event.summary))}{weight(event.detail)}"
            )


def report(
    run: Annotated[
        int | None, typer.Option(min=1, max=LARGEST, help="One run instead of the newest night.")
    ] = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the report of the newest batch, or of one run."""
    with database(home) as db:
        chosen = chosen_provinces(province, former_province)
        if run is not None:
            if chosen is not None:
                raise ValueError(gettext("--run and --province exclude each other"))
            found = run_report(db, run)
        else:
            night = latest_night(db)
            if night is None:
                raise ValueError(gettext("no nightly batch has run yet: tinwatch nightly"))
            found = night_report(db, night, provinces=chosen)
        if as_json:
            print_json(found)
        else:
            print_report(found)


def articles(
    site: SiteOption = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List articles with their newest content; --json gives every field of the record."""
    with database(home) as db:
        if site is not None:
            check_site(site)
        chosen = chosen_provinces(province, former_province)
        for row in articles_as_json(db, site, provinces=chosen):
            if as_json:
                print_json(row)
                continue
            status = (
                ""
                if row["status"] == "live"
                else f" [red]{label('article_status', row['status'])}[/]"
            )
            out.print(
                f"[dim]{row['id']:>5}[/] [bold]{row['site']}[/] {(row['published'] or '')[:10]:<10}"
                f" {safe(row['title'])}{status}"
            )


def show(article: ArticleArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show an article: its text, its status and its history."""
    with database(home) as db:
        known = get_article(db, article)
        row = next(articles_as_json(db, article=known.id))
        lines = history(db, known.id)
        if as_json:
            print_json({**row, "history": lines})
            return
        _print_article(row)
        out.print("\n" + styled("bold", gettext("history")))
        for line in lines:
            out.print(
                f"  [dim]{local_time(line['at'])}[/] {line['what']:<9} {safe(line['detail'])}"
            )


def _print_article(row: dict[str, Any]) -> None:
    out.print(f"[bold]{safe(row['title'])}[/]")
    names = ", ".join(a["name"] for a in row["authors"])
    source = f" (from {row['source']['name']})" if row["source"] else ""
    out.print(f"[dim]{row['site']} · {row['published'] or 'no date'} · {safe(names + source)}[/]")
    out.print(f"[dim]{safe(row['url']) or 'no URL: a text capture'}[/]")
    first, last = local_time(row["first_seen"]), local_time(row["last_seen"])
    out.print(
        f"[dim]article {row['id']} · {row['status']} · {count(row['revisions'], 'revision')}"
        f" · first seen {first} · last seen {last}[/]\n"
    )
    if row["lead"]:
        out.print(f"[italic]{safe(row['lead'])}[/]\n")
    for block in row["body"]:
        style = "bold" if block["kind"] == "subhead" else ""
        mark = {"list item": "• ", "quote": "│ "}.get(block["kind"], "")
        out.print(f"{mark}{safe(block['text'])}", style=style)
    for caption in row["captions"]:
        out.print(f"[dim]picture: {safe(caption['text'])}[/]")
    for warning in row["warnings"]:
        out.print(f"[yellow]warning: {safe(warning)}[/]")
