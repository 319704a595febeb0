"""Pruning drops old listings and never what proves anything, whenever the process dies."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import pytest

from storage.archive.captures import newest_captures
from storage.archive.journal import read_journal
from storage.archive.reader import payload_digest, read_records
from storage.archive.retention import PruneResult, prune
from storage.archive.writer import Capture, CaptureWriter
from storage.config import Settings
from storage.home import Home
from storage.messages.reasons_damage import Damage
from storage.verify import verify
from tests.sentences import codes, named_files

if TYPE_CHECKING:
    from tests.conftest import Watcher

START = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
LATER = datetime(2025, 4, 20, tzinfo=UTC)
LISTING = "https://alpha.vn/tin/"


def pruned(watcher: Watcher, days: int = 5, *, dry_run: bool = False, now: datetime = LATER) -> Any:
    home = Home(watcher.home.path, Settings(keep_listings_days=days))
    return prune(home, watcher.db, now, lambda site, url: "bai-" in url, dry_run=dry_run)


def urls(watcher: Watcher) -> list[str]:
    files = sorted(watcher.home.captures.glob("*/*.warc.gz"))
    return [record.url for file in files for record in read_records(file)]


def whole(watcher: Watcher) -> None:
    found = verify(watcher.home.captures, watcher.db)
    assert (found.problems, found.rebuildable) == ([], True)


def files(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_nothing_is_pruned_by_default(kept: Watcher) -> None:
    before = files(kept.home.captures)
    assert pruned(kept, 0) == PruneResult()
    assert files(kept.home.captures) == before


def test_dry_run_reports_the_same_and_deletes_nothing(kept: Watcher) -> None:
    before = files(kept.home.captures)
    result = pruned(kept, dry_run=True)
    assert files(kept.home.captures) == before
    assert result == pruned(kept)
    assert result.records == 2  # the listing of two nights; the third holds its newest bytes


def test_listings_are_deleted_and_articles_stay(kept: Watcher) -> None:
    size = sum(len(data) for name, data in files(kept.home.captures).items() if "warc" in name)
    result = pruned(kept)
    left = urls(kept)
    assert left.count(LISTING) == 1
    assert sum("bai-" in url for url in left) == 6
    assert result.freed == size - sum(
        len(data) for name, data in files(kept.home.captures).items() if "warc" in name
    )
    whole(kept)
    assert pruned(kept).records == 0


def test_young_listings_stay(kept: Watcher) -> None:
    assert pruned(kept, now=datetime(2025, 4, 13, 12, tzinfo=UTC)).records == 0
    # The 7th is old now, but the listing of the 8th repeats its bytes.
    assert pruned(kept, now=datetime(2025, 4, 13, 20, tzinfo=UTC), days=5).records == 0
    assert pruned(kept, now=datetime(2025, 4, 14, 12, tzinfo=UTC), days=5).records == 2


def test_evidence_of_takedowns_and_revisions_stays_readable(kept: Watcher) -> None:
    places = "SELECT warc, warc_offset FROM sightings ORDER BY article, observed_at"
    seen = [payload_digest(kept.home.captures, *row) for row in kept.db.execute(places).fetchall()]
    pruned(kept)
    moved = kept.db.execute(places).fetchall()
    assert [payload_digest(kept.home.captures, *row) for row in moved] == seen
    [(check,)] = kept.db.execute("SELECT capture FROM failed_checks").fetchall()
    rows = kept.db.execute("SELECT capture FROM revisions").fetchall()
    for capture in [check, *(row[0] for row in rows)]:
        [(warc, offset, sha256)] = kept.db.execute(
            "SELECT warc, warc_offset, sha256 FROM captures WHERE id = ?", [capture]
        ).fetchall()
        assert payload_digest(kept.home.captures, warc, offset)[0] == sha256


def test_next_run_appends_to_the_rewritten_files(kept: Watcher) -> None:
    pruned(kept)
    writer = CaptureWriter(kept.home.captures, "alpha", newest_captures(kept.db, "alpha"))
    repeated = writer.write_response(LISTING, LATER, 200, "OK", [], "danh sách hai".encode())
    writer.close()
    assert repeated.repeated
    newest = list(read_records(kept.home.captures / "alpha" / "2025-04-20.warc.gz"))
    assert newest[0].body == "danh sách hai".encode()


def test_journal_has_the_new_offsets_of_runs(kept: Watcher) -> None:
    pruned(kept)
    for line in read_journal(kept.home.captures).run_lines():
        for name, (start, end) in line["wrote"].items():
            found = list(read_records(kept.home.captures / name, start, end))
            assert end == (kept.home.captures / name).stat().st_size
            assert start == 0
            assert len(found) >= 2


def test_site_that_is_being_crawled_is_skipped(kept: Watcher) -> None:
    before = files(kept.home.captures)
    with kept.home.site_lock("alpha"):
        assert pruned(kept).busy == ["alpha"]
    assert files(kept.home.captures) == before


def test_damaged_record_costs_that_record_only(kept: Watcher) -> None:
    file = kept.home.captures / "alpha" / "2025-04-07.warc.gz"
    [(offset,)] = kept.db.execute(
        "SELECT min(warc_offset) FROM captures WHERE warc = 'alpha/2025-04-07.warc.gz'"
    ).fetchall()
    data = bytearray(file.read_bytes())
    data[offset + 30] ^= 255
    file.write_bytes(bytes(data))
    before = verify(kept.home.captures, kept.db).problems
    result = pruned(kept)
    assert result.unread == ["alpha/2025-04-07.warc.gz"]
    assert result.records == 2
    after = verify(kept.home.captures, kept.db).problems
    assert len(after) == len(before)
    assert Damage.RECORD_DAMAGED in codes(after)


def test_file_in_one_stream_skips_its_site(kept: Watcher) -> None:
    file = kept.home.captures / "alpha" / "2025-04-08.warc.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())))
    before = files(kept.home.captures)
    assert pruned(kept).unread == ["alpha/2025-04-08.warc.gz"]
    assert files(kept.home.captures) == before


KILLS = [
    ("retention.os.fsync", 1), ("retention._move_offsets", 2), ("retention.os.replace", 1),
    ("unfinished_pruning.write_line", 1), ("unfinished_pruning.os.replace", 2),
    ("unfinished_pruning._sync_folder", 1),
]  # fmt: skip


@pytest.mark.parametrize(("moment", "number"), KILLS, ids=[f"{m}-{n}" for m, n in KILLS])
def test_killed_pruning_is_finished_when_the_home_is_opened(
    kept: Watcher, monkeypatch: pytest.MonkeyPatch, moment: str, number: int
) -> None:
    module, _, name = f"storage.archive.{moment}".rpartition(".")
    real, calls = resolve_name(module.replace(".os", ":os")), count(1)
    function = getattr(real, name)

    def die(*arguments: Any) -> Any:
        if next(calls) == number:
            raise KeyboardInterrupt
        return function(*arguments)

    with monkeypatch.context() as dying:
        dying.setattr(real, name, die)
        with pytest.raises(KeyboardInterrupt):
            pruned(kept)
    kept.home.database().close()
    whole(kept)
    test_journal_has_the_new_offsets_of_runs(kept)
    pruned(kept)
    whole(kept)
    assert urls(kept).count(LISTING) == 1
    assert {row[0] for row in kept.db.execute("SELECT state FROM prunings")} == {"done"}
    assert not list(kept.home.captures.glob("*/.*"))
    test_journal_has_the_new_offsets_of_runs(kept)


# Archives of earlier releases: a 304 confirms a page of an earlier night and holds no bytes

Append304 = Callable[[Path, Capture, datetime], tuple[int, int]]


def confirm(watcher: Watcher, page: Capture, append_304: Append304) -> Path:
    """A record of four days after the first night, in the file of that day."""
    at = START + timedelta(days=3)
    file = watcher.home.captures / "alpha" / f"{at.date()}.warc.gz"
    append_304(file, page, at)
    return file


def test_304_still_refers_to_its_page(kept: Watcher, append_304: Append304) -> None:
    page = newest_captures(kept.db, "alpha")["https://alpha.vn/bai-1.html"]
    file = confirm(kept, page, append_304)
    assert pruned(kept).records == 2
    assert [(record.url, record.body, record.status) for record in read_records(file)] == [
        ("https://alpha.vn/bai-1.html", "<h1>Mương mới khơi</h1>".encode(), 200)
    ]


def test_304_protects_the_page_that_it_confirms(kept: Watcher, append_304: Append304) -> None:
    """The database does not name the page, and the site's rules do not take it for an article."""
    url = "https://alpha.vn/chuyen-rieng.html"
    writer = CaptureWriter(kept.home.captures, "alpha")
    pages = [
        writer.write_response(url, START + timedelta(hours=n), 200, "OK", [], f"trang {n}".encode())
        for n in (1, 2, 3)
    ]
    writer.close()
    file = confirm(kept, pages[1], append_304)
    assert pruned(kept).records == 2 + 2  # the listings, and the pages that nothing confirms
    assert urls(kept).count(url) == 2
    assert [record.body for record in read_records(file)] == [b"trang 2"]


def test_damaged_page_that_a_304_confirms_is_reported(kept: Watcher, append_304: Append304) -> None:
    page = newest_captures(kept.db, "alpha")["https://alpha.vn/bai-1.html"]
    confirm(kept, page, append_304)
    file = kept.home.captures / page.warc
    data = bytearray(file.read_bytes())
    data[page.offset + 40] ^= 1
    file.write_bytes(bytes(data))
    assert page.warc in named_files(verify(kept.home.captures, kept.db).problems)
    assert pruned(kept).unread == [page.warc]
