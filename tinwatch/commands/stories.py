"""Stories: tinwatch stories, story, network and recluster."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from crawlers.article_filter import parse_article_query
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.comparison import MemberComparison, StoryComparison, compare_members
from pipelines.stories.network import edges, gexf
from pipelines.stories.recluster import recluster_all
from storage import messages
from storage.db.connection import Database
from storage.models import EventKind
from storage.periods import parse_days
from storage.runs.sites import site_provinces, site_titles
from storage.search.selection import matching_articles
from storage.stories.repository import MemberFilter, StorySummary, story_summaries
from storage.timezone import day_end, day_first, day_start
from tinwatch.commands.filter_options import ArticleOptions
from tinwatch.commands.options import HomeOption, JsonOption, with_options
from tinwatch.reports.atomic_files import write_whole
from tinwatch.terminal.console import database, err, local_time, out, print_json, safe
from tinwatch.terminal.messages import (
    UsageError,
    event_text,
    gettext,
    ngettext,
    status_mark,
    styled,
    terminal_locale,
)

MAX_QUOTED_SENTENCES = 3  # added, and removed
MinSites = Annotated[int, typer.Option(min=1, help="Minimum number of sites.")]
Since = Annotated[
    str | None,
    typer.Option(help="Only stories that got an article on or after this day (2026-03-01)."),
]


@with_options(ArticleOptions)
def stories(
    chosen: ArticleOptions,
    since: Since = None,
    min_sites: MinSites = 2,
    text: Annotated[
        str | None,
        typer.Option("--text", help="Only stories with an article that matches this query."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List texts that several sites published, newest first, with the first publisher of each.

    --from and --to are about the day on which a site was first seen with the text.
    """
    with database(home) as db:
        found = _summaries(db, chosen, since, min_sites, text)
        for row in found:
            first = ordered_members(db, row.story)[0]
            if as_json:
                print_json({
                    "story": row.story, "articles": row.articles, "sites": row.sites,
                    "first_article": first.member.article, "first_site": first.member.site,
                    "title": first.record.title, "since": row.since, "until": row.until,
                })  # fmt: skip
                continue
            out.print(
                f"[dim]{row.story:>5}[/] {_size(row)} [bold]{first.member.site}[/] "
                f"{safe(first.record.title)}"
            )
        if not found and not as_json:
            err.print(gettext("no stories match"))


def _summaries(
    db: Database, chosen: ArticleOptions, since: str | None, min_sites: int, text: str | None
) -> list[StorySummary]:
    first_day, last_day = parse_days(chosen.first, chosen.last)
    members = MemberFilter(
        since=max(_day(since), day_start(first_day) if first_day else ""),
        until=day_end(last_day) if last_day else "",
        provinces=chosen.provinces(),
        sites=chosen.sites() or (),
        articles=matching_articles(db, parse_article_query(text)) if text else None,
    )
    return story_summaries(db, members, min_sites=min_sites)


def story(
    story: Annotated[int, typer.Argument(min=1, help="Number of the story.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a story: its articles in time order, and what each kept, added and removed."""
    with database(home) as db:
        comparison = compare_members(db, story)
        if as_json:
            print_json(comparison.to_dict())
        else:
            _print(comparison)


def network(
    output: Annotated[Path, typer.Option("-o", "--output", help="A .gexf or .csv file.")],
    since: Since = None,
    min_sites: MinSites = 2,
    home: HomeOption = None,
) -> None:
    """Write the graph of sites that reprint each other's texts, for Gephi."""
    with database(home) as db:
        if output.suffix not in (".gexf", ".csv"):
            raise UsageError(gettext("{file}: use a .gexf or .csv file", file=output.name))
        rows = story_summaries(db, MemberFilter(since=_day(since)), min_sites=min_sites)
        graph = edges(ordered_members(db, row.story) for row in rows)
        if output.suffix == ".csv":
            sheet = io.StringIO(newline="")
            writer = csv.writer(sheet, lineterminator="\n")
            writer.writerow(("Source", "Target", "Weight", "Type"))
            writer.writerows((e.source, e.target, e.weight, "Directed") for e in graph)
            text = sheet.getvalue()
        else:
            text = gexf(graph, site_titles(db), site_provinces(db)).decode()
        write_whole(output, text)
        size = ngettext("{number} edge", "{number} edges", len(graph))
        of = ngettext("{number} story", "{number} stories", len(rows))
        message = gettext(
            "{edges} of {stories} written to {file}", edges=size, stories=of, file=output
        )
        out.print(safe(message))


def recluster(home: HomeOption = None) -> None:
    """Cluster all stored articles into stories again; story numbers stay."""
    with database(home) as db:
        clustered = recluster_all(db)
        stories_found = len(story_summaries(db))
        articles = ngettext("{number} article clustered", "{number} articles clustered", clustered)
        found = ngettext("{number} story", "{number} stories", stories_found)
        out.print(f"{articles}: {found}")


def _day(since: str | None) -> str:
    """Return the start of a day or period in Vietnam as UTC text. Raise InputError."""
    first, _ = parse_days(since, None)
    return day_start(first) if first else ""


def _size(row: StorySummary) -> str:
    articles = ngettext("{number} article", "{number} articles", row.articles)
    sites = ngettext("{number} site", "{number} sites", row.sites)
    return gettext("{articles} on {sites}", articles=articles, sites=sites)


def _print(comparison: StoryComparison) -> None:
    first = comparison.first
    number = gettext("story {number}", number=comparison.story)
    articles = len(comparison.others) + 1
    articles_text = ngettext("{number} article", "{number} articles", articles)
    out.print(f"[bold]{safe(first.record.title)}[/]")
    out.print(styled("dim", f"{number} · {articles_text}") + "\n")
    why = messages.label("first_publisher", comparison.why, terminal_locale())
    heading = styled("green", gettext("first"))
    out.print(f"{heading}  [bold]{first.member.site}[/] "
              f"{_when(first.record.published)} [dim]{why}[/]\n       "
              f"[dim]{safe(first.member.url)}[/]")  # fmt: skip
    for other in comparison.others:
        _print_other(other)


def _print_other(other: MemberComparison) -> None:
    member, record = other.member_record.member, other.member_record.record
    seen = gettext("seen {when}", when=local_time(member.first_seen))
    if record.source:
        seen += ", " + gettext("credits {source}", source=safe(record.source.name))
    heading = styled("magenta", gettext("then"))
    out.print(f"\n{heading}   [bold]{member.site}[/] "
              f"{_when(record.published)}{status_mark(member.status)} [dim]{seen}[/]")  # fmt: skip
    out.print(f"       [dim]{safe(member.url)}[/]")
    if other.headline_changed:
        out.print("       " + gettext("headline: {title}", title=safe(record.title)))
    sentences = ngettext("{number} sentence kept", "{number} sentences kept", other.kept_sentences)
    changed = gettext(
        "{added} added, {cut} removed",
        added=len(other.added_sentences),
        cut=len(other.removed_sentences),
    )
    out.print(f"       {sentences}, {changed}")
    for mark, colour, texts in (
        ("+", "green", other.added_sentences),
        ("-", "red", other.removed_sentences),
    ):
        for text in texts[:MAX_QUOTED_SENTENCES]:
            out.print(f"       [{colour}]{mark} {safe(text)}[/]")
    if other.missed_edit is not None:
        summary = event_text(
            EventKind.EDITED, other.missed_edit.as_detail(), other.missed_edit.summary
        )
        message = gettext(
            "based on revision {number}; edit not adopted: {edit}",
            number=other.closest_revision,
            edit=safe(summary),
        )
        out.print("       " + styled("yellow", message))


def _when(published: str | None) -> str:
    return day_first(published) or gettext("no date")
