"""Cost of searches, dashboard pages and exports with many articles, on one generated home.

    python benchmarks/large_home.py [--articles N] [--home FOLDER] [--parts NAME ...] [--json]

The home is generated once (minutes for 200,000 articles); --home keeps it for the next run.
Exit code 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from usage import dashboard, exports, search
from usage.generated_home import generate_home

Measure = Callable[[Path], dict[str, Any]]
PARTS: dict[str, tuple[Measure, dict[str, float]]] = {  # the measurement and its upper limits
    "search": (search.measure, search.GOALS),
    "dashboard": (dashboard.measure, dashboard.GOALS),
    "exports": (exports.measure, exports.GOALS),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or Path(folder)
        figures: dict[str, Any] = {"articles": chosen.articles}
        figures["home_seconds"] = generate_home(home, chosen.articles)
        for name in chosen.parts:
            figures[name] = PARTS[name][0](home)
    figures["missed"] = [
        f"{name}: {figure}"
        for name in chosen.parts
        for figure, limit in PARTS[name][1].items()
        if figures[name][figure] > limit
    ]
    print_figures(figures, chosen.parts)
    if chosen.json:
        print(json.dumps(figures, ensure_ascii=False))
    return int(bool(figures["missed"]))


def print_figures(figures: dict[str, Any], parts: list[str]) -> None:
    console = Console(highlight=False)
    console.print(f"{figures['articles']:,} articles")
    for name in parts:
        console.print(f"[bold]{name}[/]")
        for figure, value in figures[name].items():
            text = f"{value:,.1f}" if isinstance(value, float) else value
            console.print(f"  {figure.replace('_', ' ')}: {text}", markup=False)
    if figures["missed"]:
        console.print(f"[red]missed: {', '.join(figures['missed'])}[/]")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
