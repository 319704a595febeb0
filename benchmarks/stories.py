"""Quality and cost of story clustering, on labelled reprints and look-alikes.

    python benchmarks/stories.py [--families N] [--articles FILE] [--sizes N ...] [--json]

Quality: families of reprints (headline swapped, lead cut, 1-60 % of the paragraphs dropped, a
province's name swapped, framing added, typed in NFD or with old tone placement, two sources
merged) among as many look-alikes (bulletins of one form, one quotation, a directive's text, one
form with other names). Of generated texts, or those of `tinwatch articles --json` (--articles).
Cost: lookup and index size at so many stored articles (--sizes 10000 100000 1000000).
Baselines: datasketch's MinHash-LSH (pip install .[bench]) and plain simhash, on the same texts.
Exit code 1 if a goal is missed.
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

from reprints import baselines
from reprints.batch_share import share_of_batch
from reprints.database import store_and_cluster
from reprints.index_cost import cost
from reprints.scores import Pair, adjusted_rand, clusters_of, pairs_of, precision_recall
from reprints.texts import Text, from_file, generated
from reprints.variants import SITES, family, hard_negatives, merged, with_share
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
    options = parser.parse_args(arguments)
    rng = Random(options.seed)
    source_texts = from_file(options.articles) if options.articles else None
    figures: dict[str, Any] = {
        "quality": quality(rng, source_texts, options.families),
        "recall_at_30": partial_recall(rng, source_texts, options.families),
        "cost": [cost(rng, size) for size in options.sizes],
        "share_of_night": share_of_batch(),
    }
    figures["missed"] = missed(figures)
    show(figures)
    if options.json:
        print(json.dumps(figures))
    return int(bool(figures["missed"]))


def bases(rng: Random, source_texts: list[Text] | None, count: int) -> list[Text]:
    """Return `count` originals, each with its own label."""
    if source_texts is None:
        return [generated(rng, n, rng.choice(SITES)) for n in range(count)]
    return [
        text.replaced(label=n, site=rng.choice(SITES))
        for n, text in enumerate(source_texts[:count])
    ]


def quality(rng: Random, source_texts: list[Text] | None, families: int) -> dict[str, Any]:
    originals = bases(rng, source_texts, families)
    made = [family(rng, base, rng.randint(1, 6)) for base in originals]
    texts = [text for members in made for text in members]
    texts += [merged(rng, a[0], b[0]) for a, b in zip(made[::20], made[1::20], strict=False)]
    texts += hard_negatives(rng, families + 1000, len(texts))
    with tempfile.TemporaryDirectory() as folder, _Database(folder) as db:
        began = time.perf_counter()
        stored = store_and_cluster(db, texts)
        spent = time.perf_counter() - began
        story = stories_of(db, stored)
        groups: dict[int, Any] = {a: story.get(a, -a) for a in stored}
        first = first_publishers(db, stored, story)
    pairs_by_method = {"tinwatch": pairs_of(groups), "simhash": baselines.simhash_pairs(stored)}
    minhash = baselines.minhash_pairs(stored)
    if minhash is not None:
        pairs_by_method["minhash_lsh"] = minhash
    scores = {name: score(stored, pairs) for name, pairs in pairs_by_method.items()}
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
    """Return the share of stories whose first publisher is found, of those with an original."""
    right = []
    for number in sorted(set(story.values())):
        members = [stored[a] for a, s in story.items() if s == number]
        true = next((t for t in members if t.first), None)
        if true is not None:
            named = ordered_members(db, number)[0].member.article
            right.append(stored[named].site == true.site)
    return sum(right) / len(right)


def partial_recall(rng: Random, source_texts: list[Text] | None, families: int) -> dict[str, float]:
    """Return the recall of reprints with 30 % of the original's paragraphs, by method."""
    originals = [t.replaced(seen=0.5, first=True) for t in bases(rng, source_texts, families)]
    texts = originals + [with_share(rng, text, 0.3) for text in originals]
    with tempfile.TemporaryDirectory() as folder, _Database(folder) as db:
        stored = store_and_cluster(db, texts)
        story = stories_of(db, stored)
    true = pairs_of({a: t.label for a, t in stored.items()})
    pairs_by_method = {"tinwatch": pairs_of({a: story.get(a, -a) for a in stored}),
             "simhash": baselines.simhash_pairs(stored)}  # fmt: skip
    minhash = baselines.minhash_pairs(stored)
    if minhash is not None:
        pairs_by_method["minhash_lsh"] = minhash
    return {name: precision_recall(pairs, true)[1] for name, pairs in pairs_by_method.items()}


class _Database:
    """Open a new database in a folder; close it at the end."""

    def __init__(self, folder: str) -> None:
        self.db = open_database(Path(folder) / "tinwatch.db")

    def __enter__(self) -> Database:
        return self.db

    def __exit__(self, *_: object) -> None:
        self.db.close()


def missed(figures: dict[str, Any]) -> list[str]:
    ours = figures["quality"]["tinwatch"] | {"recall_at_30": figures["recall_at_30"]["tinwatch"]}
    missed_goals = [name for name, goal in GOALS.items() if ours[name] < goal]
    if figures["share_of_night"] > 0.15:
        missed_goals.append("share_of_night")
    for row in figures["cost"]:
        if row["lookup_ms"] > 5:
            missed_goals.append(f"lookup at {row['articles']}")
        if row["bytes_an_article"] > 32:
            missed_goals.append(f"bytes at {row['articles']}")
    return missed_goals


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
                  f"{ours['ms_an_article']:.1f} ms per article to store and cluster")  # fmt: skip
    for row in figures["cost"]:
        console.print(f"{row['articles']:>9,} articles: lookup {row['lookup_ms']:.2f} ms (median), "
                      f"index {row['bytes_an_article']:.1f} bytes an article")  # fmt: skip
    console.print(f"a batch of new articles only takes {figures['share_of_night']:.1%} longer")
    if figures["missed"]:
        console.print(f"[red]missed: {', '.join(figures['missed'])}[/]")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
