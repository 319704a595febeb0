"""Is every true edit found, and nothing else? Changed pages and simulated nights, counted.

    python benchmarks/change.py [--pairs N] [--nights N] [--warc FILE ...] [--jobs N] [--json]

Pairs: a stored page (the project's fixtures and samples, and any WARC file that is named) and the
same page after noise, or after a true edit under noise, are read and compared as a recheck does
it. What is true is known, since the benchmark made it. Nights: small sites whose articles are
edited, moved, taken down and put back, which go down and are built anew, through the spider, the
recorder and the publication; the ledger is compared with what was done. Rechecks: what the
database grows by when nothing changed. Ends with 1 where a goal is missed. Every pair and world
has a seed by which it can be made again with the same pages: --only SEED for a pair, and
--pairs 0 --nights 1 --seed SEED for a world.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from mutations.counting import LISTED, Pairs, as_json, load, pages, run, total
from mutations.nights import REMOVED_WITHIN, Count, Tally
from mutations.pairs import Plan, judge, mutated, plan
from mutations.rechecks import Cost, recheck_cost
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawlers.extraction.html import UnreadablePage
from pipelines.changes.classify import edit_between

MOST_BYTES = 100.0  # of database growth a recheck
ARTICLES, NIGHTS = 80, 6  # rechecked


def goals(pairs: Pairs, nights: Tally, costs: list[Cost]) -> dict[str, bool]:
    edits, noise, events = pairs.edits.values(), pairs.noise.values(), nights.counts
    late = [hours for hours in nights.hours if hours > REMOVED_WITHIN]
    return {
        "no false edit": not any(row.false for row in [*edits, *noise, events["edited"]]),
        "every edit found": all(row.found == row.true for row in [*edits, events["edited"]]),
        "no empty difference": pairs.empty == 0,
        "every page read": pairs.unreadable == 0,
        "no false removal": events["removed"].false == 0,
        "every takedown confirmed within 72 hours": not late
        and events["removed"].found == events["removed"].true,
        "every redesign one event": _exact(events["redesign"]),
        "every other event right": all(
            _exact(row) for kind, row in events.items() if kind not in ("edited", "removed")
        ),
        "a recheck costs at most 100 bytes and no revision": all(
            cost.bytes_a_recheck <= MOST_BYTES and cost.revisions == 0 for cost in costs
        ),
    }


def _exact(row: Count) -> bool:
    return row.true == row.found and row.false == 0


def main() -> None:
    options = _options()
    size = load(options.warc)
    if options.only is not None:
        tell(options.only)
        return
    parts = run(options.warc, options.seed, options.pairs, options.nights, options.jobs)
    pairs, nights = total(parts)
    costs = [recheck_cost(pages(), ARTICLES, NIGHTS, noisy=noisy) for noisy in (False, True)]
    reached = goals(pairs, nights, costs)
    if not options.json:
        show(pairs, nights, costs, reached, size)
    sys.stdout.write(json.dumps(figures(pairs, nights, costs, reached, size)) + "\n")
    sys.exit(0 if all(reached.values()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pairs", type=int, default=20_000, help="pairs of pages (20000)")
    parser.add_argument("--nights", type=int, default=280, help="simulated nights (280)")
    parser.add_argument("--warc", type=Path, action="append", default=[], help="more pages")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seed", type=int, default=0, help="the first pair's and world's seed")
    parser.add_argument("--only", type=int, metavar="SEED", help="make one pair and tell of it")
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    for file in options.warc:
        if not file.is_file():
            parser.error(f"{file} is no file: name a WARC file of stored pages")
    if options.pairs < 0 or options.nights < 0 or options.jobs < 1:
        parser.error("--pairs and --nights must not be negative, --jobs at least 1")
    return options


def figures(
    pairs: Pairs, nights: Tally, costs: list[Cost], reached: dict[str, bool], size: int
) -> dict[str, object]:
    speed = pairs.count / pairs.seconds if pairs.seconds else 0.0
    return {
        "pages": size,
        "pairs": pairs.count,
        "pairs_a_core_second": round(speed),
        "edits": as_json(pairs.edits),
        "noise": as_json(pairs.noise),
        "monitors": as_json(pairs.monitors),
        "empty": pairs.empty,
        "unreadable": pairs.unreadable,
        "failing_seeds": pairs.seeds,
        "nights": nights.nights,
        "events": as_json(nights.counts),
        "verdicts": dict(nights.verdicts),
        "held_at_the_end": nights.held,
        "hours_to_removed": round(max(nights.hours, default=0.0), 1),
        "wrong": nights.wrong[:LISTED],
        "bytes_a_recheck": [round(cost.bytes_a_recheck, 1) for cost in costs],
        "goals": reached,
    }


def show(
    pairs: Pairs, nights: Tally, costs: list[Cost], reached: dict[str, bool], size: int
) -> None:
    console = Console()
    _table(console, f"true edits, {pairs.count} pairs of {size} pages", pairs.edits)
    _table(console, "noise alone: pairs that hold it, false edits", pairs.noise, recall=False)
    _table(console, "the same pairs, edited or not: three monitors", pairs.monitors)
    if nights.nights:
        _table(console, f"events of {nights.nights} simulated nights", nights.counts)
        verdicts = ", ".join(f"{name} {n}" for name, n in nights.verdicts.most_common())
        console.print(f"verdicts on the nights: {verdicts}; {nights.held} true events wait")
        longest = max(nights.hours, default=0.0)
        console.print(f"from the first miss to `removed`: at most {longest:.0f} hours")
    if pairs.seconds:
        console.print(f"{pairs.count / pairs.seconds:.0f} pairs a second and core")
    for cost, what in zip(costs, ("the same bytes", "other noise each time"), strict=True):
        console.print(
            f"{cost.rechecks} rechecks of {cost.articles} unchanged articles, {what}: "
            f"{cost.bytes_a_recheck:.0f} bytes each, {cost.revisions} revisions"
        )
    for seed in pairs.seeds:
        console.print(f"wrong: --only {seed}", style="red")
    for what in nights.wrong:
        console.print(escape(f"wrong: {what}"), style="red")
    for goal, is_reached in reached.items():
        word, style = ("reached", "green") if is_reached else ("MISSED", "bold red")
        console.print(f"[{style}]{word:8}[/] {goal}")


def _table(console: Console, title: str, rows: dict[str, Count], *, recall: bool = True) -> None:
    if not rows:
        return
    columns = ("kind", "true", "found", "false", "precision", "recall")
    table = Table(*(columns if recall else ("kind", "pairs", "false")), title=title)
    for name, row in sorted(rows.items()) if not recall else rows.items():
        if not recall:
            table.add_row(name, str(row.true), str(row.false))
            continue
        said = row.found + row.false
        shares = (row.found / said if said else None, row.found / row.true if row.true else None)
        cells = ("-" if share is None else f"{100 * share:.2f} %" for share in shares)
        table.add_row(name, str(row.true), str(row.found), str(row.false), *cells)
    console.print(table)


def tell(seed: int) -> None:
    """What is done to a pair, and what is said of it; alone where one kind of noise suffices."""
    console = Console()
    base = pages()[plan(seed, len(pages())).base]
    planned = plan(seed, len(pages()))
    said = judge(pages(), planned)
    console.print(f"page: {base.stored.label} ({base.stored.site.name})", markup=False)
    console.print(f"edit: {planned.edit if said.field else 'none'} in {said.field or '-'}")
    console.print(f"noise: {', '.join(planned.noise) or 'none'}; before: {planned.old_noise}")
    told = ", ".join(said.fields) or said.unreadable or "nothing"
    console.print(f"said: {told} ({'right' if said.right else 'WRONG'})", markup=False)
    try:
        body, kind, _ = mutated(base, planned)
        found = edit_between(base.article, base.stored.read(body, kind))
    except UnreadablePage as error:
        console.print(f"cannot be read: {error}", markup=False)
    else:
        console.print(found.summary if found else "no difference", markup=False)
    if not said.right:
        for name in planned.noise:
            alone = Plan(seed, planned.base, planned.edit, (name,), ())
            if not judge(pages(), alone).right:
                console.print(f"{name} alone does it")


if __name__ == "__main__":
    main()
