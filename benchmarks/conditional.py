"""Honest and lying sites through the real trust code: what is hidden, and what is saved.

Ways of lying: a share of checks at which the page changed behind its validators, validators that
never change, validators that change with every answer, a 304 whatever is asked; from the first day
or from the day on which the host is trusted. Exit 1 where a goal is missed; --json prints only the
figures.
"""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table
from watching.trust import Score, Way, watched

WAYS = {
    "honest": Way(),
    "0.1 % of checks lie": Way(silent=0.001),
    "1 % of checks lie": Way(silent=0.01),
    "10 % of checks lie": Way(silent=0.1),
    "never changes": Way("never"),
    "changes with every answer": Way("answer"),
    "trusted, then 1 % lie": Way(silent=0.01, once_trusted=True),
    "trusted, then 10 % lie": Way(silent=0.1, once_trusted=True),
    "trusted, then all lie": Way(silent=1.0, once_trusted=True),
    "trusted, then never changes": Way("never", once_trusted=True),
    "304 whatever is asked": Way("deaf"),
    "trusted, then 304 to all": Way("deaf", once_trusted=True),
}
MOST_FALSE = 0.001  # of the checks of a year, of each kind of host
LEAST_SAVED = 0.70  # of the bytes of an honest site's checks


def main() -> None:
    options = _options()
    scores: dict[str, Score] = {}
    for name, way in WAYS.items():
        total = Score()
        for seed in range(options.sites):
            one = watched(way, seed, options.days, options.articles)
            for part in Score.__dataclass_fields__:
                setattr(total, part, getattr(total, part) + getattr(one, part))
        scores[name] = total
    ways = {name: score.as_json() for name, score in scores.items()}
    checks = sum(score.checks for score in scores.values())
    over_all = sum(score.false for score in scores.values()) / checks
    goals = {
        f"false 304 at most {MOST_FALSE:.1%} of the checks, of each host": all(
            way["false_304"] <= MOST_FALSE for way in ways.values()
        ),
        f"at least {LEAST_SAVED:.0%} of bytes saved on honest sites": (
            ways["honest"]["saved"] >= LEAST_SAVED
        ),
    }
    if not options.json:
        show(ways, goals)
    told = {"ways": ways, "false_304_over_all": round(over_all, 6), "goals": goals}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.exit(0 if all(goals.values()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sites", type=int, default=5, help="synthetic sites of each way (5)")
    parser.add_argument("--articles", type=int, default=20, help="new articles a day (20)")
    parser.add_argument("--days", type=int, default=365, help="nights (365)")
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    if min(options.sites, options.articles) < 1 or options.days < 10:
        parser.error("--sites and --articles must be at least 1, --days at least 10")
    return options


def show(ways: dict[str, dict[str, float]], goals: dict[str, bool]) -> None:
    console = Console()
    table = Table(
        "host", "false 304", "of checks", "of 304", "nights", "saved", "trusted",
    )  # fmt: skip
    for name, way in ways.items():
        shares = (f"{way['false_304']:.3%}", f"{way['false_of_304']:.1%}")
        rest = (str(way["nights_lying"]), f"{way['saved']:.1%}", f"{way['trusted']:.1%}")
        table.add_row(name, str(way["false"]), *shares, *rest)
    console.print(table)
    console.print("nights: those with a false 304. saved: bytes. trusted: of the checks.")
    for goal, reached in goals.items():
        word, style = ("reached", "green") if reached else ("MISSED", "bold red")
        console.print(f"[{style}]{word:8}[/] {goal}")


if __name__ == "__main__":
    main()
