"""An export holds few articles at a time: ten times as many need no more memory."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.db.connection import open_database, transaction
from storage.models import Article, Block
from storage.runs.sites import SiteFacts, register_site

FEW, MANY = 2_000, 20_000
TEXT = "Bà con thôn Suối Vàng cùng nhau ra đồng nạo vét mương nước trước khi xuống giống. " * 50
MORE = (MANY - FEW) * len(TEXT.encode()) / 1e6  # MB of text alone
SCRIPT = """
import resource, sys
from pathlib import Path
from storage.db.connection import open_database
from storage.exports.registry import FORMATS
from storage.exports.selection import select_articles
from storage.runs.sites import SiteFacts, register_site
home, form, to = Path(sys.argv[1]), FORMATS[sys.argv[2]], Path(sys.argv[3])
write = form.writer()
with select_articles(open_database(home / "tinwatch.db"), home) as articles:
    if form.shape == "folder":
        to.mkdir()
        written = write(articles, to)
    else:
        with to.open("wb") as stream:
            written = write(articles, stream)
print(written, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    return {number: filled(tmp_path_factory.mktemp("many"), number) for number in (FEW, MANY)}


def filled(home: Path, articles: int) -> Path:
    nothing = dict.fromkeys(Article.__dataclass_fields__)
    record = Article(**{  # type: ignore[arg-type]
        **nothing, "site": "alpha", "title": "Mương mới", "title_folded": "muong moi",
        "body": [Block("paragraph", TEXT)], "language": "vi", "published": "2025-04-07",
        **dict.fromkeys(("captions", "authors", "tags", "images", "warnings"), ()), "fields": {},
    }).to_dict()  # fmt: skip
    at = "2025-04-07T18:30:00Z"
    with closing(open_database(home / "tinwatch.db")) as db, transaction(db):
        register_site(db, SiteFacts("alpha", "Báo Mẫu", "lao-cai", "newspaper", "P", "live", "1"))
        db.execute(
            "INSERT INTO runs (site, kind, batch, started_at, state) "
            "VALUES ('alpha', 'import', 'n', ?, 'finished')",
            [at],
        )
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {articles}) "
        )
        db.execute(
            f"{numbers} INSERT INTO articles "
            "SELECT i, 'alpha', i, NULL, 'live', :at, :at, :at, 1, 1, 0 FROM n",
            {"at": at},
        )
        db.execute(
            f"{numbers} INSERT INTO revisions SELECT i, i, 1, 'site', :at, 1, NULL, '1', i, "
            "json_set(:record, '$.key', i || '', '$.title', 'Mương ' || i), '', 0 FROM n",
            {"at": at, "record": json.dumps(record, ensure_ascii=False)},
        )
    return home


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_memory_does_not_grow_with_the_number_of_articles(
    form: str, homes: dict[int, Path], tmp_path: Path
) -> None:
    peaks = {}
    for number, home in homes.items():
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(home), form, str(tmp_path / f"made.{number}")],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        written, peak = map(int, done.stdout.split())
        assert written == number
        peaks[number] = peak / 1024
    grown = peaks[MANY] - peaks[FEW]
    assert grown < MORE / 4, peaks
