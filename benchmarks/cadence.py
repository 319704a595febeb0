"""Compares tinwatch's recheck policy with other ones on synthetic sites, in simulated time.

The rates of edits and takedowns are those of published studies (benchmarks/watching/streams.py);
the policy (schedules/recheck/policy.py) and the comparison of listings (crawlers/crawl/listings.py)
are the real ones. benchmarks/watching/simulated.py says what the listing is assumed to show. The
other policies do not compare listings. `versions`: edited texts that were fetched at some time;
`seen`: edits of which both sides were fetched, so that a difference can be shown.

Exit 1 if a goal is missed; --json prints one line with the figures and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from rich.console import Console
from rich.table import Table
from watching import rivals
from watching.simulated import Span, Watched, is_measured
from watching.streams import LIFE, Story, site
from watching.tally import Tally

FETCHES = 8.0  # an article
POLL = 15  # minutes
BUSY = 1.02  # budget a new article and check: not all of it is ever used
FIRST_DAYS, DAYS = 3, 12  # not measured, and measured
MAX_FETCHES = 8.5  # an article
GOALS = {"versions": 0.89, "takedowns within 72 hours": 0.95}


Tallies = dict[str, Tally]


def watched(seed: int, a_day: int) -> Tallies:
    """One site, watched by every policy."""
    span: Span = (24.0 * FIRST_DAYS, 24.0 * (FIRST_DAYS + DAYS))
    days = FIRST_DAYS + DAYS + int(LIFE // 24)
    stories = site(seed, days, a_day)
    budget = round((FETCHES - 1) * a_day * BUSY)
    ours = Watched(stories, budget, POLL, span).watch()
    measured = [story for story in stories if is_measured(story, span)]
    return {
        "tinwatch": ours,
        **others(measured, ours.an_article),
        "tinwatch, nights only, same budget": Watched(stories, budget, 0, span).watch(),
        "tinwatch, nights only": Watched(stories, 100 * a_day, 0, span).watch(),
    }


def others(stories: list[Story], fetches: float) -> dict[str, Tally]:
    poll = POLL / 60
    cost = partial(rivals.at_cost, stories, fetches=fetches, poll=poll)
    return {
        "proportional": cost(lambda n: rivals.proportional(1 / n), 0.005, 10.0),
        "diffengine's ratio": cost(rivals.diffengine, 0.01, 0.9999),
        "NewsDiffs' tiers": cost(rivals.newsdiffs, 0.05, 1e4),
        "uniform": cost(lambda n: rivals.uniform(1 / n), 0.005, 10.0),
    }


def main() -> None:
    options = _options()
    tallies: Tallies = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        seeds = range(options.seed, options.seed + options.sites)
        for part in pool.map(partial(watched, a_day=options.articles), seeds):
            for name, tally in part.items():
                tallies.setdefault(name, Tally()).add(tally)
    ours = tallies["tinwatch"]
    reached = dict(zip(GOALS, (ours.versions_share, ours.takedowns_share), strict=True))
    goals = {goal: reached[goal] >= least for goal, least in GOALS.items()}
    goals["fetches an article"] = ours.an_article <= MAX_FETCHES
    if not options.json:
        show(tallies, goals)
    ways = {name: tally.as_json() for name, tally in tallies.items()}
    sys.stdout.write(json.dumps({"ways": ways, "goals": goals}) + "\n")
    sys.exit(0 if all(goals.values()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sites", type=int, default=20, help="synthetic sites (20)")
    parser.add_argument("--articles", type=int, default=20, help="new articles a day (20)")
    parser.add_argument("--seed", type=int, default=0, help="the first site's seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    if min(options.sites, options.articles, options.jobs) < 1:
        parser.error("--sites, --articles and --jobs must be at least 1")
    return options


def show(tallies: Tallies, goals: dict[str, bool]) -> None:
    console = Console()
    columns = (
        "policy",
        "fetches an article",
        "versions",
        "seen",
        "hours late",
        "takedowns in 72 h",
    )
    table = Table(*columns)
    for name, tally in tallies.items():
        row = tally.as_json()
        table.add_row(
            name, f"{row['fetches_an_article']:.1f}", f"{row['versions']:.1%}",
            f"{row['seen']:.1%}", f"{row['median_hours_to_edit']:.1f}",
            f"{row['takedowns_within_72_hours']:.0%}",
        )  # fmt: skip
    console.print(table)
    nights = tallies["tinwatch, nights only"]
    console.print(
        f"nights only: {1 - nights.share:.1%} of the edits are missed, and "
        f"{1 - nights.versions_share:.1%} of the edited texts were never fetched"
    )
    for goal, is_reached in goals.items():
        word, style = ("reached", "green") if is_reached else ("MISSED", "bold red")
        console.print(f"[{style}]{word:8}[/] {goal}")


if __name__ == "__main__":
    main()
