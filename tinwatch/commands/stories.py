"""Commands about stories: stories, story, network, regroup."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import all_sites
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.comparison import MemberComparison, StoryComparison, view
from pipelines.stories.network import edges, gexf
from pipelines.stories.recluster import recluster_all as place_all
from storage import messages
from storage.db.connection import Database, utc_text
from storage.runs.sites import site_titles
from storage.stories.repository import StoryRow, story_rows
from storage.timezone import VIETNAM
from tinwatch.commands.options import (
    FormerProvinceOption,
    HomeOption,
    JsonOption,
    ProvinceOption,
)
from tinwatch.reports.atomic_files import write_whole
from tinwatch.terminal.console import (
    count,
    database,
    local_time,
    out,
    print_json,
    safe,
)
from tinwatch.terminal.messages import terminal_locale

QUOTED = 3  # passages of each kind that `story` prints
MinSites = Annotated[int, typer.Option(min=1, help="Minimum number of sites.")]
Since = Annotated[
    str | None, typer.Option(help="Only stories that grew on or after this day, 2026-03-01.")
]


def stories(
    since: Since = None,
    min_sites: MinSites = 2,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List texts printed by several sites, newest first, with the first publisher of each."""
    with database(home) as db:
        chosen = chosen_provinces(province, former_province)
        for row in story_rows(db, since=_day(since), min_sites=min_sites, provinces=chosen):
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


def story(
    story: Annotated[int, typer.Argument(min=1, help="Number of the story.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a story: every article in time order, with what each kept, added and cut."""
    with database(home) as db:
        found = view(db, story)
        if as_json:
            print_json(found.as_json())
        else:
            _print(found)


def network(
    output: Annotated[Path, typer.Option("-o", "--output", help="A .gexf or .csv file.")],
    since: Since = None,
    min_sites: MinSites = 2,
    home: HomeOption = None,
) -> None:
    """Write the network of sites that reprint each other's texts, for Gephi."""
    with database(home) as db:
        if output.suffix not in (".gexf", ".csv"):
            raise ValueError(f"{output.name}: name a .gexf or a .csv file")
        rows = story_rows(db, since=_day(since), min_sites=min_sites)
        found = edges(ordered_members(db, row.story) for row in rows)
        if output.suffix == ".csv":
            sheet = io.StringIO(newline="")
            writer = csv.writer(sheet, lineterminator="\n")
            writer.writerow(("Source", "Target", "Weight", "Type"))
            writer.writerows((e.source, e.target, e.weight, "Directed") for e in found)
            written = sheet.getvalue()
        else:
            written = gexf(found, *_site_facts(db)).decode()
        write_whole(output, written)
        told = "1 story" if len(rows) == 1 else f"{len(rows)} stories"
        out.print(f"{count(len(found), 'edge')} of {told} in {output}")


def recluster(home: HomeOption = None) -> None:
    """Cluster all stored articles into stories again; story numbers stay."""
    with database(home) as db:
        placed = place_all(db)
        rows = story_rows(db)
        verb = "stands" if len(rows) == 1 else "stand"
        found = f"{count(len(rows), 'text')} {verb} more than once"
        out.print(f"{count(placed, 'article')} looked at: {found}")


def _day(since: str | None) -> str:
    """A day in Vietnam as the UTC text of its beginning. Raises ValueError."""
    if since is None:
        return ""
    try:
        return utc_text(datetime.fromisoformat(since).replace(tzinfo=VIETNAM))
    except ValueError:
        raise ValueError(f"--since {since!r} is no day; write it as 2026-03-01") from None


def _site_facts(db: Database) -> tuple[dict[str, str], dict[str, str]]:
    known = all_sites()
    titles = site_titles(db)
    return titles, {name: known[name].province for name in titles if name in known}


def _size(row: StoryRow) -> str:
    return f"{row.articles} on {count(row.sites, 'site')}"


def _print(found: StoryComparison) -> None:
    first = found.first
    out.print(f"[bold]{safe(first.record.title)}[/]")
    out.print(f"[dim]story {found.story} · on {len(found.others) + 1} pages[/]\n")
    why = messages.label("first_publisher", found.why, terminal_locale())
    out.print(f"[green]first[/]  [bold]{first.member.site}[/] {_when(first.record.published)}"
              f" [dim]{why}[/]\n       [dim]{safe(first.member.url)}[/]")  # fmt: skip
    for other in found.others:
        _print_other(other)


def _print_other(other: MemberComparison) -> None:
    member, record = other.printed.member, other.printed.record
    gone = "" if member.status == "live" else f" [red]{member.status}[/]"
    credit = f", credits {safe(record.source.name)}" if record.source else ""
    out.print(f"\n[magenta]then[/]   [bold]{member.site}[/] {_when(record.published)}{gone} "
              f"[dim]seen {local_time(member.first_seen)}{credit}[/]")  # fmt: skip
    out.print(f"       [dim]{safe(member.url)}[/]")
    if other.headline_changed:
        out.print(f"       headline: {safe(record.title)}")
    changed = f"{len(other.added)} added, {len(other.cut)} cut"
    out.print(f"       {count(other.kept, 'passage')} kept, {changed}")
    for mark, colour, texts in (("+", "green", other.added), ("-", "red", other.cut)):
        for text in texts[:QUOTED]:
            out.print(f"       [{colour}]{mark} {safe(text)}[/]")
    if other.missed_edit:
        out.print(f"       [yellow]prints revision {other.carries}; not taken over: "
                  f"{safe(other.missed_edit)}[/]")  # fmt: skip


def _when(published: str | None) -> str:
    return (published or "no date")[:16].replace("T", " ")
