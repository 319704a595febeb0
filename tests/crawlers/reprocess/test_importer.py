"""Importing saved pages, WARC files and texts into a home."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.registry import get_site
from crawlers.reprocess.archive_files import files_below
from crawlers.reprocess.importer import Imported, import_files
from storage.archive.reader import read_records
from storage.archive.writer import CaptureWriter
from storage.articles.repository import find_article, stored_articles
from storage.articles.revisions import revisions
from storage.home import Home, open_home
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason
from tinwatch.demo import sample_sites

SITE = "haugiang"
ENTRY = next(e for e in sample_sites.load(SITE).entries if e.batch == 1)
KEY = get_site(SITE).key_of(ENTRY.url) or ""
OTHER = next(e for e in sample_sites.load(SITE).entries if e.batch == 1 and e.url != ENTRY.url)
TAKEN = datetime(2025, 3, 20, tzinfo=UTC)


def page(url: str = ENTRY.url, night: int = 1, site: str = SITE) -> bytes:
    return next(p.body for p in sample_sites.pages(site, night) if p.url == url)


def without_address(body: bytes) -> bytes:
    return body.replace(b'rel="canonical"', b'rel="x"').replace(b'"og:url"', b'"og:x"')


def saved_from(url: str, body: bytes) -> bytes:
    note = f"<!-- saved from url=({len(url):04d}){url} -->\n".encode()
    return body.replace(b"<html", note + b"<html", 1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "saved"
    made.mkdir()
    return made


def put(folder: Path, name: str, body: bytes) -> Path:
    file = folder / name
    file.write_bytes(body)
    stamp = TAKEN.timestamp()
    os.utime(file, (stamp, stamp))
    return file


def take(home: Home, *files: Path, url: str | None = None, site: str = SITE) -> Imported:
    return import_files(home, get_site(site), list(files), url=url)


def keys(home: Home, site: str = SITE) -> set[str]:
    return {known.key for known in stored_articles(home.database(), site)}


def revision_count(home: Home, key: str, site: str = SITE) -> int:
    db = home.database()
    known = find_article(db, site, key)
    assert known is not None
    return len(revisions(db, known.id))


def test_url_is_the_canonical_link(home: Home, folder: Path) -> None:
    done = take(home, put(folder, "bai.html", page()))
    assert (done.read, done.problems) == (1, [])
    db = home.database()
    known = find_article(db, SITE, KEY)
    assert known is not None
    assert known.url == ENTRY.url
    assert known.first_seen.startswith("2025-03-20")
    assert revisions(db, known.id)[0].record.title == ENTRY.title


def test_url_is_in_the_comment_of_the_browser(home: Home, folder: Path) -> None:
    body = saved_from(ENTRY.url + "#top", without_address(page()))
    assert take(home, put(folder, "bai.htm", body)).problems == []
    assert keys(home) == {KEY}


def test_canonical_link_replaces_a_comment_of_another_site(home: Home, folder: Path) -> None:
    body = saved_from("https://example.com/cache?u=1", page())
    assert take(home, put(folder, "bai.html", body)).problems == []
    assert keys(home) == {KEY}


def test_page_without_a_url_needs_one(home: Home, folder: Path) -> None:
    file = put(folder, "bai.html", without_address(page()))
    done = take(home, file)
    assert done.read == 0
    assert done.problems == [(str(file), Reason("file_without_url"))]
    assert keys(home) == set()


def test_given_url_wins(home: Home, folder: Path) -> None:
    done = take(home, put(folder, "bai.html", without_address(page())), url=ENTRY.url)
    assert (done.read, done.problems) == (1, [])
    assert keys(home) == {KEY}


def test_given_url_is_stored_in_its_canonical_form(home: Home, folder: Path) -> None:
    url = ENTRY.url.replace("https://", "http://www.") + "?utm_source=x#tin"
    take(home, put(folder, "bai.html", without_address(page())), url=url)
    assert [stored.url for stored in stored_articles(home.database(), SITE)] == [ENTRY.url]


@pytest.mark.parametrize("url", ["https://baohaugiang.com.vn/", "https://example.com/a-1.html"])
def test_url_of_no_article_of_the_site_is_refused(home: Home, folder: Path, url: str) -> None:
    with pytest.raises(InputError) as refused:
        take(home, put(folder, "bai.html", page()), url=url)
    assert refused.value.reason.code == InputReason.NOT_AN_ARTICLE
    assert keys(home) == set()


def test_capture_keeps_the_address_at_which_it_was_made(home: Home, folder: Path) -> None:
    url = ENTRY.url.replace("https://", "http://www.")
    with closing(CaptureWriter(folder, SITE, day=TAKEN.date())) as writer:
        writer.write_response(url, TAKEN, 200, "OK", [("Content-Type", "text/html")], page())
    take(home, *folder.glob("*/*.warc.gz"))
    db = home.database()
    assert db.execute("SELECT url FROM captures").fetchall() == [(url,)]
    assert [stored.url for stored in stored_articles(db, SITE)] == [ENTRY.url]
    (record,) = list(read_records(next(home.captures.glob("*/*.warc.gz"))))
    assert record.url == url


def test_given_time_wins_over_the_date_of_the_file(home: Home, folder: Path) -> None:
    taken = datetime(2025, 3, 15, 3, tzinfo=UTC)
    file = put(folder, "bai.html", page())
    import_files(home, get_site(SITE), [file], captured_at=taken)
    known = find_article(home.database(), SITE, KEY)
    assert known is not None
    assert known.first_seen.startswith("2025-03-15")


def test_lost_file_of_an_earlier_import_loses_no_capture_of_a_later_one(
    home: Home, folder: Path
) -> None:
    """The late capture splits a revision whose second capture is lost."""
    html = [("Content-Type", "text/html; charset=utf-8")]
    other = page().replace(b"</p>", " Hôm sau trời tạnh.</p>".encode(), 1)

    def taken(name: str, *captures: tuple[int, bytes]) -> Imported:
        writer = CaptureWriter(folder / name, SITE, day=TAKEN.date())
        for day, body in captures:
            writer.write_response(ENTRY.url, TAKEN.replace(day=day), 200, "", html, body)
        writer.close()
        return take(home, *folder.glob(f"{name}/*/*.warc.gz"))

    taken("first", (20, page()), (28, page() + b" "))
    for file in home.captures.glob("*/*.warc.gz"):
        file.unlink()
    assert taken("late", (24, other)).problems == []
    assert revision_count(home, KEY) == 3


@pytest.mark.parametrize("year", [1970, 2190])
def test_capture_with_a_wrong_clock_is_reported_and_not_taken_in(
    home: Home, folder: Path, year: int
) -> None:
    """One of the future would be newer than all that crawls read of the article."""
    writer = CaptureWriter(folder / "made", SITE, day=TAKEN.date())
    html = [("Content-Type", "text/html; charset=utf-8")]
    for url, at in ((ENTRY.url, TAKEN.replace(year=year)), (OTHER.url, TAKEN)):
        writer.write_response(url, at, 200, "", html, page(url))
    writer.close()
    saved = put(folder, "saved.html", page())
    os.utime(saved, (TAKEN.replace(year=year).timestamp(),) * 2)
    result = take(home, *folder.glob("made/*/*.warc.gz"), saved)
    assert result.read == 1
    assert keys(home) == {get_site(SITE).key_of(OTHER.url)}
    wrong = Reason("wrong_clock", when=f"{year}-03-20T00:00:00Z")
    assert dict(result.problems) == {ENTRY.url: wrong, str(saved): wrong}


def test_page_of_another_site_is_refused(home: Home, folder: Path) -> None:
    other = sample_sites.load("cantho").entries[-1]
    done = take(home, put(folder, "bai.html", page(other.url, site="cantho")))
    assert done.read == 0
    assert len(done.problems) == 1


def test_page_without_an_article_has_a_reason(home: Home, folder: Path) -> None:
    done = take(home, put(folder, "trang.html", b"<h1>404</h1>"), url=ENTRY.url)
    assert done.read == 0
    assert done.problems[0][1].code in ("no_title_by_rules", "no_body_by_rules", "no_article_text")


def test_unreadable_file_does_not_stop_the_others(home: Home, folder: Path) -> None:
    nested = folder / "muc.html"
    nested.mkdir()
    files = [
        put(folder, "rong.html", b""),
        folder / "khong-co.html",
        nested,
        put(folder, "hong.warc.gz", b"\x1f\x8bnot gzip at all"),
        put(folder, "rac.warc", b"GARBAGE\r\n\r\n"),
        put(folder, "rong.txt", b"\n"),
        put(folder, "bai.html", page()),
    ]
    done = take(home, *files)
    assert done.read == 1
    assert {name for name, _ in done.problems} == {str(file) for file in files[:-1]}
    assert all(reason for _, reason in done.problems)
    assert keys(home) == {KEY}


def test_same_file_twice_adds_no_revision(home: Home, folder: Path) -> None:
    file = put(folder, "bai.html", page())
    take(home, file)
    take(home, file, file)
    assert revision_count(home, KEY) == 1


def test_the_same_page_under_another_name_makes_no_second_revision(
    home: Home, folder: Path
) -> None:
    take(home, put(folder, "mot.html", page()), put(folder, "hai.html", page()))
    assert revision_count(home, KEY) == 1


def test_changed_page_adds_a_revision(home: Home, folder: Path) -> None:
    paragraph = next(p for p in page().decode().split("<p ") if "text-align: justify" in p)
    words = paragraph.split(" ")
    changed = page().decode().replace(" ".join(words[-8:]), " đã đổi khác hẳn." + words[-1])
    file = put(folder, "moi.html", changed.encode())
    take(home, put(folder, "cu.html", page()))
    stamp = TAKEN.timestamp() + 86_400
    os.utime(file, (stamp, stamp))
    take(home, file)
    assert revision_count(home, KEY) == 2


def record(writer: WARCWriter, url: str, body: bytes, status: str = "200 OK") -> None:
    http = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
    made = writer.create_warc_record(
        url,
        "response",
        BytesIO(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": "2025-03-20T01:00:00Z"},
    )
    writer.write_record(made)


def test_pages_of_other_hosts_in_a_warc_file_are_skipped(home: Home, folder: Path) -> None:
    file = folder / "mang.warc.gz"
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        record(writer, "https://example.com/", b"<h1>Example</h1>")
        record(writer, "https://baohaugiang.com.vn/", b"<h1>Trang chu</h1>")
        record(writer, ENTRY.url.replace("https://", "http://www."), page())
        record(writer, OTHER.url, page(OTHER.url), "404 Not Found")
    done = take(home, file)
    assert (done.read, done.problems) == (1, [])
    assert keys(home) == {KEY}
    known = find_article(home.database(), SITE, KEY)
    assert known is not None
    assert known.url == ENTRY.url


def test_unreadable_page_of_a_warc_file_is_reported(home: Home, folder: Path) -> None:
    file = folder / "mang.warc"
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=False)
        record(writer, ENTRY.url, b"<h1>404</h1>")
        record(writer, OTHER.url, page(OTHER.url))
    done = take(home, file)
    assert done.read == 1
    assert [name for name, _ in done.problems] == [ENTRY.url]


def test_warc_file_without_the_site_has_a_reason(home: Home, folder: Path) -> None:
    path = sample_sites.pack(1, folder, only=["cantho"])
    done = take(home, path)
    assert done.read == 0
    assert done.problems == [(str(path), Reason("file_without_articles", site=SITE))]


def test_warc_file_of_a_batch_twice(home: Home, folder: Path) -> None:
    path = sample_sites.pack(1, folder, only=[SITE])
    first, second = take(home, path), take(home, path)
    assert first.read == second.read == len(keys(home)) == 8
    assert {revision_count(home, key) for key in keys(home)} == {1}


def test_text_without_a_url_is_identified_by_its_title(home: Home, folder: Path) -> None:
    text = (
        "Suối Vàng nạo vét mương\n07/03/2025 08:15\n"
        "Hơn bốn mươi hộ dân góp công khơi lại dòng nước.\n"
        + "Bà con ra đồng từ sớm, ai cũng mang theo cuốc và một bữa cơm nắm. " * 4
        + "\nHà Thu\n"
    )
    one = put(folder, "bai.txt", text.encode())
    two = put(folder, "ban-sao.TXT", text.replace("\n", "\r\n").encode())
    done = take(home, one, two)
    assert (done.read, done.problems) == (2, [])
    (key,) = keys(home)
    assert key.startswith("text-")
    assert revision_count(home, key) == 1


def test_file_above_the_size_limit_is_not_opened(home: Home, folder: Path) -> None:
    file = folder / "to.html"
    with file.open("wb") as stream:
        stream.truncate(11_000_000)
    done = take(home, file)
    assert done.problems[0][1].code == "file_too_large"


def test_folders_and_wacz_files_are_imported(home: Home, folder: Path) -> None:
    url = OTHER.url
    written = CaptureWriter(folder / "crawl", SITE, day=TAKEN.date())
    head = [("Content-Type", "text/html")]
    warc = written.write_response(url, TAKEN, 200, "", head, page(url)).warc
    written.close()
    below = folder / "saved" / "2019"
    below.mkdir(parents=True)
    put(below, "bai.htm", page())
    put(below, "anh.jpg", b"\xff\xd8")
    with ZipFile(below / "captures.WACZ", "w") as packed:
        packed.writestr("archive/../../data.warc.gz", (folder / "crawl" / warc).read_bytes())
        packed.writestr("pages/pages.jsonl", "{}")
    (below / "hong.wacz").write_bytes(b"no zip file")
    done = take(home, *files_below([folder / "saved"]))
    assert done.read == 2
    assert [name for name, _ in done.problems] == [str(below / "hong.wacz")]
    assert keys(home) == {KEY, get_site(SITE).key_of(OTHER.url)}


def wacz_bomb(file: Path, stated: int | None = None) -> Path:
    """A WACZ file with one capture, and a WARC file of 2 MB of zeros in 2 KB."""
    written = CaptureWriter(file.parent / "crawl", SITE, day=TAKEN.date())
    head = [("Content-Type", "text/html")]
    warc = written.write_response(ENTRY.url, TAKEN, 200, "", head, page()).warc
    written.close()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("archive/1.warc.gz", (file.parent / "crawl" / warc).read_bytes())
        packed.writestr("archive/2.warc.gz", bytes(2 << 20))
    if stated is not None:  # in the directory of the file
        data = file.read_bytes()
        file.write_bytes(
            data.replace((2 << 20).to_bytes(4, "little"), stated.to_bytes(4, "little"))
        )
    return file


@pytest.mark.parametrize("stated", [None, 10])
def test_wacz_that_unpacks_to_too_much_is_named_and_loses_nothing(
    home: Home, folder: Path, stated: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = folder / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    bomb = wacz_bomb(folder / "bomb.wacz", stated)
    monkeypatch.setattr(
        "crawlers.reprocess.archive_files.MAX_UNPACKED_RATIO", (1 << 20) // bomb.stat().st_size
    )
    other = page(OTHER.url)
    done = take(home, put(folder, "bai.html", other), bomb)
    [(name, reason)] = done.problems
    assert name == str(bomb)
    assert reason.code == ("wacz_too_large" if stated is None else "error")  # zipfile compares
    assert get_site(SITE).key_of(OTHER.url) in keys(home)
    assert (KEY in keys(home)) == (stated is not None)
    assert not list(temporary.iterdir())


def test_wacz_is_not_unpacked_onto_a_full_disk(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = wacz_bomb(folder / "bomb.wacz")
    free = SimpleNamespace(free=home.settings.least_free_mb * 1_000_000 + 2000)
    monkeypatch.setattr("crawlers.reprocess.archive_files.disk_usage", lambda _: free)
    assert [r for _, r in take(home, bomb).problems] == [Reason("wacz_too_large", limit=2000)]


@pytest.mark.parametrize(("flags", "method"), [(1, 8), (0, 99)])
def test_encrypted_or_unknown_packing_of_a_wacz_stops_no_other_file(
    home: Home, folder: Path, flags: int, method: int
) -> None:
    file = wacz_bomb(folder / "a.wacz")
    data = bytearray(file.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        data[start + place] |= flags
        data[start + place + 2] = method
    file.write_bytes(data)
    done = take(home, file, put(folder, "bai.html", page()))
    assert [name for name, _ in done.problems] == [str(file)]
    assert keys(home) == {KEY}
