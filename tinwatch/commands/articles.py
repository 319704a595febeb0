"""tinwatch articles and tinwatch show: articles with their newest text."""

from __future__ import annotations

from typing import Any

from storage.articles.repository import articles_as_json, get_article
from storage.articles.revisions import last_revision
from storage.reasons import Reason
from storage.timezone import day_first, day_of_article
from tinwatch.commands.filter_options import SiteOptions
from tinwatch.commands.options import ArticleArgument, HomeOption, JsonOption, with_options
from tinwatch.reports.article_history import article_history, history_as_json
from tinwatch.terminal.console import database, local_time, out, print_json, print_rows, safe
from tinwatch.terminal.messages import (
    article_day,
    gettext,
    label,
    ngettext,
    reason_text,
    status_mark,
    styled,
    terminal_locale,
)


@with_options(SiteOptions)
def articles(
    chosen: SiteOptions,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List articles with their newest content; --json gives every field of the record."""
    with database(home) as db:
        rows = articles_as_json(db, chosen.sites(), provinces=chosen.provinces())
        if not print_rows(rows, as_json, dict, _print_line) and not as_json:
            out.print(gettext("no articles match"))


def _print_line(row: dict[str, Any]) -> None:
    out.print(
        f"[dim]{row['id']:>5}[/] [bold]{row['site']}[/] "
        f"{article_day(*day_of_article(row['published'], row['first_seen']))}"
        f" {safe(row['title'])}{status_mark(row['status'])}"
    )


def show(article: ArticleArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show an article: its text, its status and its history."""
    with database(home) as db:
        stored = get_article(db, article)
        row = next(articles_as_json(db, article=stored.id))
        if as_json:
            print_json({**row, "history": history_as_json(db, stored.id)})
            return
        _print_article(row, last_revision(db, stored.id).record.warnings)
        out.print("\n" + styled("bold", gettext("history")))
        locale = terminal_locale()
        for entry in article_history(db, stored.id, locale):
            what, detail = entry.what, entry.detail
            if locale == "en":  # codes, as in other commands
                what, detail = entry.data["what"], entry.data["detail"]
            out.print(f"  [dim]{local_time(entry.at)}[/] {what:<9} {safe(detail)}")


def _print_article(row: dict[str, Any], warnings: tuple[Reason, ...]) -> None:
    out.print(f"[bold]{safe(row['title'])}[/]")
    names = ", ".join(a["name"] for a in row["authors"])
    source = ""
    if row["source"]:
        source = " " + gettext("(from {source})", source=row["source"]["name"])
    when = day_first(row["published"]) or gettext("no date")
    out.print(f"[dim]{row['site']} · {when} · {safe(names + source)}[/]")
    no_url = gettext("no URL: a text capture")
    out.print(f"[dim]{safe(row['url']) or no_url}[/]")
    first, last = local_time(row["first_seen"]), local_time(row["last_seen"])
    facts = [
        gettext("article {number}", number=row["id"]),
        label("article_status", row["status"]),
        ngettext("{number} revision", "{number} revisions", row["revisions"]),
        gettext("first seen {when}", when=first),
        gettext("last seen {when}", when=last),
    ]
    out.print(styled("dim", " · ".join(facts)) + "\n")
    if row["lead"]:
        out.print(f"[italic]{safe(row['lead'])}[/]\n")
    for block in row["body"]:
        style = "bold" if block["kind"] == "subhead" else ""
        mark = {"list item": "• ", "quote": "│ "}.get(block["kind"], "")
        out.print(f"{mark}{safe(block['text'])}", style=style)
    for caption in row["captions"]:
        text = gettext("picture: {caption}", caption=safe(caption["text"]))
        out.print(styled("dim", text))
    for warning in warnings:
        text = safe(reason_text(warning))
        out.print(styled("yellow", gettext("warning:")), text, style="yellow")
