"""WARC and WACZ as warcio and py-wacz read them."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from surt import surt
from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from tests.tinwatch.exports.conftest import Exporter


def record_ids(file: Path) -> dict[str, bytes]:
    with file.open("rb") as stream:
        return {
            record.rec_headers.get_header("WARC-Record-ID"): record.raw_stream.read()
            for record in ArchiveIterator(stream)
        }


def test_warc_records_equal_those_of_the_archive(demo: Exporter) -> None:
    made = record_ids(demo.file("warc", "--revisions", name="made.warc.gz"))
    archive = {}
    for file in sorted((demo.home / "captures").rglob("*.warc.gz")):
        archive |= record_ids(file)
    assert len(made) == demo.value("SELECT count(DISTINCT capture) FROM revisions")
    assert made.items() <= archive.items()


def test_warcio_verifies_every_digest(demo: Exporter) -> None:
    file = demo.file("warc", name="made.warc.gz")
    done = subprocess.run([Path(sys.executable).with_name("warcio"), "check", "-v", file],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.count("digest pass") == 68


def test_without_revisions_only_the_newest_capture_is_exported(
    demo: Exporter,
) -> None:
    newest = record_ids(demo.file("warc", name="newest.warc.gz"))
    every = record_ids(demo.file("warc", "--revisions", name="every.warc.gz"))
    assert newest.items() < every.items()
    assert len(every) - len(newest) == 2


def test_missing_capture_is_an_error_and_leaves_no_file(own_demo: Exporter) -> None:
    gone = own_demo.home / "captures" / own_demo.value("SELECT warc FROM captures")
    gone.unlink()
    done = own_demo("warc", "-o", str(own_demo.folder / "made.warc.gz"))
    assert done.exit_code == 2
    assert gone.name in done.output
    assert not list(own_demo.folder.glob("*made.warc.gz*"))


@pytest.fixture
def wacz(demo: Exporter) -> Path:
    return demo.file("wacz", "--revisions")


def test_py_wacz_validates_it(wacz: Path) -> None:
    command = [Path(sys.executable).with_name("wacz"), "validate", "-f", wacz]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout


def test_every_page_of_the_wacz_is_in_its_index(wacz: Path, demo: Exporter) -> None:
    with zipfile.ZipFile(wacz) as made:
        assert made.testzip() is None
        assert made.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        archive = made.read("archive/data.warc.gz")
        packed = made.read("indexes/index.cdx.gz")
        blocks = made.read("indexes/index.idx").decode().splitlines()
        pages = [json.loads(line) for line in made.read("pages/pages.jsonl").splitlines()]
    place = json.loads(blocks[1].split(" ", 2)[2])
    block = packed[place["offset"] : place["offset"] + place["length"]]
    lines = gzip.decompress(block).decode().splitlines()
    assert lines == sorted(lines)
    index = {}
    for line in lines:
        key, moment, entry = line.split(" ", 2)
        stated = json.loads(entry)
        assert key == surt(stated["url"])
        index[stated["url"], moment] = stated
    assert pages[0]["format"] == "json-pages-1.0"
    assert len(pages) - 1 == demo.value("SELECT count(capture) FROM revisions")
    for page in pages[1:]:
        moment = "".join(filter(str.isdigit, page["ts"]))
        stated = index[page["url"], moment]
        at, length = int(stated["offset"]), int(stated["length"])
        payload = gzip.decompress(archive[at : at + length])
        assert f"WARC-Target-URI: {page['url']}\r\n".encode() in payload
        assert stated["status"] == "200"
        assert stated["mime"] == "text/html"


def test_wacz_is_reproducible(demo: Exporter) -> None:
    first = demo.file("wacz", name="first.wacz").read_bytes()
    assert first == demo.file("wacz", name="second.wacz").read_bytes()


def test_wacz_has_no_64_bit_fields_and_nothing_without_a_url(own_demo: Exporter) -> None:
    """ReplayWeb.page reads neither."""
    with closing(sqlite3.connect(own_demo.home / "tinwatch.db")) as db, db:
        every = db.execute("SELECT count(DISTINCT capture) FROM revisions").fetchone()[0]
    file = own_demo.file("wacz", "--revisions", "--checks")
    with zipfile.ZipFile(file) as made:
        assert all(not info.extra and info.extract_version < 45 for info in made.infolist())
        index = gzip.decompress(made.read("indexes/index.cdx.gz")).decode().splitlines()
    assert len(index) > every  # with those of failed checks
