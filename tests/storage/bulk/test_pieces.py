"""Reading an archive piece by piece: the same records as in one go, past all damage."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from crawlers.bulk.chain import PieceChain
from storage.archive.decoding import MAX_BODY_BYTES
from storage.archive.errors import UnreadableRecord
from storage.archive.reader import read_records
from storage.bulk.dataset import FinishedTask
from storage.bulk.pieces import BadInput, find_files, pieces_of
from tests.storage.bulk.archive_files import (
    Place,
    packed,
    read,
    read_whole,
    record,
    url_of,
    wacz,
)

RANDOM = random.Random(7)
BODIES = [RANDOM.randbytes(RANDOM.randint(10, 3000)) for _ in range(30)]
RECORDS = [record(url_of(n), body) for n, body in enumerate(BODIES)]
INNER = [record(f"https://alpha.vn/inner-{n}", b"x" * 200) for n in range(20)]
NESTED = [  # archives in an archive; level 0 stores them as they are
    *RECORDS[:5],
    record("https://other.vn/a.warc.gz", packed(INNER, 0)),
    record("https://alpha.vn/b.warc", b"".join(INNER)),
    *RECORDS[5:],
]


def read_in_pieces(file: Path, split_bytes: int, seed: int = 0) -> list[Place]:
    """Read the pieces in any order; again what the chain says."""
    [url] = find_files([str(file)])
    pieces = pieces_of(url, split_bytes)
    chain, found = PieceChain(pieces), {}
    waiting = list(pieces)
    random.Random(seed).shuffle(waiting)
    while waiting:
        piece = waiting.pop()
        found[piece.start], reader = read(piece)
        task = FinishedTask(piece.name, "", piece.file, piece.start, piece.end)
        task.first, task.next = reader.first, reader.next
        waiting += chain.add(piece, task)
    assert len(chain.finished) == len(pieces)
    return [place for start in sorted(found) for place in found[start]]


@pytest.mark.parametrize("level", [0, 6], ids=["stored", "deflated"])
@pytest.mark.parametrize("split_bytes", [97, 1000, 5000, 30_000])
def test_pieces_hold_each_record_once(split_bytes: int, level: int, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed(NESTED, level))
    whole = read_whole(file)
    assert [place[1] for place in whole] == [
        *(url_of(n) for n in range(5)), "https://alpha.vn/b.warc",
        *(url_of(n) for n in range(5, 30)),
    ]  # fmt: skip
    assert read_in_pieces(file, split_bytes, split_bytes) == whole


@pytest.mark.parametrize("split_bytes", [97, 5000])
def test_a_file_that_is_not_packed_is_split_too(split_bytes: int, tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    file.write_bytes(b"".join(NESTED))
    whole = read_whole(file)
    assert len(whole) == 31
    assert read_in_pieces(file, split_bytes) == whole


def as_other_reader(file: Path) -> list[Place]:
    """What the reader of the nightly crawl's captures finds."""
    places: list[Place] = []

    def add(error: UnreadableRecord) -> None:
        places.append((error.offset, error.url, None, str(error.reason.code)))

    for one in read_records(file, on_error=add):
        if "alpha.vn" in one.url:
            places.append((one.offset, one.url, one.body, None))
    return sorted(places)


@pytest.mark.parametrize("seed", range(12))
def test_damage_costs_the_records_that_it_hits(seed: int, tmp_path: Path) -> None:
    data = bytearray(packed(NESTED))
    rng = random.Random(seed)
    for _ in range(3):
        start = rng.randrange(len(data) - 50)
        data[start : start + rng.randint(1, 40)] = rng.randbytes(3)
    file = tmp_path / "a.warc.gz"
    file.write_bytes(data)
    whole = read_whole(file)
    assert [p for p in whole if p[2] is not None] == [
        p for p in as_other_reader(file) if p[2] is not None
    ]
    assert any(place[3] == "record_damaged" for place in whole)
    assert read_in_pieces(file, 4000, seed) == whole


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_a_file_that_ends_early_is_named_once(suffix: str, tmp_path: Path) -> None:
    data = packed(RECORDS) if suffix == ".warc.gz" else b"".join(RECORDS)
    file = tmp_path / f"a{suffix}"
    file.write_bytes(data[:-300])
    *records, last = read_whole(file)
    assert len(records) == 29
    assert last[3] == "record_damaged"


def test_a_cut_record_of_another_site_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed([*RECORDS, record("https://other.vn/", RANDOM.randbytes(900))])[:-300])
    assert [place[3] for place in read_whole(file)] == [None] * 30 + ["record_damaged"]


@pytest.mark.parametrize("split_bytes", [97, 1000, 1 << 30])
@pytest.mark.parametrize("garbage", [b"x", b"garbage" * 200, bytes(3000)], ids=len)
def test_records_behind_garbage_are_found(garbage: bytes, split_bytes: int, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed(RECORDS[:3]) + garbage + packed(RECORDS[3:6]))
    places = read_in_pieces(file, split_bytes)
    assert [place[1] for place in places if place[2]] == [url_of(n) for n in range(6)]
    assert [place[3] for place in places if place[2] is None] == ["record_damaged"]


@pytest.mark.parametrize("split_bytes", [1000, 1 << 30])
@pytest.mark.parametrize("host", ["alpha.vn", "other.vn"])
@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
@pytest.mark.parametrize("more", [50, 3000, 10**6, 10**10])
def test_a_record_does_not_take_those_behind_it(
    more: int, suffix: str, host: str, split_bytes: int, tmp_path: Path
) -> None:
    """It states that it is longer than it is, perhaps longer than the file."""
    longer = record(f"https://{host}/longer", b"y" * 500, length=500 + more)
    data = [*RECORDS[:3], longer, *RECORDS[3:6]]
    file = tmp_path / f"a{suffix}"
    file.write_bytes(packed(data) if suffix == ".warc.gz" else b"".join(data))
    places = read_in_pieces(file, split_bytes)
    whole = [place[1] for place in places if place[2] is not None]
    assert [url for url in whole if "bai" in str(url)] == [url_of(n) for n in range(6)]
    assert [place[3] for place in places if place[2] is None] == ["record_damaged"]


def test_requests_and_metadata_of_a_page_are_no_captures(tmp_path: Path) -> None:
    kinds = ("request", "metadata", "conversion", "warcinfo")
    others = [record(url_of(1), b"fetchTimeMs: 22\r\n", kind=kind) for kind in kinds]
    others.append(
        others[1].replace(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b" " * 44)
    )
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed([*others[:3], RECORDS[0], *others[3:], RECORDS[1]]))
    assert [place[1] for place in read_whole(file)] == [url_of(0), url_of(1)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"2025-03-20T10:00:00Z", b"0001-01-01T00:00:00+14:00", "record_damaged"),
        (b"2025-03-20T10:00:00Z", b"9999-12-31T23:59:59-11:00", "record_damaged"),
        (b"WARC/1.1", b"WARC/2.0", "record_damaged"),
        (b"alpha.vn/", b"alpha.vn/" + b"x" * 100_000, "record_damaged"),
        (b"1.1 200", b"1.1 99999", "record_damaged"),
    ],
    ids=["year 0", "year 10000", "WARC 2", "long header", "status"],
)
@pytest.mark.parametrize("split_bytes", [1000, 1 << 30])
def test_a_record_that_breaks_a_rule_is_named(
    old: bytes, new: bytes, code: str, split_bytes: int, tmp_path: Path
) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed([RECORDS[0], RECORDS[1].replace(old, new, 1), RECORDS[2]]))
    first, second, third = read_in_pieces(file, split_bytes)
    assert (first[1], second[3], third[1]) == (url_of(0), code, url_of(2))


class BrokenStorage(io.BytesIO):
    """A connection that breaks off in the middle of a file."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 20_000:
            raise ConnectionResetError("the connection broke off")
        return super().read(size)


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_a_failure_of_the_storage_is_no_damage(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = packed(RECORDS) if suffix == ".warc.gz" else b"".join(RECORDS)
    file = tmp_path / f"a{suffix}"
    file.write_bytes(data)
    monkeypatch.setattr("storage.bulk.records.open_piece", lambda piece: BrokenStorage(data))
    with pytest.raises(BadInput) as caught:
        read_whole(file)
    assert caught.value.reason.code == "file_unreadable"


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").mkdir()
    with pytest.raises(BadInput) as caught:
        pieces_of((tmp_path / "a.warc.gz").as_uri(), 1000)
    assert caught.value.reason.code == "file_unreadable"


@pytest.mark.parametrize("name", ["none.txt", "none*.warc.gz"])
def test_a_name_without_a_file_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        list(find_files([f"{tmp_path}/{name}"]))
    assert caught.value.file == f"{tmp_path}/{name}"
    assert caught.value.reason.code == "file_unreadable"


def test_one_gzip_stream_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(gzip.compress(b"".join(RECORDS)))
    [(offset, _, body, code)] = read_whole(file)
    assert (offset, body, code) == (0, None, "record_damaged")


def test_a_body_beyond_the_limit_is_not_kept_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    huge = record(url_of(99), bytes(3 * MAX_BODY_BYTES))
    file.write_bytes(packed([RECORDS[0], huge, RECORDS[1]]))
    first, second, third = read_whole(file)
    assert (first[1], third[1]) == (url_of(0), url_of(1))
    assert second[2] is not None
    assert len(second[2]) == MAX_BODY_BYTES + 1


def test_a_wacz_is_read_in_place(tmp_path: Path) -> None:
    files = {"archive/a.warc.gz": packed(NESTED), "pages/pages.jsonl": b"{}",
             "archive/b.warc": b"".join(RECORDS)}  # fmt: skip
    file = wacz(tmp_path / "a.wacz", files)
    places = read_whole(file)
    assert len(places) == 31 + 30
    data = file.read_bytes()
    assert gzip.decompress(data[places[0][0] :][: len(packed(RECORDS[:1]))]) == RECORDS[0]
    assert read_in_pieces(file, 3000) == places


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, None])
def test_a_wacz_that_cannot_be_read_is_named(packing: int | None, tmp_path: Path) -> None:
    file = tmp_path / "a.wacz"
    if packing is None:
        file.write_bytes(b"no zip")
    else:
        wacz(file, {"archive/a.warc.gz": packed(RECORDS)}, packing)
    with pytest.raises(BadInput) as caught:
        pieces_of(file.as_uri(), 1000)
    assert caught.value.reason.code == "file_unreadable"


def test_files_are_named_by_globs_lists_and_urls(tmp_path: Path) -> None:
    for name in ("b.warc.gz", "a.warc.gz"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "all.txt").write_text(f"{tmp_path}/a.warc.gz\n\n{tmp_path}/b*.gz\n", "utf-8")
    urls = [(tmp_path / name).as_uri() for name in ("a.warc.gz", "b.warc.gz")]
    assert list(find_files([f"{tmp_path}/*.warc.gz"])) == urls
    assert list(find_files([f"{tmp_path}/all.txt"])) == urls
    assert list(find_files(urls)) == urls
