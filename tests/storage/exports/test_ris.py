"""RIS export, parsed with rispy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rispy

from storage.exports.registry import FORMATS
from storage.home import Home

Export = Callable[..., Any]


def test_citation_has_all_fields(exported: Export) -> None:
    first, *_ = rispy.loads(exported(FORMATS["ris"]).decode())
    assert first["type_of_reference"] == "NEWS"
    assert first["id"] == "alpha-142041"
    assert first["title"] == "Tổ công nghệ số đến từng nhà"
    assert first["authors"] == ["Nguyễn Thị Hà Thu", "Trường Sơn", "Đài Truyền thanh Long Mỹ"]
    assert first["secondary_title"] == "Báo Alpha & Bạn"
    assert (first["year"], first["date"]) == ("2025", "2025/03/07")
    assert first["urls"] == ["https://alpha.vn/tin/bai-142041.html?a=1&b=50%25_x#c"]
    assert first["access_date"] == "2025/03/11"
    assert first["language"] == "vi"
    assert first["abstract"].startswith("Người già trong ấp")
    assert first["keywords"] == ["chuyển đổi số", "Long Mỹ"]
    (note,) = first["notes"]
    assert "Revision 2, one of 2, captured 2025-03-10T18:30:00Z, SHA-256 f7f7" in note
    assert "Status when exported: live" in note
    assert "WARC alpha/2025-03-09.warc.gz, byte 1234" in note
    assert not {"accession_number", "name_of_database"} & set(first)  # styles print them


def test_note_names_the_archive_that_holds_the_capture(home: Home, exported: Export) -> None:
    held = "http://archive.example/home/20250310183000id_/https://alpha.vn/tin/bai-142041.html"
    db = home.database()
    db.execute("UPDATE captures SET source_url = ? WHERE id = 2", [held])
    db.conn.commit()
    first, *_ = rispy.loads(exported(FORMATS["ris"]).decode())
    assert held in first["notes"][0]


def test_absent_fields_are_omitted(exported: Export) -> None:
    bare = rispy.loads(exported(FORMATS["ris"]).decode())[2]
    assert not {"year", "date", "urls", "abstract", "keywords", "access_date"} & set(bare)
    assert bare["authors"] == ["Minh Đức"]  # nobody else is named: a photo report


def test_text_cannot_inject_tags_or_records(exported: Export) -> None:
    written = exported(FORMATS["ris"])
    records = rispy.loads(written.decode())
    assert len(records) == 3
    bad = records[1]
    assert bad["type_of_reference"] == "NEWS"
    for text in (bad["title"], bad["abstract"], bad["authors"][0], bad["keywords"][0]):
        assert text.startswith("<script>x</script> ER - TY - BOOK TI - giả } @book{giả")
        assert "\u202e" not in text
    lines = written.split(b"\r\n")
    assert sum(line == b"ER  - " for line in lines) == 3
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)


def test_each_revision_has_its_own_key(exported: Export) -> None:
    records = rispy.loads(exported(FORMATS["ris"], revisions=True).decode())
    keys = [record["id"] for record in records]
    assert keys[:2] == ["alpha-142041-r1", "alpha-142041-r2"]
    assert len(set(keys)) == 4
