"""Watches synthetic sites with tinwatch's planner, and beside it in six other ways.

The rates are those of published studies (benchmarks/watching/streams.py); the planner is the real
one (schedules/recheck/cadence.py), in simulated time, and learns as it goes. Two figures:
`versions` are
edited texts that were fetched at some time, which is what the goal means by versions seen; `seen`
are edits of which both sides were fetched, so that a difference can be shown. Exit 1 where a goal
is missed; --json prints only the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from rich.console import Console
from rich.table import Table
from watching import optimum, rivals
from watching.simulated import Span, Watched, is_measured
from watching.streams import LIFE, Story, site
from watching.tally import Tally

FETCHES = 8.0  # an article
POLL = 15  # minutes
BUSY = 1.02  # budget a new article and check: not all of it is ever used
FIRST_DAYS, DAYS = 3, 12  # not measured, and measured
OTHERS = 40_000  # articles of the same kind, from which the optimum is found
MOST_CHECKS = 20
GOALS = {
    "versions fetched, of all edits": 0.85,
    "edits seen, against the offline optimum at the same cost": 0.97,
}


@dataclass(slots=True)
class Found:
    """What each way of watching saw, and what the optimum would have at tinwatch's cost."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    optimal: float = 0.0  # edits

    def add(self, other: Found) -> None:
        for name, tally in other.tallies.items():
            self.tallies.setdefault(name, Tally()).add(tally)
        self.optimal += other.optimal


def watched(seed: int, a_day: int) -> Found:
    """One site, in all ways."""
    span: Span = (24.0 * FIRST_DAYS, 24.0 * (FIRST_DAYS + DAYS))
    days = FIRST_DAYS + DAYS + int(LIFE // 24)
    stories = site(seed, days, a_day)
    budget = round((FETCHES - 1) * a_day * BUSY)
    ours = Watched(stories, budget, POLL, span).watch()
    measured = [story for story in stories if is_measured(story, span)]
    found = Found({"tinwatch": ours, **others(measured, ours.an_article)})
    found.tallies["tinwatch, nights only, same budget"] = Watched(stories, budget, 0, span).watch()
    found.tallies["tinwatch, nights only"] = Watched(stories, 100 * a_day, 0, span).watch()
    found.optimal = best_share(seed, ours.an_article - 1) * ours.edits
    return found


def others(stories: list[Story], fetches: float) -> dict[str, Tally]:
    poll = POLL / 60
    cost = partial(rivals.at_cost, stories, fetches=fetches, poll=poll)
    return {
        "proportional": cost(lambda n: rivals.proportional(1 / n), 0.005, 10.0),
        "diffengine's ratio": cost(rivals.diffengine, 0.01, 0.9999),
        "NewsDiffs' tiers": cost(rivals.newsdiffs, 0.05, 1e4),
        "uniform": cost(lambda n: rivals.uniform(1 / n), 0.005, 10.0),
    }


def best_share(seed: int, checks: float) -> float:
    """The share of edits that the best fixed ages see, of many articles of the same kind."""
    stories = site(seed + 1000, 1, OTHERS)
    best = optimum.best_fixed(stories, MOST_CHECKS, POLL / 60)
    return optimum.seen_at(best, checks) / sum(len(story.edits) for story in stories)


def main() -> None:
    options = _options()
    found = Found()
    with ProcessPoolExecutor(options.jobs) as pool:
        seeds = range(options.seed, options.seed + options.sites)
        for part in pool.map(partial(watched, a_day=options.articles), seeds):
            found.add(part)
    ours = found.tallies["tinwatch"]
    reached = dict(zip(GOALS, (ours.versions_share, ours.seen / found.optimal), strict=True))
    figures = {
        "ways": {name: tally.as_json() for name, tally in found.tallies.items()},
        "optimum": round(found.optimal / ours.edits, 4),
        "reached": {goal: round(share, 4) for goal, share in reached.items()},
        "goals": {goal: reached[goal] >= least for goal, least in GOALS.items()},
    }
    if not options.json:
        show(found, figures["reached"])  # type: ignore[arg-type]
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.exit(0 if all(reached[goal] >= least for goal, least in GOALS.items()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sites", type=int, default=5, help="synthetic sites (5)")
    parser.add_argument("--articles", type=int, default=20, help="new articles a day (20)")
    parser.add_argument("--seed", type=int, default=0, help="the first site's seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    if min(options.sites, options.articles, options.jobs) < 1:
        parser.error("--sites, --articles and --jobs must be at least 1")
    return options


def show(found: Found, reached: dict[str, float]) -> None:
    console = Console()
    columns = ("way", "fetches an article", "versions", "seen", "hours late", "takedowns in 72 h")
    table = Table(*columns)
    for name, tally in found.tallies.items():
        row = tally.as_json()
        table.add_row(
            name, f"{row['fetches_an_article']:.1f}", f"{row['versions']:.1%}",
            f"{row['seen']:.1%}", f"{row['median_hours_to_edit']:.1f}",
            f"{row['takedowns_within_72_hours']:.0%}",
        )  # fmt: skip
    ours = found.tallies["tinwatch"]
    table.add_row("offline optimum", f"{ours.an_article:.1f}", "",
                  f"{found.optimal / ours.edits:.1%}", "", "")  # fmt: skip
    console.print(table)
    nights = found.tallies["tinwatch, nights only"]
    console.print(
        f"nights only: {1 - nights.share:.1%} of the edits are missed, and "
        f"{1 - nights.versions_share:.1%} of the edited texts were never fetched"
    )
    for goal, least in GOALS.items():
        is_reached = reached[goal] >= least
        word, style = ("reached", "green") if is_reached else ("MISSED", "bold red")
        console.print(f"[{style}]{word:8}[/] {goal}: {reached[goal]:.1%} of at least {least:.0%}")


if __name__ == "__main__":
    main()
