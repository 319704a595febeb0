"""What daily use costs with many articles: each part is measured on one generated home.

    python benchmarks/use.py [--articles N] [--home FOLDER] [--parts NAME ...] [--json]

The home is made once (some minutes for 200,000 articles); --home keeps it for the next time.
Exit 1 where a goal is missed.
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
from using import exporting, paging, searching
from using.home import home_of

Measure = Callable[[Path], dict[str, Any]]
PARTS: dict[str, tuple[Measure, dict[str, float]]] = {  # what is measured, the most it may be
    "search": (searching.measure, searching.GOALS),
    "page": (paging.measure, paging.GOALS),
    "exports": (exporting.measure, exporting.GOALS),
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
        figures["home_seconds"] = home_of(home, chosen.articles)
        for name in chosen.parts:
            figures[name] = PARTS[name][0](home)
    figures["missed"] = [
        f"{name}: {figure}"
        for name in chosen.parts
        for figure, most in PARTS[name][1].items()
        if figures[name][figure] > most
    ]
    show(figures, chosen.parts)
    if chosen.json:
        print(json.dumps(figures, ensure_ascii=False))
    return int(bool(figures["missed"]))


def show(figures: dict[str, Any], parts: list[str]) -> None:
    console = Console(highlight=False)
    console.print(f"{figures['articles']:,} articles")
    for name in parts:
        console.print(f"[bold]{name}[/]")
        for figure, value in figures[name].items():
            shown = f"{value:,.1f}" if isinstance(value, float) else value
            console.print(f"  {figure.replace('_', ' ')}: {shown}", markup=False)
    if figures["missed"]:
        console.print(f"[red]missed: {', '.join(figures['missed'])}[/]")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
