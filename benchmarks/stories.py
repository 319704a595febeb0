"""Are reprints found, and who printed them first? Labelled copies beside look-alikes, in one run.

    python benchmarks/stories.py [--families N] [--articles FILE] [--sizes N ...] [--json]

Quality: families of reprints (headline swapped, lead cut, 1-60 % of the paragraphs dropped, a
province's name swapped, framing added, typed in NFD or with old tone placement, two sources
merged) among as many look-alikes (bulletins of one form, one quotation, a directive's text, one
form with other names). Of generated texts, or those of `tinwatch articles --json` (--articles).
Cost: lookup and index size at so many stored articles (--sizes 10000 100000 1000000).
Peers: datasketch's MinHash-LSH (pip install .[bench]) and plain simhash, on the same texts.
Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from reprints import peers
from reprints.cost import cost
from reprints.home import place
from reprints.make import SITES, family, hard_negatives, merged, with_share
from reprints.night import share_of_night
from reprints.scores import Pair, adjusted_rand, clusters_of, pairs_of, precision_recall
from reprints.stock import Text, from_file, generated
from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from pipelines.stories.clusterer import ordered_members
from storage.db.connection import open_database
from storage.stories.repository import stories_of

GOALS = {"f1": 0.98, "same_site_precision": 0.98, "ari": 0.95, "first_publisher": 0.97,
         "recall_at_30": 0.9}  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--families", type=int, default=150)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 40_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    chance = Random(chosen.seed)
    stock = from_file(chosen.articles) if chosen.articles else None
    figures: dict[str, Any] = {
        "quality": quality(chance, stock, chosen.families),
        "recall_at_30": partial_recall(chance, stock, chosen.families),
        "cost": [cost(chance, size) for size in chosen.sizes],
        "share_of_night": share_of_night(),
    }
    figures["missed"] = missed(figures)
    show(figures)
    if chosen.json:
        print(json.dumps(figures))
    return int(bool(figures["missed"]))


def bases(chance: Random, stock: list[Text] | None, count: int) -> list[Text]:
    """Originals, each with its own label."""
    if stock is None:
        return [generated(chance, n, chance.choice(SITES)) for n in range(count)]
    return [text.but(label=n, site=chance.choice(SITES)) for n, text in enumerate(stock[:count])]


def quality(chance: Random, stock: list[Text] | None, families: int) -> dict[str, Any]:
    originals = bases(chance, stock, families)
    made = [family(chance, base, chance.randint(1, 6)) for base in originals]
    texts = [text for members in made for text in members]
    texts += [merged(chance, a[0], b[0]) for a, b in zip(made[::20], made[1::20], strict=False)]
    texts += hard_negatives(chance, families + 1000, len(texts))
    with tempfile.TemporaryDirectory() as folder, _database(folder) as db:
        began = time.perf_counter()
        stored = place(db, texts)
        spent = time.perf_counter() - began
        story = stories_of(db, stored)
        groups: dict[int, Any] = {a: story.get(a, -a) for a in stored}
        first = first_publishers(db, stored, story)
    found = {"tinwatch": pairs_of(groups), "simhash": peers.simhash_pairs(stored)}
    minhash = peers.minhash_pairs(stored)
    if minhash is not None:
        found["minhash_lsh"] = minhash
    scores = {name: score(stored, pairs) for name, pairs in found.items()}
    scores["tinwatch"] |= {"first_publisher": first, "ms_an_article": 1000 * spent / len(stored)}
    return {"articles": len(stored), **scores}


def score(stored: dict[int, Text], pairs: set[Pair]) -> dict[str, float]:
    truth: dict[int, Any] = {a: text.label for a, text in stored.items()}
    true = pairs_of(truth)
    precision, recall, f1 = precision_recall(pairs, true)
    one_site = {p for p in pairs if stored[p[0]].site == stored[p[1]].site}
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "same_site_precision": precision_recall(one_site, true)[0],
        "ari": adjusted_rand(clusters_of(stored, pairs), truth),
    }


def first_publishers(db: Database, stored: dict[int, Text], story: dict[int, int]) -> float:
    """Share of the stories with an original whose first publisher is that original's site."""
    right = []
    for number in sorted(set(story.values())):
        members = [stored[a] for a, s in story.items() if s == number]
        true = next((t for t in members if t.first), None)
        if true is not None:
            named = ordered_members(db, number)[0].member.article
            right.append(stored[named].site == true.site)
    return sum(right) / len(right)


def partial_recall(chance: Random, stock: list[Text] | None, families: int) -> dict[str, float]:
    """How many reprints are found of which 30 % of the paragraphs are the original's."""
    originals = [t.but(seen=0.5, first=True) for t in bases(chance, stock, families)]
    texts = originals + [with_share(chance, text, 0.3) for text in originals]
    with tempfile.TemporaryDirectory() as folder, _database(folder) as db:
        stored = place(db, texts)
        story = stories_of(db, stored)
    true = pairs_of({a: t.label for a, t in stored.items()})
    found = {"tinwatch": pairs_of({a: story.get(a, -a) for a in stored}),
             "simhash": peers.simhash_pairs(stored)}  # fmt: skip
    minhash = peers.minhash_pairs(stored)
    if minhash is not None:
        found["minhash_lsh"] = minhash
    return {name: precision_recall(pairs, true)[1] for name, pairs in found.items()}


class _database:
    """A database of its own in a folder, closed at the end."""

    def __init__(self, folder: str) -> None:
        self.db = open_database(Path(folder) / "tinwatch.db")

    def __enter__(self) -> Database:
        return self.db

    def __exit__(self, *_: object) -> None:
        self.db.close()


def missed(figures: dict[str, Any]) -> list[str]:
    ours = figures["quality"]["tinwatch"] | {"recall_at_30": figures["recall_at_30"]["tinwatch"]}
    found = [name for name, goal in GOALS.items() if ours[name] < goal]
    if figures["share_of_night"] > 0.15:
        found.append("share_of_night")
    for row in figures["cost"]:
        if row["lookup_ms"] > 5:
            found.append(f"lookup at {row['articles']}")
        if row["bytes_an_article"] > 32:
            found.append(f"bytes at {row['articles']}")
    return found


def show(figures: dict[str, Any]) -> None:
    console = Console()
    table = Table(title=f"pairs and clusters, {figures['quality']['articles']} articles")
    columns = ("precision", "recall", "f1", "same_site_precision", "ari")
    for name in ("", *columns, "recall at 30 %"):
        table.add_column(name.replace("_", " "), justify="right" if name else "left")
    for finder, share in figures["recall_at_30"].items():
        scores = figures["quality"][finder]
        table.add_row(finder, *(f"{scores[c]:.3f}" for c in columns), f"{share:.3f}")
    console.print(table)
    ours = figures["quality"]["tinwatch"]
    console.print(f"first publisher: {ours['first_publisher']:.1%} right; "
                  f"{ours['ms_an_article']:.1f} ms an article to store and place")  # fmt: skip
    for row in figures["cost"]:
        console.print(f"{row['articles']:>9,} articles: lookup {row['lookup_ms']:.2f} ms (median), "
                      f"index {row['bytes_an_article']:.1f} bytes an article")  # fmt: skip
    console.print(f"a night in which every article is new: {figures['share_of_night']:.1%} longer")
    if figures["missed"]:
        console.print(f"[red]missed: {', '.join(figures['missed'])}[/]")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
