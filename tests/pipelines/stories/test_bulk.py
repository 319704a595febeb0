"""Stories of a bulk dataset are those that a home makes of the same articles."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawlers.registry import all_sites
from pipelines.stories.bulk import cluster_dataset
from storage.db.connection import open_database
from storage.messages.reasons_input import InputError
from storage.stories.repository import story_of
from tests.crawlers.bulk.archives import extract_alone, rows
from tinwatch.demo import sample_sites


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    warc = tmp_path_factory.mktemp("warc")
    files = [sample_sites.pack(batch, warc, ("haugiang", "travinh")) for batch in (1, 2)]
    extract_alone(folder, files, split_bytes=1 << 30)
    return folder


def test_a_reprint_is_found_with_its_first_publisher(dataset: Path) -> None:
    found = cluster_dataset(str(dataset), {}, 1)
    first, second = pq.read_table(dataset / "stories.parquet").to_pylist()
    assert (found.stories, found.members, found.pairs) == (1, 2, 1)
    assert (first["site"], second["site"]) == ("haugiang", "travinh")
    assert (first["rank"], second["rank"]) == (1, 2)


@pytest.mark.slow
def test_stories_are_those_of_a_home(dataset: Path, demo_home: Path) -> None:
    names = {name: site.title for name, site in all_sites().items()}
    found = cluster_dataset(str(dataset), names, 1)
    members = pq.read_table(dataset / "stories.parquet").to_pylist()
    assert found.members == len(members)
    assert found.stories >= 1
    groups: dict[int, set[tuple[str, str]]] = {}
    for row in members:
        groups.setdefault(row["story"], set()).add((row["site"], row["key"]))
    db = open_database(demo_home / "tinwatch.db")
    known = {(row["site"], row["key"]) for row in rows(dataset, "articles")}
    of_home: dict[int, set[tuple[str, str]]] = {}
    for number, site, key in db.execute("SELECT id, site, key FROM articles"):
        story = story_of(db, number)
        if story is not None and (site, key) in known:
            of_home.setdefault(story, set()).add((site, key))
    db.close()
    assert sorted(map(sorted, groups.values())) == sorted(
        sorted(group) for group in of_home.values() if len(group) > 1
    )


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no dataset"):
        cluster_dataset(str(tmp_path), {}, 1)
