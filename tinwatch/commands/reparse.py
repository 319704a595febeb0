"""tinwatch reparse: run the current extractors over the stored captures."""

from __future__ import annotations

import typer
from rich.table import Table

from crawlers.registry import all_sites, get_site
from crawlers.reprocess.reparse import ReparseResult, reparse_sites
from tinwatch.commands.options import HomeOption, JsonOption, SitesArgument
from tinwatch.terminal.console import Exit, err, existing_home, exit_on_error, out, print_json
from tinwatch.terminal.messages import gettext, ngettext
from tinwatch.terminal.progress import progress_bar


def reparse(
    site: SitesArgument = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Parse all captures again with the current rules. Publishes nothing."""
    with exit_on_error(home):
        names = [get_site(name).name for name in site] if site else list(all_sites())
        opened = existing_home(home)
        with progress_bar(gettext("reparsing")) as update:
            done = reparse_sites(opened, names, update)
        if as_json:
            for name, counts in done.items():
                print_json(_row(name, counts))
        else:
            _print_table(done)
        lost = sum(counts.lost for counts in done.values())
        if lost:
            message = ngettext(
                "{number} capture is missing or damaged: tinwatch verify names it",
                "{number} captures are missing or damaged: tinwatch verify names them",
                lost,
            )
            err.print(message)
            raise typer.Exit(Exit.PROBLEMS)


def _row(name: str, counts: ReparseResult) -> dict[str, object]:
    return {
        "site": name,
        "articles": counts.articles,
        "changed": counts.changed,
        "unreadable": counts.unreadable,
        "lost": counts.lost,
        "fields": dict(counts.fields.most_common()),
        "held_dropped": counts.pending.deleted,
        "held_restated": counts.pending.updated,
    }


def _print_table(done: dict[str, ReparseResult]) -> None:
    table = Table(
        gettext("site"),
        gettext("articles"),
        gettext("changed"),
        gettext("unreadable"),
        gettext("changed fields"),
    )
    for name, counts in done.items():
        fields = ", ".join(f"{field} {n}" for field, n in counts.fields.most_common())
        numbers = (str(counts.articles), str(counts.changed), str(counts.unreadable))
        if counts.articles:
            table.add_row(name, *numbers, fields or gettext("none"))
    out.print(table)
    for name, counts in done.items():
        if counts.pending.deleted or counts.pending.updated:
            dropped = ngettext(
                "{number} pending edit dropped (caused by the rules, not by the site)",
                "{number} pending edits dropped (caused by the rules, not by the site)",
                counts.pending.deleted,
            )
            updated = gettext("{number} updated", number=counts.pending.updated)
            out.print(f"{name}: {dropped}, {updated}")
    out.print(gettext("no events published: a change of the extraction rules is not an edit"))
