"""tinwatch reparse: run the current extractors over all stored captures."""

from __future__ import annotations

from rich.progress import Progress
from rich.table import Table

from crawlers.registry import all_sites, get_site
from crawlers.reprocess.reparse import Reread
from crawlers.reprocess.reparse import reread as reread_sites
from tinwatch.commands.options import HomeOption, JsonOption, SitesArgument
from tinwatch.terminal.console import (
    count,
    err,
    errors_in_words,
    existing_home,
    out,
    print_json,
)


def reparse(
    site: SitesArgument = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Parse all captures again with the current rules. Publishes nothing."""
    with errors_in_words():
        names = [get_site(name).name for name in site] if site else list(all_sites())
        place = existing_home(home)
        with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task("reparsing")
            done = reread_sites(
                place, names, lambda count, total: bar.update(task, completed=count, total=total)
            )
        if as_json:
            for name, counts in done.items():
                print_json(_row(name, counts))
        else:
            _print_table(done)


def _row(name: str, counts: Reread) -> dict[str, object]:
    return {
        "site": name,
        "articles": counts.articles,
        "changed": counts.changed,
        "unreadable": counts.unreadable,
        "fields": dict(counts.fields.most_common()),
        "held_dropped": counts.held.dropped,
        "held_restated": counts.held.restated,
    }


def _print_table(done: dict[str, Reread]) -> None:
    table = Table("site", "articles", "changed", "unreadable", "changed fields")
    for name, counts in done.items():
        fields = ", ".join(f"{field} {n}" for field, n in counts.fields.most_common())
        numbers = (str(counts.articles), str(counts.changed), str(counts.unreadable))
        if counts.articles:
            table.add_row(name, *numbers, fields or "none")
    out.print(table)
    for name, counts in done.items():
        if counts.held.dropped or counts.held.restated:
            out.print(
                f"{name}: {count(counts.held.dropped, 'pending edit')} dropped (caused by the "
                f"rules, not the site), {counts.held.restated} updated"
            )
    out.print("no events published: a change of the rules is not an edit")
