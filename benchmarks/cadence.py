"""Compare tinwatch's recheck policy with other policies on synthetic sites, in simulated time.

The rates of edits and takedowns are those of published studies
(benchmarks/recheck/synthetic_sites.py). The policy (schedules/recheck/policy.py) and the comparison
of listings (crawlers/crawl/listings.py) are the real ones; benchmarks/recheck/simulation.py names
the assumptions about the listing. The other policies do not compare listings. `versions`: the share
of edited texts that were fetched; `seen`: the share of edits of which both texts were fetched, so
that a difference can be shown.

The exit code is 1 if a goal is missed. --json prints one line with the figures and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from recheck import other_policies
from recheck.simulation import Simulation, Span, is_measured
from recheck.synthetic_sites import FOLLOWED_HOURS, SyntheticArticle, synthetic_site
from recheck.tally import Tally
from rich.console import Console
from rich.table import Table

FETCHES_PER_ARTICLE = 8.0
POLL_MINUTES = 15
BUDGET_RESERVE = 1.02  # the budget is never used up completely
WARM_UP_DAYS, MEASURED_DAYS = 3, 12
MAX_FETCHES_PER_ARTICLE = 8.5
GOALS = {"versions": 0.89, "takedowns within 72 hours": 0.95}
UNLIMITED_CHECKS_PER_ARTICLE = 100

Tallies = dict[str, Tally]  # by policy


def simulate_policies(seed: int, articles_per_day: int) -> Tallies:
    """Simulate every policy on one site."""
    span: Span = (24.0 * WARM_UP_DAYS, 24.0 * (WARM_UP_DAYS + MEASURED_DAYS))
    days = WARM_UP_DAYS + MEASURED_DAYS + int(FOLLOWED_HOURS // 24)
    articles = synthetic_site(seed, days, articles_per_day)
    budget = round((FETCHES_PER_ARTICLE - 1) * articles_per_day * BUDGET_RESERVE)
    unlimited = UNLIMITED_CHECKS_PER_ARTICLE * articles_per_day
    tinwatch = Simulation(articles, budget, POLL_MINUTES, span).run()
    measured = [article for article in articles if is_measured(article, span)]
    return {
        "tinwatch": tinwatch,
        **simulate_others(measured, tinwatch.fetches_per_article),
        "tinwatch, nightly only, same budget": Simulation(articles, budget, 0, span).run(),
        "tinwatch, nightly only": Simulation(articles, unlimited, 0, span).run(),
    }


def simulate_others(articles: list[SyntheticArticle], fetches: float) -> Tallies:
    cost = partial(other_policies.at_cost, articles, fetches=fetches, poll_hours=POLL_MINUTES / 60)
    return {
        "proportional": cost(lambda n: other_policies.proportional(1 / n), 0.005, 10.0),
        "diffengine's ratio": cost(other_policies.diffengine, 0.01, 0.9999),
        "NewsDiffs' tiers": cost(other_policies.newsdiffs, 0.05, 1e4),
        "uniform": cost(lambda n: other_policies.uniform(1 / n), 0.005, 10.0),
    }


def main() -> None:
    options = _options()
    tallies: Tallies = {}
    simulate = partial(simulate_policies, articles_per_day=options.articles)
    with ProcessPoolExecutor(options.jobs) as pool:
        for site in pool.map(simulate, range(options.seed, options.seed + options.sites)):
            for name, tally in site.items():
                tallies.setdefault(name, Tally()).add(tally)
    tinwatch = tallies["tinwatch"]
    shares = dict(zip(GOALS, (tinwatch.versions_share, tinwatch.takedowns_share()), strict=True))
    goals = {goal: shares[goal] >= minimum for goal, minimum in GOALS.items()}
    goals["fetches an article"] = tinwatch.fetches_per_article <= MAX_FETCHES_PER_ARTICLE
    if not options.json:
        show(tallies, goals)
    ways = {name: tally.to_dict() for name, tally in tallies.items()}
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
    table = Table(
        "policy", "fetches an article", "versions", "seen", "hours late", "takedowns in 72 h"
    )
    for name, tally in tallies.items():
        row = tally.to_dict()
        table.add_row(
            name, f"{row['fetches_an_article']:.1f}", f"{row['versions']:.1%}",
            f"{row['seen']:.1%}", f"{row['median_hours_to_edit']:.1f}",
            f"{row['takedowns_within_72_hours']:.0%}",
        )  # fmt: skip
    console.print(table)
    nightly = tallies["tinwatch, nightly only"]
    console.print(
        f"nightly only: {1 - nightly.seen_share:.1%} of the edits are missed, and "
        f"{1 - nightly.versions_share:.1%} of the edited texts were never fetched"
    )
    for goal, is_reached in goals.items():
        word, style = ("reached", "green") if is_reached else ("MISSED", "bold red")
        console.print(f"[{style}]{word:8}[/] {goal}")


if __name__ == "__main__":
    main()
