"""A dataset taken into a home is what an import of its WARC files makes."""

from __future__ import annotations

from pathlib import Path

from crawlers.bulk.dataset_import import import_dataset
from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from storage.articles.repository import stored_articles
from storage.articles.revisions import revisions
from storage.bulk.dataset import DatasetFolder
from storage.home import Home, open_home
from tests.crawlers.bulk.archives import extract_alone, sample_archive

SITE = "haugiang"


def texts(home: Home) -> dict[str, list[str]]:
    db = home.database()
    return {
        known.key: [revision.fingerprint for revision in revisions(db, known.id)]
        for known in stored_articles(db, SITE)
    }


def test_a_dataset_is_imported_as_its_files_are(tmp_path: Path) -> None:
    files = sample_archive(tmp_path / "warc", (1, 2), only=(SITE,))
    extract_alone(tmp_path / "dataset", files)
    dataset = DatasetFolder(str(tmp_path / "dataset"))
    assert dataset.sites() == [SITE]
    expected, home = open_home(tmp_path / "files"), open_home(tmp_path / "home")
    import_files(expected, get_site(SITE), files)
    [done] = import_dataset(home, get_site(SITE), dataset)
    assert done.problems == []
    assert texts(home) == texts(expected) != {}
    assert list(import_dataset(home, get_site(SITE), dataset)) == []


def test_a_lost_archive_is_named(tmp_path: Path) -> None:
    [file] = sample_archive(tmp_path / "warc", (1,), only=(SITE,))
    extract_alone(tmp_path / "dataset", [file])
    file.unlink()
    home = open_home(tmp_path / "home")
    [done] = import_dataset(home, get_site(SITE), DatasetFolder(str(tmp_path / "dataset")))
    assert done.read == 0
    assert {reason.code for _, reason in done.problems} == {"file_unreadable"}
