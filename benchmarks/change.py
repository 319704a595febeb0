"""Precision and recall of edit detection, on changed pages and simulated batches.

    python benchmarks/change.py [--pairs N] [--nights N] [--warc FILE ...] [--jobs N] [--json]

Pairs: a stored page (the project's fixtures and samples, and any given WARC file) and the same page
after noise, or after a true edit with noise, are compared as a recheck does it. The benchmark knows
what is true because it made the change. Batches: small sites whose articles are edited, moved,
taken down and restored, with outages and redesigns, run through the spider, the recorder and the
publication; the ledger is compared with what was done. Rechecks: the growth of the database if
nothing changed. Exits with 1 if a goal is missed. Every pair and world has a seed that reproduces
it on the same pages: --only SEED for a pair, --pairs 0 --nights 1 --seed SEED for a world.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from mutations.batches import MAX_HOURS_TO_REMOVED, Count, SimulationResult
from mutations.counting import MAX_LISTED_ERRORS, Pairs, as_json, load, pages, run, total
from mutations.pairs import Plan, evaluate_pair, mutated, plan
from mutations.rechecks import Cost, recheck_cost
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawlers.extraction.html import UnreadablePage
from pipelines.changes.classify import edit_between

MAX_BYTES_PER_RECHECK = 100.0  # of database growth
RECHECKED_ARTICLES, RECHECK_BATCHES = 80, 6


def goals(pairs: Pairs, batches: SimulationResult, costs: list[Cost]) -> dict[str, bool]:
    edits, noise, events = pairs.edits.values(), pairs.noise.values(), batches.counts
    late = [hours for hours in batches.hours if hours > MAX_HOURS_TO_REMOVED]
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
            cost.bytes_a_recheck <= MAX_BYTES_PER_RECHECK and cost.revisions == 0 for cost in costs
        ),
    }


def _exact(row: Count) -> bool:
    return row.true == row.found and row.false == 0


def main() -> None:
    options = _options()
    size = load(options.warc)
    if options.only is not None:
        describe_pair(options.only)
        return
    parts = run(options.warc, options.seed, options.pairs, options.nights, options.jobs)
    pairs, batches = total(parts)
    costs = [
        recheck_cost(pages(), RECHECKED_ARTICLES, RECHECK_BATCHES, noisy=noisy)
        for noisy in (False, True)
    ]
    reached = goals(pairs, batches, costs)
    if not options.json:
        show(pairs, batches, costs, reached, size)
    sys.stdout.write(json.dumps(figures(pairs, batches, costs, reached, size)) + "\n")
    sys.exit(0 if all(reached.values()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pairs", type=int, default=20_000, help="pairs of pages (20000)")
    parser.add_argument("--nights", type=int, default=280, help="simulated nights (280)")
    parser.add_argument("--warc", type=Path, action="append", default=[], help="more pages")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seed", type=int, default=0, help="the first pair's and world's seed")
    parser.add_argument("--only", type=int, metavar="SEED", help="make one pair and describe it")
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    for file in options.warc:
        if not file.is_file():
            parser.error(f"{file} is no file: name a WARC file of stored pages")
    if options.pairs < 0 or options.nights < 0 or options.jobs < 1:
        parser.error("--pairs and --nights must not be negative, --jobs at least 1")
    return options


def figures(
    pairs: Pairs, batches: SimulationResult, costs: list[Cost], reached: dict[str, bool], size: int
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
        "nights": batches.batches,
        "events": as_json(batches.counts),
        "verdicts": dict(batches.verdicts),
        "held_at_the_end": batches.pending,
        "hours_to_removed": round(max(batches.hours, default=0.0), 1),
        "wrong": batches.errors[:MAX_LISTED_ERRORS],
        "bytes_a_recheck": [round(cost.bytes_a_recheck, 1) for cost in costs],
        "goals": reached,
    }


def show(
    pairs: Pairs, batches: SimulationResult, costs: list[Cost], reached: dict[str, bool], size: int
) -> None:
    console = Console()
    _table(console, f"true edits, {pairs.count} pairs of {size} pages", pairs.edits)
    _table(console, "noise alone: pairs that hold it, false edits", pairs.noise, recall=False)
    _table(console, "the same pairs, edited or not: three monitors", pairs.monitors)
    if batches.batches:
        _table(console, f"events of {batches.batches} simulated batches", batches.counts)
        verdicts = ", ".join(f"{name} {n}" for name, n in batches.verdicts.most_common())
        console.print(
            f"verdicts on the batches: {verdicts}; {batches.pending} true events are pending"
        )
        longest = max(batches.hours, default=0.0)
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
    for what in batches.errors:
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
        flagged = row.found + row.false
        shares = (
            row.found / flagged if flagged else None,
            row.found / row.true if row.true else None,
        )
        cells = ("-" if share is None else f"{100 * share:.2f} %" for share in shares)
        table.add_row(name, str(row.true), str(row.found), str(row.false), *cells)
    console.print(table)


def describe_pair(seed: int) -> None:
    """Print the changes and the result of a pair; if wrong, the noise that suffices to cause it."""
    console = Console()
    base = pages()[plan(seed, len(pages())).base]
    planned = plan(seed, len(pages()))
    result = evaluate_pair(pages(), planned)
    console.print(f"page: {base.stored.label} ({base.stored.site.name})", markup=False)
    console.print(f"edit: {planned.edit if result.field else 'none'} in {result.field or '-'}")
    console.print(f"noise: {', '.join(planned.noise) or 'none'}; before: {planned.old_noise}")
    reported = ", ".join(result.fields) or result.unreadable or "nothing"
    console.print(f"reported: {reported} ({'right' if result.right else 'WRONG'})", markup=False)
    try:
        body, kind, _ = mutated(base, planned)
        edit = edit_between(base.article, base.stored.read(body, kind))
    except UnreadablePage as error:
        console.print(f"cannot be read: {error}", markup=False)
    else:
        console.print(edit.summary if edit else "no difference", markup=False)
    if not result.right:
        for name in planned.noise:
            alone = Plan(seed, planned.base, planned.edit, (name,), ())
            if not evaluate_pair(pages(), alone).right:
                console.print(f"{name} alone does it")


if __name__ == "__main__":
    main()
